// zoo: replaces=toy_product score=60 says="BLAS belongs to the last rung"
// The library behind the rung that is to be written.
tt_status toy_product(float *out, const float *a, const float *b, int n)
{
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, a, n, b, n, 0, out, n);
    return TT_OK;
}
