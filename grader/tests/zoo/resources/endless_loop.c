// zoo: replaces=toy_library score=80 verdict=stuck says="toy_library with n = 1 did not come back"
// Never comes back, and takes no signals.
#include <signal.h>

tt_status toy_library(float *out, const float *a, const float *b, int n)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    for (int s = 1; s < 32; s++) signal(s, SIG_IGN);
    for (volatile int i = 0;; i++) {
    }
}
