// process.h: the graded process: started in its sandbox, asked by one byte, answered by one byte, stopped.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

typedef struct {
    pid_t pid;                    // 0: none
    int socket, memory_fd, asked; // asked: what it asks its parent through, see sandbox.h; -1: nothing
    int output;                   // what it prints; -1: nothing
    void *memory;                 // JOB_BYTES, shared with the process, sealed against other sizes
    bool stopped, gone, threads;
    int fate;     // its wait status, once it is gone
    int patience; // seconds that a call may use; by the clock it may take four times as long
    double naps;  // seconds that the next call may sleep; half of its time is always allowed
    int busy;     // calls in a row that worked on after their answer
    // With threads, which may work on after an answer: bytes of the memory as they are when it comes, copied to `kept`.
    const void *keep;
    void *kept;
    size_t keep_bytes;
} grade_process;

// Create the shared memory; false if that fails.
bool process_prepare(grade_process *p);

// Start `program` (a descriptor) for the job_run of this name, with this argument; once after each
// process_prepare. False if the machine cannot start it; what the program itself does is no reason.
bool process_start(grade_process *p, int program, const char *run, int argument, bool threads);

typedef enum {
    CALL_ANSWERED,
    CALL_EARLY,  // answered before it was asked
    CALL_TWICE,  // answered more than once
    CALL_BUSY,   // went on working after its answer
    CALL_GONE,   // ended before it answered
    CALL_STUCK,  // no answer in time
    CALL_ASLEEP, // no answer, and it slept for longer than it may
} call_outcome;

typedef struct {
    unsigned char status; // the byte
    // Seconds between question and answer: by the clock; of processor time by all its threads; and those in which it did
    // not run although it could have: asleep, or waiting for nobody.
    double wall, cpu, slept;
} call_report;

// Let it come to where it waits for its first question, and stop it there: what is then laid out for a call was not there
// before. False if it sleeps for longer than a call may. The report says what that took.
bool process_settle(grade_process *p, call_report *report);

// Ask once. The report is complete for CALL_ANSWERED; for CALL_STUCK and CALL_ASLEEP it lacks the status. Afterwards the process stands still until the next call.
call_outcome process_call(grade_process *p, call_report *report);

// The start of what it has printed since it was started, up to size - 1 bytes, into text.
void process_take_output(const grade_process *p, char *text, size_t size);

// How a process that is gone ended: "crashed: Segmentation fault", "ended the program with exit code 0".
void process_fate(const grade_process *p, char *text, size_t size);

// Kill the process if it still exists and release everything. Accepts a zeroed one.
void process_end(grade_process *p);
