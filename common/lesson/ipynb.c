// ipynb.c: the notebook: nbformat 4.5 (https://nbformat.readthedocs.io), with the outputs of the run.
//
// A cell's id is made from the name of its code cell, or of the next one for prose, so that it stays when
// others are added. What percent format needs besides is kept in the metadata: see percent.h.
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "event.h"
#include "lesson/prose/names.h"
#include "lesson/prose/prose.h"
#include "state.h"
#include "walk.h"
#include "page/markdown.h"
#include "page/page.h"
#include "page/chart.h"
#include "page/text.h"

static const char not_yet[] = "(not measured yet)";

typedef struct {
    const lesson_run *run;
    json_t *cells, *ids; // ids: those in use
    bool failed;         // a cell could not be made
    json_t *outputs;     // of the current cell
    FILE *records;       // what it recorded, a line each
    char *record_text;
    size_t record_length;
} writer;

// --- Text ---

static json_t *text_of(const char *text, size_t length)
{
    char *clean = page_clean(text, length);
    json_t *string = json_string(clean ? clean : "");
    free(clean);
    return string;
}

static json_t *text_of_words(void (*words)(FILE *out, const plot_chart *chart), const plot_chart *chart)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (out) words(out, chart), fclose(out);
    json_t *string = text_of(text ? text : "", text ? strlen(text) : 0);
    free(text);
    return string;
}

static json_t *text_of_figure(void (*face)(FILE *out, const figure *f), const figure *f)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (out) face(out, f), fclose(out);
    json_t *string = text_of(text ? text : "", text ? strlen(text) : 0);
    free(text);
    return string;
}

static json_t *base64_of(const lesson_blob *bytes)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (out) page_base64(out, bytes->at, bytes->length), fclose(out);
    json_t *string = json_string(text ? text : "");
    free(text);
    return string;
}

// --- Cells ---

static void add_cell(writer *w, json_t *cell)
{
    if (json_array_append_new(w->cells, cell) != 0) w->failed = true;
}

static const char *name_of(const writer *w, const lesson_event *event, const char **prefix)
{
    *prefix = "";
    if (event->cell) return event->cell->name;
    *prefix = event->piece->is_prose ? "before-" : "helper-before-";
    for (const lesson_piece *p = event->piece + 1; p < w->run->pieces + w->run->piece_count; p++)
        if (lesson_cell_of(p)) return lesson_cell_of(p)->name;
    *prefix = "";
    return "the-end";
}

// An id that no other cell has: letters, digits, - and _, at most 64.
static json_t *make_id(writer *w, const lesson_event *event)
{
    const char *prefix, *name = name_of(w, event, &prefix);
    char id[80];
    snprintf(id, sizeof id, "%s%.40s", prefix, name);
    for (int n = 2; json_object_get(w->ids, id); n++) snprintf(id, sizeof id, "%s%.40s-%d", prefix, name, n);
    json_object_set_new(w->ids, id, json_true());
    return json_string(id);
}

// Keep the mark line and the text after the cell where percent.c would write something else.
static void keep_raw(json_t *kept, const lesson_piece *piece, const char *end)
{
    char canonical[120];
    size_t mark = strcspn(piece->mark, "\n"), after = (size_t)(piece->next - end);
    int length = snprintf(canonical, sizeof canonical, "// %%%%%s%s",
                          piece->is_prose ? " [markdown]"
                          : *piece->title ? " "
                                          : "",
                          piece->is_prose ? "" : piece->title);
    if ((size_t)length != mark || memcmp(canonical, piece->mark, mark) != 0)
        json_object_set_new(kept, "mark", json_stringn(piece->mark, mark));
    if (after != 2 || memcmp(end, "\n\n", 2) != 0)
        json_object_set_new(kept, "after", json_stringn(end, after));
}

static json_t *metadata_of(json_t *kept, const char *title)
{
    json_t *metadata = json_object();
    if (title && *title) json_object_set_new(metadata, "title", json_string(title));
    if (json_object_size(kept)) json_object_set(metadata, "tinytorch", kept);
    json_decref(kept);
    return metadata;
}

static bool leaves_lines_out(const lesson_run *run, const lesson_piece *piece)
{
    char raw[4096], line[4096];
    bool shown = true;
    lesson_prose p = {.run = run, .piece = piece, .absent = not_yet, .before = "", .after = ""};
    while (shown && lesson_prose_next(&p, raw, line, &shown)) {
    }
    return !shown;
}

