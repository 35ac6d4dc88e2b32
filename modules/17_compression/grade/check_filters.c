// check_filters.c: norms, what stays, and layers without what goes, compared number by number.
#include "checks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "oracle.h"

static int of(grade_run *run, const int *from, int count) { return from[grade_random_below(run, count)]; }

// The last step has one large weight, and so many small ones that a float sum loses them.
bool comp_fill_norms(grade_run *run)
{
    static const int rows[] = {0, 1, 3, 9, 144, 576}, out[] = {1, 2, 5, 16, 33};
    enum { LAST = 14 };
    if (run->step > LAST) return false;
    run->layout.number[A] = run->step == LAST ? 20000 : of(run, rows, COUNT(rows));
    run->layout.number[B] = of(run, out, COUNT(out));
    comp_lay(run);
    float *w = comp_array(run, 0);
    const int count = run->layout.number[A] * run->layout.number[B];
    for (int i = 0; i < count && run->step == LAST; i++)
        w[i] = (i < run->layout.number[B] ? 1 : 0x1p-25f) * (float)grade_random_sign(run);
    return true;
}

void comp_check_norms(grade_run *run)
{
    comp_require_ok(run);
    const int rows = run->layout.number[A], out = run->layout.number[B];
    const float *w = grade_given(run, 0);
    for (int j = 0; j < out; j++) {
        long double sum = 0;
        for (int p = 0; p < rows; p++) sum += fabsl((long double)w[(size_t)p * (size_t)out + (size_t)j]);
        const double got = (double)((const float *)grade_result(run, 1))[j];
        if (!(fabs(got - (double)sum) <= (double)sum * 0x1p-23))
            grade_wrong(run, "%s: got norms[%d] = %.9g, expected %.9g", comp_call(run), j, got, (double)sum);
    }
}

bool comp_fill_choose(grade_run *run)
{
    static const int out[] = {0, 1, 2, 5, 16, 33, 64};
    if (run->step >= 20) return false;
    int *n = run->layout.number;
    n[A] = run->step == 0 ? 0 : of(run, out, COUNT(out));
    n[B] = run->step % 5 == 1 ? n[A] : run->step % 5 == 2 ? 0 : grade_random_below(run, n[A] + 1);
    if (run->step % 4 == 3) n[A] = 64, n[B] = 20 + grade_random_below(run, 20); // in the middle of ties
    comp_lay(run);
    float *norms = comp_array(run, 0);
    for (int j = 0; j < n[A]; j++)
        norms[j] = run->step % 2 ? (float)grade_random_below(run, 3) : fabsf(norms[j]);
    return true;
}

// The oracle's mask as a list.
static void list_kept(int *kept, const float *norms, int out, int keep)
{
    float *stays = malloc(((size_t)out + 1) * sizeof *stays);
    if (!stays) abort();
    comp_oracle_largest(stays, norms, (size_t)out, (size_t)keep);
    for (int j = 0; j < out; j++)
        if (stays[j] != 0) *kept++ = j;
    free(stays);
}

void comp_check_choose(grade_run *run)
{
    comp_require_ok(run);
    int want[64];
    list_kept(want, grade_given(run, 0), run->layout.number[A], run->layout.number[B]);
    comp_compare_integers(run, 1, "kept", (size_t)run->layout.number[B], want);
}

// `keep` of `count` indices at random, ascending.
static void choose(grade_run *run, int *kept, int count, int keep)
{
    for (int i = 0; i < count && keep > 0; i++)
        if (grade_random_below(run, count - i) < keep) *kept++ = i, keep--;
}

bool comp_fill_outputs(grade_run *run)
{
    static const int rows[] = {1, 3, 9, 27}, out[] = {1, 2, 5, 16, 17};
    if (run->step >= 16) return false;
    int *n = run->layout.number;
    n[A] = of(run, rows, COUNT(rows)), n[B] = of(run, out, COUNT(out));
    n[C] = run->step % 8 == 0 ? 0 : run->step % 8 == 1 ? n[B] : grade_random_below(run, n[B] + 1);
    comp_lay(run);
    choose(run, comp_array(run, 1), n[B], n[C]);
    return true;
}

