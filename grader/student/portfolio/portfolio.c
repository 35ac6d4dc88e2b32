// portfolio.c: reads what there is of each module and writes the pages to BUILD/portfolio/.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "core/count.h"
#include "core/file.h"
#include "core/options.h"
#include "page/page.h"
#include "page/html.h"
#include "portfolio.h"

enum { MOST_MODULES = 32, MOST_TEXT = 1 << 22, MOST_WRITE_UP = 1 << 18 };

// --- What there is ---

// The first line of the module's README without its #; the name if there is none.
static void read_title(portfolio_module *m)
{
    char path[256], *text = NULL;
    snprintf(path, sizeof path, "modules/%s/README.md", m->name);
    snprintf(m->title, sizeof m->title, "%s", m->name);
    if (file_read(&text, NULL, path, MOST_TEXT) == TT_OK && !strncmp(text, "# ", 2))
        snprintf(m->title, sizeof m->title, "%.*s", (int)strcspn(text + 2, "\n"), text + 2);
    free(text);
}

static void read_module(portfolio_module *m, const portfolio *p, const char *name)
{
    char path[300];
    const char *topic = strchr(name, '_');
    const bool mine = !strcmp(p->side, "mine");
    snprintf(m->name, sizeof m->name, "%s", name);
    snprintf(m->number, sizeof m->number, "%.*s", topic ? (int)(topic - name) : 0, name);
    snprintf(m->topic, sizeof m->topic, "%s", topic ? topic + 1 : name);
    read_title(m);
    snprintf(m->file, sizeof m->file, "modules/%s/%s.c", m->name, mine ? m->topic : "solution");
    if (file_read(&m->source, NULL, m->file, MOST_TEXT) != TT_OK) m->source = NULL;
    snprintf(path, sizeof path, "modules/%s/stub.c", m->name);
    if (todo_read(&m->all, path) != TT_OK) m->all.count = 0;
    if (todo_read(&m->left, m->file) != TT_OK) m->left = m->all;
    snprintf(m->from, sizeof m->from, "%s/results/%s.%s.json", p->build, m->name, p->side);
    m->is_measured = results_load(&m->measured, m->from) == TT_OK;
    if (mine) snprintf(path, sizeof path, "progress/%s.json", m->name);
    else snprintf(path, sizeof path, "%s/results/%s.solution.grade.json", p->build, m->name);
    progress_read(&m->points, path);
}

// --- Pages ---

static void put_link(FILE *f, const char *file, const char *text, const char *current)
{
    if (!strcmp(file, current))
        page_say(f, "<li><a aria-current=\"page\" href=\"@.html\">@</a></li>\n", file, text);
    else page_say(f, "<li><a href=\"@.html\">@</a></li>\n", file, text);
}

static void put_links(FILE *f, const portfolio *p, const char *current)
{
    fputs("<ul class=\"links\">\n", f);
    put_link(f, "index", "Portfolio", current);
    for (int i = 0; i < p->count; i++) put_link(f, p->module[i].name, p->module[i].title, current);
    put_link(f, "together", "All together", current);
    for (const write_up *w = write_ups; w->name; w++) put_link(f, w->name, w->title, current);
    put_link(f, "production", "In production", current);
    fputs("</ul>\n", f);
}

static void put_row(FILE *f, const portfolio_module *m)
{
    static gain list[GAINS_MOST];
    const int count = m->is_measured ? gains_find(list, &m->measured) : 0;
    const gain *best = count ? list : NULL;
    for (int i = 1; i < count; i++)
        if (list[i].mean > best->mean) best = &list[i];
    page_say(f, "<tr><th scope=\"row\"><a href=\"@.html\">@</a></th>", m->name, m->title);
    fprintf(f, "<td class=\"right\">%d of %d</td>", m->all.count - m->left.count, m->all.count);
    if (m->points.present) fprintf(f, "<td class=\"right\">%.4g of %.4g</td>", m->points.score, m->points.of);
    else page_say(f, "<td><code>make grade-@</code></td>", m->number);
    if (best) {
        char mean[32];
        snprintf(mean, sizeof mean, "%.3g x", best->mean);
        page_say(f, "<td><strong>@</strong> by <code>@</code> over <code>@</code> (@)</td></tr>\n", mean,
                 best->step, best->over, best->suite);
    } else if (m->is_measured) fputs("<td>no step that is a time</td></tr>\n", f);
    else page_say(f, "<td><code>make bench-@</code></td></tr>\n", m->number);
}

static void put_index(FILE *f, const portfolio *p)
{
    page_say(f, *p->name ? "<h1>Portfolio of @</h1>\n" : "<h1>Portfolio</h1>\n", p->name);
    fputs("<p>Machine learning made fast, small and measured, in C. Every number on these pages comes from a "
          "file of results "
          "that stands beside it; the command beside that makes it again.</p>\n<h2>Modules</h2>\n",
          f);
    page_table_begin(f, "wraps", "module|>functions|>points|largest gain");
    for (int i = 0; i < p->count; i++) put_row(f, &p->module[i]);
    page_table_end(f);
    fputs("<p class=\"small\">Largest gain: of the module&#39;s steps that were timed, the one with the "
          "largest geometric mean "
          "over its cases; its page has all of them, and the case where each gains "
          "least.</p>\n<h2>More</h2>\n<ul>\n"
          "<li><a href=\"together.html\">All together</a>: what sets of modules gain in one model</li>\n",
          f);
    for (const write_up *w = write_ups; w->name; w++)
        page_say(f, "<li><a href=\"@.html\">@</a>: @</li>\n", w->name, w->title, w->about);
    fputs("<li><a href=\"production.html\">In production</a>: which runtime has what you built</li>\n"
          "<li><code>make export-c</code>: the CNN as one C file without dependencies</li>\n</ul>\n",
          f);
}

