// test_bench.c: what is measured again, what is kept, refused or crashed, and what became slower.
#include "check.h"

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/apart.h"
#include "bench/gather.h"
#include "core/file.h"
#include "bench/history.h"
#include "bench/report.h"
#include "bench/tables.h"

// --- A toy module ---

// The calls of each function, counted over all processes in shared memory.
static struct {
    volatile int prepared[3], values, proofs;
    volatile bool crash;
} * counts;

static double work(const bench_case *c) { return (void)c, 1; }
static void *prepare_toy(const bench_case *c) { return counts->prepared[c->size[0]]++, malloc(1); }
static tt_status run(void *job, const bench_variant *v) { return (void)job, (void)v, TT_OK; }
static bool check(void *job, char *why, size_t why_bytes) { return (void)job, (void)why, why_bytes > 0; }

static const bench_variant rungs[] = {RUNG("rung", NULL)}, yards[] = {YARDSTICK("yard", NULL)};
static const bench_case first_case[] = {{"a", {0}, 1, true}}, second_case[] = {{"a", {1}, 1, true}};
static const bench_case third_case[] = {{"a", {2}, 1, true}};
#define TOY(name, cases, variants, checked)                                                                  \
    SUITE(name, "op/s", cases, variants, .work = work, .prepare = prepare_toy, .run = run, .check = checked, \
          .finish = free)
static const bench_suite with_rung = TOY("with_rung", first_case, rungs, check);
static const bench_suite given = TOY("given", second_case, yards, NULL);
static const bench_suite undrawn = TOY("undrawn", third_case, rungs, check);
static const bench_suite unchecked = TOY("unchecked", first_case, rungs, NULL);

static tt_status values(results *r, bool quick)
{
    (void)quick;
    counts->values++;
    results_set(r, "before", 1, "x");
    results_add(r, &(results_row){
                       .suite = "values", .kase = "a", .variant = "row", .n = 1, .seconds = {1}, .work = 1});
    if (counts->crash) raise(SIGSEGV);
    return results_set(r, "after", 2, "x");
}
static tt_status proofs(results *r, bool quick)
{
    return (void)quick, counts->proofs++, results_set(r, "proof", 3, "x");
}

static const bench_suite *const suites[] = {&with_rung, &given, &undrawn};
static const bench_chart charts[] = {
    BARS("one", "with_rung", "a", "rung", RATIO, "", "One"),
    BARS("two", "given", "a", "yard", RATIO, "", "Two"),
};
static const bench_claim claims[] = {VALUE(AT_LEAST, 1, "proof", "x", "a proof")};
MODULE("00_toy", .measure = values, .prove = proofs);

static char folder[] = "/tmp/tt_bench_XXXXXX";

static bench_work work_of(const char *side)
{
    return (bench_work){.module = &module_bench, .side = side, .folder = folder, .length = RESULTS_QUICK};
}

static results gather(const bench_work *w)
{
    results r;
    int refused = 0;
    memset(counts, 0, sizeof *counts);
    assert_status(bench_gather(&r, w, NULL, &refused), TT_OK);
    assert_int_equal(refused, 0);
    return r;
}

#define assert_measured(a, b, c, v, p)                                                                       \
    do {                                                                                                     \
        const int got[] = {counts->prepared[0], counts->prepared[1], counts->prepared[2], counts->values,    \
                           counts->proofs},                                                                  \
                  expected[] = {a, b, c, v, p};                                                              \
        assert_memory_equal(got, expected, sizeof got);                                                      \
    } while (0)

// Save r as if another program had measured it.
static void forge(const bench_work *w, results *r)
{
    char path[512];
    for (int i = 0; i < r->part_count; i++) strcpy(r->parts[i].program, "another");
    bench_result_path(path, sizeof path, w, w->side);
    assert_status(results_save(r, path), TT_OK);
}

