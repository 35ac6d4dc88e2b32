// check_masks.c: which weights go, compared with a sort by magnitude and index.
#include "checks.h"

#include <math.h>
#include <stdlib.h>

#include "oracle.h"

static const int sizes[] = {1, 2, 3, 7, 8, 64, 65, 100, 999, 4096};
static int pick_size(grade_run *run) { return sizes[grade_random_below(run, COUNT(sizes))]; }

// Orders that are bad for one pivot or another: rising, falling, up and down, all equal but one.
static void order(float *w, int count, int how)
{
    for (int i = 0; i < count; i++) {
        const int up = how == 0   ? i
                       : how == 1 ? count - i
                       : how == 2 ? (i < count / 2 ? i : count - i)
                                  : i == count / 2;
        w[i] = (float)(up + 1) * (i % 3 ? 0.25f : -0.25f);
    }
}

bool comp_fill_threshold(grade_run *run)
{
    enum { RANDOM = 24, ORDERS = 4, ENDS = 4 };
    int *n = run->layout.number;
    if (run->step >= RANDOM + ORDERS + ENDS) return false;
    n[A] = run->step < RANDOM ? pick_size(run) : 500;
    n[B] = run->step < RANDOM ? 1 + grade_random_below(run, n[A]) : run->step % 2 ? 250 : 3;
    const int end = run->step - RANDOM - ORDERS; // none, one, all; none of none
    if (end >= 0) n[A] = end == 3 ? 0 : 500, n[B] = (int[]){0, 1, 500, 0}[end];
    comp_lay(run);
    if (run->step >= RANDOM && end < 0) order(comp_array(run, 0), n[A], run->step - RANDOM);
    return true;
}

// Fewer than `keep` magnitudes lie above it, and no fewer from it on.
static bool is_keep_th(double threshold, const float *w, size_t count, size_t keep)
{
    size_t above = 0, from = 0;
    for (size_t i = 0; i < count; i++)
        above += fabs((double)w[i]) > threshold, from += fabs((double)w[i]) >= threshold;
    return above < keep && keep <= from;
}

void comp_check_threshold(grade_run *run)
{
    comp_require_ok(run);
    const int *n = run->layout.number;
    const float *got = grade_result(run, 1);
    if (is_keep_th((double)*got, grade_given(run, 0), (size_t)n[A], (size_t)n[B])) return;
    const double want = comp_oracle_largest(NULL, grade_given(run, 0), (size_t)n[A], (size_t)n[B]);
    comp_compare(run, 1, "threshold", 1, &want, NULL);
}

static double pick_sparsity(grade_run *run)
{
    static const double some[] = {0, 0.1, 0.25, 0.5, 0.7, 0.9, 0.98, 1};
    return some[grade_random_below(run, COUNT(some))];
}

bool comp_fill_mask(grade_run *run)
{
    if (run->step >= 30) return false;
    run->layout.number[A] = pick_size(run);
    comp_lay(run);
    *(double *)comp_array(run, 1) = pick_sparsity(run);
    return true;
}

// Few different magnitudes of both signs, or one.
bool comp_fill_ties(grade_run *run)
{
    if (run->step >= 20) return false;
    const int count = run->layout.number[A] = pick_size(run), most = run->step % 2 ? 1 : 3;
    comp_lay(run);
    float *w = comp_array(run, 0);
    grade_random_integers(run, w, (size_t)count, run->step % 5 ? 1 : 0, most);
    for (int i = 0; i < count; i++) w[i] *= (float)grade_random_sign(run);
    *(double *)comp_array(run, 1) = run->step < 3 ? 0.5 : pick_sparsity(run);
    return true;
}

static void compare_masks(grade_run *run, int at, int count)
{
    comp_require_ok(run);
    const double sparsity = *(const double *)grade_given(run, 1);
    const size_t gone = prune_gone((size_t)count, sparsity);
    const float *mask = grade_result(run, at);
    size_t zeros = 0;
    for (int i = 0; i < count; i++) zeros += mask[i] == 0;
    if (zeros != gone)
        grade_wrong(run, "%s, sparsity %g: got %zu zeros in the mask, expected %zu", comp_call(run), sparsity,
                    zeros, gone);
    float *want = grade_room(run, (size_t)count * sizeof *want);
    comp_oracle_largest(want, grade_given(run, 0), (size_t)count, (size_t)count - gone);
    comp_compare_floats(run, at, "mask", (size_t)count, want);
}

