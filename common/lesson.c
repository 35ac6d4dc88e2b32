// lesson.c: walks a lesson's cells: prose, code, output.
#include "lesson.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "blas_peer.h"
#include "lesson_show.h"
#include "lesson_state.h"
#include "lesson_text.h"

enum { CELL_SECONDS = 300 }; // for one cell, the reader's thinking apart

extern const lesson_cell __start_lesson_cells[], __stop_lesson_cells[];

static const lesson_cell *cell_of(const lesson_piece *piece)
{
    for (const lesson_cell *c = __start_lesson_cells; c < __stop_lesson_cells; c++)
        if (!piece->is_prose && c->line >= piece->first_line && c->line <= piece->last_line) return c;
    return NULL;
}

// --- Running a cell ---

// Pass on what the cell prints until it ends; false if its time is up.
static bool copy_output(int from)
{
    char buffer[4096];
    double left = CELL_SECONDS;
    struct pollfd p = {.fd = from, .events = POLLIN};
    while (left > 0) {
        int ready = poll(&p, 1, 1000);
        if (ready == 0 && !lesson->asking) left -= 1;
        if (ready <= 0) continue;
        ssize_t n = read(from, buffer, sizeof buffer);
        if (n <= 0) return true;
        fwrite(buffer, 1, (size_t)n, stdout);
        fflush(stdout);
    }
    return false;
}

static void enter_cell(const lesson_cell *cell, int output)
{
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    close(output);
    crash_watch(&lesson->crash);
    cell->run();
    fflush(NULL);
    _exit(0);
}

// Run a cell in a process of its own and show how it ended.
static void run_cell(const lesson_cell *cell)
{
    int out[2];
    lesson->todo = lesson->asking = false;
    fflush(NULL);
    if (pipe(out) != 0) return perror("lesson: pipe");
    pid_t pid = fork();
    if (pid < 0) return perror("lesson: fork");
    if (pid == 0) {
        close(out[0]);
        enter_cell(cell, out[1]);
    }
    close(out[1]);
    bool in_time = copy_output(out[0]);
    close(out[0]);
    if (!in_time) kill(pid, SIGKILL);
    int status = 0;
    waitpid(pid, &status, 0);
    char what[160] = "";
    if (!in_time) snprintf(what, sizeof what, "no end after %d s; stopped", CELL_SECONDS);
    else if (WIFSIGNALED(status)) crash_describe(&lesson->crash, WTERMSIG(status), what, sizeof what);
    else if (WEXITSTATUS(status) != 0)
        snprintf(what, sizeof what, "ended with exit code %d", WEXITSTATUS(status));
    if (*what) show_warning("Cell %s: %s. The lesson goes on.", cell->name, what);
    if (lesson->todo)
        show_warning("Something here is not written yet. Write it, save, and run this cell again: --cell %s",
                     cell->name);
}

// --- The walk ---

typedef struct {
    const char *only, *from; // cells by name
    bool list, step;
} walk_options;

static bool parse(int argc, char **argv, walk_options *o)
{
    for (int i = 1; i < argc; i++) {
        bool more = i + 1 < argc;
        if (!strcmp(argv[i], "--list")) o->list = true;
        else if (!strcmp(argv[i], "--step")) o->step = true;
        else if (!strcmp(argv[i], "--quick")) lesson->quick = true;
        else if (!strcmp(argv[i], "--cell") && more) o->only = argv[++i];
        else if (!strcmp(argv[i], "--from") && more) o->from = argv[++i];
        else if (!strcmp(argv[i], "--folder") && more)
            snprintf(lesson->folder, sizeof lesson->folder, "%s", argv[++i]);
        else return false;
    }
    return true;
}

static int list_cells(const lesson_piece *pieces, int count)
{
    for (int i = 0; i < count; i++) {
        const lesson_cell *cell = cell_of(&pieces[i]);
        if (cell) printf("%-20s %s\n", cell->name, pieces[i].title);
    }
    return 0;
}

static int walk(const lesson_piece *pieces, int count, const walk_options *o)
{
    int number = 0;
    bool found = !o->only && !o->from;
    for (int i = 0; i < count; i++) {
        const lesson_cell *cell = cell_of(&pieces[i]);
        number += cell != NULL;
        const lesson_cell *follows = cell            ? cell
                                     : i + 1 < count ? cell_of(&pieces[i + 1])
                                                     : NULL; // prose goes with it
        const char *wanted = o->only ? o->only : o->from;
        bool here = follows && wanted && !strcmp(follows->name, wanted);
        if (o->only ? !here : !found && !here) continue;
        found = true;
        if (pieces[i].is_prose) show_prose(&pieces[i]);
        else if (cell) {
            show_code(&pieces[i], number);
            run_cell(cell);
            if (o->step && lesson->interactive && !show_pause()) break;
        }
    }
    if (!found) return fprintf(stderr, "lesson: no cell of that name; --list shows them\n"), 2;
    show_guesses();
    return 0;
}

int lesson_main(int argc, char **argv, const char *text)
{
    blas_peer_serve(argc, argv);
    lesson = mmap(NULL, sizeof *lesson, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (lesson == MAP_FAILED) return perror("lesson"), 1;
    *lesson = (lesson_state){.folder = "build", .interactive = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)};
    signal(SIGPIPE, SIG_IGN);
    walk_options options = {0};
    if (!parse(argc, argv, &options)) {
        fprintf(stderr,
                "usage: %s [--list] [--cell NAME] [--from NAME] [--step] [--quick] [--folder FOLDER]\n",
                argv[0]);
        return 2;
    }
    static lesson_piece pieces[LESSON_MOST_CELLS];
    int count = lesson_cut(pieces, LESSON_MOST_CELLS, text);
    return options.list ? list_cells(pieces, count) : walk(pieces, count, &options);
}
