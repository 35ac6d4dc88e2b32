// cheat: file=quantization.c function=quant_network_run bits=8 expect=flag says="start:"
// Works before main, where it hopes that no clock runs.
#include <time.h>
__attribute__((constructor)) static void early(void)
{
    while (clock() < 3 * CLOCKS_PER_SEC / 2) continue;
}
// --- hook
