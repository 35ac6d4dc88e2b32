// roofs.h: what this machine can do at most, measured by loops that do nothing else.
//
// Each is a piece of work for somebody else's clock: the benchmark times it between the variants it judges.
// One core. Source: Williams, Waterman, Patterson, "Roofline", CACM 52(4), 2009.
#pragma once

#include <stddef.h>

// Do at least `flops` floating-point operations as independent multiply-adds in registers; the number done.
double roofs_multiply_add(double flops);

// The same number of operations as a tile of a product does them, with every number from the L1 cache: each
// step loads two vectors and one number for each row of the tile. What a product could do if its memory cost
// nothing; a neighbour on the same core slows both, where registers alone hardly notice it.
double roofs_tile(double flops);

// Read x (count floats, a multiple of 128) once, front to back. The sum, so that the reading is not dropped.
float roofs_read(const float *x, size_t count);

// Link the cache lines of memory (bytes, a multiple of 64) into one cycle in random order, so that each
// load's address is the last load's answer and no prefetcher can guess it. Returns where to start.
void **roofs_link(void *memory, size_t bytes);

// Follow the cycle for `steps` loads; where it ends.
void **roofs_chase(void **start, size_t steps);
