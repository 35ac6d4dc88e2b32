// figure_svg.c: a drawing as SVG. Its parts stand below each other; every place follows from what they hold.
#include "figure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/escape.h"
#include "page_files.h" // figure_css: made from the file of that name
#include "html.h"

// Lengths in CSS pixels.
enum {
    CHARACTER = 8, // width of one at the font size of figure.css
    LINE = 18,     // from one line of text to the next
    ROW = 26,      // height of a box of a grid
    EDGE = 8,      // of the drawing
    GAP = 12,      // between two parts
    SCALE = 520,   // length of a number line
    WRAP = 640,    // a chain goes on below past this
    TALL = 110     // a histogram's highest bar, and a chain's largest box
};

// The drawing so far: what is written, how far down, and how wide it became.
typedef struct {
    FILE *out;
    const figure *f;
    int y, width;
    int scale_left; // where all number lines begin
} pen;

static void put_text(FILE *out, const char *text) { escape_put(out, text, ESCAPE_HTML); }

static void widen(pen *p, double right)
{
    if (right + EDGE > p->width) p->width = (int)right + EDGE;
}

// anchor: "" for text that begins at x, " middle" for text round it, " end" for text before it.
static void put_words(pen *p, double x, double y, const char *anchor, const char *text)
{
    fprintf(p->out, "<text class=\"t%s\" x=\"%.1f\" y=\"%.1f\">", anchor, x, y);
    put_text(p->out, text);
    fprintf(p->out, "</text>\n");
    int length = CHARACTER * figure_columns(text);
    widen(p, !*anchor ? x + length : anchor[1] == 'm' ? x + length / 2.0 : x);
}

static void put_box(pen *p, double x, double y, double width, double height, int shade)
{
    fprintf(p->out, "<rect class=\"s%d\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n", shade, x,
            y, width, height);
    widen(p, x + width);
}

static void put_line(pen *p, const char *class, double x1, double y1, double x2, double y2)
{
    fprintf(p->out, "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", class, x1, y1,
            x2, y2);
    widen(p, fmax(x1, x2));
}

static void put_name(pen *p, const char *name)
{
    if (!*name) return;
    put_words(p, EDGE, p->y + 13, "", name);
    p->y += LINE + 2;
}

// --- Grids ---

static int longest_of(const figure *f, int part, bool headings)
{
    int most = 0;
    for (const figure_item *i = f->item; i < f->item + f->item_count; i++) {
        int length = i->part == part && headings == (i->column < 0) ? figure_columns(i->label) : 0;
        if (length > most) most = length;
    }
    return most;
}

static void draw_grid(pen *p, int part)
{
    const figure_part *grid = &p->f->part[part];
    int heading = longest_of(p->f, part, true), label = longest_of(p->f, part, false);
    int left = EDGE + (heading ? heading * CHARACTER + 8 : 0), box = label ? label * CHARACTER + 10 : ROW;
    int high = ROW;
    if (!label && grid->columns > 20) box = high = fmax(9, SCALE / grid->columns);
    if (box < high) box = high;
    bool headed = false;
    for (int c = 0; c < grid->columns; c++) headed = headed || figure_find(p->f, part, -1, c);
    put_name(p, grid->name);
    if (headed) p->y += LINE;
    for (int r = -1; r < grid->rows; r++) {
        int y = p->y + r * high;
        const figure_item *name = figure_find(p->f, part, r, -1);
        if (r >= 0 && name) put_words(p, left - 6, y + high / 2 + 5, " end", name->label);
        for (int c = 0; c < grid->columns; c++) {
            const figure_item *i = figure_find(p->f, part, r, c);
            int x = left + c * box;
            if (r < 0 && i) put_words(p, x + box / 2.0, p->y - 5, " middle", i->label);
            if (r < 0) continue;
            put_box(p, x, y, box, high, i ? i->shade : 0);
            const char mark[2] = {i && i->shade ? figure_shade_mark(i->shade) : 0};
            if (i && (*i->label || *mark) && high > 12)
                put_words(p, x + box / 2.0, y + high / 2 + 5, " middle", *i->label ? i->label : mark);
        }
    }
    p->y += grid->rows * high;
}

// --- Number lines and histograms ---

static double place_of(const pen *p, int part, double value)
{
    const figure_part *scale = &p->f->part[part];
    double share = (value - scale->low) / (scale->high - scale->low);
    return p->scale_left + SCALE * fmin(fmax(share, 0), 1);
}

