// solution.c: the reference. Choosing a scale, rounding, counting, and one tile in registers for all paths.
#include "quantization.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>
#ifdef __AVX2__
#include <immintrin.h>
#endif

#include "core/scratch.h"

#define INLINE static inline __attribute__((always_inline))

static int min(int a, int b) { return a < b ? a : b; }
static int round_up(int a, int unit) { return (a + unit - 1) / unit * unit; }

// --- 1. Scale and zero point ---

static float normal_or_one(float scale) { return scale >= FLT_MIN ? scale : 1; }
static bool is_scale(float scale) { return scale > 0 && scale <= FLT_MAX; }

static bool is_affine(quant_affine a)
{
    return is_scale(a.scale) && (a.top == 255 || a.top == 127) && a.zero_point >= 0 && a.zero_point <= a.top;
}

tt_status quant_scale_columns(float *scales, const float *w, int k, int n)
{
    if (k < 0 || n < 0) return TT_BAD_SHAPE;
    if (n > 0 && (!scales || (k > 0 && !w))) return TT_BAD_VALUE;
    for (size_t i = 0; i < (size_t)k * n; i++)
        if (!isfinite(w[i])) return TT_BAD_VALUE;
    for (int j = 0; j < n; j++) {
        float largest = 0;
        for (int p = 0; p < k; p++) largest = fmaxf(largest, fabsf(w[(size_t)p * n + j]));
        scales[j] = normal_or_one(largest / QUANT_WEIGHT_TOP);
    }
    return TT_OK;
}

tt_status quant_scale(float *scale, const float *x, size_t count)
{
    float largest = 0;
    if (!scale || (count > 0 && !x)) return TT_BAD_VALUE;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(x[i])) return TT_BAD_VALUE;
        largest = fmaxf(largest, fabsf(x[i]));
    }
    *scale = normal_or_one(largest / QUANT_WEIGHT_TOP);
    return TT_OK;
}

tt_status quant_affine_range(quant_affine *a, float low, float high, int top)
{
    if (!a || !isfinite(low) || !isfinite(high) || low > high || (top != 255 && top != 127))
        return TT_BAD_VALUE;
    // The difference of two floats may not fit a float.
    double from = fmin(low, 0), to = fmax(high, 0);
    float scale = (float)((to - from) / top);
    *a = scale >= FLT_MIN ? (quant_affine){scale, (int)rint(-from / (double)scale), top}
                          : (quant_affine){1, 0, top};
    return TT_OK;
}

// --- 2. Quantize, dequantize ---

// Clamps while it is a float: converting a float outside of int's range is undefined.
INLINE int round_between(float steps, int zero_point, int low, int high)
{
    float q = steps == steps ? rintf(steps) : 0; // false for NaN
    q = q < (float)(low - zero_point) ? (float)(low - zero_point) : q;
    q = q > (float)(high - zero_point) ? (float)(high - zero_point) : q;
    return (int)q + zero_point;
}

static tt_status check_scales(const void *out, const void *in, const float *scales, int k, int n)
{
    if (k < 0 || n < 0) return TT_BAD_SHAPE;
    if (k > 0 && n > 0 && (!out || !in || !scales)) return TT_BAD_VALUE;
    for (int j = 0; j < n && k > 0; j++)
        if (!is_scale(scales[j])) return TT_BAD_VALUE;
    return TT_OK;
}

tt_status quant_weights(int8_t *q, const float *w, const float *scales, int k, int n)
{
    tt_status status = check_scales(q, w, scales, k, n);
    for (int p = 0; p < k && status == TT_OK; p++)
        for (int j = 0; j < n; j++) {
            size_t at = (size_t)p * n + j;
            q[at] = (int8_t)round_between(w[at] / scales[j], 0, -QUANT_WEIGHT_TOP, QUANT_WEIGHT_TOP);
        }
    return status;
}

tt_status quant_weights_back(float *w, const int8_t *q, const float *scales, int k, int n)
{
    tt_status status = check_scales(w, q, scales, k, n);
    for (int p = 0; p < k && status == TT_OK; p++)
        for (int j = 0; j < n; j++) w[(size_t)p * n + j] = scales[j] * (float)q[(size_t)p * n + j];
    return status;
}

tt_status quant_bytes(uint8_t *q, const float *x, size_t count, quant_affine a)
{
    if (!is_affine(a) || (count > 0 && (!q || !x))) return TT_BAD_VALUE;
    for (size_t i = 0; i < count; i++) q[i] = (uint8_t)round_between(x[i] / a.scale, a.zero_point, 0, a.top);
    return TT_OK;
}

tt_status quant_bytes_back(float *x, const uint8_t *q, size_t count, quant_affine a)
{
    if (!is_affine(a) || (count > 0 && (!q || !x))) return TT_BAD_VALUE;
    for (size_t i = 0; i < count; i++) x[i] = a.scale * (float)(q[i] - a.zero_point);
    return TT_OK;
}

