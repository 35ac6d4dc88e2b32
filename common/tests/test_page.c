// test_page.c: text, Markdown and code become HTML with the same contents, in which nothing runs.
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page/markdown.h"
#include "page/code.h"
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

static void text_is_escaped(void **state)
{
    (void)state;
    assert_string_equal(written(page_escape, "<a b='c' d=\"e\">&\x01\n"),
                        "&lt;a b=&#39;c&#39; d=&quot;e&quot;&gt;&amp;\n");
    assert_string_equal(written(page_prose, "a \x02<7>\x03 b"),
                        "a <span class=\"measured\">&lt;7&gt;</span> b");
    assert_string_equal(written(put_base64, ""), "");
    assert_string_equal(written(put_base64, "f"), "Zg==");
    assert_string_equal(written(put_base64, "fo"), "Zm8=");
    assert_string_equal(written(put_base64, "foobar"), "Zm9vYmFy");
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
    CLEAN("\xe2\x80\xaex\xc2\x85", "x"); // U+202E turns text round, U+0085 is a control character
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

static void answers_are_items(void **state)
{
    (void)state;
    char *items[2] = {NULL, NULL};
    static const char source[] = "# H\n1. one\n   - inner\n2. two\n\n   ## h\n3. three\n";
    assert_int_equal(markdown_items(source, strlen(source), items, 2), 2);
    assert_non_null(strstr(items[0], "one"));
    assert_non_null(strstr(items[0], "<li>inner</li>"));
    assert_non_null(strstr(items[1], "<h2>h</h2>"));
    free(items[0]), free(items[1]);
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
        cmocka_unit_test(text_is_escaped),   cmocka_unit_test(output_is_cleaned),
        cmocka_unit_test(markdown_is_inert), cmocka_unit_test(headings_are_in_order),
        cmocka_unit_test(answers_are_items), cmocka_unit_test(code_has_colours),
    };
    return run_tests(tests);
}
