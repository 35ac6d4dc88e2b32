// lesson_show.c: just enough Markdown for a terminal.
#include "lesson_show.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lesson_state.h"

enum { COLUMNS = 78 };

static const char *style(const char *escape) { return isatty(STDOUT_FILENO) ? escape : ""; }
#define BOLD   style("\033[1m")
#define FAINT  style("\033[2m")
#define ORANGE style("\033[33m")
#define PLAIN  style("\033[0m")

// --- {names} ---

static void print_number(char *text, size_t size, double value, const char *unit)
{
    const char *space = *unit ? " " : "";
    if (isnan(value)) snprintf(text, size, "(not measured)");
    else if (fabs(value) >= 1000 && fabs(value) < 1e7) snprintf(text, size, "%.0f%s%s", value, space, unit);
    else snprintf(text, size, "%.3g%s%s", value, space, unit);
}

// Replace {name} and {predicted:name} by their values. Other braces stay.
static void fill_names(char *out, size_t size, const char *in)
{
    size_t used = 0;
    while (*in && used + 1 < size) {
        const char *end = *in == '{' ? strchr(in, '}') : NULL;
        size_t length = end ? (size_t)(end - in - 1) : 0;
        bool is_name = length > 0 && strspn(in + 1, "abcdefghijklmnopqrstuvwxyz0123456789_:") == length;
        if (!is_name) {
            out[used++] = *in++;
            continue;
        }
        static const char guess[] = "predicted:";
        bool guessed = length > strlen(guess) && !strncmp(in + 1, guess, strlen(guess));
        const char *name = in + 1 + (guessed ? strlen(guess) : 0);
        const lesson_record *r = lesson_find(name, (size_t)(end - name));
        char number[48];
        if (guessed && (!r || isnan(r->guess))) snprintf(number, sizeof number, "nothing");
        else print_number(number, sizeof number, r ? guessed ? r->guess : r->value : NAN, r ? r->unit : "");
        used += (size_t)snprintf(out + used, size - used, "%s", number);
        if (used >= size) used = size - 1;
        in = end + 1;
    }
    out[used] = 0;
}

// --- Prose ---

// The number of columns of a word: bytes that do not continue a UTF-8 character.
static int width(const char *word, size_t length)
{
    int columns = 0;
    for (size_t i = 0; i < length; i++) columns += ((unsigned char)word[i] & 0xc0) != 0x80;
    return columns;
}

// Print words, starting new lines at COLUMNS, each with `indent` blanks.
static int fill_words(const char *text, int column, int indent)
{
    while (*(text += strspn(text, " "))) {
        size_t length = strcspn(text, " ");
        int columns = width(text, length);
        if (column > indent && column + 1 + columns > COLUMNS) {
            printf("\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            putchar(' ');
            column++;
        }
        printf("%.*s", (int)length, text);
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

void show_prose(const lesson_piece *piece)
{
    char raw[1024], line[2048];
    const char *at = piece->body;
    int column = 0, indent = 0;
    bool fenced = false;
    putchar('\n');
    while (lesson_prose_line(piece, &at, raw, sizeof raw) >= 0) {
        fill_names(line, sizeof line, raw);
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
            column = fill_words(line + item, column, indent);
        }
    }
    if (column > 0) putchar('\n');
}

void show_code(const lesson_piece *piece, int number)
{
    printf("\n%sIn [%d]: %s%s\n%s", BOLD, number, piece->title, PLAIN, FAINT);
    const char *at = piece->body, *end = piece->body + piece->length;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        int length = (int)((stop ? stop : end) - at);
        printf("  %.*s\n", length, at);
        at += length + 1;
    }
    printf("%s\n", PLAIN);
}

void show_warning(const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    printf("%s", ORANGE);
    int column = printf(">> ");
    fill_words(text, column, 3);
    printf("%s\n", PLAIN);
}

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
        printf("  %-24s guessed %8.3g, measured %8.3g %s\n", r->name, r->guess, r->value, r->unit);
    }
}