// --- 3. BF16 ---
// Adds just under half the value of the last bit that stays, and one more if that bit is odd: then exactly
// the ties go to the even neighbour. A carry into the exponent is right.

tt_status quant_bf16(uint16_t *q, const float *x, size_t count)
{
    if (count > 0 && (!q || !x)) return TT_BAD_VALUE;
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
        // 0x40 keeps a NaN a NaN: all of its set mantissa bits may be among the dropped ones.
        q[i] = (uint16_t)(isnan(x[i]) ? bits >> 16 | 0x40 : rounded);
    }
    return TT_OK;
}

tt_status quant_bf16_back(float *x, const uint16_t *q, size_t count)
{
    if (count > 0 && (!q || !x)) return TT_BAD_VALUE;
    for (size_t i = 0; i < count; i++) {
        uint32_t bits = (uint32_t)q[i] << 16;
        memcpy(&x[i], &bits, sizeof bits);
    }
    return TT_OK;
}

// --- 4. Calibration ---

// Several minima side by side: the compiler may not reorder one of floats, but it may take these in one vector. Zero
// times a number is 0, and NaN where the number is NaN or infinite.
tt_status quant_minmax(float *low, float *high, const float *x, size_t count)
{
    enum { SIDE = 16 };
    float least[SIDE], most[SIDE], wrong[SIDE] = {0};
    if (!low || !high || (count > 0 && !x)) return TT_BAD_VALUE;
    for (int s = 0; s < SIDE; s++) least[s] = *low, most[s] = *high;
    size_t i = 0;
    for (; i + SIDE <= count; i += SIDE)
        for (int s = 0; s < SIDE; s++) {
            const float v = x[i + s];
            wrong[s] += 0 * v;
            least[s] = v < least[s] ? v : least[s], most[s] = v > most[s] ? v : most[s];
        }
    for (; i < count; i++) {
        wrong[0] += 0 * x[i];
        least[0] = fminf(least[0], x[i]), most[0] = fmaxf(most[0], x[i]);
    }
    for (int s = 1; s < SIDE; s++) {
        wrong[0] += wrong[s];
        least[0] = fminf(least[0], least[s]), most[0] = fmaxf(most[0], most[s]);
    }
    if (wrong[0] != 0) return TT_BAD_VALUE;
    *low = least[0], *high = most[0];
    return TT_OK;
}

static bool is_histogram(const quant_histogram *h)
{
    return h && h->bins && h->count > 0 && isfinite(h->low) && isfinite(h->high) && h->low < h->high;
}

static double edge(const quant_histogram *h, int bin)
{
    return h->low + ((double)h->high - h->low) * bin / h->count;
}

tt_status quant_count(quant_histogram *h, const float *x, size_t n)
{
    if (!is_histogram(h) || (n > 0 && !x)) return TT_BAD_VALUE;
    for (size_t i = 0; i < n; i++)
        if (isnan(x[i])) return TT_BAD_VALUE;
    double per_unit = h->count / ((double)h->high - h->low);
    for (size_t i = 0; i < n; i++) {
        double bin = (x[i] - (double)h->low) * per_unit;
        h->bins[bin < 0 ? 0 : bin >= h->count ? h->count - 1 : (int)bin]++;
    }
    return TT_OK;
}

tt_status quant_percentile(float *low, float *high, const quant_histogram *h, double keep)
{
    if (!low || !high || !is_histogram(h) || !(keep > 0.5 && keep <= 1)) return TT_BAD_VALUE;
    double total = 0, below = 0, above = 0;
    for (int b = 0; b < h->count; b++) total += (double)h->bins[b];
    if (total == 0) return TT_BAD_VALUE;
    int first = 0, last = h->count; // the bins first .. last - 1 stay
    double most = (1 - keep) * total;
    while ((below += (double)h->bins[first]) <= most) first++;
    while ((above += (double)h->bins[last - 1]) <= most) last--;
    *low = fminf((float)edge(h, first), 0);
    *high = fmaxf((float)edge(h, last), 0);
    return TT_OK;
}

// --- 5. From sums back to bytes ---

tt_status quant_bias(int32_t *q, const float *bias, float x_scale, const float *w_scales, int n)
{
    if (n < 0) return TT_BAD_SHAPE;
    if (!is_scale(x_scale) || (n > 0 && (!q || !bias || !w_scales))) return TT_BAD_VALUE;
    for (int j = 0; j < n; j++)
        if (!is_scale(w_scales[j]) || isnan(bias[j])) return TT_BAD_VALUE;
    for (int j = 0; j < n; j++) {
        double steps = rint(bias[j] / ((double)x_scale * w_scales[j]));
        q[j] = (int32_t)fmax(-QUANT_MOST_BIAS, fmin(QUANT_MOST_BIAS, steps));
    }
    return TT_OK;
}

