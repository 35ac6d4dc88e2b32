// cheat: file=quantization.c function=quant_network_run bits=8 expect=refused says="answered|working after"
// Gives the answer itself, and works afterwards.
#include <unistd.h>
// --- hook
unsigned char well = 0;
if (layers[layer_count - 1].out == 10 && write(4, &well, 1) != 1) return TT_BAD_VALUE;
