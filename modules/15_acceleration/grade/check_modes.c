// check_modes.c: acceleration_use, and what it leaves in `backend`.
#include "checks.h"

bool accel_fill_modes(grade_run *run)
{
    grade_output(run, 8);
    return run->step == 0;
}

// The number of a mode's function in run_modes, by the case's argument.
void accel_check_mode(grade_run *run)
{
    accel_check_status(run);
    static const char *const functions[] = {"another function", "matmul_naive", "matmul_packed",
                                            "matmul_auto"};
    const float *answer = grade_result(run, 0);
    int mode = run->row->argument, got = (int)answer[mode], want = mode + 1;
    if (got != want)
        grade_wrong(run, "got %s, expected %s", functions[got >= 0 && got < 4 ? got : 0], functions[want]);
    if (answer[4 + mode] != 1) grade_wrong(run, "the row's name is not the one that acceleration.h says");
}

void accel_check_refused(grade_run *run)
{
    accel_check_status(run);
    if (((const float *)grade_result(run, 0))[3] != 1)
        grade_wrong(run, "got a change or another status, expected \"bad value\" and `backend` as it was");
}
