// calls_memory.h: the memory profiler's calls: a script of which each call is a job, and threads that call at once.
#pragma once

#include "profiling.h"

// --- The script. Arrays: 0: the op. 1: what is seen after it. 2: the leaks that it gave ---
//
// Below the profiler lies an allocator that only says what the op tells it to: addresses are numbers that
// nobody reads through.

typedef enum {
    MEMORY_BEGIN, // room: slots for blocks
    MEMORY_MALLOC,
    MEMORY_CALLOC,
    MEMORY_REALLOC,
    MEMORY_ALIGNED,
    MEMORY_FREE,
    MEMORY_SECTION, // section; room 1: nobody asks for the section before
    MEMORY_LEAKS,
    MEMORY_DOOR, // room: what is NULL
} memory_kind;

enum { NO_MALLOC, NO_CALLOC, NO_REALLOC, NO_ALIGNED, NO_FREE, NO_TABLE, NO_PROFILE, MEMORY_DOORS };
enum { MEMORY_ROOM = 256 }; // slots at most

typedef struct {
    int kind, room, section;
    size_t bytes, count, alignment;
    uint64_t block, place, answer; // answer: what the allocator below gives
} memory_op;

typedef struct {
    uint64_t returned;
    int under_calls; // of the allocator below, and the last one's arguments
    memory_op under;
    uint64_t state, own_state; // that it was given, and its address
    long overlaps;             // threads: calls that came while another was still below
    int touched;               // a table that was refused is no longer zeroed
    size_t live, peak, section_peak[PROF_MEMORY_SECTIONS];
    long long made, gone, untracked, unknown;
    int section, before, leaks;
} memory_seen;

// --- Threads. Numbers: how many. Arrays: 0: what is seen at the end, 1: the leaks ---
//
// Each thread takes THREAD_BLOCKS blocks. When all have done so each halves its blocks with realloc and frees
// all but every eighth of them; then it takes small ones and frees those, but for every eighth. So the peak is
// where all have taken theirs.

enum { THREADS_TO_START = 0, THREAD_BLOCKS = 3000, THREAD_CHURN = 3000, THREAD_KEEPS = 8, MOST_THREADS = 2 };
static inline size_t thread_bytes(int thread, int i) { return 16 + (size_t)(7 * i + 13 * thread) % 101; }
static inline size_t thread_small(int thread) { return 8 + (size_t)thread; }
static inline uint64_t thread_place(int thread) { return 0x1000 + 16 * (uint64_t)thread; }
