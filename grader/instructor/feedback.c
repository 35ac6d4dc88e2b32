// feedback.c: `grader feedback`: one page for each student, complete in itself: no script, nothing loaded
// from anywhere.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "book.h"
#include "chart.h"
#include "engine/hints.h"
#include "modules.h"
#include "text.h"

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"referrer\" content=\"no-referrer\">\n<style>\n"
    ":root{color-scheme:light "
    "dark;--ink:#1b1b1b;--paper:#fff;--line:#bbb;--bar:#0072b2;--good:#00664b;--bad:#a33c00}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e8e8e8;--paper:#161616;--line:#555;--bar:#56b4e9;--good:#"
    "5fd3b0;--bad:#ff9d5c}}\n"
    "body{font:16px/1.5 "
    "system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:52rem;margin:2rem "
    "auto;padding:0 1rem}\n"
    "table{border-collapse:collapse;width:100%;margin:1rem "
    "0}th,td{text-align:left;vertical-align:top;padding:.25rem .5rem;"
    "border-bottom:1px solid var(--line)}caption{text-align:left;font-size:.9rem}\n"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid "
    "var(--line);padding:.5rem;font-size:.85rem}\n"
    "code{overflow-wrap:anywhere}.passed{color:var(--good)}.missed{color:var(--bad)}.small{font-size:.85rem}"
    "\n"
    "svg{width:100%;height:auto}svg text{fill:var(--ink);font:13px "
    "system-ui,sans-serif}.bar{fill:var(--bar)}\n"
    ".least line,.most line{stroke:var(--ink);stroke-width:2}.least line{stroke-dasharray:4 3}\n"
    "</style>\n";

static void put(FILE *f, const char *text) { text_put(f, text, TEXT_HTML); }

// --- The parts of one module ---

static void put_cases(FILE *f, const result *r)
{
    fputs("<h3>Cases</h3>\n<table><tr><th>function</th><th>case</th><th>points</th><th>verdict</th></tr>\n",
          f);
    for (int i = 0; i < r->case_count; i++) {
        const result_case *c = &r->cases[i];
        fputs("<tr><td><code>", f), put(f, c->function), fputs("</code></td><td>", f), put(f, c->name);
        if (c->of > 0) fprintf(f, "</td><td>%.3g of %g</td>", c->points, c->of);
        else fputs("</td><td></td>", f);
        fprintf(f, "<td><span class=\"%s\">", result_passed(c) ? "passed" : "missed"), put(f, c->verdict);
        fputs("</span>", f);
        if (*c->message) fputs("<br><span class=\"small\">", f), put(f, c->message), fputs("</span>", f);
        fputs("</td></tr>\n", f);
    }
    fputs("</table>\n", f);
}

static bool is_first_of_its_function(const result *r, int i)
{
    for (int k = 0; k < i; k++)
        if (!result_passed(&r->cases[k]) && !strcmp(r->cases[k].function, r->cases[i].function)) return false;
    return !result_passed(&r->cases[i]);
}

// For each function where something is missing: its first such case, a question, and how to repeat it.
static void put_what_to_look_at(FILE *f, const result *r, const module *m)
{
    char hints[FILES_PATH] = "", question[HINT_BYTES];
    if (m) files_path(hints, "%s/hints.md", m->folder);
    if (r->failed > 0 && !strcmp(r->compile, "ok")) fputs("<h3>What to look at</h3>\n<ul>\n", f);
    else return;
    for (int i = 0; i < r->case_count; i++) {
        const result_case *c = &r->cases[i];
        if (!is_first_of_its_function(r, i)) continue;
        fputs("<li><code>", f), put(f, c->function), fputs("</code>, \u201c", f), put(f, c->name),
            fputs("\u201d. ", f);
        if (m && hint_read(question, sizeof question, hints, c->function, 1)) {
            put(f, question);
            fputs(" <span class=\"small\">(More: <code>modules/", f), put(f, r->module),
                fputs("/hints.md</code>)</span>", f);
        }
        char number[8];
        fprintf(f, "<br>Again: <code>make grade-%s GRADE=&#39;--case &quot;",
                result_number(number, r->module));
        put(f, c->function), fputs(": ", f), put(f, c->name), fputs("&quot; --seed ", f), put(f, r->seed);
        fputs("&#39;</code></li>\n", f);
    }
    fputs("</ul>\n", f);
}

