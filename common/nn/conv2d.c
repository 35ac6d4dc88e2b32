// conv2d.c: every window is copied into a row of a matrix ("im2col"), so that a convolution is one product.
//
// In NHWC, a row of a window is one run of kw * cin floats, and HWIO weights are already the (kh * kw * cin,
// cout) matrix that the rows are multiplied by: the forward transposes nothing.
#include "layers.h"

#include <limits.h>
#include <string.h>

#include "ops/backend.h"
#include "core/scratch.h"

enum { CHUNK_FLOATS = 1 << 16 }; // 256 KiB of rows: half of a usual L2

typedef struct {
    int ho, wo;
    int taps;       // kh * kw * cin, the length of a row
    int pixels;     // ho * wo, the rows of one image
    int images;     // of one chunk
    size_t in, out; // floats of one image
} plan;

static tt_status plan_conv(plan *p, ops_conv2d_shape s)
{
    int ho = ops_out_size(s.h, s.kh, s.stride, s.pad), wo = ops_out_size(s.w, s.kw, s.stride, s.pad);
    if (s.n < 0 || s.cin < 0 || s.cout < 0 || ho < 1 || wo < 1) return TT_BAD_SHAPE;
    *p = (plan){.ho = ho, .wo = wo, .in = (size_t)s.h * s.w * s.cin};
    if (__builtin_mul_overflow(s.kh * s.kw, s.cin, &p->taps) || __builtin_mul_overflow(ho, wo, &p->pixels))
        return TT_BAD_SHAPE;
    p->out = (size_t)p->pixels * s.cout;
    size_t row_floats = (size_t)p->pixels * (p->taps > 0 ? p->taps : 1);
    size_t fit = CHUNK_FLOATS / row_floats;
    p->images = fit < 1 ? 1 : fit > (size_t)(INT_MAX / p->pixels) ? INT_MAX / p->pixels : (int)fit;
    if (p->images > s.n) p->images = s.n > 0 ? s.n : 1;
    return TT_OK;
}

// The part of row ky of the window at (oy, ox) that is inside the picture: the columns from .. to - 1 of the
// window, and the offset in the picture of column `from`. false if the whole row lies in the padding.
static bool meet(const ops_conv2d_shape *s, int oy, int ox, int ky, int *from, int *to, size_t *at)
{
    int row = oy * s->stride - s->pad + ky, left = ox * s->stride - s->pad;
    if (row < 0 || row >= s->h) return false;
    *from = left < 0 ? -left : 0;
    *to = left + s->kw > s->w ? s->w - left : s->kw;
    if (*from >= *to) return false;
    *at = ((size_t)row * s->w + (size_t)(left + *from)) * (size_t)s->cin;
    return true;
}

static void lay_out(float *rows, const float *x, const ops_conv2d_shape *s, const plan *p)
{
    size_t run = (size_t)s->kw * s->cin;
    for (int oy = 0; oy < p->ho; oy++)
        for (int ox = 0; ox < p->wo; ox++)
            for (int ky = 0; ky < s->kh; ky++, rows += run) {
                int from, to;
                size_t at;
                if (!meet(s, oy, ox, ky, &from, &to, &at)) {
                    memset(rows, 0, run * sizeof *rows);
                    continue;
                }
                size_t before = (size_t)from * s->cin, length = (size_t)(to - from) * s->cin;
                for (size_t i = 0; i < before; i++) rows[i] = 0;
                for (size_t i = 0; i < length; i++) rows[before + i] = x[at + i];
                for (size_t i = before + length; i < run; i++) rows[i] = 0;
            }
}

// The reverse of lay_out: each pixel gets the sum of the derivatives from all windows that contain it.
static void add_back(float *dx, const float *rows, const ops_conv2d_shape *s, const plan *p)
{
    size_t run = (size_t)s->kw * s->cin;
    for (int oy = 0; oy < p->ho; oy++)
        for (int ox = 0; ox < p->wo; ox++)
            for (int ky = 0; ky < s->kh; ky++, rows += run) {
                int from, to;
                size_t at;
                if (!meet(s, oy, ox, ky, &from, &to, &at)) continue;
                size_t before = (size_t)from * s->cin, length = (size_t)(to - from) * s->cin;
                for (size_t i = 0; i < length; i++) dx[at + i] += rows[before + i];
            }
}

tt_status nn_im2col(float *rows, const float *x, int images, ops_conv2d_shape s)
{
    plan p;
    s.n = images;
    tt_status status = plan_conv(&p, s);
    if (status != TT_OK) return status;
    if (images > 0 && p.taps > 0 && (!rows || !x)) return TT_BAD_VALUE;
    for (int i = 0; i < images; i++)
        lay_out(rows + (size_t)i * p.pixels * p.taps, x + (size_t)i * p.in, &s, &p);
    return TT_OK;
}

// With a window of 1 x 1, stride 1 and no padding, the picture itself is already the matrix of rows.
static bool is_plain(const ops_conv2d_shape *s)
{
    return s->kh == 1 && s->kw == 1 && s->stride == 1 && s->pad == 0;
}

