// progress.h: a bar on a terminal, plain lines elsewhere.
#pragma once

#include <stdbool.h>

typedef struct {
    int done, all;
    double start;
    bool terminal;
} progress;

void progress_begin(progress *p, int all);

// Something is finished: say it in a line, above the bar if there is one.
void progress_say(progress *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Draw the bar again; nothing where there is none. progress_end takes it away.
void progress_draw(const progress *p);
void progress_end(const progress *p);
