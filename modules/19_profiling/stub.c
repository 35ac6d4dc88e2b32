// Module 19: profiling. Two exercises; each is graded by itself, in any order.
//
// The contract of both functions is in profiling.h; the textbook's loops are in given/textbook.c.
//
// `return TT_TODO;` says that an exercise is not written yet. Delete it where you begin.
#include "profiling.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

// --- 1. Timer ---

// --- 2. Memory profiler ---
//
// Approach: five static functions with the types in prof_allocator take your prof_memory as `state`. Each calls
// the function of `under` with what it was given and then counts: two helpers are enough for all five, one for
// a block that came, one for a block that went. Hold memory->lock from before the call of `under` to after the
// counting: else another thread may be given a block whose free has begun and which the table still holds.
// Example: malloc of 100 bytes, realloc to 40, aligned_alloc of 64, free of the first: live 64, peak 104, made
// 3, gone 2.
tt_status prof_memory_table(prof_allocator *table, prof_memory *memory)
{
    // TODO
    (void)table, (void)memory;
    return TT_TODO;
}

// Approach: set the section, and note the peak as if a block had come.
// Example: 100 bytes are live, the program goes to section 3 and frees them there: section 3's peak is 100.
tt_status prof_memory_section(int *before, prof_memory *memory, int section)
{
    // TODO
    (void)before, (void)memory, (void)section;
    return TT_TODO;
}

// Approach: one line for each block in the slots, sorted by place; then add up neighbours of the same place;
// then sort by bytes. Give the lock back before you sort: qsort may allocate.
// Example: blocks of 10 and 20 bytes from place A, of 25 from B: A 2 blocks 30 bytes, B 1 block 25 bytes.
tt_status prof_memory_leaks(prof_leak *leaks, int *count, prof_memory *memory)
{
    // TODO
    (void)leaks, (void)count, (void)memory;
    return TT_TODO;
}

// --- 3. Counters ---
//
// Approach: enter puts the event on a stack, exit takes it off and adds its work to the row of (layer, number,
// operation). A helper finds that row or begins it. Calls that are deeper than the stack are still counted in
// `depth`.
// Example: enter conv0 (64 pictures, 1,000,000 macs), exit conv0: one row, conv0 conv0, 1 call, useful_macs
// 1,000,000.
tt_status prof_count_observer(nn_observer *observer, prof_counters *c)
{
    // TODO
    (void)observer, (void)c;
    return TT_TODO;
}

// Approach: a static matmul calls under's; if that succeeded, it adds m n k multiply-adds to the row of the
// innermost event.
// Example: a product of 2 x 3 by 3 x 4 inside conv0: macs 24, flops 48, bytes 4 (6 + 12 + 8) = 104.
tt_status prof_count_backend(tt_backend *counted, prof_counters *c, const tt_backend *under)
{
    // TODO
    (void)counted, (void)c, (void)under;
    return TT_TODO;
}

// --- 4. Sections ---
//
// Approach: look for the name among the children of the open node. If it is not there, check it and add a node
// as their last. Then read the clock, and the node is the open one. Decide whether to refuse before you change
// anything.
// Example: enter main at 0 s, f at 1, exit f at 3, enter f at 4, exit f at 5, exit main at 6: main has total 6
// and inner 3; f, its child, has 2 calls and total 3; node 0 has inner 6.
tt_status prof_enter(prof_sections *s, const char *name)
{
    // TODO
    (void)s, (void)name;
    return TT_TODO;
}

// Approach: read the clock first. What the call took goes to total of its node and to inner of the node round it.
tt_status prof_exit(prof_sections *s, const char *name)
{
    // TODO
    (void)s, (void)name;
    return TT_TODO;
}

// Approach: for each node find its name's line, or begin one. Self is total less inner and adds up. Total does
// not where a function calls itself: leave out a node that lies, at any depth, in another of its name. Then
// sort, equals as they are.
// Example: f for 10 s, of which 4 in another f: 2 calls, total 10, self 10, share 1.
tt_status prof_report(prof_line *lines, int *count, const prof_sections *s)
{
    // TODO
    (void)lines, (void)count, (void)s;
    return TT_TODO;
}

