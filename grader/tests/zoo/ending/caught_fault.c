// zoo: replaces=toy_scale score=100
// A fault on purpose, caught on a stack of its own and jumped out of. Odd, but then its answer is right.
#include <setjmp.h>
#include <signal.h>

static sigjmp_buf back;
static void jump(int s) { siglongjmp(back, s); }

tt_status toy_scale(float *out, const float *x, int n, float by)
{
    static char room[1 << 16];
    sigaltstack(&(stack_t){.ss_sp = room, .ss_size = sizeof room}, NULL);
    sigaction(SIGSEGV, &(struct sigaction){.sa_handler = jump, .sa_flags = SA_ONSTACK}, NULL);
    if (sigsetjmp(back, 1) == 0) *(volatile int *)16 = 1;
    return honest_scale(out, x, n, by);
}
