// check_distill.c: soft targets, the mixed loss and its gradient, against sums with 64 bits of precision.
#include "checks.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "oracle.h"

enum { CLASSES = 40, ROWS = 20 };

static void set_setting(grade_run *run, float temperature, float soft)
{
    float *o = comp_array(run, run->row->argument == TARGETS ? 1 : 3);
    o[0] = temperature;
    if (run->row->argument == LOSS) o[1] = soft;
}

static float pick_temperature(grade_run *run)
{
    return (float[]){1, 2, 4, 0.5f, 20}[grade_random_below(run, 5)];
}

// The last third in place.
bool comp_fill_targets(grade_run *run)
{
    if (run->step >= 12) return false;
    int *n = run->layout.number;
    n[A] = run->step == 0 ? 0 : 1 + grade_random_below(run, ROWS);
    n[B] = run->step == 1   ? 0
           : run->step == 2 ? 1
                            : 2 + grade_random_below(run, CLASSES - 1),
    n[C] = run->step >= 8;
    comp_lay(run);
    grade_random_fill(run, comp_array(run, 0), (size_t)(n[A] * n[B]), -9, 9);
    set_setting(run, pick_temperature(run), 0);
    return true;
}

// Logits whose differences no float holds, and temperatures that make them more.
bool comp_fill_extreme(grade_run *run)
{
    static const float temperatures[] = {1, 1e-3f, 1e-30f, FLT_MIN, 1e30f, FLT_MAX};
    static const float logits[] = {FLT_MAX, -FLT_MAX, 0, 1000, 1001, -1e30f, 88, -104};
    if (run->step >= 3 * COUNT(temperatures)) return false;
    int *n = run->layout.number;
    n[A] = 3, n[B] = COUNT(logits), n[C] = 0;
    comp_lay(run);
    float *z = comp_array(run, 0);
    for (int i = 0; i < n[A] * n[B]; i++)
        z[i] = logits[(i + i / n[B] * (run->step + 1)) % COUNT(logits)] / (i / n[B] == 2 ? 1e30f : 1);
    if (run->step % 3 == 1)
        for (int j = 0; j < n[B]; j++) z[j] = run->step % 2 ? 12345 : -12345; // all the same
    set_setting(run, temperatures[run->step / 3], 0);
    return true;
}

void comp_check_targets(grade_run *run)
{
    comp_require_ok(run);
    const int rows = run->layout.number[A], classes = run->layout.number[B];
    const float *z = grade_given(run, 0), temperature = *(const float *)grade_given(run, 1),
                *got = grade_result(run, 2);
    for (int i = 0; i < rows && classes > 0; i++) {
        double p[CLASSES], log_p[CLASSES];
        comp_oracle_softmax(p, log_p, z + i * classes, (double)temperature, classes);
        for (int j = 0; j < classes; j++) {
            // An exponent of x is off by its own rounding, |x| 2^-24, in a float.
            const double allowed = p[j] * (1e-5 + fabs(log_p[j]) * 0x1p-21) + 1e-37,
                         value = (double)got[i * classes + j];
            if (fabs(value - p[j]) <= allowed) continue;
            grade_wrong(run, "%s, temperature %g: got targets[%d] = %.8g, expected %.8g", comp_call(run),
                        (double)temperature, i * classes + j, value, p[j]);
        }
    }
}

// --- The loss ---

// soft 0, 1 and between; a teacher that is sure; logits far apart; dlogits NULL once in five.
bool comp_fill_loss(grade_run *run)
{
    if (run->step >= 20) return false;
    int *n = run->layout.number;
    n[A] = 1 + grade_random_below(run, ROWS),
    n[B] = run->step == 1 ? 1 : 2 + grade_random_below(run, CLASSES - 1);
    comp_lay(run);
    const float temperature = pick_temperature(run), soft = run->step % 4 == 0   ? 0
                                                            : run->step % 4 == 1 ? 1
                                                                                 : 0.7f;
    const float range = run->step % 3 == 2 ? 300 : 6, sure = run->step % 5 == 3 ? 200 : 4;
    grade_random_fill(run, comp_array(run, 0), (size_t)(n[A] * n[B]), -range, range);
    float teacher[CLASSES], *targets = comp_array(run, 1);
    for (int i = 0; i < n[A]; i++) {
        double p[CLASSES], log_p[CLASSES];
        grade_random_fill(run, teacher, (size_t)n[B], -sure, sure);
        comp_oracle_softmax(p, log_p, teacher, (double)temperature, n[B]);
        for (int j = 0; j < n[B]; j++) targets[i * n[B] + j] = (float)p[j];
        ((int *)comp_array(run, 2))[i] = grade_random_below(run, n[B]);
    }
    set_setting(run, temperature, soft);
    if (run->step % 5 == 4) n[NULLS] = 1 << 5;
    return true;
}

// The loss, and dlogits with the size of what they are made of: (rows, classes).
static double right_loss(grade_run *run, double *dlogits, double *parts)
{
    const int rows = run->layout.number[A], classes = run->layout.number[B];
    const float *z = grade_given(run, 0), *targets = grade_given(run, 1), *o = grade_given(run, 3);
    const int *labels = grade_given(run, 2);
    const double T = (double)o[0], soft = (double)o[1];
    double loss = 0;
    for (int i = 0; i < rows; i++, z += classes, targets += classes) {
        double p[CLASSES], log_p[CLASSES], p_T[CLASSES], log_p_T[CLASSES], total = 0;
        comp_oracle_softmax(p, log_p, z, 1, classes);
        comp_oracle_softmax(p_T, log_p_T, z, T, classes);
        for (int j = 0; j < classes; j++) total += (double)targets[j];
        for (int j = 0; j < classes; j++) {
            const double q = (double)targets[j], label = j == labels[i];
            loss -= ((1 - soft) * label * log_p[j] + soft * T * T * q * log_p_T[j]) / rows;
            dlogits[i * classes + j] = ((1 - soft) * (p[j] - label) + soft * T * (total * p_T[j] - q)) / rows;
            parts[i * classes + j] = ((1 - soft) * (p[j] + label) + soft * T * (p_T[j] + q)) / rows;
        }
    }
    return loss;
}

static double dlogits[ROWS * CLASSES], parts[ROWS * CLASSES];

void comp_check_loss(grade_run *run)
{
    comp_require_ok(run);
    const double want = right_loss(run, dlogits, parts), got = *(const double *)grade_result(run, 4);
    const float *o = grade_given(run, 3);
    if (!(fabs(got - want) <= 1e-4 * fabs(want) + 1e-5))
        grade_wrong(run, "%s, temperature %g, soft %g: got a loss of %.8g, expected %.8g", comp_call(run),
                    (double)o[0], (double)o[1], got, want);
}

void comp_check_gradient(grade_run *run)
{
    comp_require_ok(run);
    right_loss(run, dlogits, parts);
    const float *o = grade_given(run, 3), *got = grade_result(run, 5);
    if (run->layout.number[NULLS]) return;
    for (int i = 0; i < run->layout.number[A] * run->layout.number[B]; i++) {
        if (fabs((double)got[i] - dlogits[i]) <= 1e-4 * parts[i] + 1e-7) continue; // false for NaN
        grade_wrong(run, "%s, temperature %g, soft %g: got dlogits[%d] = %.8g, expected %.8g", comp_call(run),
                    (double)o[0], (double)o[1], i, (double)got[i], dlogits[i]);
    }
}