static void put_layers(FILE *f, const result *r)
{
    fputs("<p class=\"small\">Inputs of seed <code>", f), put(f, r->seed), fputs("</code>. File <code>", f);
    put(f, r->sha256), fputs("</code> (SHA-256), graded ", f), put(f, r->graded), fputs(". Sandbox:", f);
    for (int i = 0, any = 0; i < r->layer_count; i++)
        if (r->layers[i].on) fputs(any++ ? ", " : " ", f), put(f, r->layers[i].layer);
    for (int i = 0, any = 0; i < r->layer_count; i++)
        if (!r->layers[i].on)
            fputs(any++ ? ", " : "; not on: ", f), put(f, r->layers[i].layer), fputs(" (", f),
                put(f, r->layers[i].why), fputs(")", f);
    fputs(".</p>\n", f);
}

static void put_result(FILE *f, const result *r, const module *m, bool outdated)
{
    fprintf(f, "<p><strong>Score: %g of %g.</strong> %d cases passed, %d did not.%s</p>\n", r->score, r->of,
            r->passed, r->failed, r->untimed ? " Speed was not measured." : "");
    if (outdated)
        fputs("<p class=\"missed\">You have handed in another file since; it is not graded yet.</p>\n", f);
    if (strcmp(r->compile, "ok") != 0) {
        fputs("<p class=\"missed\">Your file was not run: it ", f),
            put(f, !strcmp(r->compile, "refused") ? "was refused." : "does not compile.");
        fputs("</p>\n<pre>", f), put(f, r->compile_message), fputs("</pre>\n", f);
    }
    put_what_to_look_at(f, r, m);
    put_cases(f, r);
    chart_speed(f, r, r->module);
    put_layers(f, r);
}

// --- A page ---

// How many modules are on it.
static int put_modules(FILE *f, const book *b, const module_list *modules, const char *student)
{
    int count = 0;
    for (int i = 0; i < modules->count; i++) {
        const module *m = &modules->row[i];
        char path[FILES_PATH], reason[600], sha256[FILES_HASH] = "";
        result r;
        book_submission_path(path, b, m->name, student, m->file);
        if (access(path, F_OK) == 0) files_hash(sha256, path);
        book_result_path(path, b, m->name, student);
        bool present = access(path, F_OK) == 0,
             trouble = book_trouble(b, m->name, student, reason, sizeof reason);
        if (!present && !*sha256) continue;
        count++;
        fprintf(f, "<section><h2>Module %s: ", m->number), put(f, m->topic), fputs("</h2>\n", f);
        if (present && result_load(&r, path) == TT_OK) {
            put_result(f, &r, m, *sha256 && strcmp(sha256, r.sha256) != 0);
            result_finish(&r);
        } else fputs("<p class=\"missed\">Handed in, not graded yet.</p>\n", f);
        if (trouble)
            fputs("<p class=\"missed\">It could not be graded; this is being looked at: ", f), put(f, reason),
                fputs("</p>\n", f);
        fputs("</section>\n", f);
    }
    return count;
}

static tt_status write_page(const book *b, const module_list *modules, const char *student)
{
    char path[FILES_PATH], *page = NULL;
    size_t size;
    FILE *f = open_memstream(&page, &size);
    if (!f) return tt_fail(TT_NO_MEMORY, "no memory for a page");
    fputs(head, f);
    fputs("<title>TinyTorch-C: ", f), put(f, student),
        fputs("</title></head><body>\n<main>\n<h1>TinyTorch-C: ", f), put(f, student);
    fputs("</h1>\n", f);
    if (put_modules(f, b, modules, student) == 0) fputs("<p>Nothing handed in.</p>\n", f);
    fputs("</main>\n</body></html>\n", f);
    if (fclose(f) != 0) return tt_fail(TT_NO_MEMORY, "no memory for a page");
    files_path(path, "%s/feedback/%s.html", b->folder, student);
    tt_status status = files_write(path, page, size, 0600);
    free(page);
    return status;
}

int command_feedback(const command_place *where, int argc, char **argv)
{
    static module_list modules;
    const char *only = NULL;
    book b;
    const command_option rows[] = {{"--student", OPTION_WORD, &only, "only this student"}, {0}};
    if (!command_options(rows, argc, argv, NULL, 0)) return EXIT_NOT_DONE;
    if (modules_find(&modules, where) != TT_OK || book_open(&b, where->book, BOOK_READ) != TT_OK)
        return command_failed();
    files_list students = book_students(&b);
    int written = 0;
    tt_status status = TT_OK;
    for (int i = 0; i < students.count && status == TT_OK; i++) {
        if (only && strcmp(only, students.names[i]) != 0) continue;
        status = write_page(&b, &modules, students.names[i]);
        written += status == TT_OK;
    }
    if (status == TT_OK && only && !written)
        status = tt_fail(TT_BAD_VALUE, "no student \"%.64s\" in %s", only, b.folder);
    if (status == TT_OK) printf("%d pages in %s/feedback/\n", written, b.folder);
    files_list_finish(&students);
    book_close(&b);
    return status == TT_OK ? EXIT_ALL_WELL : command_failed();
}
