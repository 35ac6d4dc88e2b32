// attention.c: causal attention as two products per head, a block of queries at a time.
//
// A block of queries needs no key after its last query. In blocks of 128, a sequence of 512 tokens computes
// 10 of the 16 squares of 128 x 128 scores that a full product computes, and a block's scores stay in cache.
#include "layers.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "ops/backend.h"
#include "core/scratch.h"

enum { BLOCK = 128 };

static tt_status check(nn_attention_shape s)
{
    int width;
    if (s.n < 0 || s.queries < 1 || s.keys < s.queries || s.heads < 1 || s.head < 1) return TT_BAD_SHAPE;
    if (__builtin_mul_overflow(s.heads, s.head, &width) || s.q_row < width || s.kv_row < width)
        return TT_BAD_SHAPE;
    return TT_OK;
}

static int block_rows(const nn_attention_shape *s, int first)
{
    return s->queries - first < BLOCK ? s->queries - first : BLOCK;
}

// The keys that the last query of a block attends to: the columns of the block's product.
static int block_keys(const nn_attention_shape *s, int first)
{
    return s->keys - s->queries + first + block_rows(s, first);
}

static size_t head_saved(const nn_attention_shape *s)
{
    size_t floats = 0;
    for (int first = 0; first < s->queries; first += BLOCK)
        floats += (size_t)block_rows(s, first) * block_keys(s, first);
    return floats;
}

size_t nn_attention_saved(nn_attention_shape s)
{
    return check(s) == TT_OK ? (size_t)s.n * s.heads * head_saved(&s) : 0;
}

// Copy one head's columns of `rows` rows into a dense array; scatter copies them back.
static void gather(float *out, const float *x, int rows, int head, int row_floats)
{
    for (int i = 0; i < rows; i++)
        memcpy(out + (size_t)i * head, x + (size_t)i * row_floats, (size_t)head * 4);
}

static void scatter(float *out, const float *x, int rows, int head, int row_floats)
{
    for (int i = 0; i < rows; i++)
        memcpy(out + (size_t)i * row_floats, x + (size_t)i * head, (size_t)head * 4);
}

// nn_softmax or ops_softmax.
typedef tt_status softmax_function(float *out, const float *x, int rows, int cols);

// Turn scores into weights: each row becomes the softmax of the keys that its query may see, then zeros.
static void mask_and_softmax(float *scores, int rows, int keys, int head, softmax_function *softmax)
{
    float scale = 1 / sqrtf((float)head);
    for (int i = 0; i < rows; i++, scores += keys) {
        int seen = keys - rows + i + 1;
        for (int j = 0; j < seen; j++) scores[j] *= scale;
        softmax(scores, scores, 1, seen);
        memset(scores + seen, 0, (size_t)(keys - seen) * sizeof *scores);
    }
}

// Temporary memory of one head.
typedef struct {
    // q and out (BLOCK, head), k and v (keys, head), k_t (head, keys), scores (BLOCK, keys)
    float *q, *k, *k_t, *v, *out, *scores;
    softmax_function *softmax;
} forward_room;

static tt_status head_forward(float *out, float *saved, const float *q, const float *k, const float *v,
                              const nn_attention_shape *s, const forward_room *r)
{
    gather(r->k, k, s->keys, s->head, s->kv_row);
    gather(r->v, v, s->keys, s->head, s->kv_row);
    for (int first = 0; first < s->queries; first += BLOCK) {
        int rows = block_rows(s, first), keys = block_keys(s, first);
        float *scores = saved ? saved : r->scores;
        tt_status status;
        gather(r->q, q + (size_t)first * s->q_row, rows, s->head, s->q_row);
        if (rows == 1) { // one query: k q^T gives the same numbers without a transpose
            status = backend->matmul(scores, r->k, r->q, keys, 1, s->head);
        } else {
            nn_transpose(r->k_t, r->k, keys, s->head);
            status = backend->matmul(scores, r->q, r->k_t, rows, keys, s->head);
        }
        if (status != TT_OK) return status;
        mask_and_softmax(scores, rows, keys, s->head, r->softmax);
        status = backend->matmul(r->out, scores, r->v, rows, s->head, keys);
        if (status != TT_OK) return status;
        scatter(out + (size_t)first * s->heads * s->head, r->out, rows, s->head, s->heads * s->head);
        if (saved) saved += (size_t)rows * keys;
    }
    return TT_OK;
}

