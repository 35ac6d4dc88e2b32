// ways_conv.c: one 3 x 3 convolution with its bias and relu, in floats and in bytes.
#include "ways.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ops/backend.h"
#include "nn/layers.h"
#include "core/tensor.h"

enum { ZERO_POINT = 100, ZERO_POINT_7BIT = 50, OUT_ZERO = 7 };

// Bytes, and the same numbers as floats: activations in steps of 1, weights in steps of w_scales, which are
// what requantising multiplies by, and outputs in steps of 1 again.
typedef struct {
    int side, cin, cout, count, k;
    size_t in, out;  // of all pictures
    uint8_t *x, *x7; // (count, side, side, cin): 0..255, 0..127
    int8_t *w;       // (3, 3, cin, cout)
    int32_t *bias, *multiplier, *shift;
    uint8_t *y, *right, *right7; // (count, side, side, cout)
    float *xf, *wf, *biasf, *yf, *rightf, *w_scales;
    float *xb, *wb; // where dequantise puts its floats
    int8_t *packed;
    int32_t *sums, *row; // (cout): of w's columns; of the pixel that a naive loop is at
    bool is_packed;
    const uint8_t *expected; // of the way that ran; NULL: floats
    int slack;               // steps that it may be off by
} conv;

double quant_conv_work(const bench_case *c)
{
    return 2.0 * c->size[0] * c->size[0] * 9 * c->size[1] * c->size[2] * c->size[3];
}

void quant_conv_finish(void *job)
{
    conv *p = job;
    free(p->x), free(p->x7), free(p->w), free(p->bias), free(p->multiplier), free(p->shift);
    free(p->y), free(p->right), free(p->right7);
    free(p->xf), free(p->wf), free(p->biasf), free(p->yf), free(p->rightf), free(p->w_scales);
    free(p->xb), free(p->wb), free(p->packed), free(p->sums), free(p->row);
    free(p);
}

// The sums of one pixel, without bias: what lies outside the picture is 0, which adds nothing.
static void pixel_sums(const conv *p, const uint8_t *x, int zero_point, int oy, int ox)
{
    int32_t *sums = p->row;
    memset(sums, 0, (size_t)p->cout * sizeof *sums);
    for (int ky = 0; ky < 3; ky++)
        for (int kx = 0; kx < 3; kx++) {
            int iy = oy + ky - 1, ix = ox + kx - 1;
            if (iy < 0 || iy >= p->side || ix < 0 || ix >= p->side) continue;
            for (int ci = 0; ci < p->cin; ci++) {
                int32_t a = x[((size_t)iy * p->side + ix) * p->cin + ci] - zero_point;
                const int8_t *row = p->w + ((size_t)(ky * 3 + kx) * p->cin + ci) * p->cout;
                for (int j = 0; j < p->cout; j++) sums[j] += a * row[j];
            }
        }
}

// The definition of a byte convolution, and the floats that it stands for if rightf is not NULL.
static void convolve(const conv *p, uint8_t *y, float *rightf, const uint8_t *x, int zero_point)
{
    const int pixels = p->side * p->side;
    for (int i = 0; i < p->count * pixels; i++, y += p->cout) {
        const uint8_t *picture = x + (size_t)(i / pixels) * pixels * p->cin;
        pixel_sums(p, picture, zero_point, i % pixels / p->side, i % p->side);
        for (int j = 0; j < p->cout; j++) {
            int64_t sum = p->row[j] + p->bias[j], shift = p->shift[j];
            int64_t q = ((sum * p->multiplier[j] + (1ll << (shift - 1))) >> shift) + OUT_ZERO;
            y[j] = (uint8_t)(q < OUT_ZERO ? OUT_ZERO : q > 255 ? 255 : q);
            if (rightf) rightf[(size_t)i * p->cout + j] = fmaxf(0, p->w_scales[j] * (float)sum);
        }
    }
}

static void spoil(conv *p)
{
    memset(p->y, 0x55, p->out);
    memset(p->yf, 0xff, p->out * sizeof *p->yf); // NaN
}

static void fill(conv *p)
{
    quant_fill(p->x, p->in, 0, 255, 1), quant_fill(p->x7, p->in, 0, 127, 2);
    quant_fill(p->w, (size_t)p->k * p->cout, -127, 127, 3);
    // Sums of k products of random sign are about sqrt(k) of them: three times that becomes the byte 255.
    int shift = 31 + (int)ceil(log2(3 * sqrt(p->k) * 74 * 74 / 255));
    for (int j = 0; j < p->cout; j++) {
        p->bias[j] = 1000 * (j % 7 - 3), p->shift[j] = shift;
        p->multiplier[j] = (1 << 30) + 8000000 * (j % 64);
        p->w_scales[j] = (float)ldexp(p->multiplier[j], -shift),
        p->biasf[j] = p->w_scales[j] * (float)p->bias[j];
    }
    for (size_t i = 0; i < p->in; i++) p->xf[i] = (float)(p->x[i] - ZERO_POINT);
    for (size_t i = 0; i < (size_t)p->k * p->cout; i++) p->wf[i] = p->w_scales[i % p->cout] * (float)p->w[i];
    convolve(p, p->right, p->rightf, p->x, ZERO_POINT);
    convolve(p, p->right7, NULL, p->x7, ZERO_POINT_7BIT);
    spoil(p);
}

