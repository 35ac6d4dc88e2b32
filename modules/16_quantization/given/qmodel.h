// qmodel.h: a network of bytes, made from a trained float network with the functions of quantization.h.
//
// Weights are quantized once, when the network is made. Bytes go from layer to layer: a convolution or a
// linear layer sums in int32 and requantises, with the relu as the lower clamp. Pixels are bytes already;
// only the logits, at the output, are floats.
//
// Shapes   pictures of (h, w, c) bytes, as they come from the data set; logits (count, classes).
// File     safetensors. Per layer NAME.weight I8, NAME.scale F32 and NAME.bias I32, one per output channel;
//          activations.scale F32 and activations.zero_point U8, the input's first; in the metadata "model",
//          "input", "top" and "layers" ("conv relu pool ..."). It is loaded and run without the float file.
// Errors   as in quantization.h, TT_TODO from a function that is not written yet, TT_BAD_FILE with a message.
// Threads  a model owns its workspace: only one thread may use it at a time.
#pragma once

#include "nn/models.h"
#include "quantization.h"

enum { QMODEL_MOST_LAYERS = 16 };

// --- Calibration: the ranges of a float network's activations on real pictures ---

typedef enum {
    CALIBRATE_MINMAX,
    CALIBRATE_PERCENTILE,
    CALIBRATE_LEAST_ERROR,
    CALIBRATE_METHODS
} calibrate_method;

typedef struct {
    int layers;
    float low[QMODEL_MOST_LAYERS], high[QMODEL_MOST_LAYERS]; // of the output of the float network's layer i
} qmodel_ranges;

// keep is quant_percentile's; top matters to CALIBRATE_LEAST_ERROR. pixels (count, h, w, c)
tt_status qmodel_calibrate(qmodel_ranges *r, const net *m, const uint8_t *pixels, int count,
                           calibrate_method method, double keep, int top);

// The upper end of the range, among the upper edges of the bins, that gives bytes 0..top the least squared
// error; each value counts as the middle of its bin. For values >= 0 only: h->low is 0.
float qmodel_least_error(const quant_histogram *h, int top);

// --- The model ---

typedef struct {
    quant_layer layers[QMODEL_MOST_LAYERS];
    int count, h, w, c, classes, top;
    quant_path path;    // the best one here for activations of at most top; may be changed
    uint8_t input[256]; // the byte that each pixel value becomes
    uint8_t *work;      // the input's bytes and two buffers, each `half` bytes
    size_t half;
    char model[8]; // "mlp", "cnn"
} qmodel;

// From a float network and the ranges of its activations. per_channel: a scale for each output channel;
// otherwise one for each layer.
tt_status qmodel_create(qmodel *q, const char *model, const net *m, const qmodel_ranges *r, int top,
                        bool per_channel);
tt_status qmodel_save(const qmodel *q, const char *path);
tt_status qmodel_load(qmodel *q, const char *path);
void qmodel_finish(qmodel *q); // NULL and a zeroed model are fine

// pixels (count, h, w, c) -> logits (count, classes)
tt_status qmodel_run(qmodel *q, float *logits, const uint8_t *pixels, int count);

// Runs layers first .. last - 1 only, bytes to bytes, so never the network's last one; for measurements
// between layers. x (count, in of the first) -> y (count, out of layer last - 1)
tt_status qmodel_run_bytes(qmodel *q, uint8_t *y, const uint8_t *x, int count, int first, int last);

// Bytes of memory that the weights and all that belongs to them take; the same of a float network.
size_t qmodel_bytes(const qmodel *q);
size_t qmodel_float_bytes(const net *m);
