// export_results.c: results one by one: Gradescope's results.json and JUnit's XML.
//
// Gradescope: gradescope-autograders.readthedocs.io, "Autograder Specifications", "Output format".
// JUnit: the form that Jenkins, GitLab and GitHub's readers take: testsuites, testsuite, testcase, failure.
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "core/escape.h"

// --- Gradescope ---

static json_t *clean(const char *text)
{
    char *made = escape_make(text, ESCAPE_JSON);
    json_t *s = json_string(made);
    free(made);
    return s;
}

static json_t *pack_test(const result *r, int place)
{
    const result_case *c = &r->cases[place];
    char name[256], number[16], *output = NULL, short_name[8];
    snprintf(name, sizeof name, "%s: %s", c->function, c->name);
    snprintf(number, sizeof number, "%s.%d", result_number(short_name, r->module), place + 1);
    if (asprintf(&output, "%s\n%s%s%s", c->verdict, c->message, *c->printed ? "\nIt printed:\n" : "",
                 c->printed) < 0)
        return NULL;
    json_t *test = json_pack("{s:o, s:s, s:f, s:f, s:s, s:o, s:s, s:s, s:[o], s:s}", "name", clean(name),
                             "name_format", "text", "score", c->points, "max_score", c->of, "status",
                             result_passed(c) ? "passed" : "failed", "output", clean(output), "output_format",
                             "text", "number", number, "tags", clean(c->function), "visibility", "visible");
    free(output);
    return test;
}

static tt_status write_gradescope(const char *path, const result *r)
{
    json_t *tests = json_array();
    for (int i = 0; i < r->case_count; i++) json_array_append_new(tests, pack_test(r, i));
    char *output = NULL;
    if (asprintf(&output, "Module %s. Seed %s repeats the inputs.%s\n%s%s%s", r->module, r->seed,
                 strcmp(r->compile, "ok") ? " The file was not run:" : "",
                 strcmp(r->compile, "ok") ? r->compile_message : "",
                 *r->compile_warnings ? "\nThe compiler warns:\n" : "", r->compile_warnings) < 0)
        return TT_NO_MEMORY;
    json_t *root = json_pack("{s:f, s:i, s:o, s:s, s:s, s:s, s:o}", "score", r->score, "execution_time",
                             (int)(r->seconds + 0.5), "output", clean(output), "output_format", "text",
                             "visibility", "visible", "stdout_visibility", "hidden", "tests", tests);
    free(output);
    char *text = root ? json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) : NULL;
    json_decref(root);
    if (!text) return tt_fail(TT_NO_MEMORY, "no memory for %s", path);
    tt_status status = file_write(path, text, strlen(text));
    free(text);
    return status;
}

static tt_status gradescope_one(const export_job *e, const module *m, const result *r, void *state)
{
    char folder[FILES_PATH], path[FILES_PATH];
    ++*(int *)state;
    files_path(folder, "%s/%s/%s", e->out, m->name, r->student);
    files_path(path, "%s/results.json", folder);
    tt_status status = file_make_folder(folder);
    return status == TT_OK ? write_gradescope(path, r) : status;
}

static tt_status gradescope_only(const export_job *e, const module *m, const result *r, void *state)
{
    (void)m;
    if (++*(int *)state > 1)
        return tt_fail(TT_BAD_VALUE, "%s can hold one result: say which, --student and --module", e->out);
    return write_gradescope(e->out, r);
}

tt_status export_gradescope(const export_job *e)
{
    int count = 0;
    if (!e->out)
        return tt_fail(TT_BAD_VALUE, "--gradescope wants --out DIR, or --out FILE.json for one result");
    size_t length = strlen(e->out);
    bool single = length > 5 && !strcmp(e->out + length - 5, ".json");
    tt_status status = export_each(e, single ? gradescope_only : gradescope_one, &count);
    if (status != TT_OK) return status;
    if (count == 0 && single) return tt_fail(TT_BAD_VALUE, "no such result in %s", e->b->folder);
    printf("%d results for Gradescope in %s\n", count, e->out);
    return TT_OK;
}

// --- JUnit ---

static void put(FILE *f, const char *text) { escape_put(f, text, ESCAPE_HTML); }

static tt_status junit_one(const export_job *e, const module *m, const result *r, void *state)
{
    FILE *f = state;
    (void)e;
    fputs("  <testsuite name=\"", f), put(f, r->student),
        fprintf(f, ".%s\" tests=\"%d\" failures=\"%d\" errors=\"0\" skipped=\"0\" time=\"%.3f\" timestamp=\"",
                m->name, r->case_count, r->failed, r->seconds);
    fprintf(f, "%.19s\">\n", r->graded);
    for (int i = 0; i < r->case_count; i++) {
        const result_case *c = &r->cases[i];
        fputs("    <testcase classname=\"", f), put(f, r->student), fprintf(f, ".%s.", m->name),
            put(f, c->function);
        fputs("\" name=\"", f), put(f, c->name), fputs("\" time=\"0\"", f);
        if (result_passed(c)) {
            fputs("/>\n", f);
            continue;
        }
        fputs("><failure type=\"", f), put(f, c->verdict), fputs("\" message=\"", f), put(f, c->message),
            fputs("\">", f);
        put(f, c->message), fputs("</failure></testcase>\n", f);
    }
    if (strcmp(r->compile, "ok") != 0)
        fputs("    <system-err>", f), put(f, r->compile_message), fputs("</system-err>\n", f);
    fputs("  </testsuite>\n", f);
    return TT_OK;
}

tt_status export_junit(const export_job *e, FILE *f)
{
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"TinyTorch-C\">\n", f);
    tt_status status = export_each(e, junit_one, f);
    fputs("</testsuites>\n", f);
    return status;
}
