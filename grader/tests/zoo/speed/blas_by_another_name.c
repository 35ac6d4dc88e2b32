// zoo: replaces=toy_product score=0 compile=failed
// The Fortran door to the same library: no such name in a program without BLAS, so the file does not link.
extern void sgemm_(const char *, const char *, const int *, const int *, const int *, const float *, const float *,
                   const int *, const float *, const int *, const float *, float *, const int *);

tt_status toy_product(float *out, const float *a, const float *b, int n)
{
    const float one = 1, zero = 0;
    sgemm_("N", "N", &n, &n, &n, &one, b, &n, a, &n, &zero, out, &n);
    return TT_OK;
}
