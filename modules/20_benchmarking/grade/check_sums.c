// check_sums.c: sums of many lengths, compared with a loop in double precision.
#include "checks.h"

#include <math.h>
#include <stdlib.h>

#include "calls.h"
#include "given/textbook.h"
#include "measure/roofs.h"

typedef struct {
    int n, k;
} lengths;

static void lay(grade_run *run, lengths s, bool integers)
{
    if (run->row->argument == SCALE_ADD && s.k > 1) s.k = 1;
    run->layout.number[N] = s.n, run->layout.number[K] = s.k;
    size_t n = (size_t)abs(s.n), k = (size_t)abs(s.k);
    const size_t counts[] = {[X] = n + k - (n + k > 0), [W] = k, [START] = n};
    grade_output(run, n);
    for (int i = X; i <= START; i++) {
        float *to = grade_input(run, counts[i]);
        if (integers) grade_random_integers(run, to, counts[i], -8, 8);
        else grade_random_fill(run, to, counts[i], -1, 1);
    }
}

// Lengths around a multiple of a vector and of a strip.
static int pick(grade_run *run)
{
    static const int ragged[] = {1, 2, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65, 127, 257, 511, 513, 1030};
    return ragged[grade_random_below(run, COUNT(ragged))];
}

static bool fill(grade_run *run, bool integers)
{
    static const lengths fixed[] = {{1, 1},   {1, 9},   {9, 1},   {64, 64},
                                    {511, 7}, {512, 8}, {513, 3}, {1025, 16}};
    enum { RANDOM = 12 };
    if (run->step >= COUNT(fixed) + RANDOM) return false;
    lay(run, run->step < COUNT(fixed) ? fixed[run->step] : (lengths){pick(run), pick(run)}, integers);
    return true;
}

bool benchmarking_fill_ragged(grade_run *run) { return fill(run, false); }
bool benchmarking_fill_integers(grade_run *run) { return fill(run, true); }

enum { LONG = 1 << 16 }; // outputs of the timed case
bool benchmarking_fill_long(grade_run *run) { return lay(run, (lengths){LONG, 1024}, false), true; }

void benchmarking_yard_textbook(grade_run *run)
{
    static float out[LONG / TEXTBOOK_PART];
    benchmarking_textbook(out, grade_given(run, X), grade_given(run, W), COUNT(out), run->layout.number[K]);
}

// The same number of operations as additions of rows in the L1 cache: the sum with its loops swapped.
void benchmarking_yard_rows(grade_run *run) { roofs_rows(2.0 * run->layout.number[N] * run->layout.number[K]); }

static const struct door_row {
    lengths s;
    int nulls;
    tt_status want;
} door_rows[] = {
    {{0, 1}, 0, TT_OK},
    {{0, 1}, NULL_OUT | NULL_X | NULL_W, TT_OK},
    {{-1, 1}, 0, TT_BAD_SHAPE},
    {{5, 1}, NULL_OUT, TT_BAD_VALUE},
    {{5, 1}, NULL_X, TT_BAD_VALUE},
    // From here on for the moving sum alone, which has weights.
    {{5, 1}, NULL_W, TT_BAD_VALUE},
    {{5, 0}, 0, TT_BAD_SHAPE},
    {{5, -2}, 0, TT_BAD_SHAPE},
};
enum { WITHOUT_WEIGHTS = 5 };

bool benchmarking_fill_door(grade_run *run)
{
    if (run->step >= (run->row->argument == SCALE_ADD ? WITHOUT_WEIGHTS : COUNT(door_rows))) return false;
    lay(run, door_rows[run->step].s, false);
    run->layout.number[DOOR] = door_rows[run->step].nulls;
    return true;
}

void benchmarking_check_door(grade_run *run)
{
    const struct door_row *d = &door_rows[run->step];
    if (run->status != d->want)
        grade_wrong(run, "n = %d, k = %d%s%s%s: got status \"%s\", expected \"%s\"", d->s.n, d->s.k,
                    d->nulls & NULL_OUT ? ", out NULL" : "", d->nulls & NULL_X ? ", x NULL" : "",
                    d->nulls & NULL_W ? ", w NULL" : "", tt_status_text(run->status),
                    tt_status_text(d->want));
    if (!grade_untouched(run, OUT))
        grade_wrong(run, "n = %d, k = %d: out was written to, expected it untouched", d->s.n, d->s.k);
}

// Compare every output. Whole numbers of at most 8 sum exactly below 2^24, so there no error is allowed. Else a
// sum of c numbers of at most 1 in any order stays within 4 sqrt(c) u c of the truth (Higham and Mary 2019),
// u = 2^-24.
static void compare(grade_run *run, bool exact)
{
    if (run->status != TT_OK)
        grade_wrong(run, "got status \"%s\", expected \"ok\"", tt_status_text(run->status));
    enum { STRIP = 512 };
    const int n = run->layout.number[N], k = run->layout.number[K], added = k + 1;
    const float *out = grade_result(run, OUT), *x = grade_given(run, X), *w = grade_given(run, W);
    const float *start = grade_given(run, START);
    const double allowed = exact ? 0 : 4 * sqrt(added) * 0x1p-24 * added;
    for (int first = 0; first < n; first += STRIP) {
        double right[STRIP];
        int count = n - first < STRIP ? n - first : STRIP;
        for (int i = 0; i < count; i++)
            right[i] = run->row->argument == SCALE_ADD ? (double)start[first + i] : 0;
        for (int j = 0; j < k; j++)
            for (int i = 0; i < count; i++) right[i] += (double)w[j] * (double)x[first + i + j];
        for (int i = 0; i < count; i++) {
            double got = (double)out[first + i];
            if (fabs(got - right[i]) <= allowed) continue; // false for NaN
            grade_wrong(run, "n = %d, k = %d: got out[%d] = %.7g, expected %.7g within %.2g%s", n, k,
                        first + i, got, right[i], allowed, isnan(got) ? " (NaN: never written?)" : "");
        }
    }
}

void benchmarking_check_close(grade_run *run) { compare(run, false); }
void benchmarking_check_exact(grade_run *run) { compare(run, true); }
