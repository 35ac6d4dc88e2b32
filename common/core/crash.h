// crash.h: which signal ended a forked process, and at which line of the source.
#pragma once

#include <stddef.h>

enum { CRASH_MOST_FRAMES = 24 };

// Lives in memory that the process shares with its parent.
typedef struct {
    int signal; // 0: none
    int count;
    void *frames[CRASH_MOST_FRAMES];
} crash_report;

// In the process that may crash: write the call stack into report when it does, then die of the signal as
// before.
void crash_watch(crash_report *report);

// In the parent, which runs the same program: "Segmentation fault at acceleration.c:57", with the innermost
// line that is not in common/; without the line where it is not known.
void crash_describe(const crash_report *report, int signal, char *text, size_t size);
