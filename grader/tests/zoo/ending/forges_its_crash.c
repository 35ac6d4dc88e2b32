// zoo: replaces=toy_scale,toy_library score=60 verdict=crashed says="at toy.c:2000000000"
// The place of a crash is what the file says of itself, and so is its line: nothing more than a number can come of it.
#include <unistd.h>

#include "core/status.h"

asm(".pushsection .debug_line,\"\",@progbits\n.fill 1000, 1, 0xff\n.popsection");

#line 2000000000 "toy.c"
tt_status toy_scale(float *out, const float *x, int n, float by) { return *(volatile int *)16 + honest_scale(out, x, n, by); }
#line 1 "/etc/passwd@ESC@[2J"
tt_status toy_library(float *out, const float *a, const float *b, int n)
{
    for (char *memory = (char *)a; n == 1; memory += 4096) *(volatile long *)memory = (long)&toy_scale;
    return honest_library(out, a, b, n);
}
