// choice.c: reads the marks of chosen prose, line by line, and follows them.
#include "choice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lesson/state.h"

static const char *past_blanks(const char *at) { return at + strspn(at, " "); }

// --- Conditions ---

// Each reader returns what follows, or NULL.
static const char *read_side(lesson_side *side, const char *at)
{
    static const char guess[] = "predicted:";
    *side = (lesson_side){.factor = 1};
    at = past_blanks(at);
    if (strchr("-.0123456789", *at) && *at) {
        char *end;
        side->factor = strtod(at, &end);
        if (end == at || !isfinite(side->factor)) return NULL;
        at = past_blanks(end);
        if (*at != '*') return at;
        at = past_blanks(at + 1);
    }
    side->guessed = !strncmp(at, guess, strlen(guess));
    if (side->guessed) at += strlen(guess);
    side->name = at;
    side->length = strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return side->length && !strchr("0123456789", *at) ? past_blanks(at + side->length) : NULL;
}

static const char *read_comparison(lesson_comparison *c, const char *at)
{
    at = read_side(&c->left, at);
    size_t length = at ? strspn(at, "<>=") : 0;
    if (length < 1 || length > 2) return NULL;
    memcpy(c->op, at, length);
    c->op[length] = 0;
    if (length == 2 ? strcmp(c->op, "<=") && strcmp(c->op, ">=") : 0) return NULL;
    return read_side(&c->right, at + length);
}

static tt_status read_condition(lesson_condition *condition, const char *text)
{
    condition->count = 0;
    for (const char *at = text;;) {
        if (condition->count == LESSON_MOST_COMPARISONS)
            return tt_fail(TT_BAD_VALUE, "a condition has at most %d comparisons", LESSON_MOST_COMPARISONS);
        at = read_comparison(&condition->all[condition->count++], at);
        if (!at || (*at != ']' && strncmp(at, "and ", 4) != 0))
            return tt_fail(TT_BAD_VALUE,
                           "expected comparisons such as \"a > 1.1 * b and c <= 3\", not \"%.*s\"",
                           (int)strcspn(text, "]"), text);
        if (*at == ']') return TT_OK;
        at += 4;
    }
}

static double value_of(const lesson_side *side)
{
    if (!side->name) return side->factor;
    const lesson_record *r = lesson_find(side->name, side->length);
    return r ? side->factor * (side->guessed ? r->guess : r->value) : NAN;
}

int lesson_comparison_holds(const lesson_comparison *c)
{
    double left = value_of(&c->left), right = value_of(&c->right);
    if (isnan(left) || isnan(right)) return -1;
    bool same = c->op[strlen(c->op) - 1] == '=' && left == right;
    return same || (*c->op == '<' && left < right) || (*c->op == '>' && left > right);
}

int lesson_condition_holds(const lesson_condition *condition)
{
    int holds = 1;
    for (int i = 0; i < condition->count; i++) {
        int one = lesson_comparison_holds(&condition->all[i]);
        if (one < 0) return -1;
        holds = holds && one;
    }
    return holds;
}

// --- Marks ---

tt_status lesson_mark_read(lesson_mark *mark, lesson_condition *condition, const char *line)
{
    static const struct {
        const char *words;
        lesson_mark mark;
    } marks[] = {{"[if ", CHOICE_IF},
                 {"[else if ", CHOICE_ELSE_IF},
                 {"[else]", CHOICE_ELSE},
                 {"[not measured]", CHOICE_ABSENT},
                 {"[end]", CHOICE_END}};
    static const char *const like[] = {"[if", "[else", "[elif", "[not ", "[end"};
    lesson_condition unused;
    if (!condition) condition = &unused;
    *mark = CHOICE_TEXT;
    line = past_blanks(line);
    size_t length = strlen(line);
    while (length && line[length - 1] == ' ') length--;
    for (int i = 0; i < COUNT(marks); i++) {
        size_t words = strlen(marks[i].words);
        if (strncmp(line, marks[i].words, words) != 0) continue;
        bool asks = marks[i].mark == CHOICE_IF || marks[i].mark == CHOICE_ELSE_IF;
        if (strcspn(line, "]") + 1 != length)
            return tt_fail(TT_BAD_VALUE, "%s...] stands alone on its line", marks[i].words);
        *mark = marks[i].mark;
        return asks ? read_condition(condition, line + words) : TT_OK;
    }
    for (int i = 0; i < COUNT(like); i++)
        if (!strncmp(line, like[i], strlen(like[i])) && line[length - 1] == ']')
            return tt_fail(TT_BAD_VALUE,
                           "%s is no mark: [if ...], [else if ...], [else], [not measured], [end] are", line);
    return TT_OK;
}

bool lesson_choose(lesson_choice *choice, const char *line)
{
    lesson_mark mark;
    lesson_condition condition;
    if (lesson_mark_read(&mark, &condition, line) != TT_OK || mark == CHOICE_TEXT)
        return *choice == CHOICE_OUTSIDE || *choice == CHOICE_SHOWING;
    if (mark == CHOICE_END) *choice = CHOICE_OUTSIDE;
    else if (*choice == CHOICE_SHOWING) *choice = CHOICE_DONE;
    else if (mark == CHOICE_IF || (mark == CHOICE_ELSE_IF && *choice == CHOICE_SEEKING)) {
        int holds = lesson_condition_holds(&condition);
        *choice = holds < 0 ? CHOICE_UNKNOWN : holds ? CHOICE_SHOWING : CHOICE_SEEKING;
    } else if (mark == (*choice == CHOICE_UNKNOWN ? CHOICE_ABSENT : CHOICE_ELSE)) {
        if (*choice != CHOICE_DONE) *choice = CHOICE_SHOWING;
    }
    return false;
}
