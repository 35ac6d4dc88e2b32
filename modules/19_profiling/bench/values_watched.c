// values_watched.c: what the instruments cost and how their sums come out, and misses beside times: the numbers of exercises 2, 3, 4
// and 8 that are no rows of a suite.
#include <math.h>
#include <stdlib.h>

#include "given/loops.h"
#include "given/real.h"
#include "given/instruments.h"
#include "measure/measure.h"
#include "ops/backend.h"
#include "ways.h"

// --- The instruments on the CNN at one image ---

// Seconds of `calls` passes, taken from outside; watched by all instruments if there is a watch, whose sections' whole of
// these passes is added to *inside. A first pass is not timed: clearing the instruments has put the model out of the cache.
static double seconds_of(profiling_job *job, profiling_instruments *w, int calls, double *inside,
                         tt_status *status)
{
    const nn_observer *observer = w ? &w->observer : NULL;
    if (*status == TT_OK) *status = profiling_job_run(job, observer);
    const double before = w ? w->nodes[0].inner : 0, start = measure_now();
    for (int i = 0; i < calls && *status == TT_OK; i++) *status = profiling_job_run(job, observer);
    const double seconds = measure_now() - start;
    if (w) *inside += w->nodes[0].inner - before;
    return seconds;
}

// Pairs of batches, watched and not, which take turns: the median of their ratios; and how far the sections' whole is off the
// time that was taken from outside, which cannot be less.
static tt_status measure_watch(results *r, bool quick)
{
    enum { PAIRS = 1001, CALLS = 8 };
    static profiling_instruments w;
    static double times[2][PAIRS], ratios[PAIRS]; // unwatched, watched
    const int pairs = quick ? 51 : PAIRS;
    double outside = 0, inside = 0;
    profiling_job *job = profiling_job_create(PROFILING_CNN, 1);
    tt_status status = job ? TT_OK : TT_BAD_FILE;
    const tt_backend *before = backend;
    backend_use(&backend_blas);
    for (int i = -2; i < pairs && status == TT_OK; i++) // the first two are the warm-up
        for (int side = 0; side < 2 && status == TT_OK; side++) {
            const bool is_watched = side == (i & 1);
            double within = 0;
            if (is_watched) status = profiling_instruments_begin(&w, PROFILING_ALL, profiling_clock());
            const double seconds = seconds_of(job, is_watched ? &w : NULL, CALLS, &within, &status);
            if (is_watched) profiling_instruments_end(&w);
            if (status == TT_OK && is_watched) status = w.status;
            if (i < 0) continue;
            times[is_watched][i] = seconds;
            if (is_watched) outside += seconds, inside += within;
        }
    backend_use(before);
    profiling_job_finish(job);
    if (status != TT_OK) return status;
    for (int i = 0; i < pairs; i++) ratios[i] = times[1][i] / times[0][i];
    results_set(r, "watch_cost", 100 * (measure_describe(ratios, pairs).median - 1), "%");
    results_set(r, "sections_off", 100 * (1 - inside / outside), "%");
    return TT_OK;
}

// --- Counts against formulas ---

// Models and batches for which what was counted is not what the formulas say.
static tt_status measure_counts(results *r)
{
    static const int counts[PROFILING_MODELS][2] = {{1, 64}, {1, 64}, {1, 256}};
    static profiling_instruments w;
    const tt_backend *before = backend;
    int wrong = 0;
    tt_status status = TT_OK;
    backend_use(&backend_blas);
    for (int i = 0; i < 2 * PROFILING_MODELS && status == TT_OK; i++) {
        profiling_job *job = profiling_job_create((profiling_model)(i / 2), counts[i / 2][i % 2]);
        status = job ? profiling_instruments_begin(&w, PROFILING_WORK, profiling_clock()) : TT_BAD_FILE;
        if (status == TT_OK) status = profiling_job_run(job, &w.observer);
        if (job) profiling_instruments_end(&w);
        if (status == TT_OK)
            wrong += w.counters.total.useful_macs != profiling_job_useful(job) ||
                     w.counters.total.macs != profiling_job_executed(job);
        profiling_job_finish(job);
    }
    backend_use(before);
    if (status == TT_OK) results_set(r, "counts_wrong", wrong, "of 6");
    return status;
}

tt_status profiling_prove_watched(results *r, bool quick)
{
    tt_status status = measure_watch(r, quick);
    return status == TT_OK ? measure_counts(r) : status;
}

// --- Misses beside times, for sizes round 512 ---

// Nanoseconds of a multiply-add of the loop: the best of some runs.
static double time_loop(const profiling_loop *l)
{
    enum { RUNS = 5 };
    double best = INFINITY;
    for (int i = 0; i < RUNS; i++) {
        const double start = measure_now();
        profiling_loop_run(l);
        best = fmin(best, measure_now() - start);
    }
    return 1e9 * best / profiling_loop_macs(l);
}

static void add_row(results *r, int n, const char *variant, results_kind kind, double value)
{
    results_row row = {
        .kind = kind, .x = n, .threads = 1, .passed = true, .work = value, .n = 1, .seconds = {1}};
    char kase[16];
    snprintf(kase, sizeof kase, "%d", n);
    results_row_name(&row, "misses", kase, variant, "per 100");
    results_add(r, &row);
}

tt_status profiling_measure_misses(results *r, bool quick)
{
    enum { LAST = 544, FIRST = 480, STEP = 8, ROWS = 4 };
    static float a[LAST * LAST] __attribute__((aligned(4096))), b[LAST * LAST] __attribute__((aligned(4096))),
        out[LAST * LAST] __attribute__((aligned(4096)));
    profiling_caches caches[PROFILING_CACHES];
    profiling_caches_list(caches);
    tt_status status = TT_OK;
    for (int n = FIRST; n <= LAST && status == TT_OK; n += quick ? 4 * STEP : STEP) {
        prof_cache c;
        const profiling_loop l = {PROFILING_COLUMNS, n, n, ROWS, 0, out, a, b};
        status = prof_cache_init(&c, caches[0].shapes, PROF_CACHE_LEVELS);
        if (status != TT_OK) break;
        status = profiling_loop_simulate(&l, &c);
        for (int level = 0; level < PROF_CACHE_LEVELS && status == TT_OK; level++)
            add_row(r, n, level ? "L2-misses" : "L1-misses", RESULTS_RUNG,
                    100 * (double)(c.level[level].read_misses + c.level[level].write_misses) /
                        profiling_loop_macs(&l));
        if (status == TT_OK) add_row(r, n, "time", RESULTS_GIVEN, 100 * time_loop(&l));
        prof_cache_finish(&c);
    }
    return status;
}
