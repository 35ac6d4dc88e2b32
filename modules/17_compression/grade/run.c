// run.c: the child process: calls the student's functions with the numbers and arrays of a job.
#include <string.h>

#include "calls.h"
#include "engine/job.h"

enum { ARRAYS = 9 };

// The arrays of a job; NULL for those that the job wants to be NULL.
static const int *take(void *memory, void **a)
{
    const job_layout *layout = memory;
    for (int i = 0; i < ARRAYS; i++)
        a[i] = i >= layout->arrays || layout->number[NULLS] >> i & 1 ? NULL : job_array(memory, i);
    return layout->number;
}

// What a function changes in place: array `to` begins as array `from`.
static void begin_as(void *memory, int to, int from)
{
    memcpy(job_array(memory, to), job_array(memory, from), ((job_layout *)memory)->bytes[from]);
}

static tt_status run_masks(void *memory, int call)
{
    void *a[ARRAYS];
    const int *n = take(memory, a);
    switch (call) {
    case THRESHOLD:
        return prune_threshold(a[1], a[0], (size_t)n[A], (size_t)n[B]);
    case MASK:
        return prune_mask(a[2], a[0], (size_t)n[A], *(double *)a[1]);
    case MASKS: {
        const float *w[MOST_LAYERS] = {a[0]};
        float *masks[MOST_LAYERS] = {a[3]};
        size_t counts[MOST_LAYERS];
        for (int l = 0; l < n[A]; l++) {
            counts[l] = (size_t)((int *)a[2])[l];
            if (l > 0 && w[0]) w[l] = w[l - 1] + counts[l - 1];
            if (l > 0 && masks[0]) masks[l] = masks[l - 1] + counts[l - 1];
        }
        return prune_masks(masks, w, counts, n[A], *(double *)a[1]);
    }
    default:
        return prune_count(a[1], a[0], n[A], n[B], n[C], n[D]);
    }
}

static tt_status run_steps(void *memory, int call)
{
    void *a[ARRAYS];
    const int *n = take(memory, a);
    if (call == SCHEDULE)
        return prune_schedule(a[1], ((double *)a[0])[0], ((double *)a[0])[1], n[A], n[B], n[C]);
    const float *o = a[call == SGD ? 4 : 5];
    if (call == SGD) {
        begin_as(memory, 5, 0), begin_as(memory, 6, 1);
        return prune_step_sgd(a[5], a[6], a[2], a[3], (size_t)n[A], (prune_sgd_options){o[0], o[1], o[2]});
    }
    begin_as(memory, 6, 0), begin_as(memory, 7, 1), begin_as(memory, 8, 2);
    return prune_step_adam(a[6], a[7], a[8], a[3], a[4], (size_t)n[A],
                           (prune_adam_options){o[0], o[1], o[2], o[3], o[4]}, n[B]);
}

static size_t product_of(int x, int y) { return x > 0 && y > 0 ? (size_t)x * (size_t)y : 0; }

static tt_status run_chain(const int *n, void *const *a, const int *keep)
{
    const chain_sizes *sizes = a[0];
    float *w = a[1], *bias = a[2], *smaller_w = a[4], *smaller_bias = a[5];
    prune_layer layers[MOST_LAYERS], smaller[MOST_LAYERS];
    for (int l = 0; l < n[A]; l++) {
        const chain_sizes s = sizes[l];
        layers[l] = (prune_layer){s.places, s.channels, s.out, w, bias};
        smaller[l] = (prune_layer){-1, -1, -1, smaller_w, smaller_bias};
        if (w) w += product_of(s.places, s.channels) * (size_t)s.out;
        if (bias) bias += s.out;
        if (smaller_w) smaller_w += product_of(s.places, l > 0 ? keep[l - 1] : s.channels) * (size_t)keep[l];
        if (smaller_bias) smaller_bias += keep[l];
    }
    tt_status status = prune_filters(smaller, layers, a[3], n[A]);
    for (int l = 0; l < n[A]; l++)
        ((chain_sizes *)a[6])[l] = (chain_sizes){smaller[l].places, smaller[l].channels, smaller[l].out};
    return status;
}

static tt_status run_filters(void *memory, int call)
{
    void *a[ARRAYS];
    const int *n = take(memory, a);
    switch (call) {
    case NORMS:
        return prune_norms(a[1], a[0], n[A], n[B]);
    case CHOOSE:
        return prune_choose(a[1], a[0], n[A], n[B]);
    case OUTPUTS:
        return prune_outputs(a[2], a[0], n[A], n[B], a[1], n[C]);
    case INPUTS:
        return prune_inputs(a[2], a[0], n[A], n[B], n[C], a[1], n[D]);
    default:
        return run_chain(n, a, job_array(memory, 3));
    }
}

static tt_status run_build(void *memory, int call)
{
    void *a[ARRAYS];
    const int *n = take(memory, a);
    int *sizes = a[5];
    sparse_csr csr = {-1, -1, a[2], a[3], a[4]};
    sparse_blocks blocks = {-1, -1, -1, a[2], a[3], a[4]};
    switch (call) {
    case CSR_BUILD: {
        tt_status status = sparse_csr_build(&csr, (size_t)n[C], a[0], a[1], n[A], n[B]);
        sizes[0] = csr.rows, sizes[1] = csr.cols;
        return status;
    }
    case BLOCK_BUILD: {
        tt_status status = sparse_blocks_build(&blocks, (size_t)n[C], a[0], a[1], n[A], n[B], n[D]);
        sizes[0] = blocks.rows, sizes[1] = blocks.cols, sizes[2] = blocks.height;
        return status;
    }
    case CSR_CHECK:
        csr = (sparse_csr){n[A], n[B], a[0], a[1], a[2]};
        return sparse_csr_check(&csr, (size_t)n[C]);
    case BLOCK_CHECK:
        blocks = (sparse_blocks){n[A], n[B], n[D], a[0], a[1], a[2]};
        return sparse_blocks_check(&blocks, (size_t)n[C]);
    default:
        return prune_blocks(a[2], a[0], n[A], n[B], n[C], *(double *)a[1]);
    }
}

