// show.c: the terminal's face: prose, code, and the reader's guesses.
#include "show.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/escape.h"
#include "lesson/prose/names.h"
#include "lesson/prose/prose.h"
#include "page/markdown.h"
#include "state.h"
#include "walk.h"

static const char *style(const char *escape) { return isatty(STDOUT_FILENO) ? escape : ""; }
#define BOLD   style("\033[1m")
#define FAINT  style("\033[2m")
#define ORANGE style("\033[33m")
#define PLAIN  style("\033[0m")

static void show_prose(void *self, const lesson_event *event)
{
    lesson_blob text = lesson_fill_prose(self, event->piece, "(not measured)", "", "");
    putchar('\n');
    if (!text.at || markdown_print(stdout, text.at, text.length) != TT_OK)
        printf("No prose: %s\n", tt_error());
    free(text.at);
}

// --- Cells ---

static void show_code(void *self, const lesson_event *event)
{
    (void)self;
    const lesson_piece *piece = event->piece;
    if (!event->cell) return;
    printf("\n%sIn [%d]: %s%s\n%s", BOLD, event->number, piece->title, PLAIN, FAINT);
    const char *at = piece->body, *end = piece->body + piece->length;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        int length = (int)((stop ? stop : end) - at);
        printf("  %.*s\n", length, at);
        at += length + 1;
    }
    printf("%s\n", PLAIN);
    fflush(stdout);
}

// What a cell prints, and the tables that it measured.
static void show_text(void *self, const lesson_event *event)
{
    (void)self;
    fwrite(event->text.at, 1, event->text.length, stdout);
    fflush(stdout);
}

static void show_chart_text(void *self, const lesson_event *event)
{
    (void)self;
    const lesson_chart *chart = event->chart;
    printf("\n");
    if (!chart->drawn) return; // the cell has printed why
    if (plot_text(&chart->plot, stdout) != TT_OK) printf("No chart: %s\n", tt_error());
    else printf("Picture: %s/%s.svg%s\n", chart->folder, chart->plot.name, event->png.at ? " and .png" : "");
    fflush(stdout);
}

static void show_drawing(void *self, const lesson_event *event)
{
    (void)self;
    figure_text(stdout, event->figure);
    fflush(stdout);
}

// Read "7.5", also with its unit behind it; nothing is no guess, NaN. False if the answer is something else.
static bool read_guess(double *guess, char *answer, const char *unit)
{
    char *end;
    answer[strcspn(answer, "\n")] = 0;
    answer += strspn(answer, " \t");
    *guess = NAN;
    if (!*answer) return true;
    const double value = strtod(answer, &end);
    const bool number = end > answer && isfinite(value);
    end += strspn(end, " \t");
    if (!number || (*end && strcmp(end, unit) != 0)) return false;
    *guess = value;
    return true;
}

static void ask(void *self, const lesson_event *event)
{
    (void)self;
    lesson_record *r = &lesson->records[event->record - lesson->records];
    printf("Your guess: %s", r->question);
    if (!lesson->interactive) {
        printf("\n");
        return;
    }
    printf(" [%s, Enter for none] ", r->unit);
    fflush(stdout);
    char answer[64];
    r->guess = NAN;
    while (fgets(answer, sizeof answer, stdin) && !read_guess(&r->guess, answer, r->unit)) {
        printf("That is no number. Type one like 7.5, or Enter for no guess: ");
        fflush(stdout);
    }
}

static void show_warning(void *self, const lesson_event *event)
{
    (void)self;
    printf("%s>> ", ORANGE);
    escape_wrap(stdout, event->text.at, 3, 3);
    printf("%s", PLAIN);
    fflush(stdout);
}

lesson_face lesson_terminal = {
    [LESSON_PROSE] = show_prose,     [LESSON_CODE] = show_code,        [LESSON_OUTPUT] = show_text,
    [LESSON_TABLE] = show_text,      [LESSON_CHART] = show_chart_text, [LESSON_PREDICTION] = ask,
    [LESSON_WARNING] = show_warning, [LESSON_FIGURE] = show_drawing,
};

// --- One line for each cell, for runs that make a page ---

static void show_step(void *self, const lesson_event *event)
{
    const lesson_run *run = self;
    if (!event->cell) return;
    int cells = 0;
    for (int i = 0; i < run->piece_count; i++) cells += lesson_cell_of(&run->pieces[i]) != NULL;
    printf("[%2d of %d] %s\n", event->number, cells, event->piece->title);
    fflush(stdout);
}

lesson_face lesson_progress = {[LESSON_CODE] = show_step, [LESSON_WARNING] = show_warning};

bool show_pause(void)
{
    printf("\n%s[Enter for the next cell, q to stop] %s", FAINT, PLAIN);
    fflush(stdout);
    char answer[16];
    return fgets(answer, sizeof answer, stdin) && tolower((unsigned char)*answer) != 'q';
}

void show_guesses(void)
{
    bool headed = false;
    for (int i = 0; i < lesson->count; i++) {
        const lesson_record *r = &lesson->records[i];
        if (isnan(r->guess) || isnan(r->value)) continue;
        if (!headed) printf("\n%sYour guesses%s\n", BOLD, PLAIN);
        headed = true;
        printf("  %-22.22s guessed %7.3g, measured %7.3g %s, off by %.3g x\n", r->name, r->guess, r->value,
               r->unit, lesson_guess_factor(r));
    }
}
