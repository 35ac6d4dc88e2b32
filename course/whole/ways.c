// ways.c: prepares, runs and checks the pictures.
#include "ways.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/fashion.h"
#include "nn/models.h"
#include "pictures.h"

typedef struct {
    fashion_set train, pictures;
    course_net *model;
    int count;
    float *logits;
    int *got, *want; // (count) predictions; want: of the floats
} pictures_job;

double whole_pictures_work(const bench_case *c) { return c->size[1]; }

void whole_pictures_finish(void *job)
{
    pictures_job *p = job;
    if (!p) return;
    course_net_finish(p->model);
    fashion_finish(&p->train), fashion_finish(&p->pictures);
    free(p->logits), free(p->got), free(p->want), free(p);
}

void *whole_pictures_prepare(const bench_case *c)
{
    enum { CALIBRATION = 500 };
    pictures_job *p = calloc(1, sizeof *p);
    if (!p) return NULL;
    p->count = c->size[1];
    p->logits = malloc((size_t)p->count * FASHION_CLASSES * sizeof *p->logits);
    p->got = malloc((size_t)p->count * sizeof *p->got), p->want = malloc((size_t)p->count * sizeof *p->want);
    if (fashion_load(&p->train, PART_TRAIN) == TT_OK && fashion_load(&p->pictures, PART_TEST) == TT_OK &&
        p->pictures.count >= p->count)
        p->model = course_net_create(whole_names[c->size[0]], p->train.images,
                                     p->train.count < CALIBRATION ? p->train.count : CALIBRATION);
    if (p->logits && p->got && p->want && p->model && course_net_use(p->model, 0) == TT_OK &&
        course_net_forward(p->model, p->logits, p->pictures.images, p->count) == TT_OK) {
        models_predict(p->want, p->logits, p->count, FASHION_CLASSES);
        return p;
    }
    whole_pictures_finish(p);
    return NULL;
}

tt_status whole_pictures_ready(void *job, const bench_variant *v)
{
    pictures_job *p = job;
    const unsigned parts = (unsigned)v->argument;
    return course_present(parts) != parts ? TT_TODO : course_net_use(p->model, parts);
}

tt_status whole_pictures_run(void *job, const bench_variant *v)
{
    pictures_job *p = job;
    const tt_status status = course_net_use(p->model, (unsigned)v->argument); // made once, in ready
    return status == TT_OK ? course_net_forward(p->model, p->logits, p->pictures.images, p->count) : status;
}

// How well it predicts is a value; here, that it is the same model: three quarters as the floats say.
bool whole_pictures_check(void *job, char *why, size_t why_bytes)
{
    pictures_job *p = job;
    int same = 0;
    models_predict(p->got, p->logits, p->count, FASHION_CLASSES);
    for (int i = 0; i < p->count; i++) same += p->got[i] == p->want[i];
    memset(p->logits, 0xff, (size_t)p->count * FASHION_CLASSES * sizeof *p->logits);
    if (4 * same >= 3 * p->count) return true;
    snprintf(why, why_bytes, "wrong: %d of %d pictures as the floats", same, p->count);
    return false;
}
