// bench.c: measures a case, each attempt in a process of its own, and a module's values in another.
#include "bench.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rounds.h"

enum {
    STUCK_SECONDS = 60,     // longer than any honest variant's check or round
    VALUES_SECONDS = 600,   // longer than all values of a module take
    MOST_VALUE_ROWS = 1024, // that a module's measure may append
};

bool bench_lists(const char *names, const char *name)
{
    if (!names) return true;
    size_t length = strlen(name);
    for (const char *at = names; (at = strstr(at, name)); at += length) {
        bool starts = at == names || strchr(" |", at[-1]);
        bool ends = at[length] == 0 || strchr(" |", at[length]);
        if (starts && ends) return true;
    }
    return false;
}

bool bench_next_name(const char **at, char *name, size_t size)
{
    *at += strspn(*at, " |");
    size_t length = strcspn(*at, " |");
    if (length == 0 || length >= size) return false;
    memcpy(name, *at, length);
    name[length] = 0;
    *at += length;
    return true;
}

static const bench_suite *find_suite(const bench_module *module, const char *name)
{
    for (int i = 0; i < module->suite_count; i++)
        if (!strcmp(module->suites[i]->name, name)) return module->suites[i];
    return NULL;
}

static const bench_case *find_case(const bench_suite *suite, const char *name)
{
    for (int i = 0; suite && i < suite->case_count; i++)
        if (!strcmp(suite->cases[i].name, name)) return &suite->cases[i];
    return NULL;
}

tt_status bench_refuse(const bench_suite *s)
{
    if (s->variant_count > BENCH_MOST_VARIANTS)
        return tt_fail(TT_BAD_VALUE, "suite %s has more than %d variants", s->name, BENCH_MOST_VARIANTS);
    for (int i = 0; i < s->variant_count && !s->check; i++)
        if (s->variants[i].kind != RESULTS_YARDSTICK && !s->variants[i].seconds)
            return tt_fail(
                TT_BAD_VALUE,
                "suite %s has no check, and what its variant %s computes is timed: write a check, or call "
                "it a yardstick if its output means nothing",
                s->name, s->variants[i].name);
    return TT_OK;
}

// --- A case ---

static void prepare_rows(bench_rounds *b, const char *variants)
{
    const bench_suite *s = b->suite;
    const bench_case *c = b->kase;
    double work = s->work(c);
    for (int i = 0; i < s->variant_count; i++) {
        const bench_variant *v = &s->variants[i];
        results_row *row = &b->rows[i];
        *row = (results_row){.kind = v->kind, .x = c->x, .threads = bench_threads(v), .work = work};
        results_row_name(row, s->name, c->name, v->name, s->unit);
        b->skip[i] = !bench_lists(variants, v->name);
        if (v->most_work > 0 && work > v->most_work) {
            b->skip[i] = true;
            snprintf(row->why, sizeof row->why, "not run: too slow here");
        }
    }
}

// One attempt. True if no other is needed: it succeeded, or not even the inputs could be made. Else the
// failing variant's row says why, and the next attempt skips it.
static bool attempt(bench_rounds *b, void (*tick)(void))
{
    char why[148];
    for (int i = 0; i < b->suite->variant_count; i++) b->rows[i].n = 0;
    b->running = -1;
    if (bench_run_apart(&b->apart, bench_run_rounds, b, STUCK_SECONDS, tick, why, sizeof why)) return true;
    const int guilty = b->running, count = b->suite->variant_count;
    for (int i = guilty < 0 ? 0 : guilty; i < (guilty < 0 ? count : guilty + 1); i++) {
        if (b->skip[i]) continue;
        snprintf(b->rows[i].why, sizeof b->rows[i].why, "%s%s", guilty < 0 ? "its inputs: " : "", why);
        b->rows[i].passed = false;
        b->skip[i] = true;
    }
    return guilty < 0;
}

tt_status bench_measure(results *r, const bench_module *module, const char *suite, const char *kase,
                        const bench_options *options)
{
    const bench_suite *s = find_suite(module, suite);
    const bench_case *c = find_case(s, kase);
    if (!c) return tt_fail(TT_BAD_VALUE, "no case %s in suite %s", kase, suite);
    tt_status status = bench_refuse(s);
    if (status != TT_OK) return status;
    bench_rounds *b = bench_share(sizeof *b);
    if (!b) return tt_fail(TT_NO_MEMORY, "no memory for the results of %s", kase);
    b->suite = s, b->kase = c, b->length = options->length;
    prepare_rows(b, options->variants);
    for (int tries = 0; tries <= s->variant_count && !attempt(b, options->tick); tries++) continue;
    for (int i = 0; i < s->variant_count && status == TT_OK; i++)
        if (bench_lists(options->variants, s->variants[i].name)) status = results_add(r, &b->rows[i]);
    bench_unshare(b, sizeof *b);
    return status;
}

// --- Values ---

// What measure appended, readable also when it crashed half way.
struct shared_values {
    bench_apart apart;
    bench_values *measure;
    bool quiet;
    results r;
    results_row rows[MOST_VALUE_ROWS];
    tt_status status;
    char error[256];
};

static void run_values(void *shared)
{
    struct shared_values *v = shared;
    FILE *nowhere = v->quiet ? fopen("/dev/null", "w") : NULL;
    if (nowhere) dup2(fileno(nowhere), STDOUT_FILENO);
    v->status = v->measure(&v->r, v->r.length == RESULTS_QUICK);
    if (v->status != TT_OK) snprintf(v->error, sizeof v->error, "%s", tt_error());
}

tt_status bench_measure_values(results *r, bench_values *measure, const bench_options *options, char *why,
                               size_t why_bytes)
{
    struct shared_values *v = bench_share(sizeof *v);
    if (!v || r->row_count > MOST_VALUE_ROWS / 2)
        return bench_unshare(v, sizeof *v), tt_fail(TT_NO_MEMORY, "no memory for the values");
    v->measure = measure, v->quiet = options->quiet;
    v->r = *r;
    v->r.rows = v->rows;
    if (r->row_count > 0) memcpy(v->rows, r->rows, (size_t)r->row_count * sizeof *r->rows);
    v->r.row_room = MOST_VALUE_ROWS, v->r.fixed = true;
    *why = 0;
    bool whole = bench_run_apart(&v->apart, run_values, v, VALUES_SECONDS, options->tick, why, why_bytes);
    tt_status status = TT_OK;
    for (int i = r->row_count; i < v->r.row_count && status == TT_OK; i++)
        status = results_add(r, &v->rows[i]);
    for (int i = 0; i < v->r.value_count && status == TT_OK; i++)
        status = results_set(r, v->r.values[i].name, v->r.values[i].value, v->r.values[i].unit);
    if (status == TT_OK && whole && v->status != TT_OK) status = tt_fail(v->status, "%s", v->error);
    bench_unshare(v, sizeof *v);
    return status;
}
