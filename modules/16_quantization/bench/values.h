// bench/values.h: the figures of module 16 that are no times: accuracy, agreement, noise, sizes, and what
// calibration changes about them. Their names are listed at the top of bench.c.
#pragma once

#include "measure/results.h"

// All of them into r; of a quick run fewer images and fewer calibrations. What is not written yet is left
// out.
tt_status figures_measure(results *r, bool quick);
