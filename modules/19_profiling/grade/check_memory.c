// check_memory.c: the memory profiler: scripts of calls, beside a list of blocks from which every number is
// added up anew.
#include "checks.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls_scripts.h"

// --- The script, and the list ---

enum { MOST_OPS = 300, MOST_BLOCKS = 64, PLACES = 5 };

typedef struct {
    uint64_t address, place;
    size_t bytes;
} held;

static struct {
    memory_op ops[MOST_OPS];
    int count;
} script;

static struct {
    held blocks[MOST_BLOCKS];
    int count, room, section;
    size_t peak, section_peak[PROF_MEMORY_SECTIONS];
    long long made, gone, untracked, unknown;
} list;

static void add_op(memory_op o)
{
    assert(script.count < MOST_OPS);
    script.ops[script.count++] = o;
}

static held *find(uint64_t address)
{
    for (int i = 0; i < list.count; i++)
        if (list.blocks[i].address == address) return &list.blocks[i];
    return NULL;
}

static size_t live(void)
{
    size_t bytes = 0;
    for (int i = 0; i < list.count; i++) bytes += list.blocks[i].bytes;
    return bytes;
}

static void look_at_peak(void)
{
    if (live() > list.peak) list.peak = live();
    if (live() > list.section_peak[list.section]) list.section_peak[list.section] = live();
}

static void comes(const memory_op *o, size_t bytes)
{
    if (!o->answer) return;
    if (list.count == list.room) list.untracked++;
    else list.blocks[list.count++] = (held){o->answer, o->place, bytes}, list.made++;
    look_at_peak();
}

static void goes(uint64_t address)
{
    held *h = find(address);
    if (h) *h = list.blocks[--list.count], list.gone++;
    else if (address) list.unknown++;
}

// What an op does to the list; the status that is expected.
static tt_status apply(const memory_op *o)
{
    const bool resizes = o->kind == MEMORY_REALLOC && (o->answer || o->bytes == 0);
    const bool is_section = o->section >= 0 && o->section < PROF_MEMORY_SECTIONS;
    if (o->kind == MEMORY_BEGIN) memset(&list, 0, sizeof list), list.room = o->room;
    if (o->kind == MEMORY_FREE || resizes) goes(o->block);
    if (o->kind >= MEMORY_MALLOC && o->kind <= MEMORY_ALIGNED)
        comes(o, o->kind == MEMORY_CALLOC ? o->count * o->bytes : o->bytes);
    if (o->kind == MEMORY_SECTION && is_section) list.section = o->section, look_at_peak();
    return o->kind == MEMORY_DOOR || (o->kind == MEMORY_SECTION && !is_section) ? TT_BAD_VALUE : TT_OK;
}

// --- Making scripts: ops are applied while they are made, to know what is live, and once more when they are checked ---

static void make(memory_op o)
{
    add_op(o);
    apply(&o);
}

static void begin(int room)
{
    memset(&script, 0, sizeof script);
    make((memory_op){.kind = MEMORY_BEGIN, .room = room});
}

static uint64_t place_of(grade_run *run) { return 0x400000 + 16 * (uint64_t)grade_random_below(run, PLACES); }

// An address that is not in use: often one that was.
static uint64_t free_address(grade_run *run)
{
    for (;;) {
        const uint64_t address = 0x10000 + 4096 * (uint64_t)grade_random_below(run, MOST_BLOCKS);
        if (!find(address)) return address;
    }
}

static uint64_t some_block(grade_run *run)
{
    return list.count ? list.blocks[grade_random_below(run, list.count)].address : 0;
}

static void take(grade_run *run, memory_kind kind)
{
    memory_op o = {.kind = kind, .bytes = (size_t)grade_random_below(run, 5000), .place = place_of(run)};
    if (grade_random_below(run, 8) > 0) o.answer = free_address(run); // else there is no memory
    if (kind == MEMORY_CALLOC) o.count = (size_t)grade_random_below(run, 9);
    if (kind == MEMORY_ALIGNED) o.alignment = 64, o.bytes = o.bytes / 64 * 64;
    make(o);
}

static void give(grade_run *run) { make((memory_op){.kind = MEMORY_FREE, .block = some_block(run)}); }

static bool end_script(grade_run *run);

