// zoo: replaces=toy_scale,toy_library score=60 verdict=wrong says="wrote 1 byte past the end of `out`: n = 1"
// One byte too many: after the output, and before it.
tt_status toy_scale(float *out, const float *x, int n, float by)
{
    tt_status status = honest_scale(out, x, n, by);
    if (status == TT_OK && out) ((unsigned char *)(out + n))[0] ^= 1;
    return status;
}

tt_status toy_library(float *out, const float *a, const float *b, int n)
{
    ((unsigned char *)out)[-1] ^= 1;
    return honest_library(out, a, b, n);
}
