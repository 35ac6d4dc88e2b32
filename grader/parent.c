// parent.c: the trusted half. Lays out a job, starts the child, gives the word, times the answer, checks.
#include "parent.h"

#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "measure.h"

enum {
    GUARD = 0xa5,
    CALL_SECONDS = 10, // a call that takes longer is stuck: the slowest honest one takes two
    TIMED_CALLS = 7,
    HOPELESS = 4,     // what is this many times too slow is not tried again
    LONG_SECONDS = 1, // a warm-up that takes longer is not repeated either
};

static struct {
    grade_run run;
    const grade_setup *setup;
    grade_outcome *outcome;
    int memory_fd, socket;
    pid_t child;
} now = {.memory_fd = -1, .socket = -1};

// --- Verdicts ---

static __attribute__((noreturn)) void end_with(grade_verdict verdict)
{
    now.outcome->verdict = verdict;
    now.outcome->points = 0;
    fail_msg("%s", now.outcome->message);
    abort(); // fail_msg does not come back
}

void grade_wrong(grade_run *run, const char *format, ...)
{
    (void)run;
    va_list args;
    va_start(args, format);
    vsnprintf(now.outcome->message, sizeof now.outcome->message, format, args);
    va_end(args);
    end_with(VERDICT_WRONG);
}

#define SAY(...) snprintf(now.outcome->message, sizeof now.outcome->message, __VA_ARGS__)

// --- The job ---

static float *add_array(grade_run *run, size_t count, bool is_input)
{
    job_layout *l = &run->layout;
    int i = l->arrays;
    uint64_t start = sizeof(job_layout) + JOB_GUARD_BYTES;
    if (i > 0) start = l->offset[i - 1] + l->count[i - 1] * sizeof(float) + JOB_GUARD_BYTES;
    start = (start + JOB_GUARD_BYTES + 63) / 64 * 64;
    size_t bytes = count * sizeof(float);
    assert_true(i < JOB_MOST_ARRAYS && start + bytes + JOB_GUARD_BYTES <= JOB_BYTES);
    l->offset[i] = start;
    l->count[i] = count;
    l->arrays++;
    run->is_input[i] = is_input;
    char *at = (char *)run->memory + start;
    memset(at - JOB_GUARD_BYTES, GUARD, JOB_GUARD_BYTES);
    memset(at + bytes, GUARD, JOB_GUARD_BYTES);
    if (!is_input) memset(at, 0xff, bytes); // NaN
    return (float *)at;
}

float *grade_input(grade_run *run, size_t count) { return add_array(run, count, true); }
float *grade_output(grade_run *run, size_t count) { return add_array(run, count, false); }

const float *grade_result(grade_run *run, int i)
{
    return (const float *)((char *)run->memory + run->layout.offset[i]);
}

bool grade_untouched(grade_run *run, int i)
{
    return memcmp(run->copy[i], grade_result(run, i), run->layout.count[i] * sizeof(float)) == 0;
}

static void free_copies(grade_run *run)
{
    for (int i = 0; i < JOB_MOST_ARRAYS; i++) {
        free(run->copy[i]);
        run->copy[i] = NULL;
    }
}

// Lay out the next step; false if there is none.
static bool lay_out(grade_run *run)
{
    free_copies(run);
    run->layout = (job_layout){0};
    if (!run->row->fill(run)) return false;
    *(job_layout *)run->memory = run->layout;
    for (int i = 0; i < run->layout.arrays; i++) {
        size_t bytes = run->layout.count[i] * sizeof(float);
        run->copy[i] = malloc(bytes + 1);
        assert_non_null(run->copy[i]);
        memcpy(run->copy[i], grade_result(run, i), bytes);
    }
    return true;
}

// What no case allows: a write to an input or past an array's end.
static void check_surroundings(grade_run *run)
{
    for (int i = 0; i < run->layout.arrays; i++) {
        const unsigned char *at = (const unsigned char *)grade_result(run, i);
        size_t bytes = run->layout.count[i] * sizeof(float);
        for (int g = 1; g <= JOB_GUARD_BYTES; g++) {
            if (at[-g] != GUARD) grade_wrong(run, "wrote %d bytes before the start of array %d", g, i);
            if (at[bytes + (size_t)g - 1] != GUARD)
                grade_wrong(run, "wrote %d bytes past the end of array %d", g, i);
        }
        if (run->is_input[i] && !grade_untouched(run, i)) grade_wrong(run, "changed its input (array %d)", i);
    }
}

// --- The child ---

