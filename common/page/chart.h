// page/chart.h: a chart on a page: the picture, its words, and the numbers behind it.
#pragma once

#include <stdio.h>

#include "core/chart.h"

// What the chart shows, in words: for alt texts. Plain text.
void page_chart_words(FILE *out, const plot_chart *chart);

// The chart as a <figure>: its picture, its words as what is said instead, and a table of the points in a
// <details>. svg is what gnuplot drew; it becomes an image of its own, so that no name in it can meet
// another's. NULL: bars are drawn here, plainly, and curves have their table only.
void page_chart(FILE *out, const plot_chart *chart, const char *svg);

// Where the picture begins, behind what gnuplot puts before "<svg"; the whole if there is no such. NULL for
// NULL.
const char *page_chart_svg(const char *svg);
