// check_cache.c: the cache simulator: traces made by hand, and series whose misses a slower simulator counts:
// it notes when each line was used last, and looks for it by division instead of by bits.
#include "checks.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "calls_scripts.h"

// --- The slower simulator ---

enum { MOST_OPS = 80, MOST_LINES = 1 << 12 };

typedef struct {
    uint64_t line;
    long long used; // when last; 0: never
} slot;

static struct {
    int levels;
    prof_cache_shape shapes[PROF_CACHE_LEVELS];
    slot slots[PROF_CACHE_LEVELS][MOST_LINES];
    long long time;
    cache_seen seen;
} sim;

static int sets_of(prof_cache_shape s) { return (int)(s.bytes / s.line / s.ways); }

static bool ask(int level, uint64_t line)
{
    const prof_cache_shape s = sim.shapes[level];
    slot *set = sim.slots[level] + line % (uint64_t)sets_of(s) * (uint64_t)s.ways, *oldest = set;
    for (slot *w = set; w < set + s.ways; w++) {
        if (w->used && w->line == line) return w->used = ++sim.time, true;
        if (w->used < oldest->used) oldest = w;
    }
    *oldest = (slot){line, ++sim.time};
    return false;
}

static void touch(uint64_t address, int bytes, bool write)
{
    const uint64_t size = (uint64_t)sim.shapes[0].line;
    for (uint64_t line = address / size; line <= (address + (uint64_t)bytes - 1) / size; line++) {
        bool hit = false;
        for (int level = 0; level < sim.levels && !hit; level++) {
            hit = ask(level, line * size / (uint64_t)sim.shapes[level].line);
            (write ? sim.seen.writes : sim.seen.reads)[level]++;
            if (!hit) (write ? sim.seen.write_misses : sim.seen.read_misses)[level]++;
        }
    }
}

// --- The script ---

static struct {
    cache_op ops[MOST_OPS];
    tt_status want[MOST_OPS];
    int misses[MOST_OPS]; // of a trace by hand: 0 to 2, how many levels did not have it; else -1
    int count;
} script;

static void add_op(cache_op o, tt_status want, int misses)
{
    assert(script.count < MOST_OPS);
    script.want[script.count] = want, script.misses[script.count] = misses;
    script.ops[script.count++] = o;
}

static void start(void) { memset(&script, 0, sizeof script); }

#define SHAPE(all, of_line, of_set)                                                                          \
    (prof_cache_shape) { all, of_line, of_set }

static void init(prof_cache_shape first, prof_cache_shape second, int levels, tt_status want)
{
    add_op((cache_op){.kind = CACHE_INIT, .levels = levels, .shapes = {first, second}}, want, -1);
}

static void by_hand(uint64_t address, int bytes, bool write, int misses)
{
    add_op((cache_op){.kind = CACHE_ACCESS, .address = address, .bytes = bytes, .write = write}, TT_OK,
           misses);
}

static bool end_script(grade_run *run);

