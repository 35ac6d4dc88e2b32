// runs.h: the child's jobs that run.c lists and other files hold.
#pragma once

#include "core/status.h"

tt_status prof_run_memory(void *memory, int argument),
    prof_run_threads(void *memory, int argument);        // run_memory.c
tt_status prof_run_counters(void *memory, int argument); // run_counters.c
tt_status prof_run_sections(void *memory, int argument); // run_sections.c
tt_status prof_run_cache(void *memory, int argument);    // run_cache.c
