// gather.c: each part of a module is taken from an earlier file if that is still valid, else measured.
#include "gather.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "bar.h"
#include "history.h"
#include "report.h"
#include "rounds.h"

static const char *const sides[] = {"solution", "mine", "stub"};
enum { SIDES = 3, SOURCES = SIDES + 1 };

void bench_result_path(char *path, size_t size, const bench_work *work, const char *side)
{
    snprintf(path, size, "%s/results/%s.%s.json", work->folder, work->module->name, side);
}

// --- What is still valid ---

// FNV hash (Fowler, Noll, Vo) of this program's bytes: another program may measure something else.
static const char *fingerprint(void)
{
    static char text[sizeof((results_part *)0)->program];
    char *bytes;
    size_t size;
    uint64_t hash = 0xcbf29ce484222325;
    if (*text || file_read(&bytes, &size, "/proc/self/exe", FILE_MOST) != TT_OK) return text;
    for (size_t i = 0; i < size; i++) hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001b3;
    free(bytes);
    snprintf(text, sizeof text, "%016llx", (unsigned long long)hash);
    return text;
}

// Whether a suite has no code of the student's or the reference's: its results are valid for both.
static bool is_given(const bench_suite *s)
{
    for (int i = 0; i < s->variant_count; i++)
        if (s->variants[i].kind == RESULTS_RUNG) return false;
    return true;
}

// A part: what is measured and kept as a whole.
typedef struct {
    char name[24];
    const bench_suite *suite;
    bench_values *values; // if suite is NULL
    double seconds;       // expected duration; 0: by its cases' budgets
} part;

enum { MOST_PARTS = RESULTS_MOST_PARTS };

static bool in_a_chart(const bench_module *module, const char *suite)
{
    for (int i = 0; i < module->chart_count; i++)
        if (!strcmp(module->charts[i].suite, suite)) return true;
    return false;
}

// The parts that are wanted, in order.
static int list_parts(part parts[MOST_PARTS], const bench_work *work)
{
    const bench_module *m = work->module;
    const part values[] = {
        {"values", NULL, m->measure, m->measure_seconds},
        {"proofs", NULL, work->only_charts ? NULL : m->prove, m->prove_seconds},
    };
    int count = 0;
    for (int s = 0; s < m->suite_count && count < MOST_PARTS - 2; s++) {
        if (work->only_charts && !in_a_chart(m, m->suites[s]->name)) continue;
        part *p = &parts[count++];
        *p = (part){.suite = m->suites[s]};
        snprintf(p->name, sizeof p->name, "%s", m->suites[s]->name);
    }
    for (int v = 0; v < 2; v++)
        if (values[v].values) parts[count++] = values[v];
    return count;
}

static bool holds(const results *source, const results *r, const part *p)
{
    const results_part *done = results_find_part(source, p->name);
    return done && source->length == r->length && results_same_machine(source, r) &&
           ((p->suite && is_given(p->suite)) ||
            (!strcmp(source->side, r->side) && !strcmp(done->program, fingerprint())));
}

// Copy a part from another file. The older of the two dates becomes the date of the results.
static tt_status take_over(results *r, const results *source, const part *p)
{
    const results_part *done = results_find_part(source, p->name);
    int first = 0;
    for (const results_part *before = source->parts; before < done; before++) first += before->rows;
    tt_status status = results_add_part(r, done);
    for (int i = 0; i < done->rows && first + i < source->row_count && status == TT_OK; i++)
        status = results_add(r, &source->rows[first + i]);
    for (int i = 0; i < source->value_count && !p->suite && status == TT_OK; i++)
        status = results_set(r, source->values[i].name, source->values[i].value, source->values[i].unit);
    if (strcmp(source->machine.date, r->machine.date) < 0)
        snprintf(r->machine.date, sizeof r->machine.date, "%s", source->machine.date);
    return status;
}

bool bench_is_current(const results *r, const bench_work *work)
{
    part parts[MOST_PARTS];
    results here = {.length = r->length};
    machine_describe(&here.machine);
    snprintf(here.side, sizeof here.side, "%s", work->side);
    for (int i = list_parts(parts, work) - 1; i >= 0; i--)
        if (!(parts[i].suite && bench_refuse(parts[i].suite) != TT_OK) && !holds(r, &here, &parts[i]))
            return false;
    return true;
}

