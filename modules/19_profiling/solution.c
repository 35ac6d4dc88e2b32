// solution.c: the reference of module 19.
#include "profiling.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"

// --- 1. Timer ---

tt_status prof_clock_step(double *step, prof_clock clock)
{
    enum { CHANGES = 100, MOST_SAME = 10000000 };
    if (!step || !clock.now) return TT_BAD_VALUE;
    double smallest = INFINITY, last = clock.now(clock.state);
    for (int changes = 0, same = 0; changes < CHANGES;) {
        const double now = clock.now(clock.state);
        if (!(now >= last) || (now == last && ++same == MOST_SAME)) return TT_BAD_VALUE;
        if (now == last) continue;
        smallest = fmin(smallest, now - last);
        last = now, same = 0, changes++;
    }
    *step = smallest;
    return TT_OK;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Definition 7, of sorted samples and for any n >= 1.
static double quantile_of(const double *sorted, int n, double quantile)
{
    const double place = (n - 1) * quantile;
    const int below = (int)place;
    if (below + 1 >= n) return sorted[n - 1];
    return sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]);
}

static bool all_finite(const double *x, int n)
{
    for (int i = 0; i < n; i++)
        if (!isfinite(x[i])) return false;
    return true;
}

tt_status prof_percentile(double *value, const double *samples, int n, double quantile)
{
    if (!value || !samples || !(quantile > 0 && quantile < 1)) return TT_BAD_VALUE;
    if (n < prof_samples_needed(quantile)) return TT_BAD_SHAPE;
    if (!all_finite(samples, n)) return TT_BAD_VALUE;
    double *sorted = malloc((size_t)n * sizeof *sorted);
    if (!sorted) return TT_NO_MEMORY;
    memcpy(sorted, samples, (size_t)n * sizeof *sorted);
    qsort(sorted, (size_t)n, sizeof *sorted, ascending);
    *value = quantile_of(sorted, n, quantile);
    free(sorted);
    return TT_OK;
}

static tt_status check_bootstrap(prof_bootstrap b)
{
    if (!(b.confidence >= 0.5 && b.confidence <= 0.9999)) return TT_BAD_VALUE;
    return b.resamples < prof_samples_needed((1 - b.confidence) / 2) ? TT_BAD_SHAPE : TT_OK;
}

tt_status prof_median_interval(prof_interval *interval, const double *samples, int n, prof_bootstrap b)
{
    tt_status status = check_bootstrap(b);
    if (!interval || !samples) return TT_BAD_VALUE;
    if (status != TT_OK) return status;
    if (n < prof_samples_needed(0.5)) return TT_BAD_SHAPE;
    if (!all_finite(samples, n)) return TT_BAD_VALUE;
    double *medians = malloc((size_t)b.resamples * sizeof *medians),
           *drawn = malloc((size_t)n * sizeof *drawn);
    if (!medians || !drawn) status = TT_NO_MEMORY;
    tt_rng rng = {b.seed};
    for (int r = 0; r < b.resamples && status == TT_OK; r++) {
        for (int i = 0; i < n; i++) drawn[i] = samples[rng_below(&rng, (uint64_t)n)];
        qsort(drawn, (size_t)n, sizeof *drawn, ascending);
        medians[r] = quantile_of(drawn, n, 0.5);
    }
    if (status == TT_OK) {
        qsort(medians, (size_t)b.resamples, sizeof *medians, ascending);
        interval->low = quantile_of(medians, b.resamples, (1 - b.confidence) / 2);
        interval->high = quantile_of(medians, b.resamples, (1 + b.confidence) / 2);
    }
    free(medians), free(drawn);
    return status;
}

tt_status prof_outliers(int *which, int *count, const double *samples, int n)
{
    double low, high;
    if (!which || !count) return TT_BAD_VALUE;
    tt_status status = prof_percentile(&low, samples, n, 0.25);
    if (status == TT_OK) status = prof_percentile(&high, samples, n, 0.75);
    if (status != TT_OK) return status;
    const double far = 3 * (high - low);
    *count = 0;
    for (int i = 0; i < n; i++)
        if (samples[i] < low - far || samples[i] > high + far) which[(*count)++] = i;
    return TT_OK;
}

// Seconds that a batch lasts; NaN if the clock went backwards. Nothing but the calls is between the readings.
static double time_batch(prof_work work, int calls, prof_clock clock)
{
    const double begin = clock.now(clock.state);
    for (int i = 0; i < calls; i++) work.call(work.state);
    const double end = clock.now(clock.state);
    return end >= begin ? end - begin : NAN;
}

static tt_status check_timer(const prof_timer *o)
{
    if (o->samples < prof_samples_needed(0.25) || o->most_calls < 1) return TT_BAD_SHAPE;
    const bool times = isfinite(o->step) && o->step > 0 && isfinite(o->warm_up) && o->warm_up >= 0 &&
                       isfinite(o->sample) && o->sample >= 0;
    if (!times || !(o->steady > 0)) return TT_BAD_VALUE;
    return check_bootstrap(o->interval);
}

