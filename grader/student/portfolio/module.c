// module.c: the page of one module: points, gains, charts, code, and what is missing.
#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "measure/plot.h"
#include "page/chart.h"
#include "page/code.h"
#include "page/html.h"
#include "page/text.h"
#include "portfolio.h"

enum { MOST_CHARTS = 32, MOST_CHART_BYTES = 1 << 20, MOST_CODE_BYTES = 1 << 16 };

// --- Points ---

static void put_function_points(FILE *f, const progress *p, const char *function)
{
    double points = 0;
    int of = 0, passed = 0, cases = 0;
    for (int i = 0; i < p->count; i++) {
        const progress_case *c = &p->cases[i];
        if (strcmp(c->function, function) != 0) continue;
        points += c->points, of += c->of, cases++;
        passed += !strcmp(c->verdict, "passed");
    }
    page_say(f, "<tr><th scope=\"row\"><code>@</code></th>", function);
    fprintf(f, "<td class=\"right\">%.3g of %d</td><td class=\"right\">%d of %d</td></tr>\n", points, of,
            passed, cases);
}

static bool is_first_of_its_function(const progress *p, int i)
{
    for (int k = 0; k < i; k++)
        if (!strcmp(p->cases[k].function, p->cases[i].function)) return false;
    return true;
}

static void put_points(FILE *f, const portfolio_module *m)
{
    const progress *p = &m->points;
    fputs("<h2>Points</h2>\n", f);
    if (!p->present) {
        page_say(f, "<p class=\"missed\">Not graded yet: <code>make grade-@</code>.</p>\n", m->number);
        return;
    }
    fprintf(f, "<p><strong>%.4g of %.4g points.</strong> %d cases passed, %d did not", p->score, p->of,
            p->passed, p->failed);
    page_say(f, "; graded @ by <code>make grade-@</code>.</p>\n", p->graded, m->number);
    if (*p->compile)
        page_say(f, "<p class=\"missed\">It did not compile: <code>make grade-@</code> says why.</p>\n",
                 m->number);
    if (p->count == 0) return;
    page_table_begin(f, "", "function|>points|>cases passed");
    for (int i = 0; i < p->count; i++)
        if (is_first_of_its_function(p, i)) put_function_points(f, p, p->cases[i].function);
    page_table_end(f);
    if (*p->best) page_say(f, "<p>Fastest timed case: @ (@).</p>\n", p->best, p->best_case);
}

// --- Numbers that belong to no row ---

static void put_values(FILE *f, const portfolio_module *m)
{
    if (!m->is_measured || m->measured.value_count == 0) return;
    fputs("<h3>Other numbers of that run</h3>\n<dl>\n", f);
    for (int i = 0; i < m->measured.value_count; i++) {
        const results_value *v = &m->measured.values[i];
        char number[48];
        if (!isfinite(v->value)) continue;
        snprintf(number, sizeof number, "%.*g %s", chart_digits(v->value), v->value, v->unit);
        page_say(f, "<div><dt><code>@</code></dt><dd>@</dd></div>\n", v->name, number);
    }
    fputs("</dl>\n", f);
}

// --- Charts ---

static void put_chart(FILE *f, const char *folder, const char *file)
{
    char path[700], *svg = NULL, *words = NULL;
    size_t length;
    snprintf(path, sizeof path, "%s/%s", folder, file);
    FILE *said = open_memstream(&words, &length);
    if (said && file_read(&svg, NULL, path, MOST_CHART_BYTES) == TT_OK) plot_words(said, svg);
    if (said) fclose(said);
    if (svg && *page_chart_svg(svg) == '<') {
        fputs("<figure><div class=\"scroll chart\"" PAGE_SCROLLS(
                  "Chart") "><img src=\"data:image/svg+xml;base64,",
              f);
        page_base64(f, page_chart_svg(svg), strlen(page_chart_svg(svg)));
        page_say(f,
                 "\" alt=\"Chart: @\"></div><figcaption class=\"small\">From "
                 "<code>@</code></figcaption></figure>\n",
                 words && *words ? words : file, path);
    }
    free(svg), free(words);
}

static const char *chart_prefix; // of the charts that scandir keeps

static int is_chart(const struct dirent *e)
{
    const char *dot = strrchr(e->d_name, '.');
    return dot && !strcmp(dot, ".svg") && !strncmp(e->d_name, chart_prefix, strlen(chart_prefix));
}

static void put_charts(FILE *f, const portfolio *p, const portfolio_module *m)
{
    char folder[300], prefix[96];
    struct dirent **files = NULL;
    snprintf(folder, sizeof folder, "%s/charts", p->build);
    snprintf(prefix, sizeof prefix, "%s-", m->name);
    chart_prefix = prefix;
    const int count = scandir(folder, &files, is_chart, alphasort);
    fputs("<h2>Charts</h2>\n", f);
    if (count < 1)
        page_say(f, "<p class=\"missed\">None drawn yet: <code>make plot-@</code>.</p>\n", m->number);
    for (int i = 0; i < count; i++) {
        if (i < MOST_CHARTS) put_chart(f, folder, files[i]->d_name);
        free(files[i]);
    }
    free(files);
}

// --- Code ---

static bool is_left(const todo_list *list, const char *function)
{
    for (int i = 0; i < list->count; i++)
        if (!strcmp(list->function[i], function)) return true;
    return false;
}

static void put_function(FILE *f, const portfolio_module *m, const function_text *code)
{
    const bool exercise = is_left(&m->all, code->name), cut = code->length > MOST_CODE_BYTES;
    page_say(
        f, "<details><summary><code>@</code>@</summary>\n<pre class=\"code\"" PAGE_SCROLLS("Code") "><code>",
        code->name, exercise ? "" : ", a helper");
    page_code(f, code->text, cut ? MOST_CODE_BYTES : code->length);
    page_say(f, "</code></pre>@</details>\n", cut ? "It is longer than a page keeps." : "");
}

static void put_code(FILE *f, const portfolio_module *m)
{
    static function_text list[FUNCTIONS_MOST];
    const int count = m->source ? functions_find(list, m->source) : 0;
    page_say(f, "<h2>Code</h2>\n<p>From <code>@</code>.</p>\n", m->file);
    if (!m->source)
        page_say(f, "<p class=\"missed\">It is not there: <code>make @</code> makes it.</p>\n", m->number);
    if (m->left.count) fputs("<p class=\"missed\">Not written yet:</p>\n<ul>\n", f);
    for (int i = 0; i < m->left.count; i++)
        page_say(f, "<li><code>@</code>: <code>make hint-@ HINT=@</code></li>\n", m->left.function[i],
                 m->number, m->left.function[i]);
    if (m->left.count) fputs("</ul>\n", f);
    for (int i = 0; i < count; i++)
        if (!is_left(&m->left, list[i].name)) put_function(f, m, &list[i]);
}

void portfolio_put_module(FILE *f, const portfolio *p, const portfolio_module *m)
{
    char command[64];
    snprintf(command, sizeof command, "make bench-%s%s", m->number,
             strcmp(p->side, "mine") ? " SOLUTION=1" : "");
    page_say(f, "<h1>@</h1>\n<h2>What each step gained</h2>\n", m->title);
    gains_put(f, m->is_measured ? &m->measured : NULL, m->from, command);
    put_values(f, m);
    put_charts(f, p, m);
    put_points(f, m);
    put_code(f, m);
}