// The labels of one kind of item, each in the first of three lines in which it finds room; `step` is from
// a line to the next. Returns how many lines were used; draws if `draw`.
static int put_labels(pen *p, int part, figure_item_kind kind, double y, int step, bool draw)
{
    double ends[3] = {-1e9, -1e9, -1e9};
    int used = 0;
    FIGURE_ITEMS(i, p->f, part)
    {
        if (i->kind != kind || !*i->label) continue;
        double middle = kind == FIGURE_RANGE ? (i->at + i->to) / 2.0 : i->at;
        double x = place_of(p, part, middle), half = figure_columns(i->label) * CHARACTER / 2.0;
        x = fmax(x, EDGE + half);
        int line = 0;
        while (line < 2 && x - half < ends[line] + CHARACTER) line++;
        ends[line] = x + half;
        if (line >= used) used = line + 1;
        if (draw) put_words(p, x, y + step * line, " middle", i->label);
    }
    return used;
}

static void put_ticks(pen *p, int part)
{
    FIGURE_ITEMS(i, p->f, part)
    if (i->kind == FIGURE_TICK)
        put_line(p, "axis", place_of(p, part, i->at), p->y, place_of(p, part, i->at), p->y + 5);
    p->y += LINE * put_labels(p, part, FIGURE_TICK, p->y + LINE, LINE, true) + 6;
}

static void draw_ruler(pen *p, int part)
{
    enum { HALF = 9 };
    const figure *f = p->f;
    int above = put_labels(p, part, FIGURE_MARK, 0, 0, false);
    int beside = put_labels(p, part, FIGURE_RANGE, 0, 0, false);
    p->y += LINE * (above + beside) + HALF;
    put_labels(p, part, FIGURE_MARK, p->y - HALF - 5, -LINE, true);
    put_labels(p, part, FIGURE_RANGE, p->y - HALF - 5 - LINE * above, -LINE, true);
    put_words(p, EDGE, p->y + 5, "", f->part[part].name);
    for (int kind = FIGURE_RANGE; kind >= FIGURE_MARK; kind--) // marks over stretches
        FIGURE_ITEMS(i, f, part)
        {
            if (i->kind != kind) continue;
            double x = place_of(p, part, i->at);
            if (kind == FIGURE_RANGE)
                put_box(p, x, p->y - HALF, place_of(p, part, i->to) - x, 2 * HALF, i->shade);
            else {
                char class[16];
                snprintf(class, sizeof class, "mark l%d", i->shade);
                put_line(p, class, x, p->y - HALF, x, p->y + HALF);
            }
        }
    put_line(p, "axis", p->scale_left, p->y, p->scale_left + SCALE, p->y);
    p->y += HALF;
    put_ticks(p, part);
}

// Lines at powers of ten, or at the largest count and its half.
static void put_levels(pen *p, int part, double most)
{
    const figure_part *h = &p->f->part[part];
    double base = p->y + TALL;
    for (double level = h->log ? 1 : most / 2; level <= most && level > 0; level *= h->log ? 10 : 2) {
        char text[24];
        double y = base - TALL * figure_height(h, level, most);
        snprintf(text, sizeof text, "%.5g", level);
        put_line(p, "level", p->scale_left, y, p->scale_left + SCALE, y);
        put_words(p, p->scale_left - 6, y + 4, " end", text);
    }
}

static void draw_histogram(pen *p, int part)
{
    const figure *f = p->f;
    const figure_part *h = &f->part[part];
    double most;
    int bins = figure_bins(f, part, &most), bin = 0;
    put_name(p, h->name);
    p->y += LINE * put_labels(p, part, FIGURE_RANGE, p->y + 13, LINE, true);
    put_levels(p, part, most);
    p->y += TALL;
    FIGURE_ITEMS(i, f, part)
    {
        if (i->kind != FIGURE_BIN) continue;
        double width = (double)SCALE / bins, high = TALL * figure_height(h, i->at, most);
        double middle = h->low + (h->high - h->low) * (bin + 0.5) / bins;
        const figure_item *in = figure_range_at(f, part, middle);
        put_box(p, p->scale_left + width * bin++ + 0.5, p->y - high, fmax(width - 1, 1), high,
                in ? in->shade : 0);
    }
    put_line(p, "axis", p->scale_left, p->y, p->scale_left + SCALE, p->y);
    put_ticks(p, part);
    if (h->log) put_words(p, p->scale_left, p->y + 8, "", "counts: logarithmic"), p->y += LINE;
}

// --- Chains and arrows ---

