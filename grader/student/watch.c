// watch.c: one loop that waits for four things: a saved file, output of the grader, a key, time.
//
// The grader is a process of its own, and so is the command after it: whatever the student's code does,
// this loop goes on.
#include "watch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "browse.h"
#include "core/escape.h"
#include "engine/report/hints.h"
#include "engine/report/verdict.h"
#include "measure/measure.h"
#include "progress.h"

enum { POLL_MILLISECONDS = 500 }; // how often the file is checked if inotify does not work

static struct {
    const watch_options *o;
    struct stat seen;      // of the file, when it was last graded
    int inotify, pipe;     // -1: none
    pid_t run, background; // 0: none
    char line[1024];
    size_t length;
    progress now;
    double started;
    bool failure_shown;
    bool once; // there is no terminal: grade once and end
    struct termios before;
    bool raw;
    pid_t group; // that had the terminal before; 0: it is not this program's
} w = {.inotify = -1, .pipe = -1};

// --- Processes ---

// Start a command, its output in a pipe that *out reads, or discarded if out is NULL; 0 if that fails.
static pid_t start(char *const *words, int *out)
{
    int ends[2] = {-1, -1};
    if (out && pipe2(ends, O_CLOEXEC) != 0) return 0;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        setpgid(0, 0);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        int nothing = open("/dev/null", O_RDWR);
        dup2(nothing, STDIN_FILENO);
        dup2(out ? ends[1] : nothing, STDOUT_FILENO);
        if (!out) dup2(nothing, STDERR_FILENO);
        execvp(words[0], words);
        _exit(127);
    }
    if (out) close(ends[1]), *out = ends[0];
    return child > 0 ? child : 0;
}

static void stop(pid_t *child)
{
    if (*child <= 0) return;
    kill(-*child, SIGKILL);
    kill(*child, SIGKILL);
    waitpid(*child, NULL, 0);
    *child = 0;
}

static void shell(const char *command)
{
    fflush(NULL);
    if (command && system(command) != 0) printf("That did not work: %s\n", command);
}

// --- One grading ---

static void grade(void)
{
    const watch_options *o = w.o;
    stop(&w.run);
    stop(&w.background);
    if (w.pipe >= 0) close(w.pipe);
    stat(o->file, &w.seen);
    time_t now = time(NULL);
    char clock[16];
    strftime(clock, sizeof clock, "%H:%M:%S", localtime(&now));
    printf("\n--- %s %s ---\n", clock, o->file);
    char *const words[] = {(char *)o->grade, "--submission", (char *)o->file, "--stream", "--json",
                           (char *)o->json,  "--before",     (char *)o->json, NULL};
    w.length = 0;
    memset(&w.now, 0, sizeof w.now);
    w.failure_shown = false;
    w.started = measure_now();
    w.run = start(words, &w.pipe);
    if (!w.run) printf("%s cannot be started: %s\n", o->grade, strerror(errno));
}

// Show on a terminal which case the grading has reached, in a line that is overwritten.
static void show_place(const progress_case *k, int done)
{
    if (isatty(STDOUT_FILENO)) printf("\r\033[K%3d  %s: %s", done, k->function, k->name);
    fflush(stdout);
}

static void clear_place(void)
{
    if (isatty(STDOUT_FILENO)) printf("\r\033[K");
}

static void take_line(void)
{
    char line[sizeof w.line];
    snprintf(line, sizeof line, "%s", w.line);
    if (!progress_take_line(&w.now, line)) return;
    const progress_case *k = &w.now.cases[atoi(w.line)];
    const bool failed =
        strcmp(k->verdict, "passed") && !verdict_is(k->verdict, VERDICT_IS_NOT_RUN | VERDICT_FOLLOWS);
    int done = 0;
    for (int i = 0; i < w.now.count; i++) done += w.now.cases[i].verdict[0] != 0;
    if (done == 1 && strcmp(k->verdict, "not compiled") != 0) {
        clear_place();
        printf("%.1f s: %s, \"%s\": %s\n", measure_now() - w.started, k->function, k->name, k->verdict);
    }
    if (failed && !w.failure_shown) {
        clear_place();
        printf("%s: %s, \"%s\"\n", k->verdict, k->function, k->name);
        escape_wrap(stdout, k->message, 0, 2);
        w.failure_shown = true;
    }
    show_place(k, done);
}

