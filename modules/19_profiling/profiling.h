// profiling.h: the instruments of a profiler. Each can be proven on something whose truth is known before.
//
// Parts    timing.h: 1. timer, 5. bottlenecks, 6. comparer, 7. interactions, which are about times. Here: 2. memory,
//          3. counters, 4. sections, which watch a program run, and 8. a cache that is simulated.
// Errors   TT_BAD_SHAPE: a size below its least, or fewer samples than a number needs. TT_BAD_VALUE: a pointer
//          that is needed is NULL, a time or sample that is NaN, infinite or not above 0, an option out of its
//          range. TT_NO_MEMORY. Outputs are then untouched.
// Overlap  outputs must not overlap inputs.
// Memory   the caller allocates all arrays; a function may use tt_scratch. None keeps anything of its own between calls:
//          what lives on is in structs that the caller owns.
// Sources  "Trace Event Format", the Chromium project, 2016. Gregg, "The Flame Graph", CACM 2016. Hill, Smith,
//          "Evaluating Associativity in CPU Caches", IEEE Transactions on Computers, 1989.
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/status.h"
#include "nn/observer.h"
#include "ops/backend.h"
#include "timing.h"

// --- 2. Memory profiler ---
//
// Code that is to be profiled allocates through a table of functions that stand for the C library's. `place` says
// whose call it is: an address that is compared and never read.

typedef struct {
    void *state; // passed to each function
    void *(*malloc)(void *state, const void *place, size_t bytes);
    void *(*calloc)(void *state, const void *place, size_t count, size_t bytes);
    void *(*realloc)(void *state, const void *place, void *block, size_t bytes);
    void *(*aligned_alloc)(void *state, const void *place, size_t alignment, size_t bytes);
    void (*free)(void *state, void *block);
} prof_allocator;

// Given (given/blocks.c): blocks that are found by their address. Begins as {slots, room, 0}, the slots zeroed.
typedef struct {
    void *address; // NULL: the slot is free
    size_t bytes;
    const void *place;
} prof_block;
typedef struct {
    prof_block *slots; // (room)
    int room, count;
} prof_blocks;
prof_block *prof_blocks_find(const prof_blocks *b, const void *address); // NULL if it is not there
tt_status prof_blocks_add(prof_blocks *b, prof_block block); // TT_NO_MEMORY if all slots are taken
void prof_blocks_remove(prof_blocks *b, prof_block *found);  // `found` as prof_blocks_find gave it

enum { PROF_MEMORY_SECTIONS = 16 };

// Begins zeroed but for `under` and `blocks`. Bytes are those that were asked for.
typedef struct {
    prof_allocator under; // what really allocates
    prof_blocks blocks;   // those that are live
    pthread_mutex_t lock;
    int section;                               // in which the program is now, with all its threads
    size_t live, peak;                         // bytes: now, and the most at any time
    size_t section_peak[PROF_MEMORY_SECTIONS]; // the most of the whole program while it was in that section
    long long made, gone; // blocks that came and that went; a realloc that succeeds is one of each
    long long untracked;  // blocks that came when no slot was free: in no other number
    long long unknown;    // blocks that are not in the table and were freed or resized: in no other number
} prof_memory;

// A table of functions that do what `under` does, with the same arguments and answers, and count in *memory.
// They allocate nothing themselves, so that all blocks lie where they would lie without them. Where the answer
// is NULL nothing has changed, but for a realloc to 0 bytes, which has freed its block. free(NULL) is passed on
// and not counted. A block belongs to the place of its last realloc. Several threads may call at once;
// they reach `under` one at a time. TT_BAD_VALUE if a pointer or a function of `under` is NULL. -> *table
tt_status prof_memory_table(prof_allocator *table, prof_memory *memory);

// From now on the program is in this section, 0 .. PROF_MEMORY_SECTIONS - 1, whose peak is at least what is live
// now. TT_BAD_VALUE for any other. before may be NULL. -> *before, the section until now
tt_status prof_memory_section(int *before, prof_memory *memory, int section);

typedef struct {
    const void *place;
    long long blocks;
    size_t bytes;
} prof_leak;

// What is still live, by place: the most bytes first, of equals the lower address.
// -> leaks (the first *count, room for memory->blocks.count), *count
tt_status prof_memory_leaks(prof_leak *leaks, int *count, prof_memory *memory);

