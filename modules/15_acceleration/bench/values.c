// values.c: the values of module 15 that are no rows: the whole job, the models' accuracy, the gain of threads.
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "acceleration.h"
#include "data/fashion.h"
#include "given/inference.h"
#include "given/knn.h"
#include "measure/roofs.h"
#include "ways.h"

// Operations per second of two threads that each run a tile fed from L1: the best of several moments.
static double two_tiles(void)
{
    double best = 0;
    for (int i = 0; i < 20; i++) {
        const double flops = 4e9, start = measure_now();
        accel_roof(roofs_tile, 2, flops);
        best = fmax(best, flops / (measure_now() - start));
    }
    return best;
}

// All test images against all training images with the threaded rung, once.
static tt_status measure_whole_job(results *r)
{
    fashion_set train = {0}, test = {0};
    knn_index index = {0};
    int *nearest = NULL, correct = 0;
    tt_status status = fashion_load(&train, PART_BOTH);
    if (status == TT_OK) status = fashion_load(&test, PART_TEST);
    if (status == TT_OK) status = accel_knn_create(&index, train.images, train.count);
    if (status == TT_OK && !(nearest = malloc((size_t)test.count * sizeof *nearest))) status = TT_NO_MEMORY;
    omp_set_num_threads(2);
    double start = measure_now();
    if (status == TT_OK)
        status = accel_knn_search(nearest, &index, test.images, test.count, matmul_threaded, NULL);
    double seconds = measure_now() - start;
    if (status == TT_OK) {
        for (int i = 0; i < test.count; i++) correct += train.labels[nearest[i]] == test.labels[i];
        struct rusage usage;
        getrusage(RUSAGE_SELF, &usage);
        const double flops = 2.0 * test.count * train.count * KNN_PIXELS;
        results_set(r, "whole_job_seconds", seconds, "s");
        results_set(r, "whole_job_of_tiles", flops / seconds / two_tiles(), "x");
        results_set(r, "whole_job_accuracy", 100.0 * correct / test.count, "%");
        results_set(r, "whole_job_peak_mib", (double)usage.ru_maxrss / 1024, "MiB");
    }
    fashion_finish(&train), fashion_finish(&test);
    accel_knn_finish(&index);
    free(nearest);
    return status;
}

tt_status accel_prove(results *r, bool quick)
{
    if (quick) return TT_OK;
    tt_status status = measure_whole_job(r); // first: its peak of memory is to be its own
    accel_inference_measure(r);
    static const char *const at[][2] = {
        {"512", "threads_512"}, {"1024", "threads_1024"}, {"2048", "threads_2048"}};
    for (int i = 0; i < COUNT(at); i++) {
        double gain = results_gain_of_gain(r, "matmul", at[i][0], "threaded", "packed", "tile-2", "tile");
        if (!isnan(gain)) results_set(r, at[i][1], gain, "x");
    }
    return status == TT_TODO ? TT_OK
                             : status; // a rung that is not written yet is no failure of the benchmark
}
