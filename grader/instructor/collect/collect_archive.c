// collect_archive.c: reads a zip or a tar (with gzip) by libarchive, entry by entry, into memory and nowhere
// else.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <archive.h>
#include <archive_entry.h>

#include "collect.h"

static entry_kind kind_of(struct archive_entry *e)
{
    if (archive_entry_hardlink(e) || archive_entry_hardlink_utf8(e)) return ENTRY_HARDLINK;
    switch (archive_entry_filetype(e)) {
    case AE_IFREG:
        return ENTRY_FILE;
    case AE_IFDIR:
        return ENTRY_FOLDER;
    case AE_IFLNK:
        return ENTRY_SYMLINK;
    case AE_IFIFO:
        return ENTRY_FIFO;
    case AE_IFSOCK:
        return ENTRY_SOCKET;
    default:
        return ENTRY_DEVICE;
    }
}

// How large it says that it is is no more than a promise: count what comes.
static void read_entry(collection *c, struct archive *a, const char *path, collect_want want)
{
    size_t most = want == WANT_SOURCE ? COLLECT_SOURCE_BYTES : COLLECT_ARCHIVE_BYTES, have = 0;
    char *bytes = malloc(most + 1);
    la_ssize_t n = 0;
    while (bytes && have <= most && (n = archive_read_data(a, bytes + have, most + 1 - have)) > 0)
        have += (size_t)n;
    if (!bytes || n < 0)
        collect_refuse(c, path, "cannot be unpacked: %s", bytes ? archive_error_string(a) : "no memory");
    else if (have > most) collect_refuse(c, path, "unpacks to more than %zu KiB", most >> 10);
    else if (collect_count(c, (long)have)) collect_take(c, path, want, bytes, have);
    free(bytes);
}

// A tar must be unpacked to be passed over.
static bool passes_over(collection *c, struct archive *a, struct archive_entry *e)
{
    if ((archive_format(a) & ARCHIVE_FORMAT_BASE_MASK) != ARCHIVE_FORMAT_TAR) return true;
    return collect_count(c, archive_entry_size_is_set(e) ? (long)archive_entry_size(e) : 0);
}

static void read_all(collection *c, struct archive *a, const char *shown)
{
    struct archive_entry *e;
    int status;
    while ((status = archive_read_next_header(a, &e)) == ARCHIVE_OK || status == ARCHIVE_WARN) {
        const char *path = archive_entry_pathname(e);
        if (!path) path = archive_entry_pathname_utf8(e);
        if (!path) {
            collect_refuse(c, shown, "an entry's name cannot be read");
            continue;
        }
        char *kept = strdup(path); // reading may change what it points to
        collect_want want =
            collect_see(c, kept, kind_of(e), archive_entry_size_is_set(e) ? (long)archive_entry_size(e) : -1);
        if (want == WANT_SOURCE || want == WANT_ARCHIVE) read_entry(c, a, kept, want);
        else if (want == WANT_NOTHING) passes_over(c, a, e);
        free(kept);
        if (c->full) return;
    }
    if (status != ARCHIVE_EOF)
        collect_refuse(c, shown, "damaged, or neither zip nor tar: %s", archive_error_string(a));
}

void collect_archive(collection *c, const char *path, int fd, const void *bytes, size_t size)
{
    struct archive *a = archive_read_new();
    if (!a) {
        collect_refuse(c, path, "no memory to unpack it");
        return;
    }
    archive_read_support_format_zip(a);
    archive_read_support_format_tar(a);
    archive_read_support_filter_gzip(a);
    int status = fd >= 0 ? archive_read_open_fd(a, fd, 1 << 16) : archive_read_open_memory(a, bytes, size);
    const char *before = c->inside;
    if (fd < 0) c->inside = path;
    if (status == ARCHIVE_OK) read_all(c, a, fd < 0 ? "" : path);
    else collect_refuse(c, fd < 0 ? "" : path, "neither zip nor tar: %s", archive_error_string(a));
    c->inside = before;
    archive_read_free(a);
}
