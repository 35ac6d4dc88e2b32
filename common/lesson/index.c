// index.c: the course's front page: for each module its goal, its chart, the points that are there and what is next.
//
// Title and goal are those of the lesson's page, or of the module's README where no page is made yet. The chart is the
// first one of the README, as drawn here if it was, else as recorded.
#include "index.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/foreign.h"
#include "event.h"
#include "core/escape.h"
#include "page/page.h"
#include "page/text.h"

enum { MOST_MODULES = 64, README_BYTES = 1 << 20 };

typedef struct {
    char name[96];       // 15_acceleration
    char *page, *readme; // their texts; NULL: not there
    bool graded;         // then:
    double score, of;
} module;

static int number_length(const module *m) { return (int)strcspn(m->name, "_"); }

static bool is_done(const module *m) { return m->graded && m->score >= m->of; }

// --- What there is ---

// "15_acceleration" of "15_acceleration" or "15_acceleration.html"; false for other names.
static bool take_name(char *name, size_t size, const char *entry, const char *end)
{
    const size_t length = strlen(entry), tail = strlen(end);
    if (length <= tail + 3 || length - tail >= size || strcmp(entry + length - tail, end) != 0) return false;
    if (!isdigit((unsigned char)entry[0]) || !isdigit((unsigned char)entry[1]) || entry[2] != '_')
        return false;
    snprintf(name, size, "%.*s", (int)(length - tail), entry);
    return !strchr(name, '.');
}

static int find_in(module *modules, int count, const char *folder, const char *end)
{
    DIR *d = opendir(folder);
    for (struct dirent *e; d && (e = readdir(d)) && count < MOST_MODULES;) {
        char name[sizeof modules->name];
        bool known = !take_name(name, sizeof name, e->d_name, end);
        for (int i = 0; i < count && !known; i++) known = !strcmp(modules[i].name, name);
        if (!known) snprintf(modules[count++].name, sizeof name, "%s", name);
    }
    if (d) closedir(d);
    return count;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const module *)a)->name, ((const module *)b)->name);
}

static void look_at(module *m, const char *root)
{
    char path[700];
    snprintf(path, sizeof path, "%s/html/%.90s.html", root, m->name);
    if (file_read(&m->page, NULL, path, FILE_MOST) != TT_OK) m->page = NULL;
    snprintf(path, sizeof path, "modules/%.90s/README.md", m->name);
    if (file_read(&m->readme, NULL, path, README_BYTES) != TT_OK) m->readme = NULL;
    snprintf(path, sizeof path, "progress/%.90s.json", m->name);
    json_t *result = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    foreign f = {path, TT_OK};
    if (json_is_object(result)) {
        m->score = foreign_real(&f, result, "score");
        m->of = foreign_real(&f, result, "of");
        m->graded = f.status == TT_OK && m->of > 0;
    }
    json_decref(result);
}

// --- Its card ---

// The text between two marks; NULL if one is missing or it is too long.
static char *between(const char *text, const char *begins, const char *ends)
{
    enum { MOST = 1000 };
    const char *from = text ? strstr(text, begins) : NULL;
    if (!from) return NULL;
    from += strlen(begins);
    const char *to = strstr(from, ends);
    return to && to - from < MOST ? strndup(from, (size_t)(to - from)) : NULL;
}

// From the page, where it is escaped already, else from the README, which is Markdown.
static void put_words(FILE *out, const module *m, const char *in_page, const char *page_ends,
                      const char *in_readme, const char *readme_ends)
{
    char *words = between(m->page, in_page, page_ends);
    if (words && !strpbrk(words, "<\"")) fputs(words, out);
    else {
        free(words);
        words = between(m->readme, in_readme, readme_ends);
        escape_put(out, words ? words : m->page ? "" : m->name, ESCAPE_HTML);
    }
    free(words);
}

static void put_command(FILE *out, const char *command, const module *m)
{
    fprintf(out, "<code>make %s%.*s</code>", command, number_length(m), m->name);
}

