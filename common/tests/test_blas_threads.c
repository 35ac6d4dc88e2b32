// test_blas_threads.c: no two threads are in the library at once, whoever calls the backend from them.
#include "check.h"

#include "one_in_blas.h"
#include "ops/backend.h"

enum { SIZE = 6, ROUNDS = 20 };

static float a[SIZE * SIZE], b[SIZE * SIZE];

typedef struct {
    tt_matmul *product;
    int wrong;
} worker;

static void *multiply(void *of)
{
    static const int shapes[][3] = {{SIZE, SIZE, SIZE}, {1, SIZE, SIZE}, {SIZE, 1, SIZE}};
    worker *w = of;
    for (int i = 0; i < ROUNDS; i++) {
        const int *s = shapes[i % COUNT(shapes)];
        float out[SIZE * SIZE], right[SIZE * SIZE];
        matmul_naive(right, a, b, s[0], s[1], s[2]);
        if (w->product(out, a, b, s[0], s[1], s[2]) != TT_OK) w->wrong++;
        for (int j = 0; j < s[0] * s[1]; j++) w->wrong += out[j] != right[j];
    }
    return NULL;
}

// Two threads, each with its product; how many calls met another.
static int meetings(tt_matmul *first, tt_matmul *second)
{
    pthread_t other;
    worker mine = {first, 0}, its = {second, 0};
    blas_met = 0;
    assert_int_equal(pthread_create(&other, NULL, multiply, &its), 0);
    multiply(&mine);
    assert_int_equal(pthread_join(other, NULL), 0);
    assert_int_equal(mine.wrong + its.wrong, 0);
    return blas_met;
}

// What a program would do that called the library itself: so that is what the test sees.
static tt_status unguarded(float *out, const float *x, const float *y, int m, int n, int k)
{
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, x, k, y, n, 0, out, n);
    return TT_OK;
}

static void one_thread_at_a_time(void **state)
{
    (void)state;
    for (int i = 0; i < SIZE * SIZE; i++) a[i] = (float)(i % 7 - 3), b[i] = (float)(i % 5 - 2);
    assert_true(meetings(unguarded, unguarded) > 0);
    assert_int_equal(meetings(matmul_gemm, matmul_gemm), 0);
    assert_int_equal(meetings(matmul_cblas, matmul_cblas), 0);
    assert_int_equal(meetings(matmul_cblas, matmul_gemm), 0);
    assert_int_equal(meetings(backend_blas.matmul, matmul_gemm), 0);
    assert_int_equal(blas_calls, 10 * ROUNDS);
    assert_int_equal(blas_inside, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_thread_at_a_time)};
    return run_tests(tests);
}