static void only_what_is_missing_is_measured(void **state)
{
    (void)state;
    bench_work w = work_of("solution");
    w.only_charts = true;
    results r = gather(&w);
    assert_measured(1, 1, 0, 1, 0); // not the suite that no chart shows, and no proofs
    assert_true(bench_is_current(&r, &w));
    results_finish(&r), r = gather(&w);
    assert_measured(0, 0, 0, 0, 0);
    w.only_charts = false;
    assert_false(bench_is_current(&r, &w));
    results_finish(&r), r = gather(&w);
    assert_measured(0, 0, 1, 0, 1);
    assert_true(r.row_count == 4 && results_find(&r, "values", "a", "row") &&
                results_get(&r, "after")->value == 2 && results_get(&r, "proof")->value == 3);
    forge(&w, &r); // a suite without the student's code is kept, whichever program measured it
    results_finish(&r), r = gather(&w);
    assert_measured(1, 0, 1, 1, 1);
    assert_non_null(results_find(&r, "given", "a", "yard"));
    w.anew = true;
    results_finish(&r), r = gather(&w);
    assert_measured(1, 1, 1, 1, 1);
    results_finish(&r);
    bench_work other = work_of("mine");
    r = gather(&other);
    assert_measured(1, 0, 1, 1, 1);
    results_finish(&r);
}

static void what_is_longer_will_do(void **state)
{
    (void)state;
    bench_work w = work_of("mine");
    results r = gather(&w);
    results_finish(&r);
    w.length = RESULTS_PLOT;
    r = gather(&w);
    assert_measured(1, 1, 1, 1, 1);
    assert_int_equal(r.length, RESULTS_PLOT);
    results_finish(&r);
    w.length = RESULTS_QUICK;
    r = gather(&w);
    assert_measured(0, 0, 0, 0, 0);
    assert_int_equal(r.length, RESULTS_PLOT);
    results_finish(&r);
}

static void values_that_crash_cost_only_themselves(void **state)
{
    (void)state;
    results r = {.length = RESULTS_QUICK};
    char why[160];
    memset(counts, 0, sizeof *counts);
    counts->crash = true;
    assert_status(
        bench_measure_values(&r, values, &(bench_options){.length = RESULTS_QUICK}, why, sizeof why), TT_OK);
    assert_non_null(strstr(why, "crashed: Segmentation fault"));
    assert_true(r.row_count == 1 && r.value_count == 1 && results_get(&r, "before"));
    counts->crash = false;
    assert_status(
        bench_measure_values(&r, values, &(bench_options){.length = RESULTS_QUICK}, why, sizeof why), TT_OK);
    assert_string_equal(why, "");
    assert_true(results_get(&r, "after")->value == 2);
    results_finish(&r);
}

static void what_nothing_checks_is_refused(void **state)
{
    (void)state;
    static const bench_suite *const one[] = {&unchecked};
    const bench_module module = {.name = "00_toy", .suites = one, .suite_count = 1};
    results r = {0};
    assert_status(bench_refuse(&given), TT_OK);
    assert_status(bench_refuse(&unchecked), TT_BAD_VALUE);
    assert_non_null(strstr(tt_error(), "suite unchecked has no check"));
    assert_status(bench_measure(&r, &module, "unchecked", "a", &(bench_options){.length = RESULTS_QUICK}),
                  TT_BAD_VALUE);
    bench_work w = work_of("mine");
    int refused = 0;
    w.module = &module, w.anew = true;
    assert_status(bench_gather(&r, &w, NULL, &refused), TT_OK);
    assert_true(refused == 1 && r.row_count == 0);
    results_finish(&r);
}

// What a row says beside its name reaches the function that runs it; threads that it does not say are one.
static tt_status refuse_all_but_seven(void *job, const bench_variant *v)
{
    return (void)job, v->argument == 7 ? TT_OK : TT_BAD_VALUE;
}

