// tools_numbers.c: errors, drawings and bits.
#include "tools.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// --- Errors ---

double sqnr(const float *x, const float *back, size_t count)
{
    double signal = 0, noise = 0;
    for (size_t i = 0; i < count; i++) {
        double off = (double)x[i] - back[i];
        signal += (double)x[i] * x[i], noise += off * off;
    }
    return 10 * log10(signal / noise);
}

float *plain_copy(const float *x, size_t count)
{
    float *copy = floats(count);
    if (copy) memcpy(copy, x, count * sizeof *x);
    return copy;
}

static int compare_floats(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

float *sorted_copy(const float *x, size_t count)
{
    float *copy = plain_copy(x, count);
    if (copy) qsort(copy, count, sizeof *copy, compare_floats);
    return copy;
}

bool through_bytes(float *w, int k, int n, bool per_channel)
{
    float *scales = floats((size_t)n), one = 1;
    int8_t *q = malloc((size_t)k * n);
    bool ok = scales && q;
    if (ok && per_channel)
        ok = written("1. quant_scale_columns",
                     quant_scale_columns(scales, w, k, n));
    else if (ok) {
        ok = written("1. quant_scale", quant_scale(&one, w, (size_t)k * n));
        for (int j = 0; j < n; j++) scales[j] = one;
    }
    ok = ok &&
         written("2. quant_weights", quant_weights(q, w, scales, k, n)) &&
         written("2. quant_weights_back",
                 quant_weights_back(w, q, scales, k, n));
    free(scales), free(q);
    return ok;
}

float largest(const float *w, size_t count, size_t stride)
{
    float most = 0;
    for (size_t i = 0; i < count; i++)
        most = fmaxf(most, fabsf(w[i * stride]));
    return most;
}

double spread(const float *w, int k, int n)
{
    float least = INFINITY, most = 0;
    for (int j = 0; j < n; j++) {
        float column = largest(w + j, (size_t)k, (size_t)n);
        least = fminf(least, column), most = fmaxf(most, column);
    }
    return most / least;
}

// One scale for all of it.
static void round_run(float *w, size_t count, size_t stride, int bits)
{
    float top = (float)((1 << (bits - 1)) - 1),
          scale = largest(w, count, stride) / top;
    if (!(scale > 0)) return;
    for (size_t i = 0; i < count; i++)
        w[i * stride] = scale * rintf(w[i * stride] / scale);
}

void round_weights(net *m, int bits, scales_per per)
{
    enum { GROUP = 32 };
    for (int i = 0; i < m->count; i++) {
        if (m->layers[i].weight < 0) continue;
        const parameter *p = &m->weights.list[m->layers[i].weight];
        size_t n = (size_t)p->shape[p->dims - 1], k = p->count / n,
               run = per == PER_GROUP ? GROUP : k;
        if (per == PER_TENSOR) round_run(p->value, p->count, 1, bits);
        for (size_t j = 0; j < n && per != PER_TENSOR; j++)
            for (size_t at = 0; at < k; at += run)
                round_run(p->value + at * n + j, k - at < run ? k - at : run,
                          n, bits);
    }
}

// --- Drawings ---

const char *bar(double length)
{
    static const char full[] =
        "############################################################";
    int n = length > 0 ? (int)rint(fmin(length, sizeof full - 1)) : 0;
    return full + (sizeof full - 1 - (size_t)n);
}

void draw_histogram(const float *x, size_t count, float low, float high,
                    float from, float to)
{
    enum { BINS = 25 };
    size_t bins[BINS] = {0};
    for (size_t i = 0; i < count; i++) {
        int b = (int)((x[i] - low) / (high - low) * BINS);
        bins[b < 0 ? 0 : b >= BINS ? BINS - 1 : b]++;
    }
    float width = (high - low) / BINS;
    for (int b = 0; b < BINS; b++) {
        float middle = low + width * ((float)b + 0.5f);
        printf("%8.3f %c %-45s %9zu\n", middle,
               middle >= from && middle <= to ? '|' : ' ',
               bar(bins[b] ? 1 + 7 * log10((double)bins[b]) : 0), bins[b]);
    }
}

// --- Bits ---

unsigned float_bits(float x)
{
    unsigned bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

#ifdef BYTES_X86_7BIT
#define PRODUCTS_7BIT bytes_add_7bit
const char *const two_products_by = "by the instruction itself";
#else
#define PRODUCTS_7BIT bytes_rule_7bit
const char *const two_products_by =
    "by its rule: this build has no such instruction";
#endif

int two_products(const int x[2], const int w[2])
{
    const bytes_vec four_x =
        (bytes_vec){0} + (x[0] | x[1] << 8); // and two zeros
    const bytes_vec four_w =
        (bytes_vec){0} + ((w[0] & 255) | (w[1] & 255) << 8);
    return PRODUCTS_7BIT((bytes_vec){0}, four_x, four_w)[0];
}
