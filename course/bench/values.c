// values.c: what bytes and zeros cost in nats per character, and what an observer costs where there is none.
#include <stdio.h>

#include "measure/measure.h"
#include "ways.h"

static const struct {
    const char *name; // of the values NAME, NAME_above (floats) and NAME_MiB
    unsigned parts;
    int top; // of bytes; 0: as this build takes them
    bool without_head;
} rows[] = {
    {"nats_floats", COURSE_ACCELERATION, 0, false},
    {"nats_int8", COURSE_ACCELERATION | COURSE_INT8, 0, false},
    {"nats_int8_blocks", COURSE_ACCELERATION | COURSE_INT8, 0, true},
    {"nats_int8_7bit", COURSE_ACCELERATION | COURSE_INT8, 127, false},
    {"nats_int8_8bit", COURSE_ACCELERATION | COURSE_INT8, 255, false},
    {"nats_int8_cached", COURSE_ACCELERATION | COURSE_INT8 | COURSE_CACHE, 0, false},
    {"nats_pruned", COURSE_ACCELERATION | COURSE_PRUNING, 0, false},
};

static tt_status measure_row(results *r, int i, const text_corpus *text, const text_split *split, int stride)
{
    char name[48];
    double nats;
    course_gpt *g = course_gpt_create(COURSE_192);
    if (!g) return TT_BAD_FILE;
    tt_status status =
        course_present(rows[i].parts) == rows[i].parts ? course_gpt_use(g, rows[i].parts) : TT_TODO;
    if (status == TT_OK && (rows[i].top || rows[i].without_head))
        status = course_gpt_bytes_of(g, rows[i].top ? rows[i].top : 255, !rows[i].without_head);
    if (status == TT_OK) status = course_gpt_nats(&nats, g, text, split, stride);
    if (status == TT_OK) {
        results_set(r, rows[i].name, nats, "nats");
        snprintf(name, sizeof name, "%s_MiB", rows[i].name);
        results_set(r, name, (double)course_gpt_read_bytes(g) / (1 << 20), "MiB");
        const results_value *floats = results_get(r, rows[0].name);
        snprintf(name, sizeof name, "%s_above", rows[i].name);
        if (i > 0 && floats) results_set(r, name, nats - floats->value, "nats");
    }
    course_gpt_finish(g);
    return status == TT_TODO ? TT_OK : status; // what is not written yet is no failure of the benchmark
}

// What a forward of the CNN does for an observer where there is none, by itself, as a part of its time: an event filled
// in, and two comparisons, for each layer.
static tt_status measure_unwatched(results *r)
{
    enum { CALLS = 20000, FORWARDS = 200 };
    const bench_case one = {.size = {1}};
    const bench_variant watched = {.argument = 1}, unwatched = {0};
    void *job = course_watched_prepare(&one);
    if (!job) return TT_BAD_FILE;
    tt_status status = course_watched_run(job, &watched);
    const int events = course_watched_events(job);
    double forward = measure_now();
    for (int i = 0; i < FORWARDS && status == TT_OK; i++) status = course_watched_run(job, &unwatched);
    forward = (measure_now() - forward) / FORWARDS;
    const nn_observer *volatile nobody = NULL;
    double comparison = measure_now();
    for (int i = 0; i < CALLS; i++) {
        nn_event e = {"nothing", i, 1, (size_t)i, (size_t)i, 0, i, i};
        __asm__ volatile("" : : "r"(&e) : "memory"); // in memory, as where a function is called with it
        nn_enter(nobody, &e), nn_exit(nobody, &e, TT_OK);
    }
    comparison = (measure_now() - comparison) / CALLS;
    if (status == TT_OK) status = results_set(r, "observer_off", 100 * events * comparison / forward, "%");
    course_watched_finish(job);
    return status;
}

tt_status course_measure(results *r, bool quick)
{
    text_corpus text = {0};
    text_split split;
    tt_status status = text_load(&text);
    if (status == TT_OK) status = text_split_make(&split, text.count, 1);
    for (int i = 0; i < COUNT(rows) && status == TT_OK; i++)
        status = measure_row(r, i, &text, &split, quick ? 100 : 10);
    text_finish(&text);
    return status == TT_OK ? measure_unwatched(r) : status;
}