void comp_check_outputs(grade_run *run)
{
    comp_require_ok(run);
    const int *n = run->layout.number, *kept = grade_given(run, 1);
    const float *w = grade_given(run, 0);
    float want[27 * 17];
    for (int i = 0; i < n[A] * n[C]; i++) want[i] = w[i / n[C] * n[B] + kept[i % n[C]]];
    comp_compare_floats(run, 2, "smaller", (size_t)(n[A] * n[C]), want);
}

bool comp_fill_inputs(grade_run *run)
{
    static const int places[] = {1, 2, 9, 16}, channels[] = {1, 2, 5, 16}, out[] = {1, 3, 10};
    if (run->step >= 20) return false;
    int *n = run->layout.number;
    n[A] = of(run, places, COUNT(places)), n[B] = of(run, channels, COUNT(channels)),
    n[C] = of(run, out, COUNT(out));
    n[D] = run->step % 8 == 0 ? 0 : run->step % 8 == 1 ? n[B] : grade_random_below(run, n[B] + 1);
    comp_lay(run);
    choose(run, comp_array(run, 1), n[B], n[D]);
    return true;
}

void comp_check_inputs(grade_run *run)
{
    comp_require_ok(run);
    const int *n = run->layout.number, *kept = grade_given(run, 1), row = n[D] * n[C];
    const float *w = grade_given(run, 0);
    float want[16 * 16 * 10];
    for (int i = 0; i < n[A] * row; i++)
        want[i] = w[(i / row * n[B] + kept[i % row / n[C]]) * n[C] + i % n[C]];
    comp_compare_floats(run, 2, "smaller", (size_t)(n[A] * row), want);
}

// --- A chain ---

// The second is a small CNN: two convolutions, a linear layer behind a picture, a linear one.
static const struct {
    int layers;
    chain_sizes sizes[4];
    int keep[4];
} chains[] = {
    {1, {{1, 5, 7}}, {7}},
    {4, {{9, 1, 8}, {9, 8, 12}, {16, 12, 20}, {1, 20, 10}}, {4, 6, 11, 10}},
    {3, {{1, 30, 20}, {1, 20, 9}, {1, 9, 3}}, {7, 9, 3}},
    {3, {{1, 6, 5}, {1, 5, 4}, {1, 4, 2}}, {5, 4, 2}},
    {2, {{9, 3, 6}, {4, 6, 2}}, {0, 2}},
    {2, {{1, 4, 3}, {1, 3, 2}}, {1, 2}},
    {0, {{0}}, {0}},
    // From here on refused: layers that do not fit, outputs of the last one that go, more than there are.
    {2, {{1, 4, 3}, {1, 2, 2}}, {2, 2}},
    {2, {{1, 4, 3}, {1, 3, 2}}, {2, 1}},
    {2, {{1, 4, 3}, {1, 3, 2}}, {4, 2}},
    {2, {{1, 4, 3}, {1, 3, 2}}, {2, 2}}, // a NaN in the second layer
    {2, {{1, 4, 3}, {1, 3, 2}}, {2, 2}}, // no keep
};
enum { GOOD = 7, WITH_NAN = 10, NO_KEEP = 11 };

