// zoo: score=0 compile=failed|refused
// The compiler's own descriptors, and its memory.
#include "/proc/self/fd/2"
#include "/proc/self/mem"
