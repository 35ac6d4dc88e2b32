// check_doors.c: what every function refuses, by rows: its numbers, one number of an array that is changed,
// arrays that are NULL. What is refused leaves all outputs as they were.
#include "checks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum { NOTHING, IN_FLOATS, IN_DOUBLES, IN_INTEGERS } kind;
typedef struct {
    int call, number[7], nulls;
    tt_status want;
    kind changed;
    int array, at;
    double value;
} door;

#define OK    TT_OK
#define SHAPE TT_BAD_SHAPE
#define VALUE TT_BAD_VALUE
#define NO(i) (1 << (i))

static const door doors[] = {
    {THRESHOLD, {0, 0}, NO(0), OK, NOTHING, 0, 0, 0},
    {THRESHOLD, {5, 6}, 0, SHAPE, NOTHING, 0, 0, 0},
    {THRESHOLD, {0, 1}, 0, SHAPE, NOTHING, 0, 0, 0},
    {THRESHOLD, {5, 2}, 0, VALUE, IN_FLOATS, 0, 4, NAN},
    {THRESHOLD, {5, 2}, 0, VALUE, IN_FLOATS, 0, 0, INFINITY},
    {THRESHOLD, {5, 2}, 0, VALUE, IN_FLOATS, 0, 3, -INFINITY},
    {THRESHOLD, {5, 2}, NO(0), VALUE, NOTHING, 0, 0, 0},
    {THRESHOLD, {5, 2}, NO(1), VALUE, NOTHING, 0, 0, 0},

    {MASK, {0}, NO(0) | NO(2), OK, NOTHING, 0, 0, 0},
    {MASK, {5}, 0, VALUE, IN_DOUBLES, 1, 0, -0.01},
    {MASK, {5}, 0, VALUE, IN_DOUBLES, 1, 0, 1.01},
    {MASK, {5}, 0, VALUE, IN_DOUBLES, 1, 0, NAN},
    {MASK, {5}, 0, VALUE, IN_FLOATS, 0, 4, NAN},
    {MASK, {5}, 0, VALUE, IN_FLOATS, 0, 2, INFINITY},
    {MASK, {5}, NO(0), VALUE, NOTHING, 0, 0, 0},
    {MASK, {5}, NO(2), VALUE, NOTHING, 0, 0, 0},

    {MASKS, {1, 5}, 0, VALUE, IN_DOUBLES, 1, 0, 1.01},
    {MASKS, {1, 5}, 0, VALUE, IN_DOUBLES, 1, 0, NAN},
    {MASKS, {2, 5}, 0, VALUE, IN_FLOATS, 0, 4, NAN},
    {MASKS, {2, 5}, NO(0), VALUE, NOTHING, 0, 0, 0},
    {MASKS, {2, 5}, NO(3), VALUE, NOTHING, 0, 0, 0},
    {MASKS, {-1, 0}, 0, SHAPE, NOTHING, 0, 0, 0},

    {KEPT, {0, 5, 4, 1}, NO(0), OK, NOTHING, 0, 0, 0},
    {KEPT, {-1, 5, 4, 1}, 0, SHAPE, NOTHING, 0, 0, 0},
    {KEPT, {5, -1, 4, 1}, 0, SHAPE, NOTHING, 0, 0, 0},
    {KEPT, {5, 5, 4, -1}, 0, SHAPE, NOTHING, 0, 0, 0},
    {KEPT, {5, 5, 0, 1}, 0, VALUE, NOTHING, 0, 0, 0},
    {KEPT, {5, 5, 6, 1}, 0, VALUE, NOTHING, 0, 0, 0},
    {KEPT, {5, 5, 4, 1}, NO(0), VALUE, NOTHING, 0, 0, 0},
    {KEPT, {5, 5, 4, 1}, NO(1), VALUE, NOTHING, 0, 0, 0},

    {SCHEDULE, {10, 9, 5}, 0, VALUE, NOTHING, 0, 0, 0},
    {SCHEDULE, {0, 9, 5}, 0, VALUE, IN_DOUBLES, 0, 0, -0.1},
    {SCHEDULE, {0, 9, 5}, 0, VALUE, IN_DOUBLES, 0, 1, 1.1},
    {SCHEDULE, {0, 9, 5}, 0, VALUE, IN_DOUBLES, 0, 1, NAN},
    {SCHEDULE, {0, 9, 5}, NO(1), VALUE, NOTHING, 0, 0, 0},

    {SGD, {0}, NO(0) | NO(1) | NO(2) | NO(3), OK, NOTHING, 0, 0, 0},
    {SGD, {5}, 0, VALUE, IN_FLOATS, 4, 0, 0},
    {SGD, {5}, 0, VALUE, IN_FLOATS, 4, 0, NAN},
    {SGD, {5}, 0, VALUE, IN_FLOATS, 4, 1, 1},
    {SGD, {5}, 0, VALUE, IN_FLOATS, 4, 1, -0.1},
    {SGD, {5}, 0, VALUE, IN_FLOATS, 4, 2, -0.1},
    {SGD, {5}, NO(5), VALUE, NOTHING, 0, 0, 0},
    {SGD, {5}, NO(6), VALUE, NOTHING, 0, 0, 0},
    {SGD, {5}, NO(2), VALUE, NOTHING, 0, 0, 0},

    {ADAM, {0, 1}, NO(3) | NO(4), OK, NOTHING, 0, 0, 0},
    {ADAM, {5, 0}, 0, VALUE, NOTHING, 0, 0, 0},
    {ADAM, {5, 1}, 0, VALUE, IN_FLOATS, 5, 0, -1},
    {ADAM, {5, 1}, 0, VALUE, IN_FLOATS, 5, 1, 1},
    {ADAM, {5, 1}, 0, VALUE, IN_FLOATS, 5, 2, 1},
    {ADAM, {5, 1}, 0, VALUE, IN_FLOATS, 5, 2, NAN},
    {ADAM, {5, 1}, 0, VALUE, IN_FLOATS, 5, 3, 0},
    {ADAM, {5, 1}, 0, VALUE, IN_FLOATS, 5, 4, -0.1},
    {ADAM, {5, 1}, NO(6), VALUE, NOTHING, 0, 0, 0},
    {ADAM, {5, 1}, NO(8), VALUE, NOTHING, 0, 0, 0},
    {ADAM, {5, 1}, NO(3), VALUE, NOTHING, 0, 0, 0},

    {NORMS, {3, 0}, NO(0) | NO(1), OK, NOTHING, 0, 0, 0},
    {NORMS, {-1, 3}, 0, SHAPE, NOTHING, 0, 0, 0},
    {NORMS, {3, -1}, 0, SHAPE, NOTHING, 0, 0, 0},
    {NORMS, {3, 3}, 0, VALUE, IN_FLOATS, 0, 8, NAN},
    {NORMS, {3, 3}, 0, VALUE, IN_FLOATS, 0, 0, -INFINITY},
    {NORMS, {3, 3}, NO(0), VALUE, NOTHING, 0, 0, 0},
    {NORMS, {3, 3}, NO(1), VALUE, NOTHING, 0, 0, 0},

    {CHOOSE, {5, 6}, 0, SHAPE, NOTHING, 0, 0, 0},
    {CHOOSE, {5, -1}, 0, SHAPE, NOTHING, 0, 0, 0},
    {CHOOSE, {-1, 0}, 0, SHAPE, NOTHING, 0, 0, 0},
    {CHOOSE, {5, 2}, 0, VALUE, IN_FLOATS, 0, 4, NAN},
    {CHOOSE, {5, 2}, NO(0), VALUE, NOTHING, 0, 0, 0},
    {CHOOSE, {5, 2}, NO(1), VALUE, NOTHING, 0, 0, 0},

    {OUTPUTS, {0, 3, 2}, NO(0) | NO(2), OK, NOTHING, 0, 0, 0},
    {OUTPUTS, {-1, 3, 2}, 0, SHAPE, NOTHING, 0, 0, 0},
    {OUTPUTS, {3, -1, 0}, 0, SHAPE, NOTHING, 0, 0, 0},
    {OUTPUTS, {3, 3, 4}, 0, SHAPE, NOTHING, 0, 0, 0},
    {OUTPUTS, {3, 3, -1}, 0, SHAPE, NOTHING, 0, 0, 0},
    {OUTPUTS, {3, 3, 2}, 0, VALUE, IN_INTEGERS, 1, 1, 3},
    {OUTPUTS, {3, 3, 2}, 0, VALUE, IN_INTEGERS, 1, 1, 0},
    {OUTPUTS, {3, 3, 2}, 0, VALUE, IN_INTEGERS, 1, 0, -1},
    {OUTPUTS, {3, 3, 2}, NO(0), VALUE, NOTHING, 0, 0, 0},
    {OUTPUTS, {3, 3, 2}, NO(1), VALUE, NOTHING, 0, 0, 0},
    {OUTPUTS, {3, 3, 2}, NO(2), VALUE, NOTHING, 0, 0, 0},

    {INPUTS, {0, 3, 4, 2}, NO(0) | NO(2), OK, NOTHING, 0, 0, 0},
    {INPUTS, {-1, 3, 4, 2}, 0, SHAPE, NOTHING, 0, 0, 0},
    {INPUTS, {2, 3, -4, 2}, 0, SHAPE, NOTHING, 0, 0, 0},
    {INPUTS, {2, 3, 4, 4}, 0, SHAPE, NOTHING, 0, 0, 0},
    {INPUTS, {2, 3, 4, 2}, 0, VALUE, IN_INTEGERS, 1, 1, 3},
    {INPUTS, {2, 3, 4, 2}, 0, VALUE, IN_INTEGERS, 1, 0, 2},
    {INPUTS, {2, 3, 4, 2}, NO(0), VALUE, NOTHING, 0, 0, 0},
    {INPUTS, {2, 3, 4, 2}, NO(1), VALUE, NOTHING, 0, 0, 0},
    {INPUTS, {2, 3, 4, 2}, NO(2), VALUE, NOTHING, 0, 0, 0},

    {CSR_BUILD, {-1, 3, 9}, 0, SHAPE, NOTHING, 0, 0, 0},
    {CSR_BUILD, {3, -1, 9}, 0, SHAPE, NOTHING, 0, 0, 0},
    {CSR_BUILD, {3, 3, 9}, NO(0), VALUE, NOTHING, 0, 0, 0},
    {CSR_BUILD, {3, 3, 9}, NO(2), VALUE, NOTHING, 0, 0, 0},
    {CSR_BUILD, {3, 3, 9}, NO(3), VALUE, NOTHING, 0, 0, 0},
    {CSR_BUILD, {3, 3, 9}, NO(4), VALUE, NOTHING, 0, 0, 0},

    {BLOCK_BUILD, {-1, 3, 9, 4}, 0, SHAPE, NOTHING, 0, 0, 0},
    {BLOCK_BUILD, {3, 3, 9, 5}, 0, VALUE, NOTHING, 0, 0, 0},
    {BLOCK_BUILD, {3, 3, 9, 0}, 0, VALUE, NOTHING, 0, 0, 0},
    {BLOCK_BUILD, {3, 3, 9, 4}, NO(0), VALUE, NOTHING, 0, 0, 0},
    {BLOCK_BUILD, {3, 3, 9, 4}, NO(4), VALUE, NOTHING, 0, 0, 0},

    {BLOCK_MASK, {0, 5, 4}, NO(0) | NO(2), OK, NOTHING, 0, 0, 0},
    {BLOCK_MASK, {-1, 5, 4}, 0, SHAPE, NOTHING, 0, 0, 0},
    {BLOCK_MASK, {5, -1, 4}, 0, SHAPE, NOTHING, 0, 0, 0},
    {BLOCK_MASK, {5, 5, 3}, 0, VALUE, NOTHING, 0, 0, 0},
    {BLOCK_MASK, {5, 5, 4}, 0, VALUE, IN_DOUBLES, 1, 0, 2},
    {BLOCK_MASK, {5, 5, 4}, 0, VALUE, IN_FLOATS, 0, 24, NAN},
    {BLOCK_MASK, {5, 5, 4}, NO(0), VALUE, NOTHING, 0, 0, 0},
    {BLOCK_MASK, {5, 5, 4}, NO(2), VALUE, NOTHING, 0, 0, 0},

#define PRODUCT(call, height)                                                                                \
    {call, {5, 4, 0, height, 0, 0, 1}, NO(3) | NO(5), OK, NOTHING, 0, 0, 0},                                 \
        {call, {5, 4, -1, height, 0, 0, 1}, 0, SHAPE, NOTHING, 0, 0, 0},                                     \
        {call, {5, 4, 3, height, 0, 0, 1}, NO(3), VALUE, NOTHING, 0, 0, 0},                                  \
    {                                                                                                        \
        call, {5, 4, 3, height, 0, 0, 1}, NO(5), VALUE, NOTHING, 0, 0, 0                                     \
    }
    PRODUCT(TEXTBOOK, 0),
    PRODUCT(CSR, 0),
    PRODUCT(BLOCKS, 8),
    PRODUCT(LINEAR, 4),
    {LINEAR, {5, 4, 3, 4, 0, 0, 1}, NO(4), VALUE, NOTHING, 0, 0, 0},

    {TARGETS, {-1, 3}, 0, SHAPE, NOTHING, 0, 0, 0},
    {TARGETS, {3, -1}, 0, SHAPE, NOTHING, 0, 0, 0},
    {TARGETS, {3, 3}, 0, VALUE, IN_FLOATS, 1, 0, 0},
    {TARGETS, {3, 3}, 0, VALUE, IN_FLOATS, 1, 0, -1},
    {TARGETS, {3, 3}, 0, VALUE, IN_FLOATS, 1, 0, INFINITY},
    {TARGETS, {3, 3}, 0, VALUE, IN_FLOATS, 1, 0, NAN},
    {TARGETS, {3, 3}, NO(0), VALUE, NOTHING, 0, 0, 0},
    {TARGETS, {3, 3}, NO(2), VALUE, NOTHING, 0, 0, 0},

    {LOSS, {0, 3}, 0, SHAPE, NOTHING, 0, 0, 0},
    {LOSS, {3, 0}, 0, SHAPE, NOTHING, 0, 0, 0},
    {LOSS, {3, 3}, 0, VALUE, IN_INTEGERS, 2, 2, 3},
    {LOSS, {3, 3}, 0, VALUE, IN_INTEGERS, 2, 0, -1},
    {LOSS, {3, 3}, 0, VALUE, IN_FLOATS, 3, 0, 0},
    {LOSS, {3, 3}, 0, VALUE, IN_FLOATS, 3, 1, -0.1},
    {LOSS, {3, 3}, 0, VALUE, IN_FLOATS, 3, 1, 1.1},
    {LOSS, {3, 3}, 0, VALUE, IN_FLOATS, 3, 1, NAN},
    {LOSS, {3, 3}, NO(0), VALUE, NOTHING, 0, 0, 0},
    {LOSS, {3, 3}, NO(1), VALUE, NOTHING, 0, 0, 0},
    {LOSS, {3, 3}, NO(2), VALUE, NOTHING, 0, 0, 0},
    {LOSS, {3, 3}, NO(4), VALUE, NOTHING, 0, 0, 0},

    {CHOOSE_LEVELS, {0, 1, 9}, 0, SHAPE, NOTHING, 0, 0, 0},
    {CHOOSE_LEVELS, {1, 0, 9}, 0, SHAPE, NOTHING, 0, 0, 0},
    {CHOOSE_LEVELS, {9, 1, 9}, 0, SHAPE, NOTHING, 0, 0, 0},
    {CHOOSE_LEVELS, {1, 9, 9}, 0, SHAPE, NOTHING, 0, 0, 0},
    {CHOOSE_LEVELS, {2, 2, 9}, 0, VALUE, IN_DOUBLES, 0, 3, NAN},
    {CHOOSE_LEVELS, {2, 2, 9}, 0, VALUE, IN_DOUBLES, 0, 0, -INFINITY},
    {CHOOSE_LEVELS, {2, 2, 9}, NO(0), VALUE, NOTHING, 0, 0, 0},
    {CHOOSE_LEVELS, {2, 2, 9}, NO(1), VALUE, NOTHING, 0, 0, 0},
    {CHOOSE_LEVELS, {2, 2, 9}, NO(2), VALUE, NOTHING, 0, 0, 0},
};

