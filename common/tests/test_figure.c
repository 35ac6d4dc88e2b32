// test_figure.c: both faces of a drawing say the same, stay within their bounds, and take nothing hostile.
#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page/figure.h"

static figure f;

static void text(FILE *out, const figure *d) { figure_text(out, d); }
static void svg(FILE *out, const figure *d) { figure_svg(out, d, 7, false); }
static void alone(FILE *out, const figure *d) { figure_svg(out, d, 1, true); }
static void page(FILE *out, const figure *d) { figure_page(out, d, 3); }

// What a face writes; the last four are kept.
static const char *written(void (*face)(FILE *out, const figure *d), const figure *d)
{
    static char results[4][1 << 18];
    static int next;
    char *result = results[next++ % 4];
    FILE *out = fmemopen(result, sizeof results[0], "w");
    assert_non_null(out);
    face(out, d);
    fclose(out);
    return result;
}

#define has(text, part)                                                                                      \
    do {                                                                                                     \
        if (!strstr(text, part)) fail_msg("\"%s\" is not in: %s", part, text);                               \
    } while (0)

static int count(const char *in, const char *part)
{
    int n = 0;
    while ((in = strstr(in, part))) n++, in++;
    return n;
}

static void assert_narrow(const char *lines)
{
    int column = 0;
    for (const char *c = lines; *c; c++) {
        column = *c == '\n' ? 0 : column + 1;
        if (column > 80) fail_msg("more than 80 columns: %.100s", c - 80);
    }
}

static void a_grid_has_labels_headings_and_marks(void **state)
{
    (void)state;
    figure_begin(&f, "A tile", "It has %d rows.", 2);
    figure_grid(&f, "sums", 2, 3);
    for (int r = 0; r < 2; r++)
        for (int c = 0; c < 3; c++)
            figure_box(&f, r, c, c == 1 ? FIGURE_BLUE : FIGURE_PLAIN, "%d", 3 * r + c);
    figure_box(&f, 1, -1, FIGURE_PLAIN, "a1");
    figure_box(&f, -1, 2, FIGURE_PLAIN, "b2");
    figure_arrow(&f, "kept");
    figure_grid(&f, "", 1, 3);
    figure_box(&f, 0, 1, FIGURE_GREEN, "%s", "");
    const char *plain = written(text, &f);
    has(plain, "\nA tile\nsums\n");
    has(plain, "   |0 |1 |2 |");
    has(plain, "a1 |3 |4 |5 |");
    has(plain, "v  kept\n");
    has(plain, "\n.+.\n");
    has(plain, "It has 2 rows.");
    figure_key(&f, FIGURE_BLUE, "the middle");
    has(written(text, &f), "|4o|"); // the key explains the shade, so text shows it
    has(written(text, &f), "  o  the middle\n");
    const char *picture = written(svg, &f);
    assert_int_equal(count(picture, "<rect class=\"s0\""), 4 + 2);
    assert_int_equal(count(picture, "<rect class=\"s1\""), 2 + 1);
    has(picture, "role=\"img\" aria-labelledby=\"figure_7_title figure_7_words\"");
    has(picture, "<title id=\"figure_7_title\">A tile</title>");
    has(picture, "Grid of 2 rows and 3 columns.");
    has(picture, "o: the middle.");
}

static void a_ruler_has_marks_where_its_numbers_are(void **state)
{
    (void)state;
    figure_begin(&f, "Rulers", "%s", "");
    figure_ruler(&f, "four bits", 0, 1);
    figure_mark(&f, 0, FIGURE_PLAIN, "%s", "");
    figure_mark(&f, 0.5, FIGURE_PLAIN, "half");
    figure_mark(&f, 1, FIGURE_PLAIN, "%s", "");
    figure_range(&f, 0.25, 0.375, FIGURE_RED, "here");
    figure_tick(&f, 0, "0");
    figure_tick(&f, 1, "1");
    const char *plain = written(text, &f), *line = strstr(plain, "four bits    |");
    assert_non_null(line);
    assert_int_equal(strcspn(line + 13, "\n"), 65);
    assert_int_equal(line[13 + 32], '|');
    assert_int_equal(line[13 + 64], '|');
    assert_int_equal(line[13 + 20], '=');
    assert_int_equal(line[13 + 26], '-');
    has(plain, "= 0.25 to 0.375: here");
    // The SVG's marks are at 0, one half and all of the same length.
    double at[3];
    const char *picture = written(svg, &f);
    for (int i = 0; i < 3; i++) {
        assert_non_null(picture = strstr(picture, "class=\"mark l0\" x1=\""));
        at[i] = atof(picture += strlen("class=\"mark l0\" x1=\""));
    }
    assert_true(at[0] < at[1] && fabs(at[1] - at[0] - (at[2] - at[1])) < 0.2);
}

