// job.h: what a case hands to the graded process: numbers and arrays in shared memory.
//
// The parent lays out a job and fills it; the child finds the arrays by their offsets, works, and answers
// with one byte. Around each array are guard bytes whose values only the parent knows. The parent checks
// against its own copy of the layout and of the inputs, because the child can change the shared one.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/status.h"

enum {
    JOB_MOST_ARRAYS = 12,
    JOB_NUMBERS = 8,
    JOB_BYTES = 128 << 20, // of address space; memory is used only where it is touched
    JOB_GUARD_BYTES = 256, // on each side of an array
};

typedef struct {
    int number[JOB_NUMBERS]; // sizes, modes: what fill and run agree on
    int arrays;
    uint64_t offset[JOB_MOST_ARRAYS]; // bytes from the start of the memory
    uint64_t bytes[JOB_MOST_ARRAYS];
} job_layout;

// Array i of the job at `memory`, 64-byte aligned.
static inline void *job_array(void *memory, int i)
{
    return (char *)memory + ((job_layout *)memory)->offset[i];
}

// File descriptors of a child: the memory, and the socket for go and answer.
enum { JOB_MEMORY_FD = 3, JOB_SOCKET_FD = 4 };

// Where a signal ended a call, written by the child into the last bytes of the memory: the instruction, 0 if none did, and
// what lay on the stack, among it return addresses. It is for a message, and nothing else may be concluded from it.
enum { JOB_CRASH_WORDS = 48 };
typedef struct {
    uint64_t instruction, stack[JOB_CRASH_WORDS];
} job_crash;
enum { JOB_ROOM_BYTES = JOB_BYTES - (int)sizeof(job_crash) }; // for the arrays
static inline job_crash *job_crash_of(void *memory) { return (job_crash *)((char *)memory + JOB_ROOM_BYTES); }

// Answers beside the values of tt_status.
enum { JOB_BLAS_CALLED = 100 };

// The multiply-adds that BLAS was asked for since the process began, by cblas_sgemm and cblas_sgemv: with_blas.c. Other
// programs lack it.
extern double job_blas_work __attribute__((weak));

// What a child can be asked for: a few lines that call the student's functions with the data of the job.
// A module's run.c lists these runs; a case names one and passes it an argument.
typedef struct {
    const char *name;
    tt_status (*call)(void *memory, int argument);
} job_run;

extern const job_run job_runs[] __attribute__((weak)); // ends with a row without a name; not in the parent
static inline const job_run *job_find(const char *name)
{
    const job_run *run = job_runs;
    while (run && run->name && strcmp(run->name, name) != 0) run++;
    return run && run->name ? run : NULL;
}
