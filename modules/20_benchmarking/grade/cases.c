// cases.c: the cases of module 20. Times come from an injected clock, so that every answer is known; nothing is graded by
// speed.
#include "checks.h"

#define CASE(name, function, points, run, call, fill, check)                                                 \
    {                                                                                                        \
        name, function, points, 0, run, call, fill, check, NULL, NULL                                        \
    }
#define REFUSES(function, points, run, call)                                                                 \
    CASE("NULL, too few and out of range", function, points, run, call, oly_fill_door, oly_check_door)
#define MEASURES(name, points, fill)                                                                         \
    CASE(name, "oly_measure", points, "measure", MEASURE, fill, oly_check_measure)

const grade_case grade_cases[] = {
    // 1. Harness
    CASE("definition 7", "oly_quantile", 2, "samples", QUANTILE, oly_fill_quantile, oly_check_quantile),
    REFUSES("oly_quantile", 1, "samples", QUANTILE),
    CASE("equals, NaN, infinity", "oly_accuracy", 2, "samples", ACCURACY, oly_fill_accuracy,
         oly_check_accuracy),
    REFUSES("oly_accuracy", 1, "samples", ACCURACY),
    CASE("log softmax, in double", "oly_nats", 2, "samples", NATS, oly_fill_nats, oly_check_nats),
    CASE("logits of any size", "oly_nats", 1, "samples", NATS, oly_fill_large_logits, oly_check_nats),
    REFUSES("oly_nats", 1, "samples", NATS),
    MEASURES("every call alone, without the warm-up", 3, oly_fill_times),
    MEASURES("what the timed calls answered", 3, oly_fill_quality),
    MEASURES("training, and bytes at the end", 2, oly_fill_train),
    MEASURES("calls that fail, clocks that lie", 1, oly_fill_failures),
    REFUSES("oly_measure", 1, "measure", MEASURE),

    // 2. Score
    CASE("a machine that changes its speed", "oly_paired_ratio", 3, "score", RATIO, oly_fill_ratio,
         oly_check_ratio),
    REFUSES("oly_paired_ratio", 1, "score", RATIO),
    CASE("places by the binomial", "oly_paired_interval", 3, "score", INTERVAL, oly_fill_interval,
         oly_check_interval),
    REFUSES("oly_paired_interval", 1, "score", INTERVAL),
    CASE("the weighted geometric mean", "oly_event_score", 3, "score", EVENT, oly_fill_event,
         oly_check_event),
    CASE("the gate first", "oly_event_score", 2, "score", EVENT, oly_fill_gate, oly_check_event),
    REFUSES("oly_event_score", 2, "score", EVENT),
    CASE("all events or none", "oly_total_score", 2, "score", TOTAL, oly_fill_total, oly_check_total),
    REFUSES("oly_total_score", 1, "score", TOTAL),
    CASE("three ratios", "oly_count_score", 1, "score", COUNTS, oly_fill_counts, oly_check_counts),
    REFUSES("oly_count_score", 1, "score", COUNTS),

    // 3. Entry
    CASE("the first rule that is broken", "oly_config_check", 2, "entry", CHECK, oly_fill_rules,
         oly_check_rules),
    REFUSES("oly_config_check", 1, "entry", CHECK),
    CASE("an odometer, and room", "oly_config_list", 2, "entry", LIST, oly_fill_list, oly_check_list),
    REFUSES("oly_config_list", 1, "entry", LIST),
    CASE("as text, and room", "oly_config_write", 2, "entry", WRITE, oly_fill_write, oly_check_write),
    REFUSES("oly_config_write", 1, "entry", WRITE),
    CASE("in any order and form", "oly_config_read", 1, "entry", READ, oly_fill_read, oly_check_read),
    CASE("says which line is wrong", "oly_config_read", 2, "entry", READ, oly_fill_faults, oly_check_read),
    CASE("long lines and any bytes", "oly_config_read", 1, "entry", READ, oly_fill_hostile, oly_check_read),
    REFUSES("oly_config_read", 1, "entry", READ),

    // 5. Submission
    CASE("hashes by order of names", "oly_manifest_write", 3, "manifest", MANIFEST_WRITE, oly_fill_manifest,
         oly_check_manifest),
    REFUSES("oly_manifest_write", 1, "manifest", MANIFEST_WRITE),
    CASE("missing, unlisted, changed", "oly_manifest_check", 3, "manifest", MANIFEST_CHECK, oly_fill_whole,
         oly_check_checked),
    CASE("the first line that cannot be", "oly_manifest_check", 2, "manifest", MANIFEST_CHECK,
         oly_fill_unreadable, oly_check_checked),
    REFUSES("oly_manifest_check", 1, "manifest", MANIFEST_CHECK),

    // 6. Break it
    CASE("exposes wrong ratios", "oly_break_ratio", 6, "break", BREAK_RATIO, oly_fill_break, oly_check_break),
};

#define NAMED(run, argument, numbers, arrays)                                                                \
    {                                                                                                        \
        run, argument, numbers, arrays, NULL                                                                 \
    }
const grade_name grade_names[] = {
    // 1. Harness
    NAMED("samples", QUANTILE, "n", "samples quantile value"),
    NAMED("samples", ACCURACY, "count classes", "logits labels share"),
    NAMED("samples", NATS, "count classes", "logits targets nats"),
    NAMED("measure", MEASURE, "", "plan costs said answers logits metrics log"),
    // 2. Score
    NAMED("score", RATIO, "pairs", "before after ratio"),
    NAMED("score", INTERVAL, "pairs", "before after low high"),
    NAMED("score", EVENT, "count", "gate metrics score"),
    NAMED("score", TOTAL, "count", "events total"),
    NAMED("score", COUNTS, "", "baseline entry score"),
    // 3. Entry
    NAMED("entry", CHECK, "", "space config broken"),
    NAMED("entry", LIST, "room", "space configs count"),
    NAMED("entry", WRITE, "room", "space config text"),
    NAMED("entry", READ, "", "space text config error"),
    // 5. Submission
    NAMED("manifest", MANIFEST_WRITE, "count room", "files contents text"),
    NAMED("manifest", MANIFEST_CHECK, "count", "files contents text checked"),
    // 6. Break it
    NAMED("break", GRADE_ANY, "input", "sizes before after"),
    {0},
};

const int grade_case_count = COUNT(grade_cases);