static void a_histogram_has_bars_as_long_as_its_counts(void **state)
{
    (void)state;
    const size_t counts[4] = {0, 46, 23, 1};
    figure_begin(&f, "Counts", "%s", "");
    figure_histogram(&f, "", counts, 4, -2, 2, false);
    figure_range(&f, -1, 0, FIGURE_BLUE, "the middle");
    const char *plain = written(text, &f);
    assert_int_equal(count(plain, "#"), 46 + 23 + 1);
    has(plain, "-0.5 | ####");
    has(plain, " 0.5   ####");
    has(plain, "| -1 to 0: the middle");
    const char *picture = written(svg, &f);
    has(picture, "height=\"110.0\"");
    has(picture, "height=\"55.0\"");
    has(picture, "Histogram from -2 to 2. 0 46 23 1");
    f.part[0].log = true;
    assert_int_equal(count(written(text, &f), "#"),
                     46 + (int)lround(46 * log10(24) / log10(47)) + (int)lround(46 * log10(2) / log10(47)));
}

static void a_chain_goes_on_below(void **state)
{
    (void)state;
    figure_begin(&f, "Layers", "%s", "");
    figure_chain(&f, "before");
    for (int i = 0; i < 12; i++) figure_link(&f, i / 11.0, FIGURE_SKY, "layer %d of 12", i);
    const char *plain = written(text, &f);
    has(plain, "[layer 0 of 12] -> [layer 1 of 12]");
    assert_int_equal(count(plain, "->"), 11);
    assert_narrow(plain);
    assert_int_equal(count(written(svg, &f), "<path class=\"head\""), 11);
    int width = 0;
    assert_int_equal(sscanf(strstr(written(svg, &f), "viewBox=\"0 0 "), "viewBox=\"0 0 %d", &width), 1);
    assert_true(width <= 660);
}

// As full as it can be, with the longest labels.
static void the_largest_stays_narrow(void **state)
{
    (void)state;
    figure_begin(&f, "All", "%s", "");
    for (int part = 0; part < FIGURE_MOST_PARTS + 3; part++) {
        figure_grid(&f, "a name that is longer than the array in which it is kept, so that it is cut there",
                    64, 64);
        for (int i = 0; i < 40; i++) figure_box(&f, i, i, FIGURE_RED, "label as long as can be kept %d", i);
    }
    figure_ruler(&f, "no room", 0, 1);
    assert_int_equal(f.part_count, FIGURE_MOST_PARTS);
    for (int i = 0; i < FIGURE_MOST_ITEMS; i++) figure_box(&f, 0, 0, FIGURE_RED, "x");
    assert_int_equal(f.item_count, FIGURE_MOST_ITEMS);
    assert_true(figure_is_sound(&f));
    assert_narrow(written(text, &f));
    figure_begin(&f, "Mask", "%s", "");
    figure_grid(&f, "", 1, 64);
    for (int i = 0; i < 64; i++) figure_box(&f, 0, i, i % 2 ? FIGURE_BLUE : FIGURE_PLAIN, "%s", "");
    has(written(text, &f), ".o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o.o\n");
}

