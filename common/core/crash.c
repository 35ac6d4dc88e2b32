// crash.c: a signal handler that stores the call stack's addresses, and addr2line, which finds their lines.
#include "crash.h"

#include <execinfo.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    FAULT = 2
}; // the frame that crashed, called by nobody: above it are `note` and the kernel's return from it

static crash_report *watched;

static void note(int signal)
{
    watched->signal = signal;
    watched->count = backtrace(watched->frames, CRASH_MOST_FRAMES);
    raise(signal); // SA_RESETHAND has put the default action back
}

void crash_watch(crash_report *report)
{
    *report = (crash_report){0};
    watched = report;
    void *warm_up[1];
    backtrace(warm_up, 1);       // loads the unwinder now: a crashed process may be unable to load it
    static char stack[64 << 10]; // the handler's own: a stack overflow is one of the crashes
    sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL);
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_ONSTACK | SA_RESETHAND | SA_NODEFER};
    static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, NULL);
}

// Start addr2line for the report's addresses, without a shell: a path may hold any character. NULL if that fails.
static FILE *ask_for_lines(const crash_report *report, char *program, pid_t *child)
{
    extern const char __executable_start[];
    char addresses[CRASH_MOST_FRAMES][20], *words[CRASH_MOST_FRAMES + 4] = {"addr2line", "-e", program};
    int ends[2];
    for (int i = 0; i < report->count && i < CRASH_MOST_FRAMES; i++) {
        uintptr_t at = (uintptr_t)report->frames[i] - (uintptr_t)__executable_start;
        if (i > FAULT) at--; // where a call returns to can be the next line already
        snprintf(addresses[i], sizeof addresses[i], "0x%lx", (unsigned long)at);
        words[i + 3] = addresses[i];
    }
    if (pipe(ends) != 0) return NULL;
    if ((*child = fork()) == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(STDERR_FILENO), close(ends[0]), close(ends[1]);
        execvp(words[0], words);
        _exit(127);
    }
    close(ends[1]);
    FILE *f = *child > 0 ? fdopen(ends[0], "r") : NULL;
    if (!f) close(ends[0]);
    return f;
}

// The innermost line that addr2line knows and that is not in common/, "" if there is none. It prints
// BUILD/../modules/15_acceleration/acceleration.c:57, sometimes with (words) after it.
static void find_line(const crash_report *report, char *line, size_t size)
{
    char program[PATH_MAX], found[PATH_MAX + 64];
    pid_t child = 0;
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    *line = 0;
    if (length <= 0) return;
    program[length] = 0;
    FILE *f = ask_for_lines(report, program, &child);
    if (!f) return;
    while (!*line && fgets(found, sizeof found, f)) {
        char *slash = strrchr(found, '/'), *end = slash ? strpbrk(slash, " \n") : NULL;
        if (end) *end = 0;
        if (slash && !strstr(found, "/../common/") && !strchr(slash, '?'))
            snprintf(line, size, "%s", slash + 1);
    }
    fclose(f);
    waitpid(child, NULL, 0);
}

void crash_describe(const crash_report *report, int signal, char *text, size_t size)
{
    char line[128] = "";
    if (report->signal == signal) find_line(report, line, sizeof line);
    snprintf(text, size, "%s%s%s", strsignal(signal), *line ? " at " : "", line);
}
