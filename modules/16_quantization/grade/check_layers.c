// check_layers.c: layers, and networks of them: fill and check of section 9.
#include "checks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "oracle.h"

// --- Made from floats ---

enum { MAKE_W, MAKE_BIAS, MAKE_X_SCALE, MAKE_Q, MAKE_SCALES, MAKE_Q_BIAS };

bool quant_fill_make(grade_run *run)
{
    static const int shapes[][2] = {{9, 16}, {27, 5}, {100, 10}, {1, 1}};
    if (run->step >= 2 * COUNT(shapes)) return false;
    const int k = run->layout.number[A] = shapes[run->step / 2][0],
              n = run->layout.number[B] = shapes[run->step / 2][1];
    run->layout.number[C] = run->step % 2;
    quant_random_columns(run, grade_input(run, (size_t)k * n), k, n);
    grade_random_fill(run, grade_input(run, (size_t)n), (size_t)n, -1, 1);
    grade_random_fill(run, grade_input(run, 1), 1, 0.001f, 0.1f);
    grade_output_bytes(run, (size_t)k * n);
    grade_output(run, (size_t)n);
    grade_output_bytes(run, (size_t)n * sizeof(int32_t));
    return true;
}

// Bytes and bias are checked with the scales that were returned, so that one error is reported once.
void quant_check_make(grade_run *run)
{
    quant_check_status(run, TT_OK);
    const int k = run->layout.number[A], n = run->layout.number[B], per_channel = run->layout.number[C];
    const float *w = grade_given(run, MAKE_W), *bias = grade_given(run, MAKE_BIAS),
                *scales = grade_result(run, MAKE_SCALES);
    const double x_scale = *(const float *)grade_given(run, MAKE_X_SCALE);
    const int8_t *q = grade_result(run, MAKE_Q);
    const int32_t *q_bias = grade_result(run, MAKE_Q_BIAS);
    const char *how = per_channel ? "per channel" : "one scale for all";
    for (int j = 0; j < n; j++) {
        const float want = per_channel ? quant_oracle_scale(w, k, n, j) : quant_oracle_scale(w, k * n, 1, 0);
        if (!quant_is_near(scales[j], want, 1e-6))
            grade_wrong(run, "k = %d, n = %d, %s: got scales[%d] = %.8g, expected %.8g", k, n, how, j,
                        scales[j], want);
        const double steps = rint(bias[j] / (x_scale * scales[j])),
                     kept = fmax(-(1 << 30), fmin(1 << 30, steps));
        if (q_bias[j] != kept)
            grade_wrong(run, "k = %d, n = %d, %s: got bias[%d] = %d steps, expected %.0f", k, n, how, j,
                        q_bias[j], kept);
    }
    for (int i = 0; i < k * n; i++)
        if (!quant_oracle_is_quantized(q[i], w[i], scales[i % n], 0, -127, 127))
            grade_wrong(run, "k = %d, n = %d, %s: got q[%d][%d] = %d for %.3f steps", k, n, how, i / n, i % n,
                        q[i], (double)w[i] / scales[i % n]);
}

// --- Run ---

// Sizes of all that the layers of a job point to: inputs, or for quant_layer_prepare outputs.
typedef struct {
    size_t packed, numbers, scales, weights, widest;
} needs;

static needs need(const layer_row *rows, int count)
{
    needs all = {0};
    for (int i = 0; i < count; i++) {
        const quant_layer l = {.kind = (quant_kind)rows[i].kind,
                               .h = rows[i].h,
                               .w = rows[i].w,
                               .c = rows[i].c,
                               .out = rows[i].out};
        if (i < count - 1 && quant_layer_out(&l) > all.widest) all.widest = quant_layer_out(&l);
        if (l.kind == QUANT_POOL) continue;
        all.packed += quant_packed_bytes(quant_layer_k(&l), l.out);
        all.numbers += 4 * (size_t)l.out, all.scales += (size_t)l.out;
        all.weights += (size_t)quant_layer_k(&l) * l.out;
    }
    return all;
}

// The layers of a job with their raw weights, for check.
static void layers_of(grade_run *run, oracle_layer *layers)
{
    const int count = run->layout.number[A];
    quant_layer plain[MOST_LAYERS];
    const int8_t *weights = grade_result(run, RAW_WEIGHTS);
    point_at_layers(plain, count, grade_result(run, ROWS), grade_result(run, AFFINES),
                    grade_result(run, PACKED_WEIGHTS), grade_result(run, NUMBERS), grade_result(run, SCALES));
    for (int i = 0; i < count; i++) {
        layers[i] = (oracle_layer){plain[i], weights};
        weights += (size_t)quant_layer_k(&plain[i]) * plain[i].out;
    }
}

