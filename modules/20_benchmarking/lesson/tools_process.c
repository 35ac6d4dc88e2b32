// tools_process.c: a process over one number, drawn, and the curve that it does not know.
#include "tools.h"

#include <math.h>

#include "measure/plot.h"

double hidden_cost(double x)
{
    return 1.5 + 0.6 * sin(9 * x) - 0.8 * exp(-60 * (x - 0.72) * (x - 0.72));
}

// What the process expects at every place, and what is hoped for there.
typedef struct {
    double x[PLACES], mean[PLACES], deviation[PLACES], hoped[PLACES];
} outlook;

static bool look_out(outlook *o, const oly_process *p, double best)
{
    for (int i = 0; i < PLACES; i++) o->x[i] = i / (PLACES - 1.0);
    if (!worked("oly_predict",
                oly_predict(o->mean, o->deviation, p, o->x, PLACES)))
        return false;
    for (int i = 0; i < PLACES; i++)
        if (!worked("oly_expected_improvement",
                    oly_expected_improvement(&o->hoped[i], o->mean[i],
                                             o->deviation[i], best)))
            return false;
    return true;
}

static int greatest(const double *x)
{
    int best = 0;
    for (int i = 1; i < PLACES; i++)
        if (x[i] > x[best]) best = i;
    return best;
}

bool next_place(const oly_process *p, double best, double *x, double *hoped)
{
    outlook o;
    if (!look_out(&o, p, best)) return false;
    const int i = greatest(o.hoped);
    *x = o.x[i], *hoped = o.hoped[i];
    return true;
}

bool show_process(const oly_process *p, const double *y, double best,
                  double *widest, double *next)
{
    static plot_chart band = {.name = "20_benchmarking-process",
                              .title = "Four values, and what lies between",
                              .xlabel = "x",
                              .ylabel = "cost"};
    static plot_chart gain = {
        .name = "20_benchmarking-improvement",
        .title = "How much less than the best is to be expected",
        .xlabel = "x",
        .ylabel = "expected improvement"};
    outlook o;
    if (!look_out(&o, p, best)) return false;
    plot_series *low =
        plot_add_series(&band, "mean - 2 dev.", PLOT_DASHED_LINE, 5);
    plot_series *high =
        plot_add_series(&band, "mean + 2 dev.", PLOT_DASHED_LINE, 5);
    plot_series *mean =
        plot_add_series(&band, "mean", PLOT_LINE_AND_MARKS, 1);
    plot_series *seen =
        plot_add_series(&band, "measured", PLOT_MARKS_ONLY, 6);
    plot_series *hoped = plot_add_series(&gain, "expected improvement",
                                         PLOT_LINE_AND_MARKS, 3);
    for (int i = 0; i < PLACES; i++) {
        plot_add_point(low, o.x[i], o.mean[i] - 2 * o.deviation[i]);
        plot_add_point(high, o.x[i], o.mean[i] + 2 * o.deviation[i]);
        plot_add_point(mean, o.x[i], o.mean[i]);
        plot_add_point(hoped, o.x[i], o.hoped[i]);
    }
    for (int i = 0; i < p->n; i++) plot_add_point(seen, p->x[i], y[i]);
    show_plot(&band);
    show_plot(&gain);
    *widest = o.x[greatest(o.deviation)], *next = o.x[greatest(o.hoped)];
    return true;
}
