// feedback.c: `grader feedback`: one page for each student, complete in itself: no script, nothing loaded.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "instructor/book/final.h"
#include "engine/report/hints.h"
#include "engine/report/verdict.h"
#include "modules.h"
#include "core/escape.h"
#include "measure/plot.h"
#include "page/chart.h"
#include "page/page.h"

static void put(FILE *f, const char *text) { escape_put(f, text, ESCAPE_HTML); }

// --- The parts of one module ---

static void put_speed(FILE *f, const result_case *c)
{
    fprintf(f, "<br><span class=\"small\">Reached %.3g ", c->ratio), put(f, c->unit);
    if (c->least < c->most) fprintf(f, "; points begin at %.3g, full points at %.3g", c->least, c->most);
    else fprintf(f, "; %.3g must be reached", c->most);
    fprintf(f, "; calls: %d.</span>", c->call_count);
}

static void put_cases(FILE *f, const result *r)
{
    fputs("<h3>Cases</h3>\n<table class=\"wraps\"><thead><tr><th>function</th><th>case</th><th>points</th>"
          "<th>verdict</th></tr></thead>\n",
          f);
    for (int i = 0; i < r->case_count; i++) {
        const result_case *c = &r->cases[i];
        fputs("<tr><td><code>", f), put(f, c->function), fputs("</code></td><td>", f), put(f, c->name);
        if (c->of > 0) fprintf(f, "</td><td>%.3g&nbsp;of&nbsp;%g</td>", c->points, c->of);
        else fputs("</td><td></td>", f);
        fprintf(f, "<td><span class=\"%s\">", result_passed(c) ? "passed" : "missed"), put(f, c->verdict);
        fputs("</span>", f);
        if (*c->message) fputs("<br><span class=\"small\">", f), put(f, c->message), fputs("</span>", f);
        if (*c->kept_from)
            fputs("<br><span class=\"small\">Measured at an earlier grading of this file, ", f),
                put(f, c->kept_from), fputs(", and better than today.</span>", f);
        if (c->timed) put_speed(f, c);
        if (*c->printed)
            fputs("<br><span class=\"small\">It printed:</span><pre class=\"quoted wraps\">", f),
                put(f, c->printed), fputs("</pre>", f);
        fputs("</td></tr>\n", f);
    }
    fputs("</table>\n", f);
}

static bool is_to_be_looked_at(const result_case *c)
{
    return !result_passed(c) && !verdict_is(c->verdict, VERDICT_FOLLOWS);
}

static bool is_first_of_its_function(const result *r, int i)
{
    for (int k = 0; k < i; k++)
        if (is_to_be_looked_at(&r->cases[k]) && !strcmp(r->cases[k].function, r->cases[i].function))
            return false;
    return is_to_be_looked_at(&r->cases[i]);
}

// For each function where something is missing: its first such case, a question, and how to repeat it.
static void put_what_to_look_at(FILE *f, const result *r, const module *m)
{
    char hints[FILES_PATH] = "";
    if (m) files_path(hints, "%s/hints.md", m->folder);
    if (r->failed > 0 && !strcmp(r->compile, "ok")) fputs("<h3>What to look at</h3>\n<ul>\n", f);
    else return;
    for (int i = 0; i < r->case_count; i++) {
        const result_case *c = &r->cases[i];
        if (!is_first_of_its_function(r, i)) continue;
        fputs("<li><code>", f), put(f, c->function), fputs("</code>, \u201c", f), put(f, c->name),
            fputs("\u201d. ", f);
        if (m && hint_write(f, hints, c->function, 1))
            fputs(" <span class=\"small\">(More: <code>modules/", f), put(f, r->module),
                fputs("/hints.md</code>)</span>", f);
        char number[8];
        fprintf(f, "<br>Again: <code>make grade-%s GRADE=&#39;--case &quot;",
                result_number(number, r->module));
        put(f, c->function), fputs(": ", f), put(f, c->name), fputs("&quot; --seed ", f), put(f, r->seed);
        fputs("&#39;</code>", f);
        if (!strcmp(c->verdict, verdicts[VERDICT_CRASHED].name)) {
            fprintf(f, "<br>Under a debugger: <code>make debug-%s GRADE=&#39;--case &quot;", number);
            put(f, c->function), fputs(": ", f), put(f, c->name), fputs("&quot;&#39;</code>", f);
        }
        fputs("</li>\n", f);
    }
    fputs("</ul>\n", f);
}

