// crash.h: which signal ended a forked process, and at which line of the source.
#pragma once

#include <stddef.h>

enum { CRASH_MOST_FRAMES = 24 };

// Must be in memory that the process shares with its parent.
typedef struct {
    int signal; // 0: none
    int count;
    void *frames[CRASH_MOST_FRAMES];
} crash_report;

// Call it in the process that may crash. A crash then writes the call stack into report, and the
// signal still ends the process.
void crash_watch(crash_report *report);

// Call it in the parent, which runs the same program. text becomes "Segmentation fault at acceleration.c:57",
// with the innermost line that is not in common/, or without a line if it is not known.
void crash_describe(const crash_report *report, int signal, char *text, size_t size);
