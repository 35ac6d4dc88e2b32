// zoo: replaces=toy_sums score=80 verdict=wrong
// Leaves the work to a thread, and answers while that is still on its way.
#include <pthread.h>
#include <unistd.h>

static struct { float *out; const float *x; int rows, columns; } work;

static void *later(void *nothing)
{
    usleep(50000);
    honest_sums(work.out, work.x, work.rows, work.columns);
    return nothing;
}

tt_status toy_sums(float *out, const float *x, int rows, int columns)
{
    pthread_t thread;
    work.out = out, work.x = x, work.rows = rows, work.columns = columns;
    return pthread_create(&thread, NULL, later, NULL) ? TT_NO_MEMORY : TT_OK;
}
