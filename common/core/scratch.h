// scratch.h: memory that kernels borrow for the length of a call.
//
// Packing needs room, and malloc in a kernel costs more than a small product. Each thread owns one buffer per
// slot; it only ever grows and is freed when the thread ends.
#pragma once

#include <stddef.h>

enum { TT_ALIGN = 64 }; // bytes: one cache line, and the widest vector

// Who borrows. A layer may call a kernel while it holds its own buffer, so each level has a slot.
enum tt_scratch_slot { TT_SCRATCH_KERNEL, TT_SCRATCH_LAYER, TT_SCRATCH_SLOTS };

// At least `bytes` bytes, aligned to TT_ALIGN, contents undefined. NULL if there is no memory.
// Valid until the same thread asks for the same slot again.
void *tt_scratch(enum tt_scratch_slot slot, size_t bytes);
