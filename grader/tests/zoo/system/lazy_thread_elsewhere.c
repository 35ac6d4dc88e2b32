// zoo: replaces=toy_scale score=80 verdict=refused
// A thread in a case that has none.
#include <pthread.h>

static void *nothing(void *p) { return p; }

tt_status toy_scale(float *out, const float *x, int n, float by)
{
    pthread_t thread;
    pthread_create(&thread, NULL, nothing, NULL);
    return honest_scale(out, x, n, by);
}
