// compare.c: see compare.h.
#include "compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "core/rng.h"

// What all calls share.
typedef struct {
    measured *who;
    int count;
    const contest_round *r;
    const contest *e;
    lane lanes[COMPARE_MOST], promise;
    float *answers[COMPARE_MOST], *promised;
    const void *inputs; // of this call
    const int *right;
    measured_promise *said;
    tt_rng rng;
} field;

static size_t input_bytes(const field *f) { return (size_t)f->r->data.call * f->r->data.shape.input_bytes; }

static int rows_of(const field *f) { return f->r->data.call * f->r->data.shape.rows; }
static size_t answer_count(const field *f) { return (size_t)rows_of(f) * (size_t)f->r->data.shape.classes; }

// --- One call of each ---

static void add_distance(double *sum, const float *a, const float *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const double d = (double)a[i] - (b ? (double)b[i] : 0);
        *sum += d * d;
    }
}

// What is no number, or infinite, is a wrong answer, and nats of it are no number.
static double quality_of(const field *f, const float *answers)
{
    const int rows = rows_of(f), classes = f->r->data.shape.classes;
    double q = NAN;
    tt_status status = f->e->quality == OLY_ACCURACY ? oly_accuracy(&q, answers, f->right, rows, classes)
                                                     : oly_nats(&q, answers, f->right, rows, classes);
    return status == TT_OK ? q : NAN;
}

static void fail(field *f, int i)
{
    f->who[i].failed = true;
    lane_end(&f->lanes[i]);
}

// In an order that is drawn anew, so that nobody finds the caches as somebody in particular has left them. False if there is
// nothing to go on for.
static bool call_each(field *f, int block, int call)
{
    const contest *e = f->e;
    int order[COMPARE_MOST];
    rng_order(&f->rng, order, f->count);
    for (int n = 0; n < f->count; n++) {
        const int i = order[n];
        measured *m = &f->who[i];
        lane_cost cost;
        if (m->failed) continue;
        if (!lane_call(&f->lanes[i], &cost, f->answers[i], answer_count(f) * sizeof(float), f->inputs,
                       input_bytes(f), f->r->data.call, m->why, sizeof m->why)) {
            fail(f, i);
            if (i <= COMPARE_ENTRY) return false;
            continue;
        }
        m->quality += quality_of(f, f->answers[i]) / (e->blocks * e->calls);
        if (call == 0) continue;
        m->wall[block * (e->calls - 1) + call - 1] = cost.wall;
        m->cpu[block * (e->calls - 1) + call - 1] = cost.cpu;
    }
    return true;
}

static void compare_promise(field *f)
{
    const size_t count = answer_count(f);
    lane_cost cost;
    char why[300];
    if (!f->said->made) return;
    f->said->made = lane_call(&f->promise, &cost, f->promised, count * sizeof(float), f->inputs,
                              input_bytes(f), f->r->data.call, why, sizeof why);
    if (!f->said->made) return;
    add_distance(&f->said->size, f->promised, NULL, count);
    add_distance(&f->said->off, f->promised, f->answers[COMPARE_ENTRY], count);
    add_distance(&f->said->apart, f->promised, f->answers[COMPARE_BASE], count);
}

// --- A block ---

static bool start_all(field *f, const lane_plan *promise)
{
    char why[300];
    const int event = contest_number(f->e);
    for (int i = 0; i < f->count; i++) {
        measured *m = &f->who[i];
        if (m->failed || lane_start(&f->lanes[i], &m->plan, event, m->why, sizeof m->why)) continue;
        m->failed = true;
        if (i <= COMPARE_ENTRY) return false;
    }
    if (promise) {
        f->said->made = lane_start(&f->promise, promise, event, why, sizeof why);
        f->said->startup = f->promise.startup, f->said->facts = f->promise.facts;
    }
    return true;
}

