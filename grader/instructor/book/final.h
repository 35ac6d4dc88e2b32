// final.h: what counts in the end: the graded score, less what lateness takes, plus points by hand.
//
// Points by hand lie beside the result as STUDENT.mark, one JSON object. Another grading leaves them:
//
//     {"format": 1, "module": "15_acceleration", "student": "ada", "points": -5, "comment": "copied"}
//
// The late policy is a line of the gradebook's file `settings`: late_percent_off = 10
#pragma once

#include "book.h"
#include "handed.h"

enum { FINAL_COMMENT = 2001 };

typedef struct {
    bool late, marked;
    double manual;               // points by hand
    char comment[FINAL_COMMENT]; // "" if there is none
    double taken_off;            // by lateness
    double points;               // what counts; never below 0
} final_grade;

// r is the result, zeroed where there is none. TT_BAD_FILE if a note or the settings are damaged.
tt_status final_load(final_grade *f, const book *b, const char *module, const char *student, const result *r);

// Points and a comment by hand, in place of what was there; and neither.
tt_status final_mark(const book *b, const char *module, const char *student, double points,
                     const char *comment);
tt_status final_unmark(const book *b, const char *module, const char *student);