// Write the prose with its numbers. A line of the file that is not "// " and the written line is kept, as
// a pair of both. Where lines are left out every line is kept, those that are not written as a pair of
// null and the line. Returns the end of the prose.
static const char *prose_source(const lesson_run *run, const lesson_piece *piece, FILE *out, json_t *lines)
{
    char raw[4096], line[4096], plain[4100];
    const char *from = piece->body, *end = from, *gap = "";
    bool all = leaves_lines_out(run, piece), shown;
    lesson_prose p = {.run = run, .piece = piece, .absent = not_yet, .before = "", .after = ""};
    for (; lesson_prose_next(&p, raw, line, &shown); from = p.at) {
        size_t length = strcspn(from, "\n");
        end = from + length;
        snprintf(plain, sizeof plain, *line ? "// %s" : "//%s", line);
        if (all || strlen(plain) != length || strncmp(plain, from, length) != 0)
            json_array_append_new(lines, json_pack("[s?o]", shown ? line : NULL, json_stringn(from, length)));
        if (!shown) continue;
        fprintf(out, "%s%s", gap, line);
        gap = "\n";
    }
    return end;
}

static void add_prose(void *self, const lesson_event *event)
{
    writer *w = self;
    char *source = NULL;
    size_t length;
    FILE *out = open_memstream(&source, &length);
    if (!out) return;
    json_t *kept = json_object(), *lines = json_array();
    const char *end = prose_source(w->run, event->piece, out, lines);
    fclose(out);
    if (json_array_size(lines)) json_object_set(kept, "lines", lines);
    json_decref(lines);
    keep_raw(kept, event->piece, end);
    add_cell(w, json_pack("{s:s, s:o, s:o, s:s}", "cell_type", "markdown", "id", make_id(w, event),
                          "metadata", metadata_of(kept, NULL), "source", source));
    free(source);
}

static void add_code(void *self, const lesson_event *event)
{
    writer *w = self;
    const lesson_piece *piece = event->piece;
    json_t *kept = json_object();
    keep_raw(kept, piece, piece->body + piece->length);
    w->outputs = json_array();
    add_cell(w, json_pack("{s:s, s:o, s:o, s:o, s:O, s:o}", "cell_type", "code", "execution_count",
                          event->cell ? json_integer(event->number) : json_null(), "id", make_id(w, event),
                          "metadata", metadata_of(kept, piece->title), "outputs", w->outputs, "source",
                          json_stringn(piece->body, piece->length)));
    json_decref(w->outputs); // the cell holds a reference to it
}

// --- Outputs ---

static void add_stream(writer *w, const char *name, json_t *text)
{
    json_array_append_new(w->outputs,
                          json_pack("{s:s, s:s, s:o}", "name", name, "output_type", "stream", "text", text));
}

static void add_display(writer *w, json_t *data)
{
    json_array_append_new(
        w->outputs, json_pack("{s:o, s:{}, s:s}", "data", data, "metadata", "output_type", "display_data"));
}

static void add_output(void *self, const lesson_event *event)
{
    add_stream(self, "stdout", text_of(event->text.at, event->text.length));
}

static void add_warning(void *self, const lesson_event *event)
{
    json_t *text = json_sprintf("%s\n", event->text.at);
    add_stream(self, "stderr", text ? text : json_string("a warning that is no text\n"));
}

static void add_table(void *self, const lesson_event *event)
{
    char *html = NULL;
    size_t length;
    FILE *out = open_memstream(&html, &length);
    if (out) markdown_write(out, event->markdown.at, event->markdown.length, NULL), fclose(out);
    json_t *data = json_object();
    json_object_set_new(data, "text/html", text_of(html ? html : "", html ? strlen(html) : 0));
    json_object_set_new(data, "text/plain", text_of(event->text.at, event->text.length));
    add_display(self, data);
    free(html);
}

static void add_chart(void *self, const lesson_event *event)
{
    json_t *data = json_object();
    const char *svg = page_chart_svg(event->svg.at);
    if (svg) json_object_set_new(data, "image/svg+xml", text_of(svg, strlen(svg)));
    if (event->png.at) json_object_set_new(data, "image/png", base64_of(&event->png));
    json_object_set_new(data, "text/plain", text_of_words(page_chart_words, &event->chart->plot));
    add_display(self, data);
}

static void put_svg(FILE *out, const figure *f) { figure_svg(out, f, 1, true); }

static void add_figure(void *self, const lesson_event *event)
{
    json_t *data = json_object();
    json_object_set_new(data, "image/svg+xml", text_of_figure(put_svg, event->figure));
    json_object_set_new(data, "text/plain", text_of_figure(figure_text, event->figure));
    add_display(self, data);
}

