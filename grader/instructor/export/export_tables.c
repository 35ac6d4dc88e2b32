// export_tables.c: CSV, and CSV as Canvas's gradebook imports it.
//
// Canvas: "How do I import grades in the Gradebook?" (guides.instructure.com): the columns Student, ID, SIS
// User ID, SIS Login ID, Section, then assignments; a second row "Points Possible". One of the ids is enough
// to find a student.
#include <stdio.h>
#include <string.h>

#include "export.h"
#include "core/escape.h"

static void put_cells(FILE *f, const char *const *cells, int count)
{
    for (int i = 0; i < count; i++) {
        if (i) fputc(',', f);
        escape_csv(f, cells[i]);
    }
}

static bool is_wanted(const export_job *e, const module *m, const char *student)
{
    return (!e->only || e->only == m) && (!e->student || !student || !strcmp(e->student, student));
}

tt_status export_csv(const export_job *e, FILE *f)
{
    static const char *const titles[] = {"student", "module", "state",  "score",
                                         "of",      "graded", "sha256", "note"};
    put_cells(f, titles, COUNT(titles)), fputs("\r\n", f);
    for (int i = 0; i < e->modules->count; i++)
        for (int s = 0; s < e->students.count; s++) {
            const module *m = &e->modules->row[i];
            const char *student = e->students.names[s];
            result r = {0};
            char score[32] = "", of[32] = "", note[600] = "";
            export_state state = is_wanted(e, m, student) ? export_look(e, m, student, &r) : EXPORT_NONE;
            if (state == EXPORT_NONE) continue;
            if (state != EXPORT_NOT_GRADED)
                snprintf(score, sizeof score, "%g", r.score), snprintf(of, sizeof of, "%g", r.of);
            book_trouble(e->b, m->name, student, note, sizeof note);
            const char *cells[] = {student,
                                   m->name,
                                   export_states[state],
                                   score,
                                   of,
                                   r.graded ? r.graded : "",
                                   r.sha256 ? r.sha256 : "",
                                   note};
            put_cells(f, cells, COUNT(cells)), fputs("\r\n", f);
            result_finish(&r);
        }
    return TT_OK;
}

// Points of a module, as its results say; 0 if it has none.
static double points_of(const export_job *e, const module *m)
{
    double points = 0;
    for (int s = 0; s < e->students.count; s++) {
        result r;
        if (book_load(&r, e->b, m->name, e->students.names[s]) == TT_OK && r.of > points) points = r.of;
        result_finish(&r);
    }
    return points;
}

tt_status export_canvas(const export_job *e, FILE *f)
{
    static const char *const titles[] = {"Student", "ID", "SIS User ID", "SIS Login ID", "Section"};
    double points[MODULES_MOST];
    put_cells(f, titles, COUNT(titles));
    for (int i = 0; i < e->modules->count; i++) {
        const module *m = &e->modules->row[i];
        points[i] = is_wanted(e, m, NULL) ? points_of(e, m) : 0;
        char title[128];
        snprintf(title, sizeof title, "Module %s (%s)", m->number, m->topic);
        if (points[i] > 0) fputc(',', f), escape_csv(f, title);
    }
    fputs("\r\n    Points Possible,,,,", f);
    for (int i = 0; i < e->modules->count; i++)
        if (points[i] > 0) fprintf(f, ",%g", points[i]);
    fputs("\r\n", f);
    for (int s = 0; s < e->students.count; s++) {
        const char *student = e->students.names[s];
        char number[BOOK_LMS_NAME];
        if (e->student && strcmp(e->student, student) != 0) continue;
        book_lms(e->b, "canvas", student, number);
        const char *cells[] = {student, number, "", *number ? "" : student, ""};
        put_cells(f, cells, COUNT(cells));
        for (int i = 0; i < e->modules->count; i++) {
            result r;
            if (points[i] <= 0) continue;
            fputc(',', f); // an empty cell leaves Canvas's grade as it is
            if (book_load(&r, e->b, e->modules->row[i].name, student) == TT_OK) fprintf(f, "%g", r.score);
            result_finish(&r);
        }
        fputs("\r\n", f);
    }
    return TT_OK;
}