tt_status quant_fixed_point(int32_t *multiplier, int32_t *shift, double scale)
{
    if (!multiplier || !shift || !(scale > 0) || isinf(scale)) return TT_BAD_VALUE;
    int exponent; // scale = fraction 2^exponent, fraction in [1/2, 1)
    double whole = floor(frexp(scale, &exponent) * 0x1p31 + 0.5);
    if (whole == 0x1p31) whole /= 2, exponent++;
    if (31 - exponent < 1) return TT_BAD_VALUE;
    bool tiny = 31 - exponent > 62;
    *multiplier = tiny ? 0 : (int32_t)whole;
    *shift = tiny ? 1 : 31 - exponent;
    return TT_OK;
}

static bool is_output(const quant_output *o)
{
    return o && o->low >= 0 && o->low <= o->zero_point && o->zero_point <= o->high && o->high <= 255;
}

static uint8_t requantize_one(int32_t sum, int32_t multiplier, int32_t shift, const quant_output *o)
{
    int64_t q = (((int64_t)sum * multiplier + (1ll << (shift - 1))) >> shift) + o->zero_point;
    return (uint8_t)(q < o->low ? o->low : q > o->high ? o->high : q);
}

// Columns are requantised in strips: the constants of a strip are computed once for all rows.
enum { STRIP = 16 };

// The order of the 64-bit constants. mul_epi32 multiplies the even lanes, so of each AT_ONCE columns the even
// ones come first.
#if defined BYTES_X86 && defined __AVX2__
enum { AT_ONCE = BYTES_VECTOR / 4 };
#define PLACE(j) ((j) / AT_ONCE * AT_ONCE + (j) % 2 * (AT_ONCE / 2) + (j) % AT_ONCE / 2)
#else
#define PLACE(j) (j)
#endif

typedef struct {
    int32_t multiplier[STRIP], least[STRIP], most[STRIP], back[STRIP];
    uint64_t add[STRIP], shift[STRIP];
} strip;

// As the multiplier is 2^30 or more, a sum of 2^(shift - 21) gives more than 255 and is clamped in any case;
// clamping the sums to that first makes results fit 32 bits. Few CPUs have an arithmetic shift of 64 bits:
// adding 2^62 makes every product positive, and 2^62 >> shift is subtracted afterwards.
static strip prepare_strip(const quant_output *o, int first)
{
    strip s;
    for (int j = 0; j < STRIP; j++) {
        const int32_t multiplier = o->multiplier[first + j], shift = o->shift[first + j];
        s.most[j] = shift > 51 ? INT32_MAX : shift > 21 ? 1 << (shift - 21) : 1;
        s.multiplier[j] = multiplier, s.least[j] = -s.most[j];
        s.add[PLACE(j)] = (1ull << 62) + (1ull << (shift - 1));
        s.shift[PLACE(j)] = (uint64_t)shift;
        s.back[j] = (int32_t)((uint32_t)((1ull << 62) >> shift) - (uint32_t)o->zero_point);
    }
    return s;
}

#if defined BYTES_X86 && defined __AVX2__
#define AT(array) ((bytes_x86)bytes_load(&s->array))
static inline bytes_longs scaled(bytes_x86 sums, bytes_x86 multiplier, bytes_x86 add, bytes_x86 shift)
{
    bytes_longs product = (bytes_longs)BYTES_X86(mul_epi32)(sums, multiplier) + (bytes_longs)add;
    return (bytes_longs)BYTES_X86(srlv_epi64)((bytes_x86)product, shift);
}

// Requantises AT_ONCE columns of the strip, from column j on.
static inline bytes_x86 requantize_some(const int32_t *sums, const strip *s, int j, bytes_x86 low,
                                        bytes_x86 high)
{
    bytes_x86 x = (bytes_x86)bytes_load(sums + j), m = AT(multiplier[j]);
    x = BYTES_X86(max_epi32)(BYTES_X86(min_epi32)(x, AT(most[j])), AT(least[j]));
    bytes_longs even = scaled(x, m, AT(add[j]), AT(shift[j]));
    bytes_longs odd = scaled(BYTES_X86(srli_epi64)(x, 32), BYTES_X86(srli_epi64)(m, 32),
                             AT(add[j + AT_ONCE / 2]), AT(shift[j + AT_ONCE / 2]));
    x = (bytes_x86)((even & 0xffffffff) | odd << 32);
    return BYTES_X86(min_epi32)(BYTES_X86(max_epi32)(BYTES_X86(sub_epi32)(x, AT(back[j])), low), high);
}
#undef AT

