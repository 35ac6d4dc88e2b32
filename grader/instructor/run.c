// run.c: see run.h.
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "measure/measure.h"

static sigset_t our_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    static const int all[] = {SIGCHLD, SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) sigaddset(&set, all[i]);
    return set;
}

void run_block_signals(void)
{
    sigset_t set = our_signals();
    sigprocmask(SIG_BLOCK, &set, NULL);
}

int run_wait(double seconds)
{
    sigset_t set = our_signals();
    struct timespec most = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
    int which = sigtimedwait(&set, NULL, &most);
    return which > 0 && which != SIGCHLD ? which : 0;
}

static __attribute__((noreturn)) void become(char *const argv[], const char *folder, int log, pid_t parent)
{
    sigset_t none;
    sigemptyset(&none);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127); // it ended in between
    setpgid(0, 0);
    umask(022);
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (dup2(nothing, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0) _exit(127);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (folder && chdir(folder) != 0) dprintf(2, "%s: %s\n", folder, strerror(errno)), _exit(127);
    execvp(argv[0], argv);
    dprintf(2, "%s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

pid_t run_start(char *const argv[], const char *folder, const char *log)
{
    int to = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (to < 0) return tt_fail(TT_BAD_FILE, "%s: %s", log, strerror(errno)), -1;
    fflush(NULL);
    pid_t parent = getpid(), child = fork();
    if (child == 0) become(argv, folder, to, parent);
    close(to);
    if (child < 0) return tt_fail(TT_NO_MEMORY, "%s cannot be started: %s", argv[0], strerror(errno)), -1;
    setpgid(child, child);
    return child;
}

void run_stop(pid_t pid, double seconds)
{
    double start = measure_now();
    int status;
    if (seconds > 0) kill(-pid, SIGTERM);
    while (seconds > 0 && measure_now() - start < seconds) {
        if (run_ended(pid, &status)) return;
        usleep(10000);
    }
    kill(-pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
}

// Looked at first and waited for last: as long as it is not waited for, its number is nobody else's.
static bool end_group(pid_t pid, int *status, int how)
{
    siginfo_t info = {0};
    if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT | how) != 0 || info.si_pid != pid) return false;
    kill(-pid, SIGKILL);
    return waitpid(pid, status, 0) == pid;
}

bool run_ended(pid_t pid, int *status) { return end_group(pid, status, WNOHANG); }

int run_through(char *const argv[], const char *folder, const char *log)
{
    int status;
    pid_t pid = run_start(argv, folder, log);
    if (pid < 0) return -1;
    while (!end_group(pid, &status, 0))
        if (errno != EINTR) return -1;
    return status;
}

void run_last_words(char *out, size_t size, const char *log, int status)
{
    char *bytes = NULL;
    out[0] = 0;
    if (file_read_in(&bytes, NULL, AT_FDCWD, log, 4 << 20) == TT_OK) {
        for (char *end = bytes + strlen(bytes); end > bytes;) {
            *end = 0;
            char *line = strrchr(bytes, '\n');
            line = line ? line + 1 : bytes;
            if (line[strspn(line, " \t\r")]) {
                snprintf(out, size, "%s", line);
                break;
            }
            end = line > bytes ? line - 1 : bytes;
        }
        free(bytes);
    }
    if (out[0]) return;
    if (WIFSIGNALED(status)) snprintf(out, size, "it was ended by a signal: %s", strsignal(WTERMSIG(status)));
    else snprintf(out, size, "it ended with code %d and said nothing", WEXITSTATUS(status));
}
