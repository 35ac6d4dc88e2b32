// hostile_lesson.c: a lesson that tries to run scripts in its page, and one of each thing that a cell can do.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/tables.h"
#include "lesson/lesson.h"

LESSON_TEXT;

static double one(const bench_case *c) { return c->size[0]; }
static void *prepare(const bench_case *c)
{
    (void)c;
    return malloc(1);
}
static volatile double sink;
static tt_status run(void *job, const bench_variant *v)
{
    (void)job;
    for (int i = 0; i < 1000; i++) sink = sqrt(i);
    return v->threads > 1 ? TT_TODO : TT_OK;
}

static const bench_case cases[] = {{"<1>|", {1}, 1, true}, {"2", {2}, 2, true}};
static const bench_variant variants[] = {
    GIVEN("naive", NULL),
    RUNG("<script>alert(1)</script>", NULL),
    RUNG("later", NULL, .threads = 2),
};
static bool check(void *job, char *why, size_t why_bytes) { return *why = 0, job && why_bytes; }
static double ever_more(int amount) { return amount; }
static double steady(int amount) { return 1 + 0 * amount; }
static double for_twice(lesson_way *way, int amount) { return way(2 * amount) / way(amount); }
#define EXHIBIT(name)                                                                                        \
    &(lesson_exhibit)                                                                                        \
    {                                                                                                        \
        name, "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "speed", "<b>/s", ever_more,      \
            steady, 7, for_twice, "twice", "<i>", 0.5, 1.5, "</div><script>alert(1)</script>"                \
    }
static const figure *drawing(void)
{
    static figure f;
    figure_begin(&f, "<script>alert(1)</script>", "</desc><img src=x onerror=alert(1)>");
    figure_grid(&f, "\"><b>", 1, 2);
    figure_box(&f, 0, 1, FIGURE_RED, "<i>\033[31m\xff");
    return &f;
}
static const bench_suite suite = SUITE("spin", "<b>/s", cases, variants, .work = one, .prepare = prepare,
                                       .run = run, .check = check, .finish = free);
static const bench_suite *const suites[] = {&suite};
#define LIST "naive <script>alert(1)</script> later"
static const bench_chart charts[] = {
    CURVES("lines", "spin", LIST, RATE, 1, "x \" onerror=\"alert(1)", "& <b>",
           "</title><script>alert(1)</script>"),
    BARS("bars", "spin", "2", LIST, RATIO, "times", "Bars & 'quotes'"),
};
const bench_module module_bench = {
    .name = "00_hostile", .suites = suites, .suite_count = 1, .charts = charts, .chart_count = 2};

// %% [markdown]
// # Hostile <script>alert(1)</script> & "quotes"
//
// <script>alert(1)</script> first paragraph. It has {forward} and {predicted:forward} and {Not A Name}.
// <img src=x onerror=alert(1)> <a href="javascript:alert(1)">raw</a>
//
// <div onclick="alert(1)">a block</div>
//
// [one](javascript:alert(1)) [two](JaVaScRiPt:alert(1)) [three](data:text/html,<script>alert(1)</script>)
// [four](javascript&#58;alert(1)) [five](java&Tab;script:alert(1)) [six](vbscript:x) [seven](<java	script:alert(1)>)
// <javascript:alert(1)> [good](https://example.org/?a=1&b=2) [near](#no-where "x\" onclick=alert(1)") ![picture](http://example.org/x.png)
//no blank before this line
//   three blanks before this one
//
// #### A heading that skips levels
//
// ## page main
//
// ## page main
//
// | a | b |
// | --- | ---: |
// | <i>x</i> | `<script>` |
//
// ```c
// int x = 1; // <script>alert(1)</script>
// ```
//
// - {forward}, at {forward}
//
// [if forward > 12 and forward < 0.5 * shown_lie]
// A sentence of contrary numbers.
//
// [else if forward > 12]
// Chosen: {forward} & <b>more</b>
//   than 12.
// [else]
// A sentence of small numbers.
// [end]
//
// [if never_written > 1]
// Nobody knows this.
// [not measured]
// Chosen: not known.
// [end]

static int helper_after_prose(void) { return 1; }

// %% A <b>title</b> & "quotes", long enough that it does not fit into the eighty characters that a piece keeps of it, see
CELL(prints)
{
    predict("forward", "<img src=x onerror=alert(1)> | how many?", "<b>");
    printf("<script>alert(1)</script>\n");
    printf("\033[31mred\033[0m \033]0;title\007 after\n");
    printf("10 %%\r50 %%\r100 %%\n");
    printf("\b\001\x7f bad \xff\xc3( \xe2\x80\xae turned\n");
    fprintf(stderr, "to the other stream\n");
    record("<b>name", 1, "<i>"); // <script>
    printf("%d\n", helper_after_prose());
}

// %% A helper that nothing runs
static void nothing(void) {}

// %%Mark without a blank
CELL(measures)
{
    nothing();
    compare("spin", "<1>|", NULL);
    printf("between\n");
    compare("spin", "2", NULL);
    show_chart("lines");
    show_chart("bars");
    show_figure(drawing());
    exhibit(EXHIBIT("shown"));
    record("forward", 12.5, "x");
}

// %% [markdown]
// {forward} again, {shown_lie}.
//
// A conclusion from {never_written} and {never_shown_true}.

// %% Crashes before it records
CELL(crashes)
{
    if (sink >= 0) abort();
    record("never_written", 1, "x");
    exhibit(EXHIBIT("never_shown"));
}

// %% Floods
CELL(floods)
{
    for (int i = 0; i < 30000; i++) printf("a line that is printed again and again\n");
}

// %% [markdown]
// ## Questions
//
// 1. First <script>alert(1)</script>?
// 2. Second?
//
//    More of it.
//
// ## The end
//
// 1. An item that is no question.

int main(int argc, char **argv) { return lesson_main(argc, argv, lesson_text); }
