// zoo: replaces=toy_product score=60 verdict=wrong
// All rows of the timed product but one, which is left to chance and to the check by sample.
tt_status toy_product(float *out, const float *a, const float *b, int n)
{
    honest_product(out, a, b, n);
    if (n == 384) out[200 * n + 7] += 1;
    return TT_OK;
}
