// start.h: what training begins as: random weights or those of a file, and what stays 0 of them.
#pragma once

#include "nn/parameters.h"

enum { START_ROOM = 384 };

// A path without its folder, which belongs in no file that is handed on.
const char *start_file_name(const char *path);

// Mask what is 0 in the file mask_from: *mask becomes what the masks of w point into, for the caller to free after w's
// last use. In words, into start (START_ROOM): both files by their names and a checksum of their weights, so that a
// resumed run notices another file. from and mask_from may be NULL. TT_BAD_FILE, TT_NO_MEMORY with a sentence.
tt_status start_make(char *start, float **mask, parameters *w, const char *from, const char *mask_from);
