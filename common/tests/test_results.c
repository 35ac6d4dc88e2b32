// test_results.c: results to JSON and back, files that are no results, and the engine on variants that fail.
#include "check.h"

#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/report.h"
#include "bench/tables.h"
#include "core/count.h"
#include "core/file.h"

// --- A toy module: the work is to set a number to 42 ---

static double toy_work(const bench_case *c) { return c->size[0]; }
static void *toy_prepare(const bench_case *c) { return (void)c, calloc(1, sizeof(int)); }

typedef tt_status toy_function(volatile int *x, int steps);

static tt_status spin(volatile int *x, int steps)
{
    for (int i = 0; i < steps; i++) *x = i;
    *x = 42;
    return TT_OK;
}
static tt_status toy_slow(volatile int *x, int n) { return spin(x, 200000), (void)n, TT_OK; }
static tt_status toy_fast(volatile int *x, int n) { return spin(x, 10000), (void)n, TT_OK; }
static tt_status toy_wrong(volatile int *x, int n) { return *x = n, TT_OK; }
static tt_status toy_todo(volatile int *x, int n) { return (void)x, (void)n, TT_TODO; }
static tt_status toy_crash(volatile int *x, int n) { return (void)x, (void)n, raise(SIGSEGV), TT_OK; }
static tt_status toy_exit(volatile int *x, int n) { (void)x, (void)n, _exit(0); }
static tt_status toy_late_crash(volatile int *x, int n)
{
    static int calls;
    if (++calls > 3) raise(SIGSEGV);
    return toy_fast(x, n);
}

static tt_status toy_run(void *job, const bench_variant *v) { return ((toy_function *)v->function)(job, 7); }
static void toy_finish(void *job) { free(job); }
static bool toy_check(void *job, char *why, size_t size)
{
    bool right = *(int *)job == 42;
    if (!right) snprintf(why, size, "wrong: %d", *(int *)job);
    *(int *)job = 0;
    return right;
}

#define TOY(name) RUNG(#name, toy_##name)
static double toy_refuses(const bench_variant *v, const bench_case *c, int calls)
{
    return (void)v, (void)c, -calls;
}
static double toy_lacks(const bench_variant *v, const bench_case *c, int calls)
{
    return tt_fail(TT_BAD_VALUE, "needs AVX-%d", v->argument), toy_refuses(v, c, calls);
}
static const bench_variant toys[] = {
    TOY(slow),
    TOY(fast),
    TOY(wrong),
    TOY(todo),
    TOY(crash),
    TOY(late_crash),
    TOY(exit),
    GIVEN("lacks", NULL, .argument = 4096, .seconds = toy_lacks),
    GIVEN("refuses", NULL, .seconds = toy_refuses),
};
static const bench_case toy_cases[] = {{"a", {10}, 10, true}, {"b", {20}, 20, true}};
static const bench_suite toy_suite = SUITE("toy", "op/s", toy_cases, toys, .run = toy_run, JOB(toy));
static const bench_claim claims[] = {
    TIMES(2, "toy", "a b", "fast wrong", "slow", "fast / slow"),
    TIMES(0, "toy", "a", "wrong", "slow", "wrong / slow"),
    VALUE(AT_MOST, 42, "answer", "", "a value"),
    TIMES(1, "toy", "a", "lacks", "slow", "lacks / slow"),
    TIMES(1, "toy", "a", "lacks|wrong", "slow", "lacks or wrong / slow"),
};
static const bench_suite *const toy_suites[] = {&toy_suite};
const bench_module module_bench = {
    .name = "00_toy", .suites = toy_suites, .suite_count = 1, .claims = claims, .claim_count = 5};