static void draw_chain(pen *p, int part)
{
    enum { LEAST = 30, ARROW = 26 };
    double x = EDGE, most = LEAST;
    put_name(p, p->f->part[part].name);
    FIGURE_ITEMS(i, p->f, part)
    most = fmax(most, LEAST + i->at * (TALL - LEAST));
    FIGURE_ITEMS(i, p->f, part)
    {
        double width = figure_columns(i->label) * CHARACTER + 14, high = LEAST + i->at * (TALL - LEAST);
        double start = x > EDGE ? x + ARROW : x;
        if (x > EDGE && start + width > WRAP) p->y += (int)most + GAP, x = EDGE, start = EDGE + ARROW;
        double middle = p->y + most / 2;
        if (start > x) {
            put_line(p, "arrow", x + 4, middle, start - 6, middle);
            fprintf(p->out, "<path class=\"head\" d=\"M%.1f %.1fl-8 -5v10z\"/>\n", start - 3, middle);
        }
        put_box(p, start, middle - high / 2, width, high, i->shade);
        put_words(p, start + width / 2, middle + 5, " middle", i->label);
        x = start + width;
    }
    p->y += (int)most;
}

static void draw_arrow(pen *p, int part)
{
    enum { DOWN = 24, X = 4 * EDGE };
    put_line(p, "arrow", X, p->y - 6, X, p->y + DOWN - 8);
    fprintf(p->out, "<path class=\"head\" d=\"M%d %dl-5 -8h10z\"/>\n", X, p->y + DOWN - 4);
    put_words(p, X + 14, p->y + DOWN / 2, "", p->f->part[part].name);
    p->y += DOWN - 6;
}

static void draw_key(pen *p)
{
    for (int i = 0; i < FIGURE_SHADES; i++) {
        if (!*p->f->key[i]) continue;
        const char mark[2] = {figure_shade_mark(i)};
        put_box(p, EDGE, p->y, LINE, LINE - 2, i);
        if (i) put_words(p, EDGE + LINE / 2.0, p->y + 13, " middle", mark);
        put_words(p, EDGE + LINE + 8, p->y + 13, "", p->f->key[i]);
        p->y += LINE + 2;
    }
}

// --- The whole ---

static void draw(pen *p)
{
    static void (*const draw_of[FIGURE_PART_KINDS])(pen *, int) = {
        [FIGURE_GRID] = draw_grid,   [FIGURE_RULER] = draw_ruler, [FIGURE_HISTOGRAM] = draw_histogram,
        [FIGURE_CHAIN] = draw_chain, [FIGURE_ARROW] = draw_arrow,
    };
    int name = 0;
    for (int i = 0; i < p->f->part_count; i++) {
        const figure_part *part = &p->f->part[i];
        int needs = part->kind == FIGURE_RULER       ? figure_columns(part->name)
                    : part->kind == FIGURE_HISTOGRAM ? 6
                                                     : 0;
        if (needs > name) name = needs;
    }
    p->scale_left = EDGE + (name ? name + 2 : 0) * CHARACTER;
    for (int i = 0; i < p->f->part_count; i++) {
        draw_of[p->f->part[i].kind](p, i);
        p->y += GAP;
    }
    draw_key(p);
}

void figure_svg(FILE *out, const figure *f, int number, bool alone)
{
    char *body = NULL, *words = NULL;
    size_t length;
    pen p = {.f = f, .y = EDGE, .width = 2 * EDGE};
    if (!(p.out = open_memstream(&body, &length))) return;
    draw(&p);
    fclose(p.out);
    FILE *plain = open_memstream(&words, &length);
    if (plain) figure_words(plain, f), fclose(plain);
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"figure%s\" role=\"img\" "
            "aria-labelledby=\"figure_%d_title figure_%d_words\" viewBox=\"0 0 %d %d\" width=\"%d\" "
            "height=\"%d\" "
            "style=\"min-width:%dpx\">\n<title id=\"figure_%d_title\">",
            alone ? " alone" : "", number, number, p.width, p.y, p.width, p.y,
            p.width > 360 ? p.width * 3 / 4 : p.width, number);
    put_text(out, f->title);
    fprintf(out, "</title>\n<desc id=\"figure_%d_words\">", number);
    put_text(out, words ? words + strspn(words, " ") : "");
    fprintf(out, "</desc>\n");
    if (alone)
        fprintf(out, "<style>\n%s</style>\n<rect class=\"paper\" width=\"%d\" height=\"%d\"/>\n", figure_css,
                p.width, p.y);
    fprintf(out, "%s</svg>\n", body);
    free(body), free(words);
}

void figure_page(FILE *out, const figure *f, int number)
{
    fprintf(out, "<figure><div class=\"scroll drawing\"" PAGE_SCROLLS("Drawing") ">\n");
    figure_svg(out, f, number, false);
    fprintf(out, "</div>\n<figcaption><strong>");
    put_text(out, f->title);
    fprintf(out, "</strong>. ");
    put_text(out, f->words);
    fprintf(out, "</figcaption></figure>\n");
}
