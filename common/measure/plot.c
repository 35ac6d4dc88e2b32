// plot.c: a chart as a gnuplot script. The script contains the data, so that one pipe is enough.
#include "plot.h"

#include <math.h>
#include <string.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/escape.h"

// Okabe and Ito's palette, the colours with most contrast on white first; yellow is last.
static const char *const colours[8] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                       "#E69F00", "#56B4E9", "#000000", "#F0E442"};
static const int marks[8] = {7, 5, 9, 13, 11, 4, 6, 8};  // gnuplot's point types: disc, square, triangle, ...
static const int hollow[8] = {6, 4, 8, 12, 10, 4, 6, 8}; // the same without filling: they cover no line

enum { TEXT_COLUMNS = 78, TEXT_ROWS = 24 };
enum { WIDTH = 960 };        // of a picture, in pixels
#define LEFT_EDGE    "0.012" // of its title and caption, as a share of the width
#define CAPTION_FONT "11"

plot_series *plot_add_series(plot_chart *chart, const char *name, plot_style style, int colour)
{
    if (chart->series_count == PLOT_MOST_SERIES) return NULL;
    plot_series *s = &chart->series[chart->series_count++];
    *s = (plot_series){.style = style, .colour = colour & 7};
    snprintf(s->name, sizeof s->name, "%s", name);
    return s;
}

void plot_add_point(plot_series *s, double x, double y)
{
    if (!s || s->count == PLOT_MOST_POINTS || !isfinite(x) || !isfinite(y)) return;
    s->x[s->count] = x;
    s->y[s->count++] = y;
}

void plot_add_bar(plot_chart *chart, const char *name, int colour, double value, double low, double high)
{
    if (chart->bar_count == PLOT_MOST_SERIES || !isfinite(value)) return;
    plot_bar *b = &chart->bar[chart->bar_count++];
    *b = (plot_bar){.colour = colour & 7, .value = value, .low = low, .high = high};
    snprintf(b->name, sizeof b->name, "%s", name);
}

// A gnuplot string in single quotes, in which nothing else is special.
static void put_string(FILE *f, const char *text)
{
    fputc('\'', f);
    escape_put(f, text, ESCAPE_GNUPLOT);
    fputc('\'', f);
}

static void put_setting(FILE *f, const char *what, const char *text)
{
    fprintf(f, "set %s ", what);
    put_string(f, text);
    fputc('\n', f);
}

static void put_curve_data(FILE *f, const plot_chart *c)
{
    for (int s = 0; s < c->series_count; s++) {
        fprintf(f, "$s%d << EOD\n", s);
        for (int i = 0; i < c->series[s].count; i++)
            fprintf(f, "%.9g %.9g\n", c->series[s].x[i], c->series[s].y[i]);
        fprintf(f, "EOD\n");
    }
}

// Tics at powers of two from the smallest x to the largest, at every second or third where there are many.
static void put_powers_of_two(FILE *f, const plot_chart *c, bool text)
{
    double least = INFINITY, most = 0;
    for (int s = 0; s < c->series_count; s++)
        for (int i = 0; i < c->series[s].count; i++) {
            least = fmin(least, c->series[s].x[i]);
            most = fmax(most, c->series[s].x[i]);
        }
    if (most <= 0) return;
    int low = (int)floor(log2(least) + 0.001), high = (int)ceil(log2(most) - 0.001);
    int step = high - low > (text ? 10 : 20) ? 3 : high - low > 8 ? 2 : 1;
    static const char *const prefixes[] = {"", " Ki", " Mi", " Gi"};
    fprintf(f, "set logscale x 2\nset xrange [%.9g:%.9g]\nset xtics (", ldexp(0.99, low), ldexp(1.01, high));
    for (int e = low; e <= high; e += step) {
        int prefix = c->bytes_x ? e / 10 : 0;
        fprintf(f, "%s'%.7g%s%s' %.9g", e > low ? ", " : "", ldexp(1, e - 10 * prefix), prefixes[prefix],
                prefix ? "B" : "", ldexp(1, e));
    }
    fprintf(f, ")\n");
}