// A network of `count` rows, for `pictures` pictures on `path`, with scales that spread its bytes over their
// range. The last row gives floats if `ends`; if `bare`, the packed weights and numbers are outputs.
static void lay_network(grade_run *run, const layer_row *rows, int count, int pictures, quant_path path,
                        bool ends, bool bare)
{
    int *number = run->layout.number;
    number[A] = count, number[B] = pictures, number[C] = path;
    const int top = path == QUANT_7BIT ? 127 : 255;
    const needs all = need(rows, count);
    void *(*const room)(grade_run *, size_t) = bare ? grade_output_bytes : grade_input_bytes;
    const size_t in = (size_t)pictures * rows->h * rows->w * rows->c;
    quant_random_bytes(run, grade_input_bytes(run, in), in, top == 127 ? SEVEN_BIT : ANY);
    memcpy(grade_input_bytes(run, (size_t)count * sizeof *rows), rows, (size_t)count * sizeof *rows);
    quant_affine *affines = grade_input_bytes(run, 2 * (size_t)count * sizeof *affines);
    room(run, all.packed), room(run, all.numbers * sizeof(int32_t));
    grade_random_fill(run, grade_input(run, all.scales), all.scales, 0.005f, 0.015f);
    for (int i = 0; i < 2; i++) grade_output_bytes(run, pictures * all.widest);
    const layer_row *last = &rows[count - 1];
    const quant_layer end = {
        .kind = (quant_kind)last->kind, .h = last->h, .w = last->w, .c = last->c, .out = last->out};
    grade_output_bytes(run, pictures * quant_layer_out(&end) * (ends ? sizeof(float) : 1));
    quant_random_weights(run, grade_input_bytes(run, all.weights), all.weights, ANY);
    quant_affine from = {0.0123f, grade_random_below(run, top + 1), top};
    for (int i = 0; i < count; i++) {
        const quant_layer l = {
            .kind = (quant_kind)rows[i].kind, .h = rows[i].h, .w = rows[i].w, .c = rows[i].c};
        affines[2 * i] = from;
        if (l.kind != QUANT_POOL) // 40 steps are about one standard deviation of the sums
            from = (quant_affine){from.scale * 0.01f * 5500 * sqrtf((float)quant_layer_k(&l)) /
                                      (40.0f * top / 255),
                                  grade_random_below(run, top / 2), top};
        if (i == count - 1 && ends) from = (quant_affine){0};
        affines[2 * i + 1] = from;
    }
}

// What quant_layer_prepare would have made, and a random bias.
static void make_ready(grade_run *run)
{
    oracle_layer layers[MOST_LAYERS];
    layers_of(run, layers);
    for (int i = 0; i < run->layout.number[A]; i++) {
        quant_layer *l = &layers[i].l;
        if (l->kind == QUANT_POOL) continue;
        quant_oracle_pack(l->packed, l->sums, layers[i].weights, quant_layer_k(l), l->out);
        for (int j = 0; j < l->out; j++) {
            l->bias[j] = grade_random_below(run, 20001) - 10000;
            if (l->to.scale > 0)
                quant_oracle_fixed_point(&l->multiplier[j], &l->shift[j],
                                         (double)l->in.scale * l->scales[j] / l->to.scale);
        }
    }
}

static const layer_row single[] = {
    {QUANT_CONV, 6, 5, 3, 17, 1},   {QUANT_CONV, 4, 4, 16, 32, 0}, {QUANT_LINEAR, 1, 1, 50, 33, 1},
    {QUANT_LINEAR, 3, 3, 8, 16, 0}, {QUANT_POOL, 7, 6, 5, 5, 0},
};

bool quant_fill_prepare(grade_run *run)
{
    if (run->step > COUNT(single)) return false;
    const bool ends = run->step == COUNT(single);
    lay_network(run, &single[ends ? 2 : run->step], 1, 1, QUANT_PLAIN, ends, true);
    return true;
}

void quant_check_prepare(grade_run *run)
{
    enum { MOST = 4096 };
    quant_check_status(run, TT_OK);
    oracle_layer o;
    int8_t packed[2 * MOST];
    int32_t sums[64];
    layers_of(run, &o);
    const quant_layer *l = &o.l;
    if (l->kind == QUANT_POOL) return;
    quant_oracle_pack(packed, sums, o.weights, quant_layer_k(l), l->out);
    if (memcmp(packed, l->packed, quant_packed_bytes(quant_layer_k(l), l->out)) ||
        memcmp(sums, l->sums, (size_t)l->out * sizeof *sums))
        grade_wrong(run, "the packed weights or their sums are not what quant_pack makes of w");
    for (int j = 0; j < l->out && l->to.scale > 0; j++) {
        int32_t multiplier = 0, shift = 0;
        const double scale = (double)l->in.scale * l->scales[j] / l->to.scale;
        quant_oracle_fixed_point(&multiplier, &shift, scale);
        // The student's code may divide in another order.
        if (abs(l->multiplier[j] - multiplier) > 256 || l->shift[j] != shift)
            grade_wrong(run, "column %d: got %d / 2^%d, expected %d / 2^%d for %.6g", j, l->multiplier[j],
                        l->shift[j], multiplier, shift, scale);
    }
}

