// check_bottleneck.c: operations whose bound is known because they were made so.
#include "checks.h"

#include <math.h>
#include <stdio.h>

#include "oracle.h"

static double uniform(grade_run *run, double low, double high)
{
    return low + (high - low) * (double)grade_random_below(run, 1 << 20) / (1 << 20);
}

static prof_roofs random_roofs(grade_run *run)
{
    prof_roofs r = {uniform(run, 1e9, 2e11), {0}, uniform(run, 1e-8, 1e-5)};
    for (int l = 0; l < 4; l++) r.bandwidth[l] = uniform(run, 1e9, 4e11) / (1 << l);
    return r;
}

// --- The roofline ---

bool profiling_fill_roofline(grade_run *run)
{
    if (run->step >= 16) return false;
    const prof_roofs roofs = random_roofs(run);
    const int level = run->step % 4;
    run->layout.number[A] = PROF_L1 + level;
    *(prof_roofs *)grade_input_bytes(run, sizeof roofs) = roofs;
    *profiling_doubles(run, 1) =
        roofs.flops / roofs.bandwidth[level] * uniform(run, 0.05, 3); // either side of the ridge
    grade_output_bytes(run, sizeof(double));
    return true;
}

void profiling_check_roofline(grade_run *run)
{
    profiling_require_ok(run);
    const prof_roofs *roofs = grade_given(run, 0);
    const double slope =
        roofs->bandwidth[run->layout.number[A] - PROF_L1] * *(const double *)grade_given(run, 1);
    profiling_compare_number(run, "*rate", *(const double *)grade_result(run, 2),
                             slope < roofs->flops ? slope : roofs->flops);
}

// --- Bottlenecks ---

// An operation of which roof `bound` asks for `most` seconds and every other for less than 0.8 of that; `times` the model
// is what was measured.
static prof_operation operation(grade_run *run, const prof_roofs *roofs, int bound, double most, double times)
{
    double asked[PROF_ROOFS];
    for (int r = 0; r < PROF_ROOFS; r++) asked[r] = r == bound ? most : most * uniform(run, 0, 0.8);
    prof_operation o = {.flops = asked[0] * roofs->flops, .calls = asked[PROF_OVERHEAD] / roofs->overhead};
    for (int l = 0; l < 4; l++) o.bytes[l] = asked[PROF_L1 + l] * roofs->bandwidth[l];
    o.seconds = times * profiling_oracle_model(asked, -1);
    return o;
}

static void lay(grade_run *run, const prof_roofs *roofs, const prof_operation *o)
{
    *(prof_roofs *)grade_input_bytes(run, sizeof *roofs) = *roofs;
    *(prof_operation *)grade_input_bytes(run, sizeof *o) = *o;
    grade_output_bytes(run, sizeof(prof_bottleneck));
}

bool profiling_fill_bounds(grade_run *run)
{
    if (run->step >= 3 * PROF_ROOFS) return false;
    const prof_roofs roofs = random_roofs(run);
    const prof_operation o =
        operation(run, &roofs, run->step % PROF_ROOFS, uniform(run, 1e-6, 1e-2), uniform(run, 0.95, 1.9));
    return lay(run, &roofs, &o), true;
}

// Measured far slower than any roof says, or faster than they allow; and an operation that asks for nothing.
bool profiling_fill_no_bound(grade_run *run)
{
    if (run->step >= 13) return false;
    const prof_roofs roofs = random_roofs(run);
    const double times = run->step % 2 ? uniform(run, 0.3, 0.88) : uniform(run, 2.05, 20);
    const prof_operation o = run->step == 12 ? (prof_operation){.seconds = 1}
                                             : operation(run, &roofs, run->step % PROF_ROOFS, 1e-3, times);
    return lay(run, &roofs, &o), true;
}

// One roof alone, of which nothing is left; two that ask for the same, of which lifting one brings nothing; overhead beside a
// roof.
bool profiling_fill_gains(grade_run *run)
{
    static const struct {
        double asked[PROF_ROOFS], seconds;
    } rows[] = {{{2}, 2},
                {{0, 0, 0, 0, 4}, 4},
                {{3, 3}, 4},
                {{0, 0, 2, 2, 1}, 2},
                {{1, 0, 0, 0, 3}, 4},
                {{1, 0, 0, 0, 0, 3}, 4},
                {{0, 0, 0, 0, 0, 2}, 2},
                {{4, 1, 2, 3, 0, 4}, 10}};
    if (run->step >= COUNT(rows)) return false;
    const prof_roofs roofs = {0x1p30, {0x1p34, 0x1p33, 0x1p32, 0x1p31}, 0x1p-20};
    const double *asked = rows[run->step].asked;
    prof_operation o = {.flops = asked[0] * roofs.flops,
                        .calls = asked[PROF_OVERHEAD] / roofs.overhead,
                        .seconds = rows[run->step].seconds};
    for (int l = 0; l < 4; l++) o.bytes[l] = asked[PROF_L1 + l] * roofs.bandwidth[l];
    return lay(run, &roofs, &o), true;
}