// Warm up, and find how many calls make a sample. A cold call may last as long as a sample of many warm ones, so only
// a batch behind the warm-up says how many calls are enough.
static prof_verdict find_calls(int *calls, prof_work work, prof_clock clock, const prof_timer *o)
{
    const double least = fmax(o->sample, 1000 * o->step);
    double warmed = 0;
    for (*calls = 1;;) {
        const double lasted = time_batch(work, *calls, clock);
        if (isnan(lasted)) return PROF_BAD_CLOCK;
        if (lasted < least && *calls == o->most_calls) return PROF_TOO_SHORT;
        if (lasted >= least && warmed >= o->warm_up) return PROF_TIMED;
        if (lasted < least) *calls = *calls > o->most_calls / 2 ? o->most_calls : *calls * 2;
        warmed += lasted;
    }
}

static const prof_timing NO_NUMBERS = {.p50 = NAN, .p95 = NAN, .p99 = NAN, .median = {NAN, NAN}};

// What the samples say, among it whether they were steady.
static tt_status describe(prof_timing *t, const double *samples, const prof_timer *o)
{
    const int n = o->samples, half = n / 2;
    double first, last;
    int *which = malloc((size_t)n * sizeof *which);
    if (!which) return TT_NO_MEMORY;
    tt_status status = prof_outliers(which, &t->outliers, samples, n);
    free(which);
    if (status == TT_OK) status = prof_percentile(&t->p50, samples, n, 0.5);
    if (status == TT_OK) status = prof_percentile(&first, samples, half, 0.5);
    if (status == TT_OK) status = prof_percentile(&last, samples + n - half, half, 0.5);
    if (status == TT_OK) status = prof_median_interval(&t->median, samples, n, o->interval);
    if (status != TT_OK) return status;
    prof_percentile(&t->p95, samples, n, 0.95); // these stay NaN if the samples are too few
    prof_percentile(&t->p99, samples, n, 0.99);
    const double most = o->steady * t->p50;
    if (t->median.high - t->median.low > most || fabs(last - first) > most) {
        *t = NO_NUMBERS;
        t->verdict = PROF_NOT_STEADY;
    }
    return TT_OK;
}

tt_status prof_time(prof_timing *t, double *samples, prof_work work, prof_clock clock, const prof_timer *o)
{
    if (!t || !samples || !work.call || !clock.now || !o) return TT_BAD_VALUE;
    tt_status status = check_timer(o);
    if (status != TT_OK) return status;
    prof_timing made = NO_NUMBERS;
    int calls;
    made.verdict = find_calls(&calls, work, clock, o);
    for (int i = 0; i < o->samples && made.verdict == PROF_TIMED; i++) {
        samples[i] = time_batch(work, calls, clock) / calls;
        if (isnan(samples[i])) made.verdict = PROF_BAD_CLOCK;
    }
    if (made.verdict == PROF_TIMED) {
        status = describe(&made, samples, o);
        made.calls = calls;
    }
    if (status == TT_OK) *t = made;
    return status;
}

// --- 2. Memory profiler ---

// All that a profile holds changes under its lock, which is held while `under` works, too: else another thread
// could be given a block that is still in the table since its free has only begun.
static void lock(prof_memory *m) { pthread_mutex_lock(&m->lock); }
static void unlock(prof_memory *m) { pthread_mutex_unlock(&m->lock); }

static void note_peak(prof_memory *m)
{
    if (m->live > m->peak) m->peak = m->live;
    if (m->live > m->section_peak[m->section]) m->section_peak[m->section] = m->live;
}

static void came(prof_memory *m, void *address, size_t bytes, const void *place)
{
    if (!address) return;
    if (prof_blocks_add(&m->blocks, (prof_block){address, bytes, place}) != TT_OK) {
        m->untracked++;
        return;
    }
    m->made++;
    m->live += bytes;
    note_peak(m);
}

static void went(prof_memory *m, const void *address)
{
    if (!address) return;
    prof_block *block = prof_blocks_find(&m->blocks, address);
    if (!block) {
        m->unknown++;
        return;
    }
    m->gone++;
    m->live -= block->bytes;
    prof_blocks_remove(&m->blocks, block);
}

static void *profiled_malloc(void *state, const void *place, size_t bytes)
{
    prof_memory *m = state;
    lock(m);
    void *block = m->under.malloc(m->under.state, place, bytes);
    came(m, block, bytes, place);
    unlock(m);
    return block;
}

static void *profiled_calloc(void *state, const void *place, size_t count, size_t bytes)
{
    prof_memory *m = state;
    lock(m);
    void *block = m->under.calloc(m->under.state, place, count, bytes); // NULL if the product overflows
    came(m, block, count * bytes, place);
    unlock(m);
    return block;
}

static void *profiled_aligned_alloc(void *state, const void *place, size_t alignment, size_t bytes)
{
    prof_memory *m = state;
    lock(m);
    void *block = m->under.aligned_alloc(m->under.state, place, alignment, bytes);
    came(m, block, bytes, place);
    unlock(m);
    return block;
}

static void *profiled_realloc(void *state, const void *place, void *block, size_t bytes)
{
    prof_memory *m = state;
    lock(m);
    void *moved = m->under.realloc(m->under.state, place, block, bytes);
    if (moved || bytes == 0) went(m, block); // a realloc that fails leaves the block as it was
    came(m, moved, bytes, place);
    unlock(m);
    return moved;
}

static void profiled_free(void *state, void *block)
{
    prof_memory *m = state;
    lock(m);
    went(m, block);
    m->under.free(m->under.state, block);
    unlock(m);
}

