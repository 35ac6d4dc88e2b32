// side.c: whose code a program is linked with: compiled for each side; a program that says nothing is a student's.
#include "bench.h"

#ifndef TT_SIDE
#define TT_SIDE "mine"
#endif

const char *const code_side = TT_SIDE;
