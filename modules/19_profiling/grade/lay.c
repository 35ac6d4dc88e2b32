// lay.c: arrays of a call that must work, and comparisons with an answer.
#include "checks.h"

#include <math.h>

double *profiling_doubles(grade_run *run, size_t count)
{
    return grade_input_bytes(run, count * sizeof(double));
}

// The sum of 12 uniform numbers less 6: near enough to a normal one, and never further than 6 from 0.
double profiling_normal(grade_run *run)
{
    float x[12];
    double sum = -6;
    grade_random_fill(run, x, COUNT(x), 0, 1);
    for (int i = 0; i < COUNT(x); i++) sum += (double)x[i];
    return sum;
}

prof_bootstrap profiling_bootstrap(grade_run *run, double confidence, int resamples)
{
    const uint64_t seed =
        (uint64_t)grade_random_below(run, 1 << 30) << 33 | (uint64_t)grade_random_below(run, 1 << 30);
    return (prof_bootstrap){confidence, resamples, seed};
}

void profiling_require_ok(grade_run *run)
{
    if (run->status != TT_OK)
        grade_wrong(run, "got status \"%s\", expected \"ok\"", tt_status_text(run->status));
}

void profiling_compare_number(grade_run *run, const char *name, double got, double want)
{
    if (isnan(want) && isnan(got)) return;
    if (isinf(want) && want > 0 && got > 1e9) return;
    if (isfinite(want) && fabs(got - want) <= 1e-9 * (fabs(want) + 1e-12)) return; // false for NaN
    grade_wrong(run, "got %s = %.12g, expected %.12g", name, got, want);
}

#define LAY(type, ...)                                                                                       \
    *(type *)grade_input_bytes(run, sizeof(type)) = (type) { __VA_ARGS__ }
#define ROOM(type) grade_output_bytes(run, sizeof(type))

enum { VALID = 8 }; // samples, pairs, rounds

static void lay_times(grade_run *run, int count)
{
    double *x = profiling_doubles(run, (size_t)count);
    for (int i = 0; i < count; i++) x[i] = 1 + 0.125 * (double)grade_random_below(run, 8);
}

static void lay_bootstrap(grade_run *run) { LAY(prof_bootstrap, 0.9, 40, 1); }
static void lay_roofs(grade_run *run) { LAY(prof_roofs, 1e9, {4e9, 2e9, 1e9, 5e8}, 1e-6); }
static void lay_operation(grade_run *run) { LAY(prof_operation, 1e6, {1e6, 1e6, 1e6, 1e6}, 10, 3e-3); }
static void lay_clock(grade_run *run) { LAY(fake_time, 100, 1e-6, 1e-7, 0, -1, 0, 1, 1); }

static void lay_costs(grade_run *run)
{
    double *costs = profiling_doubles(run, 2);
    costs[0] = costs[1] = 3e-3;
}

void profiling_lay_valid(grade_run *run, int call)
{
    int *n = run->layout.number;
    n[A] = call == ROOFLINE ? PROF_DRAM : call == EFFECTS || call == COMBINE || call == LIFT ? 1 : VALID;
    n[B] = call == EFFECTS || call == COMBINE ? VALID : call == MANY || call == PAIRS ? 1 : 0;
    switch (call) {
    case STEP:
        lay_clock(run), ROOM(double);
        break;
    case PERCENTILE:
        lay_times(run, VALID), *profiling_doubles(run, 1) = 0.5, ROOM(double);
        break;
    case INTERVAL:
        lay_times(run, VALID), lay_bootstrap(run), ROOM(prof_interval);
        break;
    case OUTLIERS:
        lay_times(run, VALID), grade_output_bytes(run, VALID * sizeof(int)), ROOM(int);
        break;
    case TIME:
        lay_clock(run), lay_costs(run);
        LAY(prof_timer, 1e-6, 1e-3, 1e-3, 1000, VALID, 0.1, {0.9, 40, 1});
        grade_output_bytes(run, VALID * sizeof(double)), ROOM(prof_timing), ROOM(fake_log);
        break;
    case ROOFLINE:
        lay_roofs(run), *profiling_doubles(run, 1) = 0.5, ROOM(double);
        break;
    case BOTTLENECK:
        lay_roofs(run), lay_operation(run), ROOM(prof_bottleneck);
        break;
    case AMDAHL:
        lay_times(run, 2), *(double *)grade_result(run, 0) = 0.5, ROOM(double);
        break;
    case LIFT:
        lay_roofs(run), lay_operation(run), grade_output_bytes(run, PROF_ROOFS * sizeof(double));
        break;
    case PAIRS:
        lay_clock(run), lay_costs(run);
        for (int i = 0; i < 2; i++) grade_output_bytes(run, VALID * sizeof(double));
        ROOM(fake_log);
        break;
    case COMPARE:
    case MANY:
        lay_times(run, VALID), lay_times(run, VALID), lay_bootstrap(run), ROOM(prof_comparison);
        break;
    case EFFECTS:
        lay_times(run, 2 * VALID), lay_bootstrap(run), grade_output_bytes(run, 2 * sizeof(prof_effect));
        break;
    case COMBINE:
        lay_times(run, 2 * VALID), lay_bootstrap(run), ROOM(prof_combination);
        break;
    default:
        break;
    }
}
