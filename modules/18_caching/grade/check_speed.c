// check_speed.c: the yardsticks. Each has the instruction mix of the kernel that is compared with it.
//
// Decoding costs reading: its yardstick reads the same bytes once, front to back, in a loop that does nothing
// else. A block of attention costs products and exponentials.
#include "checks.h"

#include <pthread.h>
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
typedef struct {
    const float *x;
    size_t floats;
} part;

static void *read_part(void *p)
{
    measure_keep(roofs_read(((part *)p)->x, ((part *)p)->floats));
    return NULL;
}

// The matrix once, each half by a thread of its own.
void cache_yard_matrix_by_two(grade_run *run)
{
    const size_t floats = run->layout.bytes[1] / sizeof(float) / 256 * 128;
    const float *x = grade_given(run, 1);
    part half[2] = {{x, floats}, {x + floats, floats}};
    pthread_t other;
    const bool two = pthread_create(&other, NULL, read_part, &half[0]) == 0;
    for (int i = two; i < 2; i++) read_part(&half[i]);
    if (two) pthread_join(other, NULL);
}

void cache_yard_weights(grade_run *run) { read_array(run, 0, run->layout.number[CALLS]); }
void cache_yard_text(grade_run *run) { read_array(run, 0, run->layout.number[WANT]); }

void cache_yard_attention(grade_run *run)
{
    const int *n = run->layout.number;
    attention_roof(n[QUERIES], n[KEYS], n[HEADS], n[HEAD]);
}

// The timed appends: the rows of the whole cache, FILLINGS times, each time from other sources. Which rows
// of which layer are looked at is said in the next call, when the sources are others already: so they have
// to be where they belong.
enum { FILLINGS = 6, C = HELD_HEADS * HELD_HEAD };
static struct {
    int at;
    float sources[2][SOURCE_ROWS * C]; // of the filling that is looked at
} filling;

// The rows of the whole cache, copied once from the same sources to their places.
void cache_yard_copy(grade_run *run)
{
    (void)run;
    static float *to;
    if (!to) to = malloc(2ul * HELD_LAYERS * HELD_TOKENS * C * sizeof *to);
    for (int call = 0; to && call < FILLINGS; call++)
        for (int t = 0; t < HELD_TOKENS; t++)
            for (int part = 0; part < 2 * HELD_LAYERS; part++)
                memcpy(to + ((size_t)part * HELD_TOKENS + (size_t)t) * C,
                       filling.sources[part % 2] + (t + call) % SOURCE_ROWS * C, C * sizeof *to);
}

void cache_check_appends(grade_run *run)
{
    const int layer = run->layout.number[LOOKED_AT], from = run->layout.number[LOOKED_FROM];
    if (run->status != TT_OK)
        grade_wrong(run, "got status \"%s\", expected \"ok\"", tt_status_text(run->status));
    for (int t = 0; t < SOURCE_ROWS && layer >= 0; t++)
        for (int part = 0; part < 2; part++) {
            const float *got = (const float *)grade_result(run, 3 + part) + (size_t)t * C;
            if (memcmp(got, filling.sources[part] + (from + t) % SOURCE_ROWS * C, C * sizeof *got) != 0)
                grade_wrong(run, "row %d of layer %d is not the one that was appended", from + t, layer);
        }
}

static bool next_filling(grade_run *run)
{
    int *number = run->layout.number;
    if (filling.at == FILLINGS) return false;
    cache_check_appends(run);
    filling.at++;
    number[LOOKED_AT] = grade_random_below(run, HELD_LAYERS);
    number[LOOKED_FROM] = grade_random_below(run, HELD_TOKENS - SOURCE_ROWS + 1);
    number[APPENDING] = filling.at < FILLINGS;
    for (int i = 0; i < 2; i++) {
        memcpy(filling.sources[i], grade_given(run, 1 + i), sizeof *filling.sources);
        grade_random_fill(run, grade_renew(run, 1 + i), SOURCE_ROWS * C, -1, 1);
        grade_renew(run, 3 + i);
    }
    return true;
}

bool cache_fill_appends(grade_run *run)
{
    filling.at = 0;
    run->layout.number[LOOKED_AT] = -1, run->layout.number[APPENDING] = 1;
    grade_input(run, 1);
    for (int i = 0; i < 2; i++)
        grade_random_fill(run, grade_input(run, SOURCE_ROWS * C), SOURCE_ROWS * C, -1, 1);
    for (int i = 0; i < 2; i++) grade_output(run, SOURCE_ROWS * C);
    run->next = next_filling;
    return true;
}
