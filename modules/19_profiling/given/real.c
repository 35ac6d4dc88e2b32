// real.c: reads the clocks, spins and adds.
#include "given/real.h"

#include <time.h>

#include "measure/measure.h"

static double read_now(void *state) { return (void)state, measure_now(); }

static double read_coarse(void *state)
{
    (void)state;
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

prof_clock profiling_clock(void) { return (prof_clock){read_now, NULL}; }
prof_clock profiling_coarse_clock(void) { return (prof_clock){read_coarse, NULL}; }

prof_timer profiling_timer(double step, int samples, uint64_t seed)
{
    return (prof_timer){.step = step,
                        .warm_up = 20e-3,
                        .sample = 200e-6,
                        .most_calls = 1 << 15,
                        .samples = samples,
                        .steady = 0.05,
                        .interval = {0.95, 1000, seed}};
}

static void spin(void *state)
{
    profiling_spin *s = state;
    const bool is_slow = s->every > 0 && s->calls % s->every == s->every - 1;
    const double want = s->seconds * (is_slow ? s->slow : 1) * (1 + s->grow * s->calls),
                 start = measure_now();
    double now;
    do now = measure_now();
    while (now - start < want);
    s->lasted[s->calls++ % PROFILING_SPINS] = now - start;
}

prof_work profiling_spin_work(profiling_spin *s) { return (prof_work){spin, s}; }

static void add_up(void *state)
{
    profiling_chain *c = state;
    float sum = c->sum;
    for (long i = 0; i < c->steps; i++) {
        sum += 1;
        __asm__ volatile(
            ""
            : "+m"(sum)); // through memory each time, so that there is nothing to unroll into several sums
    }
    c->sum = sum > 1e6f ? 0 : sum;
}

prof_work profiling_chain_work(profiling_chain *c) { return (prof_work){add_up, c}; }

static void nothing(void *state) { (void)state; }

double profiling_empty_call(void)
{
    enum { CALLS = 100000, TRIES = 7 };
    prof_work work = {nothing, NULL};
    double best = INFINITY;
    for (int t = 0; t < TRIES; t++) {
        const double start = measure_now();
        for (int i = 0; i < CALLS; i++) {
            __asm__ volatile("" : "+r"(work.call)); // a pointer that the compiler cannot see through
            work.call(work.state);
        }
        best = fmin(best, (measure_now() - start) / CALLS);
    }
    return best;
}
