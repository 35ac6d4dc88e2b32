// cases.c: the cases of module 19.
//
// A moving sum of which the loops are not swapped is hardly faster than the textbook's: it fails its pace case, and
// its other points do not count.
#include "checks.h"

#include "calls.h"

#define TEXTBOOK(least, most)                                                                                \
    (&(const grade_yardstick){"times the textbook's loops", profiling_yard_textbook, 1.0 / TEXTBOOK_PART,    \
                              least, most, NULL})
#define ROWS(least, most)                                                                                    \
    (&(const grade_yardstick){"of adding rows in L1", profiling_yard_rows, 1, least, most, NULL})

#define SUM(name, function, points, which, fill, check)                                                      \
    {                                                                                                        \
        name, function, points, 0, "sum", which, fill, check, NULL, NULL                                     \
    }

// Right on ragged lengths, exact on whole numbers, the right status for what cannot be added.
#define RIGHT(function, which, ragged, integers, door)                                                       \
    SUM("ragged lengths", function, ragged, which, profiling_fill_ragged, profiling_check_close),            \
        SUM("whole numbers, exactly", function, integers, which, profiling_fill_integers,                    \
            profiling_check_exact),                                                                          \
        SUM("empty, negative and NULL", function, door, which, profiling_fill_door, profiling_check_door)

#define TIMED(name, points, flags, yardstick)                                                                \
    {                                                                                                        \
        name, "moving_sum", points, flags, "sum", MOVING_SUM, profiling_fill_long, profiling_check_close,    \
            yardstick, IF_SLOW                                                                               \
    }

#define SCRIPT(name, function, points, its_run, part)                                                        \
    {                                                                                                        \
        name, function, points, 0, #its_run, 0, prof_fill_##part, prof_check_##its_run, NULL, NULL           \
    }

// What to ask oneself when it is right and slow.
#define IF_SLOW "Do the inner loops run along x and out, so that the compiler can use vectors?"

const grade_case grade_cases[] = {
    // 1. Timer

    // 2. Memory profiler
    SCRIPT("malloc, calloc and aligned_alloc", "prof_memory_table", 2, memory, taken),
    SCRIPT("realloc grows, shrinks, fails, frees", "prof_memory_table", 3, memory, resized),
    SCRIPT("NULL, unknown blocks, no slot left", "prof_memory_table", 2, memory, odd),
    {"leaks, peak and counts with 1 and 2 threads", "prof_memory_table", 2, CASE_THREADS, "threads", 0,
     prof_fill_threads, prof_check_threads, NULL, NULL},
    SCRIPT("peak by section", "prof_memory_section", 2, memory, memory_sections),
    SCRIPT("by place, the most bytes first", "prof_memory_leaks", 2, memory, leaks),

    // 3. Counters
    SCRIPT("useful work by layer and operation", "prof_count_observer", 3, counters, useful),
    SCRIPT("failures, depth, no row left, NULL", "prof_count_observer", 2, counters, counters_odd),
    SCRIPT("executed work by layer and operation", "prof_count_backend", 4, counters, executed),
    SCRIPT("MLP, CNN and a masked transformer", "prof_count_backend", 3, counters, models),

    // 4. Sections
    SCRIPT("nested, exact, one reading each", "prof_enter", 3, sections, nested),
    SCRIPT("names", "prof_enter", 1, sections, names),
    SCRIPT("10,000 deep, with room and without", "prof_enter", 2, sections, rooms),
    SCRIPT("without enter, twice, out of order", "prof_exit", 2, sections, exits),
    SCRIPT("a clock that goes backwards", "prof_exit", 1, sections, backwards),
    SCRIPT("self and total, also of recursion", "prof_report", 3, sections, report),
    SCRIPT("fields, and times to the nanosecond", "prof_trace", 2, sections, trace),
    SCRIPT("a line for each stack", "prof_folded", 1, sections, folded),
    SCRIPT("frames where they belong", "prof_flame", 2, sections, flame),

    // 5. BottleneckAnalyzer

    // 6. OptimizationComparer

    // 7. InteractionAnalyzer

    // 8. Cache simulator
    SCRIPT("shapes, and what is refused", "prof_cache_init", 2, cache, shapes),
    SCRIPT("traces made by hand", "prof_cache_access", 3, cache, by_hand),
    SCRIPT("one level: series of addresses", "prof_cache_access", 2, cache, series),
    SCRIPT("two levels", "prof_cache_access", 2, cache, two_levels),
    SCRIPT("lines in part, the end of memory", "prof_cache_access", 1, cache, edges),

    RIGHT("scale_add", SCALE_ADD, 8, 8, 4),
    RIGHT("moving_sum", MOVING_SUM, 8, 8, 2),
    TIMED("faster than the textbook", 0, CASE_PACE, TEXTBOOK(2.8, 2.8)),
    TIMED("speed", 10, 0, ROWS(0.2, 0.29)),
};

// A script says in its messages which call it is about.
const grade_name grade_names[] = {
    {"sum", GRADE_ANY, "n k out|x|w", "out x w start", NULL},
    {0},
};

const int grade_case_count = COUNT(grade_cases);
