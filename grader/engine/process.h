// process.h: the graded process: started in its sandbox, asked by one byte, answered by one byte, stopped.
#pragma once

#include <stdbool.h>
#include <sys/types.h>

typedef struct {
    pid_t pid; // 0: none
    int socket, memory_fd;
    void *memory; // JOB_BYTES, shared with the process; its size cannot be changed
    bool stopped, gone, threads;
    int fate;     // its wait status, once it is gone
    int patience; // seconds that a call may take
    int busy;     // calls in a row after which it worked on
} grade_process;

// Create the shared memory; false if that fails.
bool process_prepare(grade_process *p);

// Start `program` (a descriptor) for the job_run of this name, with this argument; once after each
// process_prepare. False if the machine cannot start it; what the program itself does is no reason.
bool process_start(grade_process *p, int program, const char *run, int argument, bool threads);

typedef enum {
    CALL_ANSWERED,
    CALL_EARLY, // answered before it was asked
    CALL_TWICE, // answered more than once
    CALL_BUSY,  // went on working after its answer
    CALL_GONE,  // ended before it answered
    CALL_STUCK, // no answer in time
} call_outcome;

enum { CALL_SECONDS = 10 }; // patience at first: the slowest honest call takes two

typedef struct {
    unsigned char status; // the byte that the process answered
    // Seconds between question and answer: wall time, and processor time of all its threads.
    double wall, cpu;
} call_report;

// Ask once. Afterwards the process is stopped until the next call.
call_outcome process_call(grade_process *p, call_report *report);

// How a process that is gone ended: "crashed: Segmentation fault", "ended the program with exit code 0".
void process_fate(const grade_process *p, char *text, size_t size);

// Kill the process if it still exists and release everything. Accepts a zeroed one.
void process_end(grade_process *p);
