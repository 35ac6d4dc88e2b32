// test_plot.c: a chart becomes pictures and text; odd names and numbers do no harm.
#include "check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "measure/plot.h"

static long file_size(const char *folder, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    struct stat s;
    long size = stat(path, &s) == 0 ? s.st_size : -1;
    remove(path);
    return size;
}

static plot_chart *new_chart(bool bars)
{
    plot_chart *c = calloc(1, sizeof *c);
    assert_non_null(c);
    c->bars = bars;
    strcpy(c->name, "chart");
    strcpy(c->title, "It's 'quoted', `run` $HOME \"and\" {braced}_too & <x>");
    strcpy(c->xlabel, "x");
    strcpy(c->ylabel, "y");
    strcpy(c->caption, "caption; system('true')");
    strcpy(c->unit, "x");
    return c;
}

static void curves_and_bars_are_drawn(void **state)
{
    const char *folder = *state;
    for (int bars = 0; bars < 2; bars++) {
        plot_chart *c = new_chart(bars);
        for (int i = 0; bars && i < 20; i++)
            plot_add_bar(c, "it's", i, i + 1, i, i + 2); // the last four are dropped
        for (int s = 0; !bars && s < 3; s++) {
            plot_series *series = plot_add_series(c, "one's", (plot_style)s, s);
            for (int i = 1; i < 100; i++) plot_add_point(series, i, i * i);
            assert_int_equal(series->count, PLOT_MOST_POINTS);
        }
        assert_status(plot_draw(c, folder), TT_OK);
        char path[512], *svg = NULL, words[512] = "";
        snprintf(path, sizeof path, "%s/chart.svg", folder);
        assert_status(file_read(&svg, NULL, path, 1 << 20), TT_OK);
        FILE *said = fmemopen(words, sizeof words, "w");
        plot_words(said, svg), plot_words(said, "<svg>translate(11.52,<text>never ends");
        fclose(said), free(svg);
        assert_string_equal(words,
                            "It's 'quoted', `run` $HOME \"and\" {braced}_too & <x>. caption; system('true')");
        assert_true(file_size(folder, "chart.svg") > 2000);
        assert_true(file_size(folder, "chart.png") > 2000);
        FILE *f = tmpfile();
        assert_status(plot_text(c, f), TT_OK);
        rewind(f);
        char line[512], all[16384] = "";
        int lines = 0;
        for (; fgets(line, sizeof line, f); lines++) strncat(all, line, sizeof all - strlen(all) - 1);
        assert_true(lines > 10);
        assert_non_null(strstr(all, "It's 'quoted'"));
        assert_non_null(strstr(all, bars ? "it's" : "one's"));
        fclose(f);
        free(c);
    }
}

static void large_numbers_are_written_out(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } rows[] = {{0.123456, "0.123"}, {-12.34, "-12.3"},  {999.4, "999"},       {999.7, "999.7"},
                {5678.4, "5678"},    {9999.7, "9999.7"}, {1234567, "1234567"}, {2e9, "2e+09"}};
    for (int i = 0; i < COUNT(rows); i++) {
        char text[32];
        snprintf(text, sizeof text, "%.*g", chart_digits(rows[i].value), rows[i].value);
        assert_string_equal(text, rows[i].text);
    }
}

static void what_is_not_finite_is_dropped(void **state)
{
    (void)state;
    plot_chart *c = new_chart(false);
    plot_series *s = plot_add_series(c, "s", PLOT_LINE_AND_MARKS, 0);
    plot_add_point(s, NAN, 1), plot_add_point(s, 1, INFINITY), plot_add_point(NULL, 1, 1);
    assert_int_equal(s->count, 0);
    plot_add_bar(c, "b", 0, NAN, 0, 0);
    assert_int_equal(c->bar_count, 0);
    free(c);
}

static void nothing_to_draw_and_nowhere_to_draw_are_said(void **state)
{
    const char *folder = *state;
    plot_chart *c = new_chart(true);
    assert_status(plot_draw(c, folder), TT_BAD_VALUE);
    assert_status(plot_text(c, stdout), TT_BAD_VALUE);
    plot_add_bar(c, "b", 0, 1, 1, 1);
    assert_status(plot_draw(c, "/nowhere/at/all"), TT_BAD_FILE);
    free(c);
}

static int make_folder(void **state)
{
    static char folder[] = "/tmp/tt_plot_XXXXXX";
    return (*state = mkdtemp(folder)) ? 0 : -1;
}

static int remove_folder(void **state) { return rmdir(*state); }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(curves_and_bars_are_drawn),
        cmocka_unit_test(large_numbers_are_written_out),
        cmocka_unit_test(what_is_not_finite_is_dropped),
        cmocka_unit_test(nothing_to_draw_and_nowhere_to_draw_are_said),
    };
    return !!cmocka_run_group_tests(tests, make_folder, remove_folder);
}