// --- 3. Counters ---
//
// What a model does, counted while it runs, from two places: the observer at its layers (nn/observer.h) says
// which layer runs and what it would have to do, its useful work; the table through which it computes
// (ops/backend.h) sees what is executed. FLOPs are those of products, two for each multiply-add; what else a
// layer adds and compares is not counted.

// An operation is the innermost event, its layer the event round it: "dot_product" 2 of "attention". The event
// outside of all others is in the layer "". What happens outside of that one has the operation "" and number -1.
typedef struct {
    const char *layer, *operation;       // the events' own strings
    int number;                          // the operation's
    long long calls;                     // that succeeded
    long long useful_macs, useful_bytes; // of these calls, as their events say
    long long products;                  // that succeeded
    long long macs, flops, bytes;        // of these. Bytes: a and b read and out written once, as floats
} prof_count;

enum { PROF_COUNT_DEPTH = 8 }; // events inside one another

// Begins zeroed but for rows and room. One thread.
typedef struct {
    prof_count *rows; // (room) in the order in which layers and operations first appeared
    int room, count;
    prof_count total; // of everything, with or without a row; its names are NULL
    long long lost;   // calls and products that are in no row: none was left, or they were too deep
    int depth;        // events that are open
    int recent;       // the row that was counted in last; for a search to begin at
    const nn_event *event[PROF_COUNT_DEPTH]; // they
} prof_counters;

// An observer that counts in *c the calls that succeed, and knows which operation runs. An exit without an
// enter changes nothing. -> *observer
tt_status prof_count_observer(nn_observer *observer, prof_counters *c);

// A backend named "counted" whose products are those of `under`, and are counted in *c if they succeed. A
// product of the table has no state: c and under->matmul are kept, for all backends that this function made,
// until it is called again. TT_BAD_VALUE if a pointer or under->matmul is NULL. -> *counted
tt_status prof_count_backend(tt_backend *counted, prof_counters *c, const tt_backend *under);

// --- 4. Sections ---
//
// A section is a stretch of a program's time with a name; in it others may be entered. Each way in which a
// section was reached ("attention in forward in main") is a node of a tree.

enum { PROF_NAME = 32 }; // bytes of a name, its final 0 included

typedef struct {
    char name[PROF_NAME];
    int parent, child, next; // nodes: the one round it, the first one in it, the next one beside it; 0: none
    int recent;              // of those in it the one that ended last; for a search to begin behind it
    int calls;               // that have ended
    double total, inner;     // seconds of these calls; of them those in the nodes in it
    double entered;          // the clock when the call began that is open
} prof_node;

typedef struct {
    int node;
    double start, seconds; // start: from when the first section was entered
} prof_event;

// Begins zeroed but for clock, nodes, events and their rooms. One thread.
typedef struct {
    prof_clock clock;
    prof_node *nodes; // (node_room) node 0 is round all others, and its inner is the whole
    int node_room, node_count;
    prof_event *events; // (event_room) calls, as they ended
    int event_room, event_count;
    int open;           // the node of the innermost section that is open, 0: none
    int missed;         // sections that are open and have no node, since there was none left
    long long lost;     // how often that happened
    long long untraced; // calls that are in no event, since there was none left; they are in their nodes
    double first, last; // the clock when the first section was entered; when something last changed
} prof_sections;

// Enter a section. name: 1 .. PROF_NAME - 1 printable characters of ASCII, but none of " \ < > & ; which mean
// something in the formats below. It is copied. Reads the clock once, as late as it can.
// TT_BAD_SHAPE: the name is too long. TT_BAD_VALUE: a character, or the clock went backwards. Nothing has
// changed then.
// TT_NO_MEMORY: no node is left, or such a section is open: `missed` and `lost` are one more. Its exit is
// waited for, and its time is that of the innermost section that has a node.
tt_status prof_enter(prof_sections *s, const char *name);

// Leave the innermost section, which must have this name. Reads the clock once, as early as it can.
// TT_NO_MEMORY: the innermost one has no node: `missed` is one less. TT_BAD_VALUE: none is open, or the
// innermost one has another name, or the clock went backwards. Nothing has changed then.
tt_status prof_exit(prof_sections *s, const char *name);

