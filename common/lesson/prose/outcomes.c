// outcomes.c: reads the blocks of chosen prose, and tries numbers on both sides of every comparison.
#include "outcomes.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "choice.h"
#include "core/file.h"
#include "names.h"
#include "prose.h"
#include "lesson/state.h"

enum { MOST_NAMES = 3, MOST_VALUES = 160, LINE_BYTES = 1024 };

typedef struct {
    lesson_mark mark;
    lesson_condition condition;
    char text[LINE_BYTES]; // of the mark; the condition points into it
    long line;
    int shown_lines;
    bool reached, came_out[LESSON_MOST_COMPARISONS][2];
} alternative;

typedef struct {
    const lesson_side *side; // one that has the name
    char name[48];
    double values[MOST_VALUES]; // to try
    int count;
} unknown;

// From [if] to [end].
typedef struct {
    const lesson_run *run;
    const lesson_piece *piece;
    long line;
    alternative all[LESSON_MOST_ALTERNATIVES];
    int count;
    unknown names[MOST_NAMES];
    int name_count;
} block;

static tt_status refuse(const lesson_run *run, long line, const char *what)
{
    char why[400];
    snprintf(why, sizeof why, "%s", what);
    return tt_fail(TT_BAD_VALUE, "%s:%ld: %s", run->path, line, why);
}

// --- Reading the blocks ---

static tt_status note_name(block *b, const lesson_side *side, long line)
{
    char name[48], what[200];
    if (!side->name) return TT_OK;
    snprintf(name, sizeof name, "%s%.*s", side->guessed ? "predicted:" : "", (int)side->length, side->name);
    for (int i = 0; i < b->name_count; i++)
        if (!strcmp(b->names[i].name, name)) return TT_OK;
    snprintf(what, sizeof what, "%s: no cell records or asks for that name", name);
    if (!lesson_piece_of_name(b->run, side->name, side->length)) return refuse(b->run, line, what);
    if (b->name_count == MOST_NAMES) return refuse(b->run, line, "a block compares at most three numbers");
    unknown *u = &b->names[b->name_count++];
    *u = (unknown){.side = side};
    snprintf(u->name, sizeof u->name, "%s", name);
    return TT_OK;
}

static tt_status end_alternative(const block *b)
{
    const alternative *last = &b->all[b->count - 1];
    return last->shown_lines ? TT_OK : refuse(b->run, last->line, "an alternative without a sentence");
}

static tt_status add_alternative(block *b, lesson_mark mark, const char *text, long line)
{
    lesson_mark before = b->count ? b->all[b->count - 1].mark : CHOICE_IF;
    if (b->count && mark <= before && !(mark == CHOICE_ELSE_IF && before <= CHOICE_ELSE_IF))
        return refuse(b->run, line, "the order is [if], [else if], [else], [not measured], [end]");
    if (b->count == LESSON_MOST_ALTERNATIVES) return refuse(b->run, line, "too many alternatives");
    if (b->count && end_alternative(b) != TT_OK) return TT_BAD_VALUE;
    alternative *a = &b->all[b->count++];
    *a = (alternative){.mark = mark, .line = line};
    snprintf(a->text, sizeof a->text, "%s", text);
    lesson_mark_read(&mark, &a->condition, a->text);
    for (int i = 0; i < a->condition.count; i++) {
        tt_status status = note_name(b, &a->condition.all[i].left, line);
        if (status == TT_OK) status = note_name(b, &a->condition.all[i].right, line);
        if (status != TT_OK) return status;
    }
    return TT_OK;
}

// A line alone in brackets in a block was meant to be a mark.
static bool looks_like_mark(const char *line)
{
    size_t length = strlen(line);
    return line[strspn(line, " ")] == '[' && line[length - 1] == ']';
}

// Take the next line into the block; *ended if it was [end].
static tt_status take_line(block *b, const char *line, long number, bool *ended)
{
    lesson_mark mark;
    lesson_condition condition;
    *ended = false;
    if (lesson_mark_read(&mark, &condition, line) != TT_OK) return refuse(b->run, number, tt_error());
    if (mark == CHOICE_TEXT && b->count) {
        if (looks_like_mark(line)) return refuse(b->run, number, "in a block, a line in brackets is no mark");
        b->all[b->count - 1].shown_lines += line[strspn(line, " ")] != 0;
    } else if (mark == CHOICE_END && b->count) {
        *ended = true;
        return end_alternative(b);
    } else if (mark == CHOICE_IF && b->count) {
        return refuse(b->run, number, "[if] within a block: blocks are not nested");
    } else if (mark > CHOICE_IF && !b->count) {
        return refuse(b->run, number, "a mark without an [if] before it");
    } else if (mark != CHOICE_TEXT) {
        return add_alternative(b, mark, line, number);
    }
    return TT_OK;
}

