// break.c: break-it cases: a student's test inputs against kernels in which a mistake was planted.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "grade.h"

// The input that is being tried, in memory that no child can reach; unused elements are 0.
static struct {
    int size[GRADE_BREAK_SIZES];
    grade_break_array in[GRADE_BREAK_ARRAYS], out;
    double truth[GRADE_BREAK_ROOM], allowed[GRADE_BREAK_ROOM];
    char text[80]; // "input 1 (m = 3, n = 5, k = 7)"
} now;

bool grade_break_fill(grade_run *run, const grade_break *b)
{
    assert_true(b->arrays <= GRADE_BREAK_ARRAYS && b->most <= GRADE_BREAK_MOST && b->kernel_count < 32);
    if (run->step >= b->inputs) return false;
    run->layout.number[0] = run->step;
    grade_output_bytes(run, sizeof now.size);
    for (int i = 0; i < b->arrays; i++) grade_output(run, (size_t)b->most * (size_t)b->most);
    return true;
}

static void take_sizes(grade_run *run, const grade_break *b)
{
    memcpy(now.size, grade_result(run, 0), sizeof now.size);
    int used = snprintf(now.text, sizeof now.text, "input %d (", run->step);
    for (int i = 0; i < GRADE_BREAK_SIZES && b->size_names[i]; i++) {
        if (now.size[i] < 0 || now.size[i] > b->most)
            grade_wrong(run, "input %d: %s is %d; expected 0 to %d%s", run->step, b->size_names[i],
                        now.size[i], b->most, now.size[i] == -1 ? " (was it set?)" : "");
        used += snprintf(now.text + used, sizeof now.text - (size_t)used, "%s%s = %d", i ? ", " : "",
                         b->size_names[i], now.size[i]);
    }
    snprintf(now.text + used, sizeof now.text - (size_t)used, ")");
}

static void take_arrays(grade_run *run, const grade_break *b)
{
    memset(now.in, 0, sizeof now.in);
    for (int i = 0; i < b->arrays; i++) {
        size_t count = b->count(now.size, i);
        assert_true(count <= (size_t)b->most * (size_t)b->most);
        memcpy(now.in[i], grade_result(run, i + 1), count * sizeof *now.in[i]);
        for (size_t x = 0; x < count; x++)
            if (!isfinite(now.in[i][x]))
                grade_wrong(run, "%s: %s[%zu] is %g; expected a finite number (was it written?)", now.text,
                            b->array_names[i], x, (double)now.in[i][x]);
    }
}

static bool is_right(const grade_break *b, grade_kernel *kernel)
{
    memset(now.out, 0xff, sizeof now.out); // NaN: an element that is never written is wrong
    kernel(now.out, now.size, now.in);
    size_t count = b->count(now.size, b->arrays), x = 0;
    while (x < count && fabs((double)now.out[x] - now.truth[x]) <= now.allowed[x]) x++; // stops at NaN
    return x == count;
}

// After the last input: points for the mistakes that were exposed, and the names of those that were not.
static void settle(grade_run *run, const grade_break *b)
{
    const int exposed = __builtin_popcount(run->exposed);
    char missed[200] = "";
    for (int i = 0; i < b->kernel_count; i++) {
        size_t used = strlen(missed);
        if (!(run->exposed >> i & 1))
            snprintf(missed + used, sizeof missed - used, "%s%s", used ? "; " : "", b->kernels[i].mistake);
    }
    if (!exposed)
        grade_wrong(run, "none of %d wrong kernels answered wrongly; the last was %s", b->kernel_count,
                    now.text);
    grade_share(run, (double)exposed / b->kernel_count, "%d of %d wrong kernels exposed%s%s", exposed,
                b->kernel_count, *missed ? "; not yet: " : "", missed);
}

void grade_break_check(grade_run *run, const grade_break *b)
{
    if (run->status != TT_OK)
        grade_wrong(run, "input %d: got status \"%s\", expected \"ok\"", run->step,
                    tt_status_text(run->status));
    take_sizes(run, b);
    take_arrays(run, b);
    b->truth(now.truth, now.allowed, now.size, now.in);
    if (!is_right(b, b->right))
        grade_wrong(run, "%s: the right kernel fails on it, too: its numbers are too large, or too small",
                    now.text);
    for (int i = 0; i < b->kernel_count; i++)
        if (!is_right(b, b->kernels[i].kernel)) run->exposed |= 1u << i;
    if (run->step == b->inputs - 1) settle(run, b);
}
