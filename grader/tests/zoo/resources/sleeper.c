// zoo: idle replaces=toy_library score=80 verdict=stuck says="sleeps instead of working" wall=40
// Waits for better times.
#include <unistd.h>

tt_status toy_library(float *out, const float *a, const float *b, int n)
{
    for (;;) sleep(1000);
}