static void end_all(field *f, int block)
{
    for (int i = 0; i < f->count; i++) {
        lane *l = &f->lanes[i];
        measured *m = &f->who[i];
        if (!l->started) continue;
        m->startup = block == 0 || l->startup < m->startup ? l->startup : m->startup;
        m->peak_bytes = l->peak_bytes > m->peak_bytes ? l->peak_bytes : m->peak_bytes;
        m->facts = l->facts;
        if (!*m->printed) process_take_output(&l->process, m->printed, sizeof m->printed);
        lane_end(l);
    }
    lane_end(&f->promise);
}

static tt_status run_block(field *f, const lane_plan *promise, int block)
{
    const contest *e = f->e;
    bool go = start_all(f, promise);
    tt_status status = TT_OK;
    for (int call = 0; call < e->calls && go; call++) {
        f->inputs = contest_inputs(f->r, block * e->calls + call);
        f->right = contest_answers(f->r, block * e->calls + call);
        go = call_each(f, block, call);
        if (go && promise) compare_promise(f);
    }
    end_all(f, block);
    if (status == TT_OK && f->who[COMPARE_BASE].failed)
        status = tt_fail(TT_BAD_VALUE, "the baseline %.200s; is the build whole?", f->who[COMPARE_BASE].why);
    return status;
}

// --- All ---

static bool make_room(field *f)
{
    const contest *e = f->e;
    const size_t timed = (size_t)(e->blocks * (e->calls - 1));
    f->promised = calloc(answer_count(f), sizeof(float));
    bool ok = f->promised;
    for (int i = 0; i < f->count; i++) {
        measured *m = &f->who[i];
        f->answers[i] = calloc(answer_count(f), sizeof(float));
        m->wall = calloc(timed, sizeof(double)), m->cpu = calloc(timed, sizeof(double));
        ok = ok && f->answers[i] && m->wall && m->cpu;
    }
    return ok;
}

tt_status compare_all(measured *who, int count, const lane_plan *promise, measured_promise *promised,
                      const contest_round *r)
{
    field f = {.who = who, .count = count, .r = r, .e = r->e, .said = promised};
    *promised = (measured_promise){0};
    tt_status status = make_room(&f) ? TT_OK : tt_fail(TT_NO_MEMORY, "no memory for the answers");
    randombytes_buf(&f.rng.state, sizeof f.rng.state);
    const int looked_at = (int)randombytes_uniform((uint32_t)f.e->blocks);
    for (int b = 0; b < f.e->blocks && status == TT_OK && !who[COMPARE_ENTRY].failed; b++)
        status = run_block(&f, b == looked_at ? promise : NULL, b);
    for (int i = 0; i < count; i++) free(f.answers[i]);
    free(f.promised);
    promised->size = sqrt(promised->size), promised->off = sqrt(promised->off);
    promised->apart = sqrt(promised->apart);
    return status;
}

void compare_forget(measured *who, int count)
{
    for (int i = 0; i < count; i++) {
        free(who[i].wall), free(who[i].cpu);
        who[i].wall = who[i].cpu = NULL;
    }
}

const double *compare_seconds(const measured *m) { return m->plan.threads ? m->wall : m->cpu; }

tt_status compare_ratio(measured_ratio *r, const measured *a, const measured *b, const contest *e)
{
    const bool by_clock = a->plan.threads || b->plan.threads;
    const double *before = by_clock ? a->wall : a->cpu, *after = by_clock ? b->wall : b->cpu;
    double ratios[COMPARE_BLOCKS], ones[COMPARE_BLOCKS];
    const int calls = e->calls - 1;
    tt_status status = TT_OK;
    for (int block = 0; block < e->blocks && status == TT_OK; block++) {
        status = oly_paired_ratio(&ratios[block], before + block * calls, after + block * calls, calls);
        ones[block] = 1;
    }
    if (status == TT_OK) status = oly_paired_ratio(&r->ratio, ratios, ones, e->blocks);
    return status == TT_OK ? oly_paired_interval(&r->low, &r->high, ratios, ones, e->blocks) : status;
}