tt_status prof_memory_table(prof_allocator *table, prof_memory *m)
{
    if (!table || !m || !m->under.malloc || !m->under.calloc || !m->under.realloc ||
        !m->under.aligned_alloc || !m->under.free)
        return TT_BAD_VALUE;
    *table = (prof_allocator){
        m, profiled_malloc, profiled_calloc, profiled_realloc, profiled_aligned_alloc, profiled_free};
    return TT_OK;
}

tt_status prof_memory_section(int *before, prof_memory *m, int section)
{
    if (!m || section < 0 || section >= PROF_MEMORY_SECTIONS) return TT_BAD_VALUE;
    lock(m);
    if (before) *before = m->section;
    m->section = section;
    note_peak(m);
    unlock(m);
    return TT_OK;
}

// qsort: the most bytes first, then the lower place.
static int by_bytes(const void *a, const void *b)
{
    const prof_leak *x = a, *y = b;
    if (x->bytes != y->bytes) return x->bytes < y->bytes ? 1 : -1;
    return ((uintptr_t)x->place > (uintptr_t)y->place) - ((uintptr_t)x->place < (uintptr_t)y->place);
}

static int by_place(const void *a, const void *b)
{
    const uintptr_t x = (uintptr_t)((const prof_leak *)a)->place,
                    y = (uintptr_t)((const prof_leak *)b)->place;
    return (x > y) - (x < y);
}

tt_status prof_memory_leaks(prof_leak *leaks, int *count, prof_memory *m)
{
    if (!leaks || !count || !m) return TT_BAD_VALUE;
    int blocks = 0, places = 0;
    lock(m);
    for (int i = 0; i < m->blocks.room; i++) {
        const prof_block *b = &m->blocks.slots[i];
        if (b->address) leaks[blocks++] = (prof_leak){b->place, 1, b->bytes};
    }
    unlock(m); // qsort may allocate
    qsort(leaks, (size_t)blocks, sizeof *leaks, by_place);
    for (int i = 0; i < blocks; i++)
        if (places > 0 && leaks[places - 1].place == leaks[i].place)
            leaks[places - 1].blocks++, leaks[places - 1].bytes += leaks[i].bytes;
        else leaks[places++] = leaks[i];
    qsort(leaks, (size_t)places, sizeof *leaks, by_bytes);
    *count = places;
    return TT_OK;
}

// --- 3. Counters ---

// The row of what runs now; NULL if there is none and none is left, or if it is too deep.
static prof_count *row_of_now(prof_counters *c)
{
    if (c->depth > PROF_COUNT_DEPTH) return NULL;
    const nn_event outside = {.name = "", .number = -1};
    const nn_event *operation = c->depth > 0 ? c->event[c->depth - 1] : &outside,
                   *layer = c->depth > 1 ? c->event[c->depth - 2] : &outside;
    int at = c->recent; // mostly it is the same as last time, or the one behind it
    for (int i = 0; i < c->count; i++, at++) {
        if (at >= c->count) at = 0;
        const prof_count *row = &c->rows[at];
        if (row->number == operation->number && strcmp(row->operation, operation->name) == 0 &&
            strcmp(row->layer, layer->name) == 0)
            return &c->rows[c->recent = at];
    }
    if (c->count >= c->room) return NULL;
    c->recent = c->count;
    c->rows[c->count] =
        (prof_count){.layer = layer->name, .operation = operation->name, .number = operation->number};
    return &c->rows[c->count++];
}

static void add_counts(prof_count *to, const prof_count *what)
{
    to->calls += what->calls, to->products += what->products;
    to->useful_macs += what->useful_macs, to->useful_bytes += what->useful_bytes;
    to->macs += what->macs, to->flops += what->flops, to->bytes += what->bytes;
}

static void count_now(prof_counters *c, const prof_count *what)
{
    prof_count *row = row_of_now(c);
    if (row) add_counts(row, what);
    else c->lost++;
    add_counts(&c->total, what);
}

static void count_enter(void *state, const nn_event *e)
{
    prof_counters *c = state;
    if (c->depth < PROF_COUNT_DEPTH) c->event[c->depth] = e;
    c->depth++;
}

static void count_exit(void *state, const nn_event *e, tt_status status)
{
    prof_counters *c = state;
    if (c->depth == 0) return;
    if (status == TT_OK)
        count_now(c, &(prof_count){.calls = 1, .useful_macs = e->macs, .useful_bytes = e->bytes});
    c->depth--;
}

tt_status prof_count_observer(nn_observer *observer, prof_counters *c)
{
    if (!observer || !c || (c->room > 0 && !c->rows)) return TT_BAD_VALUE;
    *observer = (nn_observer){c, count_enter, count_exit};
    return TT_OK;
}

// A product of the table has no state of its own.
static prof_counters *counters;
static tt_matmul *product;

static tt_status counted_matmul(float *out, const float *a, const float *b, int m, int n, int k)
{
    tt_status status = product(out, a, b, m, n, k);
    if (status != TT_OK) return status;
    const long long M = m, N = n, K = k, macs = M * N * K;
    count_now(counters, &(prof_count){.products = 1,
                                      .macs = macs,
                                      .flops = 2 * macs,
                                      .bytes = (long long)sizeof(float) * (M * K + K * N + M * N)});
    return TT_OK;
}

