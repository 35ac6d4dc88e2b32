// gains.c: from a benchmark's rows, what each step gained over the suite's first variant.
#include <math.h>
#include <string.h>

#include "measure/plot.h"
#include "page/chart.h"
#include "page/html.h"
#include "portfolio.h"

// Rows hold other things, too: bytes, accuracies. Those of times have work per second.
static bool is_gain(const results_row *row, const results_row *base)
{
    const size_t end = strlen(row->unit);
    return row != base && row->kind == RESULTS_RUNG && row->n > 0 && base->n > 0 && row->passed &&
           base->kind != RESULTS_YARDSTICK && end > 2 && !strcmp(row->unit + end - 2, "/s");
}

static gain *find(gain *list, int *count, const results_row *row, const results_row *base)
{
    for (int i = 0; i < *count; i++)
        if (!strcmp(list[i].suite, row->suite) && !strcmp(list[i].step, row->variant)) return &list[i];
    if (*count == GAINS_MOST) return NULL;
    gain *g = &list[(*count)++];
    *g = (gain){.least = INFINITY};
    snprintf(g->suite, sizeof g->suite, "%s", row->suite);
    snprintf(g->step, sizeof g->step, "%s", row->variant);
    snprintf(g->over, sizeof g->over, "%s", base->variant);
    return g;
}

int gains_find(gain list[GAINS_MOST], const results *r)
{
    int count = 0;
    for (int i = 0; i < r->row_count; i++) {
        const results_row *row = &r->rows[i], *base = results_base(r, row);
        const double ratio = is_gain(row, base) ? results_ratio(row, base).median : NAN;
        gain *g = ratio > 0 && isfinite(ratio) ? find(list, &count, row, base) : NULL;
        if (!g) continue;
        g->cases++;
        g->mean += log(ratio);
        if (ratio < g->least) g->least = ratio, snprintf(g->least_at, sizeof g->least_at, "%s", row->kase);
        if (ratio > g->most) g->most = ratio, snprintf(g->most_at, sizeof g->most_at, "%s", row->kase);
    }
    for (int i = 0; i < count; i++) list[i].mean = exp(list[i].mean / list[i].cases);
    return count;
}

static void put_ratio(FILE *f, double ratio)
{
    fprintf(f, "<td class=\"right\">%.*g&nbsp;x</td>", chart_digits(ratio), ratio);
}

static void put_row(FILE *f, const gain *g)
{
    page_say(f, "<tr><th scope=\"row\">@</th>", g->step);
    put_ratio(f, g->mean);
    put_ratio(f, g->least), page_say(f, "<td>@</td>", g->least_at);
    put_ratio(f, g->most), page_say(f, "<td>@</td>", g->most_at);
    fprintf(f, "<td class=\"right\">%d</td></tr>\n", g->cases);
}

// The suite whose first step is list[0]: returns how many steps it has.
static int put_suite(FILE *f, const gain *list, int count)
{
    int n = 0;
    plot_chart chart = {.bars = true, .unit = "x"};
    snprintf(chart.title, sizeof chart.title, "%s: gained over %s", list->suite, list->over);
    snprintf(chart.xlabel, sizeof chart.xlabel, "times %s", list->over);
    snprintf(chart.caption, sizeof chart.caption,
             "Geometric mean over the cases; from: smallest, to: largest case.");
    page_say(f, "<h3>@</h3>\n", list->suite);
    page_table_begin(f, "", "step|>gain|>least|at|>most|at|>cases");
    for (; n < count && !strcmp(list[n].suite, list->suite); n++) {
        put_row(f, &list[n]);
        plot_add_bar(&chart, list[n].step, 0, list[n].mean, list[n].least, list[n].most);
    }
    page_table_end(f);
    page_say(f,
             "<p class=\"small\">Gain: work per second, times @; the geometric mean "
             "over the cases, "
             "each the median of paired ratios. In the chart a dashed mark is the least, a solid one the "
             "most.</p>\n",
             list->over);
    page_chart(f, &chart, NULL);
    return n;
}

void gains_put(FILE *f, const results *r, const char *from, const char *command)
{
    static gain list[GAINS_MOST];
    const int count = r ? gains_find(list, r) : 0;
    char machine[128];
    if (!r)
        page_say(f, "<p class=\"missed\">Not measured yet: <code>@</code> writes <code>@</code>.</p>\n",
                 command, from);
    else if (!count)
        page_say(f, "<p>No step of yours that was right has been timed: <code>@</code>.</p>\n", command);
    if (!count) return;
    machine_line(&r->machine, machine, sizeof machine);
    page_say(f, "<p>From <code>@</code> (@ length), by <code>@</code> on @.</p>\n", from,
             results_length_names[r->length], command, machine);
    for (int i = 0; i < count;) i += put_suite(f, list + i, count - i);
}
