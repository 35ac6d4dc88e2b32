// zoo: replaces=toy_scale,toy_library score=60 verdict=refused
// The answers are in the parent's memory: process_vm_readv and ptrace.
#define _GNU_SOURCE
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <unistd.h>

tt_status toy_scale(float *out, const float *x, int n, float by)
{
    struct iovec here = {out, 4}, there = {(void *)x, 4};
    process_vm_readv(getpid() - 1, &here, 1, &there, 1, 0);
    return honest_scale(out, x, n, by);
}

tt_status toy_library(float *out, const float *a, const float *b, int n)
{
    ptrace(PTRACE_ATTACH, getpid() - 1, 0, 0);
    return honest_library(out, a, b, n);
}
