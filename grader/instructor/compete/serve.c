// serve.c: grader compete run: takes entries from the queue, one after the other, measures each, and gives places.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "compete.h"
#include "instructor/run.h"
#include "rank.h"
#include "sandbox/sandbox.h"
#include "verdict.h"

typedef struct {
    compete_book b;
    const command_place *where;
    entry_program base;
    contest_round round; // the inputs, and the number of the round
    long long of;
} session;

// --- The programs of one measurement ---

// The configuration, and how many threads it asks for.
static tt_status read_config(oly_config *config, int *threads, const queue_entry *e)
{
    const oly_space *space = contest_space(contest_find(e->event));
    tt_status status = oly_config_read(config, e->config, space);
    *threads = 1;
    for (int i = 0; status == TT_OK && i < space->fields; i++)
        if (!strcmp(space->field[i].name, "threads"))
            *threads = atoi(space->field[i].choice[config->choice[i]]);
    return status;
}

static lane_plan make_plan(const contest_round *r, const entry_program *p, const oly_config *config,
                           int threads)
{
    lane_plan plan = contest_plan(r);
    plan.program = p->program, plan.threads = threads > 1;
    plan.config = config->choice, plan.config_bytes = sizeof config->choice;
    plan.chosen = p->chosen, plan.chosen_bytes = sizeof p->chosen;
    return plan;
}

// --- Against those who are ranked next to it ---

// Measure it beside its neighbours and keep the ratios, until the transaction of its result.
static tt_status measure_beside(measured_ratio ratios[2], long long beside[2], const session *s,
                                const measured who[2], const verdict *v, const contest_round *r)
{
    measured all[COMPARE_MOST] = {
        [COMPARE_BASE] = {.plan = who[0].plan}, [COMPARE_ENTRY] = {.plan = who[1].plan}};
    entry_program programs[2] = {{.program = -1}, {.program = -1}};
    oly_config configs[2];
    measured_promise none;
    int count = COMPARE_BESIDE, place[2] = {0}, threads;
    tt_status status = rank_neighbours(beside, &s->b, v->e->round, v->e->event, v->e->team, v->score.score);
    for (int i = 0; i < 2 && status == TT_OK; i++) {
        queue_entry other = {0};
        if (!beside[i]) continue;
        status = queue_get(&other, &s->b, beside[i]);
        if (status == TT_OK) status = read_config(&configs[i], &threads, &other);
        if (status == TT_OK) status = program_make(&programs[i], other.package, &s->base, &s->b, s->where);
        if (status == TT_OK) all[count].plan = make_plan(r, &programs[i], &configs[i], threads);
        if (status == TT_OK) place[i] = count++;
        if (status == TT_BAD_VALUE) status = TT_OK; // it does not compile any more: this tree is another one
        queue_forget(&other);
    }
    if (status == TT_OK && count > COMPARE_BESIDE) status = compare_all(all, count, NULL, &none, r);
    for (int i = 0; i < 2 && status == TT_OK; i++) {
        const int k = place[i];
        if (k && !all[k].failed && !all[COMPARE_ENTRY].failed)
            status = compare_ratio(&ratios[i], &all[k], &all[COMPARE_ENTRY], v->event);
        else beside[i] = 0;
    }
    compare_forget(all, count);
    for (int i = 0; i < 2; i++) program_finish(&programs[i]);
    return status;
}

static tt_status store(const verdict *v, const compete_book *b, const long long beside[2],
                       const measured_ratio ratios[2])
{
    tt_status status = compete_begin(b);
    if (status != TT_OK) return status;
    status = queue_settle(b, v->e, "done", *v->why_none ? v->why_none : NULL);
    if (status == TT_OK) status = verdict_store(v, b);
    for (int i = 0; i < 2 && status == TT_OK; i++)
        if (beside[i])
            status = compete_do(b, "INSERT OR REPLACE INTO versus VALUES (?1, ?2, ?3, ?4, ?5)", "iiddd",
                                v->e->id, beside[i], ratios[i].ratio, ratios[i].low, ratios[i].high);
    return compete_end(b, status);
}

// --- One entry ---

static tt_status refuse(const compete_book *b, const queue_entry *e, const char *why)
{
    tt_status status = compete_begin(b);
    if (status == TT_OK) status = compete_end(b, queue_settle(b, e, "refused", why));
    if (status == TT_OK) printf("entry %lld, %s, %s: refused: %s\n", e->id, e->team_name, e->event, why);
    return status;
}

