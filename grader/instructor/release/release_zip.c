// release_zip.c: the hand-out as one file, by libarchive.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <archive.h>
#include <archive_entry.h>

#include "release.h"

static tt_status add(struct archive *a, const char *path, const char *name)
{
    struct stat s;
    char *bytes;
    size_t size;
    tt_status status = file_read_in(&bytes, &size, AT_FDCWD, path, FILE_MOST);
    if (status != TT_OK) return status;
    struct archive_entry *e = archive_entry_new();
    bool ok = e && lstat(path, &s) == 0;
    if (ok) {
        archive_entry_set_pathname(e, name);
        archive_entry_set_size(e, (la_int64_t)size);
        archive_entry_set_filetype(e, AE_IFREG);
        archive_entry_set_perm(e, s.st_mode & 0777);
        archive_entry_set_mtime(e, s.st_mtime, 0);
        ok = archive_write_header(a, e) == ARCHIVE_OK &&
             archive_write_data(a, bytes, size) == (la_ssize_t)size;
    }
    archive_entry_free(e);
    free(bytes);
    return ok ? TT_OK : tt_fail(TT_BAD_FILE, "%s: cannot be packed: %s", name, archive_error_string(a));
}

tt_status release_zip(const char *zip, const char *folder, const files_list *files)
{
    char top[FILES_PATH], path[FILES_PATH], name[FILES_PATH];
    files_path(path, "%s", folder);
    for (size_t n = strlen(path); n > 1 && path[n - 1] == '/'; n--) path[n - 1] = 0;
    files_path(top, "%s", strrchr(path, '/') ? strrchr(path, '/') + 1 : path);
    if (!strcmp(top, ".") || !strcmp(top, "..") || !*top) files_path(top, "tinytorch-c");
    file_new f;
    struct archive *a = archive_write_new();
    tt_status status = file_begin(&f, zip);
    if (status == TT_OK && (!a || archive_write_set_format_zip(a) != ARCHIVE_OK ||
                            archive_write_open_FILE(a, f.out) != ARCHIVE_OK))
        status =
            tt_fail(TT_BAD_FILE, "%s: cannot be written: %s", zip, a ? archive_error_string(a) : "no memory");
    for (int i = 0; i < files->count && status == TT_OK; i++) {
        files_path(path, "%s/%s", folder, files->names[i]);
        files_path(name, "%s/%s", top, files->names[i]);
        status = add(a, path, name);
    }
    if (a && archive_write_free(a) != ARCHIVE_OK && status == TT_OK)
        status = tt_fail(TT_BAD_FILE, "%s: cannot be finished", zip);
    return file_end(&f, status);
}
