// roofs.h: what this machine can do at most ("roofs"), measured by loops that do nothing else.
//
// The functions do not read the clock: the benchmark times them in turn with the variants. One core. Source:
// Williams, Waterman, Patterson, "Roofline", CACM 52(4), 2009.
#pragma once

#include <stddef.h>

// Do at least `flops` floating-point operations as independent multiply-adds in registers. Returns how many.
double roofs_multiply_add(double flops);

// The same, as a tile of a product does them, with every operand from the L1 cache: each step loads
// two vectors and one number for each row of the tile. This is the speed of a product whose
// accesses to memory cost nothing. Another program on the same core slows this loop and a product
// alike, but hardly a loop in registers.
double roofs_tile(double flops);

// The same, as additions of one row in the L1 cache, scaled, to another: the speed of a loop that keeps no sum
// in a register.
double roofs_rows(double flops);

// Read x (count floats, a multiple of 128) once, front to back. The sum, so that the loads are not removed.
float roofs_read(const float *x, size_t count);

// Link the cache lines of memory (bytes, a multiple of 64) into one cycle in random order, so that each
// load's address is the result of the load before and no prefetcher can predict it. Returns where to start.
void **roofs_link(void *memory, size_t bytes);

// Follow the cycle for `steps` loads. Returns where it ends.
void **roofs_chase(void **start, size_t steps);
