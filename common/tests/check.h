// check.h: cmocka, and the assertions it lacks.
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/count.h"
#include "core/status.h"
#include "core/tensor.h"

// Every |got - want| <= allowed; NaN fails. Says where the first wrong one is.
#define assert_close(actual, expected, count, tolerance)                                                     \
    do {                                                                                                     \
        tensor_difference difference_ = tensor_compare(actual, expected, count, tolerance);                  \
        if (!difference_.ok)                                                                                 \
            fail_msg("%s: [%zu] is %.9g, expected %.9g (largest error %.3g, allowed %.3g)", #actual,         \
                     difference_.index, difference_.got, difference_.want, difference_.largest,              \
                     difference_.allowed);                                                                   \
    } while (0)

// Compare two statuses. If they differ, say both by name, with the last sentence of tt_fail.
#define assert_status(call, expected)                                                                        \
    do {                                                                                                     \
        tt_status status_ = (call);                                                                          \
        if (status_ != (expected))                                                                           \
            fail_msg("%s: %s, expected %s; last message: %s", #call, tt_status_text(status_),                \
                     tt_status_text(expected), tt_error());                                                  \
    } while (0)

// Run a table of tests. The exit code of main: 0 or 1, not the number of failures, since 256 would read as
// success. The environment's LEAVE_OUT is a pattern of names that are not run: aarch64.sh says which and why.
#undef run_tests // cmocka's old name for something else
#define run_tests(tests)                                                                                     \
    (cmocka_set_skip_filter(getenv("LEAVE_OUT")), !!cmocka_run_group_tests(tests, NULL, NULL))