static void a_variant_has_an_argument(void **state)
{
    (void)state;
    static const bench_variant both[] = {RUNG("seven", NULL, .argument = 7),
                                         RUNG("none", NULL, .threads = 2)};
    static const bench_suite suite =
        SUITE("s", "op/s", third_case, both, .work = work, .prepare = prepare_toy,
              .run = refuse_all_but_seven, .check = check, .finish = free);
    static const bench_suite *const one[] = {&suite};
    const bench_module module = {.name = "00_toy", .suites = one, .suite_count = 1};
    results r = {0};
    assert_status(bench_measure(&r, &module, "s", "a", &(bench_options){.length = RESULTS_QUICK}), TT_OK);
    const results_row *seven = results_find(&r, "s", "a", "seven"),
                      *none = results_find(&r, "s", "a", "none");
    assert_true(seven->passed && seven->threads == 1);
    assert_true(!none->passed && none->threads == 2);
    results_finish(&r);
}

static void a_folder_that_cannot_be_made_is_told(void **state)
{
    (void)state;
    bench_work w = work_of("mine");
    results r;
    int refused;
    w.folder = "/proc/nowhere/at/all";
    assert_status(bench_gather(&r, &w, NULL, &refused), TT_BAD_FILE);
    assert_non_null(strstr(tt_error(), "cannot be made"));
}

// --- The history ---

static int files_in_history(void)
{
    char path[512];
    struct dirent **entries;
    snprintf(path, sizeof path, "%s/results/history", folder);
    int count = scandir(path, &entries, NULL, NULL);
    for (int i = 0; i < count; i++) free(entries[i]);
    free(entries);
    return count - 2; // . and ..
}

static void history_keeps_the_last_eight(void **state)
{
    (void)state;
    bench_work w = work_of("solution");
    char path[512];
    results r = {.length = RESULTS_PLOT}, last;
    strcpy(r.module, "00_toy"), strcpy(r.side, "solution");
    machine_describe(&r.machine);
    snprintf(path, sizeof path, "%s/results/history", folder);
    assert_status(file_make_folder(path), TT_OK);
    bench_result_path(path, sizeof path, &w, "solution");
    const int before = files_in_history();
    for (int i = 0; i < 11; i++) {
        snprintf(r.machine.date, sizeof r.machine.date, "the %dth", i + 1);
        assert_status(results_save(&r, path), TT_OK);
        bench_history_keep(&w, &r);
    }
    assert_int_equal(files_in_history(), before + 8);
    assert_status(bench_history_last(&last, &w, &r), TT_OK);
    assert_string_equal(last.machine.date, "the 11th");
    results_finish(&last);
    r.length = RESULTS_FULL;
    assert_status(bench_history_last(&last, &w, &r), TT_BAD_FILE);
    r.length = RESULTS_PLOT, strcpy(r.machine.flags, "-O0");
    assert_status(bench_history_last(&last, &w, &r), TT_BAD_FILE);
    assert_non_null(strstr(tt_error(), "nothing to compare with"));
}

// Add a case of a student's variant and its yardstick, whose times are multiplied by `own` and by `yard`.
static void add_case(results *r, const char *name, double own, double yard)
{
    const double noise[] = {1, 1.01, 0.99, 1.02, 0.98};
    results_row rung = {
        .suite = "s", .variant = "rung", .kind = RESULTS_RUNG, .passed = true, .work = 1, .n = 5};
    strcpy(rung.kase, name);
    results_row peak = rung;
    strcpy(peak.variant, "peak"), peak.kind = RESULTS_YARDSTICK;
    for (int i = 0; i < 5; i++) rung.seconds[i] = 2 * own * noise[i], peak.seconds[i] = yard * noise[4 - i];
    results_add(r, &rung), results_add(r, &peak);
}

static void slow_code_is_told_from_a_slow_machine(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double own, yard;
    } now[] = {{"as-before", 1.01, 1},
               {"code", 1.5, 1},
               {"machine", 1.5, 1.5},
               {"both", 2.25, 1.5},
               {"faster", 0.5, 1}};
    results before = {.length = RESULTS_PLOT}, after = before;
    for (int i = 0; i < 5; i++)
        add_case(&before, now[i].name, 1, 1), add_case(&after, now[i].name, now[i].own, now[i].yard);
    char text[2000] = "";
    FILE *f = fmemopen(text, sizeof text, "w");
    assert_int_equal(bench_regress(f, &after, &before), 2);
    fclose(f);
    assert_non_null(strstr(text, "s code rung"));
    assert_non_null(strstr(text, "1.50 x  peak 1.00 x"));
    assert_non_null(strstr(text, "s both rung"));
    assert_non_null(strstr(text, "2.25 x  peak 1.50 x"));
    assert_null(strstr(text, "as-before rung"));
    assert_non_null(strstr(text, "5 rows compared, 2 slower, and 1 slower together"));
    assert_int_equal(bench_regress(stdout, &before, &before), 0);
    results_finish(&before), results_finish(&after);
}

