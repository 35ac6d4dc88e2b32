// check_samples.c: quantiles, accuracy and nats of random samples and logits.
#include "checks.h"

#include <math.h>

#include "oracle.h"

// --- Quantiles ---

bool oly_fill_quantile(grade_run *run)
{
    static const struct {
        int n;
        double quantile; // -1: any
    } rows[] = {{1, 0.5},  {1, 1},      {2, 0.5}, {2, -1},   {3, 0.5},   {4, 0.5},
                {4, 0.95}, {5, 0},      {5, 1},   {10, 0.5}, {100, 0.5}, {101, 0.95},
                {999, -1}, {1000, 0.5}, {7, -1},  {8, -1},   {20, 0.95}};
    if (run->step >= COUNT(rows)) return false;
    const int n = run->layout.number[A] = rows[run->step].n;
    double *samples = oly_doubles(run, (size_t)n);
    for (int i = 0; i < n; i++) samples[i] = oly_once_in(run, 4) ? 2 : exp(oly_uniform(run, -6, 6));
    const double quantile = rows[run->step].quantile;
    *oly_doubles(run, 1) = quantile < 0 ? oly_uniform(run, 0, 1) : quantile;
    ROOM(double);
    return true;
}

void oly_check_quantile(grade_run *run)
{
    oly_require_status(run, TT_OK, "");
    const double quantile = *(const double *)grade_given(run, 1);
    oly_compare_number(run, "value", *(const double *)grade_result(run, 2),
                       oly_oracle_quantile(grade_given(run, 0), run->layout.number[A], quantile));
}

// --- Logits ---

static float *lay_logits(grade_run *run, int count, int classes)
{
    run->layout.number[A] = count, run->layout.number[B] = classes;
    float *logits = grade_input(run, (size_t)count * (size_t)classes);
    int *answers = grade_input_bytes(run, (size_t)count * sizeof(int));
    for (int i = 0; i < count; i++) answers[i] = grade_random_below(run, classes);
    ROOM(double);
    return logits;
}

// Whole numbers, so that there are many equals; here and there a NaN or an infinity.
bool oly_fill_accuracy(grade_run *run)
{
    static const int counts[] = {1, 3, 10, 57, 200, 33, 8, 100}, classes[] = {1, 2, 3, 10, 10, 7, 40, 2};
    if (run->step >= COUNT(counts)) return false;
    const int count = counts[run->step], c = classes[run->step];
    float *logits = lay_logits(run, count, c);
    grade_random_integers(run, logits, (size_t)count * (size_t)c, run->step % 2 ? -9 : -3, -1);
    if (run->step < 3) return true;
    static const float odd[] = {NAN, -INFINITY, INFINITY};
    for (int i = 0; i < count; i++) {
        float *row = logits + i * c;
        if (oly_once_in(run, 6)) row[grade_random_below(run, c)] = odd[grade_random_below(run, 3)];
        else if (oly_once_in(run, 12)) // nothing is above the first
            for (int j = 0; j < c; j++) row[j] = -INFINITY;
    }
    return true;
}

void oly_check_accuracy(grade_run *run)
{
    oly_require_status(run, TT_OK, "");
    oly_compare_number(run, "share", *(const double *)grade_result(run, 2),
                       oly_oracle_accuracy(grade_given(run, 0), grade_given(run, 1), run->layout.number[A],
                                           run->layout.number[B]));
}

bool oly_fill_nats(grade_run *run)
{
    static const int counts[] = {1, 2, 64, 500, 20000, 7}, classes[] = {1, 2, 10, 65, 3, 128};
    if (run->step >= COUNT(counts)) return false;
    float *logits = lay_logits(run, counts[run->step], classes[run->step]);
    grade_random_fill(run, logits, (size_t)counts[run->step] * (size_t)classes[run->step], -6, 6);
    return true;
}

// From logits of which every exp overflows to targets whose share of the softmax no double can hold.
bool oly_fill_large_logits(grade_run *run)
{
    static const float sizes[] = {90, 700, 1000, 1e10F, 3e38F};
    if (run->step >= 2 * COUNT(sizes)) return false;
    const float size = sizes[run->step / 2], middle = run->step % 2 ? size / 2 : 0;
    enum { ROWS = 20, CLASSES = 5 };
    float *logits = lay_logits(run, ROWS, CLASSES);
    grade_random_fill(run, logits, (size_t)ROWS * CLASSES, middle - size / 2, middle + size / 2);
    return true;
}

void oly_check_nats(grade_run *run)
{
    oly_require_status(run, TT_OK, "");
    const double got = *(const double *)grade_result(run, 2),
                 want = oly_oracle_nats(grade_given(run, 0), grade_given(run, 1), run->layout.number[A],
                                        run->layout.number[B]);
    if (want == 0 && got == 0) return; // one class
    oly_compare_number(run, "nats", got, want);
}
