// job.h: what a case hands to the graded process: numbers and arrays in shared memory.
//
// The parent lays a job out and fills it; the child finds the arrays by their offsets, works, and answers
// with one byte. Round each array stand guard bytes that only the parent knows to look at. The parent checks
// against its own copy of the layout and of the inputs: the shared one is in the hands of the child.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "status.h"

enum {
    JOB_MOST_ARRAYS = 12,
    JOB_NUMBERS = 8,
    JOB_BYTES = 128 << 20, // of address space; memory only as far as it is touched
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

// Answers beside the values of tt_status.
enum { JOB_BLAS_CALLED = 100 };
