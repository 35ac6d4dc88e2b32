// compare.c: loads the compiled file and asks both sides about each picture, in turns.
#include "compare.h"

#include <dlfcn.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/tensor.h"
#include "measure/measure.h"
#include "nn/models.h"

enum { FILES, LIBRARYS, SIDES };

typedef void logits_function(float *out, const unsigned char *pixels);
typedef int predict_function(const unsigned char *pixels);

typedef struct {
    logits_function *logits;
    predict_function *predict;
    course_net *net;
} contest;

static tt_status ask(float *logits, double *seconds, const contest *c, int side, const uint8_t *pixels)
{
    tt_status status = TT_OK;
    const double start = measure_now();
    if (side == FILES) c->logits(logits, pixels);
    else status = course_net_forward(c->net, logits, pixels, 1);
    *seconds = measure_now() - start;
    return status;
}

static void judge(export_compared *c, float logits[SIDES][FASHION_CLASSES], int predicted, int label)
{
    int class[SIDES];
    models_predict(class, logits[0], SIDES, FASHION_CLASSES);
    c->same_logits += memcmp(logits[FILES], logits[LIBRARYS], sizeof logits[FILES]) == 0;
    c->same_classes += predicted == class[LIBRARYS] && class[FILES] == class[LIBRARYS];
    c->right[FILES] += predicted == label, c->right[LIBRARYS] += class[LIBRARYS] == label;
    for (int j = 0; j < FASHION_CLASSES; j++) {
        const double difference = fabs((double)logits[FILES][j] - logits[LIBRARYS][j]);
        if (!(difference <= c->largest)) c->largest = difference; // a NaN stays
    }
}

static tt_status contend(export_compared *c, double *seconds[SIDES], const contest *of,
                         const fashion_set *test)
{
    float logits[SIDES][FASHION_CLASSES];
    tt_status status = TT_OK;
    for (int i = 0; i < c->pictures && status == TT_OK; i++) {
        const uint8_t *pixels = test->images + (size_t)i * FASHION_PIXELS;
        for (int turn = 0; turn < SIDES && status == TT_OK; turn++) {
            const int side = (i + turn) % SIDES;
            status = ask(logits[side], &seconds[side][i], of, side, pixels);
        }
        if (status == TT_OK) judge(c, logits, of->predict(pixels), test->labels[i]);
    }
    return status;
}

static tt_status compare(export_compared *c, const contest *of, const fashion_set *test, int count)
{
    export_compared made = {.pictures = count};
    double *all = calloc((size_t)count * SIDES, sizeof *all),
           *seconds[SIDES] = {all, all ? all + count : NULL};
    if (!all) return tt_fail(TT_NO_MEMORY, "no memory for the times of %d pictures", count);
    tt_status status = contend(&made, seconds, of, test);
    for (int s = 0; s < SIDES && status == TT_OK; s++)
        made.seconds[s] = measure_describe(seconds[s], count).median;
    if (status == TT_OK)
        made.ratio = measure_ratio(seconds[FILES], seconds[LIBRARYS], count).median, *c = made;
    free(all);
    return status;
}

tt_status export_compare(export_compared *c, const char *path, course_net *n, const fashion_set *test,
                         int count)
{
    if (!c || !path || !n || !test || count < 1 || count > test->count) return TT_BAD_VALUE;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) return tt_fail(TT_BAD_FILE, "%s", dlerror());
    const contest of = {(logits_function *)dlsym(library, "logits"),
                        (predict_function *)dlsym(library, "predict"), n};
    tt_status status = of.logits && of.predict ? compare(c, &of, test, count)
                                               : tt_fail(TT_BAD_FILE, "%s has no logits or no predict", path);
    dlclose(library);
    return status;
}