static void show_warnings(const progress *p)
{
    if (!p->warnings[0]) return;
    printf("The compiler warns:\n");
    escape_wrap(stdout, p->warnings, 0, 2);
}

static void show_output(const progress *p)
{
    if (!p->printed[0]) return;
    printf("%s printed:\n", p->printed_by);
    escape_first_lines(stdout, "  ", p->printed, 3);
}

static void show_next(const progress *p)
{
    const progress_case *k = progress_next(p);
    if (!k) printf("Everything passed. Next: the lesson's questions, and the next module.\n");
    else if (!strcmp(k->verdict, "to do")) {
        printf("Next: write %s in\n", k->function);
        escape_wrap(stdout, w.o->file, 0, 2);
        printf("How to go about it stands above it there; h for a hint.\n");
    } else {
        printf("Next: %s, \"%s\": %s\n", k->function, k->name, k->verdict);
        escape_wrap(stdout, k->message, 0, 2);
        const char *number = strrchr(w.o->grade, '-');
        if (number && !strcmp(k->verdict, "crashed"))
            printf("Under a debugger:\n  make debug%s GRADE='--case \"%s: %s\"'\n", number, k->function,
                   k->name);
    }
}

static void show_keys(void)
{
    if (w.once) return;
    printf("[r]erun [h]int [l]ist [p]lot [o]pen the page [q]uit; waiting for a save\n");
    fflush(stdout);
}

// What the grading ended with: its result, or where that could not be written what it has streamed.
static bool take_result(progress *p, int status)
{
    enum { NOT_KEPT = 3 }; // see grade.c
    if (!WIFEXITED(status) || WEXITSTATUS(status) > NOT_KEPT || WEXITSTATUS(status) == 2) return false;
    if (WEXITSTATUS(status) == NOT_KEPT) {
        *p = w.now;
        progress_sum(p);
    } else progress_read(p, w.o->json);
    return true;
}

// The compiler's words are in the result alone. Where that could not be written, the grader says them here.
static void compile_again(void)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) execl(w.o->grade, w.o->grade, "--submission", w.o->file, (char *)NULL), _exit(127);
    waitpid(child, NULL, 0);
}

static void end_grading(void)
{
    int status = 0;
    waitpid(w.run, &status, 0);
    w.run = 0;
    close(w.pipe);
    w.pipe = -1;
    clear_place();
    static progress p;
    if (!take_result(&p, status)) {
        printf("The grader itself stopped: see the message above.\n");
        return show_keys();
    }
    if (p.compile[0]) {
        escape_wrap(stdout, p.compile, 0, 0);
        show_warnings(&p);
    } else if (p.count && !strcmp(p.cases[0].verdict, "not compiled")) {
        compile_again();
    } else {
        progress_print(&p);
        show_warnings(&p);
        show_output(&p);
        printf("%d passed, %d failed, %.0f/%.0f points, %.1f s\n", p.passed, p.failed, p.score, p.of,
               measure_now() - w.started);
        show_next(&p);
        char *const words[] = {"sh", "-c", (char *)w.o->after, NULL};
        if (w.o->after && !w.once) w.background = start(words, NULL);
    }
    show_keys();
}

static void end_background(void)
{
    int status;
    if (w.background <= 0 || waitpid(w.background, &status, WNOHANG) != w.background) return;
    w.background = 0;
    if (status == 0) printf("Charts and page are up to date: %s\n", w.o->page ? w.o->page : "");
    else printf("Charts and page could not be made again: %s\n", w.o->after);
    fflush(stdout);
}

static void read_grader(void)
{
    ssize_t got = read(w.pipe, w.line + w.length, 1);
    if (got <= 0) return end_grading();
    if (w.line[w.length] != '\n' && w.length < sizeof w.line - 2) {
        w.length++;
        return;
    }
    w.line[w.length + 1] = 0;
    w.length = 0;
    take_line();
}

// --- Keys ---

