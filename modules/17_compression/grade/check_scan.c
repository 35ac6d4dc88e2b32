// check_scan.c: a scan whose evaluations run.c wrote down, and levels against all choices counted through.
#include "checks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "oracle.h"

// --- The scan ---

// The last ones are refused: a sparsity out of range, a NaN weight in the last layer, evaluate's answers
// nowhere to go.
static const struct {
    int layers, counts[4], levels;
    double sparsities[4];
} scans[] = {
    {1, {10}, 1, {0.5}},
    {3, {100, 7, 64}, 4, {0.5, 0.7, 0.9, 0.98}},
    {4, {5, 300, 20, 11}, 3, {0.9, 0.3, 0.6}},
    {0, {0}, 2, {0.5, 0.7}},
    {2, {10, 20}, 0, {0}},
    {2, {10, 20}, 2, {0.5, 1.5}},
    {2, {10, 20}, 2, {0.5, NAN}},
    {2, {10, 20}, 2, {0.5, 0.7}},
    {2, {10, 20}, 2, {0.5, 0.7}},
};
enum { GOOD_SCANS = 5, NAN_WEIGHT = 7, NO_LOSS = 8 };

static void lay_scan(grade_run *run, int which)
{
    int *n = run->layout.number;
    n[A] = scans[which].layers, n[B] = scans[which].levels, n[C] = n[D] = 0;
    for (int l = 0; l < n[A]; l++) {
        n[C] += scans[which].counts[l];
        n[D] = scans[which].counts[l] > n[D] ? scans[which].counts[l] : n[D];
    }
    const size_t calls = (size_t)(n[A] * n[B]);
    float *w = grade_input(run, (size_t)n[C]);
    grade_random_fill(run, w, (size_t)n[C], -1, 1);
    memcpy(grade_input_bytes(run, (size_t)n[A] * sizeof(int)), scans[which].counts,
           (size_t)n[A] * sizeof(int));
    memcpy(grade_input_bytes(run, (size_t)n[B] * sizeof(double)), scans[which].sparsities,
           (size_t)n[B] * sizeof(double));
    double *answers = grade_input_bytes(run, calls * sizeof *answers);
    for (size_t i = 0; i < calls; i++) answers[i] = (double)grade_random_below(run, 1 << 20) / 1024;
    grade_output_bytes(run, calls * sizeof(double));
    grade_output(run, (size_t)n[D]);
    grade_output(run, calls * (size_t)(LOG_MASK + n[D]));
    grade_output_bytes(run, sizeof(int));
    if (which == NAN_WEIGHT) w[n[C] - 1] = NAN;
    if (which == NO_LOSS) n[NULLS] = 1 << 4;
}

bool comp_fill_scan(grade_run *run) { return run->step < GOOD_SCANS && (lay_scan(run, run->step), true); }

bool comp_fill_bad_scan(grade_run *run)
{
    return GOOD_SCANS + run->step < COUNT(scans) && (lay_scan(run, GOOD_SCANS + run->step), true);
}

void comp_check_bad_scan(grade_run *run)
{
    const int which = GOOD_SCANS + run->step, calls = *(const int *)grade_result(run, 7);
    if (run->status != TT_BAD_VALUE)
        grade_wrong(run, "%s: got status \"%s\", expected \"%s\"",
                    which == NAN_WEIGHT ? "a weight of the last layer is NaN"
                    : which == NO_LOSS  ? "loss NULL"
                                        : "a sparsity outside 0 .. 1",
                    tt_status_text(run->status), tt_status_text(TT_BAD_VALUE));
    if (calls != 0) grade_wrong(run, "refused, but only after %d evaluations; expected none", calls);
    if (!grade_untouched(run, 4)) grade_wrong(run, "refused, but loss was written to");
}

void comp_check_scan(grade_run *run)
{
    comp_require_ok(run);
    const int layers = run->layout.number[A], levels = run->layout.number[B], largest = run->layout.number[D];
    const int calls = *(const int *)grade_result(run, 7), *counts = grade_given(run, 1);
    const double *sparsities = grade_given(run, 2), *answers = grade_given(run, 3),
                 *loss = grade_result(run, 4);
    if (calls != layers * levels)
        grade_wrong(run, "%s: got %d evaluations, expected %d", comp_call(run), calls, layers * levels);
    bool seen[16] = {false};
    for (int c = 0; c < calls; c++) {
        const float *log = (const float *)grade_result(run, 6) + (size_t)c * (size_t)(LOG_MASK + largest);
        if (log[LOG_LAYERS] != (float)layers || log[LOG_MASKS] != 1)
            grade_wrong(run,
                        "%s, evaluation %d: got %g layers and %g masks that are not NULL, expected %d and 1",
                        comp_call(run), c, (double)log[LOG_LAYERS], (double)log[LOG_MASKS], layers);
        const int l = (int)log[LOG_WHICH], count = counts[l];
        const float *w = grade_given(run, 0);
        for (int before = 0; before < l; before++) w += counts[before];
        float want[300];
        int v = 0, at = -1;
        for (; v < levels && at < 0; v++) {
            comp_oracle_largest(want, w, (size_t)count,
                                (size_t)count - prune_gone((size_t)count, sparsities[v]));
            if (memcmp(want, log + LOG_MASK, (size_t)count * sizeof *want) == 0 && !seen[l * levels + v])
                at = l * levels + v;
        }
        if (at < 0)
            grade_wrong(run, "%s, evaluation %d: layer %d's mask is of no sparsity that is left",
                        comp_call(run), c, l);
        seen[at] = true;
        if (!(loss[at] == answers[c]))
            grade_wrong(run,
                        "%s: got loss[%d] = %.8g, expected %.8g, what evaluate returned for layer %d at %g",
                        comp_call(run), at, loss[at], answers[c], l, sparsities[v - 1]);
    }
}

