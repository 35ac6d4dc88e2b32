// step.h: one command on untrusted files, in a sandbox that shows it the system, a part of the kit and a folder to work in.
#pragma once

#include <limits.h>
#include <stdbool.h>

#include "sandbox/sandbox.h"

enum { STEP_FILE_BYTES = 96 << 20 }; // the longest file that a command may write
extern const size_t step_bytes;      // of address space for each process of a command

typedef struct {
    int folder; // its files are reached through this, because the path may by now be somebody else's link; -1: none
    char path[PATH_MAX];
} step_folder;

// Make an empty folder below `work` (NULL: TMPDIR or /tmp), and remove those that killed graders left. False and errno
// if it cannot be made; path says where it was tried.
bool step_open(step_folder *f, const char *work);

// A file in it with the bytes of an open one. False and errno if that fails.
bool step_put(const step_folder *f, const char *name, int bytes);

// Once it is filled: make it the sandbox's user's. False and errno if that fails.
bool step_hand_over(const step_folder *f);

// Remove it with all that is in it. Accepts one that could not be made.
void step_close(step_folder *f);

// What a command may read: `shown`, a file or folder of the kit, among the rest. Ended by a NULL path.
extern sandbox_path step_paths[];

// Run the words in the folder, with both outputs in its file "log", for so many seconds of processor time at most and
// twice as many by the clock. Returns 0 if it worked, else its wait status; exit codes from 125 on are the machine's fault.
int step_run(const step_folder *f, char **words, const char *shown, int seconds);