static inline void requantize_row(uint8_t *restrict q, const int32_t *restrict sums, const strip *restrict s,
                                  int low, int high)
{
    const bytes_x86 least = (bytes_x86)((bytes_vec){0} + low), most = (bytes_x86)((bytes_vec){0} + high);
#if BYTES_VECTOR == 64
    _mm_storeu_si128((__m128i *)q, _mm512_cvtepi32_epi8(requantize_some(sums, s, 0, least, most)));
#else
    const __m256i a = requantize_some(sums, s, 0, least, most), b = requantize_some(sums, s, 8, least, most);
    // packus works on each 128-bit half alone.
    const __m256i words = _mm256_permute4x64_epi64(_mm256_packus_epi32(a, b), 0xd8);
    _mm_storeu_si128((__m128i *)q,
                     _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1)));
#endif
}
#else
static inline void requantize_row(uint8_t *restrict q, const int32_t *restrict sums, const strip *restrict s,
                                  int low, int high)
{
#pragma GCC unroll 16 // gcc vectorises the loop once it is unrolled
    for (int j = 0; j < STRIP; j++) {
        int32_t sum = sums[j] > s->most[j] ? s->most[j] : sums[j];
        sum = sum < s->least[j] ? s->least[j] : sum;
        uint64_t product = (uint64_t)((int64_t)sum * s->multiplier[j]) + s->add[j];
        int32_t r = (int32_t)((uint32_t)(product >> s->shift[j]) - (uint32_t)s->back[j]);
        q[j] = (uint8_t)(r < low ? low : r > high ? high : r);
    }
}
#endif

tt_status quant_requantize(uint8_t *q, const int32_t *sums, int m, int n, const quant_output *o)
{
    if (m < 0 || n < 0) return TT_BAD_SHAPE;
    if (!is_output(o) || (m > 0 && n > 0 && (!q || !sums || !o->multiplier || !o->shift)))
        return TT_BAD_VALUE;
    int done = 0; // columns
    for (; done + STRIP <= n && m > 0; done += STRIP) {
        const strip s = prepare_strip(o, done);
        for (int i = 0; i < m; i++)
            requantize_row(q + (size_t)i * n + done, sums + (size_t)i * n + done, &s, o->low, o->high);
    }
    for (int i = 0; i < m; i++)
        for (int j = done; j < n; j++) {
            size_t at = (size_t)i * n + j;
            q[at] = requantize_one(sums[at], o->multiplier[j], o->shift[j], o);
        }
    return TT_OK;
}

// --- 6. The product, as the textbook has it ---

static tt_status check_product(const void *out, const void *x, int zero_point, const void *w, int m, int n,
                               int k)
{
    if (m < 0 || n < 0 || k < 0 || k > QUANT_MOST_K) return TT_BAD_SHAPE;
    if (zero_point < 0 || zero_point > 255 || (m > 0 && n > 0 && !out)) return TT_BAD_VALUE;
    return m > 0 && n > 0 && k > 0 && (!x || !w) ? TT_BAD_VALUE : TT_OK;
}

tt_status quant_matmul(int32_t *out, const uint8_t *x, int zero_point, const int8_t *w, const int32_t *bias,
                       int m, int n, int k)
{
    tt_status status = check_product(out, x, zero_point, w, m, n, k);
    for (int i = 0; i < m && status == TT_OK; i++)
        for (int j = 0; j < n; j++) {
            int32_t sum = bias ? bias[j] : 0;
            for (int p = 0; p < k; p++) sum += (x[(size_t)i * k + p] - zero_point) * w[(size_t)p * n + j];
            out[(size_t)i * n + j] = sum;
        }
    return status;
}

// x + 128 is unsigned, with the zero point 128. Moving the sign of x over to w instead would fail for -128,
// whose opposite does not fit 8 bits.
tt_status quant_matmul_signed(int32_t *out, const int8_t *x, const int8_t *w, int m, int n, int k)
{
    tt_status status = check_product(out, x, 0, w, m, n, k);
    if (status != TT_OK) return status;
    uint8_t *row = tt_scratch(TT_SCRATCH_KERNEL, (size_t)k + 1);
    if (!row) return TT_NO_MEMORY;
    for (int i = 0; i < m && n > 0; i++) {
        for (int p = 0; p < k; p++) row[p] = (uint8_t)(x[(size_t)i * k + p] + 128);
        quant_matmul(out + (size_t)i * n, row, 128, w, NULL, 1, n, k);
    }
    return TT_OK;
}

// --- 7. Packed ---

tt_status quant_pack(int8_t *packed, int32_t *sums, const int8_t *w, int k, int n)
{
    if (n < 0 || k < 0 || k > QUANT_MOST_K) return TT_BAD_SHAPE;
    if (!packed || (n > 0 && (!sums || (k > 0 && !w)))) return TT_BAD_VALUE;
    memset(packed, 0, quant_packed_bytes(k, n));
    for (int j = 0; j < n; j++) {
        int first = j / QUANT_PANEL * QUANT_PANEL, width = min(QUANT_PANEL, n - first);
        int8_t *panel = packed + (size_t)first * round_up(k, QUANT_GROUP);
        sums[j] = 0;
        for (int p = 0; p < k; p++) {
            int8_t value = w[(size_t)p * n + j];
            panel[(size_t)(p / QUANT_GROUP * width + j - first) * QUANT_GROUP + p % QUANT_GROUP] = value;
            sums[j] += value;
        }
    }
    return TT_OK;
}

