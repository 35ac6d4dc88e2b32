// side.c: whose code a program is linked with. Compiled for each side; the default is the student's.
#include "bench.h"

#ifndef TT_SIDE
#define TT_SIDE "mine"
#endif

const char *const code_side = TT_SIDE;