static void engine_times_only_what_is_right(void **state)
{
    (void)state;
    results r = {.length = RESULTS_QUICK};
    bench_options options = {.length = RESULTS_QUICK};
    assert_status(bench_measure(&r, &module_bench, "toy", "a", &options), TT_OK);
    assert_status(bench_measure(&r, &module_bench, "toy", "b", &options), TT_OK);
    assert_status(bench_measure(&r, &module_bench, "toy", "no such case", &options), TT_BAD_VALUE);
    static const struct {
        const char *name, *why;
    } expected[] = {{"slow", ""},
                    {"fast", ""},
                    {"wrong", "wrong: 7"},
                    {"todo", "not written yet"},
                    {"crash", "crashed: Segmentation fault"},
                    {"late_crash", "crashed: Segmentation fault"},
                    {"exit", "ended the program (exit code 0)"},
                    {"lacks", "needs AVX-4096"},
                    {"refuses", "not available here"}};
    for (int i = 0; i < 9; i++) {
        const results_row *row = results_find(&r, "toy", "a", expected[i].name);
        assert_non_null(row);
        assert_int_equal(row->passed, i < 2);
        assert_true(i < 2 ? row->n >= 3 : row->n == 0);
        assert_true(!strncmp(row->why, expected[i].why, strlen(expected[i].why) + (i < 2)));
    }
    // fast does a twentieth of slow's steps.
    assert_true(
        results_ratio(results_find(&r, "toy", "a", "fast"), results_find(&r, "toy", "a", "slow")).median > 3);
    assert_true(bench_claim_value(&r, &claims[0]) > 3);
    assert_true(isnan(bench_claim_value(&r, &claims[1]))); // not timed is not zero and not infinite
    assert_true(isnan(bench_claim_value(&r, &claims[2])));
    results_set(&r, "answer", 42, "");
    assert_true(bench_claim_value(&r, &claims[2]) == 42);
    results_finish(&r);
}

// One call of a slow variant, and among the samples of a fast one the first was disturbed: the first is not
// what the slow one is compared with.
static void few_pairs_are_not_trusted(void **state)
{
    (void)state;
    static const results_row base = {.seconds = {10}, .n = 1, .work = 1};
    static const results_row row = {.seconds = {5, 1, 1, 1, 1}, .n = 5, .work = 2};
    measure_stats s = results_ratio(&row, &base);
    assert_true(s.median == 20 && s.low == 20 && s.high == 20 && s.n == 1);
}

// A claim that another machine is needed for is told apart from those not measured, missed and reached.
static void claims_say_what_a_machine_lacks(void **state)
{
    (void)state;
    static const char *const expected[] = {"reached", "not measured", "MISSED",
                                           "not measured here: needs AVX-4096", "not measured"};
    results r = {.length = RESULTS_QUICK};
    bench_options options = {.length = RESULTS_QUICK};
    assert_status(bench_measure(&r, &module_bench, "toy", "a", &options), TT_OK);
    assert_status(bench_measure(&r, &module_bench, "toy", "b", &options), TT_OK);
    results_set(&r, "answer", 43, "");
    for (int i = 0; i < 5; i++) {
        char verdict[80];
        double value = bench_claim_value(&r, &claims[i]);
        bench_claim_verdict(verdict, sizeof verdict, &r, &claims[i], value);
        assert_string_equal(verdict, expected[i]);
    }
    assert_int_equal(bench_print_claims(&r, &module_bench), 3); // one missed, two not measured
    results_finish(&r);
}

static void names_are_whole_words(void **state)
{
    (void)state;
    assert_true(bench_lists(NULL, "x") && bench_lists("a b", "a") && bench_lists("a b", "b"));
    assert_false(bench_lists("cblas_sgemm", "sgemm") || bench_lists("sgemm_haswell", "sgemm") ||
                 bench_lists("", "a"));
    assert_true(bench_lists("packed_more packed", "packed"));
}

// --- JSON ---

