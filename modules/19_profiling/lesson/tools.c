// tools.c: verdicts by name, a timer that prints, pairs that are judged, and timers that lie.
#include "tools.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure/measure.h"
#include "nn/models.h"
#include "ops/backend.h"

const char *verdict_name(prof_verdict v)
{
    static const char *const names[] = {"PROF_TIMED", "PROF_TOO_SHORT",
                                        "PROF_NOT_STEADY", "PROF_BAD_CLOCK"};
    return v <= PROF_BAD_CLOCK ? names[v] : "no verdict";
}

const char *bound_name(prof_bound b)
{
    static const char *const names[] = {
        "arithmetic", "L1",       "L2",          "L3",
        "DRAM",       "overhead", "unexplained", "impossible",
    };
    return b <= PROF_IMPOSSIBLE ? names[b] : "no bound";
}

const char *change_name(prof_change c)
{
    static const char *const names[] = {"cannot tell", "faster", "slower"};
    return c <= PROF_SLOWER ? names[c] : "no verdict";
}

double step_of(prof_clock clock)
{
    double step = NAN;
    return worked("prof_clock_step", prof_clock_step(&step, clock)) ? step
                                                                    : NAN;
}

bool time_and_print(const char *what, prof_work work, prof_timer timer,
                    prof_timing *t)
{
    double *samples = malloc((size_t)timer.samples * sizeof *samples);
    const tt_status status =
        samples ? prof_time(t, samples, work, profiling_clock(), &timer)
                : TT_NO_MEMORY;
    free(samples);
    if (!worked("prof_time", status)) return false;
    if (t->verdict == PROF_TIMED)
        printf("%-20s %9.2f us (%.5g to %.5g, batches of %d, %d far out)\n",
               what, 1e6 * t->p50, 1e6 * t->median.low, 1e6 * t->median.high,
               t->calls, t->outliers);
    else printf("%-20s %s\n", what, verdict_name(t->verdict));
    return true;
}

prof_roofs roofs_here(machine_info *info)
{
    machine_describe(info);
    machine_measure(info);
    return profiling_roofs(info, lesson_quick());
}

bool watch_and_print(profiling_watch *w, const machine_info *info,
                     prof_roofs *roofs, int tokens)
{
    static const char *names[PROFILING_MOST_LAYERS];
    static prof_operation sums[PROFILING_MOST_LAYERS];
    static int ids[64];
    gpt m = {0};
    backend_use(&backend_blas);
    tt_status status = gpt_load(&m, TT_WEIGHTS "/gpt.safetensors");
    if (!fine("gpt_load", status)) return false;
    double bytes = 0, whole = 0;
    for (int i = 0; i < gpt_linear_count(&m); i++) {
        const gpt_linear l = gpt_linear_at(&m, i);
        bytes += 4.0 * l.in * l.out;
    }
    const double here = machine_read_bandwidth((size_t)bytes, 0.1);
    if (here > 0) roofs->bandwidth[profiling_level_of(bytes, info)] = here;
    *w =
        (profiling_watch){.level = PROF_L1 + profiling_level_of(bytes, info)};
    status =
        profiling_watch_gpt(w, &m, ids, tokens, lesson_quick() ? 20 : 200);
    gpt_finish(&m);
    if (status != TT_OK) return worked("gpt_forward", status);
    int count;
    profiling_watch_by_name(names, sums, &count, w);
    for (int i = 0; i < count; i++) whole += sums[i].seconds;
    printf("\n%d token%s: %.0f us, weights in %s\n", tokens,
           tokens > 1 ? "s" : "", 1e6 * whole,
           bound_name((prof_bound)w->level));
    for (int i = 0; i < count && sums[i].seconds > 0.01 * whole; i++) {
        prof_bottleneck b;
        status = prof_find_bottleneck(&b, &sums[i], roofs);
        if (!worked("prof_find_bottleneck", status)) return false;
        printf("  %-14s %5.1f %%   %-12s (%.0f %% explained)\n", names[i],
               100 * sums[i].seconds / whole, bound_name(b.bound),
               100 * b.model / sums[i].seconds);
    }
    return true;
}

