// html.c: the page: one HTML file that holds the whole run, in the order in which it happened.
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/file.h"
#include "event.h"
#include "lesson/prose/names.h"
#include "lesson/prose/prose.h"
#include "state.h"
#include "core/escape.h"
#include "page/page.h"
#include "page/chart.h"
#include "page/code.h"
#include "page/text.h"

static const char not_yet[] = "(not measured yet)";

typedef struct {
    const lesson_run *run;
    FILE *body;
    markdown_page markdown;
    const lesson_record *records[LESSON_MOST_RECORDS]; // of the cell that is being written
    int record_count, figures;
    const lesson_record *asked[LESSON_MOST_RECORDS]; // guesses of this cell that nobody has made
    int asked_count;
    bool folded; // what the cell shows is
} writer;

// --- Prose ---

static void put_prose(void *self, const lesson_event *event)
{
    writer *w = self;
    lesson_blob text = lesson_fill_prose(w->run, event->piece, not_yet, PAGE_NUMBER_BEGINS, PAGE_NUMBER_ENDS);
    fprintf(w->body, "<div class=\"prose\">\n");
    markdown_write(w->body, text.at, text.length, &w->markdown);
    fprintf(w->body, "</div>\n");
    free(text.at);
}

// --- A cell ---

static void put_text(FILE *out, const char *text) { escape_put(out, text, ESCAPE_HTML); }

static void put_code(void *self, const lesson_event *event)
{
    writer *w = self;
    if (!event->cell) return;
    int count = w->markdown.count, level = count ? w->markdown.headings[count - 1].level + 1 : 2;
    if (level > 6) level = 6;
    const char *name = event->cell->name;
    fprintf(w->body, "<section class=\"cell\" aria-labelledby=\"cell_%s\">\n<h%d id=\"cell_%s\">", name,
            level, name);
    put_text(w->body, event->piece->title);
    fprintf(w->body,
            "</h%d>\n<div class=\"part\"><span class=\"prompt\">In [%d]:</span><pre class=\"code\"><code>",
            level, event->number);
    page_code(w->body, event->piece->body, event->piece->length);
    fprintf(w->body, "</code></pre></div>\n");
    w->record_count = 0;
}

static void put_pair(writer *w, const char *name, const char *value)
{
    fprintf(w->body, "<div><dt>");
    put_text(w->body, name);
    fprintf(w->body, "</dt><dd>");
    put_text(w->body, value);
    fprintf(w->body, "</dd></div>");
}

static void put_number(writer *w, const char *name, double value, const char *unit)
{
    char text[48];
    lesson_print_number(text, sizeof text, value, unit);
    put_pair(w, name, text);
}

// What a cell shows after it asked for a guess is folded until the reader guesses or asks.
static void fold(writer *w)
{
    if (!w->asked_count || w->folded) return;
    w->folded = true;
    fprintf(w->body,
            "<details class=\"reveal\"><summary>Show what was measured</summary>\n<div class=\"part\"><span "
            "class=\"prompt\"></span><dl class=\"measurements\">");
    for (int i = 0; i < w->asked_count; i++)
        put_number(w, w->asked[i]->question, w->asked[i]->value, w->asked[i]->unit);
    fprintf(w->body, "</dl></div>\n");
}

static void put_output(void *self, const lesson_event *event)
{
    writer *w = self;
    fold(w);
    char *text = page_clean(event->text.at, event->text.length);
    const char *from = text ? text + strspn(text, "\n") : "";
    if (*from) {
        fprintf(w->body, "<div class=\"part\"><span class=\"prompt\"></span><pre class=\"output\">");
        put_text(w->body, from);
        fprintf(w->body, "</pre></div>\n");
    }
    free(text);
}

static void put_table(void *self, const lesson_event *event)
{
    writer *w = self;
    fold(w);
    char *text = page_clean(event->markdown.at, event->markdown.length);
    fprintf(w->body, "<div class=\"part\"><span class=\"prompt\"></span><div class=\"table\">");
    if (text) markdown_write(w->body, text, strlen(text), NULL);
    fprintf(w->body, "</div></div>\n");
    free(text);
}