tt_status nn_conv2d(float *y, const float *x, const float *w, const float *bias, ops_conv2d_shape s)
{
    plan p;
    tt_status status = plan_conv(&p, s);
    if (status != TT_OK || s.n == 0 || s.cout == 0) return status;
    if (!y || (p.taps > 0 && (!x || !w))) return TT_BAD_VALUE;
    float *rows = NULL;
    if (!is_plain(&s) && p.taps > 0) {
        rows = tt_scratch(TT_SCRATCH_LAYER, (size_t)p.images * p.pixels * p.taps * sizeof *rows);
        if (!rows) return tt_fail(TT_NO_MEMORY, "no memory for the rows of a convolution");
    }
    for (int first = 0; first < s.n && status == TT_OK; first += p.images) {
        int images = s.n - first < p.images ? s.n - first : p.images, m = images * p.pixels;
        const float *in = x + (size_t)first * p.in;
        float *out = y + (size_t)first * p.out;
        if (rows) nn_im2col(rows, in, images, s);
        status = backend->matmul(out, rows ? rows : in, w, m, s.cout, p.taps);
        if (status == TT_OK && bias) ops_add_bias(out, out, bias, m, s.cout);
    }
    return status;
}

// Temporary memory of a backward, one allocation cut into pieces. The sum of dw over the chunks is kept
// transposed: dy^T times the rows needs the transpose of dy, which has fewer floats than the rows.
typedef struct {
    float *rows;       // (m, taps)
    float *dy_t;       // (cout, m)
    float *part, *sum; // (cout, taps)
    float *w_t;        // (cout, taps)
} room;

static tt_status borrow(room *r, const plan *p, int cout)
{
    size_t m = (size_t)p->images * p->pixels, weights = (size_t)cout * p->taps;
    float *all = tt_scratch(TT_SCRATCH_LAYER, (m * p->taps + m * cout + 3 * weights) * sizeof *all);
    if (!all) return tt_fail(TT_NO_MEMORY, "no memory for the rows of a convolution's backward");
    *r = (room){.rows = all, .dy_t = all + m * p->taps};
    r->part = r->dy_t + m * cout;
    r->sum = r->part + weights;
    r->w_t = r->sum + weights;
    return TT_OK;
}

// One chunk: its part of dw, then dx. r->rows holds the windows of x and then their derivatives.
static tt_status chunk_backward(const room *r, float *dx, const float *dy, const float *x, int images,
                                const ops_conv2d_shape *s, const plan *p)
{
    int m = images * p->pixels;
    nn_im2col(r->rows, x, images, *s);
    nn_transpose(r->dy_t, dy, m, s->cout);
    tt_status status = backend->matmul(r->part, r->dy_t, r->rows, s->cout, p->taps, m);
    if (status != TT_OK) return status;
    for (size_t i = 0; i < (size_t)s->cout * p->taps; i++) r->sum[i] += r->part[i];
    if (!dx) return TT_OK;
    status = backend->matmul(r->rows, dy, r->w_t, m, p->taps, s->cout);
    if (status != TT_OK) return status;
    memset(dx, 0, (size_t)images * p->in * sizeof *dx);
    for (int i = 0; i < images; i++)
        add_back(dx + (size_t)i * p->in, r->rows + (size_t)i * p->pixels * p->taps, s, p);
    return TT_OK;
}

tt_status nn_conv2d_backward(float *dx, float *dw, float *dbias, const float *dy, const float *x,
                             const float *w, ops_conv2d_shape s)
{
    plan p;
    room r = {0};
    tt_status status = plan_conv(&p, s);
    if (status != TT_OK) return status;
    if (p.taps > 0 && s.cout > 0 && (!dw || !w)) return TT_BAD_VALUE;
    if (s.n > 0 && ((s.cout > 0 && !dy) || (p.taps > 0 && !x))) return TT_BAD_VALUE;
    status = borrow(&r, &p, s.cout);
    if (status != TT_OK) return status;
    memset(r.sum, 0, (size_t)s.cout * p.taps * sizeof *r.sum);
    nn_transpose(r.w_t, w, p.taps, s.cout);
    for (int first = 0; first < s.n; first += p.images) {
        int images = s.n - first < p.images ? s.n - first : p.images;
        size_t in = (size_t)first * p.in, out = (size_t)first * p.out;
        status = chunk_backward(&r, dx ? dx + in : NULL, dy + out, x + in, images, &s, &p);
        if (status != TT_OK) return status;
    }
    nn_transpose(dw, r.sum, s.cout, p.taps);
    if (!dbias) return TT_OK;
    memset(dbias, 0, (size_t)s.cout * sizeof *dbias);
    for (size_t i = 0; i < (size_t)s.n * p.pixels; i++)
        for (int co = 0; co < s.cout; co++) dbias[co] += dy[i * s.cout + co];
    return TT_OK;
}
