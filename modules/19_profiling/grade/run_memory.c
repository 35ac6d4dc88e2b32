// run_memory.c: the child's side of the memory profiler: the allocator below it, and its calls.
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>

#include "calls_scripts.h"
#include "engine/job.h"

static prof_block slots[2 * MOST_THREADS * THREAD_BLOCKS];
static prof_memory profile;
static prof_allocator table;

static void see(memory_seen *s, const prof_memory *m)
{
    s->live = m->live, s->peak = m->peak, s->section = m->section;
    s->made = m->made, s->gone = m->gone, s->untracked = m->untracked, s->unknown = m->unknown;
    for (int i = 0; i < PROF_MEMORY_SECTIONS; i++) s->section_peak[i] = m->section_peak[i];
}

static void begin(prof_allocator under, int room)
{
    for (int i = 0; i < room; i++) slots[i] = (prof_block){0};
    profile = (prof_memory){.under = under, .blocks = {slots, room, 0}};
}

// --- The allocator of the script ---

static const memory_op *script; // the op that runs
static memory_seen *seen;
static int under_state;

static void *pointer(uint64_t address) { return (void *)(uintptr_t)address; }

static void *answer(void *state, int kind, const void *place, const void *block, size_t count, size_t bytes,
                    size_t alignment)
{
    seen->under_calls++, seen->state = (uintptr_t)state;
    seen->under = (memory_op){.kind = kind,
                              .bytes = bytes,
                              .count = count,
                              .alignment = alignment,
                              .block = (uintptr_t)block,
                              .place = (uintptr_t)place};
    return pointer(script->answer);
}

static void *under_malloc(void *state, const void *place, size_t bytes)
{
    return answer(state, MEMORY_MALLOC, place, 0, 0, bytes, 0);
}

static void *under_calloc(void *state, const void *place, size_t count, size_t bytes)
{
    return answer(state, MEMORY_CALLOC, place, 0, count, bytes, 0);
}

static void *under_realloc(void *state, const void *place, void *block, size_t bytes)
{
    return answer(state, MEMORY_REALLOC, place, block, 0, bytes, 0);
}

static void *under_aligned(void *state, const void *place, size_t alignment, size_t bytes)
{
    return answer(state, MEMORY_ALIGNED, place, 0, 0, bytes, alignment);
}

static void under_free(void *state, void *block) { answer(state, MEMORY_FREE, 0, block, 0, 0, 0); }

static const prof_allocator under = {&under_state,  under_malloc,  under_calloc,
                                     under_realloc, under_aligned, under_free};

// --- The script ---

static tt_status script_door(int which)
{
    prof_allocator lacking = under, got = {0};
    if (which == NO_MALLOC) lacking.malloc = 0;
    if (which == NO_CALLOC) lacking.calloc = 0;
    if (which == NO_REALLOC) lacking.realloc = 0;
    if (which == NO_ALIGNED) lacking.aligned_alloc = 0;
    if (which == NO_FREE) lacking.free = 0;
    prof_memory m = {.under = lacking, .blocks = {slots, 1, 0}};
    tt_status status = prof_memory_table(which == NO_TABLE ? 0 : &got, which == NO_PROFILE ? 0 : &m);
    seen->touched = got.malloc || got.calloc || got.realloc || got.aligned_alloc || got.free || got.state;
    return status;
}

tt_status prof_run_memory(void *memory, int argument)
{
    (void)argument;
    const memory_op *o = script = job_array(memory, 0);
    memory_seen now = {0};
    tt_status status = TT_OK;
    seen = &now;
    switch (o->kind) {
    case MEMORY_BEGIN:
        begin(under, o->room);
        status = prof_memory_table(&table, &profile);
        break;
    case MEMORY_MALLOC:
        now.returned = (uintptr_t)table.malloc(table.state, pointer(o->place), o->bytes);
        break;
    case MEMORY_CALLOC:
        now.returned = (uintptr_t)table.calloc(table.state, pointer(o->place), o->count, o->bytes);
        break;
    case MEMORY_REALLOC:
        now.returned = (uintptr_t)table.realloc(table.state, pointer(o->place), pointer(o->block), o->bytes);
        break;
    case MEMORY_ALIGNED:
        now.returned = (uintptr_t)table.aligned_alloc(table.state, pointer(o->place), o->alignment, o->bytes);
        break;
    case MEMORY_FREE:
        table.free(table.state, pointer(o->block));
        break;
    case MEMORY_SECTION:
        now.before = -1;
        status = prof_memory_section(o->room ? 0 : &now.before, &profile, o->section);
        break;
    case MEMORY_LEAKS:
        status = prof_memory_leaks(job_array(memory, 2), &now.leaks, &profile);
        break;
    default:
        status = script_door(o->room);
    }
    see(&now, &profile);
    now.own_state = (uintptr_t)&under_state;
    *(memory_seen *)job_array(memory, 1) = now;
    return status;
}

// --- Threads: an allocator that gives back at once what was freed last ---

enum { CHUNKS = 2 * MOST_THREADS * THREAD_BLOCKS };
static uintptr_t free_chunks[CHUNKS];
static int free_count, threads;
static atomic_flag chunks_taken;
static atomic_long calls, inside, overlaps; // calls of this allocator: all, now, while another was inside

