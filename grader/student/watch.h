// watch.h: from save to verdict: grades a file whenever it changes, and answers keys meanwhile.
#pragma once

typedef struct {
    const char *file;  // the student's file
    const char *grade; // the program grade-NN
    const char *json;  // where its result is kept
    const char *hints, *hint_state;
    const char *plot;  // shell commands: draw the charts,
    const char *after; //   and whatever is to follow a grading, in the background
    const char *page;  // what `o` opens
} watch_options;

// Until `q`, end of input or a signal. Returns the exit code.
int watch(const watch_options *options);