// All three that make blocks, and free. Of one kind of blocks more than of the others.
bool profiling_fill_taken(grade_run *run)
{
    if (run->step >= 6) return false;
    begin(MEMORY_ROOM);
    for (int i = 0; i < 120; i++) {
        const int what = grade_random_below(run, 4), most = run->step % 3;
        if (list.count > MOST_BLOCKS - 8 || (what == 3 && i > 20)) give(run);
        else
            take(run, (memory_kind[]){MEMORY_MALLOC, MEMORY_CALLOC, MEMORY_ALIGNED}[what < 2 ? most : i % 3]);
        if (i % 40 == 20) // a product that is too large
            make((memory_op){MEMORY_CALLOC, .bytes = (size_t)1 << 33, .count = (size_t)1 << 33,
                             .place = place_of(run)});
    }
    return end_script(run);
}

// Larger, smaller, in place, moved, without memory, to nothing, from nothing.
bool profiling_fill_resized(grade_run *run)
{
    if (run->step >= 6) return false;
    begin(MEMORY_ROOM);
    for (int i = 0; i < 8; i++) take(run, MEMORY_MALLOC);
    for (int i = 0; i < 100; i++) {
        const uint64_t block = some_block(run);
        const held *h = find(block);
        const size_t now = h ? h->bytes : 0;
        memory_op o = {.kind = MEMORY_REALLOC, .block = block, .place = place_of(run)};
        const int what = grade_random_below(run, 10);
        o.bytes = what % 2 ? now + 1 + (size_t)grade_random_below(run, 900) : now / 2 + 1;
        o.answer = what < 4 && block ? block : free_address(run);
        if (what == 8) o.answer = 0;              // there is no memory: the block stays
        if (what == 9) o.answer = 0, o.bytes = 0; // as free
        if (i % 9 == 0 && list.count < MOST_BLOCKS - 8) o.block = 0, o.bytes++; // as malloc
        if (!o.block && o.answer && find(o.answer)) o.answer = free_address(run);
        make(o);
        if (list.count < 4) take(run, MEMORY_MALLOC);
    }
    return end_script(run);
}

// NULL, blocks that nobody knows, more blocks than slots, and what cannot be a table.
bool profiling_fill_odd(grade_run *run)
{
    if (run->step >= 3) return false;
    static const int rooms[] = {1, 5, 16};
    begin(rooms[run->step]);
    for (int door = 0; door < MEMORY_DOORS; door++) make((memory_op){.kind = MEMORY_DOOR, .room = door});
    for (int i = 0; i < 60; i++) {
        const int what = grade_random_below(run, 6);
        if (what == 0) make((memory_op){.kind = MEMORY_FREE});
        else if (what == 1) make((memory_op){.kind = MEMORY_FREE, .block = free_address(run)});
        else if (what == 2)
            make((memory_op){.kind = MEMORY_REALLOC,
                             .block = free_address(run),
                             .bytes = 77,
                             .place = place_of(run),
                             .answer = free_address(run)});
        else if (what == 3) give(run);
        else take(run, MEMORY_MALLOC);
    }
    return end_script(run);
}

bool profiling_fill_peaks(grade_run *run)
{
    if (run->step >= 4) return false;
    begin(MEMORY_ROOM);
    for (int i = 0; i < 120; i++) {
        const int what = grade_random_below(run, 10);
        if (what < 2)
            make((memory_op){.kind = MEMORY_SECTION,
                             .section = grade_random_below(run, PROF_MEMORY_SECTIONS),
                             .room = what});
        else if (what == 2)
            make((memory_op){.kind = MEMORY_SECTION,
                             .section = i % 2 ? -1 - i : PROF_MEMORY_SECTIONS + i % 3});
        else if (what < 6 || list.count > MOST_BLOCKS - 8) give(run);
        else take(run, MEMORY_MALLOC);
    }
    return end_script(run);
}

bool profiling_fill_leaks(grade_run *run)
{
    if (run->step >= 5) return false;
    begin(MEMORY_ROOM);
    make((memory_op){.kind = MEMORY_LEAKS});
    for (int i = 0; i < 40; i++) {
        if (grade_random_below(run, 3) == 0) give(run);
        else take(run, MEMORY_MALLOC);
        if (i % 5 == 4) make((memory_op){.kind = MEMORY_LEAKS});
    }
    for (int i = 0; i < 6 && list.count < MOST_BLOCKS - 8; i++) // equal sums of bytes
        make((memory_op){.kind = MEMORY_MALLOC,
                         .bytes = 64,
                         .place = 0x900000 - 16 * (uint64_t)(i / 2),
                         .answer = free_address(run)});
    make((memory_op){.kind = MEMORY_LEAKS});
    return end_script(run);
}