// Units differ from case to case: each bar is a share of what full points want of it.
static void put_chart(FILE *f, const result *r)
{
    plot_chart chart = {.bars = true, .title = "Speed of each timed case", .unit = "%"};
    snprintf(chart.xlabel, sizeof chart.xlabel, "%% of what full points want");
    snprintf(chart.caption, sizeof chart.caption,
             "From: points begin (dashed mark). To: full points, or what must be reached (solid mark).");
    for (int i = 0; i < r->case_count; i++) {
        const result_case *c = &r->cases[i];
        char name[96];
        snprintf(name, sizeof name, "%s: %s", c->function, c->name);
        if (c->timed) plot_add_bar(&chart, name, 0, 100 * c->ratio / c->most, 100 * c->least / c->most, 100);
    }
    if (chart.bar_count == 0) return;
    fputs("<h3>Speed</h3>\n", f);
    page_chart(f, &chart, NULL);
    fputs(
        "<p class=\"small\">Each bar is the share of what full points want. Dashed mark: points begin; solid "
        "mark: full points, or where there is no dashed one, what must be reached. Each ratio comes from the "
        "best of several calls, each beside its yardstick, on ",
        f);
    put(f, r->cpu), fprintf(f, ", %d cores, ", r->cores), put(f, r->compiler), fputs(".</p>\n", f);
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
        fputs("</p>\n<pre class=\"quoted wraps\">", f), put(f, r->compile_message), fputs("</pre>\n", f);
    }
    if (*r->compile_warnings)
        fputs("<p>The compiler warns:</p>\n<pre class=\"quoted wraps\">", f), put(f, r->compile_warnings),
            fputs("</pre>\n", f);
    put_what_to_look_at(f, r, m);
    put_cases(f, r);
    put_chart(f, r);
    put_layers(f, r);
}

// What counts in the end, where that is not the score alone.
static void put_final(FILE *f, const final_grade *g)
{
    if (!g->marked && !g->late) return;
    fprintf(f, "<p><strong>Counts: %g.</strong>", g->points);
    if (g->late) fprintf(f, " Handed in late: %g points less.", g->taken_off);
    if (g->marked) fprintf(f, " By hand: %+g. ", g->manual), put(f, g->comment);
    fputs("</p>\n", f);
}

// --- A page ---

static tt_status put_modules(FILE *f, const book *b, const module_list *modules, const char *student)
{
    int count = 0;
    tt_status status = TT_OK;
    for (int i = 0; i < modules->count && status == TT_OK; i++) {
        const module *m = &modules->row[i];
        char path[FILES_PATH], reason[600], sha256[FILES_HASH] = "";
        result r = {0};
        final_grade g;
        book_submission_path(path, b, m->name, student, m->file);
        if (access(path, F_OK) == 0) files_hash(sha256, path);
        bool present = book_has(b, m->name, student) && book_load(&r, b, m->name, student) == TT_OK,
             trouble = book_trouble(b, m->name, student, reason, sizeof reason);
        status = final_load(&g, b, m->name, student, &r);
        if (status != TT_OK || (!present && !*sha256 && !g.marked)) continue;
        count++;
        fprintf(f, "<section><h2>Module %s: ", m->number), put(f, m->topic), fputs("</h2>\n", f);
        put_final(f, &g);
        if (present) put_result(f, &r, m, *sha256 && strcmp(sha256, r.sha256) != 0);
        else if (*sha256) fputs("<p class=\"missed\">Handed in, not graded yet.</p>\n", f);
        if (trouble)
            fputs("<p class=\"missed\">It could not be graded; this is being looked at: ", f), put(f, reason),
                fputs("</p>\n", f);
        fputs("</section>\n", f);
        result_finish(&r);
    }
    if (count == 0) fputs("<p>Nothing handed in.</p>\n", f);
    return status;
}

// All that is on it.
static tt_status make_body(char **body, const book *b, const module_list *modules, const char *student)
{
    size_t size;
    FILE *f = open_memstream(body, &size);
    if (!f) return tt_fail(TT_NO_MEMORY, "no memory for a page");
    fputs("<h1>TinyTorch-C: ", f), put(f, student), fputs("</h1>\n", f);
    tt_status status = put_modules(f, b, modules, student);
    return fclose(f) == 0 ? status : tt_fail(TT_NO_MEMORY, "no memory for a page");
}

static tt_status write_page(const book *b, const module_list *modules, const char *student)
{
    char path[FILES_PATH], title[96], *body = NULL, *page = NULL;
    size_t size;
    tt_status status = make_body(&body, b, modules, student);
    FILE *f = status == TT_OK ? open_memstream(&page, &size) : NULL;
    snprintf(title, sizeof title, "TinyTorch-C: %s", student);
    if (f)
        page_put(
            f, &(page_frame){.title = title, .goal = "", .foot = "TinyTorch-C", .inert = true, .body = body});
    free(body);
    if (status == TT_OK && (!f || fclose(f) != 0)) status = tt_fail(TT_NO_MEMORY, "no memory for a page");
    files_path(path, "%s/feedback/%s.html", b->folder, student);
    if (status == TT_OK) status = file_write(path, page, size);
    free(page);
    return status;
}

int command_feedback(const command_place *where, int argc, char **argv)
{
    static module_list modules;
    const char *only = NULL;
    book b;
    const option_row rows[] = {{"--student", "ID", "only this student", OPTION_WORD(&only)}, {0}};
    int code = command_take(rows, argc, argv);
    if (code >= 0) return code;
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
