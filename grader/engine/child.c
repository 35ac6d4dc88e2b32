// child.c: the graded process: maps the job, waits for a question, calls, answers. It holds no oracle.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "job.h"

// A static program cannot load others. Without this, the linker would say so in every message to a student.
void *dlopen(const char *file, int mode)
{
    (void)file, (void)mode;
    return NULL;
}

// --- Where a signal ends it ---

static job_crash *crash;

// The instruction first: what lies on the stack cannot always be read. The signal's own action is back when this returns,
// and the instruction is tried again.
static void note(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)info;
    const mcontext_t *m = &((ucontext_t *)context)->uc_mcontext;
#if defined __x86_64__
    crash->instruction = (uint64_t)m->gregs[REG_RIP];
    const volatile uint64_t *stack = (const uint64_t *)m->gregs[REG_RSP];
#elif defined __aarch64__
    crash->instruction = m->pc;
    const volatile uint64_t *stack = (const uint64_t *)m->sp;
#else
    const volatile uint64_t *stack = NULL;
#endif
    for (int i = 0; stack && i < JOB_CRASH_WORDS; i++) crash->stack[i] = stack[i];
}

static void watch_signals(void *memory)
{
#ifndef __SANITIZE_ADDRESS__   // which has a report of its own
    static char own[16 << 10]; // a stack overflow is one of them
    static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    crash = job_crash_of(memory);
    sigaltstack(&(stack_t){.ss_sp = own, .ss_size = sizeof own}, NULL);
    struct sigaction action = {.sa_sigaction = note,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND | SA_NODEFER};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, NULL);
#else
    (void)memory, (void)note, (void)crash;
#endif
}

// argv: the name of a run, and its argument.
int main(int argc, char **argv)
{
    const job_run *run = argc == 2 ? job_find(argv[0]) : NULL;
    if (!run) return 2;
    const int argument = atoi(argv[1]);
    void *memory = mmap(NULL, JOB_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, JOB_MEMORY_FD, 0);
    if (memory == MAP_FAILED) return 2;
    watch_signals(memory);
    setvbuf(stdout, NULL, _IONBF, 0); // so that what is printed before a crash is not lost with it
    unsigned char byte;
    while (read(JOB_SOCKET_FD, &byte, 1) == 1) {
        byte = (unsigned char)run->call(memory, argument);
        if (write(JOB_SOCKET_FD, &byte, 1) != 1) break;
    }
    return 0;
}
