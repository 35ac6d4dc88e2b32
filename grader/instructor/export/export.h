// export.h: the shapes in which other programs take grades.
#pragma once

#include <sqlite3.h>

#include "instructor/book/final.h"
#include "instructor/modules.h"
#include "instructor/book/roster.h"

typedef struct {
    const book *b;
    const module_list *modules;
    files_list students; // of the book and of the roster
    roster class;
    const char *student, *out; // --student, --out: NULL if not said
    const module *only;        // --module
} export_job;

// What stands in the book for a student and a module. r is loaded if it is graded or outdated, else zeroed.
typedef enum { EXPORT_NONE, EXPORT_GRADED, EXPORT_OUTDATED, EXPORT_NOT_GRADED } export_state;
extern const char *const export_states[];
export_state export_look(const export_job *e, const module *m, const char *student, result *r);

// Call for every result there is, in order of module and student, until it is not TT_OK.
tt_status export_each(const export_job *e,
                      tt_status (*one)(const export_job *e, const module *m, const result *r, void *state),
                      void *state);

tt_status export_csv(const export_job *e, FILE *f);
tt_status export_canvas(const export_job *e, FILE *f);
tt_status export_moodle(const export_job *e, FILE *f);
tt_status export_moodle_zip(const export_job *e); // the pages of feedback, by Moodle's names
tt_status export_junit(const export_job *e, FILE *f);
tt_status export_gradescope(const export_job *e); // a file for each
tt_status export_sqlite(const export_job *e, FILE *f);

// Whether it was asked for, by --module and --student; student may be NULL.
bool export_is_wanted(const export_job *e, const module *m, const char *student);

// Cells of a CSV table, with commas between them.
void export_cells(FILE *f, const char *const *cells, int count);

// A student's name: the roster's, else the login.
const char *export_name(const export_job *e, const char *student);

// Points of a module, as its results say; 0 if it has none.
double export_points(const export_job *e, const module *m);

// What counts for a student, as text into out (32): "" where nothing is graded and nothing was given by hand.
tt_status export_grade(char *out, final_grade *f, const export_job *e, const module *m, const char *student);

// The tables `result` and `verdict` in memory; the caller closes them. See export_sqlite.c for the columns.
tt_status export_make_tables(sqlite3 **tables, const export_job *e);

// A prepared statement with text parameters, ended by NULL: never a query glued from pieces.
sqlite3_stmt *export_query(sqlite3 *tables, const char *sql, const char *const *texts);
