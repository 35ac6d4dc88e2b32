// package.c: see package.h.
#include "package.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#include "core/count.h"

const package_module package_modules[PACKAGE_MODULES] = {
    {"acceleration.c", 15}, {"quantization.c", 16}, {"compression.c", 17}, {"caching.c", 18}};

// What a package may hold, and how long it may be.
static const struct {
    const char *name;
    size_t most;
    bool needed;
} known[] = {
    {"manifest", 8 << 10, true},        {"entry.conf", 4 << 10, true},      {"report.md", 256 << 10, true},
    {"acceleration.c", 1 << 20, false}, {"quantization.c", 1 << 20, false}, {"compression.c", 1 << 20, false},
    {"caching.c", 1 << 20, false},
};
_Static_assert(COUNT(known) == PACKAGE_MOST, "a row for each file");

const package_file *package_find(const package *p, const char *name)
{
    for (int i = 0; i < p->count; i++)
        if (!strcmp(p->files[i].name, name)) return &p->files[i];
    return NULL;
}

// --- One file ---

typedef ssize_t reader(void *from, char *to, size_t most);

// What it says of its size is a promise: it is read until it ends, or has one byte more than it may have.
static tt_status take(package *p, const char *name, reader *read_more, void *from)
{
    int k = 0;
    while (k < COUNT(known) && strcmp(known[k].name, name) != 0) k++;
    if (k == COUNT(known))
        return tt_fail(
            TT_BAD_VALUE,
            "%.60s: not a file of a package; leave it out. There may be manifest, entry.conf, report.md, "
            "acceleration.c, quantization.c, compression.c, caching.c",
            name);
    if (package_find(p, name)) return tt_fail(TT_BAD_VALUE, "%s: it is there twice; keep one", name);
    size_t have = 0;
    ssize_t n = 0;
    char *bytes = malloc(known[k].most + 2);
    if (!bytes) return tt_fail(TT_NO_MEMORY, "no memory for %s", name);
    while (have <= known[k].most && (n = read_more(from, bytes + have, known[k].most + 1 - have)) > 0)
        have += (size_t)n;
    tt_status status =
        n < 0 ? tt_fail(TT_BAD_FILE, "%s: cannot be read; pack it again", name)
        : have > known[k].most
            ? tt_fail(TT_BAD_VALUE, "%s: longer than %zu KiB; make it shorter", name, known[k].most >> 10)
        : memchr(bytes, 0, have)
            ? tt_fail(TT_BAD_VALUE, "%s: not a text, it has a byte 0; write it as plain text", name)
            : TT_OK;
    if (status != TT_OK) return free(bytes), status;
    bytes[have] = 0;
    package_file *f = &p->files[p->count++];
    *f = (package_file){.bytes = bytes, .size = have};
    snprintf(f->name, sizeof f->name, "%s", known[k].name);
    return TT_OK;
}

static tt_status refuse_kind(const char *name, const char *kind)
{
    return tt_fail(TT_BAD_VALUE, "%.200s: %s; put ordinary files into the package and nothing else", name,
                   kind);
}

// --- A folder ---

static ssize_t read_open(void *from, char *to, size_t most) { return read(*(int *)from, to, most); }

static tt_status from_folder(package *p, const char *path)
{
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *d = folder >= 0 ? fdopendir(folder) : NULL;
    if (!d) return tt_fail(TT_BAD_FILE, "%s: %s", path, strerror(errno));
    tt_status status = TT_OK;
    for (struct dirent *e; status == TT_OK && (e = readdir(d));) {
        struct stat s;
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) continue;
        int file = openat(folder, e->d_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (file < 0) status = refuse_kind(e->d_name, errno == ELOOP ? "a link" : strerror(errno));
        else if (fstat(file, &s) != 0 || !S_ISREG(s.st_mode))
            status = refuse_kind(e->d_name, S_ISDIR(s.st_mode) ? "a folder" : "no ordinary file");
        else if (s.st_nlink > 1) status = refuse_kind(e->d_name, "a hard link: it has another name, too");
        else status = take(p, e->d_name, read_open, &file);
        if (file >= 0) close(file);
    }
    closedir(d);
    return status;
}

// --- A zip ---

static ssize_t read_packed(void *from, char *to, size_t most) { return archive_read_data(from, to, most); }

