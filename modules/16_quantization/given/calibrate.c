// calibrate.c: runs real pictures through the float network and finds the range of each layer's output.
//
// The first run finds the least and the largest value; methods that drop outliers need a second one, which
// counts the values between them into a histogram.
#include "qmodel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 64, BINS = 2048 };

// Called with the output of each layer; `of` is the ranges or an array of histograms.
typedef tt_status look(void *of, int layer, const float *x, size_t count);

static tt_status widen(void *of, int layer, const float *x, size_t count)
{
    qmodel_ranges *r = of;
    return quant_minmax(&r->low[layer], &r->high[layer], x, count);
}

// If a layer's output is constant there is no range to divide, and its histogram stays empty.
static tt_status count_values(void *of, int layer, const float *x, size_t count)
{
    quant_histogram *h = (quant_histogram *)of + layer;
    return h->low < h->high ? quant_count(h, x, count) : TT_OK;
}

// Runs the pictures through the network in batches; room: two batches of the widest layer.
static tt_status walk(const net *m, const uint8_t *pixels, int count, float *room, size_t widest, look *at,
                      void *of)
{
    const size_t picture = m->layers[0].in;
    tt_status status = TT_OK;
    for (int first = 0; first < count && status == TT_OK; first += BATCH) {
        const int n = count - first < BATCH ? count - first : BATCH;
        float *x = room, *y = room + BATCH * widest;
        models_pixels(x, pixels + first * picture, n * picture);
        for (int i = 0; i < m->count && status == TT_OK; i++) {
            status = net_layer_forward(m, i, y, x, n);
            if (status == TT_OK) status = at(of, i, y, n * m->layers[i].out);
            float *swap = x;
            x = y, y = swap;
        }
    }
    return status;
}

float qmodel_least_error(const quant_histogram *h, int top)
{
    const double width = (double)h->high / h->count;
    double least = INFINITY, best = h->high;
    for (int last = 0; last < h->count; last++) {
        const double end = width * (last + 1), step = end / top;
        double error = 0;
        for (int b = 0; b < h->count && error < least; b++) {
            double value = width * (b + 0.5), back = value < end ? step * rint(value / step) : end;
            error += (double)h->bins[b] * (value - back) * (value - back);
        }
        if (error < least) least = error, best = end;
    }
    return (float)best;
}

// Narrows the ranges to what the method keeps.
static tt_status cut(qmodel_ranges *r, const quant_histogram *h, calibrate_method method, double keep,
                     int top)
{
    tt_status status = TT_OK;
    for (int i = 0; i < r->layers && status == TT_OK; i++) {
        if (h[i].low >= h[i].high) continue;
        if (method == CALIBRATE_PERCENTILE) status = quant_percentile(&r->low[i], &r->high[i], &h[i], keep);
        else if (h[i].low == 0) r->high[i] = qmodel_least_error(&h[i], top);
    }
    return status;
}

tt_status qmodel_calibrate(qmodel_ranges *r, const net *m, const uint8_t *pixels, int count,
                           calibrate_method method, double keep, int top)
{
    if (!r || !m || !pixels || (unsigned)method >= CALIBRATE_METHODS || (top != 255 && top != 127))
        return TT_BAD_VALUE;
    if (count < 1) return tt_fail(TT_BAD_VALUE, "calibration needs at least one picture");
    if (m->count < 1 || m->count > QMODEL_MOST_LAYERS)
        return tt_fail(TT_BAD_SHAPE, "a network of 1 to %d layers is calibrated, this has %d",
                       QMODEL_MOST_LAYERS, m->count);
    qmodel_ranges ranges = {.layers = m->count};
    quant_histogram histograms[QMODEL_MOST_LAYERS];
    size_t widest = m->layers[0].in;
    for (int i = 0; i < m->count; i++)
        if (m->layers[i].out > widest) widest = m->layers[i].out;
    float *room = tensor_alloc(2 * BATCH * widest);
    uint64_t *bins = calloc((size_t)m->count * BINS, sizeof *bins);
    tt_status status = room && bins ? TT_OK : TT_NO_MEMORY;
    if (status == TT_OK) status = walk(m, pixels, count, room, widest, widen, &ranges);
    if (status == TT_OK && method != CALIBRATE_MINMAX) {
        for (int i = 0; i < m->count; i++)
            histograms[i] = (quant_histogram){ranges.low[i], ranges.high[i], BINS, bins + (size_t)i * BINS};
        status = walk(m, pixels, count, room, widest, count_values, histograms);
        if (status == TT_OK) status = cut(&ranges, histograms, method, keep, top);
    }
    free(room), free(bins);
    if (status == TT_OK) *r = ranges;
    return status;
}