// --- Handing over and checking ---

static void check_op(grade_run *run, int i);

static bool end_script(grade_run *run)
{
    profiling_begin_script(
        run, (profiling_script){script.ops, sizeof *script.ops, script.count, 1 << 1 | 1 << 2, check_op});
    grade_output_bytes(run, sizeof(memory_seen));
    grade_output_bytes(run, MOST_BLOCKS * sizeof(prof_leak));
    return true;
}

static const char *op_text(char text[120], const memory_op *o)
{
    static const char *const doors[MEMORY_DOORS] = {
        "under.malloc", "under.calloc", "under.realloc", "under.aligned_alloc",
        "under.free",   "table",        "memory"};
    static const char *const calls[] = {
        "a new profile",       "malloc",           "calloc", "realloc", "aligned_alloc", "free",
        "prof_memory_section", "prof_memory_leaks"};
    if (o->kind == MEMORY_DOOR) snprintf(text, 120, "prof_memory_table, %s being NULL", doors[o->room]);
    else if (o->kind == MEMORY_SECTION) snprintf(text, 120, "prof_memory_section(%d)", o->section);
    else if (o->kind == MEMORY_FREE) snprintf(text, 120, "free(%#llx)", (unsigned long long)o->block);
    else if (o->kind == MEMORY_BEGIN || o->kind == MEMORY_LEAKS) snprintf(text, 120, "%s", calls[o->kind]);
    else
        snprintf(text, 120, "%s of %zu bytes%s%s%s", calls[o->kind], o->bytes,
                 o->kind == MEMORY_CALLOC ? " each" : "",
                 o->kind == MEMORY_REALLOC && !o->block ? " for NULL" : "",
                 o->answer ? "" : ", answered by NULL");
    return text;
}

// Whether the allocator below was asked once, with the call's own arguments, and its answer returned.
static bool passed_on(const memory_op *o, const memory_seen *got)
{
    const memory_op *u = &got->under;
    const bool has_count = o->kind == MEMORY_CALLOC, has_alignment = o->kind == MEMORY_ALIGNED;
    const bool frees = o->kind == MEMORY_FREE;
    return got->under_calls == 1 && got->state == got->own_state && u->kind == o->kind &&
           got->returned == (frees ? 0 : o->answer) && u->bytes == o->bytes && u->block == o->block &&
           (!has_count || u->count == o->count) && (!has_alignment || u->alignment == o->alignment) &&
           (frees || u->place == o->place);
}

static void check_numbers(grade_run *run, const memory_seen *got, const char *when)
{
    const profiling_count rows[] = {{"live", (long long)got->live, (long long)live()},
                                    {"peak", (long long)got->peak, (long long)list.peak},
                                    {"made", got->made, list.made},
                                    {"gone", got->gone, list.gone},
                                    {"untracked", got->untracked, list.untracked},
                                    {"unknown", got->unknown, list.unknown},
                                    {"section", got->section, list.section}};
    profiling_compare_counts(run, when, rows, COUNT(rows));
    for (int i = 0; i < PROF_MEMORY_SECTIONS; i++)
        if (got->section_peak[i] != list.section_peak[i])
            grade_wrong(run, "after %s: section_peak[%d] is %zu, expected %zu", when, i, got->section_peak[i],
                        list.section_peak[i]);
}

static int most_first(const void *a, const void *b)
{
    const prof_leak *x = a, *y = b;
    const bool more =
        x->bytes > y->bytes || (x->bytes == y->bytes && (uintptr_t)x->place < (uintptr_t)y->place);
    return more ? -1 : 1;
}

// The list's blocks by place, in the order that is asked for.
static int expected_leaks(prof_leak *leaks)
{
    int count = 0;
    for (int i = 0; i < list.count; i++) {
        const void *place = (const void *)(uintptr_t)list.blocks[i].place;
        int at = 0;
        while (at < count && leaks[at].place != place) at++;
        if (at == count) leaks[count++] = (prof_leak){.place = place};
        leaks[at].blocks++, leaks[at].bytes += list.blocks[i].bytes;
    }
    qsort(leaks, (size_t)count, sizeof *leaks, most_first);
    return count;
}