tt_status prof_count_backend(tt_backend *counted, prof_counters *c, const tt_backend *under)
{
    if (!counted || !c || (c->room > 0 && !c->rows) || !under || !under->matmul) return TT_BAD_VALUE;
    counters = c, product = under->matmul;
    *counted = (tt_backend){"counted", counted_matmul};
    return TT_OK;
}

// --- 4. Sections ---

static double time_of(const prof_sections *s) { return s->clock.now(s->clock.state); }

// The node of that name in the open one; 0 if there is none yet.
static int find_node(const prof_sections *s, const char *name)
{
    if (s->node_count == 0) return 0;
    const prof_node *open = &s->nodes[s->open];
    int node = s->nodes[open->recent].next; // a program mostly comes back to them in the same order
    if (open->recent && node && strcmp(s->nodes[node].name, name) == 0) return node;
    for (node = open->child; node && strcmp(s->nodes[node].name, name) != 0;) node = s->nodes[node].next;
    return node;
}

static tt_status check_name(const char *name)
{
    const size_t length = strnlen(name, PROF_NAME);
    if (length == PROF_NAME)
        return tt_fail(TT_BAD_SHAPE, "a section's name has at most %d characters", PROF_NAME - 1);
    for (size_t i = 0; i < length; i++)
        if (name[i] < ' ' || name[i] > '~' || strchr("\"\\<>&;", name[i]))
            return tt_fail(TT_BAD_VALUE, "character %zu of a section's name has a meaning in a trace", i + 1);
    return length ? TT_OK : tt_fail(TT_BAD_VALUE, "a section needs a name");
}

// A new node, the last of those in the open one. Node 0, which holds the first, is made with it.
static int add_node(prof_sections *s, const char *name)
{
    if (s->node_count == 0) s->nodes[s->node_count++] = (prof_node){0};
    const int node = s->node_count++;
    s->nodes[node] = (prof_node){.parent = s->open};
    strcpy(s->nodes[node].name, name);
    int *link = &s->nodes[s->open].child;
    while (*link) link = &s->nodes[*link].next;
    *link = node;
    return node;
}

tt_status prof_enter(prof_sections *s, const char *name)
{
    if (!s || !name || !s->clock.now || !s->nodes) return TT_BAD_VALUE;
    int node = find_node(s, name); // a name that is there has been checked
    if (!node) {
        tt_status status = check_name(name);
        if (status != TT_OK) return status;
    }
    const int taken = s->node_count ? s->node_count : 1; // node 0 takes one, too
    if (s->missed || (!node && taken >= s->node_room)) {
        s->missed++, s->lost++;
        return TT_NO_MEMORY;
    }
    const double time = time_of(s);
    if (s->node_count && !(time >= s->last))
        return tt_fail(TT_BAD_VALUE, "the clock went backwards at the start of %s", name);
    if (s->node_count == 0) s->first = time;
    if (!node) node = add_node(s, name);
    s->nodes[node].entered = s->last = time;
    s->open = node;
    return TT_OK;
}

tt_status prof_exit(prof_sections *s, const char *name)
{
    if (!s || !name || !s->clock.now) return TT_BAD_VALUE;
    const double time = time_of(s);
    if (s->missed) return s->missed--, TT_NO_MEMORY;
    if (!s->open) return tt_fail(TT_BAD_VALUE, "%.40s ends and no section is open", name);
    prof_node *node = &s->nodes[s->open];
    if (strcmp(node->name, name) != 0)
        return tt_fail(TT_BAD_VALUE, "%.40s ends while %s is the innermost section that is open", name,
                       node->name);
    if (!(time >= s->last)) return tt_fail(TT_BAD_VALUE, "the clock went backwards at the end of %s", name);
    const double seconds = time - node->entered;
    node->calls++;
    node->total += seconds;
    s->nodes[node->parent].inner += seconds;
    s->nodes[node->parent].recent = s->open;
    if (s->event_count < s->event_room)
        s->events[s->event_count++] = (prof_event){s->open, node->entered - s->first, seconds};
    else s->untraced++;
    s->open = node->parent;
    s->last = time;
    return TT_OK;
}

static tt_status check_closed(const prof_sections *s)
{
    if (!s || !s->nodes || s->node_count == 0) return tt_fail(TT_BAD_VALUE, "no section was entered");
    if (s->missed)
        return tt_fail(TT_BAD_VALUE, "%d sections are open for which there was no node", s->missed);
    if (s->open) return tt_fail(TT_BAD_VALUE, "%s is still open", s->nodes[s->open].name);
    return TT_OK;
}

static double self_of(const prof_node *n) { return n->total - n->inner; }

// Whether a node lies inside another of its name, whose total has its seconds already.
static bool is_recursive(const prof_sections *s, int node)
{
    for (int above = s->nodes[node].parent; above; above = s->nodes[above].parent)
        if (strcmp(s->nodes[above].name, s->nodes[node].name) == 0) return true;
    return false;
}

