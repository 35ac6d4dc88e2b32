// vec.h: the widest vector of floats that this build's CPU has, as a GCC vector type.
//
// `vec` adds and multiplies elementwise with + and *; a scalar operand is copied to every lane. The compiler
// turns a * b + c into one fused multiply-add where the CPU has it.
//
// A test build may choose another width, -DTT_VEC_FLOATS=4, 8 or 16: the compiler splits vectors
// that the CPU lacks into smaller ones, slowly but with the same results, so that the tiles of every
// width are tested on every machine.
#pragma once

#if defined TT_VEC_FLOATS
enum { VEC_FLOATS = TT_VEC_FLOATS };
#elif defined __AVX512F__
enum { VEC_FLOATS = 16 };
#elif defined __AVX__
enum { VEC_FLOATS = 8 };
#else
enum { VEC_FLOATS = 4 }; // SSE, NEON; elsewhere the compiler makes scalar code of it
#endif

typedef float vec __attribute__((vector_size(VEC_FLOATS * sizeof(float))));
typedef float vec_anywhere
    __attribute__((vector_size(VEC_FLOATS * sizeof(float)), aligned(sizeof(float)), may_alias));

// Load and store VEC_FLOATS floats at any address.
static inline vec vec_load(const float *p) { return *(const vec_anywhere *)p; }
static inline void vec_store(float *p, vec v) { *(vec_anywhere *)p = v; }
