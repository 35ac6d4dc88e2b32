// lay.c: the arrays of each call as a table says it, filled with what is valid, and comparisons with an
// answer.
#include "checks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ARRAYS = 9 };
typedef enum {
    NONE,
    WEIGHTS,
    ONES,
    HALF,
    ENDS,
    OPTIONS,
    UP,
    FLOATS,
    INTEGERS,
    COUNTS,
    STARTS,
    SETTING,
    LOSSES,
    BYTES,
    OUT_BYTES
} contents;

// An array: what is in it, and how many there are; of an output how many bytes.
typedef struct {
    contents what;
    size_t count;
} plan;

static size_t times(int a, int b) { return (size_t)abs(a) * (size_t)abs(b); }

// One more than rows, or strips.
static size_t starts_of(int rows, int height)
{
    return (size_t)sparse_strips(abs(rows), height > 0 ? height : 1) + 1;
}

static void plan_call(plan *p, int call, const int *n)
{
    const size_t f = sizeof(float), count = (size_t)abs(n[A]);
    switch (call) {
#define PLAN(...)                                                                                            \
    memcpy(p, (plan[]){__VA_ARGS__}, sizeof((plan[]){__VA_ARGS__}));                                         \
    break
    case THRESHOLD:
        PLAN({WEIGHTS, count}, {OUT_BYTES, f});
    case MASK:
        PLAN({WEIGHTS, count}, {HALF, 1}, {OUT_BYTES, count * f});
    case MASKS:
        PLAN({WEIGHTS, (size_t)n[B]}, {HALF, 1}, {COUNTS, count}, {OUT_BYTES, (size_t)n[B] * f});
    case KEPT:
        PLAN({ONES, times(n[A], n[B])}, {OUT_BYTES, sizeof(prune_counts)});
    case SCHEDULE:
        PLAN({ENDS, 2}, {OUT_BYTES, sizeof(double)});
    case SGD:
        PLAN({WEIGHTS, count}, {WEIGHTS, count}, {WEIGHTS, count}, {ONES, count}, {OPTIONS, 3},
             {OUT_BYTES, count * f}, {OUT_BYTES, count * f});
    case ADAM:
        PLAN({WEIGHTS, count}, {WEIGHTS, count}, {ONES, count}, {WEIGHTS, count}, {ONES, count}, {OPTIONS, 5},
             {OUT_BYTES, count * f}, {OUT_BYTES, count * f}, {OUT_BYTES, count * f});
    case NORMS:
        PLAN({WEIGHTS, times(n[A], n[B])}, {OUT_BYTES, (size_t)abs(n[B]) * f});
    case CHOOSE:
        PLAN({WEIGHTS, count}, {OUT_BYTES, (size_t)abs(n[B]) * sizeof(int)});
    case OUTPUTS:
        PLAN({WEIGHTS, times(n[A], n[B])}, {UP, (size_t)abs(n[C])}, {OUT_BYTES, times(n[A], n[C]) * f});
    case INPUTS:
        PLAN({WEIGHTS, times(n[A], n[B]) * (size_t)abs(n[C])}, {UP, (size_t)abs(n[D])},
             {OUT_BYTES, times(n[A], n[D]) * (size_t)abs(n[C]) * f});
    case CSR_BUILD:
    case BLOCK_BUILD:
        PLAN({WEIGHTS, times(n[A], n[B])}, {ONES, times(n[A], n[B])},
             {OUT_BYTES, starts_of(n[B], n[D]) * sizeof(int)}, {OUT_BYTES, (size_t)n[C] * sizeof(int)},
             {OUT_BYTES, times(n[C], n[D] > 0 ? n[D] : 1) * f}, {OUT_BYTES, 3 * sizeof(int)});
    case CSR_CHECK:
    case BLOCK_CHECK:
        PLAN({STARTS, starts_of(n[A], n[D])}, {INTEGERS, (size_t)n[E]},
             {WEIGHTS, times(n[E], n[D] > 0 ? n[D] : 1)});
    case BLOCK_MASK:
        PLAN({WEIGHTS, times(n[A], n[B])}, {HALF, 1}, {OUT_BYTES, times(n[A], n[B]) * f});
    case TEXTBOOK:
    case CSR:
    case BLOCKS:
    case LINEAR:
        PLAN({STARTS, starts_of(n[A], n[D])}, {INTEGERS, (size_t)n[E]},
             {WEIGHTS, times(n[E], n[D] > 0 ? n[D] : 1)}, {FLOATS, times(n[B], n[C])},
             {FLOATS, call == LINEAR ? count : 0}, {OUT_BYTES, times(n[A], n[C]) * f});
    case TARGETS:
        PLAN({WEIGHTS, times(n[A], n[B])}, {SETTING, 1}, {OUT_BYTES, times(n[A], n[B]) * f});
    case LOSS:
        PLAN({WEIGHTS, times(n[A], n[B])}, {ONES, times(n[A], n[B])}, {INTEGERS, count}, {SETTING, 2},
             {OUT_BYTES, sizeof(double)}, {OUT_BYTES, times(n[A], n[B]) * f});
    case CHOOSE_LEVELS:
        PLAN({LOSSES, times(n[A], n[B])}, {BYTES, times(n[A], n[B])}, {OUT_BYTES, count * sizeof(int)});
#undef PLAN
    default:
        break;
    }
}

void *comp_array(grade_run *run, int i) { return (void *)grade_result(run, i); }

