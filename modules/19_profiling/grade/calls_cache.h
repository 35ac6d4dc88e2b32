// calls_cache.h: the cache simulator's calls: a script of which each call, or each series of calls, is a job.
//
// Arrays. 0: the op. 1: what is seen after it.
#pragma once

#include "profiling.h"

typedef enum {
    CACHE_INIT,   // shapes, levels
    CACHE_ACCESS, // address, bytes, write
    CACHE_SERIES, // count accesses: cache_address, every third a write
} cache_kind;

typedef struct {
    int kind, levels, bytes, write, count, seed;
    prof_cache_shape shapes[PROF_CACHE_LEVELS];
    uint64_t address, stride, span; // of a series, see cache_address
} cache_op;

typedef struct {
    int levels;
    unsigned char refused[sizeof(prof_cache)]; // of an init that failed: *cache, whose bits were all 1
    prof_cache_shape shapes[PROF_CACHE_LEVELS];
    int sets[PROF_CACHE_LEVELS];
    long long reads[PROF_CACHE_LEVELS], writes[PROF_CACHE_LEVELS], read_misses[PROF_CACHE_LEVELS],
        write_misses[PROF_CACHE_LEVELS];
} cache_seen;

enum { CACHE_WRITES_EACH = 3 }; // of so many accesses of a series the last one is a write

// The i-th address of a series: in steps, round within the span; or, with a seed, anywhere in it.
static inline uint64_t cache_address(const cache_op *o, int i)
{
    uint64_t z = ((uint64_t)(unsigned)o->seed << 32 | (unsigned)i) * 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    return o->address + (o->seed ? (z >> 20) * 4 : (uint64_t)i * o->stride) % o->span;
}