bool profiling_fill_shapes(grade_run *run)
{
    static const struct {
        prof_cache_shape first, second;
        int levels;
        tt_status want;
    } rows[] = {
        {{32768, 64, 8}, {0, 0, 0}, 1, TT_OK},
        {{49152, 64, 12}, {2 << 20, 64, 16}, 2, TT_OK},
        {{64, 64, 1}, {1280, 64, 20}, 2, TT_OK},
        {{4096, 32, 4}, {65536, 128, 4}, 2, TT_OK},
        {{12, 4, 3}, {0, 0, 0}, 1, TT_OK},
        {{32768, 64, 8}, {0, 0, 0}, 0, TT_BAD_SHAPE},
        {{32768, 64, 8}, {32768, 64, 8}, 3, TT_BAD_SHAPE},
        {{32768, 64, 8}, {32768, 64, 8}, -1, TT_BAD_SHAPE},
        {{32768, 64, 3}, {0, 0, 0}, 1, TT_BAD_SHAPE}, // 170.67 sets
        {{49152, 64, 8}, {0, 0, 0}, 1, TT_BAD_SHAPE}, // 96 sets
        {{32768, 48, 8}, {0, 0, 0}, 1, TT_BAD_SHAPE}, // a line of 48 bytes
        {{32768, 2, 8}, {0, 0, 0}, 1, TT_BAD_SHAPE},  // and of 2
        {{32768, 64, 0}, {0, 0, 0}, 1, TT_BAD_SHAPE},
        {{32768, 64, -8}, {0, 0, 0}, 1, TT_BAD_SHAPE},
        {{32768, -64, -8}, {0, 0, 0}, 1, TT_BAD_SHAPE},
        {{0, 64, 8}, {0, 0, 0}, 1, TT_BAD_SHAPE},
        {{-32768, 64, 8}, {0, 0, 0}, 1, TT_BAD_SHAPE},
        {{448, 64, 8}, {0, 0, 0}, 1, TT_BAD_SHAPE}, // no whole set
        {{LONG_MAX, 64, 8}, {0, 0, 0}, 1, TT_BAD_SHAPE},
        {{1 << 20, 1 << 30, 4}, {0, 0, 0}, 1, TT_BAD_SHAPE}, // line * ways is no int
        {{32768, 64, 8}, {1 << 20, 32, 8}, 2, TT_BAD_SHAPE}, // a shorter line below
        {{32768, 64, 8}, {0, 64, 8}, 2, TT_BAD_SHAPE},
    };
    if (run->step >= 1) return false;
    start();
    for (int i = 0; i < COUNT(rows); i++) init(rows[i].first, rows[i].second, rows[i].levels, rows[i].want);
    return end_script(run);
}

// Traces whose misses can be said on paper; lines of 64 bytes: line n begins at 64 n.
bool profiling_fill_by_hand(grade_run *run)
{
    enum { L = 64 };
    if (run->step >= 3) return false;
    start();
    if (run->step == 0) { // one set of 2 ways: the last two lines that were used are there
        init(SHAPE(2 * L, L, 2), SHAPE(0, 0, 0), 1, TT_OK);
        by_hand(0, 4, false, 1), by_hand(4, 4, false, 0), by_hand(L, 4, false, 1), by_hand(60, 4, false, 0);
        by_hand(2 * L, 4, false, 1);                         // line 1 goes: line 0 was used since
        by_hand(0, 4, false, 0), by_hand(L, 4, false, 1);    // now 2 goes
        by_hand(2 * L, 4, false, 1), by_hand(L, 4, true, 0); // 0 goes
        by_hand(0, 4, true, 1), by_hand(8, 4, false, 0);     // a write brings its line: 2 goes
        by_hand(L, 4, false, 0), by_hand(2 * L + 8, 8, true, 1), by_hand(0, 4, false, 1);
    } else if (run->step == 1) { // 4 sets of 1 way: lines n and n + 4 put each other out, no others
        init(SHAPE(4 * L, L, 1), SHAPE(0, 0, 0), 1, TT_OK);
        for (int n = 0; n < 4; n++) by_hand((uint64_t)n * L, 4, false, 1);
        for (int n = 0; n < 4; n++) by_hand((uint64_t)n * L + 32, 8, false, 0);
        by_hand(4 * L, 4, false, 1), by_hand(0, 4, false, 1), by_hand(L, 4, false, 0),
            by_hand(5 * L, 4, false, 1);
        by_hand(3 * L, 4, true, 0), by_hand(7 * L, 4, true, 1), by_hand(2 * L, 4, false, 0),
            by_hand(3 * L, 4, false, 1);
        by_hand(((uint64_t)1 << 40) + 2 * L, 4, false, 1),
            by_hand(2 * L, 4, false, 1); // far away, the same set
    } else {                             // level 1: one set of 1; level 2: one set of 2
        init(SHAPE(L, L, 1), SHAPE(2 * L, L, 2), 2, TT_OK);
        by_hand(0, 4, false, 2), by_hand(4, 4, false, 0), by_hand(L, 4, false, 2), by_hand(0, 4, false, 1);
        by_hand(8, 4, false, 0), by_hand(2 * L, 4, true, 2); // line 1 leaves level 2
        by_hand(0, 4, true, 1), by_hand(L, 4, false, 2), by_hand(L, 4, true, 0), by_hand(0, 4, false, 1);
        by_hand(2 * L, 4, false, 2);
    }
    return end_script(run);
}

