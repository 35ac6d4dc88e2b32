// page/chart.h: a chart on a page: the picture, its words, and the numbers behind it.
#pragma once

#include "lesson/event.h"

// What the chart shows, in words: for alt texts. Plain text.
void page_chart_words(FILE *out, const plot_chart *chart);

// The chart as a <figure>: the SVG as an image of its own, so that no name in it can meet another's, its
// words as alt, and a table of the points in a <details>.
void page_chart(FILE *out, const lesson_event *event);

// Where the picture begins, behind what gnuplot puts before "<svg"; the whole if there is no such.
lesson_blob page_chart_svg(const lesson_blob *svg);