bool quant_fill_layer(grade_run *run)
{
    if (run->step >= 2 * COUNT(single)) return false;
    lay_network(run, &single[run->step / 2], 1, 3, run->step % 2 ? quant_best_path(255) : QUANT_PLAIN, false,
                false);
    make_ready(run);
    return true;
}

static const char *const kind_names[] = {"convolution", "linear layer", "pool"};

void quant_check_layer(grade_run *run)
{
    quant_check_status(run, TT_OK);
    oracle_layer o;
    uint8_t want[4096];
    layers_of(run, &o);
    const int pictures = run->layout.number[B], count = pictures * (int)quant_layer_out(&o.l);
    const uint8_t *got = grade_result(run, OUT);
    quant_oracle_layer_run(want, grade_given(run, IN), &o, pictures);
    for (int i = 0; i < count; i++)
        if (got[i] != want[i])
            grade_wrong(run, "%s of %d x %d x %d to %d%s, path %s: got y[%d] = %d, expected %d",
                        kind_names[o.l.kind], o.l.h, o.l.w, o.l.c, o.l.out, o.l.relu ? ", relu" : "",
                        quant_path_names[run->layout.number[C]], i, got[i], want[i]);
}

bool quant_fill_logits(grade_run *run)
{
    static const layer_row rows[] = {
        {QUANT_LINEAR, 1, 1, 64, 10, 0}, {QUANT_LINEAR, 4, 4, 16, 33, 0}, {QUANT_LINEAR, 1, 1, 1, 1, 0}};
    if (run->step >= COUNT(rows)) return false;
    lay_network(run, &rows[run->step], 1, 4, quant_best_path(255), true, false);
    make_ready(run);
    return true;
}

// Networks for quant_fill_network; small, because the oracle is slow.
static const layer_row network_cnn[] = {{QUANT_CONV, 8, 8, 2, 16, 1},
                                        {QUANT_POOL, 8, 8, 16, 16, 0},
                                        {QUANT_CONV, 4, 4, 16, 20, 0},
                                        {QUANT_CONV, 4, 4, 20, 16, 1},
                                        {QUANT_LINEAR, 4, 4, 16, 10, 0}};
static const layer_row network_mlp[] = {
    {QUANT_LINEAR, 7, 7, 1, 40, 1}, {QUANT_LINEAR, 1, 1, 40, 33, 1}, {QUANT_LINEAR, 1, 1, 33, 10, 0}};
static const layer_row network_misfit[] = {{QUANT_LINEAR, 7, 7, 1, 40, 1}, {QUANT_LINEAR, 1, 1, 41, 10, 0}};
static const layer_row network_one[] = {{QUANT_LINEAR, 5, 1, 4, 3, 0}};
enum { NETWORK_MISFIT = 6 };

bool quant_fill_network(grade_run *run)
{
    static const struct {
        const layer_row *rows;
        int count, pictures;
    } networks[] = {{network_cnn, COUNT(network_cnn), 3},
                    {network_mlp, COUNT(network_mlp), 5},
                    {network_one, 1, 2},
                    {network_misfit, 2, 2}};
    if (run->step > NETWORK_MISFIT) return false;
    const int which = run->step / 2;
    lay_network(run, networks[which].rows, networks[which].count, networks[which].pictures,
                run->step % 2 ? quant_best_path(255) : QUANT_PLAIN, true, false);
    make_ready(run);
    return true;
}

// The logits of a network, or of one layer. A product of three floats may be rounded in any order.
void quant_check_network(grade_run *run)
{
    oracle_layer layers[MOST_LAYERS];
    uint8_t bytes[2][8192];
    int32_t sums[512];
    layers_of(run, layers);
    const int count = run->layout.number[A], pictures = run->layout.number[B];
    const uint8_t *x = grade_given(run, IN);
    const float *got = grade_result(run, OUT);
    if (run->row->argument == NETWORK && run->step == NETWORK_MISFIT) {
        if (run->status != TT_BAD_SHAPE || !grade_untouched(run, OUT))
            grade_wrong(
                run,
                "a layer of 41 behind one of 40: got status \"%s\", expected \"%s\" and logits untouched",
                tt_status_text(run->status), tt_status_text(TT_BAD_SHAPE));
        return;
    }
    quant_check_status(run, TT_OK);
    for (int i = 0; i < count - 1; i++) {
        quant_oracle_layer_run(bytes[i % 2], x, &layers[i], pictures);
        x = bytes[i % 2];
    }
    const quant_layer *last = &layers[count - 1].l;
    quant_oracle_sums(sums, x, &layers[count - 1], pictures);
    for (int i = 0; i < pictures * last->out; i++) {
        const double want = (double)last->in.scale * last->scales[i % last->out] * sums[i];
        if (!quant_is_near(got[i], want, 5e-7))
            grade_wrong(run, "%d layers, path %s: got logits[%d][%d] = %.8g, expected %.8g: %d steps", count,
                        quant_path_names[run->layout.number[C]], i / last->out, i % last->out, got[i], want,
                        sums[i]);
    }
}