static void json_comes_back_as_it_went(void **state)
{
    char *path = *state;
    results r = {.length = RESULTS_PLOT}, back = {0};
    strcpy(r.module, "00_toy"), strcpy(r.side, "mine");
    machine_describe(&r.machine);
    r.machine.peak_flops = 1.25e11;
    results_row base = {.suite = "s",
                        .kase = "c",
                        .variant = "a \"quoted\" one",
                        .x = 3,
                        .threads = 2,
                        .passed = true,
                        .work = 10,
                        .unit = "flop/s",
                        .n = 3,
                        .seconds = {0.25, 0.5, 0.125}};
    results_row other = base;
    strcpy(other.variant, "b"), strcpy(other.why, "why"), other.passed = false, other.n = 0,
                                                          other.kind = RESULTS_YARDSTICK;
    assert_status(results_add(&r, &base), TT_OK);
    assert_status(results_add(&r, &other), TT_OK);
    assert_status(results_set(&r, "v", 1, "x"), TT_OK);
    assert_status(results_set(&r, "v", 2.5, "MiB"), TT_OK);
    assert_status(results_set(&r, "nothing", NAN, ""), TT_OK);
    const results_part part = {.name = "s", .program = "0123456789abcdef", .seconds = 1.5, .rows = 2};
    assert_status(results_add_part(&r, &part), TT_OK);
    assert_status(results_save(&r, path), TT_OK);
    assert_status(results_load(&back, path), TT_OK);
    assert_string_equal(back.machine.cpu, r.machine.cpu);
    assert_int_equal(back.length, RESULTS_PLOT);
    assert_true(back.row_count == 2 && back.value_count == 2 && back.machine.peak_flops == 1.25e11);
    assert_string_equal(back.rows[0].variant, base.variant);
    assert_memory_equal(back.rows[0].seconds, base.seconds, sizeof base.seconds);
    assert_true(back.rows[0].passed && back.rows[0].threads == 2 && back.rows[0].x == 3 &&
                results_rate(&back.rows[0]) == 40);
    assert_true(!back.rows[1].passed && back.rows[1].n == 0 && back.rows[1].kind == RESULTS_YARDSTICK);
    assert_true(results_get(&back, "v")->value == 2.5 && isnan(results_get(&back, "nothing")->value));
    const results_part *read = results_find_part(&back, "s");
    assert_true(read && !strcmp(read->program, part.program) && read->seconds == 1.5 && read->rows == 2);
    results_finish(&r), results_finish(&back), results_finish(NULL);
}

static void other_files_are_refused(void **state)
{
    char *path = *state;
    static const char *const files[] = {
        "",
        "{",
        "[]",
        "{\"module\":\"x\"}",
        "{\"module\":\"x\",\"rows\":[],\"length\":\"a mile\"}",
        "{\"module\":\"x\",\"rows\":[{}]}",
        "{\"module\":\"x\",\"rows\":[{\"suite\":\"s\",\"case\":\"c\",\"variant\":\"v\",\"kind\":\"king\"}]}",
        "{\"module\":\"x\",\"module\":\"y\",\"rows\":[]}",
        "{\"module\":\"x\",\"rows\":[{\"suite\":\"s\",\"case\":\"c\",\"variant\":\"v\",\"kind\":\"rung\","
        "\"seconds\":{\"all\":["
        "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,"
        "1,1,1,1,1,1,1,1,"
        "1,1,1,1,1,1,1,1,1]}}]}"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        results out = {.row_count = 77};
        assert_status(file_write(path, files[i], strlen(files[i])), TT_OK);
        assert_status(results_load(&out, path), TT_BAD_FILE);
        assert_int_equal(out.row_count, 77);
        assert_non_null(strstr(tt_error(), "run the benchmark again"));
    }
    results out;
    assert_status(results_load(&out, "/nowhere/at/all"), TT_BAD_FILE);
    results r = {0};
    assert_status(results_save(&r, "/nowhere/at/all"), TT_BAD_FILE);
}

// A row of a file with these values for cores, threads and why.
static void write_row(const char *path, const char *cores, const char *threads, const char *why)
{
    char text[1024];
    snprintf(text, sizeof text,
             "{\"module\":\"x\",\"machine\":{\"cores\":%s,\"caches\":{\"L1\":%s}},\"values\":{\"%s\":{}},"
             "\"rows\":[{\"suite\":\"s\",\"case\":\"c\",\"variant\":\"v\",\"kind\":\"rung\",\"threads\":%s,"
             "\"why\":\"%s\",\"seconds\":{\"all\":[]}}]}",
             cores, cores, why, threads, why);
    assert_status(file_write(path, text, strlen(text)), TT_OK);
}

