// choice.h: prose that chooses its sentence by the run's numbers.
//
//     // [if blocked > 1.1]
//     // Blocks help here: ...
//     // [else if blocked >= 0.9 and blocked_512 > 1.1 * blocked]
//     // They help only where the columns collide: ...
//     // [else]
//     // They cost more than they bring: ...
//     // [not measured]
//     // After you wrote `matmul_blocked`, this says whether blocks helped.
//     // [end]
//
// A mark stands alone on its line. Read from [if] on, the first condition that holds shows its lines, the
// others are left out. As soon as a condition is reached that needs a number which is not known, the lines
// of [not measured] are shown. [else if], [else] and [not measured], in this order, may be missing: then
// nothing is said. Blocks are not nested, and end in the cell in which they begin.
//
// A condition is one comparison or several joined by "and": SIDE < SIDE, with < <= > >= or =, where a side
// is 12.5, name, 1.1 * name or predicted:name.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/status.h"

enum { LESSON_MOST_COMPARISONS = 4, LESSON_MOST_ALTERNATIVES = 8 };

typedef struct {
    double factor;    // of the name; without a name the number itself
    const char *name; // NULL: a number. Points into the line; ends by its length.
    size_t length;
    bool guessed; // predicted:name
} lesson_side;

typedef struct {
    lesson_side left, right;
    char op[3];
} lesson_comparison;

typedef struct {
    lesson_comparison all[LESSON_MOST_COMPARISONS];
    int count;
} lesson_condition;

typedef enum { CHOICE_TEXT, CHOICE_IF, CHOICE_ELSE_IF, CHOICE_ELSE, CHOICE_ABSENT, CHOICE_END } lesson_mark;

// What a line of prose is. With CHOICE_IF and CHOICE_ELSE_IF *condition is set (it may be NULL). TT_BAD_VALUE
// if it begins like a mark and is none, or its condition cannot be read; tt_error says why.
tt_status lesson_mark_read(lesson_mark *mark, lesson_condition *condition, const char *line);

// How a condition comes out with the numbers that are known: 1 it holds, 0 it does not, -1 not measured.
int lesson_condition_holds(const lesson_condition *condition);
int lesson_comparison_holds(const lesson_comparison *comparison);

// Where in a block the lines are that follow. Zero before a piece's first line.
typedef enum { CHOICE_OUTSIDE, CHOICE_SEEKING, CHOICE_SHOWING, CHOICE_DONE, CHOICE_UNKNOWN } lesson_choice;

// Take a line: true if it is text that is shown, false for a mark and for what is left out.
bool lesson_choose(lesson_choice *choice, const char *line);
