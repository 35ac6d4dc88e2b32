// walk.c: runs the cells one after the other, each in a forked child, and makes events of what they do.
//
// A child has two channels to its parent: a pipe for what it prints, and a socket for messages (a table,
// a chart, a drawing, a question, a number). After each message it waits for an answer, so that text and tables
// keep their order.
#include "walk.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/file.h"
#include "guesses.h"
#include "show.h"
#include "state.h"

enum {
    CELL_SECONDS = 300,   // without output or message from a cell; the reader's thinking does not count
    CELL_BYTES = 32 << 20 // that one cell may print
};

extern const lesson_cell __start_lesson_cells[], __stop_lesson_cells[];

// The state of the walk.
typedef struct {
    lesson_run *run;
    void (*const *live)(void *self, const lesson_event *event);
    const lesson_piece *piece;
    const lesson_cell *cell;
    int number;
    int output, wire; // the parent's ends of pipe and socket
    size_t printed;   // bytes so far
} place;

const lesson_cell *lesson_cell_of(const lesson_piece *piece)
{
    for (const lesson_cell *c = __start_lesson_cells; c < __stop_lesson_cells; c++)
        if (!piece->is_prose && c->line >= piece->first_line && c->line <= piece->last_line) return c;
    return NULL;
}

// --- Events ---

static void happen(place *p, lesson_event event)
{
    event.piece = p->piece;
    event.cell = p->cell;
    event.number = p->number;
    if (p->live[event.kind]) p->live[event.kind](p->run, &event);
    if (!lesson_run_add(p->run, &event)) fprintf(stderr, "lesson: no memory for the page\n");
}

// The text in an array of `most` bytes, with or without a zero at its end.
static lesson_blob blob_of(const char *text, size_t most)
{
    return (lesson_blob){(char *)text, strnlen(text, most)};
}

static void happen_chart(place *p, lesson_chart *chart)
{
    lesson_event event = {.kind = LESSON_CHART, .chart = chart};
    char path[512];
    if (chart->drawn) {
        snprintf(path, sizeof path, "%s/%s.svg", chart->folder, chart->plot.name);
        file_read(&event.svg.at, &event.svg.length, path, FILE_MOST);
        snprintf(path, sizeof path, "%s/%s.png", chart->folder, chart->plot.name);
        file_read(&event.png.at, &event.png.length, path, FILE_MOST);
    }
    happen(p, event);
    free(event.svg.at), free(event.png.at);
}

// A message comes from a process in which a student's code ran: kind, index, size and counts are checked.
static bool is_sound(const lesson_message *m, ssize_t size)
{
    const plot_chart *c = &m->chart.plot;
    switch ((int)m->kind) {
    case LESSON_PREDICTION:
    case LESSON_RECORD:
        return m->record >= 0 && m->record < lesson->count && lesson->count <= LESSON_MOST_RECORDS;
    case LESSON_TABLE:
        return size == (ssize_t)sizeof *m;
    case LESSON_FIGURE:
        return size == (ssize_t)sizeof *m && figure_is_sound(&m->figure);
    case LESSON_CHART:
        if (size != (ssize_t)sizeof *m || c->series_count < 0 || c->series_count > PLOT_MOST_SERIES)
            return false;
        for (int i = 0; i < c->series_count; i++)
            if (c->series[i].count < 0 || c->series[i].count > PLOT_MOST_POINTS) return false;
        return c->bar_count >= 0 && c->bar_count <= PLOT_MOST_SERIES;
    default:
        return false;
    }
}

