// export.c: `grader export`: a table of formats, each written from the book and the results.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "export.h"

const char *const export_states[] = {"not handed in", "graded", "outdated", "not graded"};

export_state export_look(const export_job *e, const module *m, const char *student, result *r)
{
    char path[FILES_PATH], sha256[FILES_HASH];
    book_submission_path(path, e->b, m->name, student, m->file);
    bool submitted = access(path, F_OK) == 0 && files_hash(sha256, path) == TT_OK;
    if (book_load(r, e->b, m->name, student) != TT_OK) return submitted ? EXPORT_NOT_GRADED : EXPORT_NONE;
    return submitted && strcmp(sha256, r->sha256) != 0 ? EXPORT_OUTDATED : EXPORT_GRADED;
}

tt_status export_each(const export_job *e,
                      tt_status (*one)(const export_job *e, const module *m, const result *r, void *state),
                      void *state)
{
    tt_status status = TT_OK;
    for (int i = 0; i < e->modules->count && status == TT_OK; i++) {
        const module *m = &e->modules->row[i];
        for (int s = 0; s < e->students.count && status == TT_OK; s++) {
            const char *student = e->students.names[s];
            result r;
            if (!export_is_wanted(e, m, student)) continue;
            if (!book_has(e->b, m->name, student)) continue;
            status = book_load(&r, e->b, m->name, student);
            if (status == TT_OK) status = one(e, m, &r, state);
            result_finish(&r);
        }
    }
    return status;
}

typedef struct {
    const char *word, *help;
    tt_status (*write)(const export_job *e, FILE *f);
    tt_status (*write_files)(const export_job *e); // where it is more than one text
} format;

static const format formats[] = {
    {"--csv", "a table: one row for each student and module", .write = export_csv},
    {"--canvas", "a table for Canvas's gradebook: one row for each student", .write = export_canvas},
    {"--moodle", "with --module: a table for Moodle's \"Upload grading worksheet\"", .write = export_moodle},
    {"--moodle-zip", "--out FILE.zip: pages for Moodle's \"Upload multiple feedback files in a zip\"",
     .write_files = export_moodle_zip},
    {"--sqlite", "a database of SQLite: the tables result and verdict, for questions of your own",
     .write = export_sqlite},
    {"--junit", "JUnit XML, for programs that show test results", .write = export_junit},
    {"--gradescope", "--out DIR: DIR/MODULE/STUDENT/results.json; or one FILE.json",
     .write_files = export_gradescope},
};

static tt_status write_one_file(const export_job *e, const format *how)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);
    tt_status status = f ? how->write(e, f) : TT_NO_MEMORY;
    if (f && fclose(f) != 0) status = TT_NO_MEMORY;
    if (status == TT_NO_MEMORY) tt_fail(TT_NO_MEMORY, "no memory for the export");
    if (status == TT_OK && e->out) status = file_write(e->out, text, size);
    if (status == TT_OK && !e->out) fwrite(text, 1, size, stdout);
    free(text);
    return status;
}

// What an instructor should know before these numbers go anywhere; on stderr, as stdout may be the table.
static void warn_of_ungraded(const export_job *e)
{
    int counts[4] = {0};
    result r;
    for (int i = 0; i < e->modules->count; i++)
        for (int s = 0; s < e->students.count; s++) {
            counts[export_look(e, &e->modules->row[i], e->students.names[s], &r)]++;
            result_finish(&r);
        }
    int left = counts[EXPORT_OUTDATED] + counts[EXPORT_NOT_GRADED];
    if (left) fprintf(stderr, "grader: %d submissions are not graded as they stand: grader grade\n", left);
}

static bool has_student(const files_list *all, const char *student)
{
    for (int i = 0; i < all->count; i++)
        if (!strcmp(all->names[i], student)) return true;
    return false;
}

static int run(export_job *e, const format *how)
{
    tt_status status = roster_load(&e->class, e->b);
    e->students = book_students(e->b);
    for (int i = 0; i < e->class.count; i++) book_add_student(&e->students, e->class.row[i].login);
    files_list_sort(&e->students);
    if (status == TT_OK && e->student && !has_student(&e->students, e->student))
        status = tt_fail(TT_BAD_VALUE, "no student \"%.64s\" in %s", e->student, e->b->folder);
    if (status == TT_OK) warn_of_ungraded(e);
    if (status == TT_OK) status = how->write ? write_one_file(e, how) : how->write_files(e);
    files_list_finish(&e->students), roster_finish(&e->class);
    return status == TT_OK ? EXIT_ALL_WELL : command_failed();
}

int command_export(const command_place *where, int argc, char **argv)
{
    static module_list modules;
    bool wanted[COUNT(formats)] = {0};
    const char *number = NULL;
    book b;
    export_job e = {.b = &b, .modules = &modules};
    option_row rows[COUNT(formats) + 4] = {
        {"--out", "FILE", "the file to write (default: stdout)", OPTION_WORD(&e.out)},
        {"--student", "ID", "only this student", OPTION_WORD(&e.student)},
        {"--module", "NN", "only this module: its number", OPTION_WORD(&number)}};
    const format *how = NULL;
    for (int i = 0; i < COUNT(formats); i++)
        rows[3 + i] = (option_row){formats[i].word, NULL, formats[i].help, OPTION_SWITCH(&wanted[i])};
    int code = command_take(rows, argc, argv);
    if (code >= 0) return code;
    for (int i = 0, count = 0; i < COUNT(formats); i++)
        if (wanted[i]) how = count++ ? NULL : &formats[i];
    if (!how) {
        tt_fail(TT_BAD_VALUE, "export as what? One of --csv, --canvas, --moodle, --moodle-zip, "
                              "--sqlite, --junit, --gradescope");
        return command_failed();
    }
    if (modules_find(&modules, where) != TT_OK ||
        (number && modules_require(&e.only, &modules, number) != TT_OK) ||
        book_open(&b, where->book, BOOK_READ) != TT_OK)
        return command_failed();
    code = run(&e, how);
    book_close(&b);
    return code;
}
