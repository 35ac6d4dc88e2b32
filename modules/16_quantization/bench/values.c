// values.c: both models quantized in many ways and held against the float model on the real test set.
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/crash.h"
#include "ways.h"
#include "given/study.h"

enum {
    QUICK_IMAGES = 2000,
    MOST_SECONDS = 600, // longer than any honest kernel takes for all of it
};

// A row that nobody timed: what it holds is its rate.
static void add_row(results *r, const char *suite, const char *kase, double x, const char *variant,
                    results_kind kind, double value, const char *unit)
{
    results_row row = {
        .kind = kind, .x = x, .threads = 1, .passed = true, .work = value, .n = 1, .seconds = {1}};
    snprintf(row.suite, sizeof row.suite, "%s", suite);
    snprintf(row.kase, sizeof row.kase, "%s", kase);
    snprintf(row.variant, sizeof row.variant, "%s", variant);
    snprintf(row.unit, sizeof row.unit, "%s", unit);
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

static tt_status measure_accuracy(results *r, const study *s, bool quick)
{
    (void)quick;
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

static tt_status measure_size(results *r, const study *s, bool quick)
{
    (void)quick;
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

static tt_status measure_noise(results *r, const study *s, bool quick)
{
    enum { NOISE_IMAGES = 100 };
    (void)quick;
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

static tt_status measure_calibration(results *r, const study *s, bool quick)
{
    static const int counts[] = {1, 4, 16, 64, 256};
    tt_status status = TT_OK;
    if (strcmp(s->model, "cnn") != 0) return TT_OK; // the one that minds
    for (int c = 0; c < COUNT(counts) && status == TT_OK; c += quick ? 4 : 1)
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

// --- All of it, in a process of its own: a student's function that crashes costs what comes after it ---

// What a part came to is kept in the file at path before the next one begins. What is not written yet is left
// out.
static tt_status measure_all(results *r, const char *path, bool quick)
{
    static tt_status (*const parts[])(results *, const study *, bool quick) = {
        measure_accuracy, measure_size, measure_noise, measure_calibration};
    tt_status status = results_save(r, path);
    for (int m = 0; m < 2 && status == TT_OK; m++) {
        study s;
        status = quant_study_create(&s, quant_model_names[m], quick ? QUICK_IMAGES : INT_MAX);
        if (status != TT_OK) return status;
        for (int i = 0; i < COUNT(parts) && status == TT_OK; i++) {
            status = parts[i](r, &s, quick);
            if (status == TT_TODO) status = TT_OK;
            if (status == TT_OK) status = results_save(r, path);
        }
        quant_study_finish(&s);
    }
    return status;
}

static void child(const results *r, const char *path, bool quick, crash_report *report)
{
    results part = {.length = r->length, .machine = r->machine};
    snprintf(part.module, sizeof part.module, "%s", r->module);
    snprintf(part.side, sizeof part.side, "%s", r->side);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    crash_watch(report);
    alarm(MOST_SECONDS);
    tt_status status = measure_all(&part, path, quick);
    if (status != TT_OK) fprintf(stderr, "values: %s: %s\n", tt_status_text(status), tt_error());
    fflush(NULL);
    _exit(status != TT_OK);
}

static tt_status append(results *r, const char *path)
{
    results part;
    tt_status status = results_load(&part, path);
    if (status != TT_OK) return status;
    for (int i = 0; i < part.row_count && status == TT_OK; i++) status = results_add(r, &part.rows[i]);
    for (int i = 0; i < part.value_count && status == TT_OK; i++)
        status = results_set(r, part.values[i].name, part.values[i].value, part.values[i].unit);
    results_finish(&part);
    return status;
}

tt_status quant_measure(results *r, bool quick)
{
    char path[] = "/tmp/tt_values_XXXXXX", what[140];
    int fd = mkstemp(path), ended = 0;
    crash_report *report =
        mmap(NULL, sizeof *report, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (fd < 0 || report == MAP_FAILED)
        return tt_fail(TT_BAD_FILE, "no temporary file in /tmp, or no memory");
    close(fd);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) child(r, path, quick, report);
    if (pid > 0) waitpid(pid, &ended, 0);
    if (pid > 0 && WIFSIGNALED(ended)) {
        crash_describe(report, WTERMSIG(ended), what, sizeof what);
        printf("values: crashed: %s; what comes after it is not measured\n", what);
    }
    tt_status status = pid > 0 ? append(r, path) : tt_fail(TT_NO_MEMORY, "no process for the values");
    if (status == TT_OK && WIFEXITED(ended) && WEXITSTATUS(ended) != 0)
        status = tt_fail(TT_BAD_FILE, "the values could not be measured; the line above says why");
    munmap(report, sizeof *report);
    remove(path);
    return status;
}
