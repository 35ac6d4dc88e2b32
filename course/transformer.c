// transformer.c: a gpt whose layers are computed by what is switched on, through nn/gpt.h's table of kernels.
#include "transformer.h"

#include <stdlib.h>
#include <string.h>

#include "17_compression/given/sparse_file.h"
#include "core/rng.h"
#include "core/scratch.h"
#include "nn/models.h"
#include "transformer_inner.h"

// --- 16: bytes ---

static void finish_bytes(course_bytes *b)
{
    free(b->packed), free(b->scales), free(b->sums);
    *b = (course_bytes){0};
}

static tt_status make_bytes(course_bytes *b, const gpt_linear *l)
{
    const size_t weights = (size_t)l->in * l->out;
    int8_t *q = malloc(weights);
    b->packed = malloc(quant_packed_bytes(l->in, l->out));
    b->scales = malloc((size_t)l->out * sizeof *b->scales);
    b->sums = malloc((size_t)l->out * sizeof *b->sums);
    tt_status status = q && b->packed && b->scales && b->sums ? TT_OK : TT_NO_MEMORY;
    if (status == TT_OK) status = quant_scale_columns(b->scales, l->w, l->in, l->out);
    if (status == TT_OK) status = quant_weights(q, l->w, b->scales, l->in, l->out);
    if (status == TT_OK) status = quant_pack(b->packed, b->sums, q, l->in, l->out);
    free(q);
    if (status != TT_OK) finish_bytes(b);
    return status;
}

// Each row has a zero point of its own, and a product only one for all: it gets 0, and a row's part of the sum that is
// its zero point times the column's sum is taken off afterwards.
static tt_status bytes_linear(const course_gpt *g, float *y, const float *x, const gpt_linear *l, int rows)
{
    const course_bytes *b = &g->bytes[l->index];
    const size_t in = (size_t)l->in, out = (size_t)l->out;
    int32_t *sums =
        tt_scratch(TT_SCRATCH_LAYER, (size_t)rows * (out * sizeof *sums + sizeof(quant_affine) + in));
    if (!sums) return TT_NO_MEMORY;
    quant_affine *affine = (quant_affine *)(sums + rows * out);
    uint8_t *q = (uint8_t *)(affine + rows);
    tt_status status = TT_OK;
    for (int i = 0; i < rows && status == TT_OK; i++) {
        float low = 0, high = 0;
        status = quant_minmax(&low, &high, x + i * in, in);
        if (status == TT_OK) status = quant_affine_range(&affine[i], low, high, g->top);
        if (status == TT_OK) status = quant_bytes(q + i * in, x + i * in, in, affine[i]);
    }
    const quant_matrix w = {l->in, l->out, b->packed, b->sums, NULL};
    if (status == TT_OK) status = quant_matmul_packed(sums, q, 0, &w, rows, quant_best_path(g->top));
    for (int i = 0; i < rows && status == TT_OK; i++)
        for (size_t j = 0; j < out; j++)
            y[i * out + j] = affine[i].scale * b->scales[j] *
                                 (float)(sums[i * out + j] - affine[i].zero_point * b->sums[j]) +
                             l->bias[j];
    return status;
}

// --- 17: zeros ---

// The sparse product has tokens across, a layer has them down.
static tt_status sparse_linear_rows(const course_gpt *g, float *y, const float *x, const gpt_linear *l,
                                    int rows)
{
    const sparse_blocks *s = &g->sparse[l->index].blocks;
    if (rows == 1) {
        tt_status status = sparse_blocks_matmul(y, s, x, 1);
        return status == TT_OK ? ops_add_bias(y, y, l->bias, 1, l->out) : status;
    }
    float *across = tt_scratch(TT_SCRATCH_LAYER, (size_t)rows * ((size_t)l->in + l->out) * sizeof *across);
    if (!across) return TT_NO_MEMORY;
    float *made = across + (size_t)rows * l->in;
    tt_status status = nn_transpose(across, x, rows, l->in);
    if (status == TT_OK) status = sparse_blocks_matmul(made, s, across, rows);
    if (status == TT_OK) status = nn_transpose(y, made, l->out, rows);
    return status == TT_OK ? ops_add_bias(y, y, l->bias, rows, l->out) : status;
}

// --- The kernels of gpt ---

static tt_status linear(void *state, float *y, const float *x, const gpt_linear *l, int rows)
{
    const course_gpt *g = state;
    if (course_in_bytes(g, l)) return bytes_linear(g, y, x, l, rows);
    if (course_is_sparse(g, l)) return sparse_linear_rows(g, y, x, l, rows);
    if (rows == 1 && g->parts & COURSE_CACHE) return decode_matvec(y, x, l->w, l->bias, l->out, l->in);
    return nn_linear(y, x, l->w, l->bias, rows, l->in, l->out);
}