bool comp_fill_filters(grade_run *run)
{
    if (run->step >= COUNT(chains)) return false;
    const chain_sizes *s = chains[run->step].sizes;
    const int layers = run->layout.number[A] = chains[run->step].layers, *keep = chains[run->step].keep;
    size_t w = 0, bias = 0, smaller_w = 0, smaller_bias = 0;
    for (int l = 0; l < layers; l++) {
        w += (size_t)(s[l].places * s[l].channels * s[l].out), bias += (size_t)s[l].out;
        smaller_w += (size_t)(s[l].places * (l > 0 ? keep[l - 1] : s[l].channels) * keep[l]),
            smaller_bias += (size_t)keep[l];
    }
    const size_t bytes = (size_t)layers * sizeof *s;
    memcpy(grade_input_bytes(run, bytes), s, bytes);
    float *weights = grade_input(run, w);
    grade_random_fill(run, weights, w, -1, 1);
    grade_random_fill(run, grade_input(run, bias), bias, -1, 1);
    memcpy(grade_input_bytes(run, (size_t)layers * sizeof *keep), keep, (size_t)layers * sizeof *keep);
    grade_output(run, smaller_w), grade_output(run, smaller_bias), grade_output_bytes(run, bytes);
    if (run->step == 5) // ties: all of the first layer's norms are 4
        for (size_t i = 0; i < 12; i++) weights[i] = i % 2 ? 1 : -1;
    if (run->step == WITH_NAN) weights[w - 1] = NAN;
    if (run->step == NO_KEEP) run->layout.number[NULLS] = 1 << 3;
    return true;
}

static void check_refused_chain(grade_run *run)
{
    const tt_status want = run->step >= WITH_NAN ? TT_BAD_VALUE : TT_BAD_SHAPE;
    if (run->status != want)
        grade_wrong(run, "%s, %s: got status \"%s\", expected \"%s\"", comp_call(run),
                    run->step == WITH_NAN  ? "a weight is NaN"
                    : run->step == NO_KEEP ? "keep NULL"
                                           : "sizes do not fit",
                    tt_status_text(run->status), tt_status_text(want));
    if (!grade_untouched(run, 4) || !grade_untouched(run, 5) || !grade_untouched(run, 6))
        grade_wrong(run, "%s: refused, but smaller was written to", comp_call(run));
}

void comp_check_filters(grade_run *run)
{
    if (run->step >= GOOD) return check_refused_chain(run);
    comp_require_ok(run);
    const chain_sizes *s = grade_given(run, 0), *got = grade_result(run, 6);
    const float *w = grade_given(run, 1), *bias = grade_given(run, 2);
    const int *keep = grade_given(run, 3);
    const float *smaller = grade_result(run, 4), *smaller_bias = grade_result(run, 5);
    int inputs[32], outputs[32], channels = run->layout.number[A] > 0 ? s[0].channels : 0;
    for (int c = 0; c < channels; c++) inputs[c] = c;
    for (int l = 0; l < run->layout.number[A]; l++) {
        float norms[32];
        for (int j = 0; j < s[l].out; j++) {
            double sum = 0;
            for (int p = 0; p < s[l].places * s[l].channels; p++) sum += fabs((double)w[p * s[l].out + j]);
            norms[j] = (float)sum;
        }
        list_kept(outputs, norms, s[l].out, keep[l]);
        if (got[l].places != s[l].places || got[l].channels != channels || got[l].out != keep[l])
            grade_wrong(run, "layer %d of %d: got (%d, %d, %d), expected (%d, %d, %d)", l,
                        run->layout.number[A], got[l].places, got[l].channels, got[l].out, s[l].places,
                        channels, keep[l]);
        for (int i = 0; i < s[l].places * channels * keep[l]; i++, smaller++) {
            const int row = i / keep[l] / channels * s[l].channels + inputs[i / keep[l] % channels];
            const float want = w[row * s[l].out + outputs[i % keep[l]]];
            if (!(*smaller == want))
                grade_wrong(run, "layer %d of %d: got w[%d] = %.8g, expected %.8g", l, run->layout.number[A],
                            i, (double)*smaller, (double)want);
        }
        for (int j = 0; j < keep[l]; j++, smaller_bias++)
            if (!(*smaller_bias == bias[outputs[j]]))
                grade_wrong(run, "layer %d of %d: got bias[%d] = %.8g, expected %.8g", l,
                            run->layout.number[A], j, (double)*smaller_bias, (double)bias[outputs[j]]);
        w += s[l].places * s[l].channels * s[l].out, bias += s[l].out;
        memcpy(inputs, outputs, sizeof inputs), channels = keep[l];
    }
}