// The next four are TT_BAD_VALUE, with nothing written, if a section is still open or none was ever entered.

typedef struct {
    char name[PROF_NAME];
    long long calls;
    double total; // seconds; those of a call inside another of the same name are in that one already
    double self;  // seconds that were in no inner section
    double share; // self, of the whole: 0 .. 1. 0 if the whole took no time
} prof_line;

// A line for each name: the largest self first, of equals the one that was entered first.
// -> lines (the first *count, room for s->node_count), *count
tt_status prof_report(prof_line *lines, int *count, const prof_sections *s);

// The events in the Trace Event Format, which Perfetto and Chrome open: {"displayTimeUnit": "ns",
// "traceEvents": [..]}. An event is {"name": .., "cat": "section", "ph": "X", "ts": .., "dur": .., "pid": 1,
// "tid": 1}, ts and dur being start and seconds in microseconds with three decimals.
tt_status prof_trace(FILE *out, const prof_sections *s);

// Folded stacks: "main;forward;attention 1234", a line for each node whose self, in nanoseconds, rounds to 1 or more.
tt_status prof_folded(FILE *out, const prof_sections *s);

enum { PROF_FLAME_WIDTH = 1200, PROF_FLAME_ROW = 20 };

// The flame graph, an SVG that needs no other file. For each node whose total is above 0 it has
//     <g><title>NAME: ..</title><rect x=".." y=".." width=".." height="20" .. /> .. </g>
// where a <text> may follow. The whole is PROF_FLAME_WIDTH wide. A node's frame lies PROF_FLAME_ROW higher than
// that of the node round it, from whose left edge the frames in it lie side by side, first entered first.
// Coordinates have at least three decimals, or none if they need none. TT_BAD_VALUE also if the whole took no
// time.
tt_status prof_flame(FILE *out, const prof_sections *s);

// --- 8. Cache simulator ---

typedef struct {
    long bytes;     // line * ways * the number of sets, which is a power of two
    int line, ways; // bytes of a line, a power of two from 4 on; lines of a set
} prof_cache_shape;

typedef struct {
    prof_cache_shape shape;
    int sets;
    uint64_t *lines;                     // (sets, ways) 1 + address / line, the one used last first; 0: empty
    long long reads, writes;             // lines that were asked for
    long long read_misses, write_misses; // of them those that were not there
} prof_cache_level;

enum { PROF_CACHE_LEVELS = 2 };
typedef struct {
    int levels;
    prof_cache_level level[PROF_CACHE_LEVELS]; // the one nearest to the processor first
} prof_cache;

// An empty cache of 1 or 2 levels. TT_BAD_SHAPE: a size that cannot be, or level 2's line is shorter than level 1's.
// *cache is overwritten; prof_cache_finish frees what malloc, calloc or aligned_alloc gave.
tt_status prof_cache_init(prof_cache *cache, const prof_cache_shape *shapes, int levels);

// Free and zero. NULL and a zeroed cache are fine. It cannot fail and is not graded by itself.
void prof_cache_finish(prof_cache *cache);

// The processor reads or writes `bytes` >= 1 bytes from `address` on. Each line of level 1 that holds one of
// them is asked for once, in ascending order. A line is in set (address / line) mod sets. If it is not there,
// level 2 is asked for it; then it takes the place of the line of its set that was used longest ago, for a
// write as for a read. A line may leave one level and stay in the other. TT_BAD_VALUE: bytes < 1, or the last
// byte's address does not fit in 64 bits.
tt_status prof_cache_access(prof_cache *cache, uint64_t address, int bytes, bool write);

// Break it: input number `input`, 0 .. PROF_BREAK_INPUTS - 1, for simulators that may be wrong, of an empty cache of one level with
// PROF_BREAK_SETS sets of PROF_BREAK_WAYS lines of 64 bytes: a trace of 1 .. PROF_BREAK_MOST accesses of 4 bytes. An address is
// a multiple of 4 below 2^20, and write is 0 or 1. -> *accesses, address, write (accesses)
enum { PROF_BREAK_SETS = 4, PROF_BREAK_WAYS = 2 };
tt_status prof_break_cache(int input, int *accesses, float *address, float *write);
