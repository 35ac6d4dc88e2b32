// no_blas.c: stands in for BLAS in programs without it: a call ends the case with an answer of its own.
#include <unistd.h>

#include "job.h"

static void refuse(void)
{
    unsigned char byte = JOB_BLAS_CALLED;
    _exit(write(JOB_SOCKET_FD, &byte, 1) == 1 ? 0 : 1);
}

void cblas_sgemm(void) { refuse(); }
void cblas_sgemv(void) { refuse(); }
void cblas_sdot(void) { refuse(); }
void cblas_saxpy(void) { refuse(); }
void cblas_sger(void) { refuse(); }
