// check_break_cache.c: simulators with a mistake each, for the student's traces. They answer with 1 for each
// access that misses.
#include "checks.h"

#include <math.h>

enum { LINE = 64, NEVER = -1 };

// What distinguishes one simulator from another.
typedef struct {
    int ways, set_divisor,
        tag_lines; // lines of a set; a set is line / set_divisor mod the sets; lines alike mod tag_lines (0: none)
    bool first_goes,
        last_goes; // instead of the one that was used longest ago: the first that came, the one used last
    bool no_write, write_round; // a write is none of its business; a write that misses brings no line
    bool byte_sets;             // the set comes from the address, and not from the line
} rule;

static const rule right = {.ways = PROF_BREAK_WAYS, .set_divisor = 1};

typedef struct {
    int line, used, came; // line NEVER: empty
} slot;

// Where the line is among the set's slots; -1 if it is not.
static int find(const slot *set, int ways, int line)
{
    for (int w = 0; w < ways; w++)
        if (set[w].line == line) return w;
    return -1;
}

// Which slot a new line takes.
static int leaving(const slot *set, const rule *r)
{
    int way = 0;
    for (int w = 0; w < r->ways; w++)
        if (set[w].line == NEVER) return w;
    for (int w = 1; w < r->ways; w++) {
        const bool sooner = r->first_goes  ? set[w].came < set[way].came
                            : r->last_goes ? set[w].used > set[way].used
                                           : set[w].used < set[way].used;
        if (sooner) way = w;
    }
    return way;
}

static void simulate(float *out, const int *size, const grade_break_array *in, const rule *r)
{
    enum { MOST_WAYS = PROF_BREAK_MOST };
    static slot sets[PROF_BREAK_SETS][MOST_WAYS];
    for (int s = 0; s < PROF_BREAK_SETS; s++)
        for (int w = 0; w < MOST_WAYS; w++) sets[s][w].line = NEVER;
    for (int i = 0; i < size[0]; i++) {
        const int address = (int)in[0][i], line = address / LINE, write = in[1][i] > 0;
        const int tag = r->tag_lines ? line % r->tag_lines : line;
        slot *set = sets[(r->byte_sets ? address / 4 : line / r->set_divisor) % PROF_BREAK_SETS];
        int way = find(set, r->ways, tag);
        out[i] = way < 0;
        if (write && r->no_write) {
            out[i] = 0;
            continue;
        }
        if (way < 0 && write && r->write_round) continue;
        if (way < 0) way = leaving(set, r), set[way] = (slot){tag, i, i};
        set[way].used = i;
    }
}

static size_t count(const int *size, int array) { return (void)array, (size_t)size[0]; }

// What is no such trace no simulator can answer.
static void truth(double *out, double *allowed, const int *size, const grade_break_array *in)
{
    static float answer[PROF_BREAK_MOST];
    bool valid = true;
    for (int i = 0; i < size[0]; i++) {
        const float a = in[0][i], w = in[1][i];
        valid = valid && a >= 0 && a < 1 << 20 && fmodf(a, 4) == 0 && (w == 0 || w == 1);
    }
    if (valid) simulate(answer, size, in, &right);
    for (int i = 0; i < size[0]; i++) out[i] = valid ? (double)answer[i] : NAN, allowed[i] = 0;
}

#define KERNEL(name, ...)                                                                                    \
    static void planted_##name(float *out, const int *size, const grade_break_array *in)                     \
    {                                                                                                        \
        rule r = right;                                                                                      \
        __VA_ARGS__;                                                                                         \
        simulate(out, size, in, &r);                                                                         \
    }
KERNEL(exact, (void)r)
KERNEL(first_in, r.first_goes = true)
KERNEL(last_used, r.last_goes = true)
KERNEL(endless, r.ways = PROF_BREAK_MOST)
KERNEL(direct, r.ways = 1)
KERNEL(wrong_bits, r.set_divisor = 2)
KERNEL(address_bits, r.byte_sets = true)
KERNEL(short_tags, r.tag_lines = 1024)
KERNEL(write_free, r.no_write = true)
KERNEL(round_writes, r.write_round = true)

static const grade_planted planted_simulators[] = {
    {"the first that came goes", planted_first_in},
    {"the last that was used goes", planted_last_used},
    {"nothing ever goes", planted_endless},
    {"one line in a set", planted_direct},
    {"the set from the next bits", planted_wrong_bits},
    {"the set from bits inside a line", planted_address_bits},
    {"lines 1,024 apart are one", planted_short_tags},
    {"writes are not counted", planted_write_free},
    {"a write brings no line", planted_round_writes},
};

static const grade_break breaking_simulators = {.inputs = PROF_BREAK_INPUTS,
                                                .most = PROF_BREAK_MOST,
                                                .size_names = {"accesses"},
                                                .arrays = 2,
                                                .array_names = {"address", "write"},
                                                .count = count,
                                                .truth = truth,
                                                .right = planted_exact,
                                                .kernels = planted_simulators,
                                                .kernel_count = COUNT(planted_simulators)};

bool profiling_fill_break_cache(grade_run *run) { return grade_break_fill(run, &breaking_simulators); }
void profiling_check_break_cache(grade_run *run) { grade_break_check(run, &breaking_simulators); }
