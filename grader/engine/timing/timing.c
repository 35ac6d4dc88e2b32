// timing.c: see timing.h.
#include "timing.h"

#include <math.h>

static const double long_seconds = 0.25; // a first call that takes longer counts as a sample
static const double sure = 1.25;         // this far above full points two samples will do
static const double hopeless = 0.5;      // a call this far below `least` is not timed again
static const double settled = 1.02;      // a quiet round that raises the ratio by less is the last
static const double uneven = 1.25; // a yardstick that takes this much longer than its best was disturbed
enum { SURE_SAMPLES = 2, HOPELESS_CALLS = 4 };

static double of_round(const timing *t)
{
    const double best = t->counted ? t->kept < INFINITY ? t->kept : t->any : INFINITY;
    return t->yard / best;
}

static void begin_round(timing *t)
{
    t->calls = t->counted = t->disturbed = 0;
    t->yard = t->kept = t->any = INFINITY;
}

void timing_end(timing *t)
{
    if (t->calls > 0) t->ratio = fmax(t->ratio, of_round(t));
    t->busy = t->ratio < t->most && 4 * t->disturbed > t->calls;
}

static timing_next end(timing *t)
{
    timing_end(t);
    return TIMING_DONE;
}

timing_next timing_add(timing *t, timing_sample s)
{
    if (t->samples == 0) begin_round(t);
    t->calls++;
    t->yard = fmin(t->yard, s.yard);
    s.disturbed |= s.yard > uneven * t->yard;
    t->disturbed += s.disturbed;
    t->sample[t->samples++] = s;
    if (s.valid && (t->calls > 1 || s.cost > long_seconds)) {
        t->counted++;
        t->any = fmin(t->any, s.cost);
        if (s.kept) t->kept = fmin(t->kept, s.cost);
    }
    if (t->counted >= SURE_SAMPLES && t->kept < INFINITY && t->yard / t->kept > sure * t->most) return end(t);
    if (t->counted && (t->calls >= HOPELESS_CALLS || s.cost > long_seconds) &&
        t->yard / t->any < hopeless * t->least)
        return end(t);
    if (t->calls < TIMING_CALLS) return TIMING_MORE;
    const double before = t->ratio;
    timing_end(t);
    const bool again = ++t->rounds < TIMING_ROUNDS && t->ratio < t->most &&
                       (t->busy || t->rounds == 1 || t->ratio > settled * before);
    if (!again) return TIMING_DONE;
    begin_round(t);
    return t->busy ? TIMING_WAIT : TIMING_MORE;
}
