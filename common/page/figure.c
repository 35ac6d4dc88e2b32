// figure.c: a drawing is made part by part, checked, and told in words.
#include "figure.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#define PRINT_LABEL(to, format)                                                                              \
    do {                                                                                                     \
        va_list list;                                                                                        \
        va_start(list, format);                                                                              \
        vsnprintf(to, sizeof(to), format, list);                                                             \
        va_end(list);                                                                                        \
    } while (0)

void figure_begin(figure *f, const char *title, const char *words, ...)
{
    memset(f, 0, sizeof *f);
    snprintf(f->title, sizeof f->title, "%s", title);
    PRINT_LABEL(f->words, words);
}

void figure_key(figure *f, figure_shade shade, const char *meaning)
{
    if (shade < FIGURE_SHADES) snprintf(f->key[shade], sizeof f->key[shade], "%s", meaning);
}

// --- Parts ---

static void add_part(figure *f, figure_part part, const char *name)
{
    if (f->part_count == FIGURE_MOST_PARTS) return;
    snprintf(part.name, sizeof part.name, "%s", name);
    f->part[f->part_count++] = part;
}

void figure_grid(figure *f, const char *name, int rows, int columns)
{
    if (rows < 1 || columns < 1 || rows > FIGURE_MOST_SIDE || columns > FIGURE_MOST_SIDE) return;
    add_part(f, (figure_part){.kind = FIGURE_GRID, .rows = rows, .columns = columns}, name);
}

void figure_ruler(figure *f, const char *name, double low, double high)
{
    if (isfinite(low) && isfinite(high) && low < high)
        add_part(f, (figure_part){.kind = FIGURE_RULER, .low = low, .high = high}, name);
}

void figure_chain(figure *f, const char *name) { add_part(f, (figure_part){.kind = FIGURE_CHAIN}, name); }

void figure_arrow(figure *f, const char *words, ...)
{
    char text[64];
    PRINT_LABEL(text, words);
    add_part(f, (figure_part){.kind = FIGURE_ARROW}, text);
}

// --- Items ---

// Add an item to the last part if that is of one of two kinds.
static void add_item(figure *f, figure_item item, figure_part_kind kind, figure_part_kind or_kind)
{
    const figure_part *last = f->part_count ? &f->part[f->part_count - 1] : NULL;
    if (!last || (last->kind != kind && last->kind != or_kind) || f->item_count == FIGURE_MOST_ITEMS ||
        !isfinite(item.at) || !isfinite(item.to) || item.shade >= FIGURE_SHADES)
        return;
    item.part = (unsigned char)(f->part_count - 1);
    f->item[f->item_count++] = item;
}

void figure_histogram(figure *f, const char *name, const size_t *counts, int bins, double low, double high,
                      bool log)
{
    if (!isfinite(low) || !isfinite(high) || !(low < high)) return;
    add_part(f, (figure_part){.kind = FIGURE_HISTOGRAM, .low = low, .high = high, .log = log}, name);
    for (int i = 0; i < bins; i++)
        add_item(f, (figure_item){.kind = FIGURE_BIN, .at = (float)counts[i]}, FIGURE_HISTOGRAM,
                 FIGURE_HISTOGRAM);
}

void figure_box(figure *f, int row, int column, figure_shade shade, const char *label, ...)
{
    const figure_part *last = f->part_count ? &f->part[f->part_count - 1] : NULL;
    if (!last || row < -1 || column < -1 || row >= last->rows || column >= last->columns) return;
    figure_item item = {.kind = FIGURE_BOX,
                        .shade = (unsigned char)shade,
                        .row = (signed char)row,
                        .column = (signed char)column};
    PRINT_LABEL(item.label, label);
    add_item(f, item, FIGURE_GRID, FIGURE_GRID);
}

void figure_tick(figure *f, double at, const char *label, ...)
{
    figure_item item = {.kind = FIGURE_TICK, .at = (float)at};
    PRINT_LABEL(item.label, label);
    add_item(f, item, FIGURE_RULER, FIGURE_HISTOGRAM);
}

void figure_mark(figure *f, double at, figure_shade shade, const char *label, ...)
{
    figure_item item = {.kind = FIGURE_MARK, .shade = (unsigned char)shade, .at = (float)at};
    PRINT_LABEL(item.label, label);
    add_item(f, item, FIGURE_RULER, FIGURE_RULER);
}

void figure_range(figure *f, double from, double to, figure_shade shade, const char *label, ...)
{
    figure_item item = {
        .kind = FIGURE_RANGE, .shade = (unsigned char)shade, .at = (float)from, .to = (float)to};
    PRINT_LABEL(item.label, label);
    add_item(f, item, FIGURE_RULER, FIGURE_HISTOGRAM);
}

void figure_link(figure *f, double size, figure_shade shade, const char *label, ...)
{
    figure_item item = {
        .kind = FIGURE_BOX, .shade = (unsigned char)shade, .at = (float)fmin(fmax(size, 0), 1)};
    PRINT_LABEL(item.label, label);
    add_item(f, item, FIGURE_CHAIN, FIGURE_CHAIN);
}

// --- From another process ---

#define ENDS(text) (memchr(text, 0, sizeof(text)) != NULL)

static bool part_is_sound(const figure_part *p)
{
    bool grid = p->kind == FIGURE_GRID, scale = p->kind == FIGURE_RULER || p->kind == FIGURE_HISTOGRAM;
    if ((unsigned)p->kind >= FIGURE_PART_KINDS || !ENDS(p->name)) return false;
    if (scale && !(isfinite(p->low) && isfinite(p->high) && p->low < p->high)) return false;
    return !grid ||
           (p->rows >= 1 && p->rows <= FIGURE_MOST_SIDE && p->columns >= 1 && p->columns <= FIGURE_MOST_SIDE);
}