tt_status prof_report(prof_line *lines, int *count, const prof_sections *s)
{
    if (!lines || !count) return TT_BAD_VALUE;
    tt_status status = check_closed(s);
    if (status != TT_OK) return status;
    const double whole = s->nodes[0].inner;
    int n = 0;
    for (int i = 1; i < s->node_count; i++) {
        const prof_node *node = &s->nodes[i];
        int line = 0;
        while (line < n && strcmp(lines[line].name, node->name) != 0) line++;
        if (line == n) {
            lines[n] = (prof_line){0};
            strcpy(lines[n++].name, node->name);
        }
        lines[line].calls += node->calls;
        lines[line].self += self_of(node);
        if (!is_recursive(s, i)) lines[line].total += node->total;
    }
    for (int i = 0; i < n; i++) { // insertion keeps the order of equals
        prof_line line = lines[i];
        line.share = whole > 0 ? line.self / whole : 0;
        int at = i;
        for (; at > 0 && lines[at - 1].self < line.self; at--) lines[at] = lines[at - 1];
        lines[at] = line;
    }
    *count = n;
    return TT_OK;
}

tt_status prof_trace(FILE *out, const prof_sections *s)
{
    if (!out) return TT_BAD_VALUE;
    tt_status status = check_closed(s);
    if (status != TT_OK) return status;
    fprintf(out, "{\"displayTimeUnit\": \"ns\", \"traceEvents\": [");
    for (int i = 0; i < s->event_count; i++) {
        const prof_event *e = &s->events[i];
        fprintf(out,
                "%s\n{\"name\": \"%s\", \"cat\": \"section\", \"ph\": \"X\", \"ts\": %.3f, \"dur\": %.3f, "
                "\"pid\": 1, \"tid\": 1}",
                i ? "," : "", s->nodes[e->node].name, 1e6 * e->start, 1e6 * e->seconds);
    }
    fprintf(out, "\n]}\n");
    return TT_OK;
}

// The names from the outermost section to this node, with semicolons between.
static void put_stack(FILE *out, const prof_sections *s, int node)
{
    const int parent = s->nodes[node].parent;
    if (parent) put_stack(out, s, parent), fputc(';', out);
    fputs(s->nodes[node].name, out);
}

tt_status prof_folded(FILE *out, const prof_sections *s)
{
    if (!out) return TT_BAD_VALUE;
    tt_status status = check_closed(s);
    if (status != TT_OK) return status;
    for (int i = 1; i < s->node_count; i++) {
        const long long ns = llround(1e9 * self_of(&s->nodes[i]));
        if (ns < 1) continue;
        put_stack(out, s, i);
        fprintf(out, " %lld\n", ns);
    }
    return TT_OK;
}

static int depth_of(const prof_sections *s, int node)
{
    int depth = 0;
    while ((node = s->nodes[node].parent)) depth++;
    return depth;
}

// One frame, whose left edge is x and lower edge is `bottom`, and those in it.
static void put_frame(FILE *out, const prof_sections *s, int node, double x, int bottom)
{
    enum { LETTER = 9 };
    const prof_node *n = &s->nodes[node];
    const double scale = PROF_FLAME_WIDTH / s->nodes[0].inner, width = scale * n->total;
    if (n->total > 0) {
        const int top = bottom - PROF_FLAME_ROW, letters = (int)(width / LETTER),
                  length = (int)strlen(n->name);
        fprintf(out, "<g><title>%s: %d calls, %.6g ms, self %.6g ms, %.1f %% of the whole</title>", n->name,
                n->calls, 1e3 * n->total, 1e3 * self_of(n), 100 * n->total / s->nodes[0].inner);
        fprintf(out,
                "<rect x=\"%.3f\" y=\"%d\" width=\"%.3f\" height=\"%d\" fill=\"hsl(%d 75%% 70%%)\" "
                "stroke=\"#fff\"/>",
                x, top, width, PROF_FLAME_ROW, 15 + node * 37 % 40);
        if (letters > length) fprintf(out, "<text x=\"%.3f\" y=\"%d\">%s</text>", x + 4, bottom - 5, n->name);
        fprintf(out, "</g>\n");
    }
    for (int child = n->child; child; child = s->nodes[child].next) {
        put_frame(out, s, child, x, bottom - (node ? PROF_FLAME_ROW : 0));
        x += scale * s->nodes[child].total;
    }
}

tt_status prof_flame(FILE *out, const prof_sections *s)
{
    if (!out) return TT_BAD_VALUE;
    tt_status status = check_closed(s);
    if (status == TT_OK && !(s->nodes[0].inner > 0)) status = tt_fail(TT_BAD_VALUE, "the whole took no time");
    if (status != TT_OK) return status;
    int rows = 0;
    for (int i = 1; i < s->node_count; i++)
        if (depth_of(s, i) >= rows) rows = depth_of(s, i) + 1;
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"monospace\" "
            "font-size=\"15\">\n",
            PROF_FLAME_WIDTH, rows * PROF_FLAME_ROW);
    put_frame(out, s, 0, 0, rows * PROF_FLAME_ROW);
    fprintf(out, "</svg>\n");
    return TT_OK;
}

// --- 5. BottleneckAnalyzer ---

static bool above_zero(double x) { return isfinite(x) && x > 0; }
static bool not_negative(double x) { return isfinite(x) && x >= 0; }

static bool roofs_are_valid(const prof_roofs *r)
{
    bool valid = above_zero(r->flops) && not_negative(r->overhead);
    for (int l = 0; l < 4; l++) valid = valid && above_zero(r->bandwidth[l]);
    return valid;
}

static bool operation_is_valid(const prof_operation *o)
{
    bool valid = not_negative(o->flops) && not_negative(o->calls) && above_zero(o->seconds);
    for (int l = 0; l < 4; l++) valid = valid && not_negative(o->bytes[l]);
    return valid;
}

