// zip.h: a zip archive that is written file by file, by libarchive; there whole or not at all.
#pragma once

#include <sys/types.h>
#include <time.h>

#include "files.h"

typedef struct {
    file_new file;
    struct archive *archive;
} zip;

// Begin, add, end: zip_end comes after every zip_begin, as with file_end.
tt_status zip_begin(zip *z, const char *path);
tt_status zip_add(zip *z, const char *name, const void *bytes, size_t size, mode_t mode, time_t when);
tt_status zip_end(zip *z, tt_status status);
