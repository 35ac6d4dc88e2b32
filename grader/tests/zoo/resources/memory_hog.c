// zoo: replaces=toy_scale score=80 verdict=wrong|crashed
// All the memory there is, touched. There is a gibibyte of it.
#include <stdlib.h>
#include <string.h>

tt_status toy_scale(float *out, const float *x, int n, float by)
{
    size_t total = 0;
    for (void *p; total < (size_t)2 << 30 && (p = malloc(1 << 20)); total += 1 << 20) memset(p, 1, 1 << 20);
    return total < (size_t)2 << 30 ? TT_NO_MEMORY : honest_scale(out, x, n, by);
}
