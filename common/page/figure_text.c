// figure_text.c: a drawing as text of at most 80 columns.
#include "figure.h"

#include <math.h>
#include <string.h>

#include "core/escape.h"

enum { LINE = ESCAPE_COLUMNS, NAME = 12, SCALE = 65 }; // columns: of a line, of a ruler's name, of its scale

static void put_text(FILE *out, const char *text) { escape_put(out, text, ESCAPE_LINE); }

// Text in `width` columns, in their middle.
static void put_middle(FILE *out, const char *text, int width)
{
    int free = width - figure_columns(text), left = free > 0 ? free / 2 : 0;
    fprintf(out, "%*s", left, "");
    put_text(out, text);
    fprintf(out, "%*s", free > 0 ? free - left : 0, "");
}

// --- Grids ---

typedef struct {
    int heading, box, shown; // columns of a row's heading and of a box; boxes of a row that find room
    bool bars;               // between the boxes
} grid_widths;

static grid_widths measure(const figure *f, int part)
{
    const figure_part *p = &f->part[part];
    grid_widths w = {.box = 1};
    char text[40];
    for (int row = -1; row < p->rows; row++)
        for (int column = -1; column < p->columns; column++) {
            const figure_item *box = figure_find(f, part, row, column);
            int length =
                box ? figure_columns(row < 0 || column < 0 ? box->label : figure_box_text(text, f, box)) : 0;
            int *most = column < 0 ? &w.heading : &w.box;
            if (length > *most) *most = length;
        }
    if (w.heading) w.heading++;
    w.bars = w.box > 1;
    w.shown = (LINE - w.heading - w.bars) / (w.box + w.bars);
    if (w.shown > p->columns) w.shown = p->columns;
    if (w.shown < p->columns) w.shown = (LINE - 4 - w.heading - w.bars) / (w.box + w.bars); // room for " ..."
    return w;
}

static void grid_text(FILE *out, const figure *f, int part)
{
    const figure_part *p = &f->part[part];
    const grid_widths w = measure(f, part);
    char text[40];
    if (*p->name) put_text(out, p->name), fputc('\n', out);
    for (int row = -1; row < p->rows; row++) {
        bool headed = row >= 0;
        for (int column = 0; column < p->columns; column++)
            headed = headed || figure_find(f, part, row, column);
        if (!headed) continue;
        const figure_item *heading = figure_find(f, part, row, -1);
        if (heading) put_text(out, heading->label);
        fprintf(out, "%*s", w.heading - (heading ? figure_columns(heading->label) : 0), "");
        for (int column = 0; column < w.shown; column++) {
            const figure_item *box = figure_find(f, part, row, column);
            if (w.bars) fputc(row < 0 ? ' ' : '|', out);
            put_middle(out, row < 0 ? (box ? box->label : "") : figure_box_text(text, f, box), w.box);
        }
        fprintf(out, "%s%s\n", w.bars && row >= 0 ? "|" : "", w.shown < p->columns ? " ..." : "");
    }
}

// --- Number lines ---

static int column_of(const figure_part *p, double value)
{
    double at = (value - p->low) / (p->high - p->low) * (SCALE - 1);
    return (int)lround(fmin(fmax(at, 0), SCALE - 1));
}

// Put a label into a line of blanks, its middle at `column`; false if something stands there.
static bool place(char line[SCALE + 1], const char *label, int column)
{
    int length = (int)strlen(label), from = column - length / 2;
    if (length > SCALE) return false;
    if (from + length > SCALE) from = SCALE - length;
    if (from < 0) from = 0;
    for (int i = from - 1; i <= from + length; i++)
        if (i >= 0 && i < SCALE && line[i] != ' ') return false;
    memcpy(line + from, label, (size_t)length);
    return true;
}

static void clear(char line[SCALE + 1], char with) { memset(line, with, SCALE), line[SCALE] = 0; }

// A line with a name before it, without blanks at its end; nothing for an empty line.
static void put_line(FILE *out, const char *name, char line[SCALE + 1])
{
    int length = SCALE;
    while (length > 0 && line[length - 1] == ' ') length--;
    line[length] = 0;
    if (length) fprintf(out, "%-*.*s ", NAME, NAME, name), put_text(out, line), fputc('\n', out);
}

// Labels of one kind of item, in as many lines as they need: nearest to the scale first.
static int place_labels(char lines[3][SCALE + 1], const figure *f, int part, figure_item_kind kind)
{
    int used = 0;
    for (int l = 0; l < 3; l++) clear(lines[l], ' ');
    FIGURE_ITEMS(i, f, part)
    {
        if (i->kind != kind || !*i->label) continue;
        int l = 0, column = column_of(&f->part[part], i->at);
        while (l < 3 && !place(lines[l], i->label, column)) l++;
        if (l < 3 && l >= used) used = l + 1;
    }
    return used;
}

