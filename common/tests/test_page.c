// test_page.c: text, Markdown and code become HTML with the same contents, in which nothing runs.
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page/chart.h"
#include "page/code.h"
#include "page/html.h"
#include "page/markdown.h"
#include "page/math.h"
#include "page/page.h"
#include "page/text.h"

// What the function `write` writes; the last eight results are kept.
static const char *written(void (*write)(FILE *out, const char *text, size_t length), const char *text)
{
    static char results[8][2048];
    static int next;
    char *result = results[next++ % 8];
    FILE *out = fmemopen(result, sizeof results[0], "w");
    assert_non_null(out);
    write(out, text, strlen(text));
    fclose(out);
    return result;
}

static void put_markdown(FILE *out, const char *text, size_t length)
{
    assert_status(markdown_write(out, text, length, NULL), TT_OK);
}

static void put_base64(FILE *out, const char *text, size_t length) { page_base64(out, text, length); }

static void numbers_are_marked(void **state)
{
    (void)state;
    assert_string_equal(written(page_prose, "a \x02<7>\x03 b"),
                        "a <span class=\"measured\">&lt;7&gt;</span> b");
    assert_string_equal(written(put_base64, ""), "");
    assert_string_equal(written(put_base64, "f"), "Zg==");
    assert_string_equal(written(put_base64, "fo"), "Zm8=");
    assert_string_equal(written(put_base64, "foobar"), "Zm9vYmFy");
}

static void put_escaped(FILE *out, const char *text, size_t length)
{
    (void)length;
    page_say(out, "<b title=\"@\">@</b>", NULL, text);
}

static void arguments_are_escaped(void **state)
{
    (void)state;
    assert_string_equal(written(put_escaped, "<a@b> \"\xe2\x80\xae&"),
                        "<b title=\"\">&lt;a@b&gt; &quot;\xef\xbf\xbd&amp;</b>");
}

#define MATH(text, inside) assert_string_equal(written(page_math, text), "<math>" inside "</math>")

static void formulas_are_mathml(void **state)
{
    (void)state;
    MATH("", "");
    MATH("|x|^2 - 2.5y",
         "<mo>|</mo><mi>x</mi><msup><mo>|</mo><mn>2</mn></msup><mo>−</mo><mn>2.5</mn><mi>y</mi>");
    MATH("out_ij", "<msub><mi>out</mi><mi>ij</mi></msub>");
    MATH("x_i^2 <= x^2_i", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup><mo>≤</mo>"
                           "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>");
    MATH("sum_(p=1)^k a_p",
         "<munderover><mo>∑</mo><mrow><mi>p</mi><mo>=</mo><mn>1</mn></mrow><mi>k</mi></munderover>"
         "<msub><mi>a</mi><mi>p</mi></msub>");
    MATH("frac(f(x), sqrt(d))", "<mfrac><mrow><mi>f</mi><mo>(</mo><mi>x</mi><mo>)</mo></mrow>"
                                "<mrow><msqrt><mi>d</mi></msqrt></mrow></mfrac>");
    MATH("sigma<b>\x02 7\x03", "<mi>σ</mi><mo>&lt;</mo><mi>b</mi><mo>&gt;</mo><mn>7</mn>");
    // Whatever it is, it ends: brackets without an end, scripts of nothing, too deep.
    MATH("a_", "<msub><mi>a</mi><mtext></mtext></msub>");
    MATH("a_(b", "<msub><mi>a</mi><mrow><mi>b</mi></mrow></msub>");
    MATH("a)", "<mi>a</mi><mo>)</mo>");
    MATH("frac(a", "<mfrac><mrow><mi>a</mi></mrow><mrow></mrow></mfrac>");
    char deep[600];
    for (size_t i = 0; i < sizeof deep; i++) deep[i] = "^("[i % 2];
    deep[sizeof deep - 1] = 0;
    assert_non_null(strstr(written(page_math, deep), "<mo>(</mo>"));
    assert_string_equal(written(put_markdown, "a $x^2$ b, 5 $"),
                        "<p>a <math><msup><mi>x</mi><mn>2</mn></msup></math> b, 5 $</p>\n");
}