// Approach: one fprintf for each event, and a comma before all but the first.
// Example: {"name": "f", "cat": "section", "ph": "X", "ts": 1000000.000, "dur": 2000000.000, "pid": 1, "tid": 1}
tt_status prof_trace(FILE *out, const prof_sections *s)
{
    // TODO
    (void)out, (void)s;
    return TT_TODO;
}

// Approach: a function that calls itself for the node's parent, prints ";" and then the name.
// Example: as above: "main 3000000000" and "main;f 3000000000".
tt_status prof_folded(FILE *out, const prof_sections *s)
{
    // TODO
    (void)out, (void)s;
    return TT_TODO;
}

// Approach: a function that draws one frame at x and y and calls itself for the frames in it, x growing by the
// width of each. The picture is as high as the deepest stack: find that first. A name needs about 7 units a
// letter.
// Example: as above: main at x 0, y 20, width 1200; f at x 0, y 0, width 600.
tt_status prof_flame(FILE *out, const prof_sections *s)
{
    // TODO
    (void)out, (void)s;
    return TT_TODO;
}

// --- 5. BottleneckAnalyzer ---

// --- 6. OptimizationComparer ---

// --- 7. InteractionAnalyzer ---

// --- 8. Cache simulator ---
//
// Approach: check all shapes, then calloc the lines of each level. Set *cache only when all of it succeeded.
// Example: 32768 bytes, lines of 64, 8 ways: 64 sets, lines (64, 8). 3 ways instead of 8 do not go: TT_BAD_SHAPE.
tt_status prof_cache_init(prof_cache *cache, const prof_cache_shape *shapes, int levels)
{
    // TODO
    (void)cache, (void)shapes, (void)levels;
    return TT_TODO;
}

// Given: frees what init allocates.
void prof_cache_finish(prof_cache *cache)
{
    if (!cache) return;
    for (int i = 0; i < PROF_CACHE_LEVELS; i++) free(cache->level[i].lines);
    *cache = (prof_cache){0};
}

// Approach: a helper that asks one level for one line: look through its set; move the ways before the one that
// was found, or before the last, back by one; put the line in front. The set then is in the order of use, and
// the last is the one to go. Work with numbers of lines, which never overflow, and not with addresses.
// Example: 1 set of 2 ways, lines of 64: reads of 0, 64, 0, 128, 0, 64 miss, miss, hit, miss, hit, miss.
tt_status prof_cache_access(prof_cache *cache, uint64_t address, int bytes, bool write)
{
    // TODO
    (void)cache, (void)address, (void)bytes, (void)write;
    return TT_TODO;
}

// 1. Scale and add
//
// Approach: check n and the pointers first. Then one loop over i. Say `restrict` for both arrays: the compiler
// may then do several elements in one instruction without a check whether they overlap.
// Example: out = (1 2 3), scale = 10, x = (4 5 6): out becomes 41 52 63.
tt_status scale_add(float *out, float scale, const float *x, int n)
{
    // TODO
    (void)out, (void)scale, (void)x, (void)n;
    return TT_TODO;
}

// 2. The moving sum
//
// Approach: the textbook computes one output at a time, and each addition needs the result of the one before.
// Swap the loops: set the outputs to 0, then for each weight j add w[j] times the row that begins at x[j] to
// them. Do that for a strip of some hundred outputs before you go on to the next, so that they stay in the cache.
// Example: w = (1 10), x = (1 2 3 4), n = 3: out is 0 0 0, then 1 2 3, then + 10*(2 3 4) = 21 32 43.
tt_status moving_sum(float *out, const float *x, const float *w, int n, int k)
{
    // TODO
    (void)out, (void)x, (void)w, (void)n, (void)k;
    return TT_TODO;
}
