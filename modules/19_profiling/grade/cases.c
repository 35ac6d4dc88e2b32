// cases.c: the cases of module 19. Times come from an injected clock, so that every answer is known; nothing is graded by
// speed.
#include "calls_scripts.h"
#include "checks.h"

#define CASE(name, function, points, run, call, fill, check)                                                 \
    {                                                                                                        \
        name, function, points, 0, run, call, fill, check, NULL, NULL                                        \
    }
#define REFUSES(function, points, run, call)                                                                 \
    CASE("NULL, too few and out of range", function, points, run, call, profiling_fill_door,                 \
         profiling_check_door)
// A script of calls, each of which is a job.
#define SCRIPT(name, function, points, its_run, part)                                                        \
    {                                                                                                        \
        name, function, points, 0, its_run, 0, profiling_fill_##part, profiling_check_script, NULL, NULL     \
    }

const grade_case grade_cases[] = {
    // 1. Timer
    CASE("the smallest step that can be seen", "prof_clock_step", 1, "time", STEP, profiling_fill_step,
         profiling_check_step),
    CASE("stands still, goes backwards", "prof_clock_step", 1, "time", STEP, profiling_fill_bad_clock,
         profiling_check_bad_clock),
    CASE("what NumPy says", "prof_percentile", 1, "samples", PERCENTILE, profiling_fill_recorded,
         profiling_check_recorded),
    CASE("definition 7", "prof_percentile", 1, "samples", PERCENTILE, profiling_fill_percentile,
         profiling_check_percentile),
    CASE("no p99 of 10 samples", "prof_percentile", 1, "samples", PERCENTILE, profiling_fill_few,
         profiling_check_few),
    REFUSES("prof_percentile", 1, "samples", PERCENTILE),
    CASE("what NumPy says", "prof_median_interval", 1, "samples", INTERVAL, profiling_fill_recorded_interval,
         profiling_check_recorded_interval),
    CASE("the bootstrap with this seed", "prof_median_interval", 1, "samples", INTERVAL,
         profiling_fill_interval, profiling_check_interval),
    REFUSES("prof_median_interval", 1, "samples", INTERVAL),
    CASE("far out, above and below", "prof_outliers", 1, "samples", OUTLIERS, profiling_fill_outliers,
         profiling_check_outliers),
    REFUSES("prof_outliers", 1, "samples", OUTLIERS),
    CASE("samples long enough for the clock", "prof_time", 2, "time", TIME, profiling_fill_constant,
         profiling_check_timing),
    CASE("warm-up does not count", "prof_time", 2, "time", TIME, profiling_fill_cold, profiling_check_timing),
    CASE("what noisy samples say", "prof_time", 2, "time", TIME, profiling_fill_noisy,
         profiling_check_timing),
    CASE("verdicts in the place of numbers", "prof_time", 2, "time", TIME, profiling_fill_verdicts,
         profiling_check_timing),
    REFUSES("prof_time", 1, "time", TIME),

    // 2. Memory profiler
    SCRIPT("malloc, calloc and aligned_alloc", "prof_memory_table", 2, "memory", taken),
    SCRIPT("realloc grows, shrinks, fails, frees", "prof_memory_table", 3, "memory", resized),
    SCRIPT("NULL, unknown blocks, no slot left", "prof_memory_table", 2, "memory", odd),
    {"leaks, peak and counts with 1 and 2 threads", "prof_memory_table", 2, CASE_THREADS, "threads", 0,
     profiling_fill_threads, profiling_check_threads, NULL, NULL},
    SCRIPT("peak by section", "prof_memory_section", 2, "memory", peaks),
    SCRIPT("by place, the most bytes first", "prof_memory_leaks", 2, "memory", leaks),

    // 3. Counters
    SCRIPT("useful work by layer and operation", "prof_count_observer", 3, "counters", useful),
    SCRIPT("failures, depth, no row left, NULL", "prof_count_observer", 2, "counters", failures),
    SCRIPT("executed work by layer and operation", "prof_count_backend", 3, "counters", executed),
    SCRIPT("MLP, CNN and a masked transformer", "prof_count_backend", 2, "counters", models),

    // 4. Sections
    SCRIPT("nested, exact, one reading each", "prof_enter", 3, "sections", nested),
    SCRIPT("names", "prof_enter", 1, "sections", names),
    SCRIPT("10,000 deep, with room and without", "prof_enter", 2, "sections", rooms),
    SCRIPT("without enter, twice, out of order", "prof_exit", 2, "sections", exits),
    SCRIPT("a clock that goes backwards", "prof_exit", 1, "sections", backwards),
    SCRIPT("self and total, also of recursion", "prof_report", 3, "sections", report),
    SCRIPT("fields, and times to the nanosecond", "prof_trace", 2, "sections", trace),
    SCRIPT("a line for each stack", "prof_folded", 1, "sections", folded),
    SCRIPT("frames where they belong", "prof_flame", 2, "sections", flame),

    // 5. BottleneckAnalyzer
    CASE("slope and roof", "prof_roofline", 1, "bottleneck", ROOFLINE, profiling_fill_roofline,
         profiling_check_roofline),
    REFUSES("prof_roofline", 1, "bottleneck", ROOFLINE),
    CASE("each kind of bound", "prof_find_bottleneck", 2, "bottleneck", BOTTLENECK, profiling_fill_bounds,
         profiling_check_bottleneck),
    CASE("unexplained and impossible", "prof_find_bottleneck", 1, "bottleneck", BOTTLENECK,
         profiling_fill_no_bound, profiling_check_bottleneck),
    CASE("what lifting a roof would bring", "prof_find_bottleneck", 2, "bottleneck", BOTTLENECK,
         profiling_fill_gains, profiling_check_bottleneck),
    REFUSES("prof_find_bottleneck", 1, "bottleneck", BOTTLENECK),
    CASE("parts and factors", "prof_amdahl", 1, "bottleneck", AMDAHL, profiling_fill_amdahl,
         profiling_check_amdahl),
    REFUSES("prof_amdahl", 1, "bottleneck", AMDAHL),
    CASE("a program of many operations", "prof_lift_roofs", 1, "bottleneck", LIFT, profiling_fill_lift,
         profiling_check_lift),
    REFUSES("prof_lift_roofs", 1, "bottleneck", LIFT),

    // 6. OptimizationComparer
    CASE("old new, new old", "prof_time_pairs", 1, "time", PAIRS, profiling_fill_pairs,
         profiling_check_pairs),
    REFUSES("prof_time_pairs", 1, "time", PAIRS),
    CASE("ratio, interval, verdict, pairs", "prof_compare", 2, "compare", COMPARE, profiling_fill_compare,
         profiling_check_compare),
    CASE("a machine that changes its speed", "prof_compare", 1, "compare", COMPARE, profiling_fill_drift,
         profiling_check_compare),
    CASE("1,000 experiments without a change", "prof_compare", 1, "compare", LUCK, profiling_fill_luck,
         profiling_check_luck),
    REFUSES("prof_compare", 1, "compare", COMPARE),
    CASE("corrected for their number", "prof_compare_many", 2, "compare", MANY, profiling_fill_many,
         profiling_check_many),
    REFUSES("prof_compare_many", 1, "compare", MANY),
    CASE("exposes wrong comparers", "prof_break_pairs", 2, "break", BREAK_PAIRS, profiling_fill_break_pairs,
         profiling_check_break_pairs),

    // 7. InteractionAnalyzer
    CASE("main effects and interactions", "prof_effects", 2, "interactions", EFFECTS, profiling_fill_effects,
         profiling_check_effects),
    REFUSES("prof_effects", 1, "interactions", EFFECTS),
    CASE("product beside measured gain", "prof_combine", 2, "interactions", COMBINE, profiling_fill_combine,
         profiling_check_combine),
    REFUSES("prof_combine", 1, "interactions", COMBINE),

    // 8. Cache simulator
    SCRIPT("shapes, and what is refused", "prof_cache_init", 1, "cache", shapes),
    SCRIPT("traces made by hand", "prof_cache_access", 2, "cache", by_hand),
    SCRIPT("one level: series of addresses", "prof_cache_access", 2, "cache", series),
    SCRIPT("two levels", "prof_cache_access", 2, "cache", two_levels),
    SCRIPT("lines in part, the end of memory", "prof_cache_access", 1, "cache", edges),
    CASE("exposes wrong simulators", "prof_break_cache", 2, "break", BREAK_CACHE, profiling_fill_break_cache,
         profiling_check_break_cache),
};

