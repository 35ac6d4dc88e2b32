// check_network.c: sparse layers with bias and relu, and several of them in a row.
#include "checks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "oracle.h"

enum { WIDEST = 70, BATCH = 70 };

// One layer, dense, in double: out (rows, n) = relu(w x + bias), x (cols, n).
static void run_layer(double *out, const double *x, const float *w, const float *bias, int rows, int cols,
                      int n, bool relu)
{
    for (int j = 0; j < rows; j++)
        for (int i = 0; i < n; i++) {
            double sum = (double)bias[j];
            for (int p = 0; p < cols; p++) sum += (double)w[j * cols + p] * x[p * n + i];
            out[j * n + i] = relu && sum < 0 ? 0 : sum;
        }
}

// Whole numbers, so that every sum is exact. formats: 1, and at the end neither and both.
bool comp_fill_linear(grade_run *run)
{
    static const int sizes[][3] = {{3, 5, 1}, {10, 17, 7}, {33, 20, 65}, {64, 40, 64}, {1, 70, 3}, {0, 5, 3}};
    enum { GOOD = 4 * COUNT(sizes) };
    if (run->step >= GOOD + 2) return false;
    int *n = run->layout.number;
    const int *size = sizes[run->step < GOOD ? run->step / 4 : 1], rows = size[0], cols = size[1];
    static float w[WIDEST * WIDEST], values[WIDEST * (WIDEST + 16)];
    static int32_t starts[WIDEST + 2], columns[WIDEST * WIDEST];
    comp_random_weights(run, w, cols, rows, 40);
    n[A] = rows, n[B] = cols, n[C] = size[2], n[D] = (int[]){0, 4, 8, 16}[run->step % 4];
    n[F] = grade_random_below(run, 2), n[G] = run->step < GOOD ? 1 : run->step == GOOD ? 0 : 2;
    n[E] = comp_oracle_sparse(starts, columns, values, w, NULL, cols, rows, n[D]);
    comp_lay(run);
    const int high = n[D] ? n[D] : 1;
    memcpy(comp_array(run, 0), starts, (size_t)(sparse_strips(rows, high) + 1) * sizeof *starts);
    memcpy(comp_array(run, 1), columns, (size_t)n[E] * sizeof *columns);
    memcpy(comp_array(run, 2), values, (size_t)(n[E] * high) * sizeof *values);
    grade_random_integers(run, comp_array(run, 3), (size_t)(cols * size[2]), -8, 8);
    grade_random_integers(run, comp_array(run, 4), (size_t)rows, -50, 50);
    return true;
}

void comp_check_linear(grade_run *run)
{
    const int *n = run->layout.number;
    if (n[G] != 1) {
        if (run->status != TT_BAD_VALUE || !grade_untouched(run, 5))
            grade_wrong(run, "%s of csr and blocks: got status \"%s\", expected \"%s\" and y untouched",
                        n[G] ? "both" : "none", tt_status_text(run->status), tt_status_text(TT_BAD_VALUE));
        return;
    }
    comp_require_ok(run);
    static float dense[WIDEST * WIDEST];
    static double x[WIDEST * BATCH], want[WIDEST * BATCH];
    comp_oracle_dense(dense, grade_given(run, 0), grade_given(run, 1), grade_given(run, 2), n[A], n[B], n[D]);
    for (int i = 0; i < n[B] * n[C]; i++) x[i] = (double)((const float *)grade_given(run, 3))[i];
    run_layer(want, x, dense, grade_given(run, 4), n[A], n[B], n[C], n[F]);
    comp_compare(run, 5, n[F] ? "y (relu)" : "y", (size_t)(n[A] * n[C]), want, NULL);
}

// --- A network ---

// Widths from the inputs on, and the height of each layer's blocks (0: CSR). Depths odd and even: the last
// result lies in one work array or the other.
static const struct {
    int layers, widths[5], heights[4], n;
} networks[] = {
    {1, {6, 5}, {0}, 3},
    {1, {5, 9}, {4}, 1},
    {2, {20, 33, 10}, {4, 0}, 7},
    {3, {30, 17, 40, 10}, {0, 8, 16}, 64},
    {4, {9, 12, 5, 20, 3}, {16, 0, 4, 8}, 65},
    {2, {3, 70, 2}, {0, 0}, 0},
    // From here on refused: layers that do not fit each other, no layer.
    {2, {20, 33, 10}, {4, 0}, 7},
    {0, {5, 5}, {0}, 3},
};
enum { GOOD_NETWORKS = 6 };

