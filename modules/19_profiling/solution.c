// solution.c: the reference of module 19.
#include "profiling.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

// --- 1. Timer ---

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
    const nn_event *outer = c->depth ? c->event[0] : &outside,
                   *inner = c->depth ? c->event[c->depth - 1] : &outside;
    for (int i = 0; i < c->count; i++) {
        prof_count *row = &c->rows[i];
        if (row->number == outer->number && strcmp(row->operation, inner->name) == 0 &&
            strcmp(row->layer, outer->name) == 0)
            return row;
    }
    if (c->count >= c->room) return NULL;
    c->rows[c->count] = (prof_count){.layer = outer->name, .operation = inner->name, .number = outer->number};
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
    int node = s->node_count ? s->nodes[s->open].child : 0;
    while (node && strcmp(s->nodes[node].name, name) != 0) node = s->nodes[node].next;
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
    enum { LETTER = 7 };
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
        if (letters > length) fprintf(out, "<text x=\"%.3f\" y=\"%d\">%s</text>", x + 4, bottom - 6, n->name);
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
            "font-size=\"11\">\n",
            PROF_FLAME_WIDTH, rows * PROF_FLAME_ROW);
    put_frame(out, s, 0, 0, rows * PROF_FLAME_ROW);
    fprintf(out, "</svg>\n");
    return TT_OK;
}

// --- 5. BottleneckAnalyzer ---

// --- 6. OptimizationComparer ---

// --- 7. InteractionAnalyzer ---

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

tt_status scale_add(float *restrict out, float scale, const float *restrict x, int n)
{
    if (n < 0) return TT_BAD_SHAPE;
    if (n > 0 && (!out || !x)) return TT_BAD_VALUE;
    for (int i = 0; i < n; i++) out[i] += scale * x[i];
    return TT_OK;
}

// Outputs that get all their weights before the next ones: 2 KiB, and as much of x, stay in the L1 cache.
enum { STRIP = 512 };

tt_status moving_sum(float *out, const float *x, const float *w, int n, int k)
{
    if (n < 0 || k < 1) return TT_BAD_SHAPE;
    if (n > 0 && (!out || !x || !w)) return TT_BAD_VALUE;
    for (int first = 0; first < n; first += STRIP) {
        int count = n - first < STRIP ? n - first : STRIP;
        memset(out + first, 0, (size_t)count * sizeof *out);
        for (int j = 0; j < k; j++) scale_add(out + first, w[j], x + first + j, count);
    }
    return TT_OK;
}
