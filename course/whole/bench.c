// bench.c: the three models by what is switched on: nothing, each module alone, one after the other. Rows only.
#include "bench/tables.h"

#include "../bench/ways.h"
#include "ways.h"

#define A            COURSE_ACCELERATION
#define Q            COURSE_INT8
#define P            COURSE_PRUNING
#define C            COURSE_CACHE
#define WITH(n, all) RUNG(n, NULL, .argument = (all))

static const bench_case mlp_cases[] = {{.name = "64", .size = {WHOLE_MLP, 64}, .x = 64, .quick = true}};
static const bench_case cnn_cases[] = {{.name = "64", .size = {WHOLE_CNN, 64}, .x = 64, .quick = true}};
static const bench_case gpt_cases[] = {{.name = "128", .size = {COURSE_192, 128}, .x = 128, .quick = true}};

static const bench_variant mlp_variants[] = {WITH("none", 0), WITH("15", A),        WITH("16", Q),
                                             WITH("17", P),   WITH("15+16", A | Q), WITH("15+17", A | P)};
static const bench_variant cnn_variants[] = {
    WITH("none", 0),      WITH("15", A),        WITH("16", Q),        WITH("17", P),
    WITH("15+16", A | Q), WITH("15+17", A | P), WITH("16+17", Q | P), WITH("15+16+17", A | Q | P)};
static const bench_variant gpt_variants[] = {WITH("none", 0),
                                             WITH("15", A),
                                             WITH("16", Q),
                                             WITH("17", P),
                                             WITH("18", C),
                                             WITH("15+16", A | Q),
                                             WITH("15+17", A | P),
                                             WITH("15+18", A | C),
                                             WITH("16+18", Q | C),
                                             WITH("17+18", P | C),
                                             WITH("15+16+18", A | Q | C),
                                             WITH("15+17+18", A | P | C)};

#define PICTURES(name)                                                                                       \
    SUITE(#name, "picture/s", name##_cases, name##_variants, .ready = whole_pictures_ready,                  \
          .run = whole_pictures_run, JOB(whole_pictures))

static const bench_suite the_mlp = PICTURES(mlp);
static const bench_suite the_cnn = PICTURES(cnn);
static const bench_suite the_gpt =
    SUITE("gpt", "token/s", gpt_cases, gpt_variants, .ready = course_token_ready, .run = course_token_run,
          JOB(course_token));
static const bench_suite *const suites[] = {&the_mlp, &the_cnn, &the_gpt};

// A point is 1 of 100 pictures. What is trained on after pruning may be better than before.
static const bench_claim claims[] = {
    VALUE(AT_MOST, 1, "mlp lost", "points", "MLP, bytes or zeros: accuracy lost, the most"),
    VALUE(AT_MOST, 1, "cnn lost", "points", "CNN, bytes, half the filters, both: the most"),
    VALUE(AT_MOST, 0.02, "gpt lost", "nats", "transformer, bytes or zeros: nats more, the most"),
    TIMES(1, "cnn", "64", "15+16+17", "15", "CNN, 64 pictures: all modules / module 15 alone"),
    TIMES(1, "gpt", "128", "15+16+18", "15", "transformer, a token: 15, 16 and 18 / 15 alone"),
};

#define GAINS(model, at, its_variants, heading)                                                              \
    BARS(#model, #model, at, its_variants, RATIO, "times as fast as the textbook's loops", heading)

static const bench_chart charts[] = {
    GAINS(mlp, "64", "none 15 16 17 15+16 15+17", "The MLP, 64 pictures, module by module"),
    GAINS(cnn, "64", "none 15 16 17 15+16 15+17 16+17 15+16+17", "The CNN, 64 pictures, module by module"),
    GAINS(gpt, "128", "none 15 16 17 18 15+16 15+18 15+16+18", "The transformer, a token, module by module"),
};

MODULE("whole", .measure = whole_measure, .measure_seconds = 60);
