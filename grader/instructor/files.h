// files.h: the few things that every command does with files: paths, whole reads and writes, hashes, folders.
//
// Errors   tt_status and a sentence in tt_error() (status.h), unless a comment says otherwise.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/file.h"

enum { FILES_PATH = 4096, FILES_HASH = 65 };

// A path, printf style, into out (FILES_PATH). Ends the program with a sentence if it is too long for the
// system.
void files_path(char *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

// A copy with the source's permissions.
tt_status files_copy(const char *from, const char *to);

// SHA-256 as hex (FILES_HASH) of bytes, and of an ordinary file.
void files_hash_bytes(char *hex, const void *bytes, size_t size);
tt_status files_hash(char *hex, const char *path);

// Everything in the folder, links as links; and the folder itself too.
void files_empty_folder(const char *path);
void files_remove_folder(const char *path);

// The names in a folder, sorted, none that begins with a dot; no such folder: none. files_list_finish frees.
typedef struct {
    char **names;
    int count;
} files_list;
files_list files_list_folder(const char *path);
void files_list_add(files_list *list, const char *name); // a copy
void files_list_sort(files_list *list);
void files_list_finish(files_list *list);

bool files_is_empty(const char *path); // nothing in it, or not there

// Memory for one more, in steps of 64; ends the program with a sentence if there is none.
void *files_room(void *array, int count, size_t size);
