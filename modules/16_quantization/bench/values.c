// values.c: both models quantized in many ways and held against the float model, on the test images where a result is
// claimed, on the validation images where ways are compared.
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ways.h"
#include "given/study.h"

enum { QUICK_IMAGES = 2000 };

// A row that nobody timed: what it holds is its rate.
static void add_row(results *r, const char *suite, const char *kase, double x, const char *variant,
                    results_kind kind, double value, const char *unit)
{
    results_row row = {
        .kind = kind, .x = x, .threads = 1, .passed = true, .work = value, .n = 1, .seconds = {1}};
    results_row_name(&row, suite, kase, variant, unit);
    results_add(r, &row);
}

static void set(results *r, const char *model, const char *what, double value, const char *unit)
{
    char name[32];
    snprintf(name, sizeof name, "%s_%s", model, what);
    results_set(r, name, value, unit);
}

// --- Accuracy and agreement ---

static const struct {
    const char *accuracy, *lost, *agree;
    int top;
    bool per_channel;
} kinds[] = {
    {"int8", "lost", "agree", 255, true},
    {"int7", "lost7", "agree7", 127, true},
    {"tensor", "lost_tensor", "agree_tensor", 255, false},
};

static tt_status quantize(const study *s, qmodel *q, int top, bool per_channel)
{
    return quant_study_quantize(s, q, QUANT_CALIBRATION_IMAGES, CALIBRATE_PERCENTILE, QUANT_KEEP, top,
                                per_channel);
}

static tt_status measure_accuracy(results *r, const study *s)
{
    tt_status status = TT_OK;
    set(r, s->model, "float", s->accuracy, "%");
    for (int i = 0; i < COUNT(kinds) && status == TT_OK; i++) {
        qmodel q;
        double accuracy, agreement;
        status = quantize(s, &q, kinds[i].top, kinds[i].per_channel);
        if (status != TT_OK) break;
        status = quant_study_score_bytes(s, &q, &accuracy, &agreement);
        qmodel_finish(&q);
        if (status != TT_OK) break;
        set(r, s->model, kinds[i].accuracy, accuracy, "%");
        set(r, s->model, kinds[i].lost, s->accuracy - accuracy, "points");
        set(r, s->model, kinds[i].agree, agreement, "%");
    }
    return status;
}

// --- Size ---

// The file is written and measured; what is run afterwards is read back from it.
static tt_status save_and_load(const study *s, qmodel *q, double *file_bytes)
{
    char path[] = "/tmp/tt_bytes_XXXXXX";
    int fd = mkstemp(path);
    *file_bytes = 0;
    if (fd < 0) return tt_fail(TT_BAD_FILE, "no temporary file in /tmp");
    close(fd);
    qmodel made;
    tt_status status = quantize(s, &made, 255, true);
    if (status == TT_OK) {
        status = qmodel_save(&made, path);
        qmodel_finish(&made);
    }
    *file_bytes = quant_study_file_bytes(path);
    if (status == TT_OK) status = qmodel_load(q, path);
    remove(path);
    return status;
}

static tt_status measure_size(results *r, const study *s)
{
    qmodel q;
    char path[512], name[24];
    double bytes, accuracy, agreement;
    snprintf(path, sizeof path, "%s/%s.safetensors", TT_WEIGHTS, s->model);
    const double float_bytes = quant_study_file_bytes(path);
    tt_status status = save_and_load(s, &q, &bytes);
    if (status != TT_OK) return status;
    status = quant_study_score_bytes(s, &q, &accuracy, &agreement);
    double resident = (double)qmodel_bytes(&q) / (double)qmodel_float_bytes(&s->net);
    qmodel_finish(&q);
    if (status != TT_OK) return status;
    set(r, s->model, "disk", bytes / float_bytes, "x");
    set(r, s->model, "resident", resident, "x");
    snprintf(name, sizeof name, "%s-float", s->model);
    add_row(r, "size", s->model, float_bytes, name, RESULTS_GIVEN, 100 - s->accuracy, "%");
    snprintf(name, sizeof name, "%s-int8", s->model);
    add_row(r, "size", s->model, bytes, name, RESULTS_RUNG, 100 - accuracy, "%");
    return TT_OK;
}

