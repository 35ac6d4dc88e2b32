// test_backend.c: the table, the naive product, the library's products, and the checks that all of them make.
#include "check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ops/backend.h"
#include "measure/blas_peer.h"
#include "core/rng.h"

static tt_matmul *const products[] = {matmul_naive, matmul_cblas, matmul_gemm};
enum { PRODUCTS = sizeof products / sizeof *products };

static void small_product_by_hand(void **state)
{
    (void)state;
    const float a[6] = {1, 2, 3, 4, 5, 6}, b[6] = {7, 8, 9, 10, 11, 12}, want[4] = {58, 64, 139, 154};
    for (int f = 0; f < PRODUCTS; f++) {
        float out[4] = {NAN, NAN, NAN, NAN};
        assert_status(products[f](out, a, b, 2, 2, 3), TT_OK);
        assert_close(out, want, 4, 0);
    }
}

static void ragged_products_agree_with_double_sums(void **state)
{
    (void)state;
    static const int sizes[] = {1, 2, 7, 33, 64, 65};
    float *a = tensor_alloc(65 * 65), *b = tensor_alloc(65 * 65), *out = tensor_alloc(65 * 65);
    tt_rng rng = {3};
    for (int trial = 0; trial < 60; trial++) {
        int m = sizes[rng_below(&rng, 6)], n = sizes[rng_below(&rng, 6)], k = sizes[rng_below(&rng, 6)];
        rng_fill_integers(&rng, a, (size_t)m * k, -9, 9);
        rng_fill_integers(&rng, b, (size_t)k * n, -9, 9);
        for (int f = 0; f < PRODUCTS; f++) {
            memset(out, 0xff, (size_t)m * n * sizeof *out);
            assert_status(products[f](out, a, b, m, n, k), TT_OK);
            for (int i = 0; i < m; i++)
                for (int j = 0; j < n; j++) {
                    double sum = 0;
                    for (int p = 0; p < k; p++) sum += (double)a[i * k + p] * (double)b[p * n + j];
                    assert_true(out[i * n + j] == sum);
                }
        }
    }
    free(a), free(b), free(out);
}

static void door_is_the_same_everywhere(void **state)
{
    (void)state;
    const float x[4] = {1, 2, 3, 4};
    for (int f = 0; f < PRODUCTS; f++) {
        float out[4] = {5, 5, 5, 5}, before[4] = {5, 5, 5, 5}, zeros[4] = {0};
        assert_status(products[f](out, x, x, -1, 2, 2), TT_BAD_SHAPE);
        assert_status(products[f](out, x, x, 2, -2, 2), TT_BAD_SHAPE);
        assert_status(products[f](out, x, x, 2, 2, -1), TT_BAD_SHAPE);
        assert_status(products[f](out, NULL, x, 2, 2, 2), TT_BAD_VALUE);
        assert_status(products[f](out, x, NULL, 2, 2, 2), TT_BAD_VALUE);
        assert_status(products[f](NULL, x, x, 2, 2, 2), TT_BAD_VALUE);
        assert_status(products[f](NULL, NULL, NULL, 0, 2, 2), TT_OK);
        assert_status(products[f](NULL, NULL, NULL, 2, 0, 2), TT_OK);
        assert_close(out, before, 4, 0);
        assert_status(products[f](out, NULL, NULL, 2, 2, 0), TT_OK);
        assert_close(out, zeros, 4, 0);
    }
}

static void row_in_use_changes_only_to_whole_rows(void **state)
{
    (void)state;
    assert_ptr_equal(backend, &backend_naive);
    assert_status(backend_use(&backend_blas), TT_OK);
    assert_ptr_equal(backend->matmul, matmul_cblas);
    assert_status(backend_use(NULL), TT_BAD_VALUE);
    assert_status(backend_use(&(tt_backend){.name = "half"}), TT_BAD_VALUE);
    assert_ptr_equal(backend, &backend_blas);
    assert_status(backend_use(&backend_naive), TT_OK);
}

static void peer_takes_longer_for_more(void **state)
{
    (void)state;
    double little = blas_peer_seconds(32, 32, 32, 1), much = blas_peer_seconds(256, 256, 256, 20);
    if (little < 0) { // no such kernels on this CPU: then for no size
        assert_true(much < 0);
        return;
    }
    assert_true(much > little); // about 10,000 times the work
}

int main(int argc, char **argv)
{
    blas_peer_serve(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_product_by_hand),
        cmocka_unit_test(ragged_products_agree_with_double_sums),
        cmocka_unit_test(door_is_the_same_everywhere),
        cmocka_unit_test(row_in_use_changes_only_to_whole_rows),
        cmocka_unit_test(peer_takes_longer_for_more),
    };
    return run_tests(tests);
}
