// study.h: a float model, real pictures and the model's predictions of them: the baseline of quantized models.
//
// Calibrated on training pictures, judged on those of one part (data/parts.h): validation pictures where something is
// chosen, test pictures where a result is reported.
#pragma once

#include "data/fashion.h"
#include "nn/evaluate.h"
#include "qmodel.h"

typedef struct {
    char model[8]; // "mlp" or "cnn"
    net net;
    fashion_set train, pictures; // to calibrate on, to judge by
    int *predictions;            // (pictures.count) of the float model
    double accuracy;             // the same model's, in percent
} study;

// Load all, and run the float model over the first `most` pictures of `part`, which are all that the study is of,
// through BLAS. quant_study_finish frees; NULL is fine.
tt_status quant_study_create(study *s, const char *model, data_part part, int most);
void quant_study_finish(study *s);

// Quantize the float model, calibrated on the first `images` training images; the caller calls qmodel_finish.
tt_status quant_study_quantize(const study *s, qmodel *q, int images, calibrate_method method, double keep,
                               int top, bool per_channel);

// Over the pictures: percent classified right, and percent classified as by the float model; of any model, and of bytes.
tt_status quant_study_score(const study *s, evaluate_model *model, void *of, double *accuracy,
                            double *agreement);
tt_status quant_study_score_bytes(const study *s, qmodel *q, double *accuracy, double *agreement);

// Signal to quantisation noise after each layer with weights, in dB: 10 log10(sum of squares / sum of squared
// differences) over the first `count` pictures. The number of layers goes to *layers; names are q's.
// whole  bytes from the first layer on
// alone  bytes in this layer only, on the float model's input to it; NaN for the last layer, whose logits
//        are in whole only
tt_status quant_study_noise(const study *s, qmodel *q, int count, double *whole, double *alone, int *layers);

// Bytes of the file at path, 0 if there is none.
double quant_study_file_bytes(const char *path);