// Call `look` for each block of the lesson until it refuses one.
static tt_status for_each_block(const lesson_run *run, tt_status (*look)(block *b))
{
    static block b;
    for (int i = 0; i < run->piece_count; i++) {
        const lesson_piece *piece = &run->pieces[i];
        if (!piece->is_prose) continue;
        b = (block){.run = run, .piece = piece};
        char line[LINE_BYTES];
        const char *at = piece->body;
        for (long n = piece->first_line; lesson_prose_line(piece, &at, line, sizeof line) >= 0; n++) {
            bool ended;
            if (!b.count) b.line = n;
            tt_status status = take_line(&b, line, n, &ended);
            if (status == TT_OK && ended) status = look(&b);
            if (status != TT_OK) return status;
            if (ended) b = (block){.run = run, .piece = piece};
        }
        if (b.count) return refuse(run, b.line, "[if] without an [end] in its cell");
    }
    return TT_OK;
}

static tt_status look_at_nothing(block *b)
{
    (void)b;
    return TT_OK;
}

tt_status lesson_check_marks(const lesson_run *run) { return for_each_block(run, look_at_nothing); }

// --- Numbers on both sides ---

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void add_value(unknown *u, double value)
{
    if (u->count < MOST_VALUES) u->values[u->count++] = value;
}

// The constants and factors of the block and 1, multiplied with and divided by each other, half and twice as
// much, and what lies between each two.
static void choose_values(const block *b, unknown *u)
{
    double constants[16] = {1}, factors[17] = {1};
    int constant_count = 1, factor_count = 1;
    for (int i = 0; i < b->count; i++)
        for (int c = 0; c < b->all[i].condition.count; c++)
            for (int right = 0; right < 2; right++) {
                const lesson_comparison *compared = &b->all[i].condition.all[c];
                const lesson_side *side = right ? &compared->right : &compared->left;
                if (!side->name && constant_count < 4) constants[constant_count++] = side->factor;
                if (side->name && side->factor != 1 && factor_count < 4)
                    factors[factor_count++] = side->factor;
            }
    static const double steps[] = {0.5, 1, 2};
    for (int i = 0; i < constant_count; i++)
        for (int f = 0; f < factor_count; f++)
            for (int s = 0; s < 3; s++) {
                add_value(u, constants[i] * factors[f] * steps[s]);
                if (f) add_value(u, constants[i] / factors[f] * steps[s]);
            }
    qsort(u->values, (size_t)u->count, sizeof *u->values, by_size);
    int kept = 1;
    for (int i = 1; i < u->count; i++)
        if (u->values[i] != u->values[kept - 1]) u->values[kept++] = u->values[i];
    u->count = kept;
    for (int i = 0; i + 1 < kept; i++) add_value(u, (u->values[i] + u->values[i + 1]) / 2);
}

static void set_number(const lesson_side *side, double value)
{
    char name[48];
    snprintf(name, sizeof name, "%.*s", (int)side->length, side->name);
    lesson_record *r = lesson_find_or_add(name);
    if (!r) return;
    *(side->guessed ? &r->guess : &r->value) = value;
    r->recorded = true;
}

// The prose of the block's piece as it is now.
static tt_status look_at_prose(const block *b, long line)
{
    lesson_blob text = lesson_fill_prose(b->run, b->piece, "(not measured)", "", "");
    tt_status status = TT_OK;
    if (!text.at) status = TT_NO_MEMORY;
    else if (strchr(text.at, '{')) status = refuse(b->run, line, "a \"{\" is left in the prose");
    else if (strstr(text.at, "\n[if") || strstr(text.at, "[end]"))
        status = refuse(b->run, line, "a mark is left in the prose");
    free(text.at);
    return status;
}

// Note what the block does with the numbers as they are.
static tt_status try_numbers(block *b)
{
    for (int i = 0; i < b->count; i++) {
        alternative *a = &b->all[i];
        if (a->mark == CHOICE_ABSENT) continue;
        for (int c = 0; c < a->condition.count; c++) {
            int holds = lesson_comparison_holds(&a->condition.all[c]);
            if (holds >= 0) a->came_out[c][holds] = true;
        }
        if (lesson_condition_holds(&a->condition) != 1) continue;
        if (!a->reached && look_at_prose(b, a->line) != TT_OK) return TT_BAD_VALUE;
        a->reached = true;
        return TT_OK;
    }
    return TT_OK;
}

// Every value of every name with every value of the others, counted like the digits of a number.
static tt_status try_all(block *b)
{
    int at[MOST_NAMES] = {0};
    for (;;) {
        for (int i = 0; i < b->name_count; i++) set_number(b->names[i].side, b->names[i].values[at[i]]);
        tt_status status = try_numbers(b);
        if (status != TT_OK) return status;
        int digit = 0;
        while (digit < b->name_count && ++at[digit] == b->names[digit].count) at[digit++] = 0;
        if (digit == b->name_count) return TT_OK;
    }
}

