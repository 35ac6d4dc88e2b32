// crash.h: at which line of a submission a signal ended its process.
#pragma once

#include "parent.h"

// 0 if it is not known. Looked up only a few times for each file: see compile_find_line.
int crash_line(const grade_setup *setup, int program, const job_crash *at);
