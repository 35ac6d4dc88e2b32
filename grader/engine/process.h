// process.h: the graded process: started in its sandbox, asked by one byte, answered by one byte, stopped.
#pragma once

#include <stdbool.h>
#include <sys/types.h>

typedef struct {
    pid_t pid; // 0: none
    int socket, memory_fd;
    void *memory; // JOB_BYTES, shared with the process, sealed against other sizes
    bool stopped, gone, threads;
    int fate;     // of waitpid, once it is gone
    int patience; // seconds that a call may take
    int busy;     // calls in a row that worked on after their answer
} grade_process;

// The shared memory; false without it.
bool process_prepare(grade_process *p);

// Start `program` (a descriptor) for its job_run of this name, with this argument. Once for each
// process_prepare. False if the machine cannot: what the program itself does is not among the reasons.
bool process_start(grade_process *p, int program, const char *run, int argument, bool threads);

typedef enum {
    CALL_ANSWERED,
    CALL_EARLY, // answered before it was asked
    CALL_TWICE, // answered more than once
    CALL_BUSY,  // went on working after its answer
    CALL_GONE,  // ended before it answered
    CALL_STUCK, // no answer in time
} call_outcome;

enum { CALL_SECONDS = 10 }; // what a call is given at first: the slowest honest one takes two

typedef struct {
    unsigned char status; // the byte
    double wall,
        cpu; // seconds between question and answer: by the clock, of processor time by all its threads
} call_report;

// Ask once. Afterwards the process stands still until the next call.
call_outcome process_call(grade_process *p, call_report *report);

// What became of a process that is gone: "crashed: Segmentation fault", "ended the program with exit code 0".
void process_fate(const grade_process *p, char *text, size_t size);

// End it if need be and give everything back. Accepts a zeroed one.
void process_end(grade_process *p);
