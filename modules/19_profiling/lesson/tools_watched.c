// tools_watched.c: watches a model, prints what the instruments say, and shows
// the flame graph; counts and times a loop.
#include "tools.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "measure/measure.h"
#include "ops/backend.h"

profiling_instruments *watch_model(profiling_model model, int count,
                                   int passes, unsigned instruments,
                                   const char *function)
{
    static profiling_instruments w;
    profiling_job *job = profiling_job_create(model, count);
    if (!job) printf("No model: %s\n", tt_error());
    tt_status status = job ? profiling_job_run(job, NULL) : TT_BAD_FILE;
    if (status == TT_OK)
        status =
            profiling_instruments_begin(&w, instruments, profiling_clock());
    for (int i = 0; i < passes && status == TT_OK; i++)
        status = profiling_job_run(job, &w.observer);
    if (job) profiling_instruments_end(&w);
    profiling_job_finish(job);
    if (status == TT_OK) status = w.status;
    return worked(function, status) ? &w : NULL;
}

tt_status print_leaks(prof_memory *memory)
{
    int count = 0;
    prof_leak *leaks =
        malloc((size_t)(memory->blocks.count + 1) * sizeof *leaks);
    tt_status status =
        leaks ? prof_memory_leaks(leaks, &count, memory) : TT_NO_MEMORY;
    for (int i = 0; i < count && status == TT_OK; i++) {
        char text[128];
        printf("%8zu bytes in %4lld blocks   %s\n", leaks[i].bytes,
               leaks[i].blocks,
               profiling_place(text, sizeof text, leaks[i].place));
    }
    free(leaks);
    return status;
}

double print_counts(const prof_counters *c, const char *operation)
{
    double useful = 0, executed = 0;
    printf("%-14s %6s %15s %15s %12s\n", "operation", "calls", "useful macs",
           "executed macs", "KiB");
    for (int i = 0; i < c->count; i++) {
        const prof_count *first = &c->rows[i];
        prof_count sum = {0};
        bool is_first = true;
        for (int j = 0; j < c->count; j++) {
            const prof_count *row = &c->rows[j];
            if (strcmp(row->operation, first->operation) != 0) continue;
            if (j < i) is_first = false;
            sum.calls += row->calls, sum.macs += row->macs;
            sum.useful_macs += row->useful_macs;
            sum.useful_bytes += row->useful_bytes;
        }
        if (!is_first) continue;
        printf("%-14s %6lld %15lld %15lld %12.1f\n", first->operation,
               sum.calls, sum.useful_macs, sum.macs,
               (double)sum.useful_bytes / 1024);
        if (strcmp(first->operation, operation) == 0)
            useful = (double)sum.useful_macs, executed = (double)sum.macs;
    }
    printf("%-14s %6lld %15lld %15lld %12.1f\n", "all", c->total.calls,
           c->total.useful_macs, c->total.macs,
           (double)c->total.useful_bytes / 1024);
    return useful / executed;
}

double share_of(const prof_sections *s, const char *name)
{
    double seconds = 0;
    for (int i = 1; i < s->node_count; i++)
        if (strcmp(s->nodes[i].name, name) == 0) seconds += s->nodes[i].total;
    return seconds / s->nodes[0].inner;
}

tt_status print_report(const prof_sections *s, int most)
{
    static prof_line lines[PROFILING_NODES];
    int count = 0;
    tt_status status = prof_report(lines, &count, s);
    if (status != TT_OK) return status;
    printf("%-16s %8s %12s %12s %8s\n", "section", "calls", "total us",
           "self us", "share");
    for (int i = 0; i < count && i < most; i++)
        printf("%-16s %8lld %12.1f %12.1f %6.1f %%\n", lines[i].name,
               lines[i].calls, 1e6 * lines[i].total, 1e6 * lines[i].self,
               100 * lines[i].share);
    if (s->lost > 0)
        printf("%lld calls had no node: their time is in the section round "
               "them\n",
               s->lost);
    return TT_OK;
}

// What an instrument prints, as text; NULL, and its status, if it refuses.
static char *printed(tt_status (*print)(FILE *, const prof_sections *),
                     const prof_sections *s, tt_status *status)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    *status = out ? print(out, s) : TT_NO_MEMORY;
    if (out) fclose(out);
    if (*status == TT_OK) return text;
    free(text);
    return NULL;
}

tt_status show_flame(const prof_sections *s, const char *title)
{
    static prof_line lines[PROFILING_NODES];
    static plot_chart chart;
    int count = 0;
    tt_status status = prof_report(lines, &count, s);
    if (status != TT_OK) return status;
    chart = (plot_chart){.name = "19_profiling-flame",
                         .xlabel = "self, % of the whole",
                         .bars = true,
                         .unit = "%"};
    snprintf(chart.title, sizeof chart.title, "%s", title);
    for (int i = 0; i < count && i < 8; i++) {
        const double share = 100 * lines[i].share;
        plot_add_bar(&chart, lines[i].name, i % 8, share, share, share);
    }
    char *flame = printed(prof_flame, s, &status);
    if (flame) show_picture(&chart, flame);
    free(flame);
    return status;
}

void write_trace(const prof_sections *s)
{
    static const char path[] = TT_BUILD "/19_profiling-trace.json";
    tt_status status;
    char *trace = printed(prof_trace, s, &status);
    if (status == TT_OK) status = file_write(path, trace, strlen(trace));
    free(trace);
    if (worked("prof_trace", status)) printf("Trace: %s\n", path);
}

double misses_of(const profiling_loop *l, const profiling_caches *caches,
                 int level)
{
    prof_cache c;
    tt_status status = prof_cache_init(&c, caches->shapes, PROF_CACHE_LEVELS);
    if (!worked("prof_cache_init", status)) return NAN;
    status = profiling_loop_simulate(l, &c);
    const prof_cache_level *at = &c.level[level];
    const double misses = (double)(at->read_misses + at->write_misses);
    prof_cache_finish(&c);
    if (!worked("prof_cache_access", status)) return NAN;
    return 100 * misses / profiling_loop_macs(l);
}

double time_of(const profiling_loop *l)
{
    double best = INFINITY;
    for (int i = 0; i < 5; i++) {
        const double start = measure_now();
        profiling_loop_run(l);
        best = fmin(best, measure_now() - start);
    }
    return 1e9 * best / profiling_loop_macs(l);
}