static void start_child(int index)
{
    const grade_case *row = now.run.row;
    const char *program = row->flags & CASE_BLAS ? now.setup->child_blas : now.setup->child;
    int pair[2];
    now.memory_fd = memfd_create("job", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    assert_true(now.memory_fd >= 0 && ftruncate(now.memory_fd, JOB_BYTES) == 0);
    assert_return_code(fcntl(now.memory_fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL), 0);
    now.run.memory = mmap(NULL, JOB_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, now.memory_fd, 0);
    assert_true(now.run.memory != MAP_FAILED);
    assert_return_code(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    char number[16];
    snprintf(number, sizeof number, "%d", index);
    now.child = fork();
    if (now.child == 0) {
        int nothing = open("/dev/null", O_RDWR);
        for (int fd = 0; fd < 3; fd++) dup2(nothing, fd);
        // Through high numbers first: 3 and 4 may be among the descriptors that are moved.
        int memory = fcntl(now.memory_fd, F_DUPFD, 10), socket = fcntl(pair[1], F_DUPFD, 10);
        dup2(memory, JOB_MEMORY_FD);
        dup2(socket, JOB_SOCKET_FD);
        close(memory), close(socket);
        char *const none[] = {NULL};
        execve(program, (char *const[]){"child", number, NULL}, none);
        _exit(126);
    }
    close(pair[1]);
    now.socket = pair[0];
    assert_true(now.child > 0);
}

void grade_end_case(void)
{
    if (now.child > 0) {
        kill(now.child, SIGKILL);
        waitpid(now.child, NULL, 0);
    }
    if (now.socket >= 0) close(now.socket);
    if (now.memory_fd >= 0) close(now.memory_fd);
    if (now.run.memory) munmap(now.run.memory, JOB_BYTES);
    free_copies(&now.run);
    now.run.memory = NULL;
    now.child = 0;
    now.socket = now.memory_fd = -1;
}

// The child is gone before it answered: say how.
static __attribute__((noreturn)) void end_with_crash(void)
{
    int status = 0;
    kill(now.child, 0);
    waitpid(now.child, &status, 0);
    now.child = 0;
    if (WIFSIGNALED(status)) SAY("%s crashed: %s", now.run.row->function, strsignal(WTERMSIG(status)));
    else SAY("%s ended the program with exit code %d", now.run.row->function, WEXITSTATUS(status));
    end_with(VERDICT_CRASHED);
}

// Give the word and wait for the answer; the seconds between them.
static double call_child(void)
{
    unsigned char byte = 1;
    double start = measure_now();
    if (send(now.socket, &byte, 1, MSG_NOSIGNAL) != 1) end_with_crash();
    struct pollfd p = {.fd = now.socket, .events = POLLIN};
    if (poll(&p, 1, CALL_SECONDS * 1000) == 0) {
        SAY("%s did not come back within %d s", now.run.row->function, CALL_SECONDS);
        end_with(VERDICT_STUCK);
    }
    if (read(now.socket, &byte, 1) != 1) end_with_crash();
    double seconds = measure_now() - start;
    if (byte == JOB_BLAS_CALLED)
        grade_wrong(&now.run, "BLAS belongs to the last rung: write this one yourself");
    now.run.status = (tt_status)byte;
    if (byte == TT_TODO) {
        SAY("not written yet: %s:%s", now.setup->source, now.run.row->function);
        end_with(VERDICT_TODO);
    }
    return seconds;
}

// --- A case ---

// Lay out, call, check; false if there was no such step.
static bool do_step(double *seconds)
{
    if (!lay_out(&now.run)) return false;
    *seconds = call_child();
    check_surroundings(&now.run);
    now.run.row->check(&now.run);
    return true;
}

// How many times faster the call is than the yardstick: the best of several of each, in turns. Inputs are new
// each time, every output is checked. Step 0 warms up; the steps of a timed case have no end.
static double time_against(const grade_yardstick *y)
{
    double best_call = INFINITY, best_yard = INFINITY, seconds;
    for (int i = 0; i <= TIMED_CALLS; i++) {
        now.run.step = i;
        if (!do_step(&seconds)) break;
        double start = measure_now();
        y->run(&now.run);
        best_yard = fmin(best_yard, measure_now() - start);
        if (i > 0 || seconds > LONG_SECONDS) best_call = fmin(best_call, seconds);
        if (best_call < INFINITY && best_yard / best_call < y->least / HOPELESS) break;
    }
    return best_yard / best_call;
}

static void run_timed(const grade_case *row, grade_outcome *outcome)
{
    double seconds;
    if (now.setup->untimed) {
        do_step(&seconds);
        SAY("right; not timed");
        return;
    }
    const grade_yardstick *y = row->yardstick;
    double ratio = 0;
    for (int attempt = 0; attempt < 3 && ratio < y->most; attempt++) { // a busy moment must not cost points
        ratio = fmax(ratio, time_against(y));
        if (ratio < y->least / HOPELESS) break;
    }
    outcome->ratio = ratio;
    double share = y->most > y->least ? log2(ratio / y->least) / log2(y->most / y->least) : ratio >= y->least;
    outcome->points = row->points * fmin(1, fmax(0, share));
    if (ratio < y->least)
        grade_wrong(&now.run, "%.3g %s; %s from %.3g on", ratio, y->unit,
                    row->points ? "points" : "this rung counts", y->least);
    if (share >= 1) SAY("%.3g %s", ratio, y->unit);
    else SAY("%.3g %s; full points from %.3g on", ratio, y->unit, y->most);
}

void grade_run_case(const grade_case *row, const grade_setup *setup, grade_outcome *outcome)
{
    int index = (int)(row - grade_cases);
    *outcome = (grade_outcome){.verdict = VERDICT_WRONG};
    now.setup = setup;
    now.outcome = outcome;
    now.run = (grade_run){.row = row, .rng = {setup->seed * 0x9e3779b97f4a7c15u + (uint64_t)index}};
    start_child(index);
    if (row->yardstick) {
        run_timed(row, outcome);
    } else {
        double seconds;
        while (do_step(&seconds)) now.run.step++;
        outcome->points = row->points;
    }
    outcome->verdict = VERDICT_PASSED;
}
