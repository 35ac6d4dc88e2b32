// study.h: a float model, the real test set and the model's predictions: the baseline of quantized models.
#pragma once

#include "data/fashion.h"
#include "qmodel.h"

typedef struct {
    char model[8]; // "mlp" or "cnn"
    net net;
    fashion_set train, test;
    float *logits;    // (test.count, classes) of the float model
    int *predictions; // (test.count)
    double accuracy;  // of the float model, in percent
} study;

// Load all and run the float model over the test set, through BLAS. study_finish frees; NULL is fine.
tt_status study_create(study *s, const char *model);
void study_finish(study *s);

// Quantize the float model, calibrated on the first `images` training images; the caller calls qmodel_finish.
tt_status study_quantize(const study *s, qmodel *q, int images, calibrate_method method, double keep, int top,
                         bool per_channel);

// Over the first `count` test images: percent classified right, and percent classified as by the float model.
tt_status study_score(const study *s, qmodel *q, int count, double *accuracy, double *agreement);

// Signal to quantisation noise after each layer with weights, in dB: 10 log10(sum of squares / sum of squared
// differences) over `count` test images. The number of layers goes to *layers; names are q's.
// whole  bytes from the first layer on
// alone  bytes in this layer only, on the float model's input to it; NaN for the last layer, whose logits
//        are in whole only
tt_status study_noise(const study *s, qmodel *q, int count, double *whole, double *alone, int *layers);

// Bytes of the file at path, 0 if there is none.
double study_file_bytes(const char *path);