static void what_makes_no_sense_is_left_out(void **state)
{
    (void)state;
    figure_begin(&f, "None", "%s", "");
    figure_box(&f, 0, 0, FIGURE_RED, "no part");
    figure_grid(&f, "", 0, 3);
    figure_grid(&f, "", 3, FIGURE_MOST_SIDE + 1);
    figure_ruler(&f, "", 1, 1);
    figure_ruler(&f, "", 0, NAN);
    assert_int_equal(f.part_count, 0);
    figure_ruler(&f, "", 0, 1);
    figure_mark(&f, NAN, FIGURE_RED, "nowhere");
    figure_box(&f, 0, 0, FIGURE_RED, "in a ruler");
    figure_link(&f, 1, FIGURE_RED, "in a ruler");
    assert_int_equal(f.item_count, 0);
    figure_mark(&f, 5, FIGURE_RED, "past the end"); // drawn at the end
    has(written(text, &f), "-|\n");
}

static void nothing_in_it_runs(void **state)
{
    (void)state;
    figure_begin(&f, "<script>alert(1)</script>", "</desc><img src=x onerror=alert(1)>");
    figure_grid(&f, "\"><b>", 1, 1);
    figure_box(&f, 0, 0, FIGURE_RED, "<i>\033[31m");
    figure_key(&f, FIGURE_RED, "</svg>");
    const char *picture = written(page, &f);
    assert_null(strstr(picture, "<script"));
    assert_null(strstr(picture, "<img"));
    assert_null(strstr(picture, "<i>"));
    assert_int_equal(count(picture, "</svg>"), 1);
    assert_null(strchr(picture, '\033'));
    assert_null(strchr(written(text, &f), '\033'));
}

static void a_file_of_its_own_has_its_style(void **state)
{
    (void)state;
    figure_begin(&f, "One", "%s", "");
    figure_grid(&f, "", 1, 1);
    has(written(alone, &f), "light-dark(");
    has(written(alone, &f), "<rect class=\"paper\"");
    assert_null(strstr(written(svg, &f), "<style"));
    has(written(page, &f), "<figcaption><strong>One</strong>");
}

// A figure that a cell's process sends may hold anything.
static void what_is_not_sound_is_refused(void **state)
{
    (void)state;
    figure_begin(&f, "One", "%s", "");
    figure_grid(&f, "", 2, 2);
    figure_box(&f, 1, 1, FIGURE_RED, "x");
    figure_ruler(&f, "r", 0, 1);
    figure_mark(&f, 0.5, FIGURE_RED, "m");
    const figure good = f;
    assert_true(figure_is_sound(&f));
#define REFUSED(change)                                                                                      \
    do {                                                                                                     \
        f = good;                                                                                            \
        change;                                                                                              \
        if (figure_is_sound(&f)) fail_msg("taken: %s", #change);                                             \
    } while (0)
    REFUSED(f.part_count = -1);
    REFUSED(f.part_count = FIGURE_MOST_PARTS + 1);
    REFUSED(f.item_count = FIGURE_MOST_ITEMS + 1);
    REFUSED(f.part[0].kind = FIGURE_PART_KINDS);
    REFUSED(f.part[0].rows = 1); // a box is in its row 1
    REFUSED(f.part[0].columns = 1 << 20);
    REFUSED(f.part[1].high = 0);
    REFUSED(f.part[1].low = NAN);
    REFUSED(f.item[0].part = 2);
    REFUSED(f.item[0].shade = FIGURE_SHADES);
    REFUSED(f.item[0].column = -2);
    REFUSED(f.item[0].kind = FIGURE_ITEM_KINDS);
    REFUSED(f.item[1].at = INFINITY);
    REFUSED(memset(f.item[1].label, 'x', sizeof f.item[1].label));
    REFUSED(memset(f.words, 'x', sizeof f.words));
    REFUSED(memset(f.key[7], 'x', sizeof f.key[7]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_grid_has_labels_headings_and_marks),
        cmocka_unit_test(a_ruler_has_marks_where_its_numbers_are),
        cmocka_unit_test(a_histogram_has_bars_as_long_as_its_counts),
        cmocka_unit_test(a_chain_goes_on_below),
        cmocka_unit_test(the_largest_stays_narrow),
        cmocka_unit_test(what_makes_no_sense_is_left_out),
        cmocka_unit_test(nothing_in_it_runs),
        cmocka_unit_test(a_file_of_its_own_has_its_style),
        cmocka_unit_test(what_is_not_sound_is_refused),
    };
    return run_tests(tests);
}
