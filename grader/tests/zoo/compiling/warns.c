// zoo: replaces=toy_scale score=80..100 says="toy.c:4: control reaches end of non-void function"
// What compiles and is a mistake is shown with its line, the likeliest mistakes first, however much else there is.
#line 1 "toy.c"
tt_status toy_scale(float *out, const float *x, int n, float by)
{
    honest_scale(out, x, n, by);
}

#define SIX(n) void unused##n(int a, int b, int c, int d, int e, int f) {}
static SIX(1) static SIX(2) static SIX(3)