static void check_leaks(grade_run *run, int got_count, const prof_leak *got, const char *when)
{
    prof_leak want[MOST_BLOCKS];
    const int count = expected_leaks(want);
    if (got_count != count) grade_wrong(run, "after %s: %d places, expected %d", when, got_count, count);
    for (int i = 0; i < count; i++)
        if (got[i].place != want[i].place || got[i].blocks != want[i].blocks || got[i].bytes != want[i].bytes)
            grade_wrong(
                run, "after %s: leaks[%d] is place %p, %lld blocks, %zu bytes, expected %p, %lld, %zu", when,
                i, got[i].place, got[i].blocks, got[i].bytes, want[i].place, want[i].blocks, want[i].bytes);
}

static void check_op(grade_run *run, int i)
{
    const memory_op *o = &script.ops[i];
    const memory_seen *got = grade_result(run, 1);
    char call[120], when[160];
    snprintf(when, sizeof when, "call %d, %s", i, op_text(call, o));
    const int before = list.section;
    const tt_status want = apply(o);
    if (run->status != want)
        grade_wrong(run, "%s: got status \"%s\", expected \"%s\"", when, tt_status_text(run->status),
                    tt_status_text(want));
    if (o->kind >= MEMORY_MALLOC && o->kind <= MEMORY_FREE && !passed_on(o, got))
        grade_wrong(run, "%s: was not passed on once, as it was, or another answer came back", when);
    if (got->touched) grade_wrong(run, "%s: refused, but *table was changed", when);
    if (o->kind == MEMORY_SECTION && !o->room && got->before != (want == TT_OK ? before : -1))
        grade_wrong(run, "%s: *before is %d, expected %d", when, got->before, want == TT_OK ? before : -1);
    check_numbers(run, got, when);
    if (o->kind == MEMORY_LEAKS) check_leaks(run, got->leaks, grade_result(run, 2), when);
}

// --- Threads ---

bool profiling_fill_threads(grade_run *run)
{
    if (run->step >= 2 * 3) return false;
    run->layout.number[THREADS_TO_START] = 1 + run->step % 2;
    grade_output_bytes(run, sizeof(memory_seen));
    grade_output_bytes(run, sizeof(prof_leak) * MOST_THREADS * THREAD_BLOCKS);
    return true;
}

void profiling_check_threads(grade_run *run)
{
    const memory_seen *got = grade_result(run, 0);
    const prof_leak *leaks = grade_result(run, 1);
    const int threads = run->layout.number[THREADS_TO_START];
    char when[40];
    snprintf(when, sizeof when, "%d thread%s", threads, threads > 1 ? "s" : "");
    size_t peak = 0, kept[MOST_THREADS] = {0}, live_bytes = 0;
    const int kept_small = (THREAD_CHURN + THREAD_KEEPS - 1) / THREAD_KEEPS;
    const long long kept_blocks = (THREAD_BLOCKS + THREAD_KEEPS - 1) / THREAD_KEEPS + kept_small;
    for (int t = 0; t < threads; t++) {
        for (int i = 0; i < THREAD_BLOCKS; i++) {
            peak += thread_bytes(t, i);
            if (i % THREAD_KEEPS == 0) kept[t] += thread_bytes(t, i) / 2;
        }
        kept[t] += (size_t)kept_small * thread_small(t);
        live_bytes += kept[t];
    }
    const long long made = (long long)threads * (2 * THREAD_BLOCKS + THREAD_CHURN);
    const profiling_count rows[] = {{"live", (long long)got->live, (long long)live_bytes},
                                    {"peak", (long long)got->peak, (long long)peak},
                                    {"made", got->made, made},
                                    {"gone", got->gone, made - threads * kept_blocks},
                                    {"untracked", got->untracked, 0},
                                    {"unknown", got->unknown, 0},
                                    {"calls of under during another's", got->overlaps, 0},
                                    {"places of leaks", got->leaks, threads}};
    profiling_compare_counts(run, when, rows, COUNT(rows));
    for (int i = 0; i < threads; i++) {
        const int t = leaks[i].place == (const void *)(uintptr_t)thread_place(1);
        if (leaks[i].place != (const void *)(uintptr_t)thread_place(t) || leaks[i].blocks != kept_blocks ||
            leaks[i].bytes != kept[t])
            grade_wrong(run, "%s: a leak of %lld blocks, %zu bytes at %p, expected %lld, %zu at %p", when,
                        leaks[i].blocks, leaks[i].bytes, leaks[i].place, kept_blocks, kept[t],
                        (const void *)(uintptr_t)thread_place(t));
    }
}