// --- Levels ---

typedef struct {
    int layers, levels;
} grid;

// Budgets from what is just too little to more than enough; the last step has the most layers and levels.
// Bytes near the end of size_t, which may not be summed without a look, once.
bool comp_fill_levels(grade_run *run)
{
    static const grid grids[] = {{1, 1}, {1, 5}, {3, 2}, {2, 8}, {4, 4}, {5, 3}};
    enum { STEPS = 4 * COUNT(grids) + 2 };
    if (run->step >= STEPS) return false;
    const grid g = run->step < STEPS - 2    ? grids[run->step / 4]
                   : run->step == STEPS - 2 ? (grid){8, 8}
                                            : (grid){2, 2};
    int *n = run->layout.number;
    n[A] = g.layers, n[B] = g.levels;
    const size_t cells = (size_t)(g.layers * g.levels);
    double *loss = grade_input_bytes(run, cells * sizeof *loss);
    size_t *bytes = grade_input_bytes(run, cells * sizeof *bytes), least = 0, most = 0;
    for (int l = 0; l < g.layers; l++) {
        size_t low = SIZE_MAX, high = 0;
        for (int v = 0; v < g.levels; v++, loss++, bytes++) {
            *loss = grade_random_below(run, 1000) - 100, *bytes = (size_t)(1 + grade_random_below(run, 5000));
            low = *bytes < low ? *bytes : low, high = *bytes > high ? *bytes : high;
        }
        least += low, most += high;
    }
    n[C] = run->step % 4 == 0   ? (int)least - 1
           : run->step % 4 == 1 ? (int)least
           : run->step % 4 == 2 ? (int)(least + most) / 2
                                : (int)most;
    if (run->step == STEPS - 2) n[C] = (int)(2 * least + most) / 3;
    if (run->step == STEPS - 1) bytes[-1] = bytes[-3] = SIZE_MAX - 1, n[C] = 10000;
    grade_output_bytes(run, (size_t)g.layers * sizeof(int));
    return true;
}

// The least loss by budget, layer by layer: another way than to try all choices. Bytes above the budget do
// not fit.
static double least_loss(const double *loss, const size_t *bytes, int layers, int levels, int budget)
{
    double *least = calloc((size_t)budget + 1, sizeof *least), result;
    if (!least) abort();
    for (int l = 0; l < layers; l++, loss += levels, bytes += levels)
        for (int b = budget; b >= 0; b--) {
            double best = INFINITY;
            for (int v = 0; v < levels; v++)
                if (bytes[v] <= (size_t)b) best = fmin(best, loss[v] + least[(size_t)b - bytes[v]]);
            least[b] = best;
        }
    result = least[budget];
    free(least);
    return result;
}

void comp_check_levels(grade_run *run)
{
    const int layers = run->layout.number[A], levels = run->layout.number[B], budget = run->layout.number[C];
    const double *loss = grade_given(run, 0);
    const size_t *bytes = grade_given(run, 1);
    const double want = least_loss(loss, bytes, layers, levels, budget);
    if (isinf(want)) {
        if (run->status != TT_BAD_VALUE || !grade_untouched(run, 2))
            grade_wrong(run, "%s, no choice fits: got status \"%s\", expected \"%s\" and level untouched",
                        comp_call(run), tt_status_text(run->status), tt_status_text(TT_BAD_VALUE));
        return;
    }
    comp_require_ok(run);
    const int *level = grade_result(run, 2);
    double got = 0;
    size_t used = 0;
    for (int l = 0; l < layers; l++) {
        if (level[l] < 0 || level[l] >= levels)
            grade_wrong(run, "%s: got level[%d] = %d, expected 0 .. %d", comp_call(run), l, level[l],
                        levels - 1);
        got += loss[l * levels + level[l]];
        if (__builtin_add_overflow(used, bytes[l * levels + level[l]], &used) || used > (size_t)budget)
            grade_wrong(run, "%s: the levels up to layer %d need more bytes than the budget has",
                        comp_call(run), l);
    }
    if (got != want)
        grade_wrong(run, "%s: the levels' losses sum to %g, expected %g", comp_call(run), got, want);
}
