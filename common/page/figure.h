// figure.h: a drawing: a few kinds of parts, one below the other, from which two faces are made: SVG, and text of
// 80 columns.
//
// A drawing is made of what a program knows, its constants and the numbers of its run; no coordinate is given
// by hand. Parts are appended, and what a part holds goes to the part that was appended last:
//
//     grid        rows x columns of boxes with labels and shades; headings of rows and columns
//     ruler       a number line; all rulers of a drawing have the same length and stand below each other
//     histogram   counts of equal bins
//     chain       boxes from left to right, joined by arrows; a box may be larger than another
//     arrow       down, to the next part, with words beside it
//
// Labels are short: they are cut at their array's length. A shade is one of Okabe and Ito's colours; as colour is
// not for everyone, text shows the shade's mark (o x + ...) in boxes without a label and in those whose shade the
// key explains, and a picture the same mark in boxes without a label.
#pragma once

#include <stdbool.h>
#include <stdio.h>

enum {
    FIGURE_MOST_PARTS = 16,
    FIGURE_MOST_ITEMS = 1536, // boxes, headings, ticks, marks, ranges, bins of all parts
    FIGURE_MOST_SIDE = 64     // rows or columns of a grid
};

typedef enum {
    FIGURE_PLAIN,
    FIGURE_BLUE,
    FIGURE_ORANGE,
    FIGURE_GREEN,
    FIGURE_PURPLE,
    FIGURE_YELLOW,
    FIGURE_SKY,
    FIGURE_RED,
    FIGURE_SHADES
} figure_shade;

typedef enum {
    FIGURE_GRID,
    FIGURE_RULER,
    FIGURE_HISTOGRAM,
    FIGURE_CHAIN,
    FIGURE_ARROW,
    FIGURE_PART_KINDS
} figure_part_kind;

typedef enum {
    FIGURE_BOX,   // of a grid: row, column, -1 being headings; of a chain: at = its size, note
    FIGURE_TICK,  // of a ruler or a histogram: at
    FIGURE_MARK,  // of a ruler: at
    FIGURE_RANGE, // of a ruler or a histogram: at .. to
    FIGURE_BIN,   // of a histogram: at = its count
    FIGURE_ITEM_KINDS
} figure_item_kind;

typedef struct {
    unsigned char kind, part, shade;
    signed char row, column;
    float at, to;
    char label[24];
} figure_item;

typedef struct {
    figure_part_kind kind;
    int rows, columns; // of a grid
    double low, high;  // of a ruler or a histogram
    bool log;          // a histogram's counts are drawn as logarithms
    char name[64];
} figure_part;

// Zeroed or made by figure_begin. Holds no pointers, so that it can be sent to another process.
typedef struct {
    char title[96], words[480];
    char key[FIGURE_SHADES][48]; // what a shade means, or ""
    int part_count, item_count;
    figure_part part[FIGURE_MOST_PARTS];
    figure_item item[FIGURE_MOST_ITEMS];
} figure;

#define FIGURE_FORMAT(text, first) __attribute__((format(printf, text, first)))

// --- Making one. What finds no room, and a number that is not finite, is left out. ---

// Begin an empty drawing. words: the sentence or two below it, which say what is to be seen.
void figure_begin(figure *f, const char *title, const char *words, ...) FIGURE_FORMAT(3, 4);

// Explain a shade below the drawing.
void figure_key(figure *f, figure_shade shade, const char *meaning);

// Append a grid of 1 .. FIGURE_MOST_SIDE rows and columns; name: "" or words above it.
void figure_grid(figure *f, const char *name, int rows, int columns);

// Label and shade a box of the last grid. Row -1: the column's heading; column -1: the row's.
void figure_box(figure *f, int row, int column, figure_shade shade, const char *label, ...)
    FIGURE_FORMAT(5, 6);

// Append a number line from low to high.
void figure_ruler(figure *f, const char *name, double low, double high);

// Append a histogram of equal bins from low to high.
void figure_histogram(figure *f, const char *name, const size_t *counts, int bins, double low, double high,
                      bool log);

// Of the last ruler or histogram: a number below the line; a value on it, with a label or ""; a stretch of it.
void figure_tick(figure *f, double at, const char *label, ...) FIGURE_FORMAT(3, 4);
void figure_mark(figure *f, double at, figure_shade shade, const char *label, ...) FIGURE_FORMAT(4, 5);
void figure_range(figure *f, double from, double to, figure_shade shade, const char *label, ...)
    FIGURE_FORMAT(5, 6);

// Append a chain; then its links, each of a size 0 .. 1 (its height), with a label.
void figure_chain(figure *f, const char *name);
void figure_link(figure *f, double size, figure_shade shade, const char *label, ...) FIGURE_FORMAT(4, 5);

// Append an arrow down to the next part.
void figure_arrow(figure *f, const char *words, ...) FIGURE_FORMAT(2, 3);

// --- Its faces ---

// Whether every count, index, kind and number of it is in its range, and every text ends: to be asked of a drawing
// that another process sent.
bool figure_is_sound(const figure *f);

// As text of at most 80 columns.
void figure_text(FILE *out, const figure *f);

// As an <svg> with a role, a title and a description. number: of the drawing on its page, for ids. alone: with its
// own style and background, to be a file or an output of a notebook; else page.css styles it.
void figure_svg(FILE *out, const figure *f, int number, bool alone);

// As a <figure> of a page.
void figure_page(FILE *out, const figure *f, int number);

// --- For the faces ---

// What the drawing shows, part by part, for readers who do not see it. Plain text.
void figure_words(FILE *out, const figure *f);

// The box at that place of a grid; NULL if there is none.
const figure_item *figure_find(const figure *f, int part, int row, int column);

// Every item of a part: FIGURE_ITEMS(i, f, part) what is done with i.
#define FIGURE_ITEMS(i, f, n)                                                                                \
    for (const figure_item *i = (f)->item; i < (f)->item + (f)->item_count; i++)                             \
        if (i->part == (n))

// How many bins a histogram has, and the count of the largest.
int figure_bins(const figure *f, int part, double *most);

// The height of a bin's bar: 0 .. 1, the largest count being 1.
double figure_height(const figure_part *histogram, double count, double most);

// The stretch in which a value lies; NULL if there is none.
const figure_item *figure_range_at(const figure *f, int part, double value);

// The mark of a shade in text; '.' for the plain one.
char figure_shade_mark(int shade);

// What stands in a box as text: its label, with its mark if that says more.
const char *figure_box_text(char text[40], const figure *f, const figure_item *box);

// Characters of a label.
int figure_columns(const char *label);
