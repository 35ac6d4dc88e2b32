// instruments.c: runs a model, and passes on what its observer is told to sections, counters and the memory profiler.
#include "given/instruments.h"

#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "core/tensor.h"
#include "nn/models.h"

// --- The models ---

const char *const profiling_model_names[PROFILING_MODELS] = {"mlp", "cnn", "gpt"};

enum { SIDE = 28, CLASSES = 10, ATTENTION_BLOCK = 128 };

struct profiling_job {
    profiling_model model;
    int count;
    net net;
    gpt gpt;
    float *pictures, *logits;
    int *ids;
};

void profiling_job_finish(profiling_job *job)
{
    if (!job) return;
    net_finish(&job->net), gpt_finish(&job->gpt);
    free(job->pictures), free(job->logits), free(job->ids);
    free(job);
}

static tt_status load(profiling_job *job)
{
    char path[600];
    const char *name = profiling_model_names[job->model];
    snprintf(path, sizeof path, TT_WEIGHTS "/%s.safetensors", name);
    return job->model == PROFILING_GPT ? gpt_load(&job->gpt, path) : net_load(&job->net, name, path);
}

profiling_job *profiling_job_create(profiling_model model, int count)
{
    profiling_job *job = calloc(1, sizeof *job);
    if (!job) return NULL;
    job->model = model, job->count = count;
    tt_status status = load(job);
    const int width = model == PROFILING_GPT ? job->gpt.config.vocab : CLASSES;
    const size_t pixels = (size_t)count * SIDE * SIDE;
    job->pictures = tensor_alloc(pixels), job->logits = tensor_alloc((size_t)count * (size_t)width);
    job->ids = calloc((size_t)count, sizeof *job->ids);
    if (status != TT_OK || !job->pictures || !job->logits || !job->ids)
        return profiling_job_finish(job), NULL;
    tt_rng rng = {19};
    rng_fill(&rng, job->pictures, pixels, 0, 1);
    for (int i = 0; i < count; i++) job->ids[i] = (int)rng_below(&rng, (uint32_t)width);
    return job;
}

tt_status profiling_job_run(profiling_job *job, const nn_observer *observer)
{
    if (job->model == PROFILING_GPT) {
        job->gpt.observer = observer;
        return gpt_forward(&job->gpt, job->logits, job->ids, job->count, NULL);
    }
    job->net.observer = observer;
    return net_forward(&job->net, job->logits, job->pictures, job->count);
}

long long profiling_job_useful(const profiling_job *job)
{
    long long macs = 0;
    if (job->model == PROFILING_GPT) return gpt_macs(&job->gpt, job->count, 0);
    for (int i = 0; i < job->net.count; i++) macs += net_macs(&job->net, i) * job->count;
    return macs;
}

long long profiling_job_executed(const profiling_job *job)
{
    long long macs = profiling_job_useful(job);
    if (job->model != PROFILING_GPT) return macs;
    const long long tokens = job->count, per_pair = 2LL * job->gpt.config.width * job->gpt.config.layers;
    macs -= per_pair * tokens * (tokens + 1) / 2; // what the mask leaves
    for (long long first = 0; first < tokens; first += ATTENTION_BLOCK) {
        const long long rows = tokens - first < ATTENTION_BLOCK ? tokens - first : ATTENTION_BLOCK;
        macs += per_pair * rows * (first + rows);
    }
    return macs;
}

// --- The instruments ---

static void note(profiling_instruments *w, tt_status status)
{
    if (w->status == TT_OK) w->status = status;
}

// The memory section of an event's name.
static int memory_section(profiling_instruments *w, const char *name)
{
    int i = 1; // names are mostly the same strings
    while (i < PROF_MEMORY_SECTIONS - 1 && w->memory_names[i] && w->memory_names[i] != name) i++;
    if (w->memory_names[i] == name) return i;
    i = 1;
    while (i < PROF_MEMORY_SECTIONS - 1 && w->memory_names[i] && strcmp(w->memory_names[i], name) != 0) i++;
    if (!w->memory_names[i]) w->memory_names[i] = name;
    return i;
}

static void watch_enter(void *state, const nn_event *e)
{
    profiling_instruments *w = state;
    if (w->table.malloc) {
        w->depth++;
        note(w, prof_memory_section(NULL, &w->memory, memory_section(w, e->name)));
    }
    if (w->counting.enter) w->counting.enter(w->counting.state, e);
    if (w->sections.nodes)
        note(w, prof_enter(&w->sections, e->name)); // the last: the rest is not in the section's time
}

static void watch_exit(void *state, const nn_event *e, tt_status status)
{
    profiling_instruments *w = state;
    if (w->sections.nodes) note(w, prof_exit(&w->sections, e->name));
    if (w->counting.exit) w->counting.exit(w->counting.state, e, status);
    // Between two layers nothing is allocated that is not theirs: only the outermost event ends its section.
    if (w->table.malloc && --w->depth == 0) note(w, prof_memory_section(NULL, &w->memory, 0));
}

static tt_status begin_counting(profiling_instruments *w)
{
    w->counters = (prof_counters){.rows = w->rows, .room = PROFILING_COUNTS};
    tt_status status = prof_count_observer(&w->counting, &w->counters);
    if (status == TT_OK) status = prof_count_backend(&w->counted, &w->counters, backend);
    if (status != TT_OK) return status;
    w->before = backend;
    return backend_use(&w->counted);
}

static tt_status begin_memory(profiling_instruments *w)
{
    w->memory = (prof_memory){.under = profiling_libc, .blocks = {w->slots, PROFILING_SLOTS, 0}};
    tt_status status = prof_memory_table(&w->table, &w->memory);
    if (status == TT_OK) status = profiling_route(&w->table);
    if (status != TT_OK) w->table = (prof_allocator){0};
    return status;
}

tt_status profiling_instruments_begin(profiling_instruments *w, unsigned instruments, prof_clock clock)
{
    // Of the arrays behind the numbers only the slots must be zeroed: a large memset would put the model out of the cache.
    memset(w, 0, offsetof(profiling_instruments, nodes));
    memset(w->slots, 0, sizeof w->slots);
    w->nodes[0] = (prof_node){0};
    w->observer = (nn_observer){w, watch_enter, watch_exit};
    w->memory_names[0] = "outside", w->memory_names[PROF_MEMORY_SECTIONS - 1] = "others";
    if (instruments & PROFILING_TIME)
        w->sections = (prof_sections){.clock = clock,
                                      .nodes = w->nodes,
                                      .node_room = PROFILING_NODES,
                                      .events = w->events,
                                      .event_room = PROFILING_EVENTS};
    tt_status status = instruments & PROFILING_WORK ? begin_counting(w) : TT_OK;
    if (status == TT_OK && instruments & PROFILING_BYTES) status = begin_memory(w);
    if (status != TT_OK) profiling_instruments_end(w);
    return status;
}

void profiling_instruments_end(profiling_instruments *w)
{
    if (w->before) backend_use(w->before);
    if (w->table.malloc) profiling_route(NULL);
    w->before = NULL;
}
