// plot.h: charts drawn by gnuplot from a few constant templates.
//
// A chart says its units, its statistic, its number of samples and its machine (in `caption`), starts at zero
// or says that it is logarithmic, and distinguishes its series by mark and by colour (Okabe and Ito, 2008).
#pragma once

#include <stdio.h>

#include "core/chart.h"
#include "core/status.h"

// Add a series to the chart; NULL if it has PLOT_MOST_SERIES already.
plot_series *plot_add_series(plot_chart *chart, const char *name, plot_style style, int colour);

// Append a point; those past PLOT_MOST_POINTS and those that are not finite are dropped.
void plot_add_point(plot_series *series, double x, double y);

// Append a bar; it is dropped if there are PLOT_MOST_SERIES or its value is not finite.
void plot_add_bar(plot_chart *chart, const char *name, int colour, double value, double low, double high);

// Write folder/NAME.svg and folder/NAME.png. TT_BAD_VALUE for a chart with nothing in it, TT_BAD_FILE if
// gnuplot is missing or fails.
tt_status plot_draw(const plot_chart *chart, const char *folder);

// What a picture of plot_draw says at its left edge: "TITLE. CAPTION"; nothing of another picture. svg: the text of its file.
void plot_words(FILE *out, const char *svg);

// The same chart as text of at most 80 columns.
tt_status plot_text(const plot_chart *chart, FILE *out);
