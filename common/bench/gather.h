// gather.h: measures of a module only what is missing or was measured by another program.
#pragma once

#include "bench.h"

typedef struct {
    const bench_module *module;
    const char *side, *folder; // "mine" or "solution"; results and charts go below the folder
    results_length length;     // the least that is wanted
    bool anew;                 // measure everything, whatever is there
    bool only_charts;          // leave out what no chart shows
    bool tables;               // print every case as a table
    bool text;                 // print charts as text, too
} bench_work;

// FOLDER/results/MODULE.SIDE.json
void bench_result_path(char *path, size_t size, const bench_work *work, const char *side);

// Make the results complete. drawn (chart_count; NULL: draw none) says which charts are drawn already;
// those of each suite are drawn as soon as it is measured. A file that is replaced goes into the history.
// What is refused or crashes is reported, and the rest goes on; *refused counts the refused suites.
tt_status bench_gather(results *out, const bench_work *work, bool *drawn, int *refused);

// Whether r is complete and was measured by this program on this machine.
bool bench_is_current(const results *r, const bench_work *work);

// --- What the user sees of it ---

// Draw the charts of this suite (NULL: of all) that are complete and not drawn yet, and print
// where each is. If there are results of the other side, they stand beside the first's. Returns
// how many charts failed.
int bench_draw(const bench_work *work, const results *r, const char *suite, bool *drawn);

// Print in a few lines what was not drawn and why, and the first claims.
void bench_print_summary(const bench_work *work, const results *r);