static tt_status forward(float *out, float *saved, const float *q, const float *k, const float *v,
                         nn_attention_shape s, softmax_function *softmax)
{
    tt_status status = check(s);
    if (status != TT_OK || s.n == 0) return status;
    if (!out || !q || !k || !v) return TT_BAD_VALUE;
    size_t block = (size_t)block_rows(&s, 0), of_keys = (size_t)s.keys * s.head;
    size_t floats = 2 * block * s.head + 3 * of_keys + block * s.keys;
    float *all = tt_scratch(TT_SCRATCH_LAYER, floats * sizeof *all);
    if (!all) return tt_fail(TT_NO_MEMORY, "no memory for the scores of %d keys", s.keys);
    forward_room r = {
        .k = all, .k_t = all + of_keys, .v = all + 2 * of_keys, .q = all + 3 * of_keys, .softmax = softmax};
    r.out = r.q + block * s.head;
    r.scores = r.out + block * s.head;

    size_t per_head = head_saved(&s);
    for (int i = 0; i < s.n; i++)
        for (int h = 0; h < s.heads; h++) {
            size_t q_at = (size_t)i * s.queries * s.q_row + (size_t)h * s.head;
            size_t kv_at = (size_t)i * s.keys * s.kv_row + (size_t)h * s.head;
            size_t out_at = (size_t)i * s.queries * s.heads * s.head + (size_t)h * s.head;
            status = head_forward(out + out_at, saved, q + q_at, k + kv_at, v + kv_at, &s, &r);
            if (status != TT_OK) return status;
            if (saved) saved += per_head;
        }
    return TT_OK;
}

tt_status nn_attention(float *out, float *saved, const float *q, const float *k, const float *v,
                       nn_attention_shape s)
{
    return forward(out, saved, q, k, v, s, nn_softmax);
}

tt_status nn_attention_textbook(float *out, const float *q, const float *k, const float *v,
                                nn_attention_shape s)
{
    return forward(out, NULL, q, k, v, s, ops_softmax);
}

typedef struct {
    float *k, *v_t, *dk, *dv;           // (keys, head); v_t is (head, keys)
    float *q, *dout, *dq;               // (BLOCK, head)
    float *dscores, *transposed, *part; // (BLOCK, keys), its transpose, (keys, head)
} backward_room;

// Turn dweights into dscores, by rows: w (dw - sum(w dw)) / sqrt(head), which stays 0 where w is masked.
static void softmax_backward(float *dscores, const float *weights, int rows, int keys, int head)
{
    float scale = 1 / sqrtf((float)head);
    for (int i = 0; i < rows; i++, dscores += keys, weights += keys) {
        float sums[8] = {0}, sum = 0; // eight sums: with one, each addition waits for the one before
        int j = 0;
        for (; j + 8 <= keys; j += 8)
            for (int lane = 0; lane < 8; lane++) sums[lane] += weights[j + lane] * dscores[j + lane];
        for (; j < keys; j++) sum += weights[j] * dscores[j];
        for (int lane = 0; lane < 8; lane++) sum += sums[lane];
        for (j = 0; j < keys; j++) dscores[j] = weights[j] * (dscores[j] - sum) * scale;
    }
}

// sum (keys, head) += block^T (keys, rows) x (rows, head)
static tt_status add_product(float *sum, const float *block, const float *x, int rows, int keys,
                             const nn_attention_shape *s, const backward_room *r)
{
    nn_transpose(r->transposed, block, rows, keys);
    tt_status status = backend->matmul(r->part, r->transposed, x, keys, s->head, rows);
    for (size_t i = 0; status == TT_OK && i < (size_t)keys * s->head; i++) sum[i] += r->part[i];
    return status;
}

