// chart.c: see chart.h. Each bar has its own scale, from 0: the units differ from case to case.
#include "chart.h"

#include "text.h"

enum { WIDTH = 720, LEFT = 8, BAR_WIDTH = 460, ROW = 46, TOP = 8 };

static double larger(double a, double b) { return a > b ? a : b; }

static void put_mark(FILE *f, double x, int y, const char *class, const char *title)
{
    fprintf(f, "<g class=\"%s\"><title>%s</title><line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/></g>\n",
            class, title, x, y - 4, x, y + 18);
}

static void put_bar(FILE *f, const result_case *c, int y)
{
    double scale = BAR_WIDTH / (larger(larger(c->ratio, c->most), 1e-9) * 1.05);
    fprintf(f, "<text x=\"%d\" y=\"%d\">", LEFT, y + 10);
    text_put(f, c->function, TEXT_HTML), fputs(": ", f), text_put(f, c->name, TEXT_HTML);
    fprintf(f, "</text>\n<rect class=\"bar\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"14\"/>\n", LEFT,
            y + 16, c->ratio * scale);
    if (c->least < c->most) put_mark(f, LEFT + c->least * scale, y + 16, "least", "points begin here");
    put_mark(f, LEFT + c->most * scale, y + 16, "most",
             c->least < c->most ? "full points from here" : "this must be reached");
    fprintf(f, "<text x=\"%d\" y=\"%d\">%.3g ", LEFT + BAR_WIDTH + 12, y + 28, c->ratio);
    text_put(f, c->unit, TEXT_HTML);
    fputs("</text>\n", f);
}

static void put_table(FILE *f, const result *r)
{
    fputs("<table><caption>The same in numbers</caption><tr><th>case</th><th>reached</th><th>points begin "
          "at</th>"
          "<th>full points at</th><th>calls</th></tr>\n",
          f);
    for (int i = 0; i < r->case_count; i++) {
        const result_case *c = &r->cases[i];
        if (!c->timed) continue;
        fputs("<tr><td>", f), text_put(f, c->function, TEXT_HTML), fputs(": ", f),
            text_put(f, c->name, TEXT_HTML);
        fprintf(f, "</td><td>%.3g ", c->ratio), text_put(f, c->unit, TEXT_HTML);
        fprintf(f, "</td><td>%.3g</td><td>%.3g</td><td>%d</td></tr>\n", c->least, c->most, c->call_count);
    }
    fputs("</table>\n", f);
}

void chart_speed(FILE *f, const result *r, const char *id)
{
    int rows = 0;
    for (int i = 0; i < r->case_count; i++) rows += r->cases[i].timed;
    if (rows == 0) return;
    fprintf(f, "<h3>Speed</h3>\n<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"title-", WIDTH,
            TOP + rows * ROW);
    text_put(f, id, TEXT_HTML), fputs("\"><title id=\"title-", f), text_put(f, id, TEXT_HTML);
    fputs("\">Bars: how fast each timed case was. Dashed mark: where points begin. Solid mark: full points, "
          "or what must be reached.</title>\n",
          f);
    for (int i = 0, row = 0; i < r->case_count; i++)
        if (r->cases[i].timed) put_bar(f, &r->cases[i], TOP + row++ * ROW);
    fputs("</svg>\n<p class=\"small\">Each bar begins at 0 and has its own scale. Dashed mark: points begin; "
          "solid mark: full "
          "points, or where there is no dashed one, what must be reached. The ratio comes from the best of "
          "several calls, each beside its yardstick, on ",
          f);
    text_put(f, r->cpu, TEXT_HTML);
    fprintf(f, ", %d cores, ", r->cores), text_put(f, r->compiler, TEXT_HTML);
    fputs(".</p>\n", f);
    put_table(f, r);
}
