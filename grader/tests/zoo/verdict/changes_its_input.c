// zoo: replaces=toy_scale score=90 verdict=wrong says="changed its input `x`: n = 1"
// Works in place, then copies.
tt_status toy_scale(float *out, const float *x, int n, float by)
{
    tt_status status = honest_scale(out, x, n, by);
    if (status == TT_OK && n > 0) ((float *)x)[0] = 0;
    return status;
}