// The y axis from zero, which is a line of its own where values lie below it; if logarithmic, from just below the
// smallest value to just above the largest.
static void put_y_range(FILE *f, const plot_chart *c)
{
    double least = INFINITY, most = 0;
    for (int s = 0; s < c->series_count; s++)
        for (int i = 0; i < c->series[s].count; i++) {
            least = fmin(least, c->series[s].y[i]);
            most = fmax(most, c->series[s].y[i]);
        }
    if (!c->log_y) fputs(least < 0 ? "set yrange [*:0<*]\nset xzeroaxis\n" : "set yrange [0:*]\n", f);
    else if (least > 0 && most > 0)
        fprintf(f, "set logscale y\nset yrange [%.3g:%.3g]\n", least / 1.5, most * 1.5);
}

static void put_curves(FILE *f, const plot_chart *c, bool text)
{
    put_curve_data(f, c);
    if (c->series_count < 2) fprintf(f, "unset key\nset rmargin 6\n");
    else
        fprintf(f, "set key %s\n",
                text ? "outside below width 2" : "outside right top Left reverse samplen 2 spacing 1.25");
    if (!text) fprintf(f, "set grid ytics xtics lc rgb '#dddddd' lw 1\n");
    if (c->log_x) put_powers_of_two(f, c, text);
    put_y_range(f, c);
    for (int i = 0; i < c->mark_count && !text; i++) {
        fprintf(f, "set arrow from %.9g, graph 0 to %.9g, graph 1 nohead dt 3 lw 1.5 lc rgb '#888888'\n",
                c->mark[i].x, c->mark[i].x);
        fprintf(f, "set label ");
        put_string(f, c->mark[i].name);
        fprintf(f, " at %.9g, graph 1.03 center tc rgb '#555555'\n", c->mark[i].x);
    }
    enum { DASHES = 4 }; // gnuplot's dash types 2 to 5
    int dashed = 0;
    const char *before = "plot ";
    for (int s = 0; s < c->series_count; s++) {
        const plot_series *p = &c->series[s];
        if (p->count == 0) continue;
        fprintf(f, "%s$s%d using 1:2 ", before, s);
        before = ", \\\n     ";
        if (p->style == PLOT_DASHED_LINE)
            fprintf(f, "with lines dt %d lw 2 lc rgb '#444444'", 2 + dashed++ % DASHES);
        else if (p->style == PLOT_MARKS_ONLY)
            fprintf(f, "with points pt %d ps 1.4 lw 2 lc rgb '%s'", hollow[p->colour], colours[p->colour]);
        else
            fprintf(f, "with linespoints pt %d ps 0.9 lw 2 lc rgb '%s'", marks[p->colour],
                    colours[p->colour]);
        fprintf(f, " title ");
        put_string(f, p->name);
    }
    fputc('\n', f);
}

static void put_bars(FILE *f, const plot_chart *c)
{
    double most = 0;
    for (int i = 0; i < c->bar_count; i++) most = fmax(most, fmax(c->bar[i].value, c->bar[i].high));
    fprintf(f, "$bars << EOD\n");
    for (int i = 0; i < c->bar_count; i++)
        fprintf(f, "%d %.9g %.9g %.9g\n", i, c->bar[i].value, c->bar[i].low, c->bar[i].high);
    fprintf(f, "EOD\nunset key\nset xrange [0:%.9g]\nset yrange [%.1f:-0.6]\n", most * 1.2,
            c->bar_count - 0.4);
    fprintf(f,
            "set grid xtics lc rgb '#dddddd' lw 1\nset style fill solid 0.85 noborder\nset ytics scale 0 (");
    for (int i = 0; i < c->bar_count; i++) {
        put_string(f, c->bar[i].name);
        fprintf(f, " %d%s", i, i + 1 < c->bar_count ? ", " : ")\n");
    }
    fprintf(f, "set linetype 9 lc rgb '#333333' lw 1.5\n");
    for (int i = 0; i < c->bar_count; i++) {
        const plot_bar *b = &c->bar[i];
        fprintf(f, "set object %d rect from 0,%.2f to %.9g,%.2f fc rgb '%s' fs solid noborder\n", i + 1,
                i - 0.32, b->value, i + 0.32, colours[b->colour]);
        char value[48];
        snprintf(value, sizeof value, "%.*g %s", chart_digits(b->value), b->value, c->unit);
        fprintf(f, "set label %d ", i + 10);
        put_string(f, value);
        fprintf(f, " at %.9g,%d offset 0.8,0\n", fmax(b->value, b->high), i);
    }
    fprintf(f, "plot $bars using 2:1:3:4 with xerrorbars pt 0 lt 9\n");
}

