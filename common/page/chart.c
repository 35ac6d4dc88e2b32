// chart.c: a chart as a picture, as words for screen readers, and as a table.
#include "chart.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/escape.h"
#include "html.h"
#include "text.h"

const char *page_chart_svg(const char *svg)
{
    const char *at = svg ? strstr(svg, "<svg") : NULL;
    return at ? at : svg;
}

// "32 KiB" if x is a number of bytes, else the number.
static void print_x(char text[24], const plot_chart *c, double x)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB"};
    int u = 0;
    while (c->bytes_x && x >= 1024 && u < 3) x /= 1024, u++;
    snprintf(text, 24, c->bytes_x ? "%.4g %s" : "%.4g", x, units[u]);
}

static void series_words(FILE *out, const plot_chart *c, const plot_series *s)
{
    if (s->count == 0) return;
    char from[24], to[24];
    print_x(from, c, s->x[0]);
    print_x(to, c, s->x[s->count - 1]);
    const double first = s->y[0], last = s->y[s->count - 1];
    fprintf(out, " %s: %.*g at %s, %.*g at %s.", s->name, chart_digits(first), first, from,
            chart_digits(last), last, to);
}

void page_chart_words(FILE *out, const plot_chart *c)
{
    fprintf(out, "%s: %s.", c->bars ? "Bar chart" : "Line chart", c->title);
    if (c->bars) fprintf(out, " In %s.", c->xlabel);
    else
        fprintf(out, " Along: %s%s. Up: %s%s.", c->xlabel, c->log_x ? " (logarithmic)" : "", c->ylabel,
                c->log_y ? " (logarithmic)" : "");
    for (int i = 0; i < c->bar_count; i++)
        fprintf(out, " %s: %.*g %s.", c->bar[i].name, chart_digits(c->bar[i].value), c->bar[i].value,
                c->unit);
    for (int i = 0; i < c->series_count; i++) series_words(out, c, &c->series[i]);
}

// --- The table of its points ---

static void put_cell(FILE *out, const char *element, const char *attributes, const char *text)
{
    fprintf(out, "<%s%s>", element, attributes);
    escape_put(out, text, ESCAPE_HTML);
    fprintf(out, "</%s>", element);
}

static void put_number(FILE *out, double value)
{
    char text[24] = "";
    const int digits = chart_digits(value);
    if (isfinite(value)) snprintf(text, sizeof text, "%.*g", digits < 4 ? 4 : digits, value);
    put_cell(out, "td", " class=\"right\"", text);
}

