// file.h: reads and writes files as a whole, and makes the folders that they stand in.
//
// A file is written as PATH.new and renamed at the end, so that a reader sees the old file or the new
// one, never a part. Programs that write the same file take turns. A PATH.new that a killed program left
// is removed by the next writer.
//
// Errors   TT_BAD_FILE with a sentence that names the file, unless a comment says otherwise; outputs are
//          then untouched.
#pragma once

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "status.h"

enum { FILE_MOST = 1 << 30 }; // a limit for files whose size does not matter

// Read a whole regular file of at most `most` bytes, with a 0 after it; the caller frees *bytes. size may
// be NULL. file_read_in begins at an open folder, or at AT_FDCWD, and refuses a path that ends in a
// symbolic link: for files that somebody else has put there.
tt_status file_read(char **bytes, size_t *size, const char *path, size_t most);
tt_status file_read_in(char **bytes, size_t *size, int folder, const char *path, size_t most);

typedef struct {
    FILE *out;        // to write to, from file_begin to file_end
    const char *path; // the caller's, until file_end
    char beside[PATH_MAX];
} file_new;

tt_status file_begin(file_new *f, const char *path);

// End every file that was begun, and one that could not be; status is the result so far. After
// TT_OK the file gets its name, or the result is TT_BAD_FILE if something could not be written (a full
// disk). After any other status, which is returned, the new file is removed and the old one stays.
// file_end_on_disk waits until the file is on the disk, so that it is whole after a loss of power, too.
tt_status file_end(file_new *f, tt_status status);
tt_status file_end_on_disk(file_new *f, tt_status status);

// Begin, write and end on the disk, in one call.
tt_status file_write(const char *path, const void *bytes, size_t size);

// Make a folder and the folders above it; file_make_folder_of: those that the file at path needs. A
// folder that exists is no error.
tt_status file_make_folder(const char *path);
tt_status file_make_folder_of(const char *path);
bool file_is_folder(const char *path);
