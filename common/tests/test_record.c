// test_record.c: the marked blocks of a page are rewritten, and nothing else of it is changed.
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/record.h"
#include "bench/tables.h"
#include "core/file.h"

static const bench_claim claims[] = {
    TIMES(2, "s", "c", "fast", "slow", "fast / slow"),
    VALUE(AT_MOST, 2, "seconds", "s", "seconds"),
};
const bench_module module_bench = {.name = "00_toy", .claims = claims, .claim_count = 2};

static char path[] = "/tmp/tt_record_XXXXXX";

static void put(const char *text) { assert_status(file_write(path, text, strlen(text)), TT_OK); }

static const char *get(void)
{
    static char *text;
    free(text);
    assert_status(file_read(&text, NULL, path, 4096), TT_OK);
    return text;
}

static results measured(void)
{
    results r = {.length = RESULTS_FULL};
    results_row slow = {.suite = "s",
                        .kase = "c",
                        .variant = "slow",
                        .passed = true,
                        .work = 1e9,
                        .unit = "flop/s",
                        .n = 2,
                        .seconds = {1, 1}};
    results_row fast = slow;
    strcpy(fast.variant, "fast"), fast.seconds[0] = fast.seconds[1] = 0.25;
    results_add(&r, &slow), results_add(&r, &fast);
    results_set(&r, "seconds", 3, "s");
    strcpy(r.machine.cpu, "Test CPU");
    return r;
}

static void only_the_module_s_blocks_change(void **state)
{
    (void)state;
    results r = measured();
    put("before\n<!-- record: 00_toy claims -->\nold\n<!-- end record -->\nbetween\n<!-- record: 01_other "
        "claims -->\nkeep\n"
        "<!-- end record -->\n<!-- record: 00_toy case s c -->\n<!-- end record -->\nafter\n");
    assert_status(bench_record(path, &r, &module_bench), TT_OK);
    const char *text = get();
    static const char *const parts[] = {
        "before\n<!-- record: 00_toy claims -->\n|",
        "| fast / slow | 4 x | 4 x | at least 2 | reached |",
        "| seconds | 3 s | 3 s | at most 2 | MISSED |",
        "`make claims-00 SOLUTION=1` on Test CPU",
        "<!-- end record -->\nbetween\n<!-- record: 01_other claims -->\nkeep\n<!-- end record -->",
        "| fast | 250.00 ms | 4 Gflop/s | 4 | 2 |",
        "<!-- end record -->\nafter\n"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!strstr(text, parts[i])) fail_msg("\"%s\" is not in: %s", parts[i], text);
    assert_null(strstr(text, "old"));
    char *once = strdup(text);
    assert_status(bench_record(path, &r, &module_bench), TT_OK);
    assert_string_equal(get(), once);
    free(once);
    results_finish(&r);
}

static void a_page_that_cannot_be_done_is_left_alone(void **state)
{
    (void)state;
    results r = measured();
    static const char *const pages[] = {"<!-- record: 00_toy claims -->\nno end\n",
                                        "<!-- record: 00_toy case s nothing -->\n<!-- end record -->\n",
                                        "<!-- record: 00_toy poem -->\n<!-- end record -->\n"};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        put(pages[i]);
        assert_status(bench_record(path, &r, &module_bench), TT_BAD_FILE);
        assert_string_equal(get(), pages[i]);
    }
    put("<!-- record: 00_toy claims -->\n<!-- end record -->\n");
    for (r.length = RESULTS_FULL + 1; r.length < RESULTS_LENGTHS; r.length++) {
        assert_status(bench_record(path, &r, &module_bench), TT_BAD_VALUE);
        assert_non_null(strstr(tt_error(), "make bench-00 SOLUTION=1"));
    }
    assert_status(bench_record("/nowhere/at/all", &(results){0}, &module_bench), TT_BAD_FILE);
    results_finish(&r);
}

int main(void)
{
    int fd = mkstemp(path);
    if (fd < 0) return 1;
    close(fd);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_module_s_blocks_change),
        cmocka_unit_test(a_page_that_cannot_be_done_is_left_alone),
    };
    int failed = run_tests(tests);
    remove(path);
    return failed;
}
