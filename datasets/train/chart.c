// chart.c: the course of a training run, from its FILE.jsonl to a chart beside it.
#include "chart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/foreign.h"
#include "measure/plot.h"

enum { POINTS = 60 };

// Add a line's loss to its point: the mean of all training losses that fall into it. Evaluations are points
// of their own: those of what the first one was of, and the last one's, which is of something else.
typedef struct {
    double sum[POINTS];
    int count[POINTS];
    plot_series *chosen_by, *reported;
    char first[64]; // what the first evaluation was of
} curve;

static void take_evaluation(curve *c, const char *what, double at, double loss)
{
    if (!c->first[0]) snprintf(c->first, sizeof c->first, "%s", what);
    plot_add_point(strcmp(c->first, what) == 0 ? c->chosen_by : c->reported, at, loss);
}

static void take_line(const char *line, long steps, curve *c)
{
    json_t *o = json_loads(line, 0, NULL);
    long long at;
    double loss;
    // A line cut by a kill is passed over, and one that is no step of this run.
    if (foreign_take_whole(&at, json_object_get(o, "step"), 0, steps) &&
        foreign_take_real(&loss, json_object_get(o, "loss"))) {
        int point = (int)((double)at / (double)(steps + 1) * POINTS);
        const char *what = json_string_value(json_object_get(o, "evaluated"));
        if (what) take_evaluation(c, what, (double)at, loss);
        else c->sum[point] += loss, c->count[point]++;
    }
    json_decref(o);
}

// The last step that the log holds, whatever the command line says: --curve draws runs of any length.
static long last_step(FILE *f)
{
    char line[1024];
    long long last = 0, at;
    while (fgets(line, sizeof line, f)) {
        json_t *o = json_loads(line, 0, NULL);
        if (foreign_take_whole(&at, json_object_get(o, "step"), last, 1000000000)) last = at;
        json_decref(o);
    }
    rewind(f);
    return (long)last;
}

tt_status chart_draw(const char *out, const char *model, const char *note)
{
    static plot_chart chart;
    char path[2100], folder[2048], line[1024];
    snprintf(path, sizeof path, "%s.jsonl", out);
    FILE *f = fopen(path, "r");
    if (!f) return tt_fail(TT_BAD_FILE, "%.240s: cannot be read; it is written while training", path);
    chart = (plot_chart){.series_count = 0};
    const char *name = strrchr(out, '/') ? strrchr(out, '/') + 1 : out;
    int stem = strcspn(name, ".") < 50 ? (int)strcspn(name, ".") : 50;
    snprintf(chart.name, sizeof chart.name, "%.*s-curve", stem, name);
    snprintf(chart.title, sizeof chart.title, "Training the %s", model);
    snprintf(chart.xlabel, sizeof chart.xlabel, "step");
    snprintf(chart.ylabel, sizeof chart.ylabel, "cross-entropy (nats)");
    snprintf(chart.caption, sizeof chart.caption, "Means of steps");
    if (*note) snprintf(chart.caption, sizeof chart.caption, "Means of steps; %s", note);
    long steps = last_step(f);
    plot_series *trained = plot_add_series(&chart, "training", PLOT_LINE_AND_MARKS, 0);
    curve c = {.chosen_by = plot_add_series(&chart, "to choose by", PLOT_LINE_AND_MARKS, 1),
               .reported = plot_add_series(&chart, "to report", PLOT_MARKS_ONLY, 2)};
    while (fgets(line, sizeof line, f)) take_line(line, steps, &c);
    fclose(f);
    if (steps == 0) return tt_fail(TT_BAD_FILE, "%.240s: holds no step; train for a step at least", path);
    for (int i = 0; i < POINTS; i++)
        plot_add_point(trained, (i + 0.5) * (double)(steps + 1) / POINTS,
                       c.count[i] ? c.sum[i] / c.count[i] : NAN);
    snprintf(folder, sizeof folder, "%s", out);
    char *slash = strrchr(folder, '/');
    if (slash) *slash = 0;
    else snprintf(folder, sizeof folder, ".");
    tt_status status = plot_text(&chart, stdout);
    if (status == TT_OK) status = plot_draw(&chart, folder);
    if (status == TT_OK) printf("Picture: %s/%s.svg and .png\n", folder, chart.name);
    return status;
}