static tt_status measure_entry(const session *s, verdict *v, const oly_config *config, const contest_round *r)
{
    static const oly_config nothing; // the first choices
    measured who[2] = {{.failed = false}};
    measured_promise promised;
    long long beside[2] = {0};
    measured_ratio ratios[2];
    who[COMPARE_BASE].plan = make_plan(r, &s->base, &nothing, 1);
    who[COMPARE_ENTRY].plan = make_plan(r, v->program, config, v->threads);
    const lane_plan promise = make_plan(r, &s->base, config, v->threads);
    tt_status status = compare_all(who, 2, &promise, &promised, r);
    v->base = &who[COMPARE_BASE], v->entry = &who[COMPARE_ENTRY], v->promised = &promised;
    if (status == TT_OK && who[COMPARE_ENTRY].failed) status = refuse(&s->b, v->e, who[COMPARE_ENTRY].why);
    else if (status == TT_OK) {
        status = verdict_reach(v);
        if (status == TT_OK && v->score.scored) status = measure_beside(ratios, beside, s, who, v, r);
        if (status == TT_OK) status = store(v, &s->b, beside, ratios);
        if (status == TT_OK && v->score.scored)
            printf("entry %lld, %s, %s: %.2f times as fast (%.2f to %.2f), score %.2f\n", v->e->id,
                   v->e->team_name, v->e->event, v->ratio.ratio, v->ratio.low, v->ratio.high, v->score.score);
        else if (status == TT_OK)
            printf("entry %lld, %s, %s: no score: %s\n", v->e->id, v->e->team_name, v->e->event, v->why_none);
    }
    compare_forget(who, 2);
    return status;
}

// The inputs of the entry's round and event: those of the last one, if they are the same.
static tt_status open_round(session *s, const queue_entry *e)
{
    unsigned char key[COMPETE_KEY_BYTES];
    const contest *event = contest_find(e->event);
    if (s->round.e == event && s->of == e->round) return TT_OK;
    contest_close(&s->round);
    tt_status status = compete_key(key, &s->b, e->round);
    s->of = e->round;
    return status == TT_OK ? contest_open(&s->round, event, key) : status;
}

static tt_status serve(session *s, const queue_entry *e)
{
    entry_program program = {.program = -1};
    oly_config config;
    verdict v = {.e = e, .event = contest_find(e->event), .program = &program};
    tt_status status = open_round(s, e);
    if (status != TT_OK) return status;
    v.batch = s->round.data.call;
    status = read_config(&config, &v.threads, e);
    if (status == TT_OK) status = program_make(&program, e->package, &s->base, &s->b, s->where);
    if (status == TT_OK) status = measure_entry(s, &v, &config, &s->round);
    else if (status == TT_BAD_VALUE) status = refuse(&s->b, e, tt_error());
    program_finish(&program);
    return status;
}

// --- The command ---

// All that is queued, also what comes meanwhile. *stopped: by a signal.
static tt_status serve_all(session *s, long most, bool *stopped)
{
    tt_status status = queue_recover(&s->b);
    for (long n = 0; n < most && status == TT_OK && !*stopped; n++) {
        queue_entry e;
        status = queue_claim(&e, &s->b);
        if (status != TT_OK || !e.id) return status;
        status = serve(s, &e);
        if (status == TT_OK) status = rank_all(&s->b, e.round);
        queue_forget(&e);
        *stopped = run_wait(0) != 0;
        fflush(stdout);
    }
    return status;
}

int compete_run(const command_place *where, int argc, char **argv)
{
    long most = 1000000;
    bool no_namespaces = false, stopped = false;
    const option_row rows[] = {
        {"--most", "N", "entries, then stop", OPTION_WHOLE(&most, 1, 1000000)},
        {"--no-namespaces", NULL, "a sandbox with fewer layers", OPTION_SWITCH(&no_namespaces)},
        {0}};
    int code = command_take(rows, argc, argv);
    if (code >= 0) return code;
    session s = {.where = where, .base = {.program = -1}};
    char kit[FILES_PATH];
    files_path(kit, "%s/grader/instructor/kit-course", where->build);
    if (compete_open(&s.b, where, COMPETE_RUN) != TT_OK) return command_failed();
    tt_status status = TT_OK;
    if (!sandbox_probe(kit, false, no_namespaces))
        status = tt_fail(TT_BAD_VALUE, "there is no sandbox here; a competition runs nothing without one");
    umask(
        022); // what the sandbox builds is for another user; what is nobody's business lies in folders of mode 700
    run_block_signals();
    if (status == TT_OK) status = program_base(&s.base, &s.b, where);
    if (status == TT_OK) status = serve_all(&s, most, &stopped);
    program_finish(&s.base), contest_close(&s.round);
    compete_close(&s.b);
    return status != TT_OK ? command_failed() : stopped ? EXIT_STOPPED : EXIT_ALL_WELL;
}
