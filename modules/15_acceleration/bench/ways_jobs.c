// ways_jobs.c: the jobs that products are made for: nearest neighbours, and the three models.
#include "ways.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acceleration.h"
#include "data/fashion.h"
#include "given/inference.h"
#include "given/knn.h"

// --- Nearest neighbours ---

typedef struct {
    fashion_set train, test;
    knn_index index;
    int tests, nearest[KNN_TEST_BLOCK], right[KNN_TEST_BLOCK];
} neighbours;

double accel_neighbours_work(const bench_case *c) { return 2.0 * c->size[0] * c->size[1] * KNN_PIXELS; }

void accel_neighbours_finish(void *job)
{
    neighbours *w = job;
    fashion_finish(&w->train), fashion_finish(&w->test);
    accel_knn_finish(&w->index);
    free(w);
}

void *accel_neighbours_prepare(const bench_case *c)
{
    neighbours *w = calloc(1, sizeof *w);
    if (!w) return NULL;
    if (fashion_load(&w->train, PART_BOTH) != TT_OK || fashion_load(&w->test, PART_TEST) != TT_OK ||
        w->train.count < c->size[1] || w->test.count < c->size[0] ||
        accel_knn_create(&w->index, w->train.images, c->size[1]) != TT_OK)
        return accel_neighbours_finish(w), NULL;
    w->tests = c->size[0];
    for (int i = 0; i < w->tests; i++) // the oracle: whole numbers, no product
        for (int t = 0, best = -1; t < w->index.count; t++) {
            int d = accel_knn_distance(w->test.images + i * KNN_PIXELS, w->train.images + t * KNN_PIXELS);
            if (best < 0 || d < best) best = d, w->right[i] = t;
        }
    return w;
}

tt_status accel_neighbours_run(void *job, const bench_variant *v)
{
    neighbours *w = job;
    const int threads = bench_threads(v);
    if (v->kind == RESULTS_YARDSTICK)
        return accel_roof((accel_roof_way *)v->function, threads,
                          2.0 * w->tests * w->index.count * KNN_PIXELS);
    omp_set_num_threads(threads);
    return accel_knn_search(w->nearest, &w->index, w->test.images, w->tests, (tt_matmul *)v->function, NULL);
}

bool accel_neighbours_check(void *job, char *why, size_t why_bytes)
{
    neighbours *w = job;
    int wrong = 0;
    for (int i = 0; i < w->tests; i++) wrong += w->nearest[i] != w->right[i];
    if (wrong) snprintf(why, why_bytes, "wrong: %d of %d neighbours are not the nearest", wrong, w->tests);
    memset(w->nearest, 0xff, sizeof w->nearest);
    return wrong == 0;
}

// --- The three models ---

double accel_model_work(const bench_case *c)
{
    return accel_inference_flops((inference_model)c->size[0], c->size[1]);
}

void *accel_model_prepare(const bench_case *c)
{
    return accel_inference_create((inference_model)c->size[0], c->size[1]);
}

void accel_model_finish(void *job) { accel_inference_finish(job); }

bool accel_model_check(void *job, char *why, size_t why_bytes)
{
    return accel_inference_check(job, why, why_bytes);
}

tt_status accel_model_run(void *job, const bench_variant *v)
{
    static const tt_backend *const given[] = {
        [ACCEL_NAIVE] = &backend_naive, [ACCEL_LIBRARY] = &backend_blas};
    const bool is_given = v->kind == RESULTS_GIVEN;
    accel_inference_textbook(job, is_given && v->argument == ACCEL_NAIVE);
    tt_status status =
        is_given ? backend_use(given[v->argument]) : acceleration_use((enum acceleration_mode)v->argument);
    return status == TT_OK ? accel_inference_run(job) : status;
}