static tt_status block_backward(const float *weights, int rows, int keys, const float *v,
                                const nn_attention_shape *s, const backward_room *r)
{
    tt_status status = add_product(r->dv, weights, r->dout, rows, keys, s, r);
    if (status != TT_OK) return status;
    gather(r->part, v, keys, s->head, s->kv_row);
    nn_transpose(r->v_t, r->part, keys, s->head);
    status = backend->matmul(r->dscores, r->dout, r->v_t, rows, keys, s->head);
    if (status != TT_OK) return status;
    softmax_backward(r->dscores, weights, rows, keys, s->head);
    status = backend->matmul(r->dq, r->dscores, r->k, rows, s->head, keys);
    return status == TT_OK ? add_product(r->dk, r->dscores, r->q, rows, keys, s, r) : status;
}

// The first float of one sequence's head in each array.
typedef struct {
    float *dq, *dk, *dv;
    const float *dout, *weights, *q, *k, *v;
} head_slices;

static tt_status head_backward(head_slices at, const nn_attention_shape *s, const backward_room *r)
{
    size_t of_keys = (size_t)s->keys * s->head;
    int width = s->heads * s->head;
    memset(r->dk, 0, of_keys * sizeof *r->dk);
    memset(r->dv, 0, of_keys * sizeof *r->dv);
    gather(r->k, at.k, s->keys, s->head, s->kv_row);
    for (int first = 0; first < s->queries; first += BLOCK) {
        int rows = block_rows(s, first), keys = block_keys(s, first);
        gather(r->q, at.q + (size_t)first * s->q_row, rows, s->head, s->q_row);
        gather(r->dout, at.dout + (size_t)first * width, rows, s->head, width);
        tt_status status = block_backward(at.weights, rows, keys, at.v, s, r);
        if (status != TT_OK) return status;
        scatter(at.dq + (size_t)first * s->q_row, r->dq, rows, s->head, s->q_row);
        at.weights += (size_t)rows * keys;
    }
    scatter(at.dk, r->dk, s->keys, s->head, s->kv_row);
    scatter(at.dv, r->dv, s->keys, s->head, s->kv_row);
    return TT_OK;
}

static tt_status borrow(backward_room *r, const nn_attention_shape *s)
{
    size_t block = (size_t)block_rows(s, 0), of_keys = (size_t)s->keys * s->head;
    size_t of_block = block * s->head, of_scores = block * s->keys;
    size_t floats = 5 * of_keys + 3 * of_block + 2 * of_scores;
    float *next = tt_scratch(TT_SCRATCH_LAYER, floats * sizeof *next);
    if (!next) return tt_fail(TT_NO_MEMORY, "no memory for the scores of %d keys", s->keys);
    float **of_size_keys[] = {&r->k, &r->v_t, &r->dk, &r->dv, &r->part};
    float **of_size_block[] = {&r->q, &r->dout, &r->dq};
    float **of_size_scores[] = {&r->dscores, &r->transposed};
    for (int i = 0; i < 5; i++, next += of_keys) *of_size_keys[i] = next;
    for (int i = 0; i < 3; i++, next += of_block) *of_size_block[i] = next;
    for (int i = 0; i < 2; i++, next += of_scores) *of_size_scores[i] = next;
    return TT_OK;
}

tt_status nn_attention_backward(float *dq, float *dk, float *dv, const float *dout, const float *saved,
                                const float *q, const float *k, const float *v, nn_attention_shape s)
{
    tt_status status = check(s);
    if (status != TT_OK || s.n == 0) return status;
    if (!dq || !dk || !dv || !dout || !saved || !q || !k || !v) return TT_BAD_VALUE;
    backward_room r;
    status = borrow(&r, &s);
    size_t per_head = head_saved(&s);
    for (int i = 0; i < s.n; i++)
        for (int h = 0; h < s.heads && status == TT_OK; h++, saved += per_head) {
            size_t q_at = (size_t)i * s.queries * s.q_row + (size_t)h * s.head;
            size_t kv_at = (size_t)i * s.keys * s.kv_row + (size_t)h * s.head;
            size_t out_at = (size_t)i * s.queries * s.heads * s.head + (size_t)h * s.head;
            head_slices at = {dq + q_at, dk + kv_at, dv + kv_at, dout + out_at,
                              saved,     q + q_at,   k + kv_at,  v + kv_at};
            status = head_backward(at, &s, &r);
        }
    return status;
}
