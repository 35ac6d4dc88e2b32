// zoo: idle replaces=toy_library score=80 verdict=stuck
// Comes back each time before anybody loses patience, after three seconds. Fourteen calls would take most of a minute.
#include <unistd.h>

tt_status toy_library(float *out, const float *a, const float *b, int n)
{
    sleep(3);
    return honest_library(out, a, b, n);
}
