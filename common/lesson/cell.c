// cell.c: what a cell calls: record, predict, compare, show_chart, show_figure.
//
// A cell runs in a process of its own and knows nothing of the faces: it tells its parent what happens
// and waits until every face has seen it.
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "core/file.h"
#include "core/tensor.h"
#include "bench/report.h"
#include "lesson.h"
#include "state.h"

lesson_state *lesson;
int lesson_wire = -1;

static results measured; // of this cell: each cell is a process

// Flushes stdout first, so that text printed earlier reaches the parent before the message.
void lesson_tell(const lesson_message *message, size_t size)
{
    char seen;
    fflush(stdout);
    if (send(lesson_wire, message, size, MSG_NOSIGNAL) == (ssize_t)size) recv(lesson_wire, &seen, 1, 0);
}

static void tell_of_record(lesson_event_kind kind, const lesson_record *r)
{
    lesson_message message = {.kind = kind, .record = (int)(r - lesson->records)};
    lesson_tell(&message, offsetof(lesson_message, chart));
}

bool lesson_quick(void) { return lesson->quick; }

const lesson_record *lesson_find(const char *name, size_t length)
{
    for (int i = 0; i < lesson->count; i++)
        if (strlen(lesson->records[i].name) == length && !strncmp(lesson->records[i].name, name, length))
            return &lesson->records[i];
    return NULL;
}

lesson_record *lesson_find_or_add(const char *name)
{
    lesson_record *r = (lesson_record *)lesson_find(name, strlen(name));
    if (!r && lesson->count == LESSON_MOST_RECORDS) {
        printf("No room for %s: a lesson holds %d numbers\n", name, LESSON_MOST_RECORDS);
        return NULL;
    }
    if (!r) {
        r = &lesson->records[lesson->count++];
        *r = (lesson_record){.value = NAN, .guess = NAN};
        snprintf(r->name, sizeof r->name, "%s", name);
    }
    return r;
}

void record(const char *name, double value, const char *unit)
{
    lesson_record *r = lesson_find_or_add(name);
    if (!r) return;
    snprintf(r->unit, sizeof r->unit, "%s", unit);
    r->value = value;
    r->recorded = true;
    *r->when = 0;
    tell_of_record(LESSON_RECORD, r);
}

double lesson_value(const char *name)
{
    const lesson_record *r = lesson_find(name, strlen(name));
    return r ? r->value : NAN;
}

void predict(const char *name, const char *question, const char *unit)
{
    lesson_record *r = lesson_find_or_add(name);
    if (!r) return;
    snprintf(r->unit, sizeof r->unit, "%s", unit);
    snprintf(r->question, sizeof r->question, "%s", question);
    r->asked = true;
    tell_of_record(LESSON_PREDICTION, r);
}

// The rows of a case, for a terminal and as Markdown.
static void tell_of_table(const char *suite, const char *kase)
{
    lesson_message message = {.kind = LESSON_TABLE};
    FILE *plain = fmemopen(message.table.plain, sizeof message.table.plain, "w");
    FILE *markdown = fmemopen(message.table.markdown, sizeof message.table.markdown, "w");
    if (plain) bench_print_case(plain, &measured, suite, kase), fclose(plain);
    if (markdown) bench_markdown_case(markdown, &measured, suite, kase), fclose(markdown);
    lesson_tell(&message, sizeof message);
}

const results *compare(const char *suite, const char *kase, const char *variants)
{
    if (!measured.module[0]) {
        snprintf(measured.module, sizeof measured.module, "%s", module_bench.name);
        machine_describe(&measured.machine);
    }
    bench_options options = {.length = lesson->quick ? RESULTS_QUICK : RESULTS_PLOT, .variants = variants};
    if (bench_measure(&measured, &module_bench, suite, kase, &options) != TT_OK) {
        printf("%s\n", tt_error());
        return &measured;
    }
    tell_of_table(suite, kase);
    for (int i = 0; i < measured.row_count; i++) {
        const results_row *row = &measured.rows[i];
        if (!strcmp(row->why, tt_status_text(TT_TODO))) lesson->todo = true;
        else if (!row->passed && strncmp(row->why, "needs ", 6) != 0 && strncmp(row->why, "not run", 7) != 0)
            lesson->failed = true;
    }
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

// Load the reference's results, to be drawn beside the reader's; false if there are none.
static bool load_reference(results *reference)
{
    char path[400];
    snprintf(path, sizeof path, "%s/results/%s.solution.json", lesson->folder, module_bench.name);
    return strcmp(code_side, "solution") != 0 && results_load(reference, path) == TT_OK;
}

static void draw(const bench_chart *row)
{
    plot_chart chart;
    results reference = {0};
    bool beside = load_reference(&reference);
    bench_chart_fill(&chart, row, module_bench.name, &measured, beside ? &reference : NULL, "reference");
    results_finish(&reference);
    show_plot(&chart);
}

// svg: the picture; NULL if gnuplot is to draw it.
static void tell_chart(const plot_chart *plot, const char *svg)
{
    static lesson_message message;
    message.kind = LESSON_CHART;
    lesson_chart *chart = &message.chart;
    *chart = (lesson_chart){.plot = *plot};
    snprintf(chart->folder, sizeof chart->folder, "%s/lesson", lesson->folder);
    tt_status status = file_make_folder(chart->folder);
    if (status == TT_OK && svg) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s.svg", chart->folder, plot->name);
        status = file_write(path, svg, strlen(svg));
    } else if (status == TT_OK) status = plot_draw(&chart->plot, chart->folder);
    chart->drawn = status == TT_OK;
    if (!chart->drawn) printf("No chart: %s\n", tt_error());
    if (chart->plot.series_count + chart->plot.bar_count > 0) lesson_tell(&message, sizeof message);
}

void show_plot(const plot_chart *plot) { tell_chart(plot, NULL); }
void show_picture(const plot_chart *chart, const char *svg) { tell_chart(chart, svg); }

void show_chart(const char *name)
{
    for (int i = 0; i < module_bench.chart_count; i++)
        if (!strcmp(module_bench.charts[i].name, name)) return draw(&module_bench.charts[i]);
    printf("There is no chart %s in bench.c\n", name);
}

void show_figure(const figure *f)
{
    static lesson_message message;
    message.kind = LESSON_FIGURE;
    message.figure = *f;
    lesson_tell(&message, sizeof message);
}

bool worked(const char *function, tt_status status)
{
    if (status == TT_OK) return true;
    if (status == TT_TODO) lesson->todo = true;
    printf("%s: %s\n", function, tt_status_text(status));
    return false;
}

bool fine(const char *function, tt_status status)
{
    if (status != TT_OK && status != TT_TODO && *tt_error()) printf("%s\n", tt_error());
    return worked(function, status);
}

float *floats(size_t count)
{
    float *x = tensor_alloc(count);
    if (!x) printf("No memory for %zu floats\n", count);
    return x;
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
