// run.c: the child's side.
#include "compression.h"

#include "engine/job.h"

const job_run job_runs[] = {{0}};