// Take one message and answer it; false if the cell has closed its end.
static bool take_message(place *p)
{
    static lesson_message m;
    ssize_t size = recv(p->wire, &m, sizeof m, 0);
    if (size <= 0) return false;
    if (is_sound(&m, size)) {
        if (m.kind == LESSON_CHART) happen_chart(p, &m.chart);
        else if (m.kind == LESSON_FIGURE)
            happen(p, (lesson_event){.kind = LESSON_FIGURE, .figure = &m.figure});
        else if (m.kind == LESSON_TABLE)
            happen(p, (lesson_event){.kind = LESSON_TABLE,
                                     .text = blob_of(m.table.plain, sizeof m.table.plain),
                                     .markdown = blob_of(m.table.markdown, sizeof m.table.markdown)});
        else {
            if (m.kind == LESSON_PREDICTION) lesson_guess_recall(&lesson->records[m.record]);
            happen(p, (lesson_event){.kind = m.kind, .record = &lesson->records[m.record]});
        }
    }
    return send(p->wire, "", 1, MSG_NOSIGNAL) == 1;
}

// Pass on all that the cell has printed so far; false at its end or past the limit.
static bool take_output(place *p)
{
    char buffer[4096];
    ssize_t n = 0;
    while (p->printed < CELL_BYTES && (n = read(p->output, buffer, sizeof buffer)) > 0) {
        happen(p, (lesson_event){.kind = LESSON_OUTPUT, .text = {buffer, (size_t)n}});
        p->printed += (size_t)n;
    }
    return p->printed < CELL_BYTES && n < 0;
}

// Follow a cell until it ends; false if it must be stopped.
static bool follow(place *p)
{
    int seconds = 0;
    struct pollfd lines[2] = {{.fd = p->output, .events = POLLIN}, {.fd = p->wire, .events = POLLIN}};
    while (seconds < CELL_SECONDS) {
        int ready = poll(lines, 2, 1000);
        if (ready == 0) seconds++;
        if (ready <= 0) continue;
        // Noted before the output is read: what was printed before the message is in the pipe by now.
        bool told = lines[1].revents != 0;
        if (lines[0].revents && !take_output(p)) return p->printed < CELL_BYTES;
        if (told && !take_message(p)) lines[1].fd = -1;
    }
    return false;
}

// --- A cell's process ---

static void enter_cell(const lesson_cell *cell, int output, int wire)
{
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    close(output);
    setvbuf(stdout, NULL, _IOLBF, 0); // keeps it in order with stderr
    lesson_wire = wire;
    crash_watch(&lesson->crash);
    cell->run();
    fflush(NULL);
    _exit(0);
}

static void warn(place *p, const char *text)
{
    p->run->troubled[p->piece - p->run->pieces] = true;
    happen(p, (lesson_event){.kind = LESSON_WARNING, .text = {(char *)text, strlen(text)}});
}

static void tell_how_it_ended(place *p, bool stopped, int status)
{
    char what[160] = "", text[320];
    if (stopped && p->printed >= CELL_BYTES) snprintf(what, sizeof what, "prints without end; stopped");
    else if (stopped) snprintf(what, sizeof what, "silent for %d s; stopped", CELL_SECONDS);
    else if (WIFSIGNALED(status)) crash_describe(&lesson->crash, WTERMSIG(status), what, sizeof what);
    else if (WEXITSTATUS(status) != 0)
        snprintf(what, sizeof what, "ended with exit code %d", WEXITSTATUS(status));
    if (*what) {
        snprintf(text, sizeof text, "Cell %s: %s. The lesson goes on.", p->cell->name, what);
        warn(p, text);
    }
    p->run->ran[p->piece - p->run->pieces] = true;
    p->run->failed[p->piece - p->run->pieces] = lesson->failed;
    if (lesson->todo) {
        p->run->unwritten[p->piece - p->run->pieces] = true;
        snprintf(text, sizeof text,
                 "Something here is not written yet. Write it, save, and run this cell again: `make %.*s "
                 "LESSON=\"--cell %s\"`",
                 (int)strcspn(module_bench.name, "_"), module_bench.name, p->cell->name);
        warn(p, text);
    }
}