static void put_chart(FILE *out, const module *m, const char *root)
{
    char *alt = between(m->readme, "![", "]("), *drawing = between(m->readme, "](../../docs/charts/", ")"),
         *svg = NULL;
    char path[700];
    const char *slash = drawing ? strchr(drawing, '/') : NULL;
    if (alt && slash) {
        snprintf(path, sizeof path, "%s/charts/%.90s-%s", root, m->name, slash + 1);
        if (file_read(&svg, NULL, path, README_BYTES) != TT_OK) {
            snprintf(path, sizeof path, "docs/charts/%s", drawing);
            if (file_read(&svg, NULL, path, README_BYTES) != TT_OK) svg = NULL;
        }
    }
    const char *picture = svg ? strstr(svg, "<svg") : NULL;
    if (picture) {
        fprintf(out, "<div class=\"chart\"><img src=\"data:image/svg+xml;base64,");
        page_base64(out, picture, strlen(picture));
        fprintf(out, "\" alt=\"Chart: ");
        escape_put(out, alt, ESCAPE_HTML);
        fprintf(out, "\"></div>\n");
    }
    free(alt), free(drawing), free(svg);
}

static void put_points(FILE *out, double score, double of, const char *of_what)
{
    fprintf(out, "<progress max=\"%g\" value=\"%g\" aria-label=\"Points of ", of, score);
    escape_put(out, of_what, ESCAPE_HTML);
    fprintf(out, "\"></progress> %.0f of %.0f points", score, of);
}

static void put_card(FILE *out, const module *m, const char *root)
{
    fprintf(out, "<li><div><h2>");
    if (m->page) {
        fprintf(out, "<a href=\"");
        escape_put(out, m->name, ESCAPE_HTML);
        fprintf(out, ".html\">");
    }
    put_words(out, m, "<title>", "</title>", "# ", "\n");
    fprintf(out, "%s</h2>\n<p>", m->page ? "</a>" : "");
    put_words(out, m, "<meta name=\"description\" content=\"", "\">", "**Goal.** ", "\n\n");
    fprintf(out, "</p>\n<p class=\"state\">");
    if (m->graded) put_points(out, m->score, m->of, m->name);
    else fprintf(out, "Not graded yet: "), put_command(out, "grade-", m);
    if (!m->page) fprintf(out, "<br>The lesson as a page: "), put_command(out, "html-", m);
    fprintf(out, "</p></div>\n");
    put_chart(out, m, root);
    fprintf(out, "</li>\n");
}

// The points of all, and where to go on: at the first module that is not done.
static void put_state(FILE *out, const module *modules, int count)
{
    double score = 0, of = 0;
    const module *next = NULL;
    for (int i = count - 1; i >= 0; i--) {
        if (modules[i].graded) score += modules[i].score, of += modules[i].of;
        if (!is_done(&modules[i])) next = &modules[i];
    }
    fprintf(out, "<p class=\"next\">");
    if (of > 0) put_points(out, score, of, "all graded modules"), fprintf(out, "<br>");
    if (next && next->graded) {
        fprintf(out, "Next: "), put_command(out, "watch-", next);
        fprintf(out, " grades whenever you save; "), put_command(out, "hint-", next);
        fprintf(out, " when you are stuck.");
    } else if (next) {
        fprintf(out, "Next: "), put_command(out, "", next);
        fprintf(out, " is the lesson, "), put_command(out, "watch-", next);
        fprintf(out, " grades whenever you save.");
    } else fprintf(out, "Everything is done.");
    fprintf(out, "</p>\n");
}

tt_status lesson_write_index(const char *root)
{
    char folder[400], path[420], *body = NULL;
    static module modules[MOST_MODULES];
    size_t length;
    snprintf(folder, sizeof folder, "%s/html", root);
    snprintf(path, sizeof path, "%s/index.html", folder);
    const int count = find_in(modules, find_in(modules, 0, "modules", ""), folder, ".html");
    qsort(modules, (size_t)count, sizeof *modules, by_name);
    FILE *out = open_memstream(&body, &length);
    if (!out) return tt_fail(TT_NO_MEMORY, "no memory for the list of pages");
    fprintf(
        out,
        "<h1>The optimisation workbook</h1>\n<p>Make machine learning fast, small and measured, in C. Every "
        "number of a lesson was measured on this machine by the cell above it; a chart names its "
        "machine.</p>\n");
    for (int i = 0; i < count; i++) look_at(&modules[i], root);
    if (count > 0) put_state(out, modules, count);
    else fprintf(out, "<p>No page has been written yet.</p>\n");
    fprintf(out, "<ul class=\"index\">\n");
    for (int i = 0; i < count; i++) put_card(out, &modules[i], root);
    fprintf(out, "</ul>\n");
    for (int i = 0; i < count; i++) free(modules[i].page), free(modules[i].readme);
    fclose(out);
    page_frame frame = {
        .title = "TinyTorch-C: the optimisation workbook", .goal = "", .foot = "TinyTorch-C", .body = body};
    tt_status status = page_write(path, &frame);
    free(body);
    return status;
}
