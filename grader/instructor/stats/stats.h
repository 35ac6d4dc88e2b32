// stats.h: what `grader stats` tells beside the tables of cases: measured once, kept in the gradebook.
#pragma once

#include "instructor/book/book.h"
#include "instructor/modules.h"

// Grade one file of ours, which is nobody's hand-in, unless `kept` (a path in the book) holds what this
// grader has said of this file already. r is then the result.
tt_status stats_measure(result *r, const book *b, const module *m, const char *file, const char *kept,
                        bool untimed);

// Which planted mistake each student's failing functions most resemble (stats_mistakes.c).
tt_status stats_mistakes(const book *b, const module *m, const command_place *where);

// How far the scores of the reference lie apart, graded `times` times; 0: as often as it was
// (stats_reference.c).
tt_status stats_reference(const book *b, const module *m, int times);

// Pairs of students whose files have much in common that the stub does not have (stats_similar.c): one line
// for each with at least `percent`, and a page with the two side by side in the book.
tt_status stats_similar(const book *b, const module *m, long percent);

// What a text of C is: a hash of its tokens, which other names, layout and comments do not change, and on how many lines
// they stand.
void stats_code(uint64_t *alike, int *lines, const char *text);
