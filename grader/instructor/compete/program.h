// program.h: from the files of a package to one sandboxed program, and whose functions it calls.
#pragma once

#include "lane.h"
#include "book.h"

enum { PROGRAM_MOST = 64 }; // functions of the seam

typedef struct {
    int program;                        // descriptor; -1: none
    unsigned char chosen[PROGRAM_MOST]; // a course_side for each function
    int functions;
    char whose[4096]; // "matmul_packed yours", a line each
} entry_program;

// Ours: without a student's file, its functions the references' where they are here.
tt_status program_base(entry_program *p, const compete_book *b, const command_place *where);

// A package's, its functions the student's where they work. TT_BAD_VALUE and a sentence if it is refused; another status if
// the machine is at fault.
tt_status program_make(entry_program *p, const char *package, const entry_program *base,
                       const compete_book *b, const command_place *where);

void program_finish(entry_program *p);
