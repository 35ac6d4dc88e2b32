// memory.c: the working sets, read in order and by pointer chasing.
#include "memory.h"

#include <stdlib.h>

#include "core/tensor.h"
#include "measure/roofs.h"
#include "tables.h"

#define KIB(n, name, quick)                                                                                  \
    {                                                                                                        \
        name, {(n)}, (n)*1024.0, quick                                                                       \
    }
static const bench_case working_sets[] = {
    KIB(4, "4 KiB", true),      KIB(8, "8 KiB", false),        KIB(16, "16 KiB", true),
    KIB(24, "24 KiB", false),   KIB(32, "32 KiB", true),       KIB(64, "64 KiB", true),
    KIB(128, "128 KiB", false), KIB(256, "256 KiB", true),     KIB(512, "512 KiB", false),
    KIB(1024, "1 MiB", true),   KIB(2048, "2 MiB", false),     KIB(4096, "4 MiB", true),
    KIB(8192, "8 MiB", false),  KIB(16384, "16 MiB", true),    KIB(32768, "32 MiB", false),
    KIB(65536, "64 MiB", true), KIB(131072, "128 MiB", false), KIB(262144, "256 MiB", true),
};

enum { CHASED = 4096 }; // loads in one call of the chase

typedef struct {
    size_t bytes;
    float *x;
    void **at;
} working_set;

static double read_bytes(const bench_case *c) { return c->size[0] * 1024.0; }
static double chase_loads(const bench_case *c) { return (void)c, CHASED; }

static void memory_finish(void *job)
{
    working_set *w = job;
    free(w->x);
    free(w);
}

static void *memory_prepare(const bench_case *c)
{
    working_set *w = calloc(1, sizeof *w);
    if (!w) return NULL;
    w->bytes = (size_t)c->size[0] * 1024;
    w->x = tensor_alloc(w->bytes / sizeof(float));
    if (!w->x) return memory_finish(w), NULL;
    return w;
}

static void *chase_prepare(const bench_case *c)
{
    working_set *w = memory_prepare(c);
    if (w && !(w->at = roofs_link(w->x, w->bytes))) return memory_finish(w), NULL;
    return w;
}

static tt_status read_run(void *job, const bench_variant *v)
{
    working_set *w = job;
    (void)v;
    measure_keep(roofs_read(w->x, w->bytes / sizeof(float)));
    return TT_OK;
}

static tt_status chase_run(void *job, const bench_variant *v)
{
    working_set *w = job;
    (void)v;
    w->at = roofs_chase(w->at, CHASED);
    return TT_OK;
}

static const bench_variant reads[] = {YARDSTICK("read", NULL)}, chases[] = {YARDSTICK("chase", NULL)};

const bench_suite bench_bandwidth =
    SUITE("bandwidth", "B/s", working_sets, reads, .work = read_bytes, .prepare = memory_prepare,
          .run = read_run, .finish = memory_finish);
const bench_suite bench_latency = SUITE("latency", "load/s", working_sets, chases, .work = chase_loads,
                                        .prepare = chase_prepare, .run = chase_run, .finish = memory_finish);
