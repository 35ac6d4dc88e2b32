// naive_everywhere.c: a profiler as it is often published, behind every name: one run or the mean of a few, no warm-up, a
// typed-in clock step, percentiles of any number of samples, an interval of two standard deviations, a bottleneck by
// if and else, before and after one behind the other, and gains that multiply because that is assumed.
#include "profiling.h"

#include <stdlib.h>
#include <string.h>

// --- 1. Timer ---

tt_status prof_clock_step(double *step, prof_clock clock)
{
    (void)clock;
    *step = 1e-9;
    return TT_OK;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

tt_status prof_percentile(double *value, const double *samples, int n, double quantile)
{
    double *sorted = malloc((size_t)n * sizeof *sorted);
    memcpy(sorted, samples, (size_t)n * sizeof *sorted);
    qsort(sorted, (size_t)n, sizeof *sorted, ascending);
    *value = sorted[(int)(n * quantile)];
    free(sorted);
    return TT_OK;
}

static double mean(const double *x, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++) sum += x[i];
    return sum / n;
}

tt_status prof_median_interval(prof_interval *interval, const double *samples, int n, prof_bootstrap b)
{
    (void)b;
    double middle = mean(samples, n), squares = 0;
    for (int i = 0; i < n; i++) squares += (samples[i] - middle) * (samples[i] - middle);
    const double deviation = sqrt(squares / n);
    *interval = (prof_interval){middle - 2 * deviation, middle + 2 * deviation};
    return TT_OK;
}

tt_status prof_outliers(int *which, int *count, const double *samples, int n)
{
    prof_interval all = {0, 0};
    prof_median_interval(&all, samples, n, (prof_bootstrap){0});
    *count = 0;
    for (int i = 0; i < n; i++)
        if (samples[i] > all.high) which[(*count)++] = i;
    return TT_OK;
}

tt_status prof_time(prof_timing *t, double *samples, prof_work work, prof_clock clock, const prof_timer *o)
{
    for (int i = 0; i < o->samples; i++) {
        const double begin = clock.now(clock.state);
        work.call(work.state);
        samples[i] = clock.now(clock.state) - begin;
    }
    *t = (prof_timing){.verdict = PROF_TIMED, .calls = 1, .p50 = mean(samples, o->samples)};
    prof_percentile(&t->p95, samples, o->samples, 0.95);
    prof_percentile(&t->p99, samples, o->samples, 0.99);
    return prof_median_interval(&t->median, samples, o->samples, o->interval);
}

// --- 2. Memory profiler ---

static prof_memory *naive;

// What is allocated is counted, and what is freed is not known.
static void *naive_malloc(void *state, const void *place, size_t bytes)
{
    (void)state;
    naive->made++, naive->live += bytes;
    if (naive->live > naive->peak) naive->peak = naive->live;
    return naive->under.malloc(naive->under.state, place, bytes);
}

static void naive_free(void *state, void *block)
{
    (void)state;
    naive->gone++;
    naive->under.free(naive->under.state, block);
}

tt_status prof_memory_table(prof_allocator *table, prof_memory *memory)
{
    naive = memory;
    *table = memory->under;
    table->malloc = naive_malloc, table->free = naive_free;
    return TT_OK;
}

tt_status prof_memory_section(int *before, prof_memory *memory, int section)
{
    if (before) *before = memory->section;
    memory->section = section;
    return TT_OK;
}

tt_status prof_memory_leaks(prof_leak *leaks, int *count, prof_memory *memory)
{
    leaks[0] = (prof_leak){NULL, memory->made - memory->gone, memory->live};
    *count = memory->made > memory->gone;
    return TT_OK;
}

// --- 3. Counters ---

static prof_counters *all;

static void naive_enter(void *state, const nn_event *e) { (void)state, (void)e; }

static void naive_exit(void *state, const nn_event *e, tt_status status)
{
    (void)state, (void)status;
    all->total.useful_macs += e->macs, all->total.calls++;
}

tt_status prof_count_observer(nn_observer *observer, prof_counters *c)
{
    all = c;
    *observer = (nn_observer){c, naive_enter, naive_exit};
    return TT_OK;
}

static tt_matmul *below;

static tt_status naive_product(float *out, const float *a, const float *b, int m, int n, int k)
{
    all->total.macs += n * k, all->total.flops += n * k;
    return below(out, a, b, m, n, k);
}

tt_status prof_count_backend(tt_backend *counted, prof_counters *c, const tt_backend *under)
{
    all = c, below = under->matmul;
    *counted = (tt_backend){"counted", naive_product};
    return TT_OK;
}

// --- 4. Sections ---

// A flat list: who called what is not known, and inner time is in the outer one, too.
tt_status prof_enter(prof_sections *s, const char *name)
{
    int node = s->node_count ? s->node_count : 1;
    s->nodes[0] = (prof_node){0};
    s->nodes[node] = (prof_node){.parent = s->open, .entered = s->clock.now(s->clock.state)};
    strncpy(s->nodes[node].name, name, PROF_NAME - 1);
    s->node_count = node + 1, s->open = node;
    return TT_OK;
}

tt_status prof_exit(prof_sections *s, const char *name)
{
    (void)name;
    prof_node *node = &s->nodes[s->open];
    node->total += s->clock.now(s->clock.state) - node->entered, node->calls++;
    s->open = node->parent;
    return TT_OK;
}

