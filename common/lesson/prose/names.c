// names.c: finds {names} in prose, fills them in, and reports those that no cell recorded.
#include "names.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "choice.h"
#include "core/chart.h"
#include "lesson/state.h"

bool lesson_next_name(const char *from, lesson_name *name)
{
    static const char guess[] = "predicted:";
    for (; (from = strchr(from, '{')); from++) {
        const char *text = from + 1;
        bool guessed = !strncmp(text, guess, strlen(guess));
        if (guessed) text += strlen(guess);
        size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");
        if (length == 0 || text[length] != '}') continue;
        *name = (lesson_name){from, text + length + 1, text, length, guessed};
        return true;
    }
    return false;
}

void lesson_print_number(char *text, size_t size, double value, const char *unit)
{
    snprintf(text, size, "%.*g%s%s", chart_digits(value), value, *unit ? " " : "", unit);
}

// The name {answers} stands for a sentence: a hand-out has no answers. NULL for every other name.
static const char *sentence_of(const lesson_name *name)
{
    static char sentence[128], path[96];
    static const char answers[] = "answers";
    if (name->guessed || name->length != strlen(answers) || strncmp(name->name, answers, name->length) != 0)
        return NULL;
    snprintf(path, sizeof path, "solutions/%s/answers.md", module_bench.name);
    if (access(path, F_OK) != 0) return "Your instructor has the answers.";
    snprintf(sentence, sizeof sentence, "The answers are in `%s`.", path);
    return sentence;
}

// Print the value of a name; returns whether it is a measured number.
static bool print_value(char *text, size_t size, const lesson_name *name, const char *absent)
{
    const char *sentence = sentence_of(name);
    if (sentence) return snprintf(text, size, "%s", sentence), false;
    const lesson_record *r = lesson_find(name->name, name->length);
    double value = !r ? NAN : name->guessed ? r->guess : r->value;
    if (!isnan(value)) lesson_print_number(text, size, value, r->unit);
    else snprintf(text, size, "%s", name->guessed ? "(no guess)" : absent);
    if (!isnan(value) && !name->guessed && *r->when) {
        const size_t used = strlen(text);
        snprintf(text + used, size - used, " (%s)", r->when);
    }
    return !isnan(value) && !name->guessed;
}

static bool is_unknown_guess(const char *from, const char *to)
{
    lesson_name name;
    for (; lesson_next_name(from, &name) && name.end <= to; from = name.end) {
        const lesson_record *r = lesson_find(name.name, name.length);
        if (name.guessed && (!r || isnan(r->guess))) return true;
    }
    return false;
}

// Take out what a sentence says of a guess that was not made: "You guessed {predicted:x}; it is" becomes "It is", and
// "(you guessed {predicted:x})" goes.
static void leave_guesses_out(char *line)
{
    static const char words[] = "ou guessed ";
    for (char *at = line; (at = strstr(at, words)); at++) {
        char *from = at - (at > line), *to = at + strcspn(at, ";.)");
        if (at == line || !strchr("Yy", *from) || !*to || !is_unknown_guess(from, to)) continue;
        const bool bracket = *to == ')', clause = *to == ';';
        if (bracket && from > line && from[-1] == '(') from--;
        if (bracket && from > line && from[-1] == ' ') from--;
        to++;
        if (!bracket) to += strspn(to, " ");
        if (clause) *to = (char)toupper((unsigned char)*to);
        memmove(from, to, strlen(to) + 1);
        at = line;
    }
}

void lesson_fill_names(char *out, size_t size, const char *in, const char *absent, const char *before,
                       const char *after)
{
    char line[1024];
    size_t used = 0;
    lesson_name name;
    snprintf(line, sizeof line, "%s", in);
    leave_guesses_out(line);
    in = line;
    while (used < size && lesson_next_name(in, &name)) {
        char value[160];
        bool measured = print_value(value, sizeof value, &name, absent);
        used += (size_t)snprintf(out + used, size - used, "%.*s%s%s%s", (int)(name.start - in), in,
                                 measured ? before : "", value, measured ? after : "");
        in = name.end;
    }
    if (used < size) snprintf(out + used, size - used, "%s", in);
}

// --- Names that no cell recorded ---