static void add_question(void *self, const lesson_event *event)
{
    const lesson_record *r = event->record;
    char guess[48] = "none", line[200];
    if (!isnan(r->guess)) lesson_print_number(guess, sizeof guess, r->guess, r->unit);
    int length = snprintf(line, sizeof line, "Your guess: %s %s\n", r->question, guess);
    add_stream(self, "stdout", text_of(line, (size_t)length));
}

static void keep_record(void *self, const lesson_event *event)
{
    writer *w = self;
    if (isnan(event->record->value)) return;
    if (!w->records) w->records = open_memstream(&w->record_text, &w->record_length);
    if (!w->records) return;
    char value[48];
    lesson_print_number(value, sizeof value, event->record->value, event->record->unit);
    fprintf(w->records, "%s = %s\n", event->record->name, value);
}

static void end_cell(void *self, const lesson_event *event)
{
    writer *w = self;
    if (!w->records) return;
    fclose(w->records);
    w->records = NULL;
    json_t *text = text_of(w->record_text, w->record_length ? w->record_length - 1 : 0);
    json_array_append_new(w->outputs, json_pack("{s:{s:o}, s:i, s:{}, s:s}", "data", "text/plain", text,
                                                "execution_count", event->number, "metadata", "output_type",
                                                "execute_result"));
    free(w->record_text);
}

static lesson_face notebook = {
    [LESSON_PROSE] = add_prose,    [LESSON_CODE] = add_code,       [LESSON_OUTPUT] = add_output,
    [LESSON_TABLE] = add_table,    [LESSON_CHART] = add_chart,     [LESSON_PREDICTION] = add_question,
    [LESSON_RECORD] = keep_record, [LESSON_WARNING] = add_warning, [LESSON_CELL_END] = end_cell,
    [LESSON_FIGURE] = add_figure,
};

// --- The file ---

// A prose cell that the run made and no author wrote.
static void add_made(writer *w, const char *id, json_t *source)
{
    json_object_set_new(w->ids, id, json_true());
    add_cell(w, json_pack("{s:s, s:s, s:{s:{s:b}}, s:o}", "cell_type", "markdown", "id", id, "metadata",
                          "tinytorch", "made", 1, "source", source));
}

// What the notebook is: no kernel runs its cells, which nothing else in it would say.
static void add_what_it_is(writer *w)
{
    machine_info machine;
    char line[160];
    const int digits = (int)strcspn(module_bench.name, "_");
    machine_describe(&machine);
    machine_line(&machine, line, sizeof line);
    add_made(w, "what-this-is",
             json_sprintf(
                 "> **This notebook is a record.** Its outputs are of a run on %s. There is no kernel that "
                 "runs its cells: to run them, `make %.*s` in a terminal; after a change of yours, "
                 "`make ipynb-%.*s` records it again.",
                 line, digits, module_bench.name, digits, module_bench.name));
}

static void add_guesses(writer *w)
{
    char *text = lesson_guesses_markdown();
    if (text) add_made(w, "your-guesses", json_sprintf("## Your guesses\n\n%s", text));
    free(text);
}

static json_t *notebook_metadata(const lesson_run *run)
{
    const char *first = run->piece_count ? run->pieces[0].mark : run->text + strlen(run->text);
    return json_pack("{s:{s:s, s:s, s:s}, s:{s:s, s:s, s:s}, s:{s:s, s:s, s:b, s:o}}", "kernelspec",
                     "display_name", "C", "language", "c", "name", "c", "language_info", "file_extension",
                     ".c", "mimetype", "text/x-csrc", "name", "c", "tinytorch", "module", module_bench.name,
                     "side", code_side, "quick", lesson->quick, "before",
                     json_stringn(run->text, (size_t)(first - run->text)));
}

tt_status lesson_write_ipynb(const lesson_run *run, const char *path)
{
    writer w = {.run = run, .cells = json_array(), .ids = json_object()};
    add_what_it_is(&w);
    lesson_run_replay(run, notebook, &w);
    add_guesses(&w);
    json_t *root = json_pack("{s:o, s:o, s:i, s:i}", "cells", w.cells, "metadata", notebook_metadata(run),
                             "nbformat", 4, "nbformat_minor", 5);
    file_new f = {0};
    tt_status status = file_make_folder_of(path);
    if (status == TT_OK) status = file_begin(&f, path);
    if (status == TT_OK && (w.failed || json_dumpf(root, f.out, JSON_INDENT(1)) != 0))
        status = tt_fail(TT_BAD_FILE, "%s: cannot be written: is the source UTF-8?", path);
    json_decref(root);
    json_decref(w.ids);
    return file_end(&f, status);
}