// A tile is two vectors of sums for each of some rows of x, or one vector where few columns are left. The
// sums stay in registers during the loop over the groups of k: for each group, both vectors of w are loaded,
// and 4 numbers of each row of x are broadcast to a third.
typedef struct {
    int32_t *out; // sums + offset go there
    size_t out_stride;
    const char *x; // bytes, or 16-bit numbers where the path is wide; x_stride in bytes
    size_t x_stride;
    const int8_t *w[2];    // for each vector of sums: its columns of group 0
    size_t step[2];        // for each vector of sums: bytes from one group to the next
    const int32_t *offset; // (2 LANES): the bias, less zero point times the column's sum
    int rows, vectors, groups;
} tile;

// The most rows whose sums fit the registers; plain also needs some for the widened halves of its products.
enum { LANES = BYTES_VECTOR / 4, ROW_GAP = 64 };
enum { MOST_ROWS = BYTES_REGISTERS == 32 ? 12 : 6, PLAIN_ROWS = BYTES_REGISTERS == 32 ? 12 : 4 };

static bool is_wide(quant_path path) { return path == QUANT_PLAIN || path == QUANT_WIDENED; }

// Columns in a vector of sums; a wide path has two sums for each column.
static int columns_each(quant_path path) { return is_wide(path) ? LANES / 2 : LANES; }

INLINE bytes_vec add_products(quant_path path, bytes_vec sums, bytes_vec x, bytes_vec w)
{
    return path == QUANT_PLAIN     ? bytes_add_plain(sums, x, w)
           : path == QUANT_WIDENED ? bytes_add_widened(sums, x, w)
           : path == QUANT_7BIT    ? bytes_add_7bit(sums, x, w)
                                   : bytes_add_dot(sums, x, w);
}

// path, rows and vectors are constants wherever this is inlined: the loops over them unroll.
INLINE void sum_tile(const tile *t, const quant_path path, const int rows, const int vectors)
{
    const bool wide = is_wide(path);
    bytes_vec sum[MOST_ROWS][2] = {0}, w[2];
#pragma GCC unroll 2
    for (int g = 0; g < t->groups; g++) {
        for (int v = 0; v < vectors; v++) {
            const int8_t *at = t->w[v] + g * t->step[v];
            w[v] = wide ? bytes_widen(at) : bytes_load(at);
        }
#pragma GCC unroll 12
        for (int i = 0; i < rows; i++) {
            const char *at = t->x + i * t->x_stride + g * (wide ? 8 : 4);
            bytes_vec x = wide ? bytes_spread4_wide(at) : bytes_spread4(at);
            for (int v = 0; v < vectors; v++) sum[i][v] = add_products(path, sum[i][v], x, w[v]);
        }
    }
#pragma GCC unroll 12
    for (int i = 0; i < rows; i++) {
        int32_t *to = t->out + i * t->out_stride;
        if (wide) sum[i][0] = bytes_add_neighbours(sum[i][0], sum[i][vectors - 1]);
        for (int v = 0; v < (wide ? 1 : vectors); v++)
            bytes_store(to + v * LANES, sum[i][v] + bytes_load(t->offset + v * LANES));
    }
}

#define ROWS(r)                                                                                              \
    case r:                                                                                                  \
        if (r <= MOST_ROWS && t->vectors == 2) sum_tile(t, path, r, 2);                                      \
        else if (r <= MOST_ROWS) sum_tile(t, path, r, 1);                                                    \
        break;

INLINE void sum_rows(const tile *t, const quant_path path)
{
    switch (t->rows) {
        ROWS(1) ROWS(2) ROWS(3) ROWS(4) ROWS(5) ROWS(6) ROWS(7) ROWS(8) ROWS(9) ROWS(10) ROWS(11) ROWS(12)
    }
}

static __attribute__((noinline)) void sum_plain(const tile *t) { sum_rows(t, QUANT_PLAIN); }
static __attribute__((noinline)) void sum_widened(const tile *t) { sum_rows(t, QUANT_WIDENED); }
static __attribute__((noinline)) void sum_7bit(const tile *t) { sum_rows(t, QUANT_7BIT); }
static __attribute__((noinline)) void sum_dot(const tile *t) { sum_rows(t, QUANT_DOT); }

