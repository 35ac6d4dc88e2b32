// knn.c: nearest neighbours, block by block; all but the product is the same for every kernel.
#include "knn.h"

#include <limits.h>
#include <stdlib.h>

#include "core/scratch.h"
#include "core/tensor.h"

static int min(int a, int b) { return a < b ? a : b; }

tt_status accel_knn_create(knn_index *index, const unsigned char *images, int count)
{
    if (count < 1) return TT_BAD_SHAPE;
    knn_index made = {.count = count,
                      .train = tensor_alloc((size_t)count * KNN_PIXELS),
                      .norm = calloc((size_t)count, sizeof *made.norm)};
    if (!made.train || !made.norm) return accel_knn_finish(&made), TT_NO_MEMORY;
    for (int t0 = 0; t0 < count; t0 += KNN_TRAIN_BLOCK) {
        int width = min(KNN_TRAIN_BLOCK, count - t0);
        float *block = made.train + (size_t)t0 * KNN_PIXELS;
        for (int t = 0; t < width; t++)
            for (int p = 0; p < KNN_PIXELS; p++) {
                int pixel = images[(size_t)(t0 + t) * KNN_PIXELS + p] - 128;
                block[(size_t)p * width + t] = (float)pixel;
                made.norm[t0 + t] += pixel * pixel;
            }
    }
    *index = made;
    return TT_OK;
}

void accel_knn_finish(knn_index *index)
{
    if (!index) return;
    free(index->train);
    free(index->norm);
    *index = (knn_index){0};
}

// Looks at one row of products with training images t0 .. t0 + width - 1, and updates *best and *nearest if
// one is nearer. First only the minimum, in a loop that the compiler vectorises; its place only if it is an
// improvement, which is rare.
static void keep_nearest(int *best, int *nearest, const float *product, const int *norm, int t0, int width)
{
    int least = INT_MAX;
    for (int t = 0; t < width; t++) {
        int score = norm[t] - 2 * (int)product[t];
        least = score < least ? score : least;
    }
    if (least >= *best) return;
    *best = least;
    int t = 0;
    while (t < width - 1 && norm[t] - 2 * (int)product[t] != least) t++;
    *nearest = t0 + t;
}

tt_status accel_knn_search(int *nearest, const knn_index *index, const unsigned char *images, int tests,
                           tt_matmul *multiply, void (*progress)(int done, int tests))
{
    if (tests < 0) return TT_BAD_SHAPE;
    enum { X_FLOATS = KNN_TEST_BLOCK * KNN_PIXELS, PRODUCT_FLOATS = KNN_TEST_BLOCK * KNN_TRAIN_BLOCK };
    float *x = tt_scratch(TT_SCRATCH_LAYER, (X_FLOATS + PRODUCT_FLOATS) * sizeof *x), *product = x + X_FLOATS;
    tt_status status = x ? TT_OK : TT_NO_MEMORY;
    for (int i0 = 0; i0 < tests && status == TT_OK; i0 += KNN_TEST_BLOCK) {
        int rows = min(KNN_TEST_BLOCK, tests - i0), best[KNN_TEST_BLOCK];
        for (int i = 0; i < rows; i++) best[i] = INT_MAX;
#pragma omp parallel for
        for (int i = 0; i < rows * KNN_PIXELS; i++) x[i] = (float)(images[(size_t)i0 * KNN_PIXELS + i] - 128);
        for (int t0 = 0; t0 < index->count && status == TT_OK; t0 += KNN_TRAIN_BLOCK) {
            int width = min(KNN_TRAIN_BLOCK, index->count - t0);
            status = multiply(product, x, index->train + (size_t)t0 * KNN_PIXELS, rows, width, KNN_PIXELS);
            if (status != TT_OK) break;
#pragma omp parallel for
            for (int i = 0; i < rows; i++)
                keep_nearest(&best[i], &nearest[i0 + i], product + (size_t)i * width, index->norm + t0, t0,
                             width);
        }
        if (progress && status == TT_OK) progress(i0 + rows, tests);
    }
    return status;
}

int accel_knn_distance(const unsigned char *x, const unsigned char *t)
{
    int sum = 0;
    for (int p = 0; p < KNN_PIXELS; p++) sum += (x[p] - t[p]) * (x[p] - t[p]);
    return sum;
}