tt_status prof_roofline(double *rate, double intensity, prof_bound level, const prof_roofs *roofs)
{
    if (!rate || !roofs || !roofs_are_valid(roofs) || !above_zero(intensity)) return TT_BAD_VALUE;
    if (level < PROF_L1 || level > PROF_DRAM) return TT_BAD_VALUE;
    *rate = fmin(roofs->flops, roofs->bandwidth[level - PROF_L1] * intensity);
    return TT_OK;
}

// Arithmetic and the levels of memory work at the same time; what a call costs comes on top. The roof that is lifted
// asks for nothing.
static double model_seconds(const double asked[PROF_ROOFS], int lifted)
{
    double longest = 0;
    for (int r = PROF_ARITHMETIC; r <= PROF_DRAM; r++)
        if (r != lifted) longest = fmax(longest, asked[r]);
    return longest + (lifted == PROF_OVERHEAD ? 0 : asked[PROF_OVERHEAD]);
}

// The seconds that each roof asks for, and what would be left of the seconds measured if it were lifted.
static void lift(double asked[PROF_ROOFS], double left[PROF_ROOFS], const prof_operation *o,
                 const prof_roofs *roofs)
{
    asked[PROF_ARITHMETIC] = o->flops / roofs->flops;
    for (int l = 0; l < 4; l++) asked[PROF_L1 + l] = o->bytes[l] / roofs->bandwidth[l];
    asked[PROF_OVERHEAD] = o->calls * roofs->overhead;
    const double model = model_seconds(asked, PROF_ROOFS);
    for (int r = 0; r < PROF_ROOFS; r++) left[r] = fmax(0, o->seconds - (model - model_seconds(asked, r)));
}

tt_status prof_find_bottleneck(prof_bottleneck *b, const prof_operation *o, const prof_roofs *roofs)
{
    if (!b || !o || !roofs || !operation_is_valid(o) || !roofs_are_valid(roofs)) return TT_BAD_VALUE;
    double asked[PROF_ROOFS], left[PROF_ROOFS];
    lift(asked, left, o, roofs);
    prof_bottleneck found = {.model = model_seconds(asked, PROF_ROOFS)};
    for (int r = 0; r < PROF_ROOFS; r++) {
        found.part[r] = asked[r] / o->seconds;
        found.gain[r] = o->seconds / left[r];
        if (asked[r] > asked[found.bound]) found.bound = (prof_bound)r;
    }
    if (found.model < 0.5 * o->seconds) found.bound = PROF_UNEXPLAINED;
    if (o->seconds < 0.9 * found.model) found.bound = PROF_IMPOSSIBLE;
    *b = found;
    return TT_OK;
}

tt_status prof_amdahl(double *gain, double part, double factor)
{
    if (!gain || !(part >= 0 && part <= 1) || !(factor > 0)) return TT_BAD_VALUE;
    *gain = 1 / (1 - part + part / factor);
    return TT_OK;
}

tt_status prof_lift_roofs(double *gain, const prof_operation *o, int count, const prof_roofs *roofs)
{
    if (count < 1) return TT_BAD_SHAPE;
    if (!gain || !o || !roofs || !roofs_are_valid(roofs)) return TT_BAD_VALUE;
    double whole = 0, left[PROF_ROOFS] = {0};
    for (int i = 0; i < count; i++) {
        if (!operation_is_valid(&o[i])) return TT_BAD_VALUE;
        double asked[PROF_ROOFS], left_here[PROF_ROOFS];
        lift(asked, left_here, &o[i], roofs);
        whole += o[i].seconds;
        for (int r = 0; r < PROF_ROOFS; r++) left[r] += left_here[r];
    }
    for (int r = 0; r < PROF_ROOFS; r++) gain[r] = whole / left[r];
    return TT_OK;
}

// --- 6. OptimizationComparer ---

tt_status prof_time_pairs(double *before, double *after, int pairs, prof_work old, prof_work new, int calls,
                          prof_clock clock)
{
    if (pairs < 1 || calls < 1) return TT_BAD_SHAPE;
    if (!before || !after || !old.call || !new.call || !clock.now) return TT_BAD_VALUE;
    for (int i = 0; i < pairs; i++) {
        const bool old_first = i % 2 == 0;
        const double first = time_batch(old_first ? old : new, calls, clock),
                     second = time_batch(old_first ? new : old, calls, clock);
        if (isnan(first) || isnan(second)) return TT_BAD_VALUE;
        before[i] = (old_first ? first : second) / calls;
        after[i] = (old_first ? second : first) / calls;
    }
    return TT_OK;
}

static bool all_times(const double *x, int n)
{
    for (int i = 0; i < n; i++)
        if (!above_zero(x[i])) return false;
    return true;
}

static tt_status median_and_interval(double *median, prof_interval *interval, const double *x, int n,
                                     prof_bootstrap b)
{
    const tt_status status = prof_percentile(median, x, n, 0.5);
    return status == TT_OK ? prof_median_interval(interval, x, n, b) : status;
}

enum { LEAST_PAIRS = 8 };

