// layout.c: a job in the shared memory: its arrays, guard bytes round each, and the parent's own copy of all of it.
#include "layout.h"

#include "engine/report/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static unsigned char guard[JOB_GUARD_BYTES]; // of this job

static void *add_array(grade_run *run, size_t bytes, bool is_input)
{
    job_layout *l = &run->layout;
    int i = l->arrays;
    uint64_t start = sizeof(job_layout) + JOB_GUARD_BYTES;
    if (i > 0) start = l->offset[i - 1] + l->bytes[i - 1] + JOB_GUARD_BYTES;
    start = (start + JOB_GUARD_BYTES + 63) / 64 * 64;
    assert_true(i < JOB_MOST_ARRAYS && start + bytes + JOB_GUARD_BYTES <= JOB_ROOM_BYTES);
    l->offset[i] = start;
    l->bytes[i] = bytes;
    l->arrays++;
    run->is_input[i] = is_input;
    char *at = (char *)run->memory + start;
    memcpy(at - JOB_GUARD_BYTES, guard, JOB_GUARD_BYTES);
    memcpy(at + bytes, guard, JOB_GUARD_BYTES);
    if (!is_input) memset(at, 0xff, bytes); // NaN
    return at;
}

void *grade_input_bytes(grade_run *run, size_t bytes) { return add_array(run, bytes, true); }
void *grade_output_bytes(grade_run *run, size_t bytes) { return add_array(run, bytes, false); }
float *grade_input(grade_run *run, size_t count) { return add_array(run, count * sizeof(float), true); }
float *grade_output(grade_run *run, size_t count) { return add_array(run, count * sizeof(float), false); }

const void *grade_result(grade_run *run, int i) { return (char *)run->memory + run->layout.offset[i]; }
const void *grade_given(grade_run *run, int i) { return run->copy[i]; }

bool grade_untouched(grade_run *run, int i)
{
    return memcmp(run->copy[i], grade_result(run, i), run->layout.bytes[i]) == 0;
}

static __attribute__((noreturn)) void layout_refuse(grade_run *run, int i, const char *what)
{
    char array[40], call[160];
    words_array(run, i, array, sizeof array), words_call(run, call, sizeof call);
    grade_wrong(run, "%s %s%s%s", what, array, *call ? ": " : "", call);
}

static void check_input(grade_run *run, int i)
{
    if (run->is_input[i] && !grade_untouched(run, i)) layout_refuse(run, i, "changed its input");
}

void *grade_renew(grade_run *run, int i)
{
    check_input(run, i);
    if (!run->is_input[i]) memset(run->copy[i], 0xff, run->layout.bytes[i]);
    run->renewed |= 1u << i;
    return run->copy[i];
}

bool layout_renew(grade_run *run)
{
    run->renewed = 0;
    if (!run->next || !run->next(run)) return false;
    *(job_layout *)run->memory = run->layout;
    for (int i = 0; i < run->layout.arrays; i++)
        if (run->renewed >> i & 1)
            memcpy((char *)run->memory + run->layout.offset[i], run->copy[i], run->layout.bytes[i]);
    return true;
}

void *grade_room(grade_run *run, size_t bytes)
{
    const size_t front = 64; // so that what follows is aligned as malloc's
    void **room = calloc(1, front + bytes);
    assert_non_null(room);
    *room = run->rooms, run->rooms = room;
    return (char *)room + front;
}

void layout_free(grade_run *run)
{
    for (void **room = run->rooms, *before; room; room = before) before = *room, free(room);
    run->rooms = NULL;
    for (int i = 0; i < JOB_MOST_ARRAYS; i++) {
        free(run->copy[i]);
        run->copy[i] = NULL;
    }
}

bool layout_make(grade_run *run, uint64_t seed, uint64_t call)
{
    layout_free(run);
    run->layout = (job_layout){0};
    run->next = NULL;
    random_start(&run->random, seed, run->row->function, run->row->name, call);
    for (int i = 0; i < JOB_GUARD_BYTES; i++) guard[i] = (unsigned char)random_next(&run->random);
    if (!run->row->fill(run)) return false;
    *(job_layout *)run->memory = run->layout;
    for (int i = 0; i < run->layout.arrays; i++) {
        size_t bytes = run->layout.bytes[i];
        run->copy[i] = malloc(bytes + 1);
        assert_non_null(run->copy[i]);
        memcpy(run->copy[i], grade_result(run, i), bytes);
    }
    return true;
}

void layout_check(grade_run *run)
{
    for (int i = 0; i < run->layout.arrays; i++) {
        const unsigned char *at = grade_result(run, i), *end = at + run->layout.bytes[i];
        char what[64];
        for (int far = JOB_GUARD_BYTES; far > 0; far--) {
            const bool before = at[-far] != guard[JOB_GUARD_BYTES - far],
                       behind = end[far - 1] != guard[far - 1];
            if (!before && !behind) continue;
            snprintf(what, sizeof what, "wrote %d byte%s %s of", far, far > 1 ? "s" : "",
                     before ? "before the start" : "past the end");
            layout_refuse(run, i, what);
        }
        check_input(run, i);
    }
}
