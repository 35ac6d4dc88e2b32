// scripts.c: hands over the ops of a script one by one, each when the call before it has been checked.
#include "checks.h"

#include <string.h>

static profiling_script script;
static int at; // the op that is called now

static bool next_op(grade_run *run)
{
    if (at + 1 == script.count) return false;
    script.check(run, at++);
    void *to = grade_renew(run, 0);
    for (int i = 1; i < JOB_MOST_ARRAYS; i++)
        if (script.renewed >> i & 1) grade_renew(run, i);
    memcpy(to, (const char *)script.ops + (size_t)at * script.bytes, script.bytes);
    return true;
}

void profiling_begin_script(grade_run *run, profiling_script s)
{
    script = s, at = 0;
    memcpy(grade_input_bytes(run, s.bytes), s.ops, s.bytes);
    run->next = next_op;
}

void profiling_check_script(grade_run *run) { script.check(run, at); }

void profiling_compare_counts(grade_run *run, const char *when, const profiling_count *rows, int count)
{
    for (int i = 0; i < count; i++)
        if (rows[i].got != rows[i].want)
            grade_wrong(run, "after %s: %s is %lld, expected %lld", when, rows[i].name, rows[i].got,
                        rows[i].want);
}
