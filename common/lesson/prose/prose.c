// prose.c: reads a paragraph ahead for numbers that are still to come, then shows it line by line.
#include "prose.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "choice.h"
#include "names.h"
#include "lesson/state.h"

enum { LINE_BYTES = 4096 };

// --- What is still to come ---

// The code between the first and the last backtick of the heading above a piece; "" if it names none.
static void find_exercise(char *exercise, size_t size, const lesson_run *run, const lesson_piece *piece)
{
    *exercise = 0;
    for (bool found = false; piece >= run->pieces && !found; piece--) {
        char line[LINE_BYTES];
        const char *at = piece->body;
        while (piece->is_prose && lesson_prose_line(piece, &at, line, sizeof line) >= 0) {
            if (*line != '#') continue;
            const char *first = strchr(line, '`'), *last = strrchr(line, '`');
            snprintf(exercise, size, "%.*s", first ? (int)(last + 1 - first) : 0, first ? first : "");
            found = true; // but a later heading of this piece is nearer
        }
    }
}

// What is said instead of a number of that cell; false if the number is only unknown.
static bool tell_when(char *text, size_t size, const lesson_run *run, const lesson_piece *cell)
{
    char exercise[160];
    const long i = cell - run->pieces;
    find_exercise(exercise, sizeof exercise, run, cell);
    const char *needed = *exercise ? exercise : "what it needs";
    if (run->unwritten[i]) {
        snprintf(text, size, "After you wrote %s: what the cell \"%s\" measured.", needed, cell->title);
    } else if (run->failed[i]) {
        snprintf(text, size, "When %s is right: what the cell \"%s\" measured.", needed, cell->title);
    } else if (run->troubled[i]) { // it crashed, or was stopped
        snprintf(text, size, "After the cell \"%s\" ran to its end: what it measured.", cell->title);
    } else if (run->partial && !run->ran[i]) {
        snprintf(text, size, "After the cell \"%s\" ran: what it measured.", cell->title);
    } else return false;
    return true;
}

// Whether a number of the line is still to come.
static bool is_to_come(const lesson_prose *p, char *text, size_t size, const char *line)
{
    lesson_name name;
    for (; lesson_next_name(line, &name); line = name.end) {
        const lesson_record *r = lesson_find(name.name, name.length);
        if (name.guessed || (r && !isnan(r->value))) continue;
        const lesson_piece *cell = lesson_piece_of_name(p->run, name.name, name.length);
        if (cell && tell_when(text, size, p->run, cell)) return true;
    }
    return false;
}

// Whether a line is of no paragraph: blank, a heading, a mark that chooses.
static bool is_apart(const char *line)
{
    lesson_mark mark = CHOICE_TEXT;
    return line[strspn(line, " ")] == 0 || *line == '#' ||
           (lesson_mark_read(&mark, NULL, line) == TT_OK && mark != CHOICE_TEXT);
}

// Whether the paragraph that begins with `line`, and goes on at p->at, is to come.
static bool paragraph_is_to_come(const lesson_prose *p, char *text, size_t size, const char *line)
{
    char next[LINE_BYTES];
    const char *at = p->at;
    snprintf(next, sizeof next, "%s", line);
    do {
        if (is_to_come(p, text, size, next)) return true;
    } while (lesson_prose_line(p->piece, &at, next, sizeof next) >= 0 && !is_apart(next));
    return false;
}

// --- Lines ---

bool lesson_prose_next(lesson_prose *p, char *raw, char *line, bool *shown)
{
    lesson_choice choice = (lesson_choice)p->choice;
    if (!p->at) p->at = p->piece->body;
    *line = 0;
    if (lesson_prose_line(p->piece, &p->at, raw, LINE_BYTES) < 0) return false;
    char clean[LINE_BYTES];
    snprintf(clean, sizeof clean, "%s", raw);
    for (char *c = clean; *c; c++)
        if ((unsigned char)*c < 0x20 && *c != '\t') *c = ' ';
    const bool apart = is_apart(raw);
    *shown = lesson_choose(&choice, raw);
    p->choice = (int)choice;
    if (apart || !*shown) p->begun = p->waits = false;
    if (*shown && !apart && !p->begun) {
        char said[sizeof p->said];
        p->begun = true;
        p->waits = paragraph_is_to_come(p, said, sizeof said, raw);
        if (p->waits) {
            *shown = strcmp(said, p->said) != 0;
            snprintf(p->said, sizeof p->said, "%s", said);
            snprintf(line, LINE_BYTES, "%s", said);
            return true;
        }
    }
    if (p->waits) *shown = false;
    if (*shown) lesson_fill_names(line, LINE_BYTES, clean, p->absent, p->before, p->after);
    return true;
}

lesson_blob lesson_fill_prose(const lesson_run *run, const lesson_piece *piece, const char *absent,
                              const char *before, const char *after)
{
    lesson_blob text = {0};
    FILE *out = open_memstream(&text.at, &text.length);
    char raw[LINE_BYTES], line[LINE_BYTES];
    bool shown;
    lesson_prose p = {.run = run, .piece = piece, .absent = absent, .before = before, .after = after};
    while (out && lesson_prose_next(&p, raw, line, &shown))
        if (shown) fprintf(out, "%s\n", line);
    if (out) fclose(out);
    return text;
}
