// export_tables.c: CSV, and CSV as Canvas's gradebook and Moodle's grading worksheet import it.
//
// Canvas: "How do I import grades in the Gradebook?" (guides.instructure.com): the columns Student, ID, SIS
// User ID, SIS Login ID, Section, then assignments; a second row "Points Possible". One of the ids is enough
// to find a student.
// Moodle: mod/assign/feedback/offline/importgradeslib.php: it finds the columns Identifier, Grade and Last
// modified (grade) by their titles, and a student by the number in "Participant 123".
#include <stdio.h>
#include <string.h>

#include "export.h"
#include "core/escape.h"

void export_cells(FILE *f, const char *const *cells, int count)
{
    for (int i = 0; i < count; i++) {
        if (i) fputc(',', f);
        escape_csv(f, cells[i]);
    }
}

bool export_is_wanted(const export_job *e, const module *m, const char *student)
{
    return (!e->only || e->only == m) && (!e->student || !student || !strcmp(e->student, student));
}

const char *export_name(const export_job *e, const char *student)
{
    const roster_row *row = roster_get(&e->class, student);
    return row && *row->name ? row->name : student;
}

tt_status export_grade(char *out, final_grade *f, const export_job *e, const module *m, const char *student)
{
    result r = {0};
    out[0] = 0;
    tt_status status = book_has(e->b, m->name, student) ? book_load(&r, e->b, m->name, student) : TT_OK;
    if (status == TT_OK) status = final_load(f, e->b, m->name, student, &r);
    if (status == TT_OK && (r.root || f->marked)) snprintf(out, 32, "%.6g", f->points);
    result_finish(&r);
    return status;
}

// --- One row for each student and module ---

// What an instructor should know beside the number.
static void make_note(char *note, size_t size, const export_job *e, const module *m, const char *student,
                      const result *r, export_state state)
{
    char left[HANDED_WHY], trouble[600];
    handed_left(e->b, m->name, student, left);
    book_trouble(e->b, m->name, student, trouble, sizeof trouble);
    const char *compiled = !r->root || !strcmp(r->compile, "ok") ? ""
                           : !strcmp(r->compile, "refused")      ? "the file was refused"
                                                                 : "does not compile";
    const char *said[] = {compiled, state == EXPORT_NONE ? left : "", trouble};
    note[0] = 0;
    for (int i = 0; i < COUNT(said); i++)
        if (*said[i]) snprintf(note + strlen(note), size - strlen(note), "%s%s", *note ? "; " : "", said[i]);
}

static tt_status csv_row(const export_job *e, FILE *f, const module *m, const char *student)
{
    result r = {0};
    final_grade g;
    char score[32] = "", of[32] = "", manual[32] = "", final[32], note[1400];
    export_state state = export_look(e, m, student, &r);
    tt_status status = export_grade(final, &g, e, m, student);
    if (status == TT_OK) {
        if (r.root) snprintf(score, sizeof score, "%g", r.score), snprintf(of, sizeof of, "%g", r.of);
        if (g.marked) snprintf(manual, sizeof manual, "%g", g.manual);
        make_note(note, sizeof note, e, m, student, &r, state);
        const char *name = export_name(e, student), *graded = r.root ? r.graded : "",
                   *sha256 = r.root ? r.sha256 : "";
        export_cells(
            f,
            (const char *[]){student, name, m->name, export_states[state], score, of, g.late ? "late" : ""},
            7);
        fprintf(f, ",%s,%s,", manual, final); // numbers: one below 0 is no formula
        export_cells(f, (const char *[]){g.comment, graded, sha256, note}, 4);
        fputs("\r\n", f);
    }
    result_finish(&r);
    return status;
}

// Students without a hand-in have rows for the modules that anybody has handed in.
static bool is_begun(const export_job *e, const module *m)
{
    char folder[FILES_PATH];
    files_path(folder, "%s/submissions/%s", e->b->folder, m->name);
    return !files_is_empty(folder) || export_points(e, m) > 0;
}

tt_status export_csv(const export_job *e, FILE *f)
{
    fputs("student,name,module,state,score,of,late,manual,final,comment,graded,sha256,note\r\n", f);
    tt_status status = TT_OK;
    for (int i = 0; i < e->modules->count && status == TT_OK; i++) {
        const module *m = &e->modules->row[i];
        bool begun = export_is_wanted(e, m, NULL) && is_begun(e, m);
        for (int s = 0; begun && s < e->students.count && status == TT_OK; s++)
            if (export_is_wanted(e, m, e->students.names[s])) status = csv_row(e, f, m, e->students.names[s]);
    }
    return status;
}

// --- Canvas ---

double export_points(const export_job *e, const module *m)
{
    double points = 0;
    for (int s = 0; s < e->students.count; s++) {
        result r;
        if (book_load(&r, e->b, m->name, e->students.names[s]) == TT_OK && r.of > points) points = r.of;
        result_finish(&r);
    }
    return points;
}

// The student and the ids. A login is a name by book_is_name, with no sign in it that makes a formula do
// anything: it stands there as it is, also behind an @, since Canvas looks for exactly it.
static void put_identity(const export_job *e, FILE *f, const char *student)
{
    const roster_row *row = roster_get(&e->class, student);
    char number[BOOK_LMS_NAME];
    book_lms(e->b, "canvas", student, number);
    const char *id = *number ? number : row ? row->id : "";
    export_cells(f, (const char *[]){export_name(e, student), id, ""}, 3);
    fprintf(f, ",%s,", row || !*id ? student : "");
}

static tt_status canvas_row(const export_job *e, FILE *f, const double *points, const char *student)
{
    tt_status status = TT_OK;
    put_identity(e, f, student);
    for (int i = 0; i < e->modules->count && status == TT_OK; i++) {
        char grade[32];
        final_grade g;
        if (points[i] <= 0) continue;
        status = export_grade(grade, &g, e, &e->modules->row[i], student);
        fprintf(f, ",%s", grade); // an empty cell leaves Canvas's grade as it is
    }
    fputs("\r\n", f);
    return status;
}

tt_status export_canvas(const export_job *e, FILE *f)
{
    double points[MODULES_MOST];
    fputs("Student,ID,SIS User ID,SIS Login ID,Section", f);
    for (int i = 0; i < e->modules->count; i++) {
        const module *m = &e->modules->row[i];
        points[i] = export_is_wanted(e, m, NULL) ? export_points(e, m) : 0;
        char title[128];
        snprintf(title, sizeof title, "Module %s (%s)", m->number, m->topic);
        if (points[i] > 0) fputc(',', f), escape_csv(f, title);
    }
    fputs("\r\n    Points Possible,,,,", f);
    for (int i = 0; i < e->modules->count; i++)
        if (points[i] > 0) fprintf(f, ",%g", points[i]);
    fputs("\r\n", f);
    tt_status status = TT_OK;
    for (int s = 0; s < e->students.count && status == TT_OK; s++)
        if (!e->student || !strcmp(e->student, e->students.names[s]))
            status = canvas_row(e, f, points, e->students.names[s]);
    return status;
}