// Now and then a call waits for one of the other thread, which only comes if the profiler lets it.
static void come_in(void)
{
    enum { NOW_AND_THEN = 199, NAPS = 10, NAP_NS = 100000 };
    const long mine = atomic_fetch_add(&calls, 1) + 1;
    if (atomic_fetch_add(&inside, 1) > 0) atomic_fetch_add(&overlaps, 1);
    if (threads < 2 || mine % NOW_AND_THEN) return;
    for (int i = 0; i < NAPS && atomic_load(&calls) <= mine; i++)
        nanosleep(&(struct timespec){0, NAP_NS}, NULL);
}

static void go_out(void) { atomic_fetch_sub(&inside, 1); }

static void *take_chunk(void)
{
    while (atomic_flag_test_and_set(&chunks_taken)) sched_yield();
    void *chunk = free_count > 0 ? (void *)free_chunks[--free_count] : NULL;
    atomic_flag_clear(&chunks_taken);
    return chunk;
}

static void give_chunk(void *chunk)
{
    while (atomic_flag_test_and_set(&chunks_taken)) sched_yield();
    if (chunk && free_count < CHUNKS) free_chunks[free_count++] = (uintptr_t)chunk;
    atomic_flag_clear(&chunks_taken);
}

static void *chunk_take(void)
{
    void *chunk = take_chunk();
    come_in(), go_out();
    return chunk;
}

static void chunk_free(void *state, void *block)
{
    (void)state;
    give_chunk(block);
    come_in(), go_out();
}

static void *chunk_malloc(void *state, const void *place, size_t bytes)
{
    (void)state, (void)place, (void)bytes;
    return chunk_take();
}

static void *chunk_calloc(void *state, const void *place, size_t count, size_t bytes)
{
    (void)state, (void)place, (void)count, (void)bytes;
    return chunk_take();
}

static void *chunk_aligned(void *state, const void *place, size_t alignment, size_t bytes)
{
    (void)state, (void)place, (void)alignment, (void)bytes;
    return chunk_take();
}

// To another place, as far as there is one.
static void *chunk_realloc(void *state, const void *place, void *block, size_t bytes)
{
    (void)state, (void)place, (void)bytes;
    void *moved = take_chunk();
    if (moved) give_chunk(block);
    come_in(), go_out();
    return moved ? moved : block;
}

static pthread_barrier_t all_have_allocated;
static void *blocks_of[MOST_THREADS][THREAD_BLOCKS];

static void use_table(int thread)
{
    void **blocks = blocks_of[thread];
    const void *place = pointer(thread_place(thread));
    for (int i = 0; i < THREAD_BLOCKS; i++) {
        const size_t bytes = thread_bytes(thread, i);
        switch (i % 3) {
        case 0:
            blocks[i] = table.malloc(table.state, place, bytes);
            break;
        case 1:
            blocks[i] = table.calloc(table.state, place, 1, bytes);
            break;
        default:
            blocks[i] = table.aligned_alloc(table.state, place, 16, bytes);
        }
    }
    if (threads > 1) pthread_barrier_wait(&all_have_allocated);
    for (int i = 0; i < THREAD_BLOCKS; i++)
        blocks[i] = table.realloc(table.state, place, blocks[i], thread_bytes(thread, i) / 2);
    for (int i = 0; i < THREAD_BLOCKS; i++)
        if (i % THREAD_KEEPS) table.free(table.state, blocks[i]);
    for (int i = 0; i < THREAD_CHURN; i++) {
        void *small = table.malloc(table.state, place, thread_small(thread));
        if (i % THREAD_KEEPS) table.free(table.state, small);
    }
}

static void *use_table_too(void *thread) { return use_table((int)(intptr_t)thread), NULL; }

// Whether both threads ran.
static bool use_table_twice(void)
{
    pthread_t other;
    if (pthread_barrier_init(&all_have_allocated, NULL, MOST_THREADS) ||
        pthread_create(&other, NULL, use_table_too, (void *)(intptr_t)1))
        return false;
    use_table(0);
    return !pthread_join(other, NULL);
}

// Numbers: threads -> what is seen at the end 0, leaks 1
tt_status prof_run_threads(void *memory, int argument)
{
    (void)argument;
    threads = ((job_layout *)memory)->number[THREADS_TO_START];
    const prof_allocator chunks = {0, chunk_malloc, chunk_calloc, chunk_realloc, chunk_aligned, chunk_free};
    memory_seen now = {0};
    for (free_count = 0; free_count < CHUNKS; free_count++)
        free_chunks[free_count] = 0x100000 + 64 * (uintptr_t)free_count;
    atomic_store(&overlaps, 0);
    begin(chunks, CHUNKS);
    tt_status status = prof_memory_table(&table, &profile);
    if (status != TT_OK) return status;
    if (threads < 2) use_table(0);
    else if (!use_table_twice()) return TT_NO_MEMORY;
    see(&now, &profile);
    now.overlaps = atomic_load(&overlaps);
    status = prof_memory_leaks(job_array(memory, 1), &now.leaks, &profile);
    *(memory_seen *)job_array(memory, 0) = now;
    return status;
}
