// bench/gather.h: a module's measurements brought up to date: what is there already is kept, what is missing
// or was measured by another program is measured.
#pragma once

#include "bench.h"

typedef struct {
    const bench_module *module;
    const char *side, *folder; // "mine" or "solution"; results and charts go below the folder
    results_length length;     // what is wanted at least
    bool anew;                 // all of it is measured, whatever is there
    bool only_charts;          // what no chart shows is not wanted
    bool tables;               // every case is printed as a table
    bool text;                 // charts are printed as text, too
} bench_work;

// FOLDER/results/MODULE.SIDE.json
void bench_result_path(char *path, size_t size, const bench_work *work, const char *side);

// The results, complete. drawn (chart_count; NULL: none) says which charts are drawn; those of each suite
// are, as soon as it is measured. A file that is replaced goes into the history. What is refused or crashed
// is told and costs only itself; *refused counts the suites.
tt_status bench_gather(results *out, const bench_work *work, bool *drawn, int *refused);

// Whether r is complete, by this very program, for this machine.
bool bench_is_current(const results *r, const bench_work *work);

// --- What a newcomer sees of it ---

// Draw those charts of which all is measured and that are not drawn yet: of this suite, NULL: every one. One
// line says where each is. The first side's results stand beside the other's where both are there. Returns
// how many failed.
int bench_draw(const bench_work *work, const results *r, const char *suite, bool *drawn);

// In a few lines: what was not drawn and why, and the first claims.
void bench_print_summary(const bench_work *work, const results *r);