static void run_cell(place *p)
{
    int out[2], wire[2];
    lesson->todo = lesson->failed = false;
    fflush(NULL);
    if (pipe(out) != 0 || socketpair(AF_UNIX, SOCK_SEQPACKET, 0, wire) != 0) return perror("lesson");
    pid_t pid = fork();
    if (pid < 0) return perror("lesson: fork");
    if (pid == 0) {
        close(out[0]), close(wire[0]);
        enter_cell(p->cell, out[1], wire[1]);
    }
    close(out[1]), close(wire[1]);
    fcntl(out[0], F_SETFL, O_NONBLOCK);
    p->output = out[0], p->wire = wire[0];
    bool stopped = !follow(p);
    if (stopped) kill(pid, SIGKILL);
    close(out[0]), close(wire[0]);
    int status = 0;
    waitpid(pid, &status, 0);
    tell_how_it_ended(p, stopped, status);
}

// --- The walk ---

static void visit(place *p)
{
    happen(p, (lesson_event){.kind = p->piece->is_prose ? LESSON_PROSE : LESSON_CODE});
    if (!p->cell) return;
    run_cell(p);
    happen(p, (lesson_event){.kind = LESSON_CELL_END});
}

// Where the first or the last heading of a piece begins; NULL if it has none.
static const char *find_heading(const lesson_piece *piece, bool last)
{
    static const char heading[] = "// #";
    const char *found = NULL, *end = piece->body + piece->length;
    for (const char *line = piece->body; line && line < end && (last || !found);) {
        if (!strncmp(line, heading, strlen(heading))) found = line;
        line = memchr(line, '\n', (size_t)(end - line));
        if (line) line++;
    }
    return found;
}

// The part of the prose that belongs to the cell behind it, from its last heading on, or to the cell before it, up to
// its first heading.
static lesson_piece part_of(const lesson_piece *piece, bool behind)
{
    lesson_piece part = *piece;
    const char *heading = find_heading(piece, !behind);
    if (heading && !behind) part.body = heading, part.length -= (size_t)(heading - piece->body);
    if (heading && behind) part.length = (size_t)(heading - piece->body);
    return part;
}

static void visit_prose(lesson_run *run, lesson_face live, const lesson_piece *piece)
{
    visit(&(place){.run = run, .live = live, .piece = piece});
}

// One cell, between the prose that leads to it and what is said of it behind.
static bool walk_one(lesson_run *run, lesson_face live, const char *name)
{
    int number = 0;
    for (int i = 0; i < run->piece_count; i++) {
        const lesson_piece *piece = &run->pieces[i];
        const lesson_cell *cell = lesson_cell_of(piece);
        number += cell != NULL;
        if (!cell || strcmp(cell->name, name) != 0) continue;
        static lesson_piece before, behind; // the kept events point to them
        before = part_of(i > 0 ? piece - 1 : piece, false);
        behind = part_of(i + 1 < run->piece_count ? piece + 1 : piece, true);
        if (before.is_prose) visit_prose(run, live, &before);
        visit(&(place){.run = run, .live = live, .piece = piece, .cell = cell, .number = number});
        if (behind.is_prose && behind.length > 0) visit_prose(run, live, &behind);
        return true;
    }
    return false;
}

bool lesson_walk(lesson_run *run, lesson_face live, const lesson_walk_options *o)
{
    if (o->only) return walk_one(run, live, o->only);
    const char *wanted = o->from;
    bool found = !wanted;
    int number = 0;
    for (int i = 0; i < run->piece_count; i++) {
        const lesson_piece *piece = &run->pieces[i];
        const lesson_cell *cell = lesson_cell_of(piece);
        number += cell != NULL;
        bool leads = !cell && i + 1 < run->piece_count; // prose goes with the cell after it
        const lesson_cell *follows = leads ? lesson_cell_of(piece + 1) : cell;
        bool here = follows && wanted && !strcmp(follows->name, wanted);
        if (!found && !here) continue;
        found = true;
        visit(&(place){.run = run, .live = live, .piece = piece, .cell = cell, .number = cell ? number : 0});
        if (cell && o->step && lesson->interactive && !show_pause()) break;
    }
    return found;
}
