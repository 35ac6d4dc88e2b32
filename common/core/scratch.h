// scratch.h: temporary memory that a kernel uses during one call.
//
// Packing needs memory, and malloc in a kernel costs more time than a small product. Each thread owns one
// buffer per slot; it only grows, and it is freed when the thread ends.
#pragma once

#include <stddef.h>

enum { TT_ALIGN = 64 }; // bytes: one cache line, and the widest vector

// Which level of code uses the buffer. A layer may call a kernel while it uses its own buffer: each has one.
enum tt_scratch_slot { TT_SCRATCH_KERNEL, TT_SCRATCH_LAYER, TT_SCRATCH_SLOTS };

// At least `bytes` bytes, aligned to TT_ALIGN, contents undefined. NULL if there is no memory.
// Valid until the same thread asks for the same slot again.
void *tt_scratch(enum tt_scratch_slot slot, size_t bytes);