static void lay_network(grade_run *run, int which)
{
    const int layers = networks[which].layers, n = networks[which].n, *widths = networks[which].widths;
    static sparse_sizes sizes[4];
    static int32_t starts[4 * (WIDEST + 1)], columns[4 * WIDEST * WIDEST];
    static float values[4 * WIDEST * (WIDEST + 16)], w[WIDEST * WIDEST];
    size_t start = 0, column = 0, value = 0, bias = 0;
    int widest = widths[0];
    for (int l = 0; l < layers; l++) {
        const int in = widths[l], out = widths[l + 1], height = networks[which].heights[l],
                  high = height ? height : 1;
        comp_random_weights(run, w, in, out, 50);
        for (int i = 0; i < in * out; i++)
            w[i] = fminf(fmaxf(w[i], -2), 2); // sums stay exact through four layers
        const int stored =
            comp_oracle_sparse(starts + start, columns + column, values + value, w, NULL, in, out, height);
        sizes[l] = (sparse_sizes){out, in, height, l < layers - 1, stored};
        start += (size_t)sparse_strips(out, high) + 1, column += (size_t)stored,
            value += (size_t)(stored * high);
        bias += (size_t)out, widest = out > widest ? out : widest;
    }
    if (which == GOOD_NETWORKS) sizes[1].cols--;
    run->layout.number[A] = layers, run->layout.number[B] = n;
    memcpy(grade_input_bytes(run, (size_t)layers * sizeof *sizes), sizes, (size_t)layers * sizeof *sizes);
    memcpy(grade_input_bytes(run, start * sizeof *starts), starts, start * sizeof *starts);
    memcpy(grade_input_bytes(run, column * sizeof *columns), columns, column * sizeof *columns);
    memcpy(grade_input(run, value), values, value * sizeof *values);
    grade_random_integers(run, grade_input(run, bias), bias, -3, 3);
    const size_t inputs = (size_t)(widths[0] * n), logits = (size_t)(widths[layers] * n);
    grade_random_integers(run, grade_input(run, inputs), inputs, -3, 3);
    grade_output(run, (size_t)(widest * n)), grade_output(run, (size_t)(widest * n)),
        grade_output(run, logits);
}

bool comp_fill_network(grade_run *run)
{
    return run->step < GOOD_NETWORKS && (lay_network(run, run->step), true);
}

bool comp_fill_bad_network(grade_run *run)
{
    return GOOD_NETWORKS + run->step < COUNT(networks) && (lay_network(run, GOOD_NETWORKS + run->step), true);
}

void comp_check_bad_network(grade_run *run)
{
    if (run->status != TT_BAD_SHAPE || !grade_untouched(run, 8))
        grade_wrong(run, "%s: got status \"%s\", expected \"%s\" and logits untouched",
                    run->step ? "no layer"
                              : "a layer with one input less than the layer before it has outputs",
                    tt_status_text(run->status), tt_status_text(TT_BAD_SHAPE));
}

void comp_check_network(grade_run *run)
{
    comp_require_ok(run);
    const sparse_sizes *s = grade_given(run, 0);
    const int32_t *starts = grade_given(run, 1), *columns = grade_given(run, 2);
    const float *values = grade_given(run, 3), *bias = grade_given(run, 4), *x = grade_given(run, 5);
    const int layers = run->layout.number[A], n = run->layout.number[B];
    static double at[2][WIDEST * BATCH], want[WIDEST * BATCH];
    static float dense[WIDEST * WIDEST];
    for (int i = 0; i < s[0].cols * n; i++) at[0][i] = (double)x[i % n * s[0].cols + i / n];
    for (int l = 0; l < layers; l++) {
        const int high = s[l].height ? s[l].height : 1;
        comp_oracle_dense(dense, starts, columns, values, s[l].rows, s[l].cols, s[l].height);
        run_layer(at[(l + 1) % 2], at[l % 2], dense, bias, s[l].rows, s[l].cols, n, s[l].relu);
        starts += sparse_strips(s[l].rows, high) + 1, columns += s[l].stored, values += s[l].stored * high;
        bias += s[l].rows;
    }
    const int outputs = s[layers - 1].rows;
    for (int i = 0; i < n * outputs; i++) want[i] = at[layers % 2][i % outputs * n + i / outputs];
    comp_compare(run, 8, "logits", (size_t)(n * outputs), want, NULL);
}
