// sandbox.h: what a process may do that runs, or compiles, somebody else's code.
//
// Five layers, each enough against most attacks, none trusted alone:
//   limits      memory, processor time, file size, processes (setrlimit)
//   seccomp     a list of the system calls that are allowed (seccomp(2), "Filter mode"; libseccomp)
//   landlock    the files that may be opened (landlock(7))
//   namespaces  a root folder with nothing else in it, no network (namespaces(7), pivot_root(2))
//   user        an unprivileged user, where the grader runs as root
// The first two are always on; without them nothing is run unless the grader's user says --unsafe. The others
// are on where the machine has them. Which ones were on stands in every result.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { LAYER_LIMITS, LAYER_SECCOMP, LAYER_LANDLOCK, LAYER_NAMESPACES, LAYER_USER, LAYERS };

typedef struct {
    const char *name;
    bool on;
    char why[80]; // it is off; "" if it is on
} sandbox_layer;

extern sandbox_layer sandbox_layers[LAYERS];

// What the process is for: decides the system calls.
typedef enum { SANDBOX_KERNEL, SANDBOX_KERNEL_THREADS, SANDBOX_COMPILER } sandbox_kind;

// What it may see of the file system; everything else is not there. A path that does not exist is passed
// over.
typedef struct {
    const char *path;
    bool writable;
} sandbox_path;

typedef struct {
    sandbox_kind kind;
    const sandbox_path *paths;       // ended by a NULL path; NULL: nothing at all
    size_t memory_bytes, file_bytes; // memory_bytes 0: no limit
    int seconds;                     // of processor time
    const char
        *start; // "" in this process: the one path that a kernel's process may be started from (execveat)
} sandbox_plan;

enum { SANDBOX_PROGRAM_FD = 5 }; // where a kernel's program is started from

// Find out, each in a process that ends at once, which layers this machine has. `unsafe` and `no_namespaces`
// leave some out, and say so; `kit` is what another user must be able to reach. False if a layer that must be
// on is not, and unsafe was not said.
bool sandbox_probe(const char *kit, bool unsafe, bool no_namespaces);

// Whom files must belong to that the sandboxed process is to write; -1 if the user stays the same.
uid_t sandbox_user(void);

// Go into the sandbox for good: for a child process between fork and exec. Returns the layer that failed, or
// -1.
int sandbox_enter(const sandbox_plan *plan);

// --- The layers, each in its own file; false and errno if it does not work here ---

bool sandbox_filter_calls(const sandbox_plan *plan);
bool sandbox_restrict_files(const sandbox_plan *plan);
bool sandbox_leave_namespaces(const sandbox_plan *plan);
