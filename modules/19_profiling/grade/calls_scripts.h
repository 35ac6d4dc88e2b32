// calls_scripts.h: the calls of exercises 2, 3, 4 and 8: scripts of which each call, an op, is a job.
#pragma once

#include "profiling.h"

tt_status prof_run_memory(void *memory, int argument),
    prof_run_threads(void *memory, int argument); // run_memory.c
tt_status prof_run_counters(void *memory, int argument), prof_run_sections(void *memory, int argument),
    prof_run_cache(void *memory, int argument); // run_scripts.c

enum { BREAK_PAIRS, BREAK_CACHE }; // of the run "break"

// --- 2. Memory profiler ---

// Arrays. 0: the op. 1: what is seen after it. 2: the leaks that it gave.
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

// Threads. Numbers: how many. Arrays. 0: what is seen at the end, 1: the leaks.
//
// Each thread takes THREAD_BLOCKS blocks. When all have done so each halves its blocks with realloc and frees
// all but every eighth of them; then it takes small ones and frees those, but for every eighth. So the peak is
// where all have taken theirs.

enum { THREADS_TO_START = 0, THREAD_BLOCKS = 3000, THREAD_CHURN = 3000, THREAD_KEEPS = 8, MOST_THREADS = 2 };
static inline size_t thread_bytes(int thread, int i) { return 16 + (size_t)(7 * i + 13 * thread) % 101; }
static inline size_t thread_small(int thread) { return 8 + (size_t)thread; }
static inline uint64_t thread_place(int thread) { return 0x1000 + 16 * (uint64_t)thread; }

// --- 3. Counters ---

// Arrays. 0: the op. 1: what is seen after it. 2: the rows. 3: the counters, left alone between the calls.

typedef enum {
    COUNTERS_BEGIN,   // room: rows
    COUNTERS_ENTER,   // the event: name, number, macs, bytes
    COUNTERS_EXIT,    // the innermost event; status
    COUNTERS_PRODUCT, // m, n, k; status: what the product below answers
    COUNTERS_DOOR,    // room: what is NULL
} counters_kind;

enum { COUNTERS_ROOM = 96, COUNTERS_NAME = 24, COUNTERS_DEEPEST = 2 * PROF_COUNT_DEPTH };

enum {
    NO_OBSERVER,
    NO_COUNTERS_OF_OBSERVER,
    NO_ROWS_OF_OBSERVER,
    NO_BACKEND,
    NO_COUNTERS,
    NO_ROWS,
    NO_UNDER,
    NO_PRODUCT,
    COUNTERS_DOORS
};

typedef struct {
    int kind, room, number, status, m, n, k;
    long long macs, bytes;
    char name[COUNTERS_NAME];
} counters_op;

typedef struct {
    char layer[COUNTERS_NAME], operation[COUNTERS_NAME];
    int number;
    long long calls, useful_macs, useful_bytes, products, macs, flops, bytes;
} counters_row;

typedef struct {
    int count, depth;
    long long lost;
    counters_row total;
    int under_calls, m, n, k;          // of the product below, and the last one's arguments
    uint64_t arrays[3], own_arrays[3]; // that it was given, and those of the call
    int touched;                       // an output that was refused is no longer zeroed
} counters_seen;

// --- 4. Sections ---

// Arrays. 0: the op. 1: what is seen after it. 2: the nodes, 3: the events, both left alone between the calls. 4: the lines of
// a report, 5: what was printed.

typedef enum {
    SECTION_BEGIN, // nodes, events: how many there is room for
    SECTION_ENTER, // name, times times (0: once, with NULL); the clock gives time, time + step, ..
    SECTION_EXIT,
    SECTION_REPORT,
    SECTION_TRACE,
    SECTION_FOLDED,
    SECTION_FLAME,
} section_kind;

enum { SECTION_TEXT = 1 << 18, SECTION_LONG_NAME = 48 };

typedef struct {
    int kind, nodes, events, times;
    double time, step;
    char name[SECTION_LONG_NAME];
} section_op;

typedef struct {
    int answers[TT_STATUS_COUNT]; // of the times: how many of each status
    int reads;                    // of the clock
    uint64_t state, own_state;    // that the clock was given, and its address
    int node_count, event_count, open, missed, lines;
    long long lost, untraced;
    double first, last;
    long long printed; // bytes; more than SECTION_TEXT are cut
} section_seen;

// --- 8. Cache simulator ---

// Arrays. 0: the op. 1: what is seen after it.

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
