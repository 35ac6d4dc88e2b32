// history.c: keeps replaced results in numbered files, and finds what became slower since the last.
#include "history.h"

#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT = 8, MOST_FILES = 64 };

// --- The files ---

static void history_folder(char *path, size_t size, const bench_work *work)
{
    snprintf(path, size, "%s/results/history", work->folder);
}

// Paths of the history files of this module and side, newest first; returns how many.
static int list_files(char paths[MOST_FILES][800], const bench_work *work)
{
    char folder[400], begins[80];
    struct dirent **entries;
    history_folder(folder, sizeof folder, work);
    snprintf(begins, sizeof begins, "%s.%s.", work->module->name, work->side);
    int all = scandir(folder, &entries, NULL, alphasort), count = 0;
    for (int i = all - 1; i >= 0; i--) {
        if (!strncmp(entries[i]->d_name, begins, strlen(begins)) && count < MOST_FILES)
            snprintf(paths[count++], sizeof paths[0], "%s/%s", folder, entries[i]->d_name);
        free(entries[i]);
    }
    if (all >= 0) free(entries);
    return count;
}

void bench_history_keep(const bench_work *work, const results *old)
{
    static char paths[MOST_FILES][800];
    char from[512], folder[400], to[512];
    if (old->length == RESULTS_QUICK) return;
    history_folder(folder, sizeof folder, work);
    bench_result_path(from, sizeof from, work, work->side);
    int before = 0;
    if (list_files(paths, work) > 0)
        sscanf(paths[0] + strlen(paths[0]) - strlen("000000.json"), "%d", &before);
    snprintf(to, sizeof to, "%s/%s.%s.%06d.json", folder, work->module->name, work->side, before + 1);
    if (rename(from, to) != 0) return;
    for (int i = list_files(paths, work) - 1; i >= KEPT; i--) remove(paths[i]);
}

tt_status bench_history_last(results *out, const bench_work *work, const results *r)
{
    static char paths[MOST_FILES][800];
    const int count = list_files(paths, work);
    for (int i = 0; i < count; i++) {
        if (results_load(out, paths[i]) != TT_OK) continue;
        if (out->length == r->length && results_same_machine(out, r)) return TT_OK;
        results_finish(out);
    }
    return tt_fail(TT_BAD_FILE,
                   "nothing to compare with: no earlier %s results of %s, %s, on this CPU with these flags. "
                   "They are kept when a file is replaced: measure again after a change",
                   results_length_names[r->length], work->module->name, work->side);
}

// --- What became slower ---

// A quantity: its ratio to before, and the sum of both distances between quartiles, in parts of the median.
typedef struct {
    double times, spread;
} change;

static change change_of(measure_stats now, measure_stats before)
{
    double spread = (now.high - now.low) / now.median + (before.high - before.low) / before.median;
    return (change){now.median / before.median, spread};
}

static change time_change(const results_row *now, const results_row *before)
{
    change c =
        change_of(measure_describe(now->seconds, now->n), measure_describe(before->seconds, before->n));
    c.times *= before->work / now->work;
    return c;
}

// A disturbance only adds time: code became slower only if its best time is worse than the best before.
static bool best_is_slower(const results_row *now, const results_row *before)
{
    double best = measure_describe(now->seconds, now->n).min / now->work;
    return best > 1.03 * measure_describe(before->seconds, before->n).min / before->work;
}

// A row of the same case with code that we did not change: its first yardstick, else its first given one.
static const results_row *beside(const results *r, const results_row *row)
{
    for (int kind = RESULTS_YARDSTICK; kind >= RESULTS_GIVEN; kind--)
        for (int i = 0; i < r->row_count; i++) {
            const results_row *other = &r->rows[i];
            if (other != row && other->n && other->kind == (results_kind)kind &&
                !strcmp(other->suite, row->suite) && !strcmp(other->kase, row->kase))
                return other;
        }
    return NULL;
}

// Slower than before by more than both spreads, and by more than 3 %, since smaller changes are chance.
static bool beyond(change c) { return c.times > 1 + fmax(c.spread, 0.03); }

int bench_regress(FILE *out, const results *now, const results *before)
{
    int compared = 0, slower = 0, together = 0;
    fprintf(out, "%s, side: %s, %s length, against the results before these\n", now->module, now->side,
            results_length_names[now->length]);
    for (int i = 0; i < now->row_count; i++) {
        const results_row *row = &now->rows[i],
                          *old = results_find(before, row->suite, row->kase, row->variant);
        if (!row->n || !old || !old->n || row->kind == RESULTS_YARDSTICK) continue;
        const results_row *yard = beside(now, row);
        const results_row *old_yard =
            yard ? results_find(before, yard->suite, yard->kase, yard->variant) : NULL;
        change own = time_change(row, old);
        compared++;
        if (!beyond(own) || !best_is_slower(row, old)) continue;
        char who[96], with[64] = "nothing beside it";
        if (old_yard && old_yard->n) {
            // The ratio to the yardstick, pair by pair, from which whatever slowed both cancels.
            change paired = change_of(results_ratio(yard, row), results_ratio(old_yard, old));
            snprintf(with, sizeof with, "%.12s %.2f x", yard->variant, time_change(yard, old_yard).times);
            if (!beyond(paired)) {
                together++;
                continue;
            }
        }
        if (slower++ == 0) fprintf(out, "  %-44s %8s  %s\n", "slower", "time", "beside it");
        snprintf(who, sizeof who, "%s %s %s", row->suite, row->kase, row->variant);
        fprintf(out, "  %-44.44s %6.2f x  %s\n", who, own.times, with);
    }
    fprintf(out, "%d rows compared, %d slower", compared, slower);
    if (together)
        fprintf(out, ", and %d slower together with what stands beside them: the machine", together);
    fprintf(out, "\n");
    if (slower > 10 && 4 * slower > compared)
        fprintf(
            out,
            "So many at once are rather a busy machine than slow code: measure again when it is quiet.\n");
    return slower;
}
