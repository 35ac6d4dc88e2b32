// zoo: replaces=toy_scale,toy_library score=60 verdict=wrong
// A right answer with a status that there is none.
tt_status toy_scale(float *out, const float *x, int n, float by)
{
    honest_scale(out, x, n, by);
    return 77;
}

tt_status toy_library(float *out, const float *a, const float *b, int n)
{
    honest_library(out, a, b, n);
    return -1;
}
