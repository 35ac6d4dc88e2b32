// charts.c: makes a chart from the results that its row names.
#include "report.h"

#include <string.h>

static double chart_value_of(const bench_chart *c, const results *r, const results_row *row)
{
    if (c->value == CHART_RATE) return results_rate(row) / c->scale;
    if (c->value == CHART_TIME) return 1 / results_rate(row) / c->scale;
    return results_ratio(row, results_base(r, row)).median / c->scale;
}

// The colour of each name in the list, the same on every side and in every chart with this list.
static int colour_of(const char *names, const char *name)
{
    char word[32];
    for (int i = 0; bench_next_name(&names, word, sizeof word); i++)
        if (!strcmp(word, name)) return i;
    return 0;
}

// The name of a series: the variant, and whose it is if that is not the chart's first side.
static void name_series(char name[48], const char *variant, const char *whose)
{
    if (whose) snprintf(name, 48, "%s (%s)", variant, whose);
    else snprintf(name, 48, "%s", variant);
}

// Whether a chart shows only yardsticks: then these are its curves.
static bool only_yardsticks(const bench_chart *c, const results *r)
{
    for (int i = 0; i < r->row_count; i++)
        if (!strcmp(r->rows[i].suite, c->suite) && bench_lists(c->variants, r->rows[i].variant) &&
            r->rows[i].kind != RESULTS_YARDSTICK)
            return false;
    return true;
}

static void add_curve(plot_chart *out, const bench_chart *c, const results *r, const char *variant,
                      const char *whose)
{
    const bool dashed = !only_yardsticks(c, r);
    plot_series *s = NULL;
    for (int i = 0; i < r->row_count; i++) {
        const results_row *row = &r->rows[i];
        if (strcmp(row->suite, c->suite) != 0 || strcmp(row->variant, variant) != 0 || row->x <= 0 || !row->n)
            continue;
        if (whose && row->kind != RESULTS_RUNG) continue; // yardsticks are drawn once
        if (!s) {
            char name[48];
            name_series(name, variant, whose);
            plot_style style = row->kind == RESULTS_YARDSTICK && dashed ? PLOT_DASHED_LINE
                               : whose                                  ? PLOT_MARKS_ONLY
                                                                        : PLOT_LINE_AND_MARKS;
            s = plot_add_series(out, name, style, colour_of(c->variants, variant));
        }
        plot_add_point(s, row->x, chart_value_of(c, r, row));
    }
}

static void add_bar(plot_chart *out, const bench_chart *c, const results *r, const char *variant,
                    const char *whose)
{
    const results_row *row = results_find(r, c->suite, c->kase, variant);
    if (!row || !row->n || (whose && row->kind != RESULTS_RUNG)) return;
    char name[48];
    name_series(name, variant, whose);
    double value = chart_value_of(c, r, row), low = value, high = value;
    if (c->value == CHART_RATIO) {
        measure_stats q = results_ratio(row, results_base(r, row));
        low = q.low / c->scale, high = q.high / c->scale;
    }
    plot_add_bar(out, name, colour_of(c->variants, variant), value, low, high);
}

void bench_chart_fill(plot_chart *out, const bench_chart *c, const char *module, const results *first,
                      const results *second, const char *whose)
{
    *out = (plot_chart){
        .log_x = c->log_x, .log_y = c->log_y, .bytes_x = c->bytes_x, .bars = c->kind == CHART_BARS};
    snprintf(out->name, sizeof out->name, "%s-%s", module, c->name);
    snprintf(out->title, sizeof out->title, "%s", c->title);
    snprintf(out->xlabel, sizeof out->xlabel, "%s", c->xlabel);
    snprintf(out->ylabel, sizeof out->ylabel, "%s", c->ylabel);
    snprintf(out->unit, sizeof out->unit, "%s", c->value == CHART_RATIO ? "x" : "");
    int least = RESULTS_MOST_ROUNDS, most = 0;
    for (int i = 0; i < first->row_count; i++) {
        const results_row *row = &first->rows[i];
        if (strcmp(row->suite, c->suite) != 0 || !row->n || !bench_lists(c->variants, row->variant)) continue;
        if (c->kase && strcmp(row->kase, c->kase) != 0) continue;
        if (row->n < least) least = row->n;
        if (row->n > most) most = row->n;
    }
    for (int i = 0; i < MACHINE_LEVELS && c->caches; i++) {
        if (!first->machine.cache_bytes[i]) continue;
        snprintf(out->mark[out->mark_count].name, sizeof out->mark[0].name, "%s", machine_level_names[i]);
        out->mark[out->mark_count++].x = (double)first->machine.cache_bytes[i];
    }
    char line[128];
    machine_line(&first->machine, line, sizeof line);
    char rounds[32];
    snprintf(rounds, sizeof rounds, least < most ? "%d to %d" : "%d", least, most);
    if (most == 1) snprintf(out->caption, sizeof out->caption, "Measured once. %s", line);
    else
        snprintf(out->caption, sizeof out->caption, "Medians of %s rounds%s. %s", rounds,
                 c->value == CHART_RATIO && out->bars ? ", whiskers: quartiles" : "", line);
    char variant[32];
    for (const char *at = c->variants; bench_next_name(&at, variant, sizeof variant);)
        for (int side = 0; side < 2; side++) {
            const results *r = side ? second : first;
            if (r) (out->bars ? add_bar : add_curve)(out, c, r, variant, side ? whose : NULL);
        }
}
