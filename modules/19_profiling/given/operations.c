// operations.c: six operations, what they count, and their times.
#include "given/operations.h"

#include <stdlib.h>

#include "core/rng.h"
#include "core/tensor.h"
#include "given/real.h"
#include "measure/measure.h"
#include "measure/roofs.h"
#include "ops/backend.h"

// Arrays of one operation: a (m, k), b (k, n), out (m, n), or rows.
typedef struct {
    float *a, *b, *out;
    int m, n, k;
} arrays;

static void add_rows(void *state)
{
    arrays *x = state;
    float *restrict out = x->out;
    const float *restrict a = x->a;
    for (int i = 0; i < x->n; i++) out[i] += 0.5f * a[i];
}

static void chain(void *state)
{
    arrays *x = state;
    float sum = 0;
    for (int i = 0; i < x->n; i++) sum += x->a[i]; // floats are not reordered: each waits for the one before
    measure_keep(sum);
}

static void product(void *state)
{
    arrays *x = state;
    matmul_cblas(x->out, x->a, x->b, x->m, x->n, x->k);
}

static void textbook(void *state)
{
    arrays *x = state;
    matmul_naive(x->out, x->a, x->b, x->m, x->n, x->k);
}

static void add_one(void *state)
{
    float *sum = state;
    *sum += 1;
}

static void small_calls(void *state)
{
    arrays *x = state;
    void (*call)(void *) = add_one;
    for (int i = 0; i < x->n; i++) {
        __asm__ volatile("" : "+r"(call));
        call(&x->out[i % 64]);
    }
}

static const struct {
    const char *name;
    void (*call)(void *);
    int m, n, k, quick_n, quick_k;
} rows[PROFILING_OPERATIONS] = {
    {"add_rows", add_rows, 1, 2048, 1, 2048, 1},     {"chain", chain, 1, 4096, 1, 4096, 1},
    {"one_row", product, 1, 4096, 4096, 1024, 1024}, {"textbook", textbook, 250, 250, 250, 250, 250},
    {"blas", product, 512, 512, 512, 512, 512},      {"calls", small_calls, 1, 1000, 1, 1000, 1},
};

int profiling_level_of(double bytes, const machine_info *info)
{
    static const double usual[] = {32768, 524288, 8388608};
    int l = 0;
    while (l < 3 && bytes > (info->cache_bytes[l] ? (double)info->cache_bytes[l] : usual[l])) l++;
    return l;
}

// Bytes per second that adding rows loads from the first cache, two floats for two flops: some cores load faster beside
// multiply-adds and stores than the loop that only reads.
static double rows_bandwidth(void)
{
    enum { FLOPS = 4000000, TRIES = 9 };
    double best = INFINITY;
    for (int t = 0; t < TRIES; t++) {
        const double start = measure_now();
        roofs_rows(FLOPS);
        best = fmin(best, measure_now() - start);
    }
    return 4.0 * FLOPS / best;
}

// A virtual machine is given a part of a cache and told the size of the whole, so the level in which the large matrix lies
// is measured at the matrix's size.
prof_roofs profiling_roofs(const machine_info *info, bool quick)
{
    prof_roofs r = {.flops = info->peak_flops, .overhead = profiling_empty_call()};
    for (int l = 0; l < 4; l++)
        r.bandwidth[l] = info->bandwidth[l] > 0 ? info->bandwidth[l] : r.bandwidth[l - (l > 0)];
    r.bandwidth[0] = fmax(r.bandwidth[0], rows_bandwidth());
    const double n = quick ? rows[PROFILING_ONE_ROW].quick_n : rows[PROFILING_ONE_ROW].n, bytes = 4 * n * n;
    const double here = machine_read_bandwidth((size_t)bytes, 0.1);
    if (here > 0) r.bandwidth[profiling_level_of(bytes, info)] = here;
    return r;
}

static prof_operation count(int which, const arrays *x, const machine_info *info)
{
    const double m = x->m, n = x->n, k = x->k, once = 4 * (m * k + k * n + m * n);
    const double in_rows[] = {
        [PROFILING_ADD_ROWS] = 8 * n, [PROFILING_CHAIN] = 4 * n, [PROFILING_CALLS] = 8 * n};
    const bool is_product =
        which == PROFILING_ONE_ROW || which == PROFILING_TEXTBOOK || which == PROFILING_BLAS;
    prof_operation o = {.flops = is_product                    ? 2 * m * n * k
                                 : which == PROFILING_ADD_ROWS ? 2 * n
                                                               : n,
                        .calls = which == PROFILING_CALLS ? n : 1};
    const double bytes = is_product ? once : in_rows[which];
    for (int l = profiling_level_of(bytes, info); l >= 0; l--)
        o.bytes[l] = bytes; // at least; a textbook product reads more in L1
    if (which == PROFILING_TEXTBOOK) o.bytes[0] = 8 * m * n * k;
    return o;
}

void profiling_operations_finish(profiling_operation o[PROFILING_OPERATIONS])
{
    for (int i = 0; i < PROFILING_OPERATIONS; i++) {
        arrays *x = o[i].work.state;
        if (x) free(x->a), free(x->b), free(x->out);
        free(x);
        o[i] = (profiling_operation){0};
    }
}

static arrays *make_arrays(int m, int n, int k)
{
    arrays *x = malloc(sizeof *x);
    if (!x) return NULL;
    const size_t a = (size_t)m * (size_t)(k > n ? k : n), b = (size_t)k * (size_t)n,
                 out = (size_t)m * (size_t)n;
    *x = (arrays){tensor_alloc(a), tensor_alloc(b), tensor_alloc(out), m, n, k};
    if (!x->a || !x->b || !x->out) return free(x->a), free(x->b), free(x->out), free(x), NULL;
    tt_rng rng = {19};
    rng_fill(&rng, x->a, a, -1, 1), rng_fill(&rng, x->b, b, -1, 1), rng_fill(&rng, x->out, out, -1, 1);
    return x;
}

tt_status profiling_operations_create(profiling_operation o[PROFILING_OPERATIONS], const machine_info *info,
                                      bool quick)
{
    for (int i = 0; i < PROFILING_OPERATIONS; i++) o[i] = (profiling_operation){.name = rows[i].name};
    for (int i = 0; i < PROFILING_OPERATIONS; i++) {
        arrays *x =
            make_arrays(rows[i].m, quick ? rows[i].quick_n : rows[i].n, quick ? rows[i].quick_k : rows[i].k);
        if (!x) return profiling_operations_finish(o), TT_NO_MEMORY;
        o[i].work = (prof_work){rows[i].call, x};
        o[i].counts = count(i, x, info);
    }
    return TT_OK;
}

tt_status profiling_operations_time(profiling_operation o[PROFILING_OPERATIONS])
{
    enum { SAMPLES = 20 };
    double step, samples[SAMPLES];
    tt_status status = prof_clock_step(&step, profiling_clock());
    for (int i = 0; i < PROFILING_OPERATIONS && status == TT_OK; i++) {
        prof_timing t;
        prof_timer timer = profiling_timer(step, SAMPLES, 19);
        timer.steady = 1; // a number is wanted for each, also from a busy machine
        status = prof_time(&t, samples, o[i].work, profiling_clock(), &timer);
        if (status == TT_OK) status = prof_percentile(&o[i].counts.seconds, samples, SAMPLES, 0.5);
    }
    return status;
}
