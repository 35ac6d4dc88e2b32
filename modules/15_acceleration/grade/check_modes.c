// check_modes.c: acceleration_use: what each mode leaves in `backend`, and what a product through the
// table comes to then.
//
// A submission shares its process with run.c, so that names and addresses can be forged. A right product
// of numbers that come after the mode was chosen, at the speed that belongs to the mode, cannot be had
// without the work.
#include "checks.h"

#include <stdlib.h>
#include <string.h>

#include "acceleration.h"
#include "calls.h"

static const char *const mode_names[] = {"educational", "optimised", "auto"};
static const char *const function_names[] = {"matmul_naive", "matmul_packed", "matmul_auto"};

static void check_installed(grade_run *run)
{
    accel_check_status(run);
    const installed_row *row = grade_result(run, 3);
    tt_matmul *const functions[] = {row->naive, row->packed, row->by_shape};
    const int mode = run->layout.number[EXTRA];
    int got = 0;
    while (got < MODE_COUNT && row->installed != functions[got]) got++;
    if (got != mode)
        grade_wrong(run, "got %s, expected %s", got < MODE_COUNT ? function_names[got] : "another function",
                    function_names[mode]);
    if (strncmp(row->name, mode_names[mode], NAME_BYTES) != 0)
        grade_wrong(run, "the row's name is \"%.*s\", expected \"%s\"", NAME_BYTES, row->name,
                    mode_names[mode]);
}

// The mode is installed: now its product.
static bool next_product(grade_run *run)
{
    int *number = run->layout.number;
    if (number[THROUGH_TABLE]) return false;
    check_installed(run);
    number[THROUGH_TABLE] = 1;
    for (int i = 0; i < 2; i++)
        grade_random_fill(run, grade_renew(run, i), run->layout.bytes[i] / sizeof(float), -1, 1);
    return true;
}

static bool lay_mode(grade_run *run, int mode, shape s)
{
    int *number = run->layout.number;
    number[M] = s.m, number[N] = s.n, number[K] = s.k, number[EXTRA] = mode;
    const size_t counts[] = {(size_t)s.m * (size_t)s.k, (size_t)s.k * (size_t)s.n};
    for (int i = 0; i < 2; i++) memset(grade_input(run, counts[i]), 0, counts[i] * sizeof(float));
    grade_output(run, (size_t)s.m * (size_t)s.n);
    grade_output_bytes(run, sizeof(installed_row));
    run->next = next_product;
    return true;
}

bool accel_fill_educational(grade_run *run)
{
    return run->step < 3 && lay_mode(run, MODE_EDUCATIONAL, (shape){7 + run->step, 33, 20});
}

// Some milliseconds of good code.
static const shape timed = {1200, 320, 320};
bool accel_fill_optimised(grade_run *run) { return lay_mode(run, MODE_OPTIMISED, timed); }
bool accel_fill_auto(grade_run *run) { return lay_mode(run, MODE_AUTO, timed); }

bool accel_fill_through_table(grade_run *run)
{
    return run->step < MODE_COUNT && lay_mode(run, run->step, (shape){33, 65, 20});
}

// Modes that do not exist, after one that does.
static const int modes[] = {MODE_OPTIMISED, MODE_COUNT, -1};

bool accel_fill_unknown(grade_run *run)
{
    if (run->step >= COUNT(modes)) return false;
    lay_mode(run, modes[run->step], (shape){1, 1, 1});
    run->next = NULL;
    return true;
}

void accel_check_unknown(grade_run *run)
{
    static installed_row before;
    const installed_row *row = grade_result(run, 3);
    if (run->step == 0) {
        accel_check_status(run);
        before = *row;
    } else if (run->status != TT_BAD_VALUE || memcmp(row, &before, sizeof before) != 0)
        grade_wrong(run, "mode %d: got status \"%s\"%s, expected \"bad value\" and `backend` as it was",
                    modes[run->step], tt_status_text(run->status),
                    memcmp(row, &before, sizeof before) ? " and another backend" : "");
}
