// runs.h: what the files of the child's side share.
#pragma once

#include "engine/job.h"

#define ARRAY(i) (number[NULLS] >> (i)&1 ? NULL : job_array(memory, i))

// run_texts.c: configurations, manifests
tt_status oly_run_entry(void *memory, int call);
tt_status oly_run_manifest(void *memory, int call);

// run_tuner.c: part 4
tt_status oly_run_tuner(void *memory, int call);
tt_status oly_run_search(void *memory, int which);
