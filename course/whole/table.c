// table.c: what was measured of the three models, row by row: time, gain, product of the single gains, bytes, memory, quality.
#include "table.h"

#include <math.h>
#include <stdio.h>

#include "ways.h"

static const char *const cases[WHOLE_MODELS] = {"64", "64", "128"};
static const char *const headings[WHOLE_MODELS] = {"The MLP, 64 pictures", "The CNN, 64 pictures",
                                                   "The transformer, one more token behind 127 others"};

static double value(const results *r, int model, const char *what, unsigned parts)
{
    char name[32];
    const results_value *v = results_get(r, whole_value(name, model, what, parts));
    return v ? v->value : NAN;
}

static const results_row *row_of(const results *r, int model, unsigned parts)
{
    char set[COURSE_NAME];
    const results_row *row = results_find(r, whole_names[model], cases[model], course_name(set, parts));
    return row && row->n > 0 ? row : NULL;
}

static double gain(const results *r, int model, unsigned parts)
{
    const results_row *row = row_of(r, model, parts), *base = row_of(r, model, 0);
    return row && base ? results_ratio(row, base).median : NAN;
}

// What the set would gain if each module's gain were as large as alone.
static double product(const results *r, int model, unsigned parts)
{
    double all = 1;
    for (int i = 0; i < COURSE_PARTS; i++)
        if (parts >> i & 1) all *= gain(r, model, 1u << i);
    return all;
}

static void number(const char *format, double x, int width)
{
    char text[32];
    snprintf(text, sizeof text, format, x);
    printf(" %*s", width, isnan(x) ? "-" : text);
}

// "13.2x", with three digits or, from 100 on, all of them.
static void times(double x, int width)
{
    number(x < 9.995 ? "%.2fx" : x < 99.95 ? "%.1fx" : "%.0fx", x, width);
}

static void print_row(const results *r, int model, unsigned parts)
{
    char set[COURSE_NAME];
    const results_row *row = row_of(r, model, parts);
    const unsigned weights = parts & (COURSE_INT8 | COURSE_PRUNING);
    const bool text = model == WHOLE_GPT;
    printf("%-9s", parts ? course_name(set, parts) : "none");
    number("%.3f", row ? 1e3 * measure_describe(row->seconds, row->n).median : NAN, 10);
    times(gain(r, model, parts), 8);
    if (parts & (parts - 1)) times(product(r, model, parts), 9);
    else printf(" %9s", "");
    number("%.0f", value(r, model, "KiB", weights), 9);
    number("%.0f", value(r, model, "peak", parts), 9);
    number(text ? "%.4f" : "%.2f %%", value(r, model, text ? "nats" : "right", weights), 9);
    printf("\n");
}

void whole_print(const results *r)
{
    for (int model = 0; model < WHOLE_MODELS; model++) {
        const bool text = model == WHOLE_GPT;
        printf("\n%s\n%-9s %10s %8s %9s %9s %9s %9s\n", headings[model], "modules", "ms", "gain", "product",
               "KiB", "peak KiB", text ? "nats" : "right");
        for (const unsigned *parts = whole_rows[model]; *parts != WHOLE_LAST; parts++)
            print_row(r, model, *parts);
    }
    printf("\nGain: how many times as fast as the textbook's loops, at this size. Product: of\n"
           "the gains that the modules have alone. KiB: all weights; of the transformer,\n"
           "what a token reads. Peak: what a process needs more, until it has answered once;\n"
           "the floats, of which bytes are made, are among it.\n");
}
