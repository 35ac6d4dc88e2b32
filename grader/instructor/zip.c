// zip.c: see zip.h.
#include "zip.h"

#include <archive.h>
#include <archive_entry.h>

tt_status zip_begin(zip *z, const char *path)
{
    z->archive = archive_write_new();
    tt_status status = file_begin(&z->file, path);
    if (status == TT_OK && (!z->archive || archive_write_set_format_zip(z->archive) != ARCHIVE_OK ||
                            archive_write_open_FILE(z->archive, z->file.out) != ARCHIVE_OK))
        status = tt_fail(TT_BAD_FILE, "%s: cannot be written: %s", path,
                         z->archive ? archive_error_string(z->archive) : "no memory");
    return status;
}

tt_status zip_add(zip *z, const char *name, const void *bytes, size_t size, mode_t mode, time_t when)
{
    struct archive_entry *e = archive_entry_new();
    if (e) {
        archive_entry_set_pathname(e, name);
        archive_entry_set_size(e, (la_int64_t)size);
        archive_entry_set_filetype(e, AE_IFREG);
        archive_entry_set_perm(e, mode & 0777);
        archive_entry_set_mtime(e, when, 0);
    }
    bool ok = e && archive_write_header(z->archive, e) == ARCHIVE_OK &&
              archive_write_data(z->archive, bytes, size) == (la_ssize_t)size;
    archive_entry_free(e);
    return ok ? TT_OK
              : tt_fail(TT_BAD_FILE, "%s: cannot be packed: %s", name, archive_error_string(z->archive));
}

tt_status zip_end(zip *z, tt_status status)
{
    if (z->archive && archive_write_free(z->archive) != ARCHIVE_OK && status == TT_OK)
        status = tt_fail(TT_BAD_FILE, "%s: cannot be finished", z->file.path);
    return file_end(&z->file, status);
}