static void put_chart(void *self, const lesson_event *event)
{
    writer *w = self;
    fold(w);
    fprintf(w->body, "<div class=\"part\"><span class=\"prompt\"></span>");
    page_chart(w->body, &event->chart->plot, event->svg.at);
    fprintf(w->body, "</div>\n");
}

static void put_figure(void *self, const lesson_event *event)
{
    writer *w = self;
    fold(w);
    fprintf(w->body, "<div class=\"part\"><span class=\"prompt\"></span>");
    figure_page(w->body, event->figure, ++w->figures);
    fprintf(w->body, "</div>\n");
}

// page.js takes a guess where data-value says what was measured; a guess made in a terminal is shown beside it.
static void put_question(void *self, const lesson_event *event)
{
    writer *w = self;
    const lesson_record *r = event->record;
    char value[48];
    const bool measured = !isnan(r->value), guessed = !isnan(r->guess);
    if (measured) lesson_print_number(value, sizeof value, r->value, r->unit);
    fprintf(w->body, "<div class=\"part\"><span class=\"prompt\"></span><div class=\"guess\"");
    if (measured && !guessed) {
        const char *const data[][2] = {{"name", r->name}, {"unit", r->unit}, {"shown", value}};
        for (int i = 0; i < COUNT(data); i++) {
            fprintf(w->body, " data-%s=\"", data[i][0]);
            put_text(w->body, data[i][1]);
            fputc('"', w->body);
        }
        fprintf(w->body, " data-value=\"%.9g\"", r->value);
        if (w->asked_count < LESSON_MOST_RECORDS) w->asked[w->asked_count++] = r;
    }
    fprintf(w->body, "><p>Predict: ");
    put_text(w->body, r->question);
    fprintf(w->body, "</p>");
    if (guessed || !measured) {
        fprintf(w->body, "<dl>");
        if (guessed) put_number(w, "Your guess", r->guess, r->unit);
        put_pair(w, "Measured", measured ? value : not_yet);
        fprintf(w->body, "</dl>");
    }
    fprintf(w->body, "</div></div>\n");
}

static void put_warning(void *self, const lesson_event *event)
{
    writer *w = self;
    fold(w);
    fprintf(w->body, "<div class=\"part\"><span class=\"prompt\"></span><div class=\"warning\">");
    markdown_write(w->body, event->text.at, event->text.length, NULL);
    fprintf(w->body, "</div></div>\n");
}

static void keep_record(void *self, const lesson_event *event)
{
    writer *w = self;
    if (isnan(event->record->value)) return;
    for (int i = 0; i < w->record_count; i++)
        if (w->records[i] == event->record) return;
    if (w->record_count < LESSON_MOST_RECORDS) w->records[w->record_count++] = event->record;
}

// The numbers that a cell recorded are shown as its result.
static void end_cell(void *self, const lesson_event *event)
{
    writer *w = self;
    fold(w);
    if (w->record_count) {
        fprintf(w->body, "<div class=\"part\"><span class=\"prompt\">Out [%d]:</span><dl class=\"records\">",
                event->number);
        for (int i = 0; i < w->record_count; i++)
            put_number(w, w->records[i]->name, w->records[i]->value, w->records[i]->unit);
        fprintf(w->body, "</dl></div>\n");
    }
    fprintf(w->body, "%s</section>\n", w->folded ? "</details>" : "");
    w->asked_count = 0, w->folded = false;
}

static lesson_face html = {
    [LESSON_PROSE] = put_prose,    [LESSON_CODE] = put_code,       [LESSON_OUTPUT] = put_output,
    [LESSON_TABLE] = put_table,    [LESSON_CHART] = put_chart,     [LESSON_PREDICTION] = put_question,
    [LESSON_RECORD] = keep_record, [LESSON_WARNING] = put_warning, [LESSON_CELL_END] = end_cell,
    [LESSON_FIGURE] = put_figure,
};

// --- The page ---

