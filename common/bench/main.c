// main.c: the program around a module's tables: measure, update, plot, claims, record, regress.
#include "bench.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gather.h"
#include "history.h"
#include "record.h"
#include "report.h"
#include "core/count.h"
#include "core/options.h"
#include "measure/blas_peer.h"

static int complain(void)
{
    fprintf(stderr, "bench: %s\n", tt_error());
    return 1;
}

// Measure everything again, at full length unless QUICK was asked for.
static int measure(bench_work *work)
{
    char path[512];
    results r;
    int refused = 0;
    if (work->length != RESULTS_QUICK) work->length = RESULTS_FULL;
    work->anew = work->tables = true;
    if (bench_gather(&r, work, NULL, &refused) != TT_OK) return complain();
    results_finish(&r);
    bench_result_path(path, sizeof path, work, work->side);
    printf("\nRaw times and statistics: %s\n", path);
    return !!refused;
}

static int update_charts(bench_work *work, bool every)
{
    results r;
    int refused = 0, failed = 0;
    work->only_charts = true;
    bool *drawn = calloc((size_t)work->module->chart_count + 1, sizeof *drawn);
    if (!drawn || bench_gather(&r, work, drawn, &refused) != TT_OK) return free(drawn), complain();
    if (every) {
        failed = bench_draw(work, &r, NULL, drawn);
        bench_print_summary(work, &r);
    }
    results_finish(&r);
    free(drawn);
    return refused || failed;
}

static int update(bench_work *work) { return update_charts(work, false); }
static int plot(bench_work *work) { return update_charts(work, true); }

// FOLDER/results/MODULE.SIDE.grade.json, written by the grader.
static void grade_path(char *path, size_t size, const bench_work *work)
{
    char name[32];
    snprintf(name, sizeof name, "%s.grade", work->side);
    bench_result_path(path, size, work, name);
}

static int claims(bench_work *work)
{
    char path[512];
    results r;
    int refused = 0;
    bench_module module;
    if (bench_gather(&r, work, NULL, &refused) != TT_OK) return complain();
    grade_path(path, sizeof path, work);
    bench_claim_reference(&module, &r, work->module, path);
    int missed = bench_print_claims(&r, &module);
    results_finish(&r);
    return missed || refused;
}

// Load the results that are there, or fail with a sentence that says what to run.
static tt_status load_current(results *r, const bench_work *work, results_length length)
{
    char path[512], again[64];
    const int digits = (int)strcspn(work->module->name, "_");
    snprintf(again, sizeof again, "make bench-%.*s%s", digits, work->module->name,
             strcmp(work->side, "solution") ? "" : " SOLUTION=1");
    bench_result_path(path, sizeof path, work, work->side);
    if (access(path, F_OK) != 0)
        return tt_fail(TT_BAD_FILE, "nothing measured yet for %s; run %s", work->module->name, again);
    tt_status status = results_load(r, path);
    if (status != TT_OK) return status;
    if (r->length > length)
        status = tt_fail(TT_BAD_VALUE, "%s: of %s length, which is not recorded; run %s", path,
                         results_length_names[r->length], again);
    else if (length == RESULTS_FULL && !bench_is_current(r, work))
        status = tt_fail(TT_BAD_VALUE, "%s: measured by another program than today's; run %s", path, again);
    if (status != TT_OK) results_finish(r);
    return status;
}

// Write the numbers into the pages, from the top of the tree. The charts there show the reference only.
static int record(bench_work *work)
{
    char path[512], folder[128];
    results r;
    bench_module module;
    if (load_current(&r, work, RESULTS_FULL) != TT_OK) return complain();
    grade_path(path, sizeof path, work);
    bench_claim_reference(&module, &r, work->module, path);
    snprintf(path, sizeof path, "modules/%s/README.md", module.name);
    if (access(path, F_OK) != 0)
        snprintf(path, sizeof path, "%s/README.md", module.name); // what joins modules, if it has a page
    snprintf(folder, sizeof folder, "docs/charts/%s", module.name);
    tt_status status = bench_record("README.md", &r, &module);
    const bool has_page = access(path, F_OK) == 0;
    if (status == TT_OK && has_page) status = bench_record(path, &r, &module);
    for (int i = 0; i < module.chart_count && status == TT_OK; i++) {
        plot_chart chart;
        bench_chart_fill(&chart, &module.charts[i], module.name, &r, NULL, NULL);
        snprintf(chart.name, sizeof chart.name, "%s", module.charts[i].name);
        status = plot_draw(&chart, folder);
    }
    results_finish(&r);
    if (status != TT_OK) return complain();
    printf("Recorded %s in README.md, %s%sand %s/\n", module.name, has_page ? path : "", has_page ? " " : "",
           folder);
    return 0;
}

static int regress(bench_work *work)
{
    results now, before;
    if (load_current(&now, work, RESULTS_QUICK) != TT_OK) return complain();
    tt_status status = bench_history_last(&before, work, &now);
    if (status == TT_OK) bench_regress(stdout, &now, &before), results_finish(&before);
    results_finish(&now);
    return status == TT_OK ? 0 : complain();
}

static const struct {
    option_choice is;
    int (*run)(bench_work *work);
} commands[] = {
    {{"measure", "time every variant at every case anew, at full length; writes FOLDER/results/"}, measure},
    {{"update", "measure in short what is missing, and draw the charts of each suite when it is done"},
     update},
    {{"plot", "the same, then every other chart and a summary; writes FOLDER/charts/"}, plot},
    {{"claims", "value, limit and verdict of every claim, of what is there or is then measured in short; "
                "exit code 1 if one is missed"},
     claims},
    {{"record", "write full results into README.md, the module's README.md and docs/charts/"}, record},
    {{"regress", "name what became slower since the results before; exit code 1 if there are none"}, regress},
};

int bench_main(int argc, char **argv, const bench_module *module, const char *side)
{
    blas_peer_serve(argc, argv);
    blas_peer_match_build(argv);
    bench_work work = {.module = module, .side = side, .folder = "build", .length = RESULTS_PLOT};
    option_choice names[COUNT(commands) + 1] = {0};
    for (int i = 0; i < COUNT(commands); i++) names[i] = commands[i].is;
    int command = 0;
    bool quick = false;
    const option_row rows[] = {
        {"COMMAND", NULL, "what to do:", OPTION_CHOICE(&command, names)},
        {"--quick", NULL, "small sizes, few rounds: for a look, not for a claim", OPTION_SWITCH(&quick)},
        {"--text", NULL, "charts as text, too", OPTION_SWITCH(&work.text)},
        {"--folder", "FOLDER", "where results and charts go (default: build)", OPTION_WORD(&work.folder)},
        {0}};
    int code = options_take(argv[0], NULL, rows, argc - 1, argv + 1);
    if (code >= 0) return code;
    if (quick) work.length = RESULTS_QUICK;
    return commands[command].run(&work);
}