static void numbers_that_do_not_fit_are_refused(void **state)
{
    static const struct {
        const char *cores, *threads, *named;
    } rows[] = {{"1e308", "1", "\"cores\""},  {"2147483648", "1", "\"cores\""},
                {"-1", "1", "\"cores\""},     {"2.0", "1", "\"cores\""},
                {"\"2\"", "1", "\"cores\""},  {"1", "-3e9", "\"threads\""},
                {"1e18", "1", "\"cores\""},   {"[]", "1", "\"cores\""},
                {"1", "true", "\"threads\""}, {"1", "2147483648", "\"threads\""}};
    for (int i = 0; i < COUNT(rows); i++) {
        results r = {.row_count = 77};
        write_row(*state, rows[i].cores, rows[i].threads, "");
        assert_status(results_load(&r, *state), TT_BAD_FILE);
        assert_int_equal(r.row_count, 77);
        assert_non_null(strstr(tt_error(), *state));
        assert_non_null(strstr(tt_error(), rows[i].named));
    }
    results r = {0};
    write_row(*state, "2147483647", "3", "");
    assert_status(results_load(&r, *state), TT_OK);
    assert_int_equal(r.machine.cores, INT_MAX);
    assert_int_equal(r.rows[0].threads, 3);
    results_finish(&r);
    write_row(*state, "null", "null", ""); // as if it were not there
    assert_status(results_load(&r, *state), TT_OK);
    assert_int_equal(r.machine.cores, 0);
    results_finish(&r);
}

// A text that is too long is cut between letters, so that what was read can be written, for each length.
static void long_texts_are_cut_between_letters(void **state)
{
    enum { LETTERS = 100 };
    for (int before = 0; before < 4; before++) {
        char why[4 + 3 * LETTERS + 1] = "";
        results r = {0}, back = {0};
        memset(why, 'a', (size_t)before);
        for (int i = 0; i < LETTERS; i++) strcat(why, before % 2 ? "\xc3\xa9" : "\xe2\x82\xac");
        write_row(*state, "1", "1", why);
        assert_status(results_load(&r, *state), TT_OK);
        assert_in_range(strlen(r.rows[0].why), sizeof r.rows[0].why - 3, sizeof r.rows[0].why - 1);
        assert_memory_equal(r.rows[0].why, why, strlen(r.rows[0].why));
        assert_status(results_save(&r, *state), TT_OK);
        assert_status(results_load(&back, *state), TT_OK);
        assert_int_equal(back.row_count, 1);
        assert_string_equal(back.rows[0].why, r.rows[0].why);
        assert_string_equal(back.values[0].name, r.values[0].name);
        results_finish(&r), results_finish(&back);
    }
}

static void rows_that_cannot_be_written_are_an_error(void **state)
{
    results r = {0}, back = {0};
    write_row(*state, "1", "1", "as it was");
    assert_status(results_load(&r, *state), TT_OK);
    strcpy(r.rows[0].unit, "\xff");
    assert_status(results_save(&r, *state), TT_BAD_FILE);
    assert_non_null(strstr(tt_error(), "not UTF-8"));
    assert_status(results_load(&back, *state), TT_OK);
    assert_string_equal(back.rows[0].why, "as it was");
    results_finish(&back);
    strcpy(r.rows[0].unit, ""),
        strcpy(r.rows[0].why, "half a letter: \xe2\x82"); // a reason may have been cut
    assert_status(results_save(&r, *state), TT_OK);
    assert_status(results_load(&back, *state), TT_OK);
    assert_string_equal(back.rows[0].why, "half a letter: ");
    results_finish(&r), results_finish(&back);
}

static int make_path(void **state)
{
    static char path[] = "/tmp/tt_results_XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0) return -1;
    close(fd);
    *state = path;
    return 0;
}

static int remove_path(void **state) { return remove(*state); }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(engine_times_only_what_is_right),
        cmocka_unit_test(few_pairs_are_not_trusted),
        cmocka_unit_test(claims_say_what_a_machine_lacks),
        cmocka_unit_test(names_are_whole_words),
        cmocka_unit_test(json_comes_back_as_it_went),
        cmocka_unit_test(other_files_are_refused),
        cmocka_unit_test(numbers_that_do_not_fit_are_refused),
        cmocka_unit_test(long_texts_are_cut_between_letters),
        cmocka_unit_test(rows_that_cannot_be_written_are_an_error),
    };
    return !!cmocka_run_group_tests(tests, make_path, remove_path);
}
