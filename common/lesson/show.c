// lesson/show.c: the terminal's face: just enough Markdown, code, and the reader's guesses.
#include "show.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "names.h"
#include "state.h"
#include "walk.h"

enum { COLUMNS = 78 };

static const char *style(const char *escape) { return isatty(STDOUT_FILENO) ? escape : ""; }
#define BOLD   style("\033[1m")
#define FAINT  style("\033[2m")
#define ORANGE style("\033[33m")
#define PLAIN  style("\033[0m")

// --- Prose ---

// The number of columns of a word: bytes that do not continue a UTF-8 character.
static int width(const char *word, size_t length)
{
    int columns = 0;
    for (size_t i = 0; i < length; i++) columns += ((unsigned char)word[i] & 0xc0) != 0x80;
    return columns;
}

int show_words(FILE *out, const char *text, int column, int indent)
{
    while (*(text += strspn(text, " "))) {
        size_t length = strcspn(text, " ");
        int columns = width(text, length);
        if (column > indent && column + 1 + columns > COLUMNS) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            fputc(' ', out);
            column++;
        }
        fprintf(out, "%.*s", (int)length, text);
        column += columns;
        text += length;
    }
    return column;
}

// How deep a list item's text starts, 0 if the line is none: "- " or "1. " after blanks.
static int item_indent(const char *line)
{
    size_t blanks = strspn(line, " "), digits = strspn(line + blanks, "0123456789");
    if (digits && line[blanks + digits] == '.' && line[blanks + digits + 1] == ' ')
        return (int)(blanks + digits + 2);
    if (strchr("-*", line[blanks]) && line[blanks] && line[blanks + 1] == ' ') return (int)blanks + 2;
    return 0;
}

static void show_heading(const char *line)
{
    const char *text = line + strspn(line, "# ");
    printf("\n%s%s%s\n", BOLD, text, PLAIN);
    int level = (int)strspn(line, "#");
    if (level <= 2)
        for (int i = width(text, strlen(text)); i > 0; i--) putchar(level == 1 ? '=' : '-');
    if (level <= 2) putchar('\n');
}

static void show_prose(void *self, const lesson_event *event)
{
    (void)self;
    const lesson_piece *piece = event->piece;
    char raw[1024], line[2048];
    const char *at = piece->body;
    int column = 0, indent = 0;
    bool fenced = false;
    putchar('\n');
    while (lesson_prose_line(piece, &at, raw, sizeof raw) >= 0) {
        lesson_fill_names(line, sizeof line, raw, "(not measured)", "", "");
        bool fence = !strncmp(line, "```", 3);
        bool as_is = fenced || fence || *line == '|' || !strncmp(line, "    ", 4);
        int item = item_indent(line);
        if (column > 0 && (as_is || item || *line == '#' || !*line)) putchar('\n'), column = 0;
        fenced ^= fence;
        if (fence) continue;
        if (as_is) printf("%s%s\n", *line == '|' ? "" : "  ", line);
        else if (!*line) putchar('\n'), indent = 0;
        else if (*line == '#') show_heading(line);
        else {
            if (item) indent = item, column = printf("%.*s", item, line);
            column = show_words(stdout, line + item, column, indent);
        }
    }
    if (column > 0) putchar('\n');
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
    if (!chart->drawn) return; // the cell has said why
    if (plot_text(&chart->plot, stdout) != TT_OK) printf("No chart: %s\n", tt_error());
    else printf("Picture: %s/%s.svg and .png\n", chart->folder, chart->plot.name);
    fflush(stdout);
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
    char answer[64], *end;
    r->guess = NAN;
    if (!fgets(answer, sizeof answer, stdin)) return;
    double guess = strtod(answer, &end);
    if (end != answer && isfinite(guess)) r->guess = guess;
}

static void show_warning(void *self, const lesson_event *event)
{
    (void)self;
    printf("%s", ORANGE);
    int column = printf(">> ");
    show_words(stdout, event->text.at, column, 3);
    printf("%s\n", PLAIN);
    fflush(stdout);
}

lesson_face lesson_terminal = {
    [LESSON_PROSE] = show_prose,     [LESSON_CODE] = show_code,        [LESSON_OUTPUT] = show_text,
    [LESSON_TABLE] = show_text,      [LESSON_CHART] = show_chart_text, [LESSON_PREDICTION] = ask,
    [LESSON_WARNING] = show_warning,
};

// --- A line per cell, for runs that are made for a page ---

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
