// functions_17.c: the functions of module 17 that sparse models need. What is nobody's multiplies its zeros.
#include "compression.h"

#include "seam.h"

// Two inputs to four outputs, the second input for all of them and the first for none.
static const float w8[] = {0, 0, 0, 0, 1, -2, 3, 4}, x2[] = {1, -1}, bias4[] = {0, 1, 2, 3};
static int32_t starts[] = {0, 1}, columns[] = {1}, row_starts[] = {0, 1, 2, 3, 4},
               row_columns[] = {1, 1, 1, 1};
static float values[] = {1, -2, 3, 4};
static const sparse_blocks blocks = {4, 2, 4, starts, columns, values};
static const sparse_csr csr = {4, 2, row_starts, row_columns, values};

COURSE_FUNCTION(17, sparse_blocks_build,
                (sparse_blocks * s, size_t room, const float *w, const float *mask, int in, int out,
                 int height),
                (s, room, w, mask, in, out, height), NULL, {
                    int32_t starts[2], columns[1];
                    float values[4];
                    sparse_blocks made = {.starts = starts, .columns = columns, .values = values};
                    return f(&made, 1, w8, NULL, 2, 4, 4);
                })

COURSE_FUNCTION(17, sparse_blocks_check, (const sparse_blocks *s, size_t room), (s, room), NULL,
                { return f(&blocks, 1); })

COURSE_FUNCTION(17, sparse_blocks_matmul, (float *out, const sparse_blocks *s, const float *x, int n),
                (out, s, x, n), NULL, {
                    float out[4];
                    return f(out, &blocks, x2, 1);
                })

COURSE_FUNCTION(17, sparse_csr_build,
                (sparse_csr * s, size_t room, const float *w, const float *mask, int in, int out),
                (s, room, w, mask, in, out), NULL, {
                    int32_t starts[5], columns[4];
                    float values[4];
                    sparse_csr made = {.starts = starts, .columns = columns, .values = values};
                    return f(&made, 4, w8, NULL, 2, 4);
                })

COURSE_FUNCTION(17, sparse_csr_check, (const sparse_csr *s, size_t room), (s, room), NULL,
                { return f(&csr, 4); })

COURSE_FUNCTION(17, sparse_network_run,
                (float *logits, const float *x, const sparse_linear *layers, int count, float *const work[2],
                 int n),
                (logits, x, layers, count, work, n), NULL, {
                    const sparse_linear layer = {.blocks = &blocks, .bias = bias4};
                    float logits[4], room[2][4];
                    return f(logits, x2, &layer, 1, (float *const[2]){room[0], room[1]}, 1);
                })

// What removes weights; the models that ship have lost theirs already.

COURSE_FUNCTION(-17, prune_mask, (float *mask, const float *w, size_t count, double sparsity),
                (mask, w, count, sparsity), NULL, {
                    float mask[8];
                    return f(mask, w8, 8, 0.5);
                })

COURSE_FUNCTION(-17, prune_masks,
                (float *const *masks, const float *const *w, const size_t *counts, int layers,
                 double sparsity),
                (masks, w, counts, layers, sparsity), NULL, {
                    float mask[8];
                    return f((float *const[1]){mask}, (const float *const[1]){w8}, (const size_t[1]){8}, 1,
                             0.5);
                })

COURSE_FUNCTION(-17, prune_blocks,
                (float *mask, const float *w, int in, int out, int height, double sparsity),
                (mask, w, in, out, height, sparsity), NULL, {
                    float mask[8];
                    return f(mask, w8, 2, 4, 4, 0.5);
                })

COURSE_FUNCTION(-17, prune_filters,
                (prune_layer * smaller, const prune_layer *layers, const int *keep, int count),
                (smaller, layers, keep, count), NULL, {
                    float w2[8] = {1, -2, 3, 4}, b2[4] = {0}, w4[8], to1[4], to_b1[2], to2[4], to_b2[2];
                    for (int i = 0; i < 8; i++) w4[i] = w8[i];
                    const prune_layer from[2] = {{1, 1, 4, w2, b2}, {1, 4, 2, w4, b2}};
                    prune_layer to[2] = {{.w = to1, .bias = to_b1}, {.w = to2, .bias = to_b2}};
                    return f(to, from, (const int[2]){2, 2}, 2);
                })
