// oracle.c: see oracle.h.
#include "oracle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

float quant_oracle_scale(const float *w, int k, int n, int column)
{
    float largest = 0;
    for (int p = 0; p < k; p++) largest = fmaxf(largest, fabsf(w[(size_t)p * n + column]));
    return largest / 127 >= 0x1p-126f ? largest / 127 : 1;
}

bool quant_oracle_is_quantized(int q, float x, float scale, int zero_point, int low, int high)
{
    if (isnan(x)) return q == zero_point;
    int exponent;
    const bool is_power = frexpf(scale, &exponent) == 0.5f;
    const double steps = (double)x / scale, slack = is_power ? 0 : 1e-6 * fabs(steps) + 1e-9;
    const double least = rint(steps - slack) + zero_point, most = rint(steps + slack) + zero_point;
    return q >= fmin(fmax(least, low), high) && q <= fmin(fmax(most, low), high);
}

uint16_t quant_oracle_bf16(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    const uint32_t rest = bits & 0xffff, top = bits >> 16;
    return (uint16_t)(rest > 0x8000 || (rest == 0x8000 && top % 2) ? top + 1 : top);
}

bool quant_oracle_fixed_point(int32_t *multiplier, int32_t *shift, double scale)
{
    int exponent;
    if (!(scale > 0) || isinf(scale) || scale >= 0x1p30) return false;
    int64_t whole = ((int64_t)ldexp(frexp(scale, &exponent), 53) + (1 << 21)) >> 22;
    if (whole == 1ll << 31) whole >>= 1, exponent++;
    *multiplier = exponent < 31 - 62 ? 0 : (int32_t)whole;
    *shift = exponent < 31 - 62 ? 1 : 31 - exponent;
    return *shift >= 1;
}

int quant_oracle_requantize(int32_t sum, int32_t multiplier, int32_t shift, const quant_output *o)
{
    const int64_t product = (int64_t)sum * multiplier + (1ll << (shift - 1)), step = 1ll << shift;
    int64_t q = product / step - (product % step < 0) + o->zero_point;
    return (int)(q < o->low ? o->low : q > o->high ? o->high : q);
}

void quant_oracle_matmul(int32_t *out, const uint8_t *x, int zero_point, const int8_t *w, const int32_t *bias,
                         int m, int n, int k)
{
    for (int i = 0; i < m; i++, out += n) {
        for (int j = 0; j < n; j++) out[j] = bias ? bias[j] : 0;
        for (int p = 0; p < k; p++)
            for (int j = 0; j < n; j++) out[j] += (x[(size_t)i * k + p] - zero_point) * w[(size_t)p * n + j];
    }
}

void quant_oracle_pack(int8_t *packed, int32_t *sums, const int8_t *w, int k, int n)
{
    int8_t *to = packed;
    for (int first = 0; first < n; first += 16)
        for (int p = 0; p < k; p += 4)
            for (int j = first; j < n && j < first + 16; j++)
                for (int r = 0; r < 4; r++) *to++ = p + r < k ? w[(size_t)(p + r) * n + j] : 0;
    memset(to, 0, 64);
    for (int j = 0; j < n; j++) {
        sums[j] = 0;
        for (int p = 0; p < k; p++) sums[j] += w[(size_t)p * n + j];
    }
}

int32_t quant_oracle_window(const uint8_t *x, int zero_point, const int8_t *w, int h, int wide, int c, int n,
                            int row, int column, int channel)
{
    int32_t sum = 0;
    for (int ky = 0; ky < 3; ky++)
        for (int kx = 0; kx < 3; kx++) {
            const int y = row + ky - 1, at = column + kx - 1;
            if (y < 0 || y >= h || at < 0 || at >= wide) continue;
            for (int ch = 0; ch < c; ch++)
                sum += (x[((size_t)y * wide + at) * c + ch] - zero_point) *
                       w[(size_t)((ky * 3 + kx) * c + ch) * n + channel];
        }
    return sum;
}

void quant_oracle_conv(uint8_t *y, const uint8_t *x, int zero_point, const int8_t *w, const int32_t *bias,
                       const quant_output *o, int count, int h, int wide, int c, int n)
{
    for (int image = 0; image < count; image++, x += (size_t)h * wide * c)
        for (int pixel = 0; pixel < h * wide; pixel++)
            for (int j = 0; j < n; j++) {
                int32_t sum =
                    quant_oracle_window(x, zero_point, w, h, wide, c, n, pixel / wide, pixel % wide, j);
                *y++ = (uint8_t)quant_oracle_requantize(sum + (bias ? bias[j] : 0), o->multiplier[j],
                                                        o->shift[j], o);
            }
}

void quant_oracle_maxpool(uint8_t *y, const uint8_t *x, int count, int h, int wide, int c)
{
    for (int image = 0; image < count; image++, x += (size_t)h * wide * c)
        for (int oy = 0; oy < h / 2; oy++)
            for (int ox = 0; ox < wide / 2; ox++)
                for (int ch = 0; ch < c; ch++) {
                    int most = 0;
                    for (int s = 0; s < 4; s++) {
                        int value = x[((size_t)(2 * oy + s / 2) * wide + 2 * ox + s % 2) * c + ch];
                        if (value > most) most = value;
                    }
                    *y++ = (uint8_t)most;
                }
}

void quant_oracle_sums(int32_t *sums, const uint8_t *x, const oracle_layer *o, int count)
{
    quant_oracle_matmul(sums, x, o->l.in.zero_point, o->weights, o->l.bias, count, o->l.out,
                        quant_layer_k(&o->l));
}

void quant_oracle_layer_run(uint8_t *y, const uint8_t *x, const oracle_layer *o, int count)
{
    const quant_layer *l = &o->l;
    const quant_output to = {l->multiplier, l->shift, l->to.zero_point, l->relu ? l->to.zero_point : 0,
                             l->to.top};
    if (l->kind == QUANT_POOL) return quant_oracle_maxpool(y, x, count, l->h, l->w, l->c);
    if (l->kind == QUANT_CONV)
        return quant_oracle_conv(y, x, l->in.zero_point, o->weights, l->bias, &to, count, l->h, l->w, l->c,
                                 l->out);
    int32_t *sums = malloc((size_t)count * l->out * sizeof *sums + 1);
    if (!sums) abort();
    quant_oracle_sums(sums, x, o, count);
    for (int i = 0; i < count * l->out; i++)
        y[i] =
            (uint8_t)quant_oracle_requantize(sums[i], l->multiplier[i % l->out], l->shift[i % l->out], &to);
    free(sums);
}
