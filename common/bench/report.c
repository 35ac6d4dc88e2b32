// report.c: the rows of a case as a table, for a terminal and as Markdown.
#include "report.h"

#include <math.h>
#include <string.h>

const char *bench_scale_unit(double rate, double *scale)
{
    static const struct {
        double scale;
        const char *prefix;
    } steps[] = {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}, {1, ""}};
    int i = 0;
    while (i < 4 && rate < steps[i].scale) i++;
    *scale = steps[i].scale;
    return steps[i].prefix;
}

void bench_print_seconds(char *text, size_t size, double seconds)
{
    if (seconds >= 1) snprintf(text, size, "%.2f s", seconds);
    else if (seconds >= 1e-3) snprintf(text, size, "%.2f ms", seconds * 1e3);
    else if (seconds >= 1e-6) snprintf(text, size, "%.2f us", seconds * 1e6);
    else snprintf(text, size, "%.2f ns", seconds * 1e9);
}

// Few enough digits that no ratio is wider than seven characters.
static int digits(double ratio) { return ratio < 1e-3 || ratio >= 9999.5 ? 2 : ratio >= 999.5 ? 4 : 3; }

static void print_row(FILE *out, const results_row *row, const results_row *base, const char *name)
{
    if (row->n == 0) {
        fprintf(out, "  %-15.15s %s\n", name, row->why);
        return;
    }
    measure_stats t = measure_describe(row->seconds, row->n);
    char median[24], ratio[40] = "";
    bench_print_seconds(median, sizeof median, t.median);
    double rate = results_rate(row), scale;
    const char *prefix = bench_scale_unit(rate, &scale);
    if (base != row && base->n) {
        measure_stats q = results_ratio(row, base);
        snprintf(ratio, sizeof ratio, "%6.*g x (%.*g..%.*g)", digits(q.median), q.median, digits(q.low),
                 q.low, digits(q.high), q.high);
    }
    fprintf(out, "  %-15.15s %10s %7.3g %s%-8s %-22s %4d\n", name, median, rate / scale, prefix, row->unit,
            ratio, row->n);
}

void bench_print_case(FILE *out, const results *r, const char *suite, const char *kase)
{
    const results_row *first = NULL;
    int count = 0;
    for (int i = 0; i < r->row_count; i++) {
        const results_row *row = &r->rows[i];
        if (strcmp(row->suite, suite) != 0 || strcmp(row->kase, kase) != 0) continue;
        if (!first) first = row;
        count++;
    }
    char heading[64];
    if (count > 1) {
        snprintf(heading, sizeof heading, strlen(first->variant) < 9 ? "x %s (quartiles)" : "x %s",
                 first->variant);
        fprintf(out, "%-17.17s %10s %16s  %-22.22s %4s\n", kase, "median", "rate     ", heading, "n");
    }
    for (int i = 0; i < r->row_count; i++) {
        const results_row *row = &r->rows[i];
        if (strcmp(row->suite, suite) != 0 || strcmp(row->kase, kase) != 0) continue;
        print_row(out, row, first, count > 1 ? row->variant : kase); // one variant: lines are named by case
    }
}

// A cell of a Markdown table.
static void put_field(FILE *out, const char *text)
{
    fputs("| ", out);
    for (; *text; text++) fprintf(out, *text == '|' ? "\\%c" : "%c", *text);
    fputc(' ', out);
}

static void markdown_row(FILE *out, const results_row *row, const results_row *base, const char *name)
{
    put_field(out, name);
    if (row->n == 0) {
        put_field(out, row->why);
        fprintf(out, "| |%s |\n", base ? " |" : "");
        return;
    }
    char median[24];
    bench_print_seconds(median, sizeof median, measure_describe(row->seconds, row->n).median);
    double rate = results_rate(row), scale;
    const char *prefix = bench_scale_unit(rate, &scale);
    fprintf(out, "| %s | %.3g %s%s |", median, rate / scale, prefix, row->unit);
    if (base && base != row && base->n) {
        measure_stats q = results_ratio(row, base);
        fprintf(out, " %.3g x (%.3g..%.3g) |", q.median, q.low, q.high);
    } else if (base) fprintf(out, " |");
    fprintf(out, " %d |\n", row->n);
}

void bench_markdown_case(FILE *out, const results *r, const char *suite, const char *kase)
{
    const results_row *first = NULL;
    bool several = false;
    for (int i = 0; i < r->row_count; i++) {
        const results_row *row = &r->rows[i];
        if (strcmp(row->suite, suite) != 0 || strcmp(row->kase, kase) != 0) continue;
        several = first != NULL;
        if (!first) first = row;
    }
    put_field(out, several ? kase : suite);
    if (several)
        fprintf(out, "| median | rate | times %s (quartiles) | n |\n| --- | ---: | ---: | ---: | ---: |\n",
                first->variant);
    else fprintf(out, "| median | rate | n |\n| --- | ---: | ---: | ---: |\n");
    for (int i = 0; i < r->row_count; i++) {
        const results_row *row = &r->rows[i];
        if (strcmp(row->suite, suite) != 0 || strcmp(row->kase, kase) != 0) continue;
        markdown_row(out, row, several ? first : NULL, several ? row->variant : kase);
    }
}
