// bench.c: measures one case: check first, then rounds in which the variants take turns.
#include "bench.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crash.h"

enum {
    ROUNDS = 41, // enough for a p95
    QUICK_ROUNDS = 11,
    LEAST_ROUNDS = 5, // also for a variant that has used up its budget
    QUICK_LEAST_ROUNDS = 3,
    MOST_VARIANTS = 24,
    STUCK_SECONDS = 60, // longer than any honest variant's check or round
};

// What the forked process writes and its parent reads, also after a crash.
struct shared {
    results_row rows[MOST_VARIANTS];
    bool skip[MOST_VARIANTS]; // left out: filtered, too much work, or it brought a process down before
    crash_report crash;
    volatile int running;   // the variant being called, for the one who must tell who crashed
    volatile bool finished; // the process came to its own end: exit(0) in a variant does not
    volatile int beats;     // grows with every call, so that a parent sees who is stuck
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

// --- In the forked process ---

// Seconds of `calls` calls. The pointer is volatile: the compiler cannot see through the call.
static double time_calls(const bench_suite *s, const bench_case *c, const bench_variant *v, void *job,
                         int calls)
{
    if (v->seconds) return v->seconds(c, calls);
    tt_status (*volatile run)(void *, const bench_variant *) = s->run;
    double start = measure_now();
    for (int i = 0; i < calls; i++) run(job, v);
    return measure_now() - start;
}

// Run once and check the output. Fills passed and why; returns the seconds of that first call.
static double check_variant(const bench_suite *s, const bench_case *c, const bench_variant *v, void *job,
                            results_row *row)
{
    row->passed = false;
    if (v->seconds) {
        tt_fail(TT_OK, "not available here"); // unless it says more itself
        double t = v->seconds(c, 1);
        row->passed = t >= 0;
        snprintf(row->why, sizeof row->why, "%s", t >= 0 ? "" : tt_error());
        return t;
    }
    double start = measure_now();
    tt_status status = s->run(job, v);
    double t = measure_now() - start;
    if (status != TT_OK) snprintf(row->why, sizeof row->why, "%s", tt_status_text(status));
    else row->passed = v->kind == RESULTS_YARDSTICK || !s->check || s->check(job, row->why, sizeof row->why);
    return t;
}

static void run_case(const bench_suite *s, const bench_case *c, const bench_options *options,
                     struct shared *shared)
{
    void *job = s->prepare(c);
    if (!job) _exit(2);
    int count = s->variant_count, calls[MOST_VARIANTS];
    const bool hurry = getenv("HURRY") != NULL; // a test, which needs every number but none of them steady
    double used[MOST_VARIANTS] = {0}, budget = hurry ? 0.02 : options->quick ? 0.25 : 1.0;
    for (int i = 0; i < count; i++) {
        if (shared->skip[i]) continue;
        shared->running = i, shared->beats++;
        results_row *row = &shared->rows[i];
        double first = check_variant(s, c, &s->variants[i], job, row);
        if (!row->passed) continue;
        if (first < 0.01)
            first = time_calls(s, c, &s->variants[i], job, 1); // the first call warmed the caches
        calls[i] = measure_batch(first);
    }
    const int rounds = options->quick ? QUICK_ROUNDS : ROUNDS;
    const int least = hurry ? 1 : options->quick ? QUICK_LEAST_ROUNDS : LEAST_ROUNDS;
    for (int r = 0; r < rounds; r++)
        for (int turn = 0; turn < count; turn++) {
            int i = r % 2 ? count - 1 - turn : turn;
            results_row *row = &shared->rows[i];
            if (shared->skip[i] || !row->passed || (r >= least && used[i] > budget)) continue;
            shared->running = i, shared->beats++;
            double t = time_calls(s, c, &s->variants[i], job, calls[i]);
            if (row->n == r) row->seconds[row->n++] = t / calls[i];
            used[i] += t;
        }
    s->finish(job);
    shared->finished = true;
}

// --- In the parent ---

// Wait for the process; false if it had to be killed because one call went on for STUCK_SECONDS.
static bool wait_for(pid_t pid, int alive, struct shared *shared, int *status)
{
    struct pollfd p = {.fd = alive, .events = POLLIN};
    bool stuck = false;
    for (int beats = -1; !stuck && poll(&p, 1, STUCK_SECONDS * 1000) == 0; beats = shared->beats)
        stuck = beats == shared->beats;
    if (stuck) kill(pid, SIGKILL);
    waitpid(pid, status, 0);
    return !stuck;
}

// One attempt in a process of its own. True if it came through; else the guilty variant's row says why.
static bool attempt(const bench_suite *s, const bench_case *c, const bench_options *options,
                    struct shared *shared)
{
    int alive[2]; // closes by itself when the process ends
    if (pipe2(alive, O_CLOEXEC) != 0) return tt_fail(TT_BAD_FILE, "no pipe"), true;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        close(alive[0]);
        prctl(PR_SET_PDEATHSIG, SIGKILL); // stop when the one who asked is stopped
        crash_watch(&shared->crash);
        run_case(s, c, options, shared);
        fflush(NULL);
        _exit(0);
    }
    close(alive[1]);
    int status = 0;
    bool in_time = pid > 0 && wait_for(pid, alive[0], shared, &status);
    close(alive[0]);
    if (in_time && shared->finished) return true;
    int guilty = shared->running;
    results_row *row = &shared->rows[guilty];
    row->passed = false;
    if (!in_time) snprintf(row->why, sizeof row->why, "no end after %d s", STUCK_SECONDS);
    else if (WIFSIGNALED(status)) {
        char what[140];
        crash_describe(&shared->crash, WTERMSIG(status), what, sizeof what);
        snprintf(row->why, sizeof row->why, "crashed: %s", what);
    } else snprintf(row->why, sizeof row->why, "ended the program (exit code %d)", WEXITSTATUS(status));
    shared->skip[guilty] = true;
    return false;
}

