// zoo: replaces=toy_scale score=80 verdict=crashed|stuck|wrong|refused
// Keeps where it was in the first call and jumps back there from the second, into a frame that is gone.
#include <setjmp.h>

tt_status toy_scale(float *out, const float *x, int n, float by)
{
    static jmp_buf first;
    static int calls;
    if (calls++ == 0) {
        if (setjmp(first)) return TT_OK;
        return honest_scale(out, x, n, by);
    }
    longjmp(first, 1);
}
