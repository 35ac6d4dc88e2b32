// grade.h: a module's cases.c is a table of cases: fill, run, check.
//
// The parent, which links no student code, fills a job and checks what came back. The child, a program of
// its own in a sandbox, holds the student's code and the module's run.c. So the child contains no oracle,
// no expected value and no text about them, and a crash, an endless loop, an exit or output costs only
// its own case. A case names its run: see job.h.
#pragma once

#include <stdbool.h>

#include "core/count.h"
#include "job.h"
#include "random.h"

typedef struct grade_run grade_run;

enum grade_flags {
    CASE_BLAS = 1,    // the child may call BLAS; in other cases a call of cblas_* ends the case
    CASE_PACE = 2,    // no points of its own: the function's other cases count only if it passes
    CASE_THREADS = 4, // the child may start threads; in other cases that ends the case
};

typedef void grade_yard(grade_run *run);

// Of a call with threads: the function that does the same on one thread, of which a case is timed; and work that one thread
// and that two threads do, of the same mix as the call's. Where two gain enough, the call must gain too: gain.h.
typedef struct {
    const char *single;
    grade_yard *one, *two;
} grade_gain;

// What a call is timed against; the parent runs it between the child's calls. Points begin at the ratio
// `least` (where a pace is kept) and are full at `most`; in between they grow with log2 of the ratio.
// `share` is the part of the call's work that one run of the yardstick does: a slow yardstick does less.
typedef struct {
    const char *unit; // "x naive", "of the measured peak"
    grade_yard *run;
    double share, least, most;
    const grade_gain *gain; // NULL: no threads are asked for
} grade_yardstick;

// fill lays out step run->step, or returns false after the last. check looks at the answer and calls
// grade_wrong if it is not right.
typedef bool grade_fill(grade_run *run);
typedef void grade_check(grade_run *run);

// A step of several calls, none of which may find its arguments before its time: fill sets run->next.
// After each call it takes what the call left and renews numbers and arrays for the next one; false when
// there is none. The child stands still meanwhile and keeps what is its own. The step costs what its calls
// cost together.
typedef bool grade_next(grade_run *run);

typedef struct {
    const char *name, *function; // "ragged shapes", "matmul_tiled"
    int points;
    unsigned flags;
    const char *run; // the name of the child's job_run, and its argument
    int argument;
    grade_fill *fill;
    grade_check *check;
    const grade_yardstick *yardstick; // NULL: not timed
    const char *if_slow;              // of a timed case: what to ask oneself when the code is right and slow
} grade_case;

// The module's table, defined by its cases.c.
extern const grade_case grade_cases[];
extern const int grade_case_count;

// What a run's numbers and arrays are called in messages, by their places, with blanks between: "-" has no name, "threads?"
// is said if it is not 0, and of "out|a" each bit that is set says of which pointer NULL was passed. A row for an argument
// comes before one for GRADE_ANY.
enum { GRADE_ANY = -1 };
typedef struct {
    const char *run;
    int argument;
    const char *numbers, *arrays;
    void (*describe)(grade_run *run, char *text, size_t size); // NULL, or says it instead of `numbers`
} grade_name;

// The module's table, defined by its cases.c; ends with a row without a run.
extern const grade_name grade_names[];

struct grade_run {
    const grade_case *row;
    const grade_name *names; // the module's, for messages
    int step;                // of this case, from 0
    grade_random random;     // of this call, and of no other
    grade_next *next;        // NULL: the step is one call
    tt_status status;        // the last call's answer
    job_layout layout;
    void *memory;
    void *copy[JOB_MOST_ARRAYS]; // inputs and outputs as fill left them
    bool is_input[JOB_MOST_ARRAYS];
    unsigned renewed; // a bit for each array
    void *rooms;      // of grade_room: each begins with where the one before it is
    double share;     // of the case's points, once it has passed: 1, or what grade_share said
    unsigned exposed; // of a break-it case: which of its kernels, so far
};

// Add an array to the job, in fill. An input is to be filled and must come back unchanged; all bits of an
// output start as 1: NaN as float, -1 as integer.
void *grade_input_bytes(grade_run *run, size_t bytes);
void *grade_output_bytes(grade_run *run, size_t bytes);
float *grade_input(grade_run *run, size_t count);
float *grade_output(grade_run *run, size_t count);

// For next: array i for the next call. An input is to be filled, as far as it changes; an output is all
// ones again.
void *grade_renew(grade_run *run, int i);

// For check and next: array i as the child left it, and as fill laid it out.
const void *grade_result(grade_run *run, int i);
const void *grade_given(grade_run *run, int i);

// Whether array i still has the bytes that fill left there.
bool grade_untouched(grade_run *run, int i);

// For check: memory of its own, zeroed, that is released when the next step is laid out or the case ends, however it ends.
void *grade_room(grade_run *run, size_t bytes);

// Report a wrong answer: say what came, what was expected and where. Does not return.
void grade_wrong(grade_run *run, const char *format, ...) __attribute__((format(printf, 2, 3), noreturn));

// Report an answer that is right but earns only this share of the points; the text says why.
void grade_share(grade_run *run, double share, const char *format, ...) __attribute__((format(printf, 3, 4)));

// --- Break it ---
//
// The student writes test inputs, and the parent holds kernels with one mistake each. A mistake gives
// points if its kernel answers wrongly for at least one input. The child's run finds in number 0 which
// input is asked for, in array 0 the sizes to be set, and in arrays 1, 2, .. room for most * most floats
// each. Sizes out of range, numbers that are not finite and inputs on which the right kernel fails are
// refused. Kernels are named planted_*, by which look_inside.sh recognises them.

enum { GRADE_BREAK_SIZES = 4, GRADE_BREAK_ARRAYS = 4, GRADE_BREAK_MOST = 128 };
enum { GRADE_BREAK_ROOM = GRADE_BREAK_MOST * GRADE_BREAK_MOST };
typedef float grade_break_array[GRADE_BREAK_ROOM]; // unused elements are 0

typedef void grade_kernel(float *out, const int *size, const grade_break_array *in);

typedef struct {
    const char *mistake; // for a message
    grade_kernel *kernel;
} grade_planted;

typedef struct {
    int inputs, most;                          // how many are asked for; sizes are 0 .. most
    const char *size_names[GRADE_BREAK_SIZES]; // NULL after the last
    int arrays;
    const char *array_names[GRADE_BREAK_ARRAYS];
    // How many floats of an array are in use; of the answer if array == arrays.
    size_t (*count)(const int *size, int array);
    // The answer in double precision, and the error that a right kernel may have.
    void (*truth)(double *out, double *allowed, const int *size, const grade_break_array *in);
    grade_kernel *right;
    const grade_planted *kernels;
    int kernel_count; // up to 31
} grade_break;

// A case's fill and check call these with the module's table.
bool grade_break_fill(grade_run *run, const grade_break *b);
void grade_break_check(grade_run *run, const grade_break *b);

// Random numbers of this call: x (count) uniform in [low, high); whole numbers from low to high, both
// included; one of 0 .. bound - 1; -1 or 1.
void grade_random_fill(grade_run *run, float *x, size_t count, float low, float high);
void grade_random_integers(grade_run *run, float *x, size_t count, int low, int high);
int grade_random_below(grade_run *run, int bound);
int grade_random_sign(grade_run *run);
