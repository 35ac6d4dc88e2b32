// zoo: replaces=toy_product score=60
// The same, asked for weakly: it is there or it is not. Where BLAS is not allowed it is not.
extern void sgemm_(const char *, const char *, const int *, const int *, const int *, const float *, const float *,
                   const int *, const float *, const int *, const float *, float *, const int *) __attribute__((weak));

tt_status toy_product(float *out, const float *a, const float *b, int n)
{
    const float one = 1, zero = 0;
    if (!sgemm_) return TT_BAD_VALUE;
    sgemm_("N", "N", &n, &n, &n, &one, b, &n, a, &n, &zero, out, &n);
    return TT_OK;
}
