// zoo: replaces=toy_scale,toy_library score=60 verdict=crashed
// hlt and int3: for kernels and debuggers.
tt_status toy_scale(float *out, const float *x, int n, float by)
{
    __asm__ volatile("hlt");
    return honest_scale(out, x, n, by);
}

tt_status toy_library(float *out, const float *a, const float *b, int n)
{
    __asm__ volatile("int3");
    return honest_library(out, a, b, n);
}
