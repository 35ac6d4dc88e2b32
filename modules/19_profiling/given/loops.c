// loops.c: three loop orders, and the shapes of caches to try them on.
#include "given/loops.h"

#include <stdio.h>
#include <string.h>

const char *const profiling_order_names[PROFILING_ORDERS] = {"columns", "rows", "blocks"};

// One load or store: done, and told to the cache if there is one. Where the cache is the constant NULL nothing is left of it.
#define ALWAYS static inline __attribute__((always_inline))

typedef struct {
    prof_cache *cache;
    tt_status status;
} watcher;

ALWAYS void tell(watcher *w, const float *x, bool write)
{
    if (w->cache && w->status == TT_OK)
        w->status = prof_cache_access(w->cache, (uintptr_t)x, sizeof *x, write);
}

ALWAYS float load(watcher *w, const float *x)
{
    tell(w, x, false);
    return *x;
}

ALWAYS void store(watcher *w, float *x, float value)
{
    tell(w, x, true);
    *x = value;
}

#define ROW(x, i) ((x) + (size_t)(i) * (size_t)l->row)

ALWAYS void columns(const profiling_loop *l, watcher *w)
{
    for (int i = 0; i < l->rows; i++)
        for (int j = 0; j < l->n; j++) {
            float sum = 0;
            for (int p = 0; p < l->n; p++) sum += load(w, ROW(l->a, i) + p) * load(w, ROW(l->b, p) + j);
            store(w, ROW(l->out, i) + j, sum);
        }
}

ALWAYS void rows(const profiling_loop *l, watcher *w)
{
    for (int i = 0; i < l->rows; i++) {
        for (int j = 0; j < l->n; j++) store(w, ROW(l->out, i) + j, 0);
        for (int p = 0; p < l->n; p++) {
            const float a = load(w, ROW(l->a, i) + p);
            for (int j = 0; j < l->n; j++) {
                float *out = ROW(l->out, i) + j;
                store(w, out, load(w, out) + a * load(w, ROW(l->b, p) + j));
            }
        }
    }
}

static inline int least(int a, int b) { return a < b ? a : b; }

// A block of b is used for `block` rows of out before the next one comes.
ALWAYS void blocks(const profiling_loop *l, watcher *w)
{
    const int n = l->n, size = l->block;
    for (int i0 = 0; i0 < l->rows; i0 += size)
        for (int p0 = 0; p0 < n; p0 += size)
            for (int j0 = 0; j0 < n; j0 += size)
                for (int i = i0; i < least(i0 + size, l->rows); i++)
                    for (int j = j0; j < least(j0 + size, n); j++) {
                        float *out = ROW(l->out, i) + j, sum = p0 ? load(w, out) : 0;
                        for (int p = p0; p < least(p0 + size, n); p++)
                            sum += load(w, ROW(l->a, i) + p) * load(w, ROW(l->b, p) + j);
                        store(w, out, sum);
                    }
}

ALWAYS void walk(const profiling_loop *l, watcher *w)
{
    if (l->order == PROFILING_COLUMNS) columns(l, w);
    else if (l->order == PROFILING_ROWS) rows(l, w);
    else blocks(l, w);
}

#ifdef __clang__ // it knows no such attribute, and does not vectorise a sum of floats anyway
#define ONE_BY_ONE
#else
#define ONE_BY_ONE __attribute__((optimize("no-tree-vectorize")))
#endif

ONE_BY_ONE __attribute__((noinline)) void profiling_loop_run(const profiling_loop *l)
{
    watcher nobody = {NULL, TT_OK};
    walk(l, &nobody);
}

tt_status profiling_loop_simulate(const profiling_loop *l, prof_cache *cache)
{
    watcher w = {cache, cache ? TT_OK : TT_BAD_VALUE};
    if (w.status == TT_OK) walk(l, &w);
    return w.status;
}

double profiling_loop_macs(const profiling_loop *l) { return (double)l->rows * l->n * l->n; }

// --- Caches ---

// A number of a file of the system, "48K" being 49,152; 0 if it does not say.
static long read_number(int index, const char *what)
{
    char path[128], unit = 0;
    long number = 0;
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/%s", index, what);
    FILE *f = fopen(path, "r");
    if (!f) return 0;
    if (fscanf(f, "%ld%c", &number, &unit) < 1) number = 0;
    fclose(f);
    return unit == 'K' ? number * 1024 : number;
}

static bool is_instructions(int index)
{
    char path[128], type[16] = "";
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/type", index);
    FILE *f = fopen(path, "r");
    if (!f) return false;
    if (fscanf(f, "%15s", type) != 1) *type = 0;
    fclose(f);
    return strcmp(type, "Instruction") == 0;
}

static bool read_shape(prof_cache_shape *s, int level)
{
    for (int index = 0; index < 8; index++) {
        if (read_number(index, "level") != level || is_instructions(index)) continue;
        *s = (prof_cache_shape){read_number(index, "size"), (int)read_number(index, "coherency_line_size"),
                                (int)read_number(index, "ways_of_associativity")};
        const long of_set = (long)s->line * s->ways, sets = of_set > 0 ? s->bytes / of_set : 0;
        return sets > 0 && s->bytes % of_set == 0 && (sets & (sets - 1)) == 0;
    }
    return false;
}

void profiling_caches_list(profiling_caches list[PROFILING_CACHES])
{
    list[0] = (profiling_caches){"this CPU", {{0, 0, 0}, {0, 0, 0}}};
    list[1] = (profiling_caches){"32 KiB 8 ways, 1 MiB 8 ways", {{32768, 64, 8}, {1048576, 64, 8}}};
    list[2] = (profiling_caches){"32 KiB 8 ways, 256 KiB 4 ways", {{32768, 64, 8}, {262144, 64, 4}}};
    for (int level = 0; level < PROF_CACHE_LEVELS; level++)
        if (!read_shape(&list[0].shapes[level], level + 1)) list[0].shapes[level] = list[1].shapes[level];
}
