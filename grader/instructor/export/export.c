// export.c: `grader export`: a table of formats, each written from the book and the results.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "export.h"

const char *const export_states[] = {"", "graded", "outdated", "not graded"};

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
            if ((e->only && e->only != m) || (e->student && strcmp(e->student, student) != 0)) continue;
            if (!book_has(e->b, m->name, student)) continue;
            status = book_load(&r, e->b, m->name, student);
            if (status == TT_OK) status = one(e, m, &r, state);
            result_finish(&r);
        }
    }
    return status;
}

typedef struct {
    const char *word;
    tt_status (*write)(const export_job *e, FILE *f); // NULL: Gradescope, which wants a folder
    const char *help;
} format;

static const format formats[] = {
    {"--csv", export_csv, "a table: one row for each student and module"},
    {"--canvas", export_canvas, "a table for Canvas's gradebook: one row for each student"},
    {"--sqlite", export_sqlite,
     "a database of SQLite: the tables result and verdict, for questions of your own"},
    {"--junit", export_junit, "JUnit XML, for programs that show test results"},
    {"--gradescope", NULL, "--out DIR: DIR/MODULE/STUDENT/results.json; or one FILE.json"},
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

static int run(export_job *e, const format *how)
{
    e->students = book_students(e->b);
    warn_of_ungraded(e);
    tt_status status = how->write ? write_one_file(e, how) : export_gradescope(e);
    files_list_finish(&e->students);
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
        tt_fail(TT_BAD_VALUE, "export as what? One of --csv, --canvas, --sqlite, --junit, --gradescope");
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