static const char *const bounds[] = {"PROF_ARITHMETIC",  "PROF_L1",        "PROF_L2",
                                     "PROF_L3",          "PROF_DRAM",      "PROF_OVERHEAD",
                                     "PROF_UNEXPLAINED", "PROF_IMPOSSIBLE"};

void profiling_check_bottleneck(grade_run *run)
{
    profiling_require_ok(run);
    const prof_operation *o = grade_given(run, 1);
    const prof_bottleneck *b = grade_result(run, 2);
    double asked[PROF_ROOFS];
    profiling_oracle_asked(asked, o, grade_given(run, 0));
    const double model = profiling_oracle_model(asked, -1);
    prof_bound want = PROF_ARITHMETIC;
    for (int r = 0; r < PROF_ROOFS; r++)
        if (asked[r] > asked[want]) want = (prof_bound)r;
    if (o->seconds > 2 * model) want = PROF_UNEXPLAINED;
    if (o->seconds < 0.9 * model) want = PROF_IMPOSSIBLE;
    profiling_compare_number(run, "model", b->model, model);
    if (b->bound != want)
        grade_wrong(run,
                    "measured %g s, of which the roofs ask %g (arithmetic), %g, %g, %g, %g (L1 to DRAM), %g "
                    "(overhead): "
                    "got bound %s, expected %s",
                    o->seconds, asked[0], asked[1], asked[2], asked[3], asked[4], asked[5],
                    (unsigned)b->bound < COUNT(bounds) ? bounds[b->bound] : "out of range", bounds[want]);
    for (int r = 0; r < PROF_ROOFS; r++) {
        char name[32];
        snprintf(name, sizeof name, "part[%s]", bounds[r]);
        profiling_compare_number(run, name, b->part[r], asked[r] / o->seconds);
        snprintf(name, sizeof name, "gain[%s]", bounds[r]);
        const double left = o->seconds - model + profiling_oracle_model(asked, r);
        profiling_compare_number(run, name, b->gain[r], left > 0 ? o->seconds / left : INFINITY);
    }
}

// --- Amdahl's law, and a whole program ---

bool profiling_fill_amdahl(grade_run *run)
{
    static const double rows[][2] = {{0.5, 4},      {0, 10},     {1, 8},    {0.9, INFINITY},
                                     {1, INFINITY}, {0.25, 0.5}, {0.95, 20}};
    if (run->step >= COUNT(rows)) return false;
    double *given = profiling_doubles(run, 2);
    given[0] = rows[run->step][0], given[1] = rows[run->step][1];
    grade_output_bytes(run, sizeof(double));
    return true;
}

void profiling_check_amdahl(grade_run *run)
{
    profiling_require_ok(run);
    const double *given = grade_given(run, 0), left = 1 - given[0] + given[0] / given[1];
    profiling_compare_number(run, "*gain", *(const double *)grade_result(run, 1),
                             left > 0 ? 1 / left : INFINITY);
}

bool profiling_fill_lift(grade_run *run)
{
    if (run->step >= 10) return false;
    const prof_roofs roofs = random_roofs(run);
    const int count = run->step == 0 ? 1 : 2 + grade_random_below(run, 20);
    run->layout.number[A] = count;
    *(prof_roofs *)grade_input_bytes(run, sizeof roofs) = roofs;
    prof_operation *o = grade_input_bytes(run, (size_t)count * sizeof *o);
    for (int i = 0; i < count; i++)
        o[i] = operation(run, &roofs, grade_random_below(run, PROF_ROOFS), uniform(run, 1e-6, 1e-3),
                         uniform(run, 0.8, 3));
    grade_output_bytes(run, PROF_ROOFS * sizeof(double));
    return true;
}

void profiling_check_lift(grade_run *run)
{
    profiling_require_ok(run);
    const double *gain = grade_result(run, 2);
    for (int r = 0; r < PROF_ROOFS; r++) {
        double whole = 0, left = 0;
        for (int i = 0; i < run->layout.number[A]; i++) {
            const prof_operation *o = (const prof_operation *)grade_given(run, 1) + i;
            double asked[PROF_ROOFS];
            profiling_oracle_asked(asked, o, grade_given(run, 0));
            whole += o->seconds;
            left +=
                fmax(0, o->seconds - profiling_oracle_model(asked, -1) + profiling_oracle_model(asked, r));
        }
        char name[32];
        snprintf(name, sizeof name, "gain[%s]", bounds[r]);
        profiling_compare_number(run, name, gain[r], whole / left);
    }
}