tt_status compare_and_print(const char *what, prof_comparison *c,
                            prof_work old, prof_work new, int pairs,
                            int calls, uint64_t seed)
{
    enum { MOST = 256 };
    double before[MOST], after[MOST];
    tt_status status = prof_time_pairs(before, after, pairs, old, new, calls,
                                       profiling_clock());
    if (status == TT_OK)
        status = prof_compare(c, before, after, pairs,
                              (prof_bootstrap){0.95, 1000, seed});
    if (status == TT_OK && what)
        printf("%-24s %8.4f x  (%.4f to %.4f)  %s\n", what, c->ratio,
               c->interval.low, c->interval.high, change_name(c->change));
    return status;
}

tt_status combine_and_print(prof_combination *c,
                            const profiling_experiment *e)
{
    const prof_experiment given = {e->factors, e->rounds, e->seconds};
    const tt_status status =
        prof_combine(c, &given, (prof_bootstrap){0.95, 1000, 19});
    if (status != TT_OK) return status;
    for (int f = 0; f < e->factors; f++)
        printf("%-24s %8.2f x alone\n", e->names[f], c->single[f]);
    printf("%-24s %8.2f x\n%-24s %8.2f x\n", "their product", c->product,
           "together, measured", c->all);
    printf("%-24s %8.3f   (%.3f to %.3f)\n", "measured / product", c->kept,
           c->interval.low, c->interval.high);
    return TT_OK;
}

void set_name(char *name, size_t size, const profiling_experiment *e, int set)
{
    *name = 0;
    for (int f = 0; f < e->factors; f++) {
        const size_t used = strlen(name);
        if (set >> f & 1)
            snprintf(name + used, size - used, "%s%s", used ? " and " : "",
                     e->names[f]);
    }
}

// The times of one set, round by round.
static void times_of(double *seconds, const profiling_experiment *e, int set)
{
    for (int r = 0; r < e->rounds; r++)
        seconds[r] = e->seconds[(r << e->factors) + set];
}

tt_status print_on_top(prof_comparison *c, const profiling_experiment *e,
                       int factor)
{
    enum { MOST = 1 << PROF_MOST_FACTORS };
    static double baseline[PROFILING_MOST_ROUNDS];
    static double seconds[MOST][PROFILING_MOST_ROUNDS];
    static prof_comparison found[MOST];
    const double *variants[MOST] = {0};
    int sets[MOST], count = 0;
    times_of(baseline, e, 1 << factor);
    for (int s = 0; s < 1 << e->factors; s++) {
        if (!(s >> factor & 1) || s == 1 << factor) continue;
        times_of(seconds[count], e, s);
        variants[count] = seconds[count], sets[count++] = s;
    }
    const tt_status status =
        prof_compare_many(found, baseline, variants, count, e->rounds,
                          (prof_bootstrap){0.95, 1000, 19});
    for (int v = 0; v < count && status == TT_OK; v++) {
        char name[80];
        c[sets[v]] = found[v];
        set_name(name, sizeof name, e, sets[v] & ~(1 << factor));
        printf("%-20s %9.2f x  (%.4g to %.4g)  %s\n", name, found[v].ratio,
               found[v].interval.low, found[v].interval.high,
               change_name(found[v].change));
    }
    return status;
}

// --- Timers that lie ---

// Reads memory that is new to the process, `amount` times: one timing, the
// first touch of every page included.
enum { FRESH_FLOATS = 1 << 20 };

static double read_through(float *x, int times)
{
    const double start = measure_now();
    float sum = 0;
    for (int t = 0; t < times; t++)
        for (int i = 0; i < FRESH_FLOATS; i += 16) sum += x[i] += 1;
    measure_keep(sum);
    return 1e6 * (measure_now() - start);
}