// --- What a part is expected to take ---

typedef struct {
    const bench_work *work;
    results sources[SOURCES]; // an interrupted run, then each side's file; empty if there is none
    bool *drawn;
    char part_path[512];
} gathering;

static const results *source_of(const gathering *g, const results *r, const part *p)
{
    for (int i = 0; i < SOURCES && !g->work->anew; i++)
        if (holds(&g->sources[i], r, p)) return &g->sources[i];
    return NULL;
}

static int cases_of(const bench_suite *s, results_length length)
{
    int count = 0;
    for (int c = 0; c < s->case_count; c++) count += length != RESULTS_QUICK || s->cases[c].quick;
    return count;
}

// The seconds of the last time, or else its cases' budgets.
static double expected_seconds(const gathering *g, const results *r, const part *p)
{
    for (int i = 0; i < SOURCES; i++) {
        const results_part *done = results_find_part(&g->sources[i], p->name);
        if (done && g->sources[i].length == r->length && done->seconds > 0) return done->seconds;
    }
    if (p->suite)
        return cases_of(p->suite, r->length) * bench_case_seconds(p->suite->variant_count, r->length);
    return r->length == RESULTS_QUICK ? 1 : p->seconds;
}

// --- Measuring ---

static tt_status measure_suite(results *r, const gathering *g, const part *p)
{
    const bench_work *work = g->work;
    const bench_suite *s = p->suite;
    const bench_options options = {.length = r->length, .tick = bench_bar_tick};
    const double each = expected_seconds(g, r, p) / fmax(cases_of(s, r->length), 1);
    tt_status status = TT_OK;
    if (work->tables) bench_bar_erase(), printf("\n%s: %s\n", work->module->name, s->name);
    for (int c = 0; c < s->case_count && status == TT_OK; c++) {
        char what[64];
        if (r->length == RESULTS_QUICK && !s->cases[c].quick) continue;
        snprintf(what, sizeof what, "%s %s", s->name, s->cases[c].name);
        bench_bar_piece(what, each);
        status = bench_measure(r, work->module, s->name, s->cases[c].name, &options);
        bench_bar_piece_done();
        bench_bar_erase();
        if (work->tables) bench_print_case(stdout, r, s->name, s->cases[c].name), fflush(stdout);
    }
    return status;
}

static tt_status measure_values(results *r, const gathering *g, const part *p)
{
    const bench_work *work = g->work;
    const bench_options options = {.length = r->length, .tick = bench_bar_tick, .quiet = !work->tables};
    const int rows = r->row_count, values = r->value_count;
    char why[160];
    bench_bar_piece(p->name, expected_seconds(g, r, p));
    tt_status status = bench_measure_values(r, p->values, &options, why, sizeof why);
    bench_bar_piece_done();
    bench_bar_erase();
    if (*why)
        fprintf(stderr, "The %s of %s: %s; those that come after it are missing.\n", p->name, r->module, why);
    for (int i = values; i < r->value_count && work->tables; i++)
        printf("%-30s %.4g %s\n", r->values[i].name, r->values[i].value, r->values[i].unit);
    // There are more points for charts that are drawn already: draw those again.
    for (int c = 0; c < work->module->chart_count && g->drawn; c++)
        for (int i = rows; i < r->row_count; i++)
            if (!strcmp(work->module->charts[c].suite, r->rows[i].suite)) g->drawn[c] = false;
    return status;
}

