// cachegrind.c: runs a loop of loops.h where valgrind's cachegrind can count its misses, and says what the reference's simulator
// counts for the same addresses: read and write misses of both levels: cachegrind.sh compares the two.
// usage: cachegrind ORDER N BLOCK BYTES1 LINE1 WAYS1 BYTES2 LINE2 WAYS2
#include <stdlib.h>

#include "given/loops.h"

int main(int argc, char **argv)
{
    enum { FLOATS = 1 << 18 };
    static float a[FLOATS] __attribute__((aligned(4096))), b[FLOATS] __attribute__((aligned(4096))),
        out[FLOATS] __attribute__((aligned(4096)));
    int number[9];
    if (argc != 10) return 2;
    for (int i = 0; i < 9; i++) number[i] = atoi(argv[1 + i]);
    const int n = number[1];
    if (n < 1 || n * n > FLOATS) return 2;
    const profiling_loop l = {(profiling_order)number[0], n, n, n, number[2], out, a, b};
    const prof_cache_shape shapes[] = {{number[3], number[4], number[5]}, {number[6], number[7], number[8]}};
    for (int i = 0; i < n * n; i++) a[i] = b[i] = 1;
    profiling_loop_run(&l);

    prof_cache c;
    tt_status status = prof_cache_init(&c, shapes, 2);
    for (int i = 0; i < n * n && status == TT_OK; i++) { // what the loop finds in the cache
        status = prof_cache_access(&c, (uintptr_t)&a[i], 4, true);
        if (status == TT_OK) status = prof_cache_access(&c, (uintptr_t)&b[i], 4, true);
    }
    const prof_cache before = c;
    if (status == TT_OK) status = profiling_loop_simulate(&l, &c);
    if (status != TT_OK) return 1;
    for (int i = 0; i < 2; i++)
        printf("%lld %lld\n", c.level[i].read_misses - before.level[i].read_misses,
               c.level[i].write_misses - before.level[i].write_misses);
    prof_cache_finish(&c);
    return 0;
}
