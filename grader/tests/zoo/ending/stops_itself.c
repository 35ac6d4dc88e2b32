// zoo: replaces=toy_library score=80 verdict=refused
// SIGSTOP to itself: the parent, which stops its child too, must not mistake the one for the other. It is not let.
#include <signal.h>

tt_status toy_library(float *out, const float *a, const float *b, int n)
{
    raise(SIGSTOP);
    return honest_library(out, a, b, n);
}