static void bar_rows(FILE *out, const plot_chart *c)
{
    fprintf(out, "<thead><tr>");
    put_cell(out, "th", " scope=\"col\"", "variant");
    put_cell(out, "th", " scope=\"col\" class=\"right\"", c->xlabel);
    put_cell(out, "th", " scope=\"col\" class=\"right\"", "from");
    put_cell(out, "th", " scope=\"col\" class=\"right\"", "to");
    fprintf(out, "</tr></thead>\n<tbody>\n");
    for (int i = 0; i < c->bar_count; i++) {
        fprintf(out, "<tr>");
        put_cell(out, "th", " scope=\"row\"", c->bar[i].name);
        put_number(out, c->bar[i].value);
        put_number(out, c->bar[i].low);
        put_number(out, c->bar[i].high);
        fprintf(out, "</tr>\n");
    }
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Every x at which some series has a point, each once; returns how many.
static int collect_x(double *x, const plot_chart *c)
{
    int count = 0, kept = 0;
    for (int s = 0; s < c->series_count; s++)
        for (int i = 0; i < c->series[s].count; i++) x[count++] = c->series[s].x[i];
    qsort(x, (size_t)count, sizeof *x, by_value);
    for (int i = 0; i < count; i++)
        if (kept == 0 || x[i] != x[kept - 1]) x[kept++] = x[i];
    return kept;
}

static double value_at(const plot_series *s, double x)
{
    for (int i = 0; i < s->count; i++)
        if (s->x[i] == x) return s->y[i];
    return NAN;
}

static void curve_rows(FILE *out, const plot_chart *c)
{
    double x[PLOT_MOST_SERIES * PLOT_MOST_POINTS];
    int count = collect_x(x, c);
    fprintf(out, "<thead><tr>");
    put_cell(out, "th", " scope=\"col\"", c->xlabel);
    for (int s = 0; s < c->series_count; s++)
        put_cell(out, "th", " scope=\"col\" class=\"right\"", c->series[s].name);
    fprintf(out, "</tr></thead>\n<tbody>\n");
    for (int i = 0; i < count; i++) {
        char text[24];
        print_x(text, c, x[i]);
        fprintf(out, "<tr>");
        put_cell(out, "th", " scope=\"row\"", text);
        for (int s = 0; s < c->series_count; s++) put_number(out, value_at(&c->series[s], x[i]));
        fprintf(out, "</tr>\n");
    }
}

static void put_table(FILE *out, const plot_chart *c)
{
    fprintf(out, "<figcaption><details><summary>The numbers of this chart<span class=\"unseen\">: ");
    escape_put(out, c->title, ESCAPE_HTML);
    fprintf(out, "</span></summary>\n<div class=\"scroll\"" PAGE_SCROLLS("Table") "><table><caption>");
    if (!c->bars && *c->ylabel) {
        escape_put(out, c->ylabel, ESCAPE_HTML);
        fprintf(out, ". ");
    }
    escape_put(out, c->caption, ESCAPE_HTML);
    fprintf(out, "</caption>\n");
    (c->bars ? bar_rows : curve_rows)(out, c);
    fprintf(out, "</tbody></table></div></details></figcaption>");
}

// --- The picture ---

// The words of the chart, for a quoted attribute.
static void put_words(FILE *out, const plot_chart *c)
{
    char *words = NULL;
    size_t length;
    FILE *plain = open_memstream(&words, &length);
    if (plain) page_chart_words(plain, c), fclose(plain);
    escape_put(out, words, ESCAPE_HTML);
    free(words);
}

static void put_picture(FILE *out, const plot_chart *c, const char *svg)
{
    int width = 0, height = 0;
    const char *box = strstr(svg, "viewBox=\"0 0 ");
    if (box) sscanf(box, "viewBox=\"0 0 %d %d", &width, &height);
    fprintf(out,
            "<div class=\"scroll chart\"" PAGE_SCROLLS("Chart") "><img src=\"data:image/svg+xml;base64,");
    page_base64(out, svg, strlen(svg));
    fprintf(out, "\" ");
    if (width > 0 && height > 0) fprintf(out, "width=\"%d\" height=\"%d\" ", width, height);
    fprintf(out, "alt=\"");
    put_words(out, c);
    fprintf(out, "\"></div>\n");
}

// Each bar below its name, from 0, with a dashed line at `low` and a solid one at `high`.
static void put_bars(FILE *out, const plot_chart *c)
{
    enum { WIDTH = 560, LONGEST = 450, ROW = 46, HEIGHT = 14 };
    double most = 1e-9;
    for (int i = 0; i < c->bar_count; i++) most = fmax(most, fmax(c->bar[i].value, c->bar[i].high));
    fprintf(out,
            "<div class=\"scroll\"" PAGE_SCROLLS(
                "Chart") "><svg class=\"bars\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"",
            WIDTH, ROW * c->bar_count);
    put_words(out, c);
    fprintf(out, "\">\n");
    for (int i = 0; i < c->bar_count; i++) {
        const plot_bar *b = &c->bar[i];
        const double marks[] = {b->low, b->high};
        const int y = ROW * i + 22;
        fprintf(out, "<text x=\"2\" y=\"%d\">", y - 6);
        escape_put(out, b->name, ESCAPE_HTML);
        fprintf(out, "</text><rect x=\"2\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>", y,
                b->value / most * LONGEST, HEIGHT);
        for (int m = b->low < b->high ? 0 : 1; m < 2; m++)
            fprintf(out, "<line class=\"%s\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>",
                    m ? "high" : "low", 2 + marks[m] / most * LONGEST, y - 4, 2 + marks[m] / most * LONGEST,
                    y + HEIGHT + 4);
        fprintf(out, "<text x=\"%d\" y=\"%d\">%.*g ", LONGEST + 14, y + 12, chart_digits(b->value), b->value);
        escape_put(out, c->unit, ESCAPE_HTML);
        fprintf(out, "</text>\n");
    }
    fprintf(out, "</svg></div>\n");
}

void page_chart(FILE *out, const plot_chart *c, const char *svg)
{
    fprintf(out, "<figure>");
    if (svg) put_picture(out, c, page_chart_svg(svg));
    else if (c->bars) put_bars(out, c);
    else fprintf(out, "<p>The picture was not drawn; its numbers are here.</p>");
    put_table(out, c);
    fprintf(out, "</figure>\n");
}
