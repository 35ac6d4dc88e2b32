// process.c: starts, asks and stops one process that runs untrusted code.
#include "process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "job.h"
#include "measure/blas_peer.h"
#include "measure/measure.h"
#include "sandbox/sandbox.h"

// How long a process may take from its answer until it waits again. That is microseconds of work, but on
// a busy machine it may have to wait for its turn. Tried in steps of 1, 2, 4, ... ms, two seconds in all.
enum { MOMENTS = 11 };

// Work after the answer is added to the call's cost. This much of it in several calls in a row is
// intended; once, the machine may have been held up, which a process's clock does not tell from work.
static const double busy_seconds = 1e-3;
enum { BUSY_CALLS = 3 };

// Seconds of patience at first. The slowest honest call takes two; one that takes longer where it is timed has missed its pace.
enum { CALL_SECONDS = TT_SANITIZED ? 10 : 5, PATIENCE_BY_CLOCK = 4 };

static const double nap_slack = 0.1; // seconds beyond what a call may sleep: less is not looked at

enum {
    MEMORY_BYTES = TT_SANITIZED ? 0 : 1 << 30, // a sanitizer reserves terabytes
    PROCESSOR_SECONDS = 120
};

bool process_prepare(grade_process *p)
{
    *p = (grade_process){.socket = -1, .memory_fd = -1, .asked = -1, .output = -1, .patience = CALL_SECONDS};
    p->memory_fd = memfd_create("job", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (p->memory_fd < 0 || ftruncate(p->memory_fd, JOB_BYTES) != 0) return false;
    if (fcntl(p->memory_fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) return false;
    void *memory = mmap(NULL, JOB_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, p->memory_fd, 0);
    if (memory == MAP_FAILED) return false;
    p->memory = memory;
    return true;
}

// An empty path at an address that cannot be guessed, by which the filter recognises the start.
static const char *secret_path(void)
{
    uint64_t random = 0;
    if (getrandom(&random, sizeof random, 0) != sizeof random) return NULL;
    enum { PAGE = 4096 };
    void *hint = (void *)(uintptr_t)((random & 0x3fffffffffffull) / PAGE * PAGE);
    char *page = mmap(hint, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? NULL : page + random % PAGE;
}

// Become the program. Errors before that are reported on `trouble`, which a successful start closes. What it prints goes
// into a pipe, and is lost once that is full.
static __attribute__((noreturn)) void become(const grade_process *p, int program, int socket, int output,
                                             int trouble, const char *run, int argument)
{
    char number[16], name[32];
    snprintf(number, sizeof number, "%d", argument);
    snprintf(name, sizeof name, "%s", run);
    static char kernels[] = "OPENBLAS_CORETYPE=" BLAS_KERNELS; // nothing starts a program again in there
    char *const words[] = {name, number, NULL}, *const environment[] = {kernels, NULL};
    // Move to high numbers first: 3 to 6 may be among the descriptors that are moved.
    enum { TROUBLE_FD = SANDBOX_PROGRAM_FD + 1, HIGH = 100 };
    int nothing = open("/dev/null", O_RDWR);
    int high[] = {fcntl(p->memory_fd, F_DUPFD, HIGH), fcntl(socket, F_DUPFD, HIGH),
                  fcntl(program, F_DUPFD, HIGH), fcntl(trouble, F_DUPFD, HIGH), fcntl(output, F_DUPFD, HIGH)};
    for (int fd = 0; fd < 3; fd++) dup2(fd ? high[4] : nothing, fd);
    if (dup2(high[0], JOB_MEMORY_FD) < 0 || dup2(high[1], JOB_SOCKET_FD) < 0 ||
        dup3(high[2], SANDBOX_PROGRAM_FD, O_CLOEXEC) < 0 || dup3(high[3], TROUBLE_FD, O_CLOEXEC) < 0)
        _exit(1);
    syscall(SYS_close_range, TROUBLE_FD + 1, ~0u, 0);
    const sandbox_plan plan = {.kind = p->threads ? SANDBOX_KERNEL_THREADS : SANDBOX_KERNEL,
                               .memory_bytes = MEMORY_BYTES,
                               .file_bytes = 0,
                               .seconds = PROCESSOR_SECONDS,
                               .start = secret_path(),
                               .ask = TROUBLE_FD};
    if (!plan.start || sandbox_enter(&plan) >= 0) _exit(write(TROUBLE_FD, "", 1) != 1);
    syscall(SYS_execveat, SANDBOX_PROGRAM_FD, plan.start, words, environment, AT_EMPTY_PATH);
    _exit(126); // the system refused the program
}

bool process_start(grade_process *p, int program, const char *run, int argument, bool threads)
{
    int pair[2], trouble[2], output[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, trouble) != 0) return false;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return close(trouble[0]), close(trouble[1]), false;
    if (pipe2(output, O_CLOEXEC | O_NONBLOCK) != 0)
        return close(trouble[0]), close(trouble[1]), close(pair[0]), close(pair[1]), false;
    p->threads = threads;
    fflush(NULL);
    p->pid = fork();
    if (p->pid == 0) become(p, program, pair[1], output[1], trouble[1], run, argument);
    close(pair[1]), close(trouble[1]), close(output[1]);
    p->socket = pair[0], p->output = output[0];
    bool started = p->pid > 0 && sandbox_await(trouble[0], &p->asked);
    close(trouble[0]);
    if (p->pid < 0) p->pid = 0, close(p->socket), close(p->output);
    return started;
}

static double processor_seconds(pid_t pid)
{
    clockid_t clock;
    struct timespec t;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &t) != 0) return 0;
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// Seconds that its threads were ready and no core was free, and this process too: /proc/PID/task/TID/schedstat, the
// second number, in ns (Documentation/scheduler/sched-stats). INFINITY where the kernel does not count them.
static double queued_seconds(pid_t pid)
{
    char path[300];
    double ran = 0, queued = 0, more[2];
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *d = opendir(path);
    for (struct dirent *e; d && (e = readdir(d));) {
        snprintf(path, sizeof path, "/proc/%d/task/%s/schedstat", (int)pid, e->d_name);
        FILE *f = e->d_name[0] == '.' ? NULL : fopen(path, "re");
        if (f && fscanf(f, "%lf %lf", &more[0], &more[1]) == 2) ran += more[0], queued += more[1];
        if (f) fclose(f);
    }
    if (d) closedir(d);
    return ran > 0 ? 1e-9 * queued : INFINITY;
}

static bool something_to_read(int socket, int milliseconds)
{
    struct pollfd p = {.fd = socket, .events = POLLIN};
    return poll(&p, 1, milliseconds) > 0;
}

// What poll() says of p->asked: a question, or that nobody is left to ask.
static void answer(grade_process *p, int events)
{
    if (events & POLLIN) sandbox_answer(p->asked, NULL);
    else if (events) close(p->asked), p->asked = -1;
}

// Let it run for so long, and answer what it asks.
static void let_run(grade_process *p, unsigned microseconds)
{
    const double end = measure_now() + 1e-6 * microseconds;
    kill(p->pid, SIGCONT);
    for (double left; (left = end - measure_now()) > 0;) {
        const struct timespec t = {(time_t)left, (long)(1e9 * (left - floor(left)))};
        struct pollfd asked = {.fd = p->asked, .events = POLLIN};
        ppoll(&asked, 1, &t, NULL);
        answer(p, asked.revents);
    }
}

// When a call began, and what had been used until then.
typedef struct {
    double start, cpu, queued, late; // late: seconds since that this process itself was kept waiting
} call_start;

static call_start start_of_call(pid_t pid)
{
    return (call_start){measure_now(), processor_seconds(pid), queued_seconds(pid) + queued_seconds(getpid()),
                        0};
}

// The time that neither work nor the machine explains. Of an unknown queue the difference is no number: then it is 0.
static double slept_since(const call_start *m, pid_t pid, double wall, double cpu)
{
    if (wall - cpu < 1e-3) return 0;
    return fmax(0, wall - cpu - m->late - (queued_seconds(pid) + queued_seconds(getpid()) - m->queued));
}

// Until it answers, or for as long as it may take.
static call_outcome await_answer(grade_process *p, call_start *m, call_report *report)
{
    enum { STEP = 100 }; // milliseconds: a call that does not take longer is not looked at
    for (;;) {
        struct pollfd ready[] = {{p->socket, POLLIN, 0}, {p->asked, POLLIN, 0}};
        const double before = measure_now();
        poll(ready, 2, STEP);
        m->late +=
            fmax(0, measure_now() - before - 1e-3 * STEP); // a machine that stands still does so for both
        if (ready[0].revents) return CALL_ANSWERED;
        answer(p, ready[1].revents);
        report->wall = measure_now() - m->start;
        report->cpu = processor_seconds(p->pid) - m->cpu;
        report->slept = slept_since(m, p->pid, report->wall, report->cpu);
        if (report->slept > nap_slack + fmax(p->naps, report->wall / 2)) return CALL_ASLEEP;
        if (fmin(report->wall, report->cpu + report->slept) > p->patience ||
            report->wall > PATIENCE_BY_CLOCK * p->patience)
            return CALL_STUCK;
    }
}

// Stop the process: none of its code runs when this returns, and p->gone says whether it has ended.
// Without a filter it can resume itself; after 1000 tries it is killed.
static void stop(grade_process *p)
{
    int status = 0;
    pid_t done = 0;
    for (int try = 0; done == 0 && try < 1000; try++) {
        kill(p->pid, SIGSTOP);
        for (int i = 0; done == 0 && i < 10; i++) {
            done = waitpid(p->pid, &status, WUNTRACED | WNOHANG);
            if (done == 0) usleep(20);
        }
    }
    if (done == 0) {
        kill(p->pid, SIGKILL);
        waitpid(p->pid, &status, 0);
    }
    p->stopped = WIFSTOPPED(status);
    if (!p->stopped) p->gone = true, p->fate = status;
}

// It closed its end without an answer, or died: wait up to a second for its end, then kill it.
static call_outcome lose(grade_process *p)
{
    if (!p->gone) {
        int status = 0;
        pid_t done = 0;
        for (int i = 0; i < 100 && (done = waitpid(p->pid, &status, WNOHANG)) == 0; i++) usleep(10000);
        if (done == 0) kill(p->pid, SIGKILL), waitpid(p->pid, &status, 0);
        p->gone = true, p->fate = status;
    }
    return CALL_GONE;
}

// Whether the stopped process was reading from its socket: /proc/PID/syscall (proc_pid_syscall(5)) has
// the number of the system call, then its arguments. Where that cannot be read, the seconds that it
// worked since its answer decide; < 0: not known.
static bool waits_for_a_question(const grade_process *p, double worked)
{
    char path[40], text[64] = "";
    snprintf(path, sizeof path, "/proc/%d/syscall", (int)p->pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC), number = -1;
    unsigned long first = 0;
    ssize_t length = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    if (fd >= 0) close(fd);
    if (length <= 0) return worked >= 0 && worked < 5e-3;
    return sscanf(text, "%d 0x%lx", &number, &first) == 2 && number == SYS_read && first == JOB_SOCKET_FD;
}

// Stop the process; returns whether it was waiting for the next question. All its work until then is added
// to the call's cost. Whether it worked on after its answer is judged from the first stop on, which follows
// the answer at once: the clock of a running process is up to a tick behind, so that what it shows earlier
// may be honest work. With threads nothing is judged: a team of them spins for a while after its work.
static bool is_quiet(grade_process *p, double cpu, call_report *report)
{
    double stopped = 0;
    for (int moment = 0; moment <= MOMENTS; moment++) {
        if (moment > 0) {
            let_run(p, 500u << moment);
        }
        stop(p);
        if (p->gone || p->threads) return true;
        report->cpu = processor_seconds(p->pid) - cpu;
        if (moment == 0) stopped = report->cpu;
        const double worked = report->cpu - stopped;
        if (!waits_for_a_question(p, moment > 0 ? worked : -1)) continue;
        p->busy = worked > busy_seconds ? p->busy + 1 : 0;
        return p->busy < BUSY_CALLS;
    }
    return false;
}

// Before the first call: stop the process after its start-up, waiting for the question, as every
// later call finds it. Only the clock of a stopped process is right; that of a running one is updated
// at the system's ticks.
bool process_settle(grade_process *p, call_report *report)
{
    const call_start began = start_of_call(p->pid);
    *report = (call_report){0};
    for (int moment = 0;; moment++) {
        stop(p);
        if (p->gone || moment == MOMENTS || waits_for_a_question(p, 0)) return true;
        let_run(p, 500u << moment);
        report->wall = measure_now() - began.start;
        report->cpu = processor_seconds(p->pid) - began.cpu;
        report->slept = slept_since(&began, p->pid, report->wall, report->cpu);
        if (report->slept > nap_slack + p->naps) return false;
    }
}

call_outcome process_call(grade_process *p, call_report *report)
{
    unsigned char byte = 1, extra;
    *report = (call_report){0};
    if (p->gone) return CALL_GONE;
    if (something_to_read(p->socket, 0))
        return recv(p->socket, &byte, 1, MSG_PEEK) == 1 ? CALL_EARLY : lose(p);
    call_start began = start_of_call(p->pid);
    if (send(p->socket, &byte, 1, MSG_NOSIGNAL) != 1) return lose(p);
    if (p->stopped) kill(p->pid, SIGCONT);
    p->stopped = false;
    *report = (call_report){0};
    call_outcome outcome = await_answer(p, &began, report);
    if (outcome != CALL_ANSWERED) return outcome;
    if (recv(p->socket, &byte, 1, 0) != 1) return lose(p);
    *report = (call_report){byte, measure_now() - began.start, processor_seconds(p->pid) - began.cpu, 0};
    if (p->keep_bytes) memcpy(p->kept, p->keep, p->keep_bytes);
    bool busy = !is_quiet(p, began.cpu, report);
    if (!p->gone) report->slept = slept_since(&began, p->pid, report->wall, report->cpu);
    if (recv(p->socket, &extra, 1, MSG_DONTWAIT | MSG_PEEK) == 1) return CALL_TWICE;
    return busy ? CALL_BUSY : CALL_ANSWERED;
}

void process_take_output(const grade_process *p, char *text, size_t size)
{
    const ssize_t length = p->pid > 0 && p->output >= 0 ? read(p->output, text, size - 1) : -1;
    for (ssize_t i = 0; i < length; i++)
        if (!text[i]) text[i] = '?';
    text[length > 0 ? length : 0] = 0;
}

void process_fate(const grade_process *p, char *text, size_t size)
{
    int status = p->fate;
    if (WIFEXITED(status)) snprintf(text, size, "ended the program with exit code %d", WEXITSTATUS(status));
    else if (WTERMSIG(status) == SIGSYS)
        snprintf(text, size,
                 "asked the system for something that this case does not allow (files, sockets and processes "
                 "never; "
                 "threads where the case says so)");
    else snprintf(text, size, "crashed: %s", strsignal(WTERMSIG(status)));
}

void process_end(grade_process *p)
{
    if (p->pid > 0 && !p->gone) {
        kill(p->pid, SIGKILL);
        waitpid(p->pid, NULL, 0);
    }
    if (p->pid > 0 && p->socket >= 0) close(p->socket);
    if (p->pid > 0 && p->asked >= 0) close(p->asked);
    if (p->pid > 0 && p->output >= 0) close(p->output);
    if (p->memory) munmap(p->memory, JOB_BYTES);
    if (p->memory && p->memory_fd >= 0) close(p->memory_fd);
    *p = (grade_process){.socket = -1, .memory_fd = -1, .asked = -1, .output = -1};
}
