// file.h: files that are read whole and written whole, and the folders that they stand in.
//
// What is written goes into PATH.new first and is renamed at the end: a reader sees the old file or the
// new one, never a part. Two programs that write the same file take turns. What a killed program leaves
// of PATH.new, the next one removes.
//
// Errors   TT_BAD_FILE with a sentence that names the file, unless a comment says otherwise; outputs are
// then untouched.
#pragma once

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "status.h"

enum { FILE_MOST = 1 << 30 }; // a limit for files whose size nobody minds

// The whole of an ordinary file of at most `most` bytes, with a 0 behind it; the caller frees *bytes.
// size may be NULL. The second begins at an open folder, or at AT_FDCWD, and refuses a path that ends in
// a symbolic link: for files that somebody else has put there.
tt_status file_read(char **bytes, size_t *size, const char *path, size_t most);
tt_status file_read_in(char **bytes, size_t *size, int folder, const char *path, size_t most);

typedef struct {
    FILE *out;        // to write to, from file_begin to file_end
    const char *path; // the caller's, until file_end
    char beside[PATH_MAX];
} file_new;

tt_status file_begin(file_new *f, const char *path);

// The end of every file that was begun, and of one that could not be: status is what became of it so far.
// TT_OK puts the file in place; what could not be written, on a full disk say, is TT_BAD_FILE. Any other
// status is returned as it is, after nothing was left of the new file; the old one stays. The second
// waits until the file is on the disk: it is then whole after a loss of power, too.
tt_status file_end(file_new *f, tt_status status);
tt_status file_end_on_disk(file_new *f, tt_status status);

// The three in one, on the disk.
tt_status file_write(const char *path, const void *bytes, size_t size);

// A folder and the folders above it; the second the folder that a file is to stand in. That it is there
// already is fine.
tt_status file_make_folder(const char *path);
tt_status file_make_folder_of(const char *path);
bool file_is_folder(const char *path);