// What a stretch means, below the scale.
static void range_lines(FILE *out, const figure *f, int part, char sign)
{
    FIGURE_ITEMS(i, f, part)
    {
        if (i->kind != FIGURE_RANGE || !*i->label) continue;
        fprintf(out, "%*s%c %.4g to %.4g: ", NAME + 1, "", sign, i->at, i->to);
        put_text(out, i->label);
        fputc('\n', out);
    }
}

static void ruler_text(FILE *out, const figure *f, int part)
{
    const figure_part *p = &f->part[part];
    char lines[3][SCALE + 1], scale[SCALE + 1], name[64];
    escape_clip(name, sizeof name, p->name, NAME);
    for (int l = place_labels(lines, f, part, FIGURE_MARK); l > 0; l--) put_line(out, "", lines[l - 1]);
    clear(scale, '-');
    for (int kind = FIGURE_RANGE; kind >= FIGURE_MARK; kind--) // marks over stretches
        FIGURE_ITEMS(i, f, part)
        {
            if (i->kind != kind) continue;
            int from = column_of(p, i->at), to = kind == FIGURE_RANGE ? column_of(p, i->to) : from;
            for (int c = from; c <= to; c++) scale[c] = kind == FIGURE_RANGE ? '=' : '|';
        }
    put_line(out, name, scale);
    int used = place_labels(lines, f, part, FIGURE_TICK);
    for (int l = 0; l < used; l++) put_line(out, "", lines[l]);
    range_lines(out, f, part, '=');
}

// --- Histograms: a line for each bin ---

static void histogram_text(FILE *out, const figure *f, int part)
{
    static const char full[] = "##############################################"; // as long as the longest bar
    const figure_part *p = &f->part[part];
    double most;
    int bins = figure_bins(f, part, &most), bin = 0;
    if (*p->name) put_text(out, p->name), fputc('\n', out);
    FIGURE_ITEMS(i, f, part)
    {
        if (i->kind != FIGURE_BIN) continue;
        double middle = p->low + (p->high - p->low) * (bin++ + 0.5) / bins;
        int length = (int)lround(figure_height(p, i->at, most) * (sizeof full - 1));
        if (!length && i->at > 0) length = 1;
        fprintf(out, "%10.3g %c %-46.*s %9.0f\n", middle, figure_range_at(f, part, middle) ? '|' : ' ',
                length, full, i->at);
    }
    range_lines(out, f, part, '|');
    if (p->log) fprintf(out, "%*sThe bars are logarithmic.\n", NAME + 1, "");
}

// --- Chains and arrows ---

static void chain_text(FILE *out, const figure *f, int part)
{
    const figure_part *p = &f->part[part];
    int column = 0;
    if (*p->name) put_text(out, p->name), fputc('\n', out);
    FIGURE_ITEMS(i, f, part)
    {
        int length = figure_columns(i->label) + 2, arrow = column ? 4 : 0;
        if (column && column + arrow + length > LINE) fputs("\n ->", out), column = 3, arrow = 1;
        fprintf(out, "%s[", arrow == 4 ? " -> " : arrow ? " " : "");
        put_text(out, i->label);
        fputc(']', out);
        column += arrow + length;
    }
    if (column) fputc('\n', out);
}

static void arrow_text(FILE *out, const figure *f, int part)
{
    fprintf(out, "    v  ");
    put_text(out, f->part[part].name);
    fputc('\n', out);
}

void figure_text(FILE *out, const figure *f)
{
    static void (*const text_of[FIGURE_PART_KINDS])(FILE *, const figure *, int) = {
        [FIGURE_GRID] = grid_text,   [FIGURE_RULER] = ruler_text, [FIGURE_HISTOGRAM] = histogram_text,
        [FIGURE_CHAIN] = chain_text, [FIGURE_ARROW] = arrow_text,
    };
    fputc('\n', out);
    escape_wrap(out, f->title, 0, 0);
    for (int i = 0; i < f->part_count; i++) text_of[f->part[i].kind](out, f, i);
    for (int i = 0; i < FIGURE_SHADES; i++) {
        if (!*f->key[i]) continue;
        fprintf(out, "  %c  ", figure_shade_mark(i));
        put_text(out, f->key[i]);
        fputc('\n', out);
    }
    if (*f->words) escape_wrap(out, f->words, 0, 0);
}
