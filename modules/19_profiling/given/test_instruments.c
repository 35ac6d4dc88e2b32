// test_instruments.c: the reference's instruments on the three models: what is counted equals its formula, times
// add up, nothing is left behind, and the trace of a whole run has the fields that the format's description
// asks for.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "core/foreign.h"
#include "given/real.h"
#include "given/instruments.h"

static profiling_instruments watch;

static void counts_equal_formulas(void **state)
{
    static const int counts[PROFILING_MODELS][3] = {{1, 7, 64}, {1, 3, 20}, {1, 130, 300}};
    (void)state;
    assert_int_equal(backend_use(&backend_blas), TT_OK);
    for (int model = 0; model < PROFILING_MODELS; model++)
        for (int i = 0; i < 3; i++) {
            profiling_job *job = profiling_job_create((profiling_model)model, counts[model][i]);
            assert_non_null(job);
            assert_int_equal(profiling_instruments_begin(&watch, PROFILING_WORK, profiling_clock()), TT_OK);
            assert_int_equal(profiling_job_run(job, &watch.observer), TT_OK);
            profiling_instruments_end(&watch);
            assert_ptr_equal(backend, &backend_blas);
            const prof_count *t = &watch.counters.total;
            assert_int_equal(watch.status, TT_OK);
            assert_int_equal(watch.counters.lost, 0);
            assert_int_equal(t->useful_macs, profiling_job_useful(job));
            assert_int_equal(t->macs, profiling_job_executed(job));
            assert_int_equal(t->flops, 2 * t->macs);
            long long macs = 0;
            for (int r = 0; r < watch.counters.count; r++) macs += watch.counters.rows[r].macs;
            assert_int_equal(macs, t->macs);
            if (model == PROFILING_GPT && counts[model][i] > 1) assert_true(t->macs > t->useful_macs);
            profiling_job_finish(job);
        }
}

// All instruments at once: self times add up to the whole, and what a run takes it gives back.
static void run_watched(profiling_model model, int count)
{
    profiling_job *job = profiling_job_create(model, count);
    assert_non_null(job);
    assert_int_equal(profiling_job_run(job, NULL), TT_OK); // its workspace is there
    assert_int_equal(profiling_instruments_begin(&watch, PROFILING_ALL, profiling_clock()), TT_OK);
    for (int i = 0; i < 3; i++) assert_int_equal(profiling_job_run(job, &watch.observer), TT_OK);
    profiling_instruments_end(&watch);
    assert_int_equal(watch.status, TT_OK);
    assert_int_equal(watch.memory.live, 0);
    prof_line lines[PROFILING_NODES];
    int n = 0;
    double self = 0;
    assert_int_equal(prof_report(lines, &n, &watch.sections), TT_OK);
    for (int i = 0; i < n; i++) self += lines[i].self;
    const double whole = watch.nodes[0].inner;
    assert_true(self > 0.999999 * whole && self < 1.000001 * whole);
    profiling_job_finish(job);
}

static void instruments_agree(void **state)
{
    (void)state;
    run_watched(PROFILING_MLP, 1), run_watched(PROFILING_CNN, 2), run_watched(PROFILING_GPT, 40);
}

static double number_of(const json_t *event, const char *key)
{
    double value;
    assert_true(foreign_take_real(&value, json_object_get(event, key)));
    return value;
}

// "Trace Event Format": a JSON object with an array traceEvents; a complete event has name, cat, ph X, ts, dur,
// pid, tid; events of one thread lie in one another or side by side.
static void trace_is_one(void **state)
{
    (void)state;
    run_watched(PROFILING_GPT, 8);
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    assert_int_equal(prof_trace(out, &watch.sections), TT_OK);
    fclose(out);
    json_t *root = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, NULL);
    const json_t *events = json_object_get(root, "traceEvents");
    const char *unit = json_string_value(json_object_get(root, "displayTimeUnit"));
    assert_true(unit && (!strcmp(unit, "ms") || !strcmp(unit, "ns")));
    assert_int_equal(json_array_size(events), watch.sections.event_count);
    assert_true(json_array_size(events) > 3 * 4 * 10);
    size_t i, j;
    json_t *a, *b;
    json_array_foreach(events, i, a)
    {
        assert_true(json_string_length(json_object_get(a, "name")) > 0);
        assert_non_null(json_string_value(json_object_get(a, "cat")));
        assert_string_equal(json_string_value(json_object_get(a, "ph")), "X");
        assert_true(json_is_integer(json_object_get(a, "pid")) && json_is_integer(json_object_get(a, "tid")));
        const double from = number_of(a, "ts"), to = from + number_of(a, "dur");
        assert_true(from >= 0 && to >= from);
        json_array_foreach(events, j, b)
        {
            const double start = number_of(b, "ts"), end = start + number_of(b, "dur"), rounding = 0.0021;
            const bool beside = end <= from + rounding || start >= to - rounding,
                       inside = start >= from - rounding && end <= to + rounding,
                       round = from >= start - rounding && to <= end + rounding;
            assert_true(beside || inside || round);
        }
    }
    json_decref(root);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_equal_formulas),
        cmocka_unit_test(instruments_agree),
        cmocka_unit_test(trace_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