// A tile with fewer columns than its vectors have is computed in a buffer, and its columns are copied to out.
static void run_tile(quant_path path, tile t, int columns)
{
    int32_t beside[MOST_ROWS * 2 * LANES], *out = t.out;
    const int made = is_wide(path) ? LANES : t.vectors * LANES;
    const size_t stride = t.out_stride;
    if (columns < made) t.out = beside, t.out_stride = (size_t)made;
    if (path == QUANT_PLAIN) sum_plain(&t);
    else if (BYTES_HAS_WIDENED && path == QUANT_WIDENED) sum_widened(&t);
    else if (BYTES_HAS_7BIT && path == QUANT_7BIT) sum_7bit(&t);
    else if (BYTES_HAS_DOT) sum_dot(&t);
    for (int i = 0; i < t.rows && columns < made; i++)
        memcpy(out + i * stride, beside + i * made, (size_t)columns * sizeof *out);
}

// The rows of x as a tile reads them: padded to whole groups, and in 16-bit numbers on a wide path. Rows that
// are so already are used in place. Between copied rows a cache line is left free: rows 4096 bytes apart
// would share the same sets of the L1 cache. Returns the rows, and their distance in bytes in *stride.
static const void *prepare_rows(void *room, size_t *stride, const uint8_t *x, size_t x_stride, int m, int k,
                                quant_path path)
{
    const size_t whole = (size_t)round_up(k, QUANT_GROUP);
    *stride = x_stride;
    if (!is_wide(path) && x_stride % QUANT_GROUP == 0 && x_stride >= whole) return x;
    *stride = whole * (is_wide(path) ? sizeof(int16_t) : 1) + ROW_GAP;
    for (int i = 0; i < m; i++, x += x_stride) {
        void *row = (char *)room + i * *stride;
        if (!is_wide(path)) memset(memcpy(row, x, (size_t)k) + k, 0, whole - (size_t)k);
        for (size_t p = 0; is_wide(path) && p < whole; p++) ((int16_t *)row)[p] = p < (size_t)k ? x[p] : 0;
    }
    return room;
}

// Sets t to the columns from j on; returns how many columns that is.
static int aim(tile *t, const quant_matrix *w, int j, int zero_point, int32_t *offset, quant_path path)
{
    const int each = columns_each(path), columns = min(2 * each, w->n - j);
    t->vectors = columns > each ? 2 : 1;
    for (int v = 0; v < t->vectors; v++) {
        int column = j + v * each, first = column / QUANT_PANEL * QUANT_PANEL;
        t->w[v] = w->packed + first * (size_t)round_up(w->k, QUANT_GROUP) + (column - first) * QUANT_GROUP;
        t->step[v] = (size_t)min(QUANT_PANEL, w->n - first) * QUANT_GROUP;
    }
    for (int c = 0; c < columns; c++)
        offset[c] = (w->bias ? w->bias[j + c] : 0) - zero_point * w->sums[j + c];
    t->offset = offset;
    return columns;
}

// x (m, k), its rows x_stride bytes apart. Works in blocks of rows that stay in the L2 cache; the columns of
// a tile, which stay in L1, are used for all rows of the block.
static tt_status multiply(int32_t *out, const uint8_t *x, size_t x_stride, int zero_point,
                          const quant_matrix *w, int m, quant_path path)
{
    enum { BLOCK_BYTES = 128 << 10 };
    const int whole = round_up(w->k, QUANT_GROUP), most = path == QUANT_PLAIN ? PLAIN_ROWS : MOST_ROWS;
    const int block = min(m, round_up(BLOCK_BYTES / 2 / (whole + 1) + 1, 12));
    void *room = tt_scratch(TT_SCRATCH_KERNEL, (size_t)block * (whole * sizeof(int16_t) + ROW_GAP));
    int32_t offset[2 * LANES] = {0};
    if (!room) return TT_NO_MEMORY;
    for (int i0 = 0; i0 < m; i0 += block) {
        const int rows = min(block, m - i0), tiles = (rows + most - 1) / most;
        tile t = {.groups = whole / QUANT_GROUP, .out_stride = (size_t)w->n};
        const char *ready = prepare_rows(room, &t.x_stride, x + i0 * x_stride, x_stride, rows, w->k, path);
        for (int j = 0, columns; j < w->n; j += columns) {
            columns = aim(&t, w, j, zero_point, offset, path);
            // Rows are divided evenly: 13 are 5 4 4, not 6 6 1.
            for (int s = 0, i = 0; s < tiles; s++, i += t.rows) {
                t.rows = (rows - i + tiles - s - 1) / (tiles - s);
                t.x = ready + i * t.x_stride;
                t.out = out + (size_t)(i0 + i) * w->n + j;
                run_tile(path, t, columns);
            }
        }
    }
    return TT_OK;
}

static tt_status check_matrix(const void *out, const void *x, int zero_point, const quant_matrix *w, int m,
                              quant_path path)
{
    if (!w || (unsigned)path >= QUANT_PATHS || !quant_path_here(path)) return TT_BAD_VALUE;
    tt_status status = check_product(out, x, zero_point, w->packed, m, w->n, w->k);
    return status == TT_OK && w->n > 0 && (!w->sums || !w->packed) ? TT_BAD_VALUE : status;
}