static tt_status attention(void *state, float *out, const float *q, const float *k, const float *v,
                           nn_attention_shape s)
{
    const course_gpt *g = state;
    if (!(g->parts & COURSE_CACHE)) return nn_attention(out, NULL, q, k, v, s);
    const attention_shape shape = {s.queries, s.keys, s.heads, s.head, s.q_row, s.kv_row};
    return (s.queries == 1 ? attention_decode : attention_prefill)(out, q, k, v, shape);
}

// --- Creation, and what a part needs when it is first switched on ---

static const gpt_config random_sizes[COURSE_SIZES] = {
    [COURSE_256] = {.vocab = 72, .context = 512, .layers = 4, .heads = 4, .width = 256},
    [COURSE_1024] = {.vocab = 72, .context = 512, .layers = 4, .heads = 16, .width = 1024},
};
enum { SEED = 16, HEIGHT = 4 }; // blocks as the shipped file has them

course_gpt *course_gpt_create(course_size size)
{
    course_gpt *g = calloc(1, sizeof *g);
    if (!g) return tt_fail(TT_NO_MEMORY, "no memory for a transformer"), NULL;
    g->size = size, g->head = true;
    g->top = quant_best_path(255) == quant_best_path(127) ? 255 : 127;
    g->kernels = (gpt_kernels){.name = "course", .state = g, .linear = linear, .attention = attention};
    tt_status status = size == COURSE_192 ? gpt_load(&g->dense, TT_WEIGHTS "/gpt.safetensors")
                                          : gpt_create(&g->dense, random_sizes[size], SEED);
    g->in_use = &g->dense, g->dense.kernels = &g->kernels;
    if (status == TT_OK && gpt_linear_count(&g->dense) > COURSE_MOST_LINEARS)
        status =
            tt_fail(TT_BAD_SHAPE, "a transformer of more than %d linear layers; raise COURSE_MOST_LINEARS",
                    COURSE_MOST_LINEARS);
    g->ids = status == TT_OK ? calloc((size_t)g->dense.config.context, sizeof *g->ids) : NULL;
    if (g->ids) return g;
    course_gpt_finish(g);
    return NULL;
}

void course_gpt_finish(course_gpt *g)
{
    if (!g) return;
    for (int i = 0; i < COURSE_MOST_LINEARS; i++) {
        finish_bytes(&g->bytes[i]);
        comp_matrix_finish(&g->sparse[i]);
    }
    kv_cache_finish(&g->cache);
    gpt_finish(&g->dense), gpt_finish(&g->pruned);
    free(g->logits), free(g->ids), free(g);
}

static tt_status prepare_bytes(course_gpt *g)
{
    tt_status status = TT_OK;
    for (int i = 0; i < gpt_linear_count(&g->dense) && status == TT_OK; i++) {
        const gpt_linear l = gpt_linear_at(&g->dense, i);
        if (!g->bytes[i].packed) status = make_bytes(&g->bytes[i], &l);
    }
    return status;
}

// Half of the blocks of each matrix, at random.
static void prune_at_random(gpt *m)
{
    tt_rng rng = {SEED};
    for (int i = 0; i < gpt_linear_count(m) - 1; i++) {
        const gpt_linear l = gpt_linear_at(m, i);
        for (float *w = (float *)l.w, *end = w + (size_t)l.in * l.out; w < end; w += HEIGHT)
            if (rng_below(&rng, 2)) memset(w, 0, HEIGHT * sizeof *w);
    }
}

static tt_status prepare_pruned(course_gpt *g)
{
    if (g->pruned.weights.values) return TT_OK;
    gpt made = {0};
    tt_status status = gpt_create(&made, g->dense.config, SEED);
    if (status == TT_OK && g->size == COURSE_192)
        status = comp_file_load(&made.weights, TT_WEIGHTS "/compressed/gpt-50.safetensors");
    else if (status == TT_OK) prune_at_random(&made);
    for (int i = 0; i < gpt_linear_count(&g->dense) - 1 && status == TT_OK; i++) {
        const gpt_linear l = gpt_linear_at(&made, i);
        comp_matrix_finish(&g->sparse[i]); // of an attempt that failed
        status = comp_matrix_build(&g->sparse[i], l.w, NULL, l.in, l.out, HEIGHT);
    }
    if (status != TT_OK) return gpt_finish(&made), status;
    made.kernels = &g->kernels, made.observer = g->dense.observer;
    g->pruned = made;
    return TT_OK;
}

static tt_status prepare_cache(course_gpt *g)
{
    const gpt_config c = g->dense.config;
    if (g->cache.rows) return TT_OK;
    tt_status status = kv_cache_init(&g->cache, c.layers, c.heads, c.width / c.heads, c.context);
    if (status == TT_OK) status = kv_cache_past(&g->past, &g->cache);
    if (status != TT_OK) kv_cache_finish(&g->cache);
    return status;
}

