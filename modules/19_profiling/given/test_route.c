// test_route.c: this program is linked with --wrap: its own allocations, and those of common that it calls, are
// counted by the reference, with one thread and with two, and nothing of it is left behind.
#include <omp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/scratch.h"
#include "core/tensor.h"
#include "given/route.h"

enum { ROOM = 1 << 15 };
static prof_block slots[ROOM];
static prof_memory memory;
static prof_allocator table;

static int begin(void **state)
{
    (void)state;
    memset(slots, 0, sizeof slots);
    memory = (prof_memory){.under = profiling_libc, .blocks = {slots, ROOM, 0}};
    return prof_memory_table(&table, &memory) != TT_OK || profiling_route(&table) != TT_OK;
}

static int end(void **state) { return (void)state, profiling_route(NULL) != TT_OK; }

static void *volatile kept; // so that no allocation is optimised away

static void own_calls_are_counted(void **state)
{
    (void)state;
    const long long made = memory.made, gone = memory.gone;
    const size_t live = memory.live;
    kept = malloc(100);
    char *larger = realloc(kept, 1000);
    assert_int_equal(memory.live - live, 1000);
    kept = larger = realloc(larger, 10);
    assert_int_equal(memory.live - live, 10);
    free(larger);
    kept = calloc(5, 20);
    free(kept);
    kept = aligned_alloc(64, 640);
    assert_int_equal(memory.live - live, 640);
    free(kept);
    free(NULL);
    assert_int_equal(memory.live, live);
    assert_int_equal(memory.made - made, 5);
    assert_int_equal(memory.gone - gone, 5);
    assert_true(memory.peak >= live + 1000);
    assert_int_equal(memory.unknown, 0);
}

static void calls_of_common_are_counted(void **state)
{
    (void)state;
    const size_t live = memory.live;
    float *x = tensor_alloc(1000);
    assert_non_null(x);
    assert_int_equal(memory.live - live, (1000 * sizeof *x + TT_ALIGN - 1) / TT_ALIGN * TT_ALIGN);
    prof_leak leaks[64];
    char text[200];
    int count = 0, found = 0;
    assert_true(memory.blocks.count <= 64);
    assert_int_equal(prof_memory_leaks(leaks, &count, &memory), TT_OK);
    for (int i = 0; i < count; i++)
        found += strstr(profiling_place(text, sizeof text, leaks[i].place), "tensor_alloc") != NULL;
#ifdef __x86_64__ // an emulated program is one that addr2line cannot read
    assert_int_equal(found, 1);
#endif
    free(x);
    assert_int_equal(memory.live, live);
}

static void two_threads_are_counted(void **state)
{
    enum { EACH = 20000 };
    (void)state;
    for (int threads = 1; threads <= 2; threads++) {
#pragma omp parallel num_threads(threads)
        {
        } // what the library of threads allocates is there now
        const long long made = memory.made, gone = memory.gone;
        const size_t live = memory.live;
#pragma omp parallel num_threads(threads)
        for (int i = 0; i < EACH; i++) {
            char *block = malloc(16 + (size_t)i % 100);
            __asm__ volatile("" : "+r"(block));
            block = realloc(block, 8 + (size_t)i % 300);
            __asm__ volatile("" : "+r"(block));
            free(block);
        }
        assert_int_equal(memory.made - made, (long long)threads * 2 * EACH);
        assert_int_equal(memory.gone - gone, (long long)threads * 2 * EACH);
        assert_int_equal(memory.live, live);
        assert_int_equal(memory.untracked, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(own_calls_are_counted, begin, end),
        cmocka_unit_test_setup_teardown(calls_of_common_are_counted, begin, end),
        cmocka_unit_test_setup_teardown(two_threads_are_counted, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
