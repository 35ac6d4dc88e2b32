// run_cache.c: the child's side of the cache simulator.
#include "calls_cache.h"
#include "engine/job.h"
#include "runs.h"

static prof_cache cache;

// It is called for a struct whose bits are all 1.
static tt_status init(const cache_op *o, cache_seen *seen)
{
    prof_cache made;
    unsigned char *bytes = (unsigned char *)&made;
    for (unsigned i = 0; i < sizeof made; i++) bytes[i] = 0xff;
    tt_status status = prof_cache_init(&made, o->shapes, o->levels);
    for (unsigned i = 0; i < sizeof made; i++) seen->refused[i] = bytes[i];
    if (status != TT_OK) return status;
    prof_cache_finish(&cache);
    cache = made;
    return TT_OK;
}

tt_status prof_run_cache(void *memory, int argument)
{
    (void)argument;
    const cache_op *o = job_array(memory, 0);
    cache_seen seen = {0};
    tt_status status = TT_OK;
    if (o->kind == CACHE_INIT) status = init(o, &seen);
    if (o->kind == CACHE_ACCESS) status = prof_cache_access(&cache, o->address, o->bytes, o->write);
    if (o->kind == CACHE_SERIES)
        for (int i = 0; i < o->count && status == TT_OK; i++)
            status = prof_cache_access(&cache, cache_address(o, i), o->bytes, i % CACHE_WRITES_EACH > 1);
    seen.levels = cache.levels;
    for (int i = 0; i < PROF_CACHE_LEVELS; i++) {
        const prof_cache_level *l = &cache.level[i];
        seen.shapes[i] = l->shape, seen.sets[i] = l->sets;
        seen.reads[i] = l->reads, seen.writes[i] = l->writes;
        seen.read_misses[i] = l->read_misses, seen.write_misses[i] = l->write_misses;
    }
    *(cache_seen *)job_array(memory, 1) = seen;
    return status;
}
