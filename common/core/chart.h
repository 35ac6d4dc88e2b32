// chart.h: what a chart holds: names, numbers, units. measure/plot.h fills one and has gnuplot draw it;
// page/chart.h puts one on a page.
#pragma once

#include <math.h>
#include <stdbool.h>

// How many digits of a number to show, for %.*g: three, but all of those before the point up to ten millions,
// which else would be 1.2e+04.
static inline int chart_digits(double value)
{
    int digits = 3;
    for (double end = 999.5; fabs(value) >= end && digits < 7; end = 10 * end + 4.5) digits++;
    return digits;
}

enum { PLOT_MOST_SERIES = 16, PLOT_MOST_POINTS = 64, PLOT_MOST_MARKS = 4 };

typedef enum {
    PLOT_LINE_AND_MARKS,
    PLOT_MARKS_ONLY, // dots beside another side's line
    PLOT_DASHED_LINE // a yardstick: a bound or a library
} plot_style;

typedef struct {
    char name[48];
    plot_style style;
    int colour; // 0 .. 7; the same for both sides of one variant
    int count;
    double x[PLOT_MOST_POINTS], y[PLOT_MOST_POINTS];
} plot_series;

// One bar of a bar chart: a value and its spread.
typedef struct {
    char name[96];
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
    } mark[PLOT_MOST_MARKS]; // curves: vertical lines with a name, where something ends
    int mark_count;
    plot_bar bar[PLOT_MOST_SERIES];
    int bar_count;
} plot_chart;
