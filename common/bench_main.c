// bench_main.c: the program round a module's tables: measure, claims, plot.
#include "bench.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench_record.h"
#include "bench_report.h"
#include "blas_peer.h"

typedef struct {
    const bench_module *module;
    const char *side, *folder; // results and charts go below it
    bool quick;
} context;

static void result_path(char *path, size_t size, const context *x, const char *side)
{
    snprintf(path, size, "%s/results/%s.%s.json", x->folder, x->module->name, side);
}

static int complain(void)
{
    fprintf(stderr, "bench: %s\n", tt_error());
    return 1;
}

static bool make_folder(const char *parent, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", parent, name);
    if (mkdir(path, 0777) == 0 || errno == EEXIST) return true;
    tt_fail(TT_BAD_FILE, "%s: cannot be made (%s)", path, strerror(errno));
    return false;
}

static int measure(const context *x)
{
    results r = {.quick = x->quick};
    snprintf(r.module, sizeof r.module, "%s", x->module->name);
    snprintf(r.side, sizeof r.side, "%s", x->side);
    machine_describe(&r.machine);
    machine_measure(&r.machine);
    bench_options options = {.quick = x->quick};
    tt_status status = TT_OK;
    for (int s = 0; s < x->module->suite_count; s++) {
        const bench_suite *suite = x->module->suites[s];
        printf("\n%s: %s\n", x->module->name, suite->name);
        for (int c = 0; c < suite->case_count && status == TT_OK; c++) {
            if (x->quick && !suite->cases[c].quick) continue;
            status = bench_measure(&r, x->module, suite->name, suite->cases[c].name, &options);
            bench_print_case(stdout, &r, suite->name, suite->cases[c].name);
            fflush(stdout);
        }
    }
    if (status == TT_OK && x->module->measure) status = x->module->measure(&r, x->quick);
    for (int i = 0; i < r.value_count; i++)
        printf("%-30s %.4g %s\n", r.values[i].name, r.values[i].value, r.values[i].unit);
    char path[512];
    result_path(path, sizeof path, x, x->side);
    if (status == TT_OK && make_folder(x->folder, "results")) status = results_save(&r, path);
    results_finish(&r);
    if (status != TT_OK) return complain();
    printf("\nRaw times and statistics: %s\n", path);
    return 0;
}

static int claims(const context *x)
{
    char path[512];
    results r;
    result_path(path, sizeof path, x, x->side);
    if (results_load(&r, path) != TT_OK) return complain();
    int missed = bench_print_claims(&r, x->module);
    results_finish(&r);
    return !!missed;
}

// Every chart from what has been measured: the reference's results, the student's, or one beside the other.
static int plot(const context *x)
{
    static const char *const sides[2] = {"solution", "mine"};
    results r[2] = {{.quick = false}, {.quick = false}};
    int loaded = 0;
    for (int i = 0; i < 2; i++) {
        char path[512];
        result_path(path, sizeof path, x, sides[i]);
        if (access(path, F_OK) != 0) continue;
        if (results_load(&r[loaded], path) != TT_OK) return complain();
        loaded++;
    }
    if (!loaded)
        return tt_fail(TT_BAD_FILE, "nothing measured yet for %s; run make bench first", x->module->name),
               complain();
    if (!make_folder(x->folder, "charts")) return complain();
    char folder[512];
    snprintf(folder, sizeof folder, "%s/charts", x->folder);
    int failed = 0;
    for (int i = 0; i < x->module->chart_count; i++) {
        plot_chart chart;
        bench_chart_fill(&chart, &x->module->charts[i], x->module->name, &r[0], loaded == 2 ? &r[1] : NULL,
                         "yours");
        if (plot_draw(&chart, folder) != TT_OK) {
            failed = complain();
            continue;
        }
        printf("\n");
        plot_text(&chart, stdout);
        printf("Picture: %s/%s.svg and .png\n", folder, chart.name);
    }
    for (int i = 0; i < loaded; i++) results_finish(&r[i]);
    return failed;
}

// Into the pages: run from the top of the tree. The charts beside them are the reference's alone.
static int record(const context *x)
{
    char path[512];
    results r;
    result_path(path, sizeof path, x, x->side);
    if (results_load(&r, path) != TT_OK) return complain();
    snprintf(path, sizeof path, "modules/%s/README.md", x->module->name);
    tt_status status = bench_record("README.md", &r, x->module);
    if (status == TT_OK) status = bench_record(path, &r, x->module);
    for (int i = 0; i < x->module->chart_count && status == TT_OK; i++) {
        plot_chart chart;
        bench_chart_fill(&chart, &x->module->charts[i], x->module->name, &r, NULL, NULL);
        status = plot_draw(&chart, "docs/charts");
    }
    results_finish(&r);
    if (status != TT_OK) return complain();
    printf("Recorded %s in README.md, %s and docs/charts/\n", x->module->name, path);
    return 0;
}

static const struct {
    const char *name;
    int (*run)(const context *x);
    const char *help;
} commands[] = {
    {"measure", measure, "time every variant at every case; writes FOLDER/results/"},
    {"claims", claims, "value, limit and verdict of every claim; exit code 1 if one is missed"},
    {"plot", plot, "draw the charts of all results that are present; writes FOLDER/charts/"},
    {"record", record, "write the results into README.md, the module's README.md and docs/charts/"},
};

static int usage(const char *program)
{
    fprintf(stderr, "usage: %s COMMAND [--quick] [--folder FOLDER]\n", program);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        fprintf(stderr, "  %-8s %s\n", commands[i].name, commands[i].help);
    fprintf(stderr, "  --quick  small sizes, few rounds: for a look, not for a claim\n"
                    "  --folder where results and charts go (default: build)\n");
    return 2;
}

int bench_main(int argc, char **argv, const bench_module *module, const char *side)
{
    blas_peer_serve(argc, argv);
    context x = {.module = module, .side = side, .folder = "build"};
    for (int i = 2; i < argc; i++) {
        if (!strcmp(argv[i], "--quick")) x.quick = true;
        else if (!strcmp(argv[i], "--folder") && i + 1 < argc) x.folder = argv[++i];
        else return usage(argv[0]);
    }
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++)
        if (!strcmp(argv[1], commands[i].name)) return commands[i].run(&x);
    return usage(argv[0]);
}