static void series(uint64_t address, uint64_t stride, uint64_t span, int seed, int bytes, int count)
{
    add_op((cache_op){.kind = CACHE_SERIES,
                      .address = address,
                      .stride = stride,
                      .span = span,
                      .seed = seed,
                      .bytes = bytes,
                      .count = count},
           TT_OK, -1);
}

// One level of each shape, forward over more than fits, down a column, and anywhere.
bool profiling_fill_series(grade_run *run)
{
    static const prof_cache_shape shapes[] = {
        {8192, 64, 8}, {4096, 32, 2}, {12288, 64, 12}, {1024, 16, 64}, {2048, 128, 1}};
    if (run->step >= COUNT(shapes)) return false;
    const prof_cache_shape s = shapes[run->step];
    start();
    init(s, SHAPE(0, 0, 0), 1, TT_OK);
    series(4096, 4, (uint64_t)s.bytes / 2, 0, 4, 3000);
    series(4096, 4, (uint64_t)s.bytes * 2, 0, 4, 9000);
    series(0, (uint64_t)s.bytes / (uint64_t)s.ways, (uint64_t)s.bytes * 2, 0, 4, 500);
    for (int i = 0; i < 4; i++)
        series(64 * (uint64_t)grade_random_below(run, 9999), 0, (uint64_t)s.bytes * 3 / 2,
               1 + grade_random_below(run, 1 << 30), 4, 2000);
    return end_script(run);
}

bool profiling_fill_two_levels(grade_run *run)
{
    static const prof_cache_shape shapes[][2] = {{{1024, 64, 2}, {16384, 64, 8}},
                                                 {{4096, 32, 4}, {16384, 128, 4}},
                                                 {{2048, 64, 8}, {2048, 64, 2}},
                                                 {{4096, 64, 4}, {20480, 64, 20}}};
    if (run->step >= COUNT(shapes)) return false;
    start();
    init(shapes[run->step][0], shapes[run->step][1], 2, TT_OK);
    series(1 << 20, 4, 12000, 0, 4, 9000);
    series(1 << 20, 2048, 1 << 17, 0, 8, 1500);
    for (int i = 0; i < 4; i++)
        series(256 * (uint64_t)grade_random_below(run, 999), 0, (uint64_t)(3000 << i),
               1 + grade_random_below(run, 1 << 30), 4, 2500);
    return end_script(run);
}

// Accesses that lie in two lines and in many, at the very end of memory, and what is refused.
bool profiling_fill_edges(grade_run *run)
{
    static const struct {
        uint64_t address;
        int bytes;
        tt_status want;
    } rows[] = {{60, 8, TT_OK},
                {63, 1, TT_OK},
                {64, 1, TT_OK},
                {1, 1000, TT_OK},
                {128, 64, TT_OK},
                {UINT64_MAX - 3, 4, TT_OK},
                {UINT64_MAX, 1, TT_OK},
                {UINT64_MAX - 100, 101, TT_OK},
                {UINT64_MAX - 3, 5, TT_BAD_VALUE},
                {UINT64_MAX, INT_MAX, TT_BAD_VALUE},
                {0, 0, TT_BAD_VALUE},
                {0, -1, TT_BAD_VALUE},
                {0, INT_MIN, TT_BAD_VALUE},
                {0, 4, TT_OK}};
    if (run->step >= 2) return false;
    start();
    init(SHAPE(512, 64, 2), SHAPE(2048, 64, 4), 1 + run->step, TT_OK);
    for (int i = 0; i < COUNT(rows); i++)
        add_op(
            (cache_op){
                .kind = CACHE_ACCESS, .address = rows[i].address, .bytes = rows[i].bytes, .write = i % 2},
            rows[i].want, -1);
    for (int i = 0; i < 40; i++)
        by_hand((uint64_t)grade_random_below(run, 4000), 1 + grade_random_below(run, 200), i % 3 == 0, -1);
    return end_script(run);
}

