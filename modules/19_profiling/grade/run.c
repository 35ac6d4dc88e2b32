// run.c: the child process: calls the student's functions with the numbers and arrays of a job.
#include <math.h>

#include "calls.h"
#include "calls_scripts.h"
#include "engine/job.h"

// --- 1, 5, 6, 7: timer, bottleneck, comparer, interactions ---

static struct {
    fake_time how;
    const double *costs;
    double passed; // since start
    double turned; // when it began to run backwards
    int calls, other_calls, readings;
    fake_log *log; // may be NULL
} fake;

static double fake_now(void *state)
{
    (void)state;
    const fake_time *how = &fake.how;
    fake.passed += how->reading;
    const int reading = fake.readings++;
    if (reading <= how->back_from) fake.turned = fake.passed;
    const bool backwards = how->back_from >= 0 && reading >= how->back_from;
    double now = how->stands ? 0 : backwards ? 2 * fake.turned - fake.passed : fake.passed;
    if (how->step > 0) now = how->step * floor(now / how->step);
    if (fake.log && fake.log->readings < MOST_READINGS) {
        const int i = fake.log->readings++;
        fake.log->at[i].seconds = how->start + now;
        fake.log->at[i].calls = fake.calls, fake.log->at[i].other_calls = fake.other_calls;
    }
    return how->start + now;
}

static double cost_of(const double *costs, int call, int cold, int count)
{
    return costs[call < cold ? call : cold + (call - cold) % (count - cold)];
}

static void fake_work(void *state)
{
    (void)state;
    fake.passed += cost_of(fake.costs, fake.calls++, fake.how.cold, fake.how.costs);
}

static void fake_other_work(void *state)
{
    (void)state;
    fake.passed += cost_of(fake.costs + fake.how.costs, fake.other_calls++, 0, fake.how.other_costs);
}

// The clock of a job, with its arrays of fake_time, costs and log; the last two may be NULL.
static prof_clock begin_fake(const fake_time *how, const double *costs, fake_log *log, int nulls)
{
    fake.how = *how, fake.costs = costs, fake.log = log;
    fake.passed = 0, fake.turned = 0, fake.calls = 0, fake.other_calls = 0, fake.readings = 0;
    if (log) log->readings = 0;
    return (prof_clock){nulls & NO_CLOCK ? NULL : fake_now, NULL};
}

#define ARRAY(i) (number[NULLS] >> (i)&1 ? NULL : job_array(memory, i))

static tt_status run_time(void *memory, int call)
{
    const int *number = ((job_layout *)memory)->number;
    const prof_work work = {number[NULLS] & NO_WORK ? NULL : fake_work, NULL},
                    other = {number[NULLS] & NO_OTHER_WORK ? NULL : fake_other_work, NULL};
    const fake_time *how = job_array(memory, 0);
    if (call == STEP) return prof_clock_step(ARRAY(1), begin_fake(how, NULL, NULL, number[NULLS]));
    const prof_clock clock =
        begin_fake(how, job_array(memory, 1), job_array(memory, 4 + (call == TIME)), number[NULLS]);
    if (call == TIME) return prof_time(ARRAY(4), ARRAY(3), work, clock, ARRAY(2));
    return prof_time_pairs(ARRAY(2), ARRAY(3), number[A], work, other, number[B], clock);
}

static tt_status run_samples(void *memory, int call)
{
    const int *number = ((job_layout *)memory)->number, n = number[A];
    const double *samples = ARRAY(0);
    if (call == PERCENTILE) return prof_percentile(ARRAY(2), samples, n, *(double *)job_array(memory, 1));
    if (call == OUTLIERS) return prof_outliers(ARRAY(1), ARRAY(2), samples, n);
    return prof_median_interval(ARRAY(2), samples, n, *(prof_bootstrap *)job_array(memory, 1));
}

static tt_status run_bottleneck(void *memory, int call)
{
    const int *number = ((job_layout *)memory)->number;
    const double *given = job_array(memory, call == ROOFLINE);
    if (call == AMDAHL) return prof_amdahl(ARRAY(1), given[0], given[1]);
    const prof_roofs *roofs = ARRAY(0);
    if (call == ROOFLINE) return prof_roofline(ARRAY(2), given[0], (prof_bound)number[A], roofs);
    if (call == LIFT) return prof_lift_roofs(ARRAY(2), ARRAY(1), number[A], roofs);
    return prof_find_bottleneck(ARRAY(2), ARRAY(1), roofs);
}

static tt_status run_compare(void *memory, int call)
{
    const int *number = ((job_layout *)memory)->number, pairs = number[A];
    const double *before = ARRAY(0), *after = ARRAY(1), *variants[MOST_VARIANTS];
    const prof_bootstrap b = *(prof_bootstrap *)job_array(memory, 2);
    if (call == COMPARE) return prof_compare(ARRAY(3), before, after, pairs, b);
    if (call == MANY) {
        for (int v = 0; v < number[B]; v++) variants[v] = (double *)job_array(memory, 1) + (long)v * pairs;
        return prof_compare_many(ARRAY(3), before, after ? variants : NULL, number[B], pairs, b);
    }
    int *changes = job_array(memory, 3);
    tt_status status = TT_OK;
    for (int i = 0; i < number[B] && status == TT_OK; i++) {
        prof_comparison c = {0};
        status = prof_compare(&c, before + (long)i * pairs, after + (long)i * pairs, pairs, b);
        changes[i] = (int)c.change;
    }
    return status;
}

static tt_status run_interactions(void *memory, int call)
{
    const int *number = ((job_layout *)memory)->number;
    const prof_experiment e = {number[A], number[B], ARRAY(0)}, *given = number[NULLS] >> 3 & 1 ? NULL : &e;
    const prof_bootstrap b = *(prof_bootstrap *)job_array(memory, 1);
    return call == EFFECTS ? prof_effects(ARRAY(2), given, b) : prof_combine(ARRAY(2), given, b);
}

static tt_status run_break(void *memory, int argument)
{
    return (argument == BREAK_CACHE ? prof_break_cache : prof_break_pairs)(
        ((job_layout *)memory)->number[A], job_array(memory, 0), job_array(memory, 1), job_array(memory, 2));
}

// --- 2, 3, 4, 8: memory, counters, sections, cache simulator ---

const job_run job_runs[] = {
    {"time", run_time},
    {"samples", run_samples},
    {"bottleneck", run_bottleneck},
    {"compare", run_compare},
    {"interactions", run_interactions},
    {"break", run_break},
    {"memory", prof_run_memory},
    {"threads", prof_run_threads},
    {"counters", prof_run_counters},
    {"sections", prof_run_sections},
    {"cache", prof_run_cache},
    {0},
};
