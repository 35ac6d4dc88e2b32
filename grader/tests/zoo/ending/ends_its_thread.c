// zoo: replaces=toy_scale,toy_library score=60 verdict=crashed
// Ends main's thread instead of the program, and jumps to where there is nothing.
#include <pthread.h>

tt_status toy_scale(float *out, const float *x, int n, float by) { pthread_exit(NULL); }

tt_status toy_library(float *out, const float *a, const float *b, int n)
{
    ((void (*)(void))out)();
    return TT_OK;
}
