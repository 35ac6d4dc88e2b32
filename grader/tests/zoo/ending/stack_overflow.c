// zoo: replaces=toy_scale score=80 verdict=crashed says="Segmentation fault"
// Recursion without an end.
static volatile int depth;

__attribute__((noinline)) static float deeper(float x)
{
    volatile char room[4096];
    room[depth++ % 4096] = 1;
    return deeper(x) + room[0];
}

tt_status toy_scale(float *out, const float *x, int n, float by)
{
    deeper(by);
    return honest_scale(out, x, n, by);
}
