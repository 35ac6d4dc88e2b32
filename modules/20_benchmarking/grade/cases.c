// cases.c: the cases of module 20. Times come from an injected clock, so that every answer is known; nothing is graded by
// speed.
#include "checks.h"
#include "checks_tuner.h"

#define CASE(name, function, points, run, call, fill, check)                                                 \
    {                                                                                                        \
        name, function, points, 0, run, call, fill, check, NULL, NULL                                        \
    }
#define REFUSES(function, points, run, call)                                                                 \
    CASE("NULL, too few and out of range", function, points, run, call, oly_fill_door, oly_check_door)
#define MEASURES(name, points, fill)                                                                         \
    CASE(name, "oly_measure", points, "measure", MEASURE, fill, oly_check_measure)
#define TUNER_REFUSES(function, points, call)                                                                \
    CASE("NULL and out of range", function, points, "tuner", call, oly_fill_tuner_door, oly_check_tuner_door)
#define SEARCH_REFUSES(function, points, which)                                                              \
    CASE("refused, and samples that fail", function, points, "search", which, oly_fill_tuner_door,           \
         oly_check_tuner_door)

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

    // 4. Tuner
    CASE("triangles that multiply to k", "oly_cholesky", 2, "tuner", CHOLESKY, oly_fill_cholesky,
         oly_check_cholesky),
    CASE("equal configurations, and the jitter", "oly_cholesky", 1, "tuner", CHOLESKY, oly_fill_singular,
         oly_check_cholesky),
    TUNER_REFUSES("oly_cholesky", 1, CHOLESKY),
    CASE("near and far", "oly_kernel", 1, "tuner", KERNEL, oly_fill_kernel, oly_check_kernel),
    TUNER_REFUSES("oly_kernel", 1, KERNEL),
    CASE("values of any mean and unit", "oly_fit", 1, "tuner", FIT, oly_fill_fit, oly_check_fit),
    CASE("the likeliest length", "oly_fit", 1, "tuner", FIT, oly_fill_length, oly_check_fit),
    CASE("equal values, equal configurations", "oly_fit", 1, "tuner", FIT, oly_fill_fit_edges, oly_check_fit),
    TUNER_REFUSES("oly_fit", 1, FIT),
    CASE("mean and deviation", "oly_predict", 1, "tuner", PREDICT, oly_fill_predict, oly_check_predict),
    CASE("sure, and knowing nothing", "oly_predict", 1, "tuner", PREDICT, oly_fill_predict_edges,
         oly_check_predict),
    TUNER_REFUSES("oly_predict", 1, PREDICT),
    CASE("better, worse, unsure", "oly_expected_improvement", 1, "tuner", IMPROVEMENT, oly_fill_improvement,
         oly_check_tail),
    CASE("no deviation, and far away", "oly_expected_improvement", 1, "tuner", IMPROVEMENT, oly_fill_tails,
         oly_check_tail),
    TUNER_REFUSES("oly_expected_improvement", 1, IMPROVEMENT),
    CASE("near, far, no deviation", "oly_chance", 1, "tuner", CHANCE, oly_fill_chance, oly_check_tail),
    CASE("weights and limits", "oly_profile_cost", 1, "tuner", COST, oly_fill_cost, oly_check_cost),
    TUNER_REFUSES("oly_profile_cost", 1, COST),
    CASE("budget, limits, equal costs", "oly_search_all", 1, "search", ALL, oly_fill_all, oly_check_search),
    SEARCH_REFUSES("oly_search_all", 1, ALL),
    CASE("stops what has no hope", "oly_search_early", 1, "search", EARLY_STOP, oly_fill_early,
         oly_check_search),
    CASE("lucky and unlucky samples", "oly_search_early", 1, "search", EARLY_STOP, oly_fill_lucky,
         oly_check_search),
    SEARCH_REFUSES("oly_search_early", 1, EARLY_STOP),
    CASE("drawn with this seed", "oly_search_random", 1, "search", RANDOM_ONES, oly_fill_random,
         oly_check_search),
    SEARCH_REFUSES("oly_search_random", 1, RANDOM_ONES),
    CASE("what improves most", "oly_search_process", 1, "search", BY_PROCESS, oly_fill_process,
         oly_check_process),
    CASE("within its limits", "oly_search_process", 1, "search", BY_PROCESS, oly_fill_limits,
         oly_check_process),
    CASE("as long as there is no best", "oly_search_process", 1, "search", BY_PROCESS, oly_fill_no_best,
         oly_check_process),
    SEARCH_REFUSES("oly_search_process", 1, BY_PROCESS),

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
    NAMED("measure", MEASURE, "", "plan calls said answers logits metrics log found"),
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
    // 4. Tuner
    NAMED("tuner", CHOLESKY, "n", "k jitter l"),
    NAMED("tuner", KERNEL, "n m d", "x z length k"),
    NAMED("tuner", FIT, "n count d", "x y lengths noise p l alpha -"),
    NAMED("tuner", PREDICT, "n m d", "x z p l alpha mean deviation"),
    NAMED("tuner", IMPROVEMENT, "", "mean-deviation-best improvement"),
    NAMED("tuner", CHANCE, "", "mean-deviation-limit chance"),
    NAMED("tuner", COST, "kind", "metrics base profile cost excess"),
    NAMED("search", GRADE_ANY, "configs limits d samples", "x costs excess seconds search found tried -"),
    // 5. Submission
    NAMED("manifest", MANIFEST_WRITE, "count room", "files contents text"),
    NAMED("manifest", MANIFEST_CHECK, "count", "files contents text checked"),
    // 6. Break it
    NAMED("break", GRADE_ANY, "input", "sizes before after"),
    {0},
};

const int grade_case_count = COUNT(grade_cases);