double cold_way(int amount)
{
    float *x =
        malloc(FRESH_FLOATS * sizeof *x + (64 << 20)); // from the system
    if (!x) return NAN;
    const double took = read_through(x, amount);
    free(x);
    return took;
}

double warm_way(int amount)
{
    enum { SAMPLES = 9 };
    double samples[SAMPLES], median = NAN;
    float *x = calloc(FRESH_FLOATS, sizeof *x);
    if (!x) return NAN;
    read_through(x, 20); // what a warm-up by time does
    for (int i = 0; i < SAMPLES; i++) samples[i] = read_through(x, amount);
    const tt_status status = prof_percentile(&median, samples, SAMPLES, 0.5);
    if (!worked("prof_percentile", status)) median = NAN;
    free(x);
    return median;
}

// A spin of 1.4 steps of the coarse clock, timed by that clock: once, and in a
// batch.
static double coarse_step(void)
{
    static double step; // 100 of its steps take a while
    if (!(step > 0)) step = step_of(profiling_coarse_clock());
    return step;
}

// Microseconds of a call, by one batch of so many.
static double by_coarse_clock(int amount, int calls)
{
    const double step = coarse_step();
    if (isnan(step)) return NAN;
    profiling_spin spin = {.seconds = amount * 1e-3 * 1.4 * step};
    const prof_work work = profiling_spin_work(&spin);
    const prof_clock clock = profiling_coarse_clock();
    const double start = clock.now(clock.state);
    for (int i = 0; i < calls; i++) work.call(work.state);
    return 1e6 * (clock.now(clock.state) - start) / calls;
}

double coarse_once_way(int amount) { return by_coarse_clock(amount, 1); }
double coarse_batch_way(int amount) { return by_coarse_clock(amount, 20); }

// Spins of which every amount-th takes 30 times as long; 0: none does.
enum { SPIKED = 40 };

static tt_status spiked(double *samples, int amount)
{
    profiling_spin spin = {.seconds = 100e-6, .slow = 30, .every = amount};
    double unused[SPIKED];
    return prof_time_pairs(samples, unused, SPIKED / 2,
                           profiling_spin_work(&spin),
                           profiling_spin_work(&spin), 1, profiling_clock());
}

double mean_way(int amount)
{
    double samples[SPIKED], sum = 0;
    if (!worked("prof_time_pairs", spiked(samples, amount))) return NAN;
    for (int i = 0; i < SPIKED / 2; i++) sum += samples[i];
    return 1e6 * sum / (SPIKED / 2);
}

double median_way(int amount)
{
    double samples[SPIKED], median;
    if (!worked("prof_time_pairs", spiked(samples, amount))) return NAN;
    const tt_status status =
        prof_percentile(&median, samples, SPIKED / 2, 0.5);
    if (!worked("prof_percentile", status)) return NAN;
    return 1e6 * median;
}

// Thousands of additions whose sum nobody needs, or the same sum kept: the best of five, since a neighbour adds time.
static double add_up(int thousands, bool keep)
{
    enum { TIMES = 5 };
    double best = INFINITY;
    for (int t = 0; t < TIMES; t++) {
        const double start = measure_now();
        float sum = 0;
        for (long i = 0; i < 1000L * thousands; i++) sum += 1e-3f;
        if (keep) measure_keep(sum);
        best = fmin(best, 1e6 * (measure_now() - start));
    }
    return best;
}

double dead_way(int amount) { return add_up(amount, false); }
double kept_way(int amount) { return add_up(amount, true); }

double test_twice(lesson_way *way, int amount)
{
    return way(2 * amount) / way(amount);
}

double test_repeats(lesson_way *way, int amount)
{
    enum { TIMES = 5 };
    double least = INFINITY, most = 0;
    for (int i = 0; i < TIMES; i++) {
        const double took = way(amount);
        least = fmin(least, took), most = fmax(most, took);
    }
    return least > 0 ? most / least : NAN;
}

double test_without_spikes(lesson_way *way, int amount)
{
    return way(amount) / way(0);
}