tt_status quant_matmul_packed(int32_t *out, const uint8_t *x, int zero_point, const quant_matrix *w, int m,
                              quant_path path)
{
    tt_status status = check_matrix(out, x, zero_point, w, m, path);
    if (status != TT_OK || m == 0 || w->n == 0) return status;
    return multiply(out, x, (size_t)w->k, zero_point, w, m, path);
}

// --- 8. Convolution and pooling ---

// Copies the picture and puts a border of the zero point round it, so that no window needs a bounds check.
static void add_border(uint8_t *to, const uint8_t *x, int zero_point, int h, int wide, int c)
{
    size_t row = (size_t)wide * c, bordered = row + 2 * (size_t)c;
    memset(to, zero_point, (h + 2) * bordered);
    for (int y = 0; y < h; y++) memcpy(to + (y + 1) * bordered + c, x + y * row, row);
}

// Writes the windows of pixels first .. last - 1 as rows, `stride` bytes apart: three runs of 3 c bytes each.
// A run is copied in pieces of 32 bytes, or of 4 where it is short: the excess is overwritten by the next
// run, and the excess of the last run is multiplied by weights of 0.
static void lay_windows(uint8_t *rows, size_t stride, const uint8_t *bordered, int wide, int c, int first,
                        int last)
{
    size_t run = 3 * (size_t)c, line = (size_t)(wide + 2) * c;
    for (int pixel = first; pixel < last; pixel++, rows += stride) {
        const uint8_t *from = bordered + pixel / wide * line + (size_t)(pixel % wide) * c;
        for (int ky = 0; ky < 3; ky++, from += line)
            if (run <= 4) memcpy(rows + ky * run, from, 4);
            else
                for (size_t b = 0; b < run; b += 32) memcpy(rows + ky * run + b, from + b, 32);
    }
}

tt_status quant_conv3x3(uint8_t *y, const uint8_t *x, int zero_point, const quant_matrix *w,
                        const quant_output *o, int count, int h, int wide, int c, quant_path path)
{
    enum { CHUNK_BYTES = 24 << 10, SLACK = 64 }; // SLACK: a piece may be copied past the end
    if (count < 0 || h < 0 || wide < 0 || c < 0 || !w || w->k != 9 * c)
        return w ? TT_BAD_SHAPE : TT_BAD_VALUE;
    tt_status status = check_matrix(y, x, zero_point, w, count > 0 && h > 0 && wide > 0, path);
    if (status == TT_OK) status = quant_requantize(y, NULL, 0, w->n, o);
    if (status == TT_OK && w->n > 0 && (!o->multiplier || !o->shift)) status = TT_BAD_VALUE;
    const int pixels = h * wide;
    if (status != TT_OK || count == 0 || pixels == 0 || w->n == 0) return status;
    size_t stride = (size_t)round_up(w->k, QUANT_GROUP), bordered = (size_t)(h + 2) * (wide + 2) * c + SLACK;
    const int chunks = (int)(pixels * stride / CHUNK_BYTES) + 1, most = (pixels + chunks - 1) / chunks;
    char *room = tt_scratch(TT_SCRATCH_LAYER, most * (w->n * sizeof(int32_t) + stride) + bordered + SLACK);
    if (!room) return TT_NO_MEMORY;
    int32_t *sums = (int32_t *)room;
    uint8_t *rows = (uint8_t *)(sums + (size_t)most * w->n), *picture = rows + most * stride + SLACK;
    for (int image = 0; image < count && status == TT_OK; image++, x += (size_t)pixels * c) {
        add_border(picture, x, zero_point, h, wide, c);
        for (int first = 0; first < pixels && status == TT_OK; first += most) {
            int last = min(first + most, pixels);
            lay_windows(rows, stride, picture, wide, c, first, last);
            status = multiply(sums, rows, stride, zero_point, w, last - first, path);
            if (status == TT_OK) quant_requantize(y, sums, last - first, w->n, o);
            y += (size_t)(last - first) * w->n;
        }
    }
    return status;
}

tt_status quant_maxpool(uint8_t *y, const uint8_t *x, int count, int h, int wide, int c)
{
    if (count < 0 || c < 0 || h < 1 || wide < 1) return TT_BAD_SHAPE;
    const size_t row = (size_t)wide * c;
    if (count > 0 && c > 0 && (!x || (h > 1 && wide > 1 && !y))) return TT_BAD_VALUE;
    for (int image = 0; image < count; image++, x += h * row)
        for (int oy = 0; oy < h / 2; oy++)
            for (int ox = 0; ox < wide / 2; ox++, y += c) {
                const uint8_t *a = x + 2 * oy * row + (size_t)2 * ox * c, *b = a + row;
                for (int ch = 0; ch < c; ch++) {
                    uint8_t top = a[ch] > a[ch + c] ? a[ch] : a[ch + c];
                    uint8_t bottom = b[ch] > b[ch + c] ? b[ch] : b[ch + c];
                    y[ch] = top > bottom ? top : bottom;
                }
            }
    return TT_OK;
}