static void fill_array(grade_run *run, const plan *p)
{
    static const float sgd[] = {0.1f, 0.9f, 0.01f}, adam[] = {0.1f, 0.9f, 0.99f, 1e-8f, 0.01f};
    static const float setting[] = {2, 0.5f};
    static const double half = 0.5, ends[] = {0, 0.8};
    const bool eight_bytes = p->what == HALF || p->what == ENDS || p->what == LOSSES || p->what == BYTES;
    void *to = p->what == OUT_BYTES ? grade_output_bytes(run, p->count)
                                    : grade_input_bytes(run, p->count * (eight_bytes ? 8 : 4));
    float *f = to;
    int *n = to;
    switch (p->what) {
    case WEIGHTS:
    case FLOATS:
        grade_random_fill(run, f, p->count, -1, 1);
        break;
    case ONES:
        for (size_t i = 0; i < p->count; i++) f[i] = 1;
        break;
    case UP:
        for (size_t i = 0; i < p->count; i++) n[i] = (int)i;
        break;
    case HALF:
        memcpy(to, &half, sizeof half);
        break;
    case ENDS:
        memcpy(to, ends, sizeof ends);
        break;
    case OPTIONS:
        memcpy(to, p->count == 3 ? sgd : adam, p->count * sizeof(float));
        break;
    case SETTING:
        memcpy(to, setting, p->count * sizeof(float));
        break;
    case LOSSES:
    case BYTES: // all 0
        memset(to, 0, p->count * 8);
        break;
    case INTEGERS:
    case STARTS:
    case COUNTS:
        memset(to, 0, p->count * sizeof(int));
        break;
    default:
        break;
    }
}

void comp_lay(grade_run *run)
{
    plan p[MOST_ARRAYS] = {{NONE, 0}};
    plan_call(p, run->row->argument, run->layout.number);
    for (int i = 0; i < MOST_ARRAYS && p[i].what != NONE; i++) fill_array(run, &p[i]);
}

const char *comp_call(grade_run *run)
{
    static const char *const names[CALLS][7] = {
        [THRESHOLD] = {"count", "keep"},
        [MASK] = {"count"},
        [MASKS] = {"layers", "weights in all"},
        [KEPT] = {"in", "out", "height", "positions"},
        [SCHEDULE] = {"begin", "end", "step"},
        [SGD] = {"count"},
        [ADAM] = {"count", "step"},
        [NORMS] = {"rows", "out"},
        [CHOOSE] = {"out", "keep"},
        [OUTPUTS] = {"rows", "out", "keep"},
        [INPUTS] = {"places", "channels", "out", "keep"},
        [FILTERS] = {"layers"},
        [CSR_BUILD] = {"in", "out", "room"},
        [CSR_CHECK] = {"rows", "cols", "room"},
        [TEXTBOOK] = {"rows", "cols", "n"},
        [CSR] = {"rows", "cols", "n"},
        [BLOCK_MASK] = {"in", "out", "height"},
        [BLOCK_BUILD] = {"in", "out", "room", "height"},
        [BLOCK_CHECK] = {"rows", "cols", "room", "height"},
        [BLOCKS] = {"rows", "cols", "n", "height"},
        [LINEAR] = {"rows", "cols", "n", "height (0: CSR)"},
        [NETWORK] = {"layers", "n"},
        [TARGETS] = {"rows", "classes"},
        [LOSS] = {"rows", "classes"},
        [SCAN] = {"layers", "levels"},
        [CHOOSE_LEVELS] = {"layers", "levels", "budget"},
    };
    static char text[160];
    size_t used = 0;
    for (int i = 0; i < 7 && names[run->row->argument][i]; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s = %d", i ? ", " : "",
                                 names[run->row->argument][i], run->layout.number[i]);
    return text;
}

void comp_require_ok(grade_run *run)
{
    if (run->status != TT_OK)
        grade_wrong(run, "%s: got status \"%s\", expected \"ok\"", comp_call(run),
                    tt_status_text(run->status));
}

void comp_compare(grade_run *run, int i, const char *name, size_t count, const double *want,
                  const double *allowed)
{
    const float *got = grade_result(run, i);
    for (size_t x = 0; x < count; x++) {
        const double error = allowed ? allowed[x] : 0;
        if (fabs((double)got[x] - want[x]) <= error) continue; // false for NaN
        if ((double)got[x] == want[x]) continue;               // infinity
        grade_wrong(run, "%s: got %s[%zu] = %.8g, expected %.8g%s", comp_call(run), name, x, (double)got[x],
                    want[x], isnan(got[x]) ? " (NaN: never written?)" : "");
    }
}

void comp_compare_floats(grade_run *run, int i, const char *name, size_t count, const float *want)
{
    const float *got = grade_result(run, i);
    for (size_t x = 0; x < count; x++)
        if (!(got[x] == want[x]))
            grade_wrong(run, "%s: got %s[%zu] = %.8g, expected %.8g%s", comp_call(run), name, x,
                        (double)got[x], (double)want[x], isnan(got[x]) ? " (NaN: never written?)" : "");
}

void comp_compare_integers(grade_run *run, int i, const char *name, size_t count, const int *want)
{
    const int *got = grade_result(run, i);
    for (size_t x = 0; x < count; x++)
        if (got[x] != want[x])
            grade_wrong(run, "%s: got %s[%zu] = %d, expected %d%s", comp_call(run), name, x, got[x], want[x],
                        got[x] == -1 ? " (was it written?)" : "");
}

void comp_random_weights(grade_run *run, float *w, int in, int out, int of_hundred)
{
    const int no_input = in > 2 ? grade_random_below(run, in) : -1,
              no_output = out > 2 ? grade_random_below(run, out) : -1;
    grade_random_integers(run, w, (size_t)in * (size_t)out, 1, 8);
    for (int i = 0; i < in * out; i++) {
        const bool gone =
            i / out == no_input || i % out == no_output || grade_random_below(run, 100) >= of_hundred;
        w[i] = gone ? 0 : w[i] * (float)grade_random_sign(run);
    }
}