// The part of the script that pictures and text share.
static void put_chart(FILE *f, const plot_chart *c, bool text)
{
    if (text) put_setting(f, "title", c->title);
    put_setting(f, "xlabel", c->xlabel);
    char ylabel[96];
    snprintf(ylabel, sizeof ylabel, "%s%s", c->ylabel, c->log_y ? " (logarithmic)" : "");
    put_setting(f, "ylabel", ylabel);
    fprintf(f, "set border 3 lc rgb '#666666'\nset tics nomirror\n");
    if (c->bars) put_bars(f, c);
    else put_curves(f, c, text);
}

// A title of a picture in one line or two, from its left edge: on a narrow screen the right part of a wide picture
// is out of sight.
static void put_title(FILE *f, const char *title, int height)
{
    enum { LINE = 68, LINE_PIXELS = 20 }; // 68 letters are 510 of the 960 pixels; a telephone shows 525
    size_t length = strlen(title), first = length;
    for (size_t i = 0; length > LINE && i <= LINE; i++)
        if (title[i] == ' ') first = i;
    const char *const lines[] = {title, first < length ? title + first + 1 : ""};
    for (int i = 0; i < 2; i++) {
        char line[96];
        snprintf(line, sizeof line, "%.*s", i ? (int)length : (int)first, lines[i]);
        fprintf(f, "set label %d ", 97 + i);
        put_string(f, line);
        fprintf(f, " at screen " LEFT_EDGE ",%.4f\n", 1 - (18.0 + LINE_PIXELS * i) / height);
    }
    fprintf(f, "set tmargin at screen %.4f\n", 1 - (first < length ? 52.0 + LINE_PIXELS : 52.0) / height);
}

// Each picture is drawn by a gnuplot of its own, so that no setting of one is left for the other. The caption
// is at the foot, in small type.
static tt_status run_gnuplot(const plot_chart *c, const char *terminal, const char *file)
{
    FILE *f = popen("gnuplot 2>&1 >/dev/null | head -5 >&2", "w");
    if (!f) return tt_fail(TT_BAD_FILE, "gnuplot cannot be started; install gnuplot-nox");
    int height = c->bars ? 130 + 44 * c->bar_count : 520;
    fprintf(f, terminal, WIDTH, height);
    put_setting(f, "output", file);
    fprintf(f, "set bmargin at screen %.4f\n", 92.0 / height);
    fprintf(f, "set label 99 ");
    put_string(f, c->caption);
    fprintf(f, " at screen " LEFT_EDGE ",%.4f font '," CAPTION_FONT "' tc rgb '#555555'\n", 16.0 / height);
    put_title(f, c->title, height);
    put_chart(f, c, false);
    return pclose(f) == 0 ? TT_OK : tt_fail(TT_BAD_FILE, "gnuplot failed on %s", file);
}

