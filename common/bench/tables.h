// tables.h: macros for the rows of a module's bench.c, whose arrays have the same names in every module.
//
// A row begins with what every row of its kind needs, then come, as .field = value, the fields that only
// some need: .argument, .threads, .most_work or .seconds of a variant, .log_x, .log_y, .bytes_x or .caches
// of a chart. The fields are those of bench.h.
#pragma once

#include "bench.h"

// --- Variants: a function of the type that the suite's run calls; NULL where the argument says all ---

#define VARIANT(of_kind, variant, way, ...)                                                                  \
    {                                                                                                        \
        .name = variant, .function = (bench_function *)(way), .kind = RESULTS_##of_kind, __VA_ARGS__         \
    }
#define RUNG(variant, way, ...)      VARIANT(RUNG, variant, way, __VA_ARGS__)
#define GIVEN(variant, way, ...)     VARIANT(GIVEN, variant, way, __VA_ARGS__)
#define YARDSTICK(variant, way, ...) VARIANT(YARDSTICK, variant, way, __VA_ARGS__)

// --- Suites: two arrays, and the functions of a job: JOB(x) names x_work, x_prepare, x_check and x_finish ---

#define SUITE(suite, per_second, its_cases, its_variants, ...)                                               \
    {                                                                                                        \
        .name = suite, .unit = per_second, .cases = its_cases, .case_count = COUNT(its_cases),               \
        .variants = its_variants, .variant_count = COUNT(its_variants), __VA_ARGS__                          \
    }
#define JOB(prefix)                                                                                          \
    .work = prefix##_work, .prepare = prefix##_prepare, .check = prefix##_check, .finish = prefix##_finish

// --- Claims ---

// These variants do at least `floor` times as much work per second as those.
#define TIMES(floor, its_suite, its_cases, variants, of_variants, sentence)                                  \
    {                                                                                                        \
        .text = sentence, .suite = its_suite, .cases = its_cases, .these = variants, .those = of_variants,   \
        .limit = floor, .unit = "x"                                                                          \
    }
// A named value is AT_LEAST or AT_MOST a bound.
#define VALUE(bounded, bounded_by, its_name, its_unit, sentence)                                             \
    {                                                                                                        \
        .text = sentence, .value = its_name, .bound = CLAIM_##bounded, .limit = bounded_by, .unit = its_unit \
    }

// --- Charts ---

// Curves of a RATE, a TIME or a RATIO, in steps of `unit`: 1e9 for G.
#define CURVES(chart, its_suite, its_variants, values, unit, below, beside, heading, ...)                    \
    {                                                                                                        \
        .name = chart, .title = heading, .xlabel = below, .ylabel = beside, .kind = CHART_CURVES,            \
        .value = CHART_##values, .scale = unit, .suite = its_suite, .variants = its_variants, __VA_ARGS__    \
    }
// Bars at one case; as a RATIO, how many times the suite's first variant. At most 8: a chart has 8 colours.
#define BARS(chart, its_suite, at, its_variants, values, below, heading)                                     \
    {                                                                                                        \
        .name = chart, .title = heading, .xlabel = below, .ylabel = "", .kind = CHART_BARS,                  \
        .value = CHART_##values, .scale = 1, .suite = its_suite, .variants = its_variants, .kase = at        \
    }

// --- The module: its arrays suites, claims and charts, and .measure or .prove with their seconds ---

#define MODULE(folder, ...)                                                                                  \
    const bench_module module_bench = {.name = folder,                                                       \
                                       .suites = suites,                                                     \
                                       .suite_count = COUNT(suites),                                         \
                                       .claims = claims,                                                     \
                                       .claim_count = COUNT(claims),                                         \
                                       .charts = charts,                                                     \
                                       .chart_count = COUNT(charts),                                         \
                                       __VA_ARGS__}
