// chart.h: a chart on a page: the picture, its description in words, and its numbers.
#pragma once

#include <stdio.h>

#include "core/chart.h"

// What the chart shows, in words, for alt texts. Plain text.
void page_chart_words(FILE *out, const plot_chart *chart);

// The chart as a <figure>: its picture with its words as the alternative text, and a table of the points
// in a <details>. svg is gnuplot's output; it becomes an image of its own, so that its ids cannot clash
// with those of another. NULL: bars are drawn here in a plain form, and curves have only their table.
void page_chart(FILE *out, const plot_chart *chart, const char *svg);

// The picture in gnuplot's output, without what comes before "<svg"; all of it if there is no
// "<svg". NULL for NULL.
const char *page_chart_svg(const char *svg);