tt_status prof_compare(prof_comparison *c, const double *before, const double *after, int pairs,
                       prof_bootstrap b)
{
    if (pairs < LEAST_PAIRS) return TT_BAD_SHAPE;
    if (!c || !before || !after || !all_times(before, pairs) || !all_times(after, pairs)) return TT_BAD_VALUE;
    double *ratio = malloc((size_t)pairs * sizeof *ratio);
    if (!ratio) return TT_NO_MEMORY;
    for (int i = 0; i < pairs; i++) ratio[i] = before[i] / after[i];
    prof_comparison made = {.change = PROF_CANNOT_TELL};
    const tt_status status = median_and_interval(&made.ratio, &made.interval, ratio, pairs, b);
    free(ratio);
    if (status != TT_OK) return status;
    if (made.interval.low > 1) made.change = PROF_FASTER;
    if (made.interval.high < 1) made.change = PROF_SLOWER;
    const double distance = fabs(made.ratio - 1),
                 half = made.ratio > 1 ? made.ratio - made.interval.low : made.interval.high - made.ratio;
    made.pairs_needed = distance > 0 ? ceil(pairs * (half / distance) * (half / distance)) : INFINITY;
    *c = made;
    return TT_OK;
}

tt_status prof_compare_many(prof_comparison *c, const double *baseline, const double *const *variants,
                            int count, int pairs, prof_bootstrap b)
{
    if (count < 1) return TT_BAD_SHAPE;
    if (!c || !variants) return TT_BAD_VALUE;
    prof_comparison *made = malloc((size_t)count * sizeof *made);
    if (!made) return TT_NO_MEMORY;
    b.confidence = 1 - (1 - b.confidence) / count;
    tt_status status = TT_OK;
    for (int v = 0; v < count && status == TT_OK; v++)
        status = prof_compare(&made[v], baseline, variants[v], pairs, b);
    if (status == TT_OK) memcpy(c, made, (size_t)count * sizeof *made);
    free(made);
    return status;
}

// Four experiments: a machine that is slower for every second pair; a third of the pairs far out; as many losses as gains
// but for one; an even number, with nothing in the middle.
tt_status prof_break_pairs(int input, int *pairs, float *before, float *after)
{
    if (!pairs || !before || !after || input < 0 || input >= PROF_BREAK_INPUTS) return TT_BAD_VALUE;
    tt_rng rng = {(uint64_t)input};
    *pairs = input == 3 ? 8 : 31;
    for (int i = 0; i < *pairs; i++) {
        const float noise = rng_normal(&rng);
        before[i] = 1, after[i] = 1;
        if (input == 0) after[i] = i % 2 ? 10 : 1, before[i] = after[i] * (1.03f + 0.001f * noise);
        if (input == 1) before[i] = i % 3 ? 1.1f + 0.01f * noise : 40;
        if (input == 2) before[i] = i % 2 ? 0.9f : 1.1f;
        if (input == 3) before[i] = i % 2 ? 1.5f : 3, after[i] = 1 + 0.1f * (float)i;
    }
    return TT_OK;
}

// --- 7. InteractionAnalyzer ---

static tt_status check_experiment(const prof_experiment *e)
{
    if (e->factors < 1 || e->factors > PROF_MOST_FACTORS || e->rounds < LEAST_PAIRS) return TT_BAD_SHAPE;
    return e->seconds && all_times(e->seconds, e->rounds << e->factors) ? TT_OK : TT_BAD_VALUE;
}

// What set s of factors does to the logarithm of time in one round.
static double effect_of(const double *seconds, int factors, int s)
{
    const int count = 1 << factors;
    double sum = 0;
    for (int i = 0; i < count; i++) {
        const bool even = __builtin_popcount((unsigned)(s & ~i)) % 2 == 0;
        sum += even ? log(seconds[i]) : -log(seconds[i]);
    }
    return sum / (s == 0 ? count : count / 2);
}

tt_status prof_effects(prof_effect *effects, const prof_experiment *e, prof_bootstrap b)
{
    if (!effects || !e) return TT_BAD_VALUE;
    tt_status status = check_experiment(e);
    if (status != TT_OK) return status;
    double *by_round = malloc((size_t)e->rounds * sizeof *by_round);
    if (!by_round) return TT_NO_MEMORY;
    prof_effect made[1 << PROF_MOST_FACTORS];
    const int count = 1 << e->factors;
    for (int s = 0; s < count && status == TT_OK; s++) {
        for (int r = 0; r < e->rounds; r++) by_round[r] = effect_of(e->seconds + r * count, e->factors, s);
        status = median_and_interval(&made[s].effect, &made[s].interval, by_round, e->rounds, b);
    }
    if (status == TT_OK) memcpy(effects, made, (size_t)count * sizeof *made);
    free(by_round);
    return status;
}

