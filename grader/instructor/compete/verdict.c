// verdict.c: see verdict.h.
#include "verdict.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "measure/machine.h"

// Answers are the configuration's if they are nearer to what it promises than this part of the way from there to the
// baseline's, or nearer than sums in another order bring.
static const double near = 0.3, same = 1e-3;

// A start that takes this much longer than the reference's with the same configuration is looked at by people.
static const double slow_start = 3, slow_start_seconds = 0.5;

static bool keeps_promise(const measured_promise *p)
{
    return !p->made || p->off <= fmax(same * p->size, near * p->apart); // not so for NaN
}

tt_status verdict_reach(verdict *v)
{
    const contest *e = v->event;
    const measured *base = v->base, *entry = v->entry;
    const oly_gate gate = {e->quality, base->quality, entry->quality, e->allowed};
    tt_status status = compare_ratio(&v->ratio, base, entry, e);
    if (status != TT_OK) return status;
    const uint64_t bytes = v->promised->made ? v->promised->facts.model_bytes : entry->facts.model_bytes;
    const oly_metric metrics[CONTEST_WEIGHTS] = {
        {v->ratio.ratio, e->weight[0]},
        {(double)base->peak_bytes / (double)entry->peak_bytes, e->weight[1]},
        {(double)base->facts.model_bytes / (double)bytes, e->weight[2]},
    };
    status = oly_event_score(&v->score, &gate, metrics, CONTEST_WEIGHTS);
    *v->why_none = 0;
    if (status == TT_OK && !v->score.scored)
        snprintf(v->why_none, sizeof v->why_none,
                 "the gate is shut: %s %.4g, the baseline's on the same inputs %.4g, "
                 "and the event allows %.4g less",
                 e->quality == OLY_ACCURACY ? "accuracy" : "nats per character", entry->quality,
                 base->quality, e->allowed);
    else if (status == TT_OK && !keeps_promise(v->promised))
        snprintf(v->why_none, sizeof v->why_none,
                 "its answers are not those of its configuration: off by %.3g of their size",
                 v->promised->off / v->promised->size);
    if (*v->why_none) v->score = (oly_score){0};
    return status;
}

// --- Into the tables ---

static double or_null(double x, bool known) { return known ? x : NAN; }

static tt_status store_flags(const verdict *v, const compete_book *b)
{
    tt_status status = TT_OK;
    if (!keeps_promise(v->promised) && isnan(v->promised->off))
        status = queue_flag(b, v->e->id, "answers", "some are no numbers");
    else if (!keeps_promise(v->promised))
        status = queue_flag(
            b, v->e->id, "answers",
            "off by %.3g of their size from what the configuration promises; the baseline's are off by %.3g",
            v->promised->off / v->promised->size, v->promised->apart / v->promised->size);
    if (status == TT_OK && v->promised->made &&
        v->entry->startup > slow_start * v->promised->startup + slow_start_seconds)
        status = queue_flag(b, v->e->id, "start",
                            "%.2g s of processor time before its first input; the reference takes "
                            "%.2g s with the same configuration",
                            v->entry->startup, v->promised->startup);
    if (status == TT_OK && *v->entry->printed)
        status = queue_flag(b, v->e->id, "prints", "it prints: %.100s", v->entry->printed);
    return status;
}

static tt_status store_result(const verdict *v, const compete_book *b)
{
    const contest *e = v->event;
    const measured *base = v->base, *entry = v->entry;
    const ask_facts *facts = v->promised->made ? &v->promised->facts : &entry->facts;
    const int calls = e->blocks * (e->calls - 1);
    const double *s = compare_seconds(entry), *s0 = compare_seconds(base);
    double p50 = 0, p95 = 0, base_p50 = 0, base_p95 = 0, cpu = 0, sum = 0, base_sum = 0, count_score = NAN;
    char now[COMPETE_TIME];
    machine_info machine;
    tt_status status = oly_quantile(&p50, s, calls, 0.5);
    if (status == TT_OK) status = oly_quantile(&p95, s, calls, 0.95);
    if (status == TT_OK) status = oly_quantile(&base_p50, s0, calls, 0.5);
    if (status == TT_OK) status = oly_quantile(&base_p95, s0, calls, 0.95);
    if (status == TT_OK) status = oly_quantile(&cpu, entry->cpu, calls, 0.5);
    if (status != TT_OK) return status;
    for (int i = 0; i < calls; i++) sum += s[i], base_sum += s0[i];
    const oly_counts mine = {(long long)facts->macs, (long long)facts->bytes, (long long)facts->misses},
                     its = {(long long)base->facts.macs, (long long)base->facts.bytes,
                            (long long)base->facts.misses};
    if (v->score.scored) oly_count_score(&count_score, &its, &mine); // NULL where a count is 0
    compete_now(now), machine_describe(&machine);
    return compete_do(
        b,
        "INSERT OR REPLACE INTO result VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "?, ?, ?, "
        "?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL)", // no counters are read
        "ittiidddddddddiiiitdddiddiiiiidd", v->e->id, now, machine.cpu, (long long)calls, (long long)v->batch,
        p50, p95, base_p50, base_p95, calls * v->batch / sum, calls * v->batch / base_sum, v->ratio.ratio,
        v->ratio.low, v->ratio.high, (long long)facts->model_bytes, (long long)base->facts.model_bytes,
        (long long)entry->peak_bytes, (long long)base->peak_bytes,
        e->quality == OLY_ACCURACY ? "accuracy" : "nats", entry->quality, base->quality, e->allowed,
        (long long)v->score.scored, or_null(v->score.score, v->score.scored), count_score, mine.macs,
        its.macs, mine.misses, its.misses, (long long)v->threads, entry->startup, cpu);
}

tt_status verdict_store(const verdict *v, const compete_book *b)
{
    tt_status status = store_result(v, b);
    if (status == TT_OK) status = store_flags(v, b);
    if (status == TT_OK)
        status =
            compete_do(b, "UPDATE entry SET whose = ?2 WHERE id = ?1", "it", v->e->id, v->program->whose);
    return status;
}