static tt_status run_product(void *memory, int call)
{
    void *a[ARRAYS];
    const int *n = take(memory, a);
    const sparse_csr csr = {n[A], n[B], a[0], a[1], a[2]};
    const sparse_blocks blocks = {n[A], n[B], n[D], a[0], a[1], a[2]};
    switch (call) {
    case TEXTBOOK:
        return sparse_csr_matmul_textbook(a[5], &csr, a[3], n[C]);
    case CSR:
        return sparse_csr_matmul(a[5], &csr, a[3], n[C]);
    case BLOCKS:
        return sparse_blocks_matmul(a[5], &blocks, a[3], n[C]);
    default: {
        const bool both = n[G] == BOTH_FORMATS, none = n[G] == NO_FORMAT;
        const sparse_linear l = {both || (!none && !n[D]) ? &csr : NULL,
                                 both || (!none && n[D]) ? &blocks : NULL, a[4], n[F]};
        return sparse_linear_run(a[5], a[3], &l, n[C]);
    }
    }
}

static tt_status run_network(void *memory, int call)
{
    (void)call;
    void *a[ARRAYS];
    const int *n = take(memory, a);
    const sparse_sizes *sizes = a[0];
    int32_t *starts = a[1], *columns = a[2];
    float *values = a[3], *bias = a[4], *const work[2] = {a[6], a[7]};
    sparse_csr csr[MOST_LAYERS];
    sparse_blocks blocks[MOST_LAYERS];
    sparse_linear layers[MOST_LAYERS];
    for (int l = 0; l < n[A]; l++) {
        const sparse_sizes s = sizes[l];
        csr[l] = (sparse_csr){s.rows, s.cols, starts, columns, values};
        blocks[l] = (sparse_blocks){s.rows, s.cols, s.height, starts, columns, values};
        layers[l] = (sparse_linear){s.height ? NULL : &csr[l], s.height ? &blocks[l] : NULL, bias, s.relu};
        starts += (s.height ? sparse_strips(s.rows, s.height) : s.rows) + 1;
        columns += s.stored, values += s.stored * (s.height ? s.height : 1), bias += s.rows;
    }
    return sparse_network_run(a[8], a[5], layers, n[A], work, n[B]);
}

static tt_status run_distill(void *memory, int call)
{
    void *a[ARRAYS];
    const int *n = take(memory, a);
    if (call == TARGETS) {
        if (n[C]) begin_as(memory, 2, 0);
        return distill_targets(a[2], n[C] ? a[2] : a[0], *(float *)a[1], n[A], n[B]);
    }
    const float *o = a[3];
    return distill_loss(a[4], a[5], a[0], a[1], a[2], o[0], o[1], n[A], n[B]);
}

// The network of a scan: it writes down which masks it was given, and answers what the job says.
typedef struct {
    const double *answers;
    const int *counts;
    float *log;
    int *calls, most, largest;
} recorder;

static double record(void *of, const float *const *masks, int layers)
{
    recorder *r = of;
    const int call = (*r->calls)++;
    if (call >= r->most) return 0;
    float *log = r->log + (size_t)call * (size_t)(LOG_MASK + r->largest);
    log[LOG_LAYERS] = (float)layers, log[LOG_MASKS] = 0;
    for (int l = 0; l < layers && l < MOST_LAYERS; l++) {
        if (!masks[l]) continue;
        log[LOG_MASKS]++, log[LOG_WHICH] = (float)l;
        memcpy(log + LOG_MASK, masks[l], (size_t)r->counts[l] * sizeof *log);
    }
    return r->answers[call];
}

static tt_status run_scan(void *memory, int call)
{
    void *a[ARRAYS];
    const int *n = take(memory, a);
    if (call == CHOOSE_LEVELS) return prune_choose_levels(a[2], a[0], a[1], n[A], n[B], (size_t)n[C]);
    const float *w[MOST_LAYERS] = {a[0]};
    size_t counts[MOST_LAYERS];
    for (int l = 0; l < n[A]; l++) {
        counts[l] = (size_t)((int *)a[1])[l];
        if (l > 0 && w[0]) w[l] = w[l - 1] + counts[l - 1];
    }
    int *calls = a[7];
    *calls = 0;
    recorder r = {a[3], a[1], a[6], calls, n[A] > 0 && n[B] > 0 ? n[A] * n[B] : 0, n[D]};
    return prune_scan(a[4], record, &r, w, counts, n[A], a[2], n[B], a[5]);
}

// Number 0 says which input; array 0 is for the sizes.
static tt_status run_break(void *memory, int sparse)
{
    const int input = ((job_layout *)memory)->number[0];
    int *size = job_array(memory, 0);
    return sparse
               ? break_sparse(input, &size[0], &size[1], &size[2], job_array(memory, 1), job_array(memory, 2))
               : break_mask(input, &size[0], &size[1], job_array(memory, 1));
}

const job_run job_runs[] = {
    {"masks", run_masks},     {"steps", run_steps},
    {"filters", run_filters}, {"build", run_build},
    {"product", run_product}, {"network", run_network},
    {"distill", run_distill}, {"scan", run_scan},
    {"break", run_break},     {0},
};