static void put_together(FILE *f, const portfolio *p)
{
    char from[300];
    snprintf(from, sizeof from, "%s/results/course.both.json", p->build);
    fputs("<h1>All together</h1>\n<p>The transformer&#39;s next token, by sets of modules: each row is a "
          "set, by the numbers of "
          "its modules.</p>\n<h2>What each set gained</h2>\n",
          f);
    gains_put(f, p->has_course ? &p->course : NULL, from, "make bench-course");
}

static void put_write_up(FILE *f, const portfolio *p, const write_up *w)
{
    char path[128], *text = NULL;
    snprintf(path, sizeof path, "portfolio/%s.md", w->name);
    const bool there = file_read(&text, NULL, path, MOST_WRITE_UP) == TT_OK;
    if (!there || strncmp(text, "# ", 2) != 0) page_say(f, "<h1>@</h1>\n", w->title);
    if (there) write_up_put(f, p, text);
    else
        page_say(f,
                 "<p class=\"missed\">Not there, or too large: <code>make portfolio</code> makes "
                 "<code>@</code>, in which you write.</p>\n",
                 path);
    free(text);
}

// A page that is neither a module's nor a write-up.
typedef struct {
    const char *name, *title;
    void (*put)(FILE *f, const portfolio *p);
} other_page;

static void put_production(FILE *f, const portfolio *p) { (void)p, production_put(f); }

static const other_page others[] = {{"index", "Portfolio", put_index},
                                    {"together", "All together", put_together},
                                    {"production", "In production", put_production}};

static tt_status begin_page(FILE **f, char **body, size_t *length, const portfolio *p, const char *name)
{
    *f = open_memstream(body, length);
    if (!*f) return tt_fail(TT_NO_MEMORY, "no memory for a page");
    put_links(*f, p, name);
    return TT_OK;
}

static tt_status end_page(FILE *f, char **body, const portfolio *p, const char *name, const char *title)
{
    char path[400];
    tt_status status = fclose(f) == 0 ? TT_OK : tt_fail(TT_NO_MEMORY, "no memory for a page");
    snprintf(path, sizeof path, "%s/portfolio/%s.html", p->build, name);
    const page_frame frame = {.title = title,
                              .goal = "",
                              .foot = "TinyTorch-C: made by make portfolio.",
                              .inert = true,
                              .body = *body};
    if (status == TT_OK) status = page_write(path, &frame);
    free(*body);
    return status;
}

static tt_status write_pages(const portfolio *p)
{
    FILE *f;
    char *body;
    size_t length;
    tt_status status = TT_OK;
    for (int i = 0; i < COUNT(others) && status == TT_OK; i++)
        if ((status = begin_page(&f, &body, &length, p, others[i].name)) == TT_OK)
            others[i].put(f, p), status = end_page(f, &body, p, others[i].name, others[i].title);
    for (const portfolio_module *m = p->module; m < p->module + p->count && status == TT_OK; m++)
        if ((status = begin_page(&f, &body, &length, p, m->name)) == TT_OK)
            portfolio_put_module(f, p, m), status = end_page(f, &body, p, m->name, m->title);
    for (const write_up *w = write_ups; w->name && status == TT_OK; w++)
        if ((status = begin_page(&f, &body, &length, p, w->name)) == TT_OK)
            put_write_up(f, p, w), status = end_page(f, &body, p, w->name, w->title);
    return status;
}

int command_portfolio(int argc, char **argv)
{
    portfolio p = {.build = "build",
                   .side = "mine",
                   .name = "",
                   .module = calloc(MOST_MODULES, sizeof(portfolio_module))};
    char **names, path[300];
    const option_row rows[] = {
        {"--build", "DIR", "the build folder (default: build)", OPTION_WORD(&p.build)},
        {"--side", "SIDE", "whose code: mine, solution (default: mine)", OPTION_WORD(&p.side)},
        {"--name", "NAME", "whoever wrote it", OPTION_WORD(&p.name)},
        {"MODULE", NULL, "NN_topic", OPTION_REST(&names)},
        {0}};
    int code =
        options_take("workbook portfolio", "Pages of what you made, from results alone.", rows, argc, argv);
    if (code >= 0) return code;
    if (!p.module) return fprintf(stderr, "workbook: no memory\n"), 1;
    for (; *names && p.count < MOST_MODULES; names++) read_module(&p.module[p.count++], &p, *names);
    snprintf(path, sizeof path, "%s/results/course.both.json", p.build);
    p.has_course = results_load(&p.course, path) == TT_OK;
    tt_status status = write_pages(&p);
    for (int i = 0; i < p.count; i++) free(p.module[i].source), results_finish(&p.module[i].measured);
    free(p.module);
    results_finish(&p.course);
    if (status != TT_OK) return fprintf(stderr, "workbook: %s\n", tt_error()), 1;
    printf("%s/portfolio/index.html\n", p.build);
    return 0;
}