static void assert_clean(const char *text, size_t length, const char *expected)
{
    char *clean = page_clean(text, length);
    assert_string_equal(clean, expected);
    free(clean);
}
#define CLEAN(text, expected) assert_clean(text, sizeof text - 1, expected)

static void output_is_cleaned(void **state)
{
    (void)state;
    CLEAN("", "");
    CLEAN("plain\ttext\n", "plain\ttext\n");
    CLEAN("\033[1;31mred\033[0m", "red");
    CLEAN("\033]0;title\007a\033]8;;x\033\\b", "ab");
    CLEAN("\033(Bx\033", "x");
    CLEAN("a\033[", "a");
    CLEAN("one\n1 %\r22 %\r333 %\n", "one\n333 %\n");
    CLEAN("dos\r\nline\r", "dos\nline");
    CLEAN("a\0b\bc\x7f", "abc");
    CLEAN("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
    CLEAN("\xff(\xc3(\xe2\x82", "\xef\xbf\xbd(\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd");
    CLEAN("\xc0\xaf\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    CLEAN("\xe2\x80\xaex\xc2\x85", "x"); // turned round; a control character of two bytes
    CLEAN("a\xe2\x80\x8b\xef\xbb\xbf"
          "b",
          "ab"); // no width
}

static void markdown_is_inert(void **state)
{
    (void)state;
    assert_string_equal(written(put_markdown, "<b>x</b> *e* **s** `c<`"),
                        "<p>&lt;b&gt;x&lt;/b&gt; <em>e</em> <strong>s</strong> <code>c&lt;</code></p>\n");
    static const char *const bad[] = {
        "[x](javascript:a)", "[x](JAVASCRIPT:a)",     "[x](data:text/html,a)", "[x](vbscript:a)",
        "[x](file:///etc)",  "[x](<java\tscript:a>)", "[x](< javascript:a>)",  "[x](\x01javascript:a)",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (strstr(written(put_markdown, bad[i]), "<a ")) fail_msg("%s became a link", bad[i]);
    assert_string_equal(written(put_markdown, "[x](https://a.b/?c&d \"t\")"),
                        "<p><a rel=\"noreferrer\" href=\"https://a.b/?c&amp;d\">x</a></p>\n");
    // Its & is escaped, so that this is a relative address.
    assert_non_null(strstr(written(put_markdown, "[x](javascript&#58;a)"), "href=\"javascript&amp;#58;a\""));
    assert_non_null(strstr(written(put_markdown, "[x](../a/b.md#c)"), "href=\"../a/b.md#c\""));
    assert_non_null(
        strstr(written(put_markdown, "[x](/\xc3\xa4\xe2\x80\xae\xff)"), "href=\"/\xc3\xa4%E2%80%AE%FF\""));
    assert_string_equal(written(put_markdown, "![words](http://a.b/c.png)"), "<p>words</p>\n");
    assert_non_null(strstr(written(put_markdown, "| a | b |\n|---|---:|\n| 1 | 2 |"),
                           "<td>1</td><td class=\"right\">2</td>"));
    assert_non_null(strstr(written(put_markdown, "```c\nint x;\n```"), "<span class=\"t\">int</span> x;"));
}

static void headings_are_in_order(void **state)
{
    (void)state;
    static markdown_page page;
    static char text[4096];
    FILE *out = fmemopen(text, sizeof text, "w");
    static const char source[] =
        "# One & `two`\n## Same\n## Same\n#### Deep\n## ???\n## 3. Questions\n1. a\n2. b\n## End\n1. c\n";
    page.answers[1] = "<p>yes</p>";
    assert_status(markdown_write(out, source, strlen(source), &page), TT_OK);
    fclose(out);
    assert_int_equal(page.count, 7);
    assert_string_equal(page.headings[0].id, "one-two");
    assert_string_equal(page.headings[0].text, "One & two");
    assert_string_equal(page.headings[2].id, "same-2");
    assert_int_equal(page.headings[3].level, 3);
    assert_string_equal(page.headings[4].id, "section");
    assert_non_null(strstr(text, "<h3 id=\"deep\">Deep</h3>"));
    assert_non_null(strstr(text, "<summary>Question 2</summary><div>b</div><details class=\"answer\">"));
    assert_null(strstr(text, "Question 3"));
    assert_non_null(strstr(text, "<li>c</li>"));
}

// The number-th item under a heading, as HTML; NULL if there is none.
static const char *item_of(const char *text, const char *heading, int number)
{
    static char item[2048];
    FILE *out = fmemopen(item, sizeof item, "w");
    tt_status status = markdown_write_item(out, text, heading, number);
    fclose(out);
    return status == TT_OK ? item : NULL;
}

static void items_are_found(void **state)
{
    (void)state;
    static const char answers[] = "# H\n1. one\n   - inner\n2. two\n\n   ## h\n3. three\n";
    assert_non_null(strstr(item_of(answers, NULL, 1), "one"));
    assert_non_null(strstr(item_of(answers, NULL, 1), "<li>inner</li>"));
    assert_null(strstr(item_of(answers, NULL, 1), "two"));
    assert_non_null(strstr(item_of(answers, NULL, 2), "<h2>h</h2>"));
    assert_non_null(item_of(answers, NULL, 3));
    assert_null(item_of(answers, NULL, 4));
    static const char hints[] =
        "# Hints\n1. no\n\n## f_one and `g`\n1. first\n2. `code` and\n   more\n\n- 1. no\n\n"
        "## f\n1. of f\n";
    assert_string_equal(item_of(hints, "f_one", 1), "first");
    assert_string_equal(item_of(hints, "g", 2), "<code>code</code> and\nmore");
    assert_string_equal(item_of(hints, "f", 1), "of f"); // not f_one's
    assert_null(item_of(hints, "g", 3));
    assert_null(item_of(hints, "one", 1));
    assert_null(item_of("", "f", 1));
}

static void put_lines(FILE *out, const char *text, size_t length)
{
    assert_status(markdown_print(out, text, length), TT_OK);
}

static void a_terminal_gets_lines(void **state)
{
    (void)state;
    assert_string_equal(written(put_lines, "# One\n\nA *b* **c** `d`\ne  \nf.\n## Two\n### Three\ng"),
                        "\nOne\n===\n\nA *b* **c** `d` e\nf.\n\n\nTwo\n---\n\n\nThree\n\ng\n");
    assert_string_equal(written(put_lines, "a\n\n- b\n- c\n  d\n  1. e\n  2. f\n- g\n\nh"),
                        "a\n\n- b\n- c d\n  1. e\n  2. f\n- g\n\nh\n");
    assert_string_equal(written(put_lines, "9. a\n\n   b\n\n10. c"), "9. a\n\n   b\n\n10. c\n");
    assert_string_equal(written(put_lines, "a\n\n    x  y\n\n     z\n\nb"),
                        "a\n\n      x  y\n\n       z\n\nb\n");
    assert_string_equal(written(put_lines, "```c\nint x;\n```"), "      int x;\n");
    assert_string_equal(written(put_lines, "|a|b|\n|---|---|\n|1|`2`|\n\nc"),
                        "| a | b |\n| --- | --- |\n| 1 | `2` |\n\nc\n");
    assert_string_equal(written(put_lines, "> a\n\n---\n[b](c)"), "  a\n\n---\n\nb (c)\n");
    assert_string_equal(written(put_lines, "<b>\x1b[2J\xe2\x80\xae\n\n    \x1b"),
                        "<b>\\x1b[2J\\xe2\\x80\\xae\n\n      \\x1b\n");
    char text[600] = "1. ";
    for (int i = 0; i < 100; i++) strcat(text, "abcd ");
    const char *at = written(put_lines, text);
    for (int line = 0; *at; line++, at += strcspn(at, "\n") + 1) {
        assert_true(strcspn(at, "\n") <= 78);
        assert_memory_equal(at, line ? "   abcd" : "1. abcd", 7);
    }
    char deep[400] = "";
    for (int i = 0; i < 40; i++) strcat(deep, "- ");
    assert_non_null(strstr(written(put_lines, strcat(deep, "deep")), "deep\n"));
}

static plot_chart bars(const char *name)
{
    plot_chart c = {.bars = true, .title = "<t>", .unit = "\"%", .xlabel = "x", .bar_count = 2};
    snprintf(c.bar[0].name, sizeof c.bar[0].name, "%s", name);
    c.bar[0].value = 50, c.bar[0].low = 20, c.bar[0].high = 100;
    snprintf(c.bar[1].name, sizeof c.bar[1].name, "other");
    c.bar[1].value = c.bar[1].low = c.bar[1].high = 200;
    return c;
}

static void put_bars(FILE *out, const char *text, size_t length)
{
    (void)length;
    plot_chart c = bars(text);
    page_chart(out, &c, NULL);
}

static void bars_are_drawn_without_a_picture(void **state)
{
    (void)state;
    const char *page = written(put_bars, "a<b>'");
    assert_non_null(strstr(page, "role=\"img\" aria-label=\"Bar chart: &lt;t&gt;"));
    assert_non_null(strstr(page, ">a&lt;b&gt;&#39;</text>"));
    assert_non_null(strstr(page, "width=\"112.5\""));           // 50 of 200
    assert_non_null(strstr(page, "width=\"450.0\""));           // the longest
    assert_non_null(strstr(page, "class=\"low\" x1=\"47.0\"")); // 20 of 200
    assert_non_null(strstr(page, "50 &quot;%</text>"));
    assert_null(strstr(page, "<b>"));
}

static void an_inert_page_can_do_nothing(void **state)
{
    (void)state;
    static char page[1 << 15];
    FILE *out = fmemopen(page, sizeof page, "w");
    page_put(out,
             &(page_frame){.title = "<t>", .goal = "", .foot = "<t>", .inert = true, .body = "<p>b</p>"});
    fclose(out);
    assert_non_null(strstr(page, "<title>&lt;t&gt;</title>"));
    assert_non_null(strstr(page, "default-src 'none'"));
    static const char *const never[] = {"<script", "script-src", "<a ", "<link", "<button", "href", "<t>"};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (strstr(page, never[i])) fail_msg("%s in an inert page", never[i]);
}

static void code_has_colours(void **state)
{
    (void)state;
    assert_string_equal(written(page_code, "#include <a>\n"),
                        "<span class=\"p\">#include &lt;a&gt;</span>\n");
    assert_string_equal(written(page_code, "return \"a\\\"b\"; // c"),
                        "<span class=\"k\">return</span> <span class=\"s\">&quot;a\\&quot;b&quot;</span>; "
                        "<span class=\"c\">// c</span>");
    assert_string_equal(written(page_code, "size_t x1 = 1e-3f + y.z;"),
                        "<span class=\"t\">size_t</span> x1 = <span class=\"n\">1e-3f</span> + y.z;");
    assert_string_equal(written(page_code, "/* open"), "<span class=\"c\">/* open</span>");
    assert_string_equal(written(page_code, "'\\''\"open\nint"),
                        "<span class=\"s\">&#39;\\&#39;&#39;</span><span class=\"s\">&quot;open</span>\n"
                        "<span class=\"t\">int</span>");
    assert_string_equal(written(page_code, "a\\"), "a\\");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_marked),
        cmocka_unit_test(arguments_are_escaped),
        cmocka_unit_test(formulas_are_mathml),
        cmocka_unit_test(output_is_cleaned),
        cmocka_unit_test(markdown_is_inert),
        cmocka_unit_test(headings_are_in_order),
        cmocka_unit_test(items_are_found),
        cmocka_unit_test(code_has_colours),
        cmocka_unit_test(a_terminal_gets_lines),
        cmocka_unit_test(bars_are_drawn_without_a_picture),
        cmocka_unit_test(an_inert_page_can_do_nothing),
    };
    return run_tests(tests);
}