// Its files lie at its top, or all in one folder. `prefix` is that folder once it is known.
static tt_status take_entry(package *p, struct archive *a, struct archive_entry *e, char *prefix)
{
    const char *path = archive_entry_pathname(e);
    if (!path || strlen(path) >= 2 * OLY_NAME)
        return tt_fail(TT_BAD_VALUE, "an entry's name cannot be read or is too long; pack it again");
    char own[2 * OLY_NAME]; // reading may change what path points to
    snprintf(own, sizeof own, "%s", path);
    const int kind = archive_entry_filetype(e);
    if (archive_entry_hardlink(e) || kind == AE_IFLNK) return refuse_kind(own, "a link");
    if (kind != AE_IFREG && kind != AE_IFDIR) return refuse_kind(own, "no ordinary file");
    char *name = strchr(own, '/');
    const size_t length = name ? (size_t)(name - own) + 1 : 0;
    if (p->count == 0 && !*prefix) snprintf(prefix, 2 * OLY_NAME, "%.*s", (int)length, own);
    name = own + length;
    if (own[0] == '/' || !strncmp(own, "../", 3) || strchr(name, '/'))
        return tt_fail(TT_BAD_VALUE, "%.100s: files lie at the top of the zip or in one folder; pack it so",
                       own);
    if (length != strlen(prefix) || strncmp(own, prefix, length) != 0)
        return tt_fail(TT_BAD_VALUE, "%.100s: not in the folder of the other files; pack one folder", own);
    return kind == AE_IFDIR ? TT_OK : take(p, name, read_packed, a);
}

static tt_status from_zip(package *p, const char *path)
{
    char prefix[2 * OLY_NAME] = "";
    struct archive *a = archive_read_new();
    struct archive_entry *e;
    if (!a) return tt_fail(TT_NO_MEMORY, "no memory to unpack %s", path);
    archive_read_support_format_zip(a);
    int read = archive_read_open_filename(a, path, 1 << 16);
    tt_status status = TT_OK;
    while (status == TT_OK && read >= ARCHIVE_WARN &&
           ((read = archive_read_next_header(a, &e)) == ARCHIVE_OK || read == ARCHIVE_WARN))
        status = take_entry(p, a, e, prefix);
    if (status == TT_OK && read != ARCHIVE_EOF)
        status = tt_fail(TT_BAD_FILE, "not a whole zip (%s); pack it again", archive_error_string(a));
    archive_read_free(a);
    return status;
}

// --- The whole ---

static tt_status check_manifest(package *p)
{
    const package_file *manifest = package_find(p, "manifest");
    oly_file files[PACKAGE_MOST];
    oly_checked found;
    int count = 0;
    for (int i = 0; i < p->count; i++)
        if (&p->files[i] != manifest)
            files[count++] = (oly_file){p->files[i].name, p->files[i].bytes, p->files[i].size};
    tt_status status = oly_manifest_check(&found, manifest->bytes, files, count, files_hash_bytes);
    if (status != TT_OK) return status;
    static const char again[] = "make the manifest again";
    switch (found.fault) {
    case OLY_UNREADABLE:
        return tt_fail(TT_BAD_VALUE, "manifest, line %d: it must read as oly_manifest_write writes it; %s",
                       found.line, again);
    case OLY_MISSING:
        return tt_fail(TT_BAD_VALUE, "%s: the manifest lists it, and it is not there; add it, or %s",
                       found.name, again);
    case OLY_UNLISTED:
        return tt_fail(TT_BAD_VALUE, "%s: the manifest does not list it; %s", found.name, again);
    case OLY_CHANGED:
        return tt_fail(TT_BAD_VALUE, "%s: its hash is not the manifest's: it was changed afterwards; %s",
                       found.name, again);
    default:
        break;
    }
    if (sscanf(manifest->bytes, "olympics 1\nevent %63s\nteam %63s\n", p->event, p->team) != 2)
        return tt_fail(TT_BAD_VALUE, "manifest, line 2: no event and team; %s", again);
    files_hash_bytes(p->sha256, manifest->bytes, manifest->size);
    return TT_OK;
}

tt_status package_read(package *p, const char *path)
{
    struct stat s;
    *p = (package){0};
    if (lstat(path, &s) != 0) return tt_fail(TT_BAD_FILE, "%s", strerror(errno));
    tt_status status = S_ISDIR(s.st_mode)   ? from_folder(p, path)
                       : S_ISREG(s.st_mode) ? from_zip(p, path)
                                            : tt_fail(TT_BAD_VALUE, "neither a folder nor a zip");
    for (int k = 0; k < COUNT(known) && status == TT_OK; k++)
        if (known[k].needed && !package_find(p, known[k].name))
            status = tt_fail(TT_BAD_VALUE, "%s: it is missing; add it", known[k].name);
    return status == TT_OK ? check_manifest(p) : status;
}

void package_finish(package *p)
{
    for (int i = 0; i < p->count; i++) free(p->files[i].bytes);
    *p = (package){0};
}

tt_status package_keep(const package *p, const char *folder)
{
    char path[FILES_PATH];
    files_empty_folder(folder);
    tt_status status = file_make_folder(folder);
    for (int i = 0; i < p->count && status == TT_OK; i++) {
        files_path(path, "%s/%s", folder, p->files[i].name);
        status = file_write(path, p->files[i].bytes, p->files[i].size);
    }
    return status;
}
