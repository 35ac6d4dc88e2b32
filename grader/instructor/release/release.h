// release.h: the hand-out, and the proof that it works.
#pragma once

#include "instructor/command.h"
#include "instructor/modules.h"

// Build the tree at `handout` in a copy, grade each module's stub there (0 points, every case "to do") and
// the reference from where->root in its place (all points but for speed). Prints what it found. TT_BAD_VALUE
// if it is not so.
tt_status release_prove(const char *handout, const files_list *files, const command_place *where);

// All of `files` (below folder) into a zip, under the folder's name.
tt_status release_zip(const char *path, const char *folder, const files_list *files);

// Copy the files from one tree to another, making folders.
tt_status release_copy(const char *to, const char *from, const files_list *files);