tt_status course_gpt_use(course_gpt *g, unsigned parts)
{
    static const struct {
        unsigned part;
        tt_status (*prepare)(course_gpt *g);
    } rows[] = {
        {COURSE_INT8, prepare_bytes}, {COURSE_PRUNING, prepare_pruned}, {COURSE_CACHE, prepare_cache}};
    if (!g) return TT_BAD_VALUE;
    tt_status status = course_check("gpt", parts);
    parts = course_present(parts);
    for (int i = 0; i < (int)(sizeof rows / sizeof *rows) && status == TT_OK; i++)
        if (parts & rows[i].part) status = rows[i].prepare(g);
    if (status != TT_OK) return status;
    if ((g->parts ^ parts) & (COURSE_INT8 | COURSE_PRUNING))
        g->held = 0; // what the cache holds is of other weights
    g->parts = parts;
    g->in_use = parts & COURSE_PRUNING ? &g->pruned : &g->dense;
    return TT_OK;
}

tt_status course_gpt_bytes_of(course_gpt *g, int top, bool head)
{
    if (!g || (top != 127 && top != 255)) return TT_BAD_VALUE;
    g->top = top, g->head = head, g->held = 0;
    return TT_OK;
}

void course_gpt_observe(course_gpt *g, const nn_observer *observer)
{
    g->dense.observer = g->pruned.observer = observer;
}

unsigned course_gpt_parts(const course_gpt *g) { return g->parts; }
const gpt *course_gpt_weights(const course_gpt *g) { return g->in_use; }

size_t course_gpt_read_bytes(const course_gpt *g)
{
    size_t bytes = 0;
    for (int i = 0; i < gpt_linear_count(g->in_use); i++) {
        const gpt_linear l = gpt_linear_at(g->in_use, i);
        const size_t weights = (size_t)l.in * l.out, floats = sizeof(float) * (size_t)l.out;
        bytes += floats + (course_in_bytes(g, &l)    ? quant_packed_bytes(l.in, l.out) + 2 * floats
                           : course_is_sparse(g, &l) ? comp_matrix_bytes(&g->sparse[i])
                                                     : sizeof(float) * weights);
    }
    return bytes;
}

// --- Running ---

static int same_ids(const int *a, const int *b, int most)
{
    int same = 0;
    while (same < most && a[same] == b[same]) same++;
    return same;
}

// The rows first .. count - 1, of which the last count - from are wanted.
static tt_status run(course_gpt *g, float *logits, const int *ids, int first, int from, int count)
{
    const size_t vocab = (size_t)g->dense.config.vocab, floats = (size_t)(count - first) * vocab;
    if (floats > g->logit_floats) {
        float *grown = realloc(g->logits, floats * sizeof *grown);
        if (!grown) return tt_fail(TT_NO_MEMORY, "no memory for the logits of %d tokens", count);
        g->logits = grown, g->logit_floats = floats;
    }
    struct past_kv *past = g->parts & COURSE_CACHE ? &g->past : NULL;
    tt_status status = past ? kv_cache_reset(&g->cache, first) : TT_OK;
    if (past) g->held = 0;
    if (status == TT_OK) status = gpt_forward(g->in_use, g->logits, ids + first, count - first, past);
    if (status != TT_OK) return status;
    memcpy(logits, g->logits + (size_t)(from - first) * vocab,
           (size_t)(count - from) * vocab * sizeof *logits);
    if (past) memcpy(g->ids, ids, (size_t)count * sizeof *ids), g->held = count;
    return TT_OK;
}

tt_status course_gpt_forward(course_gpt *g, float *logits, const int *ids, int from, int count)
{
    if (!g || !logits || !ids) return TT_BAD_VALUE;
    if (from < 0 || from >= count || count > g->dense.config.context)
        return tt_fail(TT_BAD_SHAPE, "tokens %d to %d of a context of %d", from, count,
                       g->dense.config.context);
    const tt_backend *before = backend;
    backend_use(course_backend(g->parts));
    const int held = g->parts & COURSE_CACHE ? g->held : 0;
    const int first = same_ids(g->ids, ids, held < from ? held : from);
    tt_status status = run(g, logits, ids, first, from, count);
    backend_use(before);
    return status;
}

tt_status course_gpt_write(course_gpt *g, int *ids, int prompt, int want)
{
    if (!g || !ids || prompt < 1 || want < 0) return TT_BAD_VALUE;
    const int vocab = g->dense.config.vocab;
    float *logits = malloc((size_t)vocab * sizeof *logits);
    tt_status status = logits ? TT_OK : TT_NO_MEMORY;
    for (int t = prompt; t < prompt + want && status == TT_OK; t++) {
        status = course_gpt_forward(g, logits, ids, t - 1, t);
        if (status == TT_OK) models_predict(&ids[t], logits, 1, vocab);
    }
    free(logits);
    return status;
}
