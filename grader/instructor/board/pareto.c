// pareto.c: a drawing of entries in two measures, with the front: those that no other beats in both.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "core/count.h"
#include "page/html.h"

enum {
    WIDTH = 640,
    HEIGHT = 380,
    LEFT = 92,
    RIGHT = 20,
    TOP = 28,
    BOTTOM = 56,
    TICKS_MOST = 6,
    LABEL = 14,
    POINTS_MOST = 512
};

typedef struct {
    const board_axes *axes;
    double low[2], high[2]; // of x and y, as they are drawn: x as a logarithm, y if log_up
    const board_point *point[POINTS_MOST], *front[POINTS_MOST];
    int points, fronts;
} chart;

static bool is_drawn(const board_point *p)
{
    return isfinite(p->x) && isfinite(p->y) && p->x > 0 && p->y > 0;
}

static double place_x(const chart *c, double x)
{
    return LEFT + (WIDTH - LEFT - RIGHT) * (log(x) - c->low[0]) / (c->high[0] - c->low[0]);
}

static double place_y(const chart *c, double y)
{
    const double at = c->axes->log_up ? log(y) : y;
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (at - c->low[1]) / (c->high[1] - c->low[1]);
}

static void widen(double *low, double *high, double value)
{
    *low = fmin(*low, value);
    *high = fmax(*high, value);
}

static void find_ranges(chart *c)
{
    for (int k = 0; k < 2; k++) c->low[k] = INFINITY, c->high[k] = -INFINITY;
    for (int i = -1; i < c->points; i++) {
        const board_point *p = i < 0 ? &c->axes->baseline : c->point[i];
        if (!is_drawn(p)) continue;
        widen(&c->low[0], &c->high[0], log(p->x));
        widen(&c->low[1], &c->high[1], c->axes->log_up ? log(p->y) : p->y);
    }
    if (isfinite(c->axes->gate)) widen(&c->low[1], &c->high[1], c->axes->gate);
    for (int k = 0; k < 2; k++) { // a margin, and one where all values are the same
        const double room = fmax(0.12 * (c->high[k] - c->low[k]), 1e-3 * (1 + fabs(c->high[k])));
        c->low[k] -= room, c->high[k] += room;
    }
}

static bool is_better_up(const chart *c, double a, double b) { return c->axes->up_is_better ? a > b : a < b; }

static int by_x(const void *a, const void *b)
{
    const board_point *p = *(board_point *const *)a, *q = *(board_point *const *)b;
    if (p->x != q->x) return p->x < q->x ? -1 : 1;
    return p < q ? -1 : p > q;
}

// Of points in the order of x, those that are better upwards than all before them.
static void find_front(chart *c)
{
    qsort(c->point, (size_t)c->points, sizeof *c->point, by_x);
    for (int i = 0; i < c->points; i++) {
        const board_point *last = c->fronts ? c->front[c->fronts - 1] : NULL, *p = c->point[i];
        if (last && !is_better_up(c, p->y, last->y)) continue;
        if (last && last->x == p->x) c->fronts--;
        c->front[c->fronts++] = p;
    }
}

// --- Its parts ---

// Round numbers from low to high: 1, 2, 5, 10, ..., of bytes 1, 2, 4, ...; so many that there is room for each.
static int log_ticks(double ticks[TICKS_MOST], double low, double high, bool bytes)
{
    static const double steps[] = {1, 2, 5};
    double all[256];
    int count = 0;
    for (int e = bytes ? 0 : -30; e < 40; e++)
        for (int k = 0; k < (bytes ? 1 : 3) && count < COUNT(all); k++) {
            const double at = bytes ? ldexp(1, e) : steps[k] * pow(10, e);
            if (log(at) > low && log(at) < high) all[count++] = at;
        }
    const int each = (count + TICKS_MOST - 1) / TICKS_MOST;
    int kept = 0;
    for (int i = 0; i < count && kept < TICKS_MOST; i += each) ticks[kept++] = all[i];
    return kept;
}

static int linear_ticks(double ticks[TICKS_MOST], double low, double high)
{
    const double least = (high - low) / (TICKS_MOST - 1), ten = pow(10, floor(log10(least)));
    const double step = ten * (least <= ten ? 1 : least <= 2 * ten ? 2 : least <= 5 * ten ? 5 : 10);
    int count = 0;
    for (double at = ceil(low / step); at * step < high && count < TICKS_MOST; at++)
        ticks[count++] = at * step;
    return count;
}

