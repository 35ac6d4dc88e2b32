// check_speed.c: the yardsticks. Each has the instruction mix of the kernel that is compared with it.
//
// Decoding costs reading: its yardstick reads the same bytes once, front to back, in a loop that does nothing
// else. A block of attention costs products and exponentials.
#include "checks.h"

#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "given/attention_roof.h"

static float kept; // so that the compiler does not remove the reading

static void read_array(grade_run *run, int array, int times)
{
    size_t floats = run->layout.bytes[array] / sizeof(float) / 128 * 128;
    for (int i = 0; i < times; i++) kept += roofs_read(grade_given(run, array), floats);
}

void cache_yard_keys_and_values(grade_run *run)
{
    for (int i = 0; i < run->layout.number[TIMES]; i++) read_array(run, 1, 1), read_array(run, 2, 1);
}

void cache_yard_matrix(grade_run *run) { read_array(run, 1, run->layout.number[ROWS]); }
void cache_yard_weights(grade_run *run) { read_array(run, 0, run->layout.number[CALLS]); }
void cache_yard_text(grade_run *run) { read_array(run, 0, run->layout.number[WANT]); }

void cache_yard_attention(grade_run *run)
{
    const int *n = run->layout.number;
    attention_roof(n[QUERIES], n[KEYS], n[HEADS], n[HEAD]);
}

// The timed appends: that many rows into each layer of a cache, and the whole cache so many times.
enum { HELD_LAYERS = 4, TOKENS = 512, C = 512, APPENDING_CALLS = 6 };

// The rows of the whole cache, copied once from the same sources to their places.
void cache_yard_copy(grade_run *run)
{
    static float *to;
    if (!to) to = malloc(2ul * HELD_LAYERS * TOKENS * C * sizeof *to);
    for (int call = 0; to && call < run->layout.number[CACHE_CALLS]; call++)
        for (int t = 0; t < TOKENS; t++)
            for (int part = 0; part < 2 * HELD_LAYERS; part++)
                memcpy(to + ((size_t)part * TOKENS + (size_t)t) * C,
                       (const float *)grade_given(run, 1 + part % 2) + (t + call) % 64 * C, C * sizeof *to);
}

bool cache_fill_appends(grade_run *run)
{
    run->layout.number[CACHE_CALLS] = APPENDING_CALLS;
    grade_input(run, 1);
    for (int i = 0; i < 2; i++) grade_random_fill(run, grade_input(run, 64 * C), 64 * C, -1, 1);
    for (int i = 0; i < 2; i++) grade_output(run, TOKENS * C);
    return true;
}

void cache_check_appends(grade_run *run)
{
    if (run->status != TT_OK)
        grade_wrong(run, "got status \"%s\", expected \"ok\"", tt_status_text(run->status));
    for (int t = 0; t < TOKENS; t++)
        for (int part = 0; part < 2; part++) {
            const float *got = (const float *)grade_result(run, 3 + part) + (size_t)t * C;
            int source = (t + run->layout.number[CACHE_CALLS] - 1) % 64;
            if (memcmp(got, (const float *)grade_given(run, 1 + part) + source * C, C * sizeof *got) != 0)
                grade_wrong(run, "row %d of the last layer is not the one that was appended", t);
        }
}
