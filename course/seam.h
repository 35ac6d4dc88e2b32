// seam.h: whose code runs: each function of modules 15 to 18 that a model needs, by the student, the reference or common.
//
// A program of the course holds both sides at once: their functions begin with mine_ and reference_ (sides.sh). The
// contract's own name, quant_pack, is here a function that calls the chosen one, so that models, and what modules give
// beside, call it as if there were one side. A function is chosen by a call with tiny valid input, in a process of its
// own: TT_OK takes it; TT_TODO, a refusal or a crash takes the next in line.
//
// Order    the student's, the reference's, common's plain version, nobody's. A hand-out has no reference.
// Threads  course_open once, before others start; whatever calls the functions afterwards may have several.
#pragma once

#include <stdio.h>

#include "core/status.h"

typedef enum { COURSE_MINE, COURSE_REFERENCE, COURSE_COMMON, COURSE_NOBODY, COURSE_SIDES } course_side;

// Sides to choose from, as bits; common's are always there.
enum { COURSE_BOTH = 1 << COURSE_MINE | 1 << COURSE_REFERENCE, COURSE_COMMON_ONLY = 0 };

// What can be switched on, as bits: what modules 15, 16, 17 and 18 bring.
enum { COURSE_ACCELERATION = 1, COURSE_INT8 = 2, COURSE_PRUNING = 4, COURSE_CACHE = 8, COURSE_PARTS = 4 };

typedef struct {
    int number, part;
    const char *topic, *without; // what a model does where a function of the module is nobody's
} course_module;

extern const course_module course_modules[COURSE_PARTS];

// Choose every function anew. `sides`: COURSE_BOTH, one of the two bits, or COURSE_COMMON_ONLY. TT_NO_MEMORY.
tt_status course_open(unsigned sides);

// Which side's the function is; COURSE_NOBODY before course_open and for a name that no row has.
course_side course_whose(const char *function);

// The functions by number, 0 .. course_function_count() - 1, for whoever chooses by himself, in a process that may start no
// others: try a side's with the tiny input, here, where it may crash (TT_TODO: the side has none); choose a side's.
// TT_BAD_VALUE if that side has none. COURSE_NOBODY can always be chosen.
int course_function_count(void);
const char *course_function_name(int function);
tt_status course_try(int function, course_side side);
tt_status course_choose(int function, course_side side);

// After course_open: the first function of these parts that is nobody's, NULL if there is none.
const char *course_lacks(unsigned parts);

// How many functions of these parts are whose.
void course_tally(int of[COURSE_SIDES], unsigned parts);

// Function by function, in 80 columns: whose, and why not the student's where it is not for being unwritten.
void course_who(FILE *to);

// --- A function of the seam ---

typedef void course_function(void); // any function's pointer; its row knows the type

typedef struct {
    int module,
        line; // 15, or -15 if no part of a model is left out for it; in its file, whose order a reader sees
    const char *name;
    course_function *by[COURSE_NOBODY], **chosen;
    tt_status (*probe)(course_function *any);
    course_side whose; // what course_open found, and why a side was passed over
    char why[100];
} course_row;

// The contract's name as a function that calls the chosen one, and its row. The last argument is the body of the probe,
// in which `f` is the function on trial. The sides' functions are weak: one that is not there is NULL.
#define COURSE_FUNCTION(its_module, function, parameters, arguments, commons, ...)                           \
    tt_status mine_##function parameters __attribute__((weak));                                              \
    tt_status reference_##function parameters __attribute__((weak));                                         \
    static course_function *chosen_##function;                                                               \
    tt_status function parameters                                                                            \
    {                                                                                                        \
        typeof(function) *f = (typeof(function) *)chosen_##function;                                         \
        return f ? f arguments : TT_TODO;                                                                    \
    }                                                                                                        \
    static tt_status probe_##function(course_function *any)                                                  \
    {                                                                                                        \
        typeof(function) *f = (typeof(function) *)any;                                                       \
        __VA_ARGS__                                                                                          \
    }                                                                                                        \
    static course_row row_##function = {.module = its_module,                                                \
                                        .line = __LINE__,                                                    \
                                        .name = #function,                                                   \
                                        .by = {(course_function *)mine_##function,                           \
                                               (course_function *)reference_##function,                      \
                                               (course_function *)(typeof(function) *)(commons)},            \
                                        .chosen = &chosen_##function,                                        \
                                        .probe = probe_##function,                                           \
                                        .whose = COURSE_NOBODY};                                             \
    __attribute__((used, section("course_rows"), aligned(8))) static course_row *const at_##function =       \
        &row_##function;