static void put_guesses(writer *w)
{
    bool asked = false;
    for (int i = 0; i < lesson->count; i++) asked = asked || lesson->records[i].asked;
    char *text = asked ? lesson_guesses_markdown() : NULL;
    if (!text) return;
    static const char heading[] = "## Your guesses\n";
    fprintf(w->body, "<div class=\"prose\">\n");
    markdown_write(w->body, heading, strlen(heading), &w->markdown);
    markdown_write(w->body, text, strlen(text), NULL);
    fprintf(w->body, "</div>\n");
    free(text);
}

// The first paragraph, cut after the last full stop that fits: the text for the list of pages.
static void find_goal(const lesson_run *run, char *goal, size_t size)
{
    char raw[4096], line[4096];
    size_t used = 0;
    *goal = 0;
    bool shown;
    lesson_prose p = {.run = run, .piece = run->pieces, .absent = not_yet, .before = "", .after = ""};
    while (run->piece_count && run->pieces->is_prose && lesson_prose_next(&p, raw, line, &shown) &&
           used + 1 < size) {
        if (!shown || *raw == '#' || (!*raw && !used)) continue;
        if (!*raw) break;
        used += (size_t)snprintf(goal + used, size - used, "%s%s", used ? " " : "", line);
    }
    char *stop = NULL;
    for (char *c = goal; *c; c++)
        if (*c == '.' && (c[1] == ' ' || !c[1])) stop = c;
    if (stop) stop[1] = 0;
}

static tt_status read_answers(const char *path, char *answers[MARKDOWN_MOST_ITEMS])
{
    char *text;
    size_t size;
    tt_status found = file_read(&text, &size, path, FILE_MOST);
    if (found != TT_OK) return found;
    for (int i = 0; i < MARKDOWN_MOST_ITEMS; i++) {
        size_t length;
        FILE *out = open_memstream(&answers[i], &length);
        tt_status status = out ? markdown_write_item(out, text, NULL, i + 1) : TT_NO_MEMORY;
        if (out) fclose(out);
        if (status == TT_OK) continue;
        free(answers[i]), answers[i] = NULL;
        break;
    }
    free(text);
    return *answers ? TT_OK : tt_fail(TT_BAD_FILE, "%s: no numbered list of answers in it", path);
}

static tt_status write_page(const lesson_run *run, const char *path, const markdown_page *markdown,
                            const char *body)
{
    char goal[260], foot[400], line[160], stamp[128];
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    snprintf(stamp, sizeof stamp, "%.*s.stamp.js", (int)strcspn(name, "."), name);
    find_goal(run, goal, sizeof goal);
    machine_info machine;
    machine_describe(&machine);
    machine_line(&machine, line, sizeof line);
    const char *whose = !strcmp(code_side, "mine")       ? "yours"
                        : !strcmp(code_side, "solution") ? "the reference"
                                                         : code_side;
    snprintf(foot, sizeof foot, "Measured on %s. Code: %s%s.%s", line, whose,
             lesson->quick ? ", small sizes (--quick)" : "", run->answers ? " Instructor's edition." : "");
    page_frame frame = {.title = markdown->count ? markdown->headings[0].text : module_bench.name,
                        .goal = goal,
                        .foot = foot,
                        .page = markdown,
                        .stamp = run->reload ? stamp : NULL,
                        .written = (long)time(NULL),
                        .body = body};
    return page_write(path, &frame);
}

tt_status lesson_write_html(const lesson_run *run, const char *path)
{
    writer w = {.run = run};
    char *answers[MARKDOWN_MOST_ITEMS] = {0}, *body = NULL;
    size_t length;
    tt_status status = run->answers ? read_answers(run->answers, answers) : TT_OK;
    for (int i = 0; i < MARKDOWN_MOST_ITEMS; i++) w.markdown.answers[i] = answers[i];
    if (status == TT_OK && !(w.body = open_memstream(&body, &length)))
        status = tt_fail(TT_NO_MEMORY, "no memory for the page");
    if (status == TT_OK) {
        lesson_run_replay(run, html, &w);
        put_guesses(&w);
        fclose(w.body);
        status = write_page(run, path, &w.markdown, body);
    }
    free(body);
    for (int i = 0; i < MARKDOWN_MOST_ITEMS; i++) free(answers[i]);
    return status;
}