// The piece of the cell whose code contains these letters in quotes: of any cell, or of one that could not run to
// its end. NULL: of none.
static const lesson_piece *quoting(const lesson_run *run, bool troubled, const char *letters, size_t count)
{
    char quoted[48];
    int length = snprintf(quoted, sizeof quoted, "\"%.*s\"", (int)count, letters);
    for (int i = 0; i < run->piece_count; i++) {
        const lesson_piece *p = &run->pieces[i];
        if (!p->is_prose && (run->troubled[i] || !troubled) &&
            memmem(p->body, p->length, quoted, (size_t)length))
            return p;
    }
    return NULL;
}

// That of the cell with the name, or with that of the exhibit whose number it is.
static const lesson_piece *maker(const lesson_run *run, bool troubled, const char *name, size_t length)
{
    static const char *const ends[] = {"", "_lie", "_true"};
    for (int i = 0; i < COUNT(ends); i++) {
        size_t end = strlen(ends[i]);
        if (length <= end || memcmp(name + length - end, ends[i], end) != 0) continue;
        const lesson_piece *found = quoting(run, troubled, name, length - end);
        if (found) return found;
    }
    return NULL;
}

const lesson_piece *lesson_piece_of_name(const lesson_run *run, const char *name, size_t length)
{
    return maker(run, false, name, length);
}

// The title of the code cell after a piece of prose, for a message.
static const char *title_after(const lesson_run *run, int piece)
{
    for (int i = piece + 1; i < run->piece_count; i++)
        if (!run->pieces[i].is_prose) return run->pieces[i].title;
    return NULL;
}

static tt_status check_line(const lesson_run *run, int piece, const char *line, long number)
{
    lesson_name name;
    for (; lesson_next_name(line, &name); line = name.end) {
        const lesson_record *r = lesson_find(name.name, name.length);
        if (sentence_of(&name) || (r && (name.guessed ? r->asked : r->recorded)) ||
            maker(run, true, name.name, name.length))
            continue;
        const char *title = title_after(run, piece);
        return tt_fail(TT_BAD_VALUE, "%s:%ld: {%.*s} in the prose %s%s%s: no cell %s that name", run->path,
                       number, (int)(name.end - name.start - 2), name.start + 1,
                       title ? "before cell \"" : "at the end", title ? title : "", title ? "\"" : "",
                       name.guessed ? "asks for a guess of" : "records a number of");
    }
    return TT_OK;
}

tt_status lesson_check_names(const lesson_run *run)
{
    for (int i = 0; i < run->piece_count; i++) {
        if (!run->pieces[i].is_prose) continue;
        char line[1024];
        const char *at = run->pieces[i].body;
        for (long n = run->pieces[i].first_line;
             lesson_prose_line(&run->pieces[i], &at, line, sizeof line) >= 0; n++) {
            tt_status status = check_line(run, i, line, n);
            if (status != TT_OK) return status;
        }
    }
    return TT_OK;
}

// --- The guesses ---

double lesson_guess_factor(const lesson_record *r)
{
    if (r->guess == r->value) return 1;
    return r->guess > 0 && r->value > 0 ? fmax(r->guess / r->value, r->value / r->guess) : INFINITY;
}

char *lesson_guesses_markdown(void)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (!out) return NULL;
    int made = 0, close = 0;
    for (int i = 0; i < lesson->count; i++) {
        const lesson_record *r = &lesson->records[i];
        if (isnan(r->guess) || isnan(r->value)) continue;
        if (made++ == 0)
            fprintf(out, "| question | guessed | measured | off by |\n| --- | ---: | ---: | ---: |\n");
        char guess[48], value[48], factor[48];
        lesson_print_number(guess, sizeof guess, r->guess, r->unit);
        lesson_print_number(value, sizeof value, r->value, r->unit);
        lesson_print_number(factor, sizeof factor, lesson_guess_factor(r), "x");
        fputs("| ", out);
        for (const char *q = r->question; *q; q++) fprintf(out, *q == '|' ? "\\%c" : "%c", *q);
        fprintf(out, " | %s | %s | %s |\n", guess, value, factor);
        close += lesson_guess_factor(r) <= 2;
    }
    if (made) fprintf(out, "\n%d of %d within a factor of two.\n", close, made);
    else
        fprintf(out, "None were kept. In a terminal the lesson asks before it measures; on a page type one "
                     "where a cell asks.\n");
    fclose(out);
    return text;
}