// --- The reference's paces and speed points ---

static const char *verdict_of(results *r, const bench_module *m, const char *text)
{
    static char verdict[80];
    for (int i = 0; i < m->claim_count; i++)
        if (!strcmp(m->claims[i].text, text))
            return bench_claim_verdict(verdict, sizeof verdict, r, &m->claims[i],
                                       bench_claim_value(r, &m->claims[i])),
                   verdict;
    return NULL;
}

static void a_grading_becomes_two_claims(void **state)
{
    (void)state;
    char path[512];
    results r = {.length = RESULTS_PLOT, .side = "solution"};
    bench_module m;
    machine_describe(&r.machine);
    snprintf(path, sizeof path, "%s/grade.json", folder);
    bench_claim_reference(&m, &r, &module_bench, path);
    assert_int_equal(m.claim_count, 3);
    assert_string_equal(verdict_of(&r, &m, "reference: paces kept"), "not measured");
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f,
            "{\"untimed\": false, \"machine\": {\"cpu\": \"%s\"}, \"cases\": ["
            "{\"points\": 4, \"of\": 4, \"verdict\": \"passed\"},"
            "{\"points\": 0, \"of\": 0, \"verdict\": \"passed\", \"speed\": {}},"
            "{\"points\": 0, \"of\": 0, \"verdict\": \"wrong\", \"speed\": {}},"
            "{\"points\": 3, \"of\": 3, \"verdict\": \"passed\", \"speed\": {}},"
            "{\"points\": 2.5, \"of\": 2.5, \"verdict\": \"passed\", \"speed\": {}}]}",
            r.machine.cpu);
    fclose(f);
    bench_claim_reference(&m, &r, &module_bench, path);
    assert_true(results_get(&r, "reference_paces")->value == 1 &&
                results_get(&r, "reference_speed")->value == 5.5);
    assert_string_equal(verdict_of(&r, &m, "reference: paces kept"), "MISSED");
    assert_string_equal(verdict_of(&r, &m, "reference: speed points"), "reached");
    f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f,
            "{\"untimed\": false, \"machine\": {\"cpu\": \"%s\"}, \"cases\": ["
            "{\"points\": 4, \"of\": 4, \"verdict\": \"passed\"}]}",
            r.machine.cpu);
    fclose(f);
    bench_claim_reference(&m, &r, &module_bench, path);
    assert_int_equal(m.claim_count, 1); // nothing of it is timed, so nothing is claimed of its times
    strcpy(r.side, "mine");
    bench_claim_reference(&m, &r, &module_bench, path);
    assert_int_equal(m.claim_count, 1);
    results_finish(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_is_missing_is_measured),
        cmocka_unit_test(what_is_longer_will_do),
        cmocka_unit_test(values_that_crash_cost_only_themselves),
        cmocka_unit_test(what_nothing_checks_is_refused),
        cmocka_unit_test(a_variant_has_an_argument),
        cmocka_unit_test(a_folder_that_cannot_be_made_is_told),
        cmocka_unit_test(history_keeps_the_last_eight),
        cmocka_unit_test(slow_code_is_told_from_a_slow_machine),
        cmocka_unit_test(a_grading_becomes_two_claims),
    };
    setenv("HURRY", "1", 1);
    counts = bench_share(sizeof *counts);
    if (!counts || !mkdtemp(folder)) return 1;
    int failed = run_tests(tests);
    char command[64];
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command) != 0 || failed;
}