// --- Handing over and checking ---

static void check_op(grade_run *run, int i);

static bool end_script(grade_run *run)
{
    profiling_begin_script(
        run, (profiling_script){script.ops, sizeof *script.ops, script.count, 1 << 1, check_op});
    grade_output_bytes(run, sizeof(cache_seen));
    return true;
}

static void apply(const cache_op *o, tt_status want)
{
    if (want != TT_OK) return;
    if (o->kind == CACHE_INIT) {
        memset(&sim, 0, sizeof sim);
        sim.levels = sim.seen.levels = o->levels;
        for (int i = 0; i < o->levels; i++)
            sim.shapes[i] = sim.seen.shapes[i] = o->shapes[i], sim.seen.sets[i] = sets_of(o->shapes[i]);
    }
    if (o->kind == CACHE_ACCESS) touch(o->address, o->bytes, o->write);
    for (int i = 0; o->kind == CACHE_SERIES && i < o->count; i++)
        touch(cache_address(o, i), o->bytes, i % CACHE_WRITES_EACH > 1);
}

static void op_text(char text[120], const cache_op *o)
{
    if (o->kind == CACHE_INIT)
        snprintf(text, 120, "prof_cache_init, %d level%s: %ld bytes, lines of %d, %d ways%s", o->levels,
                 o->levels == 1 ? "" : "s", o->shapes[0].bytes, o->shapes[0].line, o->shapes[0].ways,
                 o->levels > 1 ? ", .." : "");
    else if (o->kind == CACHE_ACCESS)
        snprintf(text, 120, "%s of %d bytes at %#llx", o->write ? "a write" : "a read", o->bytes,
                 (unsigned long long)o->address);
    else
        snprintf(text, 120, "%d accesses from %#llx on, %s", o->count, (unsigned long long)o->address,
                 o->seed ? "anywhere" : "in steps");
}

static void check_op(grade_run *run, int i)
{
    const cache_op *o = &script.ops[i];
    const cache_seen *got = grade_result(run, 1);
    const tt_status want = script.want[i];
    const cache_seen before = sim.seen;
    char call[120], when[140], at[160];
    op_text(call, o);
    snprintf(when, sizeof when, "call %d, %s", i, call);
    if (run->status != want)
        grade_wrong(run, "%s: got status \"%s\", expected \"%s\"", when, tt_status_text(run->status),
                    tt_status_text(want));
    for (size_t b = 0; o->kind == CACHE_INIT && want != TT_OK && b < sizeof got->refused; b++)
        if (got->refused[b] != 0xff) grade_wrong(run, "%s: refused, but *cache was changed", when);
    apply(o, want);
    for (int level = 0; level < sim.levels; level++) {
        const profiling_count rows[] = {
            {"sets", got->sets[level], sim.seen.sets[level]},
            {"reads", got->reads[level], sim.seen.reads[level]},
            {"writes", got->writes[level], sim.seen.writes[level]},
            {"read_misses", got->read_misses[level], sim.seen.read_misses[level]},
            {"write_misses", got->write_misses[level], sim.seen.write_misses[level]}};
        snprintf(at, sizeof at, "%s, level %d", when, level + 1);
        profiling_compare_counts(run, at, rows, COUNT(rows));
    }
    if (o->kind == CACHE_INIT && want == TT_OK &&
        memcmp(got->shapes, sim.seen.shapes, (size_t)sim.levels * sizeof *got->shapes) != 0)
        grade_wrong(run, "%s: the shapes are not in the cache", when);
    // The script's author and the slower simulator must agree, too.
    const long long misses = sim.seen.read_misses[0] + sim.seen.write_misses[0] + sim.seen.read_misses[1] +
                             sim.seen.write_misses[1] - before.read_misses[0] - before.write_misses[0] -
                             before.read_misses[1] - before.write_misses[1];
    assert(script.misses[i] < 0 || misses == script.misses[i]);
}
