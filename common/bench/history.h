// history.h: the last few results that were replaced: FOLDER/results/history/MODULE.SIDE.NUMBER.json.
#pragma once

#include "gather.h"

// Move the file of these results into the history and remove the oldest one there.
void bench_history_keep(const bench_work *work, const results *old);

// The newest results in the history that r may be compared with: same module, side, length, CPU, compiler
// and flags. TT_BAD_FILE with a sentence if there are none.
tt_status bench_history_last(results *out, const bench_work *work, const results *r);

// Print the rows that became slower by more than both spreads, and how the yardstick of each
// changed, which tells a slow machine from slow code. Returns how many became slower while their
// yardstick did not.
int bench_regress(FILE *out, const results *now, const results *before);