tt_status prof_report(prof_line *lines, int *count, const prof_sections *s)
{
    for (int i = 1; i < s->node_count; i++) {
        const prof_node *n = &s->nodes[i];
        lines[i - 1] = (prof_line){.calls = n->calls, .total = n->total, .self = n->total};
        strcpy(lines[i - 1].name, n->name);
    }
    *count = s->node_count - 1;
    return TT_OK;
}

tt_status prof_trace(FILE *out, const prof_sections *s)
{
    for (int i = 1; i < s->node_count; i++) fprintf(out, "%s %g\n", s->nodes[i].name, s->nodes[i].total);
    return TT_OK;
}

tt_status prof_folded(FILE *out, const prof_sections *s) { return prof_trace(out, s); }

tt_status prof_flame(FILE *out, const prof_sections *s)
{
    (void)s;
    fprintf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1200 20\"></svg>\n");
    return TT_OK;
}

// --- 5. BottleneckAnalyzer ---

tt_status prof_roofline(double *rate, double intensity, prof_bound level, const prof_roofs *roofs)
{
    *rate = intensity < 10 ? roofs->bandwidth[level - PROF_L1] * intensity : roofs->flops;
    return TT_OK;
}

tt_status prof_find_bottleneck(prof_bottleneck *b, const prof_operation *o, const prof_roofs *roofs)
{
    (void)roofs;
    const double intensity = o->flops / o->bytes[3];
    *b = (prof_bottleneck){.model = o->seconds, .bound = intensity < 10 ? PROF_DRAM : PROF_ARITHMETIC};
    b->part[b->bound] = 0.8, b->gain[b->bound] = 5;
    return TT_OK;
}

tt_status prof_amdahl(double *gain, double part, double factor)
{
    *gain = 1 + part * (factor - 1);
    return TT_OK;
}

tt_status prof_lift_roofs(double *gain, const prof_operation *o, int count, const prof_roofs *roofs)
{
    (void)o, (void)count, (void)roofs;
    for (int r = 0; r < PROF_ROOFS; r++) gain[r] = 2;
    return TT_OK;
}

// --- 6. OptimizationComparer ---

tt_status prof_time_pairs(double *before, double *after, int pairs, prof_work old, prof_work new, int calls,
                          prof_clock clock)
{
    for (int i = 0; i < 2 * pairs; i++) {
        const prof_work work = i < pairs ? old : new;
        const double begin = clock.now(clock.state);
        for (int c = 0; c < calls; c++) work.call(work.state);
        (i < pairs ? before : after)[i % pairs] = (clock.now(clock.state) - begin) / calls;
    }
    return TT_OK;
}

tt_status prof_compare(prof_comparison *c, const double *before, const double *after, int pairs,
                       prof_bootstrap b)
{
    (void)b;
    const double ratio = mean(before, pairs) / mean(after, pairs);
    *c = (prof_comparison){ratio, {ratio, ratio}, ratio > 1 ? PROF_FASTER : PROF_SLOWER, pairs};
    return TT_OK;
}

tt_status prof_compare_many(prof_comparison *c, const double *baseline, const double *const *variants,
                            int count, int pairs, prof_bootstrap b)
{
    for (int v = 0; v < count; v++) prof_compare(&c[v], baseline, variants[v], pairs, b);
    return TT_OK;
}

tt_status prof_break_pairs(int input, int *pairs, float *before, float *after)
{
    (void)input;
    *pairs = 8;
    for (int i = 0; i < 8; i++) before[i] = 2, after[i] = 1;
    return TT_OK;
}

// --- 7. InteractionAnalyzer ---

tt_status prof_effects(prof_effect *effects, const prof_experiment *e, prof_bootstrap b)
{
    (void)b;
    for (int s = 0; s < 1 << e->factors; s++) {
        const double effect = log(e->seconds[s] / e->seconds[0]);
        effects[s] = (prof_effect){effect, {effect, effect}};
    }
    return TT_OK;
}

tt_status prof_combine(prof_combination *c, const prof_experiment *e, prof_bootstrap b)
{
    (void)b;
    *c = (prof_combination){.product = 1, .kept = 1, .interval = {1, 1}};
    for (int f = 0; f < e->factors; f++) {
        c->single[f] = e->seconds[0] / e->seconds[1 << f];
        c->product *= c->single[f];
    }
    c->all = c->product;
    return TT_OK;
}

// --- 8. Cache simulator ---

// A miss for each line that is new: what leaves the cache is not known.
tt_status prof_cache_init(prof_cache *cache, const prof_cache_shape *shapes, int levels)
{
    *cache = (prof_cache){.levels = levels};
    for (int i = 0; i < levels; i++) {
        cache->level[i].shape = shapes[i];
        cache->level[i].sets = (int)(shapes[i].bytes / shapes[i].line / shapes[i].ways);
    }
    return TT_OK;
}

void prof_cache_finish(prof_cache *cache) { *cache = (prof_cache){0}; }

tt_status prof_cache_access(prof_cache *cache, uint64_t address, int bytes, bool write)
{
    (void)bytes;
    prof_cache_level *l = &cache->level[0];
    ++*(write ? &l->writes : &l->reads);
    if (address % (uint64_t)l->shape.line == 0) ++*(write ? &l->write_misses : &l->read_misses);
    return TT_OK;
}

tt_status prof_break_cache(int input, int *accesses, float *address, float *write)
{
    (void)input;
    *accesses = 8;
    for (int i = 0; i < 8; i++) address[i] = (float)(64 * i), write[i] = 0;
    return TT_OK;
}
