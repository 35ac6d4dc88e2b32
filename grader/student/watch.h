// watch.h: from save to verdict: grades a file whenever it changes, and answers keys in between.
#pragma once

typedef struct {
    const char *file;  // the student's file
    const char *grade; // the program grade-NN
    const char *json;  // where it writes its result
    const char *hints, *hint_state;
    const char *plot;  // shell commands: draw the charts,
    const char *after; // and what to run after a grading, in the background
    const char *page;  // what the key `o` opens
} watch_options;

// Until `q`, end of input or a signal. Returns the exit code.
int watch(const watch_options *options);
