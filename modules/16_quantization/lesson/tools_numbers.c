// tools_numbers.c: errors, rulers, drawings and bits.
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

void print_back(float x, int q, float back)
{
    printf("  %5.2f -> %4d -> %9.6f   error %9.6f\n", x, q, back, back - x);
}

// --- Rulers ---

const char *const ruler_names[RULERS] = {"INT4", "INT8", "E2M1", "E4M3"};

// A float of few bits without sign: exponent and fraction in `code`. Exponent 0 has no leading 1.
static float small_float(int code, int fraction_bits, int bias)
{
    int one = 1 << fraction_bits, e = code / one, fraction = code % one;
    return ldexpf((float)(e ? one + fraction : fraction),
                  (e ? e : 1) - bias - fraction_bits);
}

int ruler_values(float values[RULER_MOST], ruler_kind kind)
{
    static const struct {
        int count, fraction_bits, bias; // bias 0: an integer
    } kinds[RULERS] = {
        {8, 0, 0}, {128, 0, 0}, {8, 1, 1}, {127, 3, 7}}; // E4M3's last is NaN
    for (int i = 0; i < kinds[kind].count; i++)
        values[i] =
            kinds[kind].bias
                ? small_float(i, kinds[kind].fraction_bits, kinds[kind].bias)
                : (float)i;
    return kinds[kind].count;
}

static float nearest_of(const float *values, int count, float x)
{
    float best = 0;
    for (int i = 0; i < count; i++)
        if (fabsf(values[i] - x) < fabsf(best - x)) best = values[i];
    return best;
}

double sqnr_on_ruler(const float *w, size_t count, ruler_kind kind, int run)
{
    float values[RULER_MOST], *back = floats(count);
    int n = ruler_values(values, kind);
    if (!back) return NAN;
    for (size_t at = 0, many; at < count; at += many) {
        many = count - at < (size_t)run ? count - at : (size_t)run;
        float scale = largest(w + at, many, 1) / values[n - 1];
        for (size_t i = at; i < at + many; i++) {
            float size = scale > 0 ? fabsf(w[i]) / scale : 0;
            back[i] = copysignf(scale * nearest_of(values, n, size), w[i]);
        }
    }
    double db = sqnr(w, back, count);
    free(back);
    return db;
}

// --- Drawings ---

const char *bar(double length)
{
    static const char full[] =
        "############################################################";
    int n = length > 0 ? (int)rint(fmin(length, sizeof full - 1)) : 0;
    return full + (sizeof full - 1 - (size_t)n);
}

void show_histogram(const char *title, const float *x, size_t count,
                    float low, float high, float from, float to,
                    const char *what)
{
    enum { BINS = 25 };
    static figure f;
    size_t bins[BINS] = {0};
    for (size_t i = 0; i < count; i++) {
        int b = (int)((x[i] - low) / (high - low) * BINS);
        bins[b < 0 ? 0 : b >= BINS ? BINS - 1 : b]++;
    }
    figure_begin(&f, title, "%zu numbers, from %.3g to %.3g.", count, low,
                 high);
    figure_histogram(&f, "", bins, BINS, low, high, true);
    figure_range(&f, from, to, FIGURE_BLUE, "%s", what);
    figure_tick(&f, low, "%.3g", low);
    if (low < 0) figure_tick(&f, 0, "0");
    figure_tick(&f, high, "%.3g", high);
    show_figure(&f);
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
