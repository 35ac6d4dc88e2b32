// compile.h: from a student's file to the program of the graded process.
//
// Compilers read what they are told to read, and `.incbin` is an order: so each step runs in a sandbox that
// shows it the system's headers, the module's and an empty folder. What it read is looked at afterwards as
// well. The module's headers are "include" to it, wherever the kit lies.
//
// A kit is a folder that the build makes for each module (kit.sh): headers, the trusted half joined into one
// object with and without BLAS, the names that the student's object keeps, and the words of each command.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum { COMPILE_OK, COMPILE_FAILED, COMPILE_REFUSED, COMPILE_BROKEN } compile_status;

typedef struct {
    compile_status status; // BROKEN: not the student's fault
    char message[4000];    // the compiler's messages, or what was refused; "" if all went well
    char warnings[1200];   // what compiles and is probably a mistake, a line each: "toy.c:7: ..."
    char name[256];        // what the submission is called in there
    char sha256[65];       // of the submission
    // Descriptors of sealed memory that holds a program each; -1: none. compile_finish closes both.
    int program, program_blas;
    double seconds;
} compilation;

// Compile `file` with the kit, in a folder that is made below `work` (NULL: TMPDIR or /tmp) and removed
// again. blas: make program_blas too. quick: as nothing is timed, which takes a third of the time.
void compile_submission(compilation *c, const char *file, const char *kit, const char *work, bool blas,
                        bool quick);
void compile_finish(compilation *c);

// Several files in one program, where modules meet (course/sides.sh): each file's object by its own module's kit, its
// functions called mine_NAME, as c->program; then these objects, and the trusted half of a kit that has the words "join".
void compile_object(compilation *c, const char *file, const char *kit, const char *work);
void compile_join(compilation *c, const int *objects, int count, const char *kit, const char *work);

// The line of the submission that the first of these addresses in a program of it belongs to; 0 if none does, or if it
// cannot be found out. The program's own tables say so: nothing else may be concluded from it.
int compile_find_line(const compilation *c, int program, const char *kit, const char *work,
                      const uint64_t *addresses, int count);
