// lesson_cell.c: what a cell calls: record, predict, compare, charts.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bench_report.h"
#include "lesson.h"
#include "lesson_state.h"

lesson_state *lesson;

static results measured; // by this cell: a cell is a process

bool lesson_quick(void) { return lesson->quick; }

const lesson_record *lesson_find(const char *name, size_t length)
{
    for (int i = 0; i < lesson->count; i++)
        if (strlen(lesson->records[i].name) == length && !strncmp(lesson->records[i].name, name, length))
            return &lesson->records[i];
    return NULL;
}

static lesson_record *find_or_add(const char *name, const char *unit)
{
    static lesson_record spare;
    lesson_record *r = (lesson_record *)lesson_find(name, strlen(name));
    if (r) return r;
    if (lesson->count == LESSON_MOST_RECORDS) return &spare;
    r = &lesson->records[lesson->count++];
    *r = (lesson_record){.value = NAN, .guess = NAN};
    snprintf(r->name, sizeof r->name, "%s", name);
    snprintf(r->unit, sizeof r->unit, "%s", unit);
    return r;
}

void record(const char *name, double value, const char *unit)
{
    lesson_record *r = find_or_add(name, unit);
    r->value = value;
    snprintf(r->unit, sizeof r->unit, "%s", unit);
}

double lesson_value(const char *name)
{
    const lesson_record *r = lesson_find(name, strlen(name));
    return r ? r->value : NAN;
}

void predict(const char *name, const char *question, const char *unit)
{
    lesson_record *r = find_or_add(name, unit);
    printf("Your guess: %s", question);
    if (!lesson->interactive) {
        printf("\n");
        return;
    }
    printf(" [%s, Enter for none] ", unit);
    fflush(stdout);
    char answer[64];
    lesson->asking = true;
    if (fgets(answer, sizeof answer, stdin)) {
        char *end;
        double guess = strtod(answer, &end);
        if (end != answer && isfinite(guess)) r->guess = guess;
    }
    lesson->asking = false;
}

const results *compare(const char *suite, const char *kase, const char *variants)
{
    if (!measured.module[0]) {
        snprintf(measured.module, sizeof measured.module, "%s", module_bench.name);
        machine_describe(&measured.machine);
    }
    bench_options options = {.quick = lesson->quick, .variants = variants};
    if (bench_measure(&measured, &module_bench, suite, kase, &options) != TT_OK) {
        printf("%s\n", tt_error());
        return &measured;
    }
    bench_print_case(&measured, suite, kase);
    for (int i = 0; i < measured.row_count; i++)
        if (!strcmp(measured.rows[i].why, tt_status_text(TT_TODO))) lesson->todo = true;
    fflush(stdout);
    return &measured;
}

double speedup(const char *suite, const char *kase, const char *variant, const char *base)
{
    const results_row *row = results_find(&measured, suite, kase, variant);
    const results_row *to = results_find(&measured, suite, kase, base);
    return row && to && row->n && to->n ? results_ratio(row, to).median : NAN;
}

double rate(const char *suite, const char *kase, const char *variant)
{
    const results_row *row = results_find(&measured, suite, kase, variant);
    return row && row->n ? results_rate(row) : NAN;
}

void show_chart(const char *name)
{
    for (int i = 0; i < module_bench.chart_count; i++) {
        if (strcmp(module_bench.charts[i].name, name) != 0) continue;
        plot_chart chart;
        bench_chart_fill(&chart, &module_bench.charts[i], module_bench.name, &measured, NULL);
        char folder[300];
        snprintf(folder, sizeof folder, "%s/lesson", lesson->folder);
        mkdir(folder, 0777);
        printf("\n");
        if (plot_text(&chart, stdout) != TT_OK || plot_draw(&chart, folder) != TT_OK)
            printf("No chart: %s\n", tt_error());
        else printf("Picture: %s/%s.svg and .png\n", folder, chart.name);
        return;
    }
    printf("There is no chart %s in bench.c\n", name);
}

bool worked(const char *function, tt_status status)
{
    if (status == TT_OK) return true;
    if (status == TT_TODO) lesson->todo = true;
    printf("%s: %s\n", function, tt_status_text(status));
    return false;
}

void show_progress(const char *what, long done, long total)
{
    static double start;
    static int drawn = -1;
    enum { WIDTH = 40 };
    if (start == 0 || done == 0) start = measure_now(), drawn = -1;
    int filled = (int)(done * WIDTH / total);
    if (filled == drawn || (!lesson->interactive && done < total)) return;
    drawn = filled;
    double left = done > 0 ? (measure_now() - start) * (double)(total - done) / (double)done : 0;
    printf("%s%s [%.*s%*s] %3ld %%, %.0f s left ", lesson->interactive ? "\r" : "", what, filled,
           "########################################", WIDTH - filled, "", done * 100 / total, left);
    if (done == total) printf("\n");
    fflush(stdout);
}