static void show_hint(void)
{
    progress p;
    progress_read(&p, w.o->json);
    const progress_case *k = progress_next(&p);
    if (p.compile[0]) printf("It does not compile: mend that first.\n");
    else if (!k) printf("Nothing is left to hint at.\n");
    else if (!hint_print(w.o->hints, k->function, hint_next_level(w.o->hint_state, k->function)))
        printf("There are no hints for %s in %s.\n", k->function, w.o->hints);
}

static void list(void)
{
    progress p;
    progress_read(&p, w.o->json);
    for (int i = 0; i < p.count; i++)
        printf("  %-*s %-36s %s\n", progress_width(&p), p.cases[i].function, p.cases[i].name,
               p.cases[i].verdict);
}

static void plot(void)
{
    progress p;
    progress_read(&p, w.o->json);
    if (p.compile[0]) printf("It does not compile: mend that first.\n");
    else shell(w.o->plot);
}

static void open_page(void) { browse(w.o->page); }

static const struct {
    char key;
    void (*act)(void);
} keys[] = {{'r', grade}, {'h', show_hint}, {'l', list}, {'p', plot}, {'o', open_page}};

// False if the key or the end of input ends the program.
static bool take_key(void)
{
    char key;
    if (read(STDIN_FILENO, &key, 1) != 1 || key == 'q') return false;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (keys[i].key == key) {
            clear_place();
            keys[i].act();
            if (key != 'r') show_keys();
        }
    return true;
}

// --- The loop ---

static void restore(void)
{
    if (w.raw) tcsetattr(STDIN_FILENO, TCSANOW, &w.before);
    stop(&w.run);
    stop(&w.background);
    if (w.group > 0) tcsetpgrp(STDIN_FILENO, w.group);
}

// Ctrl-C is for this program alone: make, which started it, would complain of it. A stopped program of its own group
// would keep the terminal from the shell, so Ctrl-Z does nothing.
static void take_terminal(void)
{
    const pid_t before = tcgetpgrp(STDIN_FILENO);
    if (before < 0 || before == getpid() || setpgid(0, 0) != 0) return;
    signal(SIGTTOU, SIG_IGN);
    signal(SIGTSTP, SIG_IGN);
    if (tcsetpgrp(STDIN_FILENO, getpid()) == 0) w.group = before;
}

static void end_by_signal(int signal)
{
    (void)signal;
    exit(0); // calls restore
}

static void prepare(void)
{
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", w.o->file);
    char *slash = strrchr(folder, '/');
    if (slash) *slash = 0;
    w.inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC); // of the folder: editors save by renaming
    if (w.inotify >= 0) inotify_add_watch(w.inotify, slash ? folder : ".", IN_CLOSE_WRITE | IN_MOVED_TO);
    atexit(restore);
    signal(SIGINT, end_by_signal);
    signal(SIGTERM, end_by_signal);
    w.once = tcgetattr(STDIN_FILENO, &w.before) != 0;
    if (!w.once) {
        take_terminal();
        struct termios raw = w.before;
        raw.c_lflag &= (tcflag_t) ~(ICANON | ECHO);
        w.raw = tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
    }
}

static bool saved(void)
{
    struct stat s;
    if (stat(w.o->file, &s) != 0) return false; // an editor is in the middle of saving
    return s.st_mtim.tv_sec != w.seen.st_mtim.tv_sec || s.st_mtim.tv_nsec != w.seen.st_mtim.tv_nsec ||
           s.st_size != w.seen.st_size || s.st_ino != w.seen.st_ino;
}

int watch(const watch_options *options)
{
    w.o = options;
    prepare();
    grade();
    while (w.once && w.run) read_grader();
    if (w.once) return printf("Graded once: there is no terminal here to wait in for the next save.\n"), 0;
    for (;;) {
        struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                               {.fd = w.inotify, .events = POLLIN},
                               {.fd = w.pipe, .events = POLLIN}};
        if (poll(fds, 3, POLL_MILLISECONDS) < 0 && errno != EINTR) return 1;
        char events[4096];
        while (fds[1].revents && read(w.inotify, events, sizeof events) > 0) {
        }
        if (fds[0].revents && !take_key()) return 0;
        if (saved()) grade();
        else if (fds[2].revents && w.pipe >= 0) read_grader();
        end_background();
    }
}
