// mark.c: `grader mark STUDENT`: points and a comment by hand, and the history of what was graded.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "final.h"
#include "instructor/modules.h"
#include "roster.h"
#include "core/escape.h"

static void print_result(const char *when, const result *r)
{
    char shown[80];
    printf("  %-9s %-30s %6g of %-4g file %.12s%s\n", when, escape_clip(shown, sizeof shown, r->graded, 29),
           r->score, r->of, r->sha256, strcmp(r->compile, "ok") ? "  does not compile" : "");
}

// What stands of a mark and is not said anew stays.
static tt_status put_mark(const book *b, const module *m, const char *student, double points,
                          const char *comment)
{
    final_grade f;
    tt_status status = final_load(&f, b, m->name, student, &(result){0});
    if (status != TT_OK) return status;
    return final_mark(b, m->name, student, isnan(points) ? f.manual : points, comment ? comment : f.comment);
}

// What was graded before, what counts now.
static tt_status print_module(const book *b, const module *m, const char *student)
{
    char path[FILES_PATH], comment[200];
    result r = {0};
    final_grade f;
    printf("Module %s: %s\n", m->number, m->topic);
    for (int i = 1; book_history_path(path, b, m->name, student, i), access(path, F_OK) == 0; i++) {
        tt_status status = result_load(&r, path);
        if (status != TT_OK) return status;
        print_result("replaced", &r);
        result_finish(&r);
    }
    tt_status status = book_has(b, m->name, student) ? book_load(&r, b, m->name, student) : TT_OK;
    if (status == TT_OK) status = final_load(&f, b, m->name, student, &r);
    if (status == TT_OK) {
        if (r.root) print_result("now", &r);
        if (f.late) printf("  %-9s %36s%+g\n", "late", "", -f.taken_off + 0.0);
        if (f.marked)
            printf("  %-9s %36s%+g  %s\n", "by hand", "", f.manual,
                   escape_clip(comment, sizeof comment, f.comment, 100));
        printf("  %-9s %37g\n", "counts", f.points);
    }
    result_finish(&r);
    return status;
}

static bool is_known(const book *b, const char *student)
{
    roster class;
    files_list all = book_students(b);
    bool known = roster_load(&class, b) == TT_OK && roster_get(&class, student);
    for (int i = 0; i < all.count; i++) known |= !strcmp(all.names[i], student);
    files_list_finish(&all), roster_finish(&class);
    return known;
}

static bool has_anything(const book *b, const module *m, const char *student)
{
    char path[FILES_PATH];
    files_path(path, "%s/results/%s/%s.mark", b->folder, m->name, student);
    return book_has(b, m->name, student) || access(path, F_OK) == 0;
}

int command_mark(const command_place *where, int argc, char **argv)
{
    static module_list modules;
    const char *student = NULL, *number = NULL, *comment = NULL;
    const module *only = NULL;
    double points = NAN;
    bool remove = false;
    book b;
    const option_row rows[] = {
        {"STUDENT", NULL, "whose: without more words, what was graded, replaced and given",
         OPTION_NEEDED(&student)},
        {"--module", "NN", "for this module: its number", OPTION_WORD(&number)},
        {"--points", "N", "points by hand, added to the score: may be below 0",
         OPTION_REAL(&points, -1e6, 1e6)},
        {"--comment", "TEXT", "a sentence that the student reads", OPTION_WORD(&comment)},
        {"--remove", NULL, "take points and comment away", OPTION_SWITCH(&remove)},
        {0}};
    int code = command_take(rows, argc, argv);
    if (code >= 0) return code;
    bool change = remove || comment || !isnan(points);
    if (modules_find(&modules, where) != TT_OK ||
        (number && modules_require(&only, &modules, number) != TT_OK) ||
        book_open(&b, where->book, change ? BOOK_CHANGE : BOOK_READ) != TT_OK)
        return command_failed();
    tt_status status = TT_OK;
    if (!book_is_name(student) || !is_known(&b, student))
        status = tt_fail(TT_BAD_VALUE, "no student \"%.64s\" in %s", student, b.folder);
    else if (change && !only) status = tt_fail(TT_BAD_VALUE, "points for which module? --module NN");
    else if (remove) status = final_unmark(&b, only->name, student);
    else if (change) status = put_mark(&b, only, student, points, comment);
    for (int i = 0; i < modules.count && status == TT_OK; i++) {
        const module *m = &modules.row[i];
        if (only ? only == m : has_anything(&b, m, student)) status = print_module(&b, m, student);
    }
    book_close(&b);
    return status == TT_OK ? EXIT_ALL_WELL : command_failed();
}