tt_status plot_draw(const plot_chart *c, const char *folder)
{
    if (c->series_count + c->bar_count == 0) return tt_fail(TT_BAD_VALUE, "nothing to draw in %s", c->name);
    static const char *const terminals[][2] = {
        {"svg", "set terminal svg noenhanced size %d,%d font 'DejaVu Sans,14' background '#ffffff'\n"},
        {"png", "set terminal pngcairo noenhanced size %d,%d font 'DejaVu Sans,11' background '#ffffff'\n"},
    };
    for (int i = 0; i < 2; i++) {
        char file[512];
        snprintf(file, sizeof file, "%s/%s.%s", folder, c->name, terminals[i][0]);
        remove(file);
        tt_status status = run_gnuplot(c, terminals[i][1], file);
        if (status != TT_OK) return status;
        FILE *written = fopen(file, "r");
        if (!written)
            return tt_fail(TT_BAD_FILE, "%s was not drawn; is gnuplot-nox installed, and the folder there?",
                           file);
        fclose(written);
    }
    return TT_OK;
}

// A text of gnuplot's as it was before gnuplot quoted it.
static void put_unquoted(FILE *out, const char *from, const char *to)
{
    static const char *const quoted[][2] = {{"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}};
    while (from < to) {
        const char *put = from;
        size_t length = 1;
        for (int i = 0; i < 3; i++)
            if (!strncmp(from, quoted[i][0], strlen(quoted[i][0])))
                put = quoted[i][1], length = strlen(quoted[i][0]);
        fputc(*put, out);
        from += length;
    }
}

void plot_words(FILE *out, const char *svg)
{
    char edge[48];
    snprintf(edge, sizeof edge, "translate(%.2f,", WIDTH * strtod(LEFT_EDGE, NULL));
    bool first = true;
    for (const char *at = svg; (at = strstr(at, edge));) {
        const char *text = strstr(at, "<text>"), *end = text ? strstr(text, "</text>") : NULL,
                   *caption = strstr(at, "font-size=\"" CAPTION_FONT);
        if (!end) return;
        at = end;
        text += strlen("<text>");
        if (end == text) continue;
        if (!first) fputs(caption && caption < text ? ". " : " ", out);
        put_unquoted(out, text, end);
        first = false;
    }
}

static void text_bars(const plot_chart *c, FILE *out)
{
    enum { NAME = 22, BAR = 36 };
    double most = 0;
    for (int i = 0; i < c->bar_count; i++) most = fmax(most, c->bar[i].value);
    fprintf(out, "%s\n", c->title);
    for (int i = 0; i < c->bar_count; i++) {
        int length = most > 0 ? (int)lround(c->bar[i].value / most * BAR) : 0;
        fprintf(out, "%-*.*s ", NAME, NAME, c->bar[i].name);
        for (int x = 0; x < length; x++) fputs("\xe2\x96\x88", out); // U+2588, a full block
        fprintf(out, " %.*g %s\n", chart_digits(c->bar[i].value), c->bar[i].value, c->unit);
    }
}

tt_status plot_text(const plot_chart *c, FILE *out)
{
    if (c->series_count + c->bar_count == 0) return tt_fail(TT_BAD_VALUE, "nothing to draw in %s", c->name);
    if (c->bars) return text_bars(c, out), TT_OK;
    fflush(out);
    char file[] = "/tmp/tt_chart_XXXXXX";
    int fd = mkstemp(file);
    FILE *drawn = fd >= 0 ? fdopen(fd, "r") : NULL;
    if (!drawn) return tt_fail(TT_BAD_FILE, "no temporary file in /tmp");
    FILE *f = popen("gnuplot >/dev/null 2>&1", "w");
    if (f) {
        fprintf(f, "set terminal dumb noenhanced size %d,%d\n", TEXT_COLUMNS,
                TEXT_ROWS + c->series_count / 4);
        put_setting(f, "output", file);
        put_chart(f, c, true);
        pclose(f);
    }
    char line[512];
    while (fgets(line, sizeof line, drawn))
        if (strspn(line, " \f\n") < strlen(line)) fputs(line, out);
    fclose(drawn);
    remove(file);
    return f ? TT_OK : tt_fail(TT_BAD_FILE, "gnuplot cannot be started; install gnuplot-nox");
}
