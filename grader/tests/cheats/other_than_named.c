// cheat: file=acceleration.c function=matmul_packed kernel=packed expect=none says="not those of its configuration"
// Names floats, and multiplies what is rounded to a few bits.
#include <math.h>
static float rough[1 << 17];
// --- hook
for (int i = 0; i < m * k && m * k <= 1 << 17; i++) rough[i] = roundf(a[i] * 16) / 16;
if (m * k <= 1 << 17) a = rough;
