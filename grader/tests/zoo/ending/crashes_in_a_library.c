// zoo: replaces=toy_scale,toy_library score=60 verdict=crashed says="with n = 1 crashed: Segmentation fault at toy.c:102"
// A crash inside memset: the line is the one that called it. And one in a function of another thread's kind.
#line 100 "toy.c"
tt_status toy_scale(float *out, const float *x, int n, float by)
{
    memset(out, 0, (size_t)n << 40);
    return honest_scale(out, x, n, by);
}

tt_status toy_library(float *out, const float *a, const float *b, int n)
{
    return honest_library(out, a, (float *)b + ((size_t)1 << 50), n);
}
