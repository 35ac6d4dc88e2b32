// export.h: the shapes in which other programs take grades.
#pragma once

#include "instructor/book.h"
#include "instructor/modules.h"

typedef struct {
    book *b;
    const module_list *modules;
    files_list students;
    const char *student, *out; // --student, --out: NULL if not said
    const module *only;        // --module
} export_job;

// What stands in the book for a student and a module.
typedef enum { EXPORT_NONE, EXPORT_GRADED, EXPORT_OUTDATED, EXPORT_NOT_GRADED } export_state;
extern const char *const export_states[];
export_state export_look(const export_job *e, const module *m, const char *student, book_row *row);

// Call for every result there is, in order of module and student, until it is not TT_OK.
tt_status export_each(const export_job *e,
                      tt_status (*one)(const export_job *e, const module *m, const result *r, void *state),
                      void *state);

tt_status export_csv(const export_job *e, FILE *f);
tt_status export_canvas(const export_job *e, FILE *f);
tt_status export_junit(const export_job *e, FILE *f);
tt_status export_gradescope(const export_job *e); // a file for each
