// plot.h: charts drawn by gnuplot from a few constant templates.
//
// A chart says its units, its statistic, its number of samples and its machine (in `caption`), starts at zero
// or says that it is logarithmic, and distinguishes its series by mark and by colour (Okabe and Ito, 2008).
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "core/status.h"

enum { PLOT_MOST_SERIES = 16, PLOT_MOST_POINTS = 64, PLOT_MOST_MARKS = 4 };

typedef enum {
    PLOT_LINE_AND_MARKS,
    PLOT_MARKS_ONLY, // drawn near the line of the other side
    PLOT_DASHED_LINE // a yardstick: a bound or a library
} plot_style;

typedef struct {
    char name[48];
    plot_style style;
    int colour; // 0 .. 7; the same for a variant of either side, yours or the solution's
    int count;
    double x[PLOT_MOST_POINTS], y[PLOT_MOST_POINTS];
} plot_series;

// One bar of a bar chart: value with its spread.
typedef struct {
    char name[48];
    int colour;
    double value, low, high;
} plot_bar;

typedef struct {
    char name[64]; // of the files: NAME.svg, NAME.png
    char title[96], xlabel[64], ylabel[64], caption[208];
    bool log_x, log_y, bars; // bars: horizontal, along x; else curves. log_x: by powers of two
    bool bytes_x;            // x is a number of bytes: 32 KiB
    char unit[16];           // bars: printed after each value
    plot_series series[PLOT_MOST_SERIES];
    int series_count;
    struct {
        char name[8];
        double x;
    } mark[PLOT_MOST_MARKS]; // curves: vertical lines with a name, where a cache ends
    int mark_count;
    plot_bar bar[PLOT_MOST_SERIES];
    int bar_count;
} plot_chart;

// Add a series to the chart; NULL if it has PLOT_MOST_SERIES already.
plot_series *plot_add_series(plot_chart *chart, const char *name, plot_style style, int colour);

// Append a point; those past PLOT_MOST_POINTS and those that are not finite are dropped.
void plot_add_point(plot_series *series, double x, double y);

// Append a bar; it is dropped if there are PLOT_MOST_SERIES or its value is not finite.
void plot_add_bar(plot_chart *chart, const char *name, int colour, double value, double low, double high);

// Write folder/NAME.svg and folder/NAME.png. TT_BAD_VALUE for a chart with nothing in it, TT_BAD_FILE if
// gnuplot is missing or fails.
tt_status plot_draw(const plot_chart *chart, const char *folder);

// The same chart as text of at most 80 columns.
tt_status plot_text(const plot_chart *chart, FILE *out);
