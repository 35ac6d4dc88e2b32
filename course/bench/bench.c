// bench.c: what the course times, claims and draws of modules 15 to 18 together. Rows only; the ways are in ways.h.
#include "bench/tables.h"

#include "ways.h"

// --- Cases: a size and a length of text ---

#define TEXT(width, n, in_quick)                                                                             \
    {                                                                                                        \
        .name = #n, .size = {width, n}, .x = n, .quick = in_quick                                            \
    }
static const bench_case cases_192[] = {TEXT(COURSE_192, 64, true), TEXT(COURSE_192, 256, false)};
static const bench_case cases_256[] = {TEXT(COURSE_256, 128, false)};
static const bench_case cases_1024[] = {TEXT(COURSE_1024, 128, true)};
static const bench_case watched_cases[] = {{.name = "1", .size = {1}, .quick = true}};

// --- Variants: what is switched on ---

#define A            COURSE_ACCELERATION
#define Q            COURSE_INT8
#define P            COURSE_PRUNING
#define C            COURSE_CACHE
#define WITH(n, all) RUNG(n, NULL, .argument = (all))
#define CACHED                                                                                               \
    WITH("15+18", A | C), WITH("18", C), WITH("16+18", Q | C), WITH("15+16+18", A | Q | C),                  \
        WITH("17+18", P | C), WITH("15+17+18", A | P | C)
#define ACCELERATED WITH("15", A), WITH("15+16", A | Q), WITH("15+17", A | P)
#define TEXTBOOK    WITH("none", 0), WITH("16", Q), WITH("17", P)

static const bench_variant all_variants[] = {CACHED, ACCELERATED, TEXTBOOK};
static const bench_variant wide_variants[] = {CACHED, ACCELERATED}; // the textbook's loops take minutes there
static const bench_variant watched_variants[] = {GIVEN("off", NULL), GIVEN("on", NULL, .argument = 1),
                                                 GIVEN("100-fold", NULL, .argument = 100)};

// --- Suites ---

#define TOKENS(suite, its_cases, its_variants)                                                               \
    SUITE(suite, "token/s", its_cases, its_variants, .ready = course_token_ready, .run = course_token_run,   \
          JOB(course_token))

static const bench_suite width_192 = TOKENS("width_192", cases_192, all_variants);
static const bench_suite width_256 = TOKENS("width_256", cases_256, all_variants);
static const bench_suite width_1024 = TOKENS("width_1024", cases_1024, wide_variants);
static const bench_suite watched = SUITE("watched", "picture/s", watched_cases, watched_variants,
                                         .run = course_watched_run, JOB(course_watched));

static const bench_suite *const suites[] = {&width_192, &width_256, &width_1024, &watched};

// --- Claims ---

// Decoding reads every weight once: a quarter of the bytes. Without an instruction that multiplies four bytes at once, and
// vectors as wide as the floats', the arithmetic takes some of that back.
#if defined __AVX512F__ || defined __AVXVNNI__
#define INT8_FLOOR 1.8
#else
#define INT8_FLOOR 1.5
#endif

static const bench_claim claims[] = {
    VALUE(AT_MOST, 0.02, "nats_int8_above", "nats", "int8 / floats: nats per character above"),
    VALUE(AT_MOST, 0.02, "nats_int8_cached_above", "nats", "the same, decoded token by token"),
    VALUE(AT_MOST, 0.05, "nats_pruned_above", "nats", "half of the blocks gone: nats above"),
    TIMES(INT8_FLOOR, "width_1024", "128", "15+16+18", "15+18",
          "one token, width 1024, cached: int8 / floats"),
    VALUE(AT_MOST, 0.1, "observer_off", "%", "no observer: share of the CNN at one image"),
    // A hundredth of the CNN's time is less than the machine's noise; a hundred hundredths are not.
    TIMES(0.5, "watched", "1", "100-fold", "off", "CNN at one image: watched 100-fold / not"),
};

// --- Charts ---

#define BY_PARTS "18 15+18 16+18 15+16+18 17+18 15+17+18"
#define CACHED_BARS(name, its_suite, title)                                                                  \
    BARS(name, its_suite, "128", BY_PARTS, RATE, "tokens per second", title)

static const bench_chart charts[] = {
    BARS("width_192", "width_192", "256", "none 16 15 15+16 15+17 15+18 15+16+18 15+17+18", RATE,
         "tokens per second", "One more token behind 255: the trained transformer, width 192"),
    CACHED_BARS("width_256", "width_256", "One more token behind 127: width 256, random weights"),
    CACHED_BARS("width_1024", "width_1024", "One more token behind 127: width 1024, random weights"),
};

MODULE("course", .measure = course_measure, .measure_seconds = 60);