#define NAMED(run, argument, numbers, arrays)                                                                \
    {                                                                                                        \
        run, argument, numbers, arrays, NULL                                                                 \
    }
const grade_name grade_names[] = {
    // 1, 5, 6, 7
    NAMED("time", STEP, "", "clock step"),
    NAMED("time", TIME, "", "clock costs o samples t readings"),
    NAMED("time", PAIRS, "pairs calls", "clock costs before after readings"),
    NAMED("samples", PERCENTILE, "n", "samples quantile value"),
    NAMED("samples", INTERVAL, "n", "samples b interval"),
    NAMED("samples", OUTLIERS, "n", "samples which count"),
    NAMED("bottleneck", ROOFLINE, "level", "roofs intensity rate"),
    NAMED("bottleneck", AMDAHL, "", "part-and-factor gain"),
    NAMED("bottleneck", LIFT, "count", "roofs o gain"),
    NAMED("bottleneck", BOTTLENECK, "", "roofs o b"),
    NAMED("compare", COMPARE, "pairs", "before after b c"),
    NAMED("compare", MANY, "pairs count", "baseline variants b c"),
    NAMED("compare", LUCK, "pairs experiments", "before after b changes"),
    NAMED("interactions", EFFECTS, "factors rounds", "seconds b effects"),
    NAMED("interactions", COMBINE, "factors rounds", "seconds b c"),
    NAMED("break", BREAK_CACHE, "input", "sizes address write"),
    NAMED("break", GRADE_ANY, "input", "sizes before after"),

    // 2, 3, 4, 8: a script says in its messages which call it is about

    {0},
};

const int grade_case_count = COUNT(grade_cases);
