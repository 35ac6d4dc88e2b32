// bench/history.h: the results that were replaced, FOLDER/results/history/MODULE.SIDE.NUMBER.json, the last few
// of them.
#pragma once

#include "gather.h"

// Move the file of these results into the history, and the oldest out of it.
void bench_history_keep(const bench_work *work, const results *old);

// The last results of the history that r may be compared with: same module, side, length, CPU, compiler and
// flags. TT_BAD_FILE with a sentence if there are none.
tt_status bench_history_last(results *out, const bench_work *work, const results *r);

// Name the rows that became slower than before beyond both spreads, and of each the yardstick beside it, so
// that a slow machine is told from slow code. Returns how many became slower with their yardstick as it was.
int bench_regress(FILE *out, const results *now, const results *before);