void *quant_conv_prepare(const bench_case *c)
{
    conv *p = calloc(1, sizeof *p);
    if (!p) return NULL;
    p->side = c->size[0], p->cin = c->size[1], p->cout = c->size[2], p->count = c->size[3], p->k = 9 * p->cin;
    size_t pixels = (size_t)p->count * p->side * p->side, kn = (size_t)p->k * p->cout, n = (size_t)p->cout;
    p->in = pixels * p->cin, p->out = pixels * n;
    p->x = malloc(p->in), p->x7 = malloc(p->in), p->w = malloc(kn);
    p->bias = malloc(4 * n), p->multiplier = malloc(4 * n), p->shift = malloc(4 * n), p->sums = malloc(4 * n),
    p->row = malloc(4 * n);
    p->y = malloc(p->out), p->right = malloc(p->out), p->right7 = malloc(p->out);
    p->xf = tensor_alloc(p->in), p->xb = tensor_alloc(p->in), p->wf = tensor_alloc(kn),
    p->wb = tensor_alloc(kn);
    p->yf = tensor_alloc(p->out), p->rightf = tensor_alloc(p->out);
    p->biasf = tensor_alloc(n), p->w_scales = tensor_alloc(n),
    p->packed = malloc(quant_packed_bytes(p->k, p->cout));
    bool room = p->x && p->x7 && p->w && p->bias && p->multiplier && p->shift && p->sums && p->row && p->y &&
                p->right && p->right7 && p->xf && p->xb && p->wf && p->wb && p->yf && p->rightf && p->biasf &&
                p->w_scales && p->packed;
    if (!room) return quant_conv_finish(p), NULL;
    fill(p);
    return p;
}

bool quant_conv_check(void *job, char *why, size_t why_bytes)
{
    conv *p = job;
    size_t i = 0;
    bool ok = true;
    if (p->expected) {
        while (i < p->out && abs(p->y[i] - p->expected[i]) <= p->slack) i++;
        ok = i == p->out;
        if (!ok) snprintf(why, why_bytes, "wrong: [%zu] is %d, not %d", i, p->y[i], p->expected[i]);
    } else {
        // Two float sums of k products of at most 155 x 127 steps (Higham, Mary 2019).
        double largest = 155.0 * 127 * p->w_scales[p->cout < 64 ? p->cout - 1 : 63];
        tensor_difference d =
            tensor_compare(p->yf, p->rightf, p->out, 8 * sqrt(p->k) * 0x1p-24 * largest * p->k);
        ok = d.ok;
        if (!ok) snprintf(why, why_bytes, "wrong: [%zu] is %.6g, not %.6g", d.index, d.got, d.want);
    }
    spoil(p);
    return ok;
}

// --- Floats ---

static ops_conv2d_shape shape_of(const conv *p)
{
    return (ops_conv2d_shape){p->count, p->side, p->side, p->cin, 3, 3, p->cout, 1, 1};
}

static tt_status through_blas(conv *p, const float *x, const float *w)
{
    backend_use(&backend_blas);
    tt_status status = nn_conv2d(p->yf, x, w, p->biasf, shape_of(p));
    return status == TT_OK ? ops_relu(p->yf, p->yf, p->out) : status;
}

tt_status quant_conv_floats(void *job, int through)
{
    conv *p = job;
    p->expected = NULL;
    if (through == QUANT_BLAS) return through_blas(p, p->xf, p->wf);
    tt_status status = ops_conv2d(p->yf, p->xf, p->wf, p->biasf, shape_of(p));
    return status == TT_OK ? ops_relu(p->yf, p->yf, p->out) : status;
}

// Bytes in and bytes out, and floats between: a value next to a half may round to the other side.
tt_status quant_conv_dequantise(void *job, int argument)
{
    (void)argument;
    conv *p = job;
    p->expected = p->right, p->slack = 1;
    const quant_affine in = {1, ZERO_POINT, 255}, out = {1, OUT_ZERO, 255};
    tt_status status = quant_bytes_back(p->xb, p->x, p->in, in);
    if (status == TT_OK) status = quant_weights_back(p->wb, p->w, p->w_scales, p->k, p->cout);
    if (status == TT_OK) status = through_blas(p, p->xb, p->wb);
    return status == TT_OK ? quant_bytes(p->y, p->yf, p->out, out) : status;
}

// --- Bytes ---

tt_status quant_conv_bytes_naive(void *job, int argument)
{
    (void)argument;
    conv *p = job;
    p->expected = p->right, p->slack = 0;
    convolve(p, p->y, NULL, p->x, ZERO_POINT);
    return TT_OK;
}

tt_status quant_conv_on_path(void *job, int path)
{
    conv *p = job;
    bool seven = path == QUANT_7BIT;
    p->expected = seven ? p->right7 : p->right, p->slack = 0;
    tt_status status = p->is_packed ? TT_OK : quant_pack(p->packed, p->sums, p->w, p->k, p->cout);
    if (status != TT_OK) return status;
    p->is_packed = true;
    const quant_matrix w = {p->k, p->cout, p->packed, p->sums, p->bias};
    const quant_output o = {p->multiplier, p->shift, OUT_ZERO, OUT_ZERO, 255};
    return quant_conv3x3(p->y, seven ? p->x7 : p->x, seven ? ZERO_POINT_7BIT : ZERO_POINT, &w, &o, p->count,
                         p->side, p->side, p->cin, (quant_path)path);
}

// --- Peaks ---

tt_status quant_conv_peak(void *job, int path)
{
    const conv *p = job;
    return quant_peak((quant_path)path, 2.0 * (double)p->out * p->k) > 0 ? TT_OK : TT_BAD_VALUE;
}