// One part: copied or measured, saved in case the run is interrupted, and drawn.
static tt_status do_part(results *r, const gathering *g, const part *p)
{
    const bench_work *work = g->work;
    results_part done = {0};
    const results *source = source_of(g, r, p);
    if (source) return take_over(r, source, p);
    const double start = measure_now();
    const int rows = r->row_count;
    tt_status status = p->suite ? measure_suite(r, g, p) : measure_values(r, g, p);
    if (status != TT_OK) return status;
    snprintf(done.name, sizeof done.name, "%.*s", (int)sizeof done.name - 1, p->name);
    snprintf(done.program, sizeof done.program, "%s", fingerprint());
    done.seconds = measure_now() - start, done.rows = r->row_count - rows;
    status = results_add_part(r, &done);
    if (status == TT_OK) status = results_save(r, g->part_path);
    if (!work->tables && !isatty(STDOUT_FILENO)) {
        char left[32];
        bench_bar_left(left, sizeof left);
        printf("%s: %s, %.0f s, %s\n", work->module->name, done.name, done.seconds, left);
    }
    if (status == TT_OK && g->drawn) bench_draw(work, r, p->suite ? p->name : NULL, g->drawn);
    fflush(stdout);
    return status;
}

static tt_status measure_all(results *r, const gathering *g, int *refused)
{
    part parts[MOST_PARTS];
    const int count = list_parts(parts, g->work);
    char number[8];
    double expected = 0;
    for (int i = 0; i < count; i++)
        if (!source_of(g, r, &parts[i])) expected += expected_seconds(g, r, &parts[i]);
    snprintf(number, sizeof number, "%.*s", (int)strcspn(r->module, "_"), r->module);
    bench_bar_begin(number, expected);
    machine_measure(&r->machine);
    tt_status status = TT_OK;
    for (int i = 0; i < count && status == TT_OK; i++) {
        if (!parts[i].suite || bench_refuse(parts[i].suite) == TT_OK) status = do_part(r, g, &parts[i]);
        else bench_bar_erase(), fprintf(stderr, "bench: %s\n", tt_error()), ++*refused;
    }
    bench_bar_end();
    return status;
}

// Whether all parts of the old results are in the new ones, too.
static bool lives_on(const results *old, const results *r)
{
    for (int i = 0; i < old->part_count; i++) {
        const results_part *was = &old->parts[i], *is = results_find_part(r, was->name);
        if (!is || strcmp(is->program, was->program) != 0 || is->seconds != was->seconds) return false;
    }
    return old->length == r->length;
}

// Save under the final name. The file that is replaced goes into the history.
static tt_status put_in_place(const results *r, const gathering *g)
{
    char path[512];
    results old = {0};
    bench_result_path(path, sizeof path, g->work, g->work->side);
    if (access(path, F_OK) == 0 && results_load(&old, path) == TT_OK && !lives_on(&old, r))
        bench_history_keep(g->work, &old);
    results_finish(&old);
    tt_status status = results_save(r, path);
    if (status == TT_OK) remove(g->part_path);
    return status;
}

tt_status bench_gather(results *out, const bench_work *work, bool *drawn, int *refused)
{
    gathering g = {.work = work, .drawn = drawn};
    results r = {.length = work->length};
    char path[512], broken_off[32];
    snprintf(r.module, sizeof r.module, "%s", work->module->name);
    snprintf(r.side, sizeof r.side, "%s", work->side);
    machine_describe(&r.machine);
    snprintf(path, sizeof path, "%s/results/history", work->folder);
    tt_status status = file_make_folder(path);
    snprintf(path, sizeof path, "%s/charts", work->folder);
    if (status == TT_OK && drawn) status = file_make_folder(path);
    if (status != TT_OK) return status;
    bench_result_path(path, sizeof path, work, work->side);
    if (!work->anew && access(path, F_OK) == 0 && results_load(out, path) == TT_OK) {
        if (out->length <= work->length && bench_is_current(out, work)) return TT_OK;
        results_finish(out);
    }
    snprintf(broken_off, sizeof broken_off, "%s.part", work->side);
    bench_result_path(g.part_path, sizeof g.part_path, work, broken_off);
    for (int i = 0; i < SOURCES; i++) {
        bench_result_path(path, sizeof path, work, i ? sides[i - 1] : broken_off);
        if (access(path, F_OK) == 0) results_load(&g.sources[i], path);
    }
    status = measure_all(&r, &g, refused);
    if (status == TT_OK) status = put_in_place(&r, &g);
    for (int i = 0; i < SOURCES; i++) results_finish(&g.sources[i]);
    if (status == TT_OK) *out = r;
    else results_finish(&r);
    return status;
}
