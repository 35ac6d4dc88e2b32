// zoo: replaces=toy_scale,toy_sums score=60 verdict=refused
// Past the C library: clone without a thread's bits, also where threads are allowed.
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

tt_status toy_scale(float *out, const float *x, int n, float by)
{
    syscall(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD, 0, 0, 0, 0);
    return honest_scale(out, x, n, by);
}

tt_status toy_sums(float *out, const float *x, int rows, int columns)
{
    if (syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) == 0) _exit(0);
    return honest_sums(out, x, rows, columns);
}
