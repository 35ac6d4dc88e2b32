// oracle.c: see oracle.h.
#include "oracle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    double magnitude;
    size_t index;
} ranked;

static int by_rank(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    if (x->magnitude != y->magnitude) return x->magnitude > y->magnitude ? -1 : 1;
    return x->index < y->index ? -1 : 1;
}

double comp_oracle_largest(float *stays, const float *w, size_t count, size_t keep)
{
    ranked *order = malloc((count + 1) * sizeof *order);
    if (!order) abort();
    for (size_t i = 0; i < count; i++) order[i] = (ranked){fabs((double)w[i]), i};
    qsort(order, count, sizeof *order, by_rank);
    for (size_t i = 0; i < count && stays; i++) stays[order[i].index] = i < keep;
    const double last = keep > 0 ? order[keep - 1].magnitude : INFINITY;
    free(order);
    return last;
}

void comp_oracle_blocks(float *mask, const float *w, int in, int out, int height, size_t gone)
{
    const int strips = sparse_strips(out, height);
    const size_t blocks = (size_t)in * (size_t)strips;
    float *sums = malloc((2 * blocks + 1) * sizeof *sums), *stays = sums + blocks;
    if (!sums) abort();
    for (size_t t = 0; t < blocks; t++) {
        const int first = (int)(t % (size_t)strips) * height,
                  last = first + height < out ? first + height : out;
        double sum = 0;
        for (int j = last - 1; j >= first; j--)
            sum += fabs((double)w[t / (size_t)strips * (size_t)out + (size_t)j]);
        sums[t] = (float)sum;
    }
    comp_oracle_largest(stays, sums, blocks, blocks - gone);
    for (int i = 0; i < in * out; i++) mask[i] = stays[i / out * strips + i % out / height];
    free(sums);
}

void comp_oracle_dense(float *dense, const int32_t *starts, const int32_t *columns, const float *values,
                       int rows, int cols, int height)
{
    const int high = height ? height : 1;
    memset(dense, 0, (size_t)rows * (size_t)cols * sizeof *dense);
    for (int b = 0; b * high < rows; b++)
        for (int32_t t = starts[b]; t < starts[b + 1]; t++)
            for (int r = 0; r < high && b * high + r < rows; r++)
                dense[(b * high + r) * cols + columns[t]] = values[t * high + r];
}

int comp_oracle_sparse(int32_t *starts, int32_t *columns, float *values, const float *w, const float *mask,
                       int in, int out, int height)
{
    const int high = height ? height : 1;
    int count = 0;
    *starts++ = 0;
    for (int first = 0; first < out; first += high) {
        for (int p = 0; p < in; p++) {
            float block[16] = {0};
            bool any = false;
            for (int j = first; j < out && j < first + high; j++) {
                if (mask && mask[p * out + j] == 0) continue;
                block[j - first] = w[p * out + j];
                any |= w[p * out + j] != 0;
            }
            if (!any) continue;
            columns[count] = p;
            memcpy(values + count++ * high, block, (size_t)high * sizeof *block);
        }
        *starts++ = count;
    }
    return count;
}

// A sum of k products in any order stays within k + 1 roundings of the sum of their magnitudes; u = 2^-24.
void comp_oracle_product(double *out, double *allowed, const float *dense, const float *x, int rows, int cols,
                         int n)
{
    for (int j = 0; j < rows; j++)
        for (int i = 0; i < n; i++) {
            double sum = 0, magnitude = 0;
            for (int p = 0; p < cols; p++) {
                const double term = (double)dense[j * cols + p] * (double)x[p * n + i];
                sum += term, magnitude += fabs(term);
            }
            out[j * n + i] = sum, allowed[j * n + i] = (cols + 1) * 0x1p-24 * magnitude;
        }
}

void comp_oracle_softmax(double *p, double *log_p, const float *logits, double temperature, int classes)
{
    // 64 bits of precision: the differences of these numbers are exact.
    long double most = (long double)logits[0], sum = 0;
    for (int j = 1; j < classes; j++)
        if ((long double)logits[j] > most) most = (long double)logits[j];
    for (int j = 0; j < classes; j++) sum += expl(((long double)logits[j] - most) / (long double)temperature);
    for (int j = 0; j < classes; j++) {
        const long double x = ((long double)logits[j] - most) / (long double)temperature;
        p[j] = (double)(expl(x) / sum), log_p[j] = (double)(x - logl(sum));
    }
}