// --- Noise ---

static tt_status measure_noise(results *r, const study *s)
{
    enum { NOISE_IMAGES = 100 };
    tt_status status = TT_OK;
    for (int per_channel = 1; per_channel >= 0 && status == TT_OK; per_channel--) {
        qmodel q;
        double whole[QMODEL_MOST_LAYERS], alone[QMODEL_MOST_LAYERS];
        int layers = 0, named = 0;
        status = quantize(s, &q, 255, per_channel);
        if (status != TT_OK) break;
        status = quant_study_noise(s, &q, NOISE_IMAGES, whole, alone, &layers);
        for (int l = 0; l < q.count && status == TT_OK; l++) {
            char name[32];
            if (q.layers[l].kind == QUANT_POOL) continue;
            const char *scales = per_channel ? "channel" : "tensor";
            snprintf(name, sizeof name, "%s/%s", q.layers[l].name, scales);
            add_row(r, "sqnr", s->model, 0, name, RESULTS_RUNG, whole[named], "dB");
            snprintf(name, sizeof name, "%s/%s/alone", q.layers[l].name, scales);
            if (!isnan(alone[named])) add_row(r, "sqnr", s->model, 0, name, RESULTS_RUNG, alone[named], "dB");
            named++;
        }
        qmodel_finish(&q);
    }
    return status;
}

// --- Calibration ---

static const struct {
    const char *name;
    calibrate_method method;
    double keep;
} methods[] = {
    {"min-max", CALIBRATE_MINMAX, 1},           {"keep-99.99", CALIBRATE_PERCENTILE, 0.9999},
    {"keep-99.9", CALIBRATE_PERCENTILE, 0.999}, {"keep-99", CALIBRATE_PERCENTILE, 0.99},
    {"least-error", CALIBRATE_LEAST_ERROR, 1},
};

static tt_status measure_calibration(results *r, const study *s)
{
    static const int counts[] = {1, 4, 16, 64, 256};
    tt_status status = TT_OK;
    if (strcmp(s->model, "cnn") != 0) return TT_OK; // the one that minds
    for (int c = 0; c < COUNT(counts) && status == TT_OK; c += r->length == RESULTS_QUICK ? 4 : 1)
        for (int i = 0; i < COUNT(methods) && status == TT_OK; i++) {
            qmodel q;
            char kase[16];
            double accuracy, agreement;
            status = quant_study_quantize(s, &q, counts[c], methods[i].method, methods[i].keep, 255, true);
            if (status != TT_OK) break;
            status = quant_study_score_bytes(s, &q, &accuracy, &agreement);
            qmodel_finish(&q);
            snprintf(kase, sizeof kase, "%d", counts[c]);
            if (status == TT_OK)
                add_row(r, "calibration", kase, counts[c], methods[i].name, RESULTS_RUNG, 100 - agreement,
                        "%");
        }
    return status;
}

// --- All of it ---

// What is not written yet is left out; what crashes costs what comes after it: the engine has what came before.
tt_status quant_measure(results *r, bool quick)
{
    static const struct {
        data_part part;
        tt_status (*measure[2])(results *, const study *);
    } kinds_of_values[] = {{PART_TEST, {measure_accuracy, measure_size}},
                           {PART_VALIDATION, {measure_noise, measure_calibration}}};
    tt_status status = TT_OK;
    for (int i = 0; i < 2 * COUNT(kinds_of_values) && status == TT_OK; i++) {
        const int model = i / COUNT(kinds_of_values), kind = i % COUNT(kinds_of_values);
        study s;
        status = quant_study_create(&s, quant_model_names[model], kinds_of_values[kind].part,
                                    quick ? QUICK_IMAGES : INT_MAX);
        if (status != TT_OK) return status;
        for (int j = 0; j < COUNT(kinds_of_values[kind].measure) && status == TT_OK; j++) {
            status = kinds_of_values[kind].measure[j](r, &s);
            if (status == TT_TODO) status = TT_OK;
        }
        quant_study_finish(&s);
    }
    return status;
}
