// route.h: every allocation of a program through a table, which the linker sets up: --wrap=malloc makes each
// call of malloc in the program's own objects one of __wrap_malloc, and __real_malloc is the C library's. What
// the library allocates for itself stays with it.
#pragma once

#include "profiling.h"

// The C library's own functions as a table; no state.
extern const prof_allocator profiling_libc;

// From now on through this table; NULL: straight to the C library. The table must stay valid, and its functions
// may not allocate. TT_BAD_VALUE if this program was linked without --wrap.
tt_status profiling_route(const prof_allocator *table);

// Whose call a place is, an address in this program's code: "tensor_create at tensor.c:41", by addr2line, which
// comes with the compiler; the address where it cannot be said. Returns text.
const char *profiling_place(char *text, size_t size, const void *place);
