// apart.c: a forked process, a pipe that closes when it ends, and a sentence about one that ended badly.
#include "apart.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure/measure.h"

enum { TICK_MS = 250 };

void *bench_share(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void bench_unshare(void *memory, size_t bytes)
{
    if (memory) munmap(memory, bytes);
}

// Wait for the process; false if it made no progress for patience_seconds and was killed.
static bool wait_for(pid_t pid, int alive, const bench_apart *a, int patience_seconds, void (*tick)(void),
                     int *status)
{
    struct pollfd p = {.fd = alive, .events = POLLIN};
    double last = measure_now();
    bool stuck = false;
    for (int beats = a->beats; !stuck && poll(&p, 1, TICK_MS) == 0; beats = a->beats) {
        if (tick) tick();
        if (beats != a->beats) last = measure_now();
        stuck = measure_now() - last > patience_seconds;
    }
    if (stuck) kill(pid, SIGKILL);
    waitpid(pid, status, 0);
    return !stuck;
}

bool bench_run_apart(bench_apart *a, void (*work)(void *job), void *job, int patience_seconds,
                     void (*tick)(void), char *why, size_t why_bytes)
{
    int alive[2], status = 0;
    a->finished = false;
    if (pipe2(alive, O_CLOEXEC) != 0) return snprintf(why, why_bytes, "no pipe for it"), false;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        close(alive[0]);
        prctl(PR_SET_PDEATHSIG, SIGKILL); // die when the parent dies
        crash_watch(&a->crash);
        work(job);
        a->finished = true;
        fflush(NULL);
        _exit(0);
    }
    close(alive[1]);
    bool in_time = pid > 0 && wait_for(pid, alive[0], a, patience_seconds, tick, &status);
    close(alive[0]);
    if (in_time && a->finished) return true;
    char what[140];
    if (pid < 0) snprintf(why, why_bytes, "no process for it");
    else if (!in_time) snprintf(why, why_bytes, "no end after %d s", patience_seconds);
    else if (WIFSIGNALED(status)) {
        crash_describe(&a->crash, WTERMSIG(status), what, sizeof what);
        snprintf(why, why_bytes, "crashed: %s", what);
    } else snprintf(why, why_bytes, "ended the program (exit code %d)", WEXITSTATUS(status));
    return false;
}