void comp_check_mask(grade_run *run) { compare_masks(run, 2, run->layout.number[A]); }

static void lay_layers(grade_run *run, int layers)
{
    int counts[MOST_LAYERS], *n = run->layout.number;
    n[A] = layers, n[B] = 0;
    for (int l = 0; l < layers; l++)
        n[B] += counts[l] = l == 1 && run->step % 4 == 0 ? 0 : pick_size(run) % 1000;
    comp_lay(run);
    for (int l = 0; l < layers; l++) ((int *)comp_array(run, 2))[l] = counts[l];
    *(double *)comp_array(run, 1) = pick_sparsity(run);
}

// Layers whose weights differ in size, as those of a trained network do.
bool comp_fill_masks(grade_run *run)
{
    if (run->step >= 16) return false;
    lay_layers(run, run->step == 15 ? 0 : 1 + grade_random_below(run, 5));
    float *w = comp_array(run, 0);
    const int *counts = comp_array(run, 2);
    for (int l = 0; l < run->layout.number[A]; l++)
        for (int i = 0; i < counts[l]; i++) *w++ *= ldexpf(1, l % 3 * 2);
    return true;
}

bool comp_fill_mask_ties(grade_run *run)
{
    if (run->step >= 12) return false;
    lay_layers(run, 2 + grade_random_below(run, 4));
    grade_random_integers(run, comp_array(run, 0), (size_t)run->layout.number[B], -2, 2);
    return true;
}

void comp_check_masks(grade_run *run) { compare_masks(run, 3, run->layout.number[B]); }

bool comp_fill_kept(grade_run *run)
{
    static const int shapes[][2] = {{0, 5}, {5, 0}, {1, 1}, {2, 5}, {3, 16}, {7, 17}, {30, 31}, {64, 10}};
    if (run->step >= 2 * COUNT(shapes)) return false;
    int *n = run->layout.number;
    n[A] = shapes[run->step / 2][0], n[B] = shapes[run->step / 2][1], n[C] = 4 << run->step % 3;
    n[D] = run->step % 4 ? 1 + grade_random_below(run, 784) : 1;
    comp_lay(run);
    float *mask = comp_array(run, 0);
    for (int i = 0; i < n[A] * n[B]; i++) mask[i] = grade_random_below(run, 10) < (run->step % 2 ? 1 : 5);
    return true;
}

void comp_check_kept(grade_run *run)
{
    comp_require_ok(run);
    const int *n = run->layout.number;
    const float *mask = grade_given(run, 0);
    const size_t weights = (size_t)n[A] * (size_t)n[B];
    int32_t *starts = grade_room(run, ((size_t)n[B] + 2 + weights) * sizeof *starts);
    float *values = grade_room(run, weights * 16 * sizeof *values);
    const int kept = comp_oracle_sparse(starts, starts + n[B] + 2, values, mask, NULL, n[A], n[B], 0);
    const int blocks = comp_oracle_sparse(starts, starts + n[B] + 2, values, mask, NULL, n[A], n[B], n[C]);
    const prune_counts *c = grade_result(run, 1);
    const struct {
        const char *name;
        double got, want;
    } rows[] = {
        {"weights", (double)c->weights, (double)weights},
        {"kept", (double)c->kept, kept},
        {"sparsity", c->sparsity, weights ? 1 - kept / (double)weights : 0},
        {"dense_bytes", (double)c->dense_bytes, 4.0 * (double)weights},
        {"csr_bytes", (double)c->csr_bytes, 8.0 * kept + 4.0 * (n[B] + 1)},
        {"blocks_bytes", (double)c->blocks_bytes,
         4.0 * blocks * (n[C] + 1) + 4.0 * (sparse_strips(n[B], n[C]) + 1)},
        {"macs", (double)c->macs, (double)kept * n[D]},
    };
    for (int i = 0; i < COUNT(rows); i++)
        if (!(fabs(rows[i].got - rows[i].want) <= 1e-12))
            grade_wrong(run, "%s, %d of %zu weights left in %d blocks: got %s = %.10g, expected %.10g",
                        comp_call(run), kept, weights, blocks, rows[i].name, rows[i].got, rows[i].want);
}