static tt_status try_block(block *b)
{
    for (int i = 0; i < b->name_count; i++) choose_values(b, &b->names[i]);
    tt_status status = try_all(b);
    for (int i = 0; status == TT_OK && i < b->count; i++) {
        const alternative *a = &b->all[i];
        if (a->mark == CHOICE_ABSENT) continue;
        if (!a->reached) return refuse(b->run, a->line, "no numbers lead to this alternative");
        for (int c = 0; c < a->condition.count; c++)
            if (!a->came_out[c][0] || !a->came_out[c][1])
                return refuse(b->run, a->line,
                              "a comparison that always comes out the same: leave it out, or write [else]");
    }
    for (int i = 0; i < b->name_count; i++) set_number(b->names[i].side, 1);
    return status;
}

// --- Words that claim an outcome ---

// The word after a number that says which of two is larger, in this line or the next; NULL if there is none.
static const char *claim_after(const char *at, const char *next)
{
    static const char *const claims[] = {"faster",  "slower", "more",  "less",   "larger",
                                         "smaller", "better", "worse", "quicker"};
    at += strspn(at, " ");
    if (!*at) at = next;
    if (!strncmp(at, "times ", 6)) at += 6;
    for (int i = 0; i < COUNT(claims); i++)
        if (!strncmp(at, claims[i], strlen(claims[i])) && !isalnum((unsigned char)at[strlen(claims[i])]))
            return claims[i];
    return NULL;
}

static bool is_compared(const block *b, const lesson_name *name)
{
    for (int i = 0; i < b->name_count; i++)
        if (b->names[i].side->length == name->length &&
            !memcmp(b->names[i].side->name, name->name, name->length))
            return true;
    return false;
}

static tt_status check_claims(const lesson_run *run, const block *b, const char *line, const char *next,
                              long number)
{
    lesson_name name;
    for (; lesson_next_name(line, &name); line = name.end) {
        const char *claim = name.guessed ? NULL : claim_after(name.end, next);
        char what[200];
        snprintf(what, sizeof what,
                 "\"%.*s %s\" outside of a block that compares this number: it may come out otherwise",
                 (int)(name.end - name.start), name.start, claim ? claim : "");
        if (claim && !is_compared(b, &name)) return refuse(run, number, what);
    }
    return TT_OK;
}

static tt_status check_all_claims(const lesson_run *run)
{
    static block b;
    for (int i = 0; i < run->piece_count; i++) {
        char line[LINE_BYTES], next[LINE_BYTES];
        const lesson_piece *piece = &run->pieces[i];
        const char *at = piece->body;
        b = (block){.run = run, .piece = piece};
        for (long n = piece->first_line;
             piece->is_prose && lesson_prose_line(piece, &at, line, sizeof line) >= 0; n++) {
            bool ended;
            tt_status status = take_line(&b, line, n, &ended);
            if (ended) b = (block){.run = run, .piece = piece};
            const char *ahead = at;
            if (lesson_prose_line(piece, &ahead, next, sizeof next) < 0) *next = 0;
            if (status == TT_OK) status = check_claims(run, &b, line, next, n);
            if (status != TT_OK) return status;
        }
    }
    return TT_OK;
}

tt_status lesson_check_outcomes(const lesson_run *run)
{
    for (int i = 0; i < run->piece_count; i++) { // every number is known, and is 1
        char line[LINE_BYTES];
        const lesson_piece *piece = &run->pieces[i];
        const char *at = piece->body;
        while (piece->is_prose && lesson_prose_line(piece, &at, line, sizeof line) >= 0) {
            lesson_name name;
            for (const char *from = line; lesson_next_name(from, &name); from = name.end)
                set_number(&(lesson_side){1, name.name, name.length, name.guessed}, 1);
        }
    }
    tt_status status = for_each_block(run, try_block);
    return status == TT_OK ? check_all_claims(run) : status;
}

// --- Given numbers ---

static tt_status take_line_of_given(const char *path, int line, const char *text)
{
    char name[32], unit[12] = "";
    double value;
    if (!text[strspn(text, " ")] || *text == '#') return TT_OK;
    if (sscanf(text, " %31[a-z0-9_] = %lf %11s", name, &value, unit) < 2)
        return tt_fail(TT_BAD_VALUE, "%s:%d: expected NAME = NUMBER UNIT, not \"%.60s\"", path, line, text);
    lesson_record *r = lesson_find_or_add(name);
    if (!r) return tt_fail(TT_BAD_VALUE, "%s:%d: more names than a lesson holds", path, line);
    r->value = value;
    r->recorded = true;
    snprintf(r->unit, sizeof r->unit, "%s", unit);
    return TT_OK;
}

tt_status lesson_take_given(const char *path)
{
    char *text, *rest;
    size_t size;
    tt_status status = file_read(&text, &size, path, FILE_MOST);
    if (status != TT_OK) return status;
    rest = text;
    for (int line = 1; status == TT_OK && rest; line++) {
        char *one = strsep(&rest, "\n");
        status = take_line_of_given(path, line, one);
    }
    free(text);
    return status;
}
