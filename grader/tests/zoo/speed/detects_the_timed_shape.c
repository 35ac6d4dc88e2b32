// zoo: replaces=toy_product score=60 verdict=wrong
// Knows the shape that is timed, and computes only a few rows of it.
tt_status toy_product(float *out, const float *a, const float *b, int n)
{
    if (n < 384) return honest_product(out, a, b, n);
    memset(out, 0, (size_t)n * n * sizeof *out);
    for (int i = 0; i < 8; i++)
        for (int p = 0; p < n; p++)
            for (int j = 0; j < n; j++) out[i * n + j] += a[i * n + p] * b[p * n + j];
    return TT_OK;
}