tt_status prof_combine(prof_combination *c, const prof_experiment *e, prof_bootstrap b)
{
    if (!c || !e) return TT_BAD_VALUE;
    tt_status status = check_experiment(e);
    if (status != TT_OK) return status;
    const int rounds = e->rounds, all = (1 << e->factors) - 1;
    double *gain = malloc((size_t)rounds * sizeof *gain), *kept = malloc((size_t)rounds * sizeof *kept);
    if (!gain || !kept) status = TT_NO_MEMORY;
    prof_combination made = {.product = 1};
    for (int r = 0; r < rounds && status == TT_OK; r++) {
        const double *seconds = e->seconds + r * (all + 1);
        gain[r] = kept[r] = seconds[0] / seconds[all];
        for (int f = 0; f < e->factors; f++) kept[r] /= seconds[0] / seconds[1 << f];
    }
    if (status == TT_OK) status = prof_percentile(&made.all, gain, rounds, 0.5);
    if (status == TT_OK) status = median_and_interval(&made.kept, &made.interval, kept, rounds, b);
    for (int f = 0; f < e->factors && status == TT_OK; f++) {
        for (int r = 0; r < rounds; r++)
            gain[r] = e->seconds[r * (all + 1)] / e->seconds[r * (all + 1) + (1 << f)];
        status = prof_percentile(&made.single[f], gain, rounds, 0.5);
        made.product *= made.single[f];
    }
    if (status == TT_OK) *c = made;
    free(gain), free(kept);
    return status;
}

// --- 8. Cache simulator ---

static bool is_power_of_two(long x) { return x > 0 && (x & (x - 1)) == 0; }

// 0 if the shape cannot be.
static int sets_of(prof_cache_shape s)
{
    if (!is_power_of_two(s.line) || s.line < 4 || s.ways < 1 || s.bytes < 1) return 0;
    const long of_set = (long)s.line * s.ways, sets = s.bytes / of_set;
    return s.bytes % of_set == 0 && is_power_of_two(sets) && sets <= INT_MAX ? (int)sets : 0;
}

tt_status prof_cache_init(prof_cache *cache, const prof_cache_shape *shapes, int levels)
{
    if (!cache || !shapes) return TT_BAD_VALUE;
    if (levels < 1 || levels > PROF_CACHE_LEVELS) return TT_BAD_SHAPE;
    for (int i = 0; i < levels; i++)
        if (!sets_of(shapes[i]) || (i > 0 && shapes[i].line < shapes[i - 1].line)) return TT_BAD_SHAPE;
    prof_cache made = {.levels = levels};
    for (int i = 0; i < levels; i++) {
        prof_cache_level *l = &made.level[i];
        *l = (prof_cache_level){.shape = shapes[i], .sets = sets_of(shapes[i])};
        l->lines = calloc((size_t)l->sets * (size_t)l->shape.ways, sizeof *l->lines);
        if (!l->lines) return prof_cache_finish(&made), TT_NO_MEMORY;
    }
    *cache = made;
    return TT_OK;
}

void prof_cache_finish(prof_cache *cache)
{
    if (!cache) return;
    for (int i = 0; i < PROF_CACHE_LEVELS; i++) free(cache->level[i].lines);
    *cache = (prof_cache){0};
}

// Whether a level has the line, the `line`-th from address 0 on. Afterwards it has it, as the first of its set.
static bool touch(prof_cache_level *l, uint64_t line)
{
    uint64_t *set = l->lines + (line & (uint64_t)(l->sets - 1)) * (uint64_t)l->shape.ways;
    int way = 0;
    while (way < l->shape.ways && set[way] != line + 1) way++;
    const bool hit = way < l->shape.ways;
    if (!hit) way = l->shape.ways - 1; // the last one was used longest ago
    for (; way > 0; way--) set[way] = set[way - 1];
    set[0] = line + 1;
    return hit;
}

tt_status prof_cache_access(prof_cache *cache, uint64_t address, int bytes, bool write)
{
    if (!cache || cache->levels < 1 || bytes < 1 || address > UINT64_MAX - (uint64_t)(bytes - 1))
        return TT_BAD_VALUE;
    const uint64_t size = (uint64_t)cache->level[0].shape.line,
                   last = (address + (uint64_t)(bytes - 1)) / size;
    for (uint64_t line = address / size; line <= last; line++)
        for (int i = 0; i < cache->levels; i++) {
            prof_cache_level *l = &cache->level[i];
            const bool hit = touch(l, line * size / (uint64_t)l->shape.line);
            if (write) l->writes++, l->write_misses += !hit;
            else l->reads++, l->read_misses += !hit;
            if (hit) break;
        }
    return TT_OK;
}

// Lines of one set, in an order in which each rule of replacement keeps others; lines that share a set only by the right bits, far
// apart, too; writes, and reads of what they brought; and all of that at random.
tt_status prof_break_cache(int input, int *accesses, float *address, float *write)
{
    static const int same_set[] = {0, 4, 0, 8, 0, 4, 8, 8, 0},
                     neighbours[] = {0, 1, 2, 3, 0, 4, 8, 1, 5, 9, 1, 2, 3, 0},
                     far_apart[] = {0, 1024, 0, 2048, 1024, 8, 0, 4096, 64, 0, 4100, 4};
    static const struct {
        const int *lines;
        int count;
    } traces[] = {{same_set, 9}, {neighbours, 14}, {far_apart, 12}};
    if (!accesses || !address || !write || input < 0 || input >= PROF_BREAK_INPUTS) return TT_BAD_VALUE;
    tt_rng rng = {(uint64_t)input};
    *accesses = input < 3 ? traces[input].count : PROF_BREAK_MOST;
    for (int i = 0; i < *accesses; i++) {
        const uint32_t line = input < 3 ? (uint32_t)traces[input].lines[i] : rng_below(&rng, 24);
        address[i] = (float)(64 * line + 4 * rng_below(&rng, 16));
        write[i] = input == 3 ? (float)rng_below(&rng, 2) : 0;
    }
    return TT_OK;
}
