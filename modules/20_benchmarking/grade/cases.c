// cases.c: the cases of module 20. Times come from an injected clock, so that every answer is known; nothing is graded by
// speed.
#include "checks.h"

#define CASE(name, function, points, run, call, fill, check)                                                 \
    {                                                                                                        \
        name, function, points, 0, run, call, fill, check, NULL, NULL                                        \
    }

const grade_case grade_cases[] = {
    // 1. Harness
    CASE("definition 7", "oly_quantile", 100, "samples", QUANTILE, oly_fill_quantile, oly_check_quantile),
};

#define NAMED(run, argument, numbers, arrays)                                                                \
    {                                                                                                        \
        run, argument, numbers, arrays, NULL                                                                 \
    }
const grade_name grade_names[] = {
    // 1. Harness
    NAMED("samples", QUANTILE, "n", "samples quantile value"),
    {0},
};

const int grade_case_count = COUNT(grade_cases);