static void put_ticks(FILE *f, const chart *c)
{
    char text[BOARD_NUMBER];
    double x[TICKS_MOST], y[TICKS_MOST];
    const int along = log_ticks(x, c->low[0], c->high[0], c->axes->write_x == board_bytes),
              up = c->axes->log_up ? log_ticks(y, c->low[1], c->high[1], false)
                                   : linear_ticks(y, c->low[1], c->high[1]);
    for (int i = 0; i < up; i++) {
        fprintf(f, "<line class=\"level\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>\n", LEFT,
                place_y(c, y[i]), WIDTH - RIGHT, place_y(c, y[i]));
        fprintf(f, "<text class=\"t end\" x=\"%d\" y=\"%.1f\">", LEFT - 6, place_y(c, y[i]) + 4);
        page_say(f, "@</text>\n", c->axes->write_y(text, y[i]));
    }
    for (int i = 0; i < along; i++) {
        fprintf(f, "<text class=\"t middle\" x=\"%.1f\" y=\"%d\">", place_x(c, x[i]), HEIGHT - BOTTOM + 18);
        page_say(f, "@</text>\n", c->axes->write_x(text, x[i]));
    }
    fprintf(f, "<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", LEFT, HEIGHT - BOTTOM,
            WIDTH - RIGHT, HEIGHT - BOTTOM);
    fprintf(f, "<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", LEFT, TOP, LEFT,
            HEIGHT - BOTTOM);
    fprintf(f, "<text class=\"t middle\" x=\"%d\" y=\"%d\">", (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14);
    page_say(f, "@ (logarithmic)</text>\n<text class=\"t\" x=\"6\" y=\"16\">@@</text>\n", c->axes->along,
             c->axes->up, c->axes->log_up ? " (logarithmic)" : "");
}

// Its first characters, each of them whole.
static void cut(char out[LABEL + 1], const char *name)
{
    size_t length = strlen(name);
    if (length > LABEL) length = LABEL;
    while (length && (name[length] & 0xc0) == 0x80) length--;
    snprintf(out, LABEL + 1, "%.*s", (int)length, name);
}

static void put_front(FILE *f, const chart *c)
{
    fputs("<path class=\"front\" d=\"", f);
    for (int i = 0; i < c->fronts; i++) {
        const double x = place_x(c, c->front[i]->x), y = place_y(c, c->front[i]->y);
        fprintf(f, i ? "H%.1fV%.1f" : "M%.1f %.1f", x, y);
    }
    fputs("\"/>\n", f);
    for (int i = 0; i < c->fronts;
         i++) { // its name to the side where there is room, above and below in turns
        const double x = place_x(c, c->front[i]->x), y = place_y(c, c->front[i]->y);
        const bool end = x > (LEFT + WIDTH) / 2.0;
        char name[LABEL + 1];
        cut(name, c->front[i]->name);
        fprintf(f, "<text class=\"t%s\" x=\"%.1f\" y=\"%.1f\">", end ? " end" : "", x + (end ? -7 : 7),
                y + (i % 2 ? 16 : -7));
        page_say(f, "@</text>\n", name);
    }
}

static void put_points(FILE *f, const chart *c)
{
    for (int i = 0; i < c->points; i++) {
        fprintf(f, "<circle class=\"entry\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\">", place_x(c, c->point[i]->x),
                place_y(c, c->point[i]->y));
        page_say(f, "<title>@</title></circle>\n", c->point[i]->name);
    }
    const board_point *b = &c->axes->baseline;
    if (!is_drawn(b)) return;
    fprintf(f, "<rect class=\"s2\" x=\"%.1f\" y=\"%.1f\" width=\"10\" height=\"10\"/>\n",
            place_x(c, b->x) - 5, place_y(c, b->y) - 5);
    fprintf(f, "<text class=\"t end\" x=\"%.1f\" y=\"%.1f\">baseline</text>\n", place_x(c, b->x) + 5,
            place_y(c, b->y) - 10);
}

static void put_gate(FILE *f, const chart *c)
{
    if (!isfinite(c->axes->gate)) return;
    const double y = place_y(c, c->axes->gate);
    fprintf(f, "<line class=\"gate\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>\n", LEFT, y, WIDTH - RIGHT,
            y);
    fprintf(f, "<text class=\"t end\" x=\"%d\" y=\"%.1f\">gate</text>\n", WIDTH - RIGHT, y - 4);
}

static void put_words(FILE *f, const chart *c)
{
    char count[BOARD_NUMBER], x[BOARD_NUMBER], y[BOARD_NUMBER];
    snprintf(count, sizeof count, "%d", c->points);
    page_say(f,
             "Entries drawn: @. Along, logarithmic: @; less is better. Up: @; @ is better. On the front, "
             "from the left:",
             count, c->axes->along, c->axes->up, c->axes->up_is_better ? "more" : "less");
    for (int i = 0; i < c->fronts; i++)
        page_say(f, "@ @: @, @", i ? ";" : "", c->front[i]->name, c->axes->write_x(x, c->front[i]->x),
                 c->axes->write_y(y, c->front[i]->y));
    if (is_drawn(&c->axes->baseline))
        page_say(f, ". Baseline: @, @", c->axes->write_x(x, c->axes->baseline.x),
                 c->axes->write_y(y, c->axes->baseline.y));
    fputs(".", f);
}

void board_pareto(FILE *f, const board_axes *axes, const board_point *points, int count, int number)
{
    static chart c;
    c = (chart){.axes = axes};
    for (int i = 0; i < count && c.points < POINTS_MOST; i++)
        if (is_drawn(&points[i])) c.point[c.points++] = &points[i];
    if (c.points == 0) return;
    find_ranges(&c);
    find_front(&c);
    fputs("<figure><div class=\"scroll drawing\"" PAGE_SCROLLS("Drawing") ">\n", f);
    fprintf(f,
            "<svg class=\"figure\" role=\"img\" aria-labelledby=\"pareto_%d_title pareto_%d_words\" "
            "viewBox=\"0 0 %d %d\" "
            "width=\"%d\" height=\"%d\" style=\"min-width:%dpx\">\n<title id=\"pareto_%d_title\">",
            number, number, WIDTH, HEIGHT, WIDTH, HEIGHT, WIDTH * 3 / 4, number);
    page_say(f, "@</title>\n", axes->title);
    fprintf(f, "<desc id=\"pareto_%d_words\">", number);
    put_words(f, &c);
    fputs("</desc>\n", f);
    put_ticks(f, &c);
    put_gate(f, &c);
    put_points(f, &c);
    put_front(f, &c);
    page_say(f,
             "</svg></div>\n<figcaption><strong>@</strong>. Dots: entries; on the line those that no other "
             "beats in both. Square: the "
             "baseline.</figcaption></figure>\n",
             axes->title);
}
