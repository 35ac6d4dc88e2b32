// gain.c: see gain.h.
#include "gain.h"

#include <math.h>

enum {
    GAIN_FEWEST = 3, // rounds: the first warms up
    GAIN_WITHOUT = 6 // rounds, none of which counts, after which the machine is believed
};

// The median of what a second thread gained in the rounds that count.
static double median_of_judged(const gain_record *g)
{
    double sorted[GAIN_ROUNDS];
    int count = 0;
    for (int i = 0; i < g->rounds; i++) {
        const double x = g->round[i].machine;
        if (!(x >= gain_judged_from)) continue;
        int at = count++;
        for (; at > 0 && sorted[at - 1] > x; at--) sorted[at] = sorted[at - 1];
        sorted[at] = x;
    }
    return count ? sorted[count / 2] : 0;
}

gain_verdict gain_add(gain_record *g, gain_round r)
{
    g->round[g->rounds++] = r;
    g->judged += r.machine >= gain_judged_from;
    double threaded = INFINITY, single = INFINITY, threaded_yard = INFINITY, single_yard = INFINITY;
    for (int i = 0; i < g->rounds; i++) {
        const gain_round *x = &g->round[i];
        single = fmin(single, x->single);
        threaded_yard = fmin(threaded_yard, x->threaded_yard),
        single_yard = fmin(single_yard, x->single_yard);
        if (x->machine >= gain_judged_from) threaded = fmin(threaded, x->threaded);
    }
    g->machine = median_of_judged(g);
    double single_cost = single / single_yard;
    if (g->single_before > 0) single_cost = fmin(single_cost, g->single_before);
    g->gain = single_cost * threaded_yard / threaded; // 0 if no round counts
    const bool kept = g->gain >= gain_asked * g->machine;
    if (g->rounds >= GAIN_FEWEST && g->judged >= 2 && kept) return GAIN_KEPT;
    if (g->rounds >= GAIN_WITHOUT && g->judged == 0) return GAIN_NOT_JUDGED;
    if (g->rounds < GAIN_ROUNDS) return GAIN_MORE;
    return g->judged >= GAIN_NEEDED ? GAIN_MISSED : GAIN_NOT_JUDGED;
}
