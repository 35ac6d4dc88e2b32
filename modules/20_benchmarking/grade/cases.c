// cases.c: the cases of module 20.
//
// A moving sum of which the loops are not swapped is hardly faster than the textbook's: it fails its pace case, and
// its other points do not count.
#include "checks.h"

#include "calls.h"

#define TEXTBOOK(least, most)                                                                                \
    (&(const grade_yardstick){"times the textbook's loops", benchmarking_yard_textbook, 1.0 / TEXTBOOK_PART,     \
                              least, most, NULL})
#define ROWS(least, most)                                                                                    \
    (&(const grade_yardstick){"of adding rows in L1", benchmarking_yard_rows, 1, least, most, NULL})

#define SUM(name, function, points, which, fill, check)                                                      \
    {                                                                                                        \
        name, function, points, 0, "sum", which, fill, check, NULL, NULL                                     \
    }

// Right on ragged lengths, exact on whole numbers, the right status for what cannot be added.
#define RIGHT(function, which, ragged, integers, door)                                                       \
    SUM("ragged lengths", function, ragged, which, benchmarking_fill_ragged, benchmarking_check_close),              \
        SUM("whole numbers, exactly", function, integers, which, benchmarking_fill_integers,                     \
            benchmarking_check_exact),                                                                           \
        SUM("empty, negative and NULL", function, door, which, benchmarking_fill_door, benchmarking_check_door)

#define TIMED(name, points, flags, yardstick)                                                                \
    {                                                                                                        \
        name, "moving_sum", points, flags, "sum", MOVING_SUM, benchmarking_fill_long, benchmarking_check_close,      \
            yardstick, IF_SLOW                                                                               \
    }

// What to ask oneself when it is right and slow.
#define IF_SLOW "Do the inner loops run along x and out, so that the compiler can use vectors?"

const grade_case grade_cases[] = {
    RIGHT("scale_add", SCALE_ADD, 8, 8, 4),
    RIGHT("moving_sum", MOVING_SUM, 25, 25, 10),
    TIMED("faster than the textbook", 0, CASE_PACE, TEXTBOOK(2.8, 2.8)),
    TIMED("speed", 20, 0, ROWS(0.2, 0.29)),
};

const grade_name grade_names[] = {
    {"sum", GRADE_ANY, "n k out|x|w", "out x w start", NULL},
    {0},
};

const int grade_case_count = COUNT(grade_cases);
