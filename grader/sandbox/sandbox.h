// sandbox.h: limits what a process that compiles or runs somebody else's code may do.
//
// Five layers: each stops most attacks, and the grader relies on none of them alone.
//   limits      memory, processor time, file size, processes (setrlimit)
//   seccomp     a list of the system calls that are allowed (seccomp(2), "Filter mode"; libseccomp)
//   landlock    the files that may be opened (landlock(7))
//   namespaces  a root folder with nothing else in it, no network (namespaces(7), pivot_root(2))
//   user        an unprivileged user, where the grader runs as root
// The first two are always on; without them nothing is run unless the grader's user says --unsafe. The others
// are on where the machine has them. Which ones were on stands in every result.
//
// Where namespaces are missing, some calls are asked of the parent, one by one (seccomp_unotify(2)): what a compiler
// opens, so that it finds the plan's paths and nothing else, and threads where no limit counts them. Where that cannot
// be had either (a container whose runtime asks in this way itself), Landlock still refuses the files, but an error
// tells that a file is there.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { LAYER_LIMITS, LAYER_SECCOMP, LAYER_LANDLOCK, LAYER_NAMESPACES, LAYER_USER, LAYERS };

typedef struct {
    const char *name;
    bool on;
    char why[80]; // the reason if it is off; "" if it is on
} sandbox_layer;

extern sandbox_layer sandbox_layers[LAYERS];

// What the process is for, which decides the system calls that it may make.
typedef enum { SANDBOX_KERNEL, SANDBOX_KERNEL_THREADS, SANDBOX_COMPILER } sandbox_kind;

// What it may see of the file system; nothing else is visible. A path that does not exist is skipped.
typedef struct {
    const char *path;
    bool writable;
} sandbox_path;

typedef struct {
    sandbox_kind kind;
    const sandbox_path *paths;       // ended by a NULL path; NULL: nothing at all
    size_t memory_bytes, file_bytes; // memory_bytes 0: no limit
    int seconds;                     // of processor time
    int ask; // a socket to the parent, which waits in sandbox_await; -1: nobody is asked
    const char
        *start; // "" in this process: the one path that a kernel's process may be started from (execveat)
} sandbox_plan;

enum { SANDBOX_PROGRAM_FD = 5 }; // the descriptor of a kernel's program

// Find out which layers this machine has, each in a process that ends at once. `unsafe` and
// `no_namespaces` leave some out, with the reason in `why`; `kit` is a folder that another user must be
// able to reach. False if a layer that must be on is off and unsafe is not set.
bool sandbox_probe(const char *kit, bool unsafe, bool no_namespaces);

// The user who must own the files that the sandboxed process is to write; -1 if the user stays the same.
uid_t sandbox_user(void);

// Enter the sandbox for good, between fork and exec of a child. Returns the layer that failed, or -1.
int sandbox_enter(const sandbox_plan *plan);

// --- The parent's side of what is asked of it ---

// Wait until the child has started its program, or is gone. False if it wrote a byte before, to say that it could not.
// *asked is what its questions come through, for poll() and close(); -1 if it asks nothing.
bool sandbox_await(int socket, int *asked);

// Answer the next question; `paths` as in the plan.
void sandbox_answer(int asked, const sandbox_path *paths);

// Whether the path is one of these or lies below one. It must be a real path, without links and "..".
bool sandbox_shows(const sandbox_path *paths, const char *path);

enum { SANDBOX_THREADS = 64 }; // of a process, and of a user or a namespace where they are counted

// --- The layers, each in its own file; false and errno if it does not work here ---

bool sandbox_ask(const sandbox_plan *plan); // a filter before the filter
bool sandbox_filter_calls(const sandbox_plan *plan);
bool sandbox_restrict_files(const sandbox_plan *plan);
bool sandbox_leave_namespaces(const sandbox_plan *plan);
