// crash.c: a signal handler that stores the call stack's addresses, and addr2line, which finds their lines.
#include "crash.h"

#include <execinfo.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

// The innermost line that addr2line knows and that is not in common/, "" if there is none.
static void find_line(const crash_report *report, char *line, size_t size)
{
    extern const char __executable_start[];
    char program[256], command[1024];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    *line = 0;
    if (length <= 0 || memchr(program, '\'', (size_t)length)) return;
    program[length] = 0;
    int used = snprintf(command, sizeof command, "addr2line -e '%s' 2>/dev/null", program);
    for (int i = 0; i < report->count && used < (int)sizeof command - 32; i++)
        used += snprintf(command + used, sizeof command - (size_t)used, " 0x%lx",
                         (unsigned long)((uintptr_t)report->frames[i] - (uintptr_t)__executable_start) - 1);
    FILE *f = popen(command, "r");
    if (!f) return;
    char found[512];
    while (!*line && fgets(found, sizeof found, f)) {
        char *slash = strrchr(found, '/'), *end = strpbrk(found, " \n");
        if (end) *end = 0;
        if (slash && !strstr(found, "/common/") && !strchr(slash, '?')) snprintf(line, size, "%s", slash + 1);
    }
    pclose(f);
}

void crash_describe(const crash_report *report, int signal, char *text, size_t size)
{
    char line[128] = "";
    if (report->signal == signal) find_line(report, line, sizeof line);
    snprintf(text, size, "%s%s%s", strsignal(signal), *line ? " at " : "", line);
}
