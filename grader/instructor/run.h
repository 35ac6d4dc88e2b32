// run.h: other programs, started so that none of them outlives this one.
//
// A program started here is the leader of its own process group (Ctrl-C reaches only us), writes stdout and
// stderr to a log file, reads nothing, and is killed by the kernel when this process ends, however that
// happens.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

// Start argv in `folder` (NULL: here), with its output in the file `log`. -1 with a sentence in tt_error().
pid_t run_start(char *const argv[], const char *folder, const char *log);

// End the program's group: asked first, then killed after `seconds`; 0 kills at once. It is waited for.
void run_stop(pid_t pid, double seconds);

// Whether it has ended, with its wait status. What it left running in its group is ended too.
bool run_ended(pid_t pid, int *status);

// Start it and wait. Its wait status, or -1.
int run_through(char *const argv[], const char *folder, const char *log);

// The last line of the log that says something, cut to size; what the status means, if it says nothing.
void run_last_words(char *out, size_t size, const char *log, int status);

// SIGINT, SIGTERM and SIGHUP no longer end this process but are returned by run_wait; run_start gives
// programs their own signals back.
void run_block_signals(void);

// Wait for news of any program, at most this long. The signal that asks us to stop, or 0.
int run_wait(double seconds);