static bool item_is_sound(const figure *f, const figure_item *i)
{
    if (i->kind >= FIGURE_ITEM_KINDS || i->part >= f->part_count || i->shade >= FIGURE_SHADES ||
        !ENDS(i->label) || !isfinite(i->at) || !isfinite(i->to))
        return false;
    const figure_part *p = &f->part[i->part];
    return p->kind != FIGURE_GRID ||
           (i->row >= -1 && i->column >= -1 && i->row < p->rows && i->column < p->columns);
}

bool figure_is_sound(const figure *f)
{
    if (f->part_count < 0 || f->part_count > FIGURE_MOST_PARTS || f->item_count < 0 ||
        f->item_count > FIGURE_MOST_ITEMS || !ENDS(f->title) || !ENDS(f->words))
        return false;
    for (int i = 0; i < FIGURE_SHADES; i++)
        if (!ENDS(f->key[i])) return false;
    for (int i = 0; i < f->part_count; i++)
        if (!part_is_sound(&f->part[i])) return false;
    for (int i = 0; i < f->item_count; i++)
        if (!item_is_sound(f, &f->item[i])) return false;
    return true;
}

// --- For the faces ---

const figure_item *figure_find(const figure *f, int part, int row, int column)
{
    FIGURE_ITEMS(i, f, part)
    if (i->row == row && i->column == column) return i;
    return NULL;
}

int figure_bins(const figure *f, int part, double *most)
{
    int bins = 0;
    *most = 0;
    FIGURE_ITEMS(i, f, part)
    if (i->kind == FIGURE_BIN) bins++, *most = fmax(*most, i->at);
    return bins;
}

double figure_height(const figure_part *p, double count, double most)
{
    if (most <= 0 || count <= 0) return 0;
    return p->log ? log10(1 + count) / log10(1 + most) : count / most;
}

const figure_item *figure_range_at(const figure *f, int part, double value)
{
    FIGURE_ITEMS(i, f, part)
    if (i->kind == FIGURE_RANGE && value >= i->at && value <= i->to) return i;
    return NULL;
}

char figure_shade_mark(int shade) { return ".ox+*=#%"[shade]; }

const char *figure_box_text(char text[40], const figure *f, const figure_item *box)
{
    const char mark[2] = {box && *box->label && (!box->shade || !*f->key[box->shade])
                              ? 0
                              : figure_shade_mark(box ? box->shade : 0)};
    snprintf(text, 40, "%s%s", box ? box->label : "", mark);
    return text;
}

int figure_columns(const char *label)
{
    int count = 0;
    for (; *label; label++) count += (*label & 0xC0) != 0x80;
    return count;
}

// --- In words ---

static void grid_words(FILE *out, const figure *f, int part)
{
    enum { MOST_TOLD = 128 }; // boxes
    const figure_part *p = &f->part[part];
    char text[40];
    fprintf(out, " Grid of %d rows and %d columns.", p->rows, p->columns);
    for (int row = -1; row < p->rows && p->rows * p->columns <= MOST_TOLD; row++) {
        bool told = false;
        for (int column = -1; column < p->columns; column++) {
            const figure_item *box = figure_find(f, part, row, column);
            if (!box || (row < 0 && !*box->label)) continue;
            fprintf(out, "%s %s", told ? "," : "", figure_box_text(text, f, box));
            told = true;
        }
        if (told) fputc('.', out);
    }
}

static void scale_words(FILE *out, const figure *f, int part)
{
    const figure_part *p = &f->part[part];
    int unnamed = 0;
    fprintf(out, " %s from %.4g to %.4g.", p->kind == FIGURE_RULER ? "Number line" : "Histogram", p->low,
            p->high);
    FIGURE_ITEMS(i, f, part)
    {
        if (i->kind == FIGURE_BIN) fprintf(out, " %.0f", i->at);
        if (i->kind == FIGURE_RANGE) fprintf(out, " From %.4g to %.4g: %s.", i->at, i->to, i->label);
        if (i->kind == FIGURE_MARK && *i->label) fprintf(out, " At %.4g: %s.", i->at, i->label);
        unnamed += i->kind == FIGURE_MARK && !*i->label;
    }
    if (unnamed) fprintf(out, " %d marks.", unnamed);
}

static void chain_words(FILE *out, const figure *f, int part)
{
    bool first = true;
    FIGURE_ITEMS(i, f, part)
    {
        fprintf(out, "%s %s", first ? "" : ", then", i->label);
        first = false;
    }
    if (!first) fputc('.', out);
}

void figure_words(FILE *out, const figure *f)
{
    static void (*const words_of[FIGURE_PART_KINDS])(FILE *, const figure *, int) = {
        [FIGURE_GRID] = grid_words,
        [FIGURE_RULER] = scale_words,
        [FIGURE_HISTOGRAM] = scale_words,
        [FIGURE_CHAIN] = chain_words,
    };
    for (int i = 0; i < f->part_count; i++) {
        if (*f->part[i].name) fprintf(out, " %s.", f->part[i].name);
        if (words_of[f->part[i].kind]) words_of[f->part[i].kind](out, f, i);
    }
    for (int i = 0; i < FIGURE_SHADES; i++)
        if (*f->key[i]) fprintf(out, " %c: %s.", figure_shade_mark(i), f->key[i]);
}
