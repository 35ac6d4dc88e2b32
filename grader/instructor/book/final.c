// final.c: see final.h.
#include "final.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/foreign.h"

static void mark_path(char *out, const book *b, const char *module, const char *student)
{
    files_path(out, "%s/results/%s/%s.mark", b->folder, module, student);
}

// The settings: lines "name = number"; # begins a comment.
static tt_status load_late_percent(double *percent, const book *b)
{
    char path[FILES_PATH], *text = NULL, *rest;
    files_path(path, "%s/settings", b->folder);
    *percent = 0;
    if (access(path, F_OK) != 0) return TT_OK;
    tt_status status = file_read(&text, NULL, path, 1 << 16);
    int number = 1;
    for (char *line = text; status == TT_OK && line; line = rest, number++) {
        int end = 0;
        rest = strchr(line, '\n');
        if (rest) *rest++ = 0;
        line[strcspn(line, "#\r")] = 0;
        if (!line[strspn(line, " \t")]) continue;
        if (sscanf(line, " late_percent_off = %lf %n", percent, &end) != 1 || line[end] ||
            !(*percent >= 0 && *percent <= 100))
            status = tt_fail(TT_BAD_FILE, "%s, line %d: not \"late_percent_off = N\" with N from 0 to 100",
                             path, number);
    }
    free(text);
    return status;
}

static tt_status load_mark(final_grade *f, const book *b, const char *module, const char *student)
{
    char path[FILES_PATH];
    json_t *root;
    mark_path(path, b, module, student);
    if (access(path, F_OK) != 0) return TT_OK;
    tt_status status = book_read_json(&root, path);
    if (status != TT_OK) return status;
    const char *of = json_string_value(json_object_get(root, "module")),
               *whose = json_string_value(json_object_get(root, "student")),
               *comment = json_string_value(json_object_get(root, "comment"));
    long long format;
    if (!of || !whose || !comment || strlen(comment) >= sizeof f->comment ||
        !foreign_take_whole(&format, json_object_get(root, "format"), 1, 1) ||
        !foreign_take_real(&f->manual, json_object_get(root, "points")))
        status = tt_fail(TT_BAD_FILE, "%s: not points by hand; write it with: grader mark", path);
    else if (strcmp(of, module) != 0 || strcmp(whose, student) != 0)
        status = tt_fail(TT_BAD_FILE, "%s: these are the points of %.64s in %.64s; move it there or away",
                         path, whose, of);
    else snprintf(f->comment, sizeof f->comment, "%s", comment), f->marked = true;
    json_decref(root);
    return status;
}

tt_status final_load(final_grade *f, const book *b, const char *module, const char *student, const result *r)
{
    handed h;
    double percent;
    *f = (final_grade){0};
    tt_status status = load_mark(f, b, module, student);
    if (status == TT_OK) status = handed_load(&h, b, module, student);
    if (status == TT_OK) status = load_late_percent(&percent, b);
    if (status != TT_OK) return status;
    f->late = h.late && r->sha256 && !strcmp(h.sha256, r->sha256); // of the file that was graded
    if (f->late) f->taken_off = r->score * percent / 100;
    f->points = r->score - f->taken_off + f->manual;
    if (f->points < 0) f->points = 0;
    return TT_OK;
}

tt_status final_mark(const book *b, const char *module, const char *student, double points,
                     const char *comment)
{
    char path[FILES_PATH];
    mark_path(path, b, module, student);
    if (strlen(comment) >= FINAL_COMMENT)
        return tt_fail(TT_BAD_VALUE, "a comment has at most %d bytes", FINAL_COMMENT - 1);
    json_t *text = json_string(comment);
    if (!text) return tt_fail(TT_BAD_VALUE, "the comment is not UTF-8");
    return book_write_json(path, json_pack("{s:i, s:s, s:s, s:f, s:o}", "format", 1, "module", module,
                                           "student", student, "points", points, "comment", text));
}

tt_status final_unmark(const book *b, const char *module, const char *student)
{
    char path[FILES_PATH];
    mark_path(path, b, module, student);
    if (unlink(path) == 0) return TT_OK;
    return tt_fail(TT_BAD_FILE, errno == ENOENT ? "%s: there are no points by hand" : "%s: cannot be removed",
                   path);
}
