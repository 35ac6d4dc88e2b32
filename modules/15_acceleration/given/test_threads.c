// test_threads.c: whatever kernel is installed, and with two threads at work, one thread at most is in the library.
#include "tests/check.h"

#include <omp.h>
#include <stdlib.h>

#include "acceleration.h"
#include "knn.h"
#include "tests/one_in_blas.h"

enum { TRAIN = 40, TESTS = 30 };

static tt_matmul *const kernels[] = {matmul_threaded, matmul_packed, matmul_blas,
                                     matmul_auto,     matmul_cblas,  matmul_gemm};

static void search_with_each_kernel(void **state)
{
    (void)state;
    static unsigned char train[TRAIN * KNN_PIXELS], tests[TESTS * KNN_PIXELS];
    knn_index index;
    int first[TESTS], nearest[TESTS];
    for (int i = 0; i < TRAIN * KNN_PIXELS; i++) train[i] = (unsigned char)(i * 31 % 251);
    for (int i = 0; i < TESTS * KNN_PIXELS; i++) tests[i] = (unsigned char)(i * 17 % 241);
    omp_set_num_threads(2);
    assert_status(accel_knn_create(&index, train, TRAIN), TT_OK);
    assert_status(accel_knn_search(first, &index, tests, TESTS, matmul_naive, NULL), TT_OK);
    for (int i = 0; i < COUNT(kernels); i++) {
        assert_status(accel_knn_search(nearest, &index, tests, TESTS, kernels[i], NULL), TT_OK);
        assert_memory_equal(nearest, first, sizeof first);
    }
    assert_int_equal(blas_met, 0);
    accel_knn_finish(&index);
}

static void products_of_each_mode(void **state)
{
    (void)state;
    static const int shapes[][3] = {{1, 40, 30}, {40, 1, 30}, {13, 70, 80}, {70, 13, 80}};
    float *a = tensor_alloc(80 * 80), *b = tensor_alloc(80 * 80), *out = tensor_alloc(80 * 80),
          *want = tensor_alloc(80 * 80);
    for (int i = 0; i < 80 * 80; i++) a[i] = (float)(i % 7 - 3), b[i] = (float)(i % 5 - 2);
    omp_set_num_threads(2);
    for (int i = 0; i < COUNT(shapes); i++) {
        const int m = shapes[i][0], n = shapes[i][1], k = shapes[i][2];
        assert_status(matmul_naive(want, a, b, m, n, k), TT_OK);
        for (int f = 0; f < COUNT(kernels); f++) {
            assert_status(kernels[f](out, a, b, m, n, k), TT_OK);
            assert_close(out, want, (size_t)m * (size_t)n, 0);
        }
    }
    assert_true(blas_calls > 0); // so the library's place is taken
    assert_int_equal(blas_met, 0);
    free(a), free(b), free(out), free(want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(search_with_each_kernel),
                                       cmocka_unit_test(products_of_each_mode)};
    return run_tests(tests);
}
