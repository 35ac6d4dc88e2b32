// chart.h: a picture of what a result's timed cases reached, as SVG for a page, with the same as a table
// below it.
#pragma once

#include <stdio.h>

#include "result.h"

// Nothing if no case was timed. `id` makes the picture's labels unique on its page.
void chart_speed(FILE *f, const result *r, const char *id);