// The row for this step, among the rows of the case's call; NULL if there are no more.
static const door *door_of(const grade_run *run)
{
    for (int i = 0, step = 0; i < COUNT(doors); i++)
        if (doors[i].call == run->row->argument && step++ == run->step) return &doors[i];
    return NULL;
}

bool comp_fill_door(grade_run *run)
{
    const door *d = door_of(run);
    if (!d) return false;
    memcpy(run->layout.number, d->number, sizeof d->number);
    run->layout.number[NULLS] = d->nulls;
    comp_lay(run);
    if (d->call == MASKS && d->number[0] > 0) ((int *)comp_array(run, 2))[d->number[0] - 1] = d->number[1];
    if (d->changed == IN_FLOATS) ((float *)comp_array(run, d->array))[d->at] = (float)d->value;
    if (d->changed == IN_DOUBLES) ((double *)comp_array(run, d->array))[d->at] = d->value;
    if (d->changed == IN_INTEGERS) ((int *)comp_array(run, d->array))[d->at] = (int)d->value;
    return true;
}

// What the functions change in place begins as an input, which is where it must have stayed.
static int came_from(int call, int i)
{
    if (call == SGD && i >= 5) return i - 5;
    if (call == ADAM && i >= 6) return i - 6;
    return -1;
}

void comp_check_door(grade_run *run)
{
    const door *d = door_of(run);
    char nulls[64] = "";
    for (int i = 0; i < run->layout.arrays; i++)
        if (d->nulls >> i & 1)
            snprintf(nulls + strlen(nulls), sizeof nulls - strlen(nulls), ", array %d NULL", i);
    char changed[64] = "";
    if (d->changed) snprintf(changed, sizeof changed, ", array %d[%d] = %g", d->array, d->at, d->value);
    if (run->status != d->want)
        grade_wrong(run, "%s%s%s (arrays as in calls.h): got status \"%s\", expected \"%s\"", comp_call(run),
                    nulls, changed, tt_status_text(run->status), tt_status_text(d->want));
    if (d->want == TT_OK) return;
    for (int i = 0; i < run->layout.arrays; i++) {
        const int from = came_from(d->call, i);
        const bool same =
            from < 0 ? run->is_input[i] || grade_untouched(run, i)
                     : memcmp(grade_result(run, i), grade_given(run, from), run->layout.bytes[i]) == 0;
        if (!same)
            grade_wrong(run, "%s%s%s: refused, but array %d was written to", comp_call(run), nulls, changed,
                        i);
    }
}