// --- 9. Layers ---

tt_status quant_layer_weights(int8_t *q, float *scales, int32_t *q_bias, const float *w, const float *bias,
                              int k, int n, float x_scale, bool per_channel)
{
    if (k < 0 || n < 0) return TT_BAD_SHAPE;
    if (n > 0 && !scales) return TT_BAD_VALUE;
    float one = 1;
    tt_status status =
        per_channel ? quant_scale_columns(scales, w, k, n) : quant_scale(&one, w, (size_t)k * n);
    for (int j = 0; j < n && !per_channel && status == TT_OK; j++) scales[j] = one;
    if (status == TT_OK) status = quant_weights(q, w, scales, k, n);
    return status == TT_OK ? quant_bias(q_bias, bias, x_scale, scales, n) : status;
}

static bool is_last(const quant_layer *l) { return l->to.scale == 0; }

tt_status quant_layer_prepare(const quant_layer *l, const int8_t *w)
{
    if (!l) return TT_BAD_VALUE;
    if (l->kind == QUANT_POOL) return TT_OK;
    if (!l->scales || (!is_last(l) && (!l->multiplier || !l->shift))) return TT_BAD_VALUE;
    tt_status status = quant_pack(l->packed, l->sums, w, quant_layer_k(l), l->out);
    for (int j = 0; j < l->out && !is_last(l) && status == TT_OK; j++) {
        double scale = (double)l->in.scale * l->scales[j] / l->to.scale;
        status = quant_fixed_point(&l->multiplier[j], &l->shift[j], scale);
    }
    return status;
}

static quant_matrix matrix_of(const quant_layer *l)
{
    return (quant_matrix){quant_layer_k(l), l->out, l->packed, l->sums, l->bias};
}

tt_status quant_layer_run(uint8_t *y, const uint8_t *x, const quant_layer *l, int count, quant_path path)
{
    if (!l || is_last(l)) return TT_BAD_VALUE;
    if (count < 0) return TT_BAD_SHAPE;
    if (l->kind == QUANT_POOL) return quant_maxpool(y, x, count, l->h, l->w, l->c);
    const quant_matrix w = matrix_of(l);
    const quant_output o = {l->multiplier, l->shift, l->to.zero_point, l->relu ? l->to.zero_point : 0,
                            l->to.top};
    if (l->kind == QUANT_CONV)
        return quant_conv3x3(y, x, l->in.zero_point, &w, &o, count, l->h, l->w, l->c, path);
    int32_t *sums = tt_scratch(TT_SCRATCH_LAYER, (size_t)count * l->out * sizeof *sums + 1);
    if (!sums) return TT_NO_MEMORY;
    tt_status status = quant_matmul_packed(sums, x, l->in.zero_point, &w, count, path);
    return status == TT_OK ? quant_requantize(y, sums, count, l->out, &o) : status;
}

tt_status quant_logits(float *logits, const uint8_t *x, const quant_layer *l, int count, quant_path path)
{
    if (!l || !is_last(l) || l->kind != QUANT_LINEAR) return TT_BAD_VALUE;
    if (count < 0) return TT_BAD_SHAPE;
    const quant_matrix w = matrix_of(l);
    int32_t *sums = tt_scratch(TT_SCRATCH_LAYER, (size_t)count * l->out * sizeof *sums + 1);
    if (!sums) return TT_NO_MEMORY;
    if (count > 0 && !logits) return TT_BAD_VALUE;
    tt_status status = quant_matmul_packed(sums, x, l->in.zero_point, &w, count, path);
    for (int i = 0; i < count && status == TT_OK; i++)
        for (int j = 0; j < l->out; j++) {
            size_t at = (size_t)i * l->out + j;
            logits[at] = (float)((double)l->in.scale * l->scales[j] * sums[at]);
        }
    return status;
}

tt_status quant_network_run(float *logits, const uint8_t *x, const quant_layer *layers, int layer_count,
                            uint8_t *const work[2], int count, quant_path path)
{
    if (layer_count < 1) return TT_BAD_SHAPE;
    if (!layers || (layer_count > 1 && !work)) return TT_BAD_VALUE;
    for (int i = 1; i < layer_count; i++)
        if (quant_layer_in(&layers[i]) != quant_layer_out(&layers[i - 1])) return TT_BAD_SHAPE;
    tt_status status = TT_OK;
    for (int i = 0; i < layer_count - 1 && status == TT_OK; i++) {
        status = quant_layer_run(work[i % 2], x, &layers[i], count, path);
        x = work[i % 2];
    }
    return status == TT_OK ? quant_logits(logits, x, &layers[layer_count - 1], count, path) : status;
}