static void prepare_rows(const bench_suite *s, const bench_case *c, const bench_options *options,
                         struct shared *shared)
{
    double work = s->work(c);
    for (int i = 0; i < s->variant_count; i++) {
        const bench_variant *v = &s->variants[i];
        results_row *row = &shared->rows[i];
        *row = (results_row){.kind = v->kind, .x = c->x, .threads = v->threads, .work = work};
        snprintf(row->suite, sizeof row->suite, "%s", s->name);
        snprintf(row->kase, sizeof row->kase, "%s", c->name);
        snprintf(row->variant, sizeof row->variant, "%s", v->name);
        snprintf(row->unit, sizeof row->unit, "%s", s->unit);
        shared->skip[i] = !bench_lists(options->variants, v->name);
        if (v->most_work > 0 && work > v->most_work) {
            shared->skip[i] = true;
            snprintf(row->why, sizeof row->why, "not run: too slow here");
        }
    }
}

tt_status bench_measure(results *r, const bench_module *module, const char *suite, const char *kase,
                        const bench_options *options)
{
    const bench_suite *s = find_suite(module, suite);
    const bench_case *c = find_case(s, kase);
    if (!c || s->variant_count > MOST_VARIANTS)
        return tt_fail(TT_BAD_VALUE, "no case %s in suite %s", kase, suite);
    struct shared *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) return tt_fail(TT_NO_MEMORY, "no memory for the results of %s", kase);
    prepare_rows(s, c, options, shared);
    for (int tries = 0; tries <= s->variant_count; tries++) {
        for (int i = 0; i < s->variant_count; i++) shared->rows[i].n = 0;
        if (attempt(s, c, options, shared)) break;
    }
    tt_status status = TT_OK;
    for (int i = 0; i < s->variant_count && status == TT_OK; i++) {
        if (bench_lists(options->variants, s->variants[i].name)) status = results_add(r, &shared->rows[i]);
    }
    munmap(shared, sizeof *shared);
    return status;
}
