// show.c: prints a line for each chart, and a summary in a few lines.
#include "gather.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "bar.h"
#include "report.h"

// The reference's results first; the student's second, drawn as marks beside them. One of the two is r.
static void both_sides(const bench_work *work, const results *r, results *other, const results **first,
                       const results **second)
{
    bool mine = !strcmp(work->side, "mine");
    char path[512];
    bench_result_path(path, sizeof path, work, mine ? "solution" : "mine");
    bool there = access(path, F_OK) == 0 && results_load(other, path) == TT_OK;
    *first = there && mine ? other : r;
    *second = !there ? NULL : mine ? r : other;
}

int bench_draw(const bench_work *work, const results *r, const char *suite, bool *drawn)
{
    results other = {0};
    const results *first, *second;
    char folder[512];
    int failed = 0;
    both_sides(work, r, &other, &first, &second);
    snprintf(folder, sizeof folder, "%s/charts", work->folder);
    for (int i = 0; i < work->module->chart_count; i++) {
        const bench_chart *row = &work->module->charts[i];
        plot_chart chart;
        if (drawn[i] || (suite && strcmp(row->suite, suite) != 0)) continue;
        bench_chart_fill(&chart, row, work->module->name, first, second, "yours");
        drawn[i] = true;
        bool good = plot_draw(&chart, folder) == TT_OK;
        bench_bar_erase();
        if (good) printf("Chart: %s/%s.png (and .svg)\n", folder, chart.name);
        else fprintf(stderr, "bench: %s\n", tt_error());
        if (work->text || !good) plot_text(&chart, stdout);
        failed += !good;
    }
    results_finish(&other);
    fflush(stdout);
    return failed;
}

// A reason that is the same at many cases is printed once.
static bool told_before(const results *r, int at)
{
    for (int i = 0; i < at; i++)
        if (!strcmp(r->rows[i].variant, r->rows[at].variant) && !strcmp(r->rows[i].why, r->rows[at].why))
            return true;
    return false;
}

static void print_missing(const results *r)
{
    const char *todo = tt_status_text(TT_TODO), *before = "Not written yet:";
    for (int i = 0; i < r->row_count; i++) {
        if (strcmp(r->rows[i].why, todo) != 0 || told_before(r, i)) continue;
        printf("%s %s", before, r->rows[i].variant);
        before = ",";
    }
    if (*before == ',') printf("\n");
    for (int i = 0; i < r->row_count; i++) {
        const results_row *row = &r->rows[i];
        if (row->passed || !strcmp(row->why, todo) || !strncmp(row->why, "not run", 7) ||
            !strncmp(row->why, "needs ", 6) || told_before(r, i))
            continue;
        printf("Not drawn: %s (%s %s): %s\n", row->variant, row->suite, row->kase, row->why);
    }
}

void bench_print_summary(const bench_work *work, const results *r)
{
    enum { CLAIMS = 3 };
    const bench_module *module = work->module;
    const int digits = (int)strcspn(module->name, "_");
    const char *side = strcmp(r->side, "solution") ? "" : " SOLUTION=1";
    double seconds = 0;
    for (int i = 0; i < r->part_count; i++) seconds += r->parts[i].seconds;
    print_missing(r);
    for (int i = 0, told = 0; i < module->claim_count && told < CLAIMS; i++) {
        double value = bench_claim_median(r, &module->claims[i]);
        if (isnan(value)) continue;
        printf("  %-60.60s %.3g %s\n", module->claims[i].text, value, module->claims[i].unit);
        told++;
    }
    printf("%s: %d charts, %.0f s. What is claimed: make claims-%.*s%s\n", module->name, module->chart_count,
           seconds, digits, module->name, side);
}
