// bench_report.c: what was measured, as a table, as verdicts on claims, and as charts.
#include "bench_report.h"

#include <math.h>
#include <string.h>

// --- A case as a table ---

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

// So many that no ratio is wider than seven characters.
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
        print_row(out, row, first, count > 1 ? row->variant : kase); // one variant at many cases: a line each
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

// --- Claims ---

// Walk names with blanks between them: the next one into word, or false.
static bool next_word(const char **at, char *word, size_t size)
{
    *at += strspn(*at, " |");
    size_t length = strcspn(*at, " |");
    if (length == 0 || length >= size) return false;
    memcpy(word, *at, length);
    word[length] = 0;
    *at += length;
    return true;
}

// The fastest timed row among variants at a case; NULL if none was timed.
static const results_row *fastest(const results *r, const char *suite, const char *kase, const char *variants)
{
    const results_row *best = NULL;
    char name[32];
    while (next_word(&variants, name, sizeof name)) {
        const results_row *row = results_find(r, suite, kase, name);
        if (row && row->n && (!best || results_rate(row) > results_rate(best))) best = row;
    }
    return best;
}

// From the best times for a verdict, or the median of the pairs for a reader.
static double claim_value(const results *r, const bench_claim *claim, bool best)
{
    if (!claim->suite) {
        const results_value *v = results_get(r, claim->value);
        return v ? v->value : NAN;
    }
    double sum = 0;
    int count = 0;
    char kase[32];
    for (const char *at = claim->cases; next_word(&at, kase, sizeof kase); count++) {
        const results_row *row = fastest(r, claim->suite, kase, claim->these);
        const results_row *base = fastest(r, claim->suite, kase, claim->those);
        if (!row || !base) return NAN;
        sum += log(best ? results_best_ratio(row, base) : results_ratio(row, base).median);
    }
    return exp(sum / count);
}

double bench_claim_value(const results *r, const bench_claim *claim) { return claim_value(r, claim, true); }
double bench_claim_median(const results *r, const bench_claim *claim) { return claim_value(r, claim, false); }

const char *bench_claim_needs(const results *r, const bench_claim *claim)
{
    const char *needs = NULL;
    char kase[32], name[32];
    if (!claim->suite) return NULL;
    for (const char *at = claim->cases; next_word(&at, kase, sizeof kase);)
        for (const char *these = claim->these; next_word(&these, name, sizeof name);) {
            const results_row *row = results_find(r, claim->suite, kase, name);
            if (!row || row->n > 0) continue;
            if (strncmp(row->why, "needs ", 6) != 0) return NULL; // this one could have been measured
            needs = row->why;
        }
    return needs;
}

void bench_claim_verdict(char *text, size_t size, const results *r, const bench_claim *claim, double value)
{
    const char *needs = isnan(value) ? bench_claim_needs(r, claim) : NULL;
    bool good = claim->bound == CLAIM_AT_LEAST ? value >= claim->limit : value <= claim->limit;
    if (needs) snprintf(text, size, "not measured here: %s", needs);
    else snprintf(text, size, "%s", isnan(value) ? "not measured" : good ? "reached" : "MISSED");
}

int bench_print_claims(const results *r, const bench_module *module)
{
    int missed = 0, unknown = 0, elsewhere = 0;
    char line[200], verdict[80];
    machine_line(&r->machine, line, sizeof line);
    printf("%s, side: %s%s\n%s\n\n", module->name, r->side,
           r->quick ? ", QUICK: too small for a verdict" : "", line);
    printf("%-49.49s %7s %7s %7s %s\n", "claim", "best", "median", "needs", "verdict");
    for (int i = 0; i < module->claim_count; i++) {
        const bench_claim *c = &module->claims[i];
        double value = bench_claim_value(r, c);
        bool nowhere = isnan(value), here = !nowhere || !bench_claim_needs(r, c);
        bench_claim_verdict(verdict, sizeof verdict, r, c, value);
        unknown += nowhere && here;
        elsewhere += !here;
        missed += !strcmp(verdict, "MISSED");
        printf("%-49.49s %7.4g %7.4g %s%-5.4g %s\n", c->text, value, bench_claim_median(r, c),
               c->bound == CLAIM_AT_LEAST ? ">=" : "<=", c->limit, verdict);
    }
    printf("\nbest: ratio of the best times, which the verdict is taken from; median: of the pairs.\n");
    printf("%d reached, %d missed, %d not measured", module->claim_count - missed - unknown - elsewhere,
           missed, unknown);
    if (elsewhere) printf(", and %d that this machine cannot measure", elsewhere);
    printf("\n");
    return missed + unknown;
}

// --- Charts ---

static double chart_value_of(const bench_chart *c, const results *r, const results_row *row)
{
    if (c->value == CHART_RATE) return results_rate(row) / c->scale;
    if (c->value == CHART_TIME) return 1 / results_rate(row) / c->scale;
    return results_ratio(row, results_base(r, row)).median / c->scale;
}

// A colour for each name of the list, the same on every side and in every chart of the list.
static int colour_of(const char *names, const char *name)
{
    char word[32];
    for (int i = 0; next_word(&names, word, sizeof word); i++)
        if (!strcmp(word, name)) return i;
    return 0;
}

// What a series is called: the variant, and whose it is where that is not the chart's first side.
static void name_series(char name[48], const char *variant, const char *whose)
{
    if (whose) snprintf(name, 48, "%s (%s)", variant, whose);
    else snprintf(name, 48, "%s", variant);
}

static void add_curve(plot_chart *out, const bench_chart *c, const results *r, const char *variant,
                      const char *whose)
{
    plot_series *s = NULL;
    for (int i = 0; i < r->row_count; i++) {
        const results_row *row = &r->rows[i];
        if (strcmp(row->suite, c->suite) != 0 || strcmp(row->variant, variant) != 0 || row->x <= 0 || !row->n)
            continue;
        if (whose && row->kind != RESULTS_RUNG) continue; // yardsticks are drawn once
        if (!s) {
            char name[48];
            name_series(name, variant, whose);
            plot_style style = row->kind == RESULTS_YARDSTICK ? PLOT_DASHED_LINE
                               : whose                        ? PLOT_MARKS_ONLY
                                                              : PLOT_LINE_AND_MARKS;
            s = plot_add_series(out, name, style, colour_of(c->variants, variant));
        }
        plot_add_point(s, row->x, chart_value_of(c, r, row));
    }
}

static void add_bar(plot_chart *out, const bench_chart *c, const results *r, const char *variant,
                    const char *whose)
{
    const results_row *row = results_find(r, c->suite, c->kase, variant);
    if (!row || !row->n || (whose && row->kind != RESULTS_RUNG)) return;
    char name[48];
    name_series(name, variant, whose);
    double value = chart_value_of(c, r, row), low = value, high = value;
    if (c->value == CHART_RATIO) {
        measure_stats q = results_ratio(row, results_base(r, row));
        low = q.low / c->scale, high = q.high / c->scale;
    }
    plot_add_bar(out, name, colour_of(c->variants, variant), value, low, high);
}

void bench_chart_fill(plot_chart *out, const bench_chart *c, const char *module, const results *first,
                      const results *second, const char *whose)
{
    *out = (plot_chart){
        .log_x = c->log_x, .log_y = c->log_y, .bytes_x = c->bytes_x, .bars = c->kind == CHART_BARS};
    snprintf(out->name, sizeof out->name, "%s-%s", module, c->name);
    snprintf(out->title, sizeof out->title, "%s", c->title);
    snprintf(out->xlabel, sizeof out->xlabel, "%s", c->xlabel);
    snprintf(out->ylabel, sizeof out->ylabel, "%s", c->ylabel);
    snprintf(out->unit, sizeof out->unit, "%s", c->value == CHART_RATIO ? "x" : "");
    int least = RESULTS_MOST_ROUNDS, most = 0;
    for (int i = 0; i < first->row_count; i++) {
        const results_row *row = &first->rows[i];
        if (strcmp(row->suite, c->suite) != 0 || !row->n || !bench_lists(c->variants, row->variant)) continue;
        if (c->kase && strcmp(row->kase, c->kase) != 0) continue;
        if (row->n < least) least = row->n;
        if (row->n > most) most = row->n;
    }
    for (int i = 0; i < MACHINE_LEVELS && c->bytes_x; i++) {
        if (!first->machine.cache_bytes[i]) continue;
        snprintf(out->mark[out->mark_count].name, sizeof out->mark[0].name, "%s", machine_level_names[i]);
        out->mark[out->mark_count++].x = (double)first->machine.cache_bytes[i];
    }
    char line[128];
    machine_line(&first->machine, line, sizeof line);
    char rounds[32];
    snprintf(rounds, sizeof rounds, least < most ? "%d to %d" : "%d", least, most);
    if (most == 1) snprintf(out->caption, sizeof out->caption, "Measured once. %s", line);
    else
        snprintf(out->caption, sizeof out->caption, "Medians of %s rounds%s. %s", rounds,
                 c->value == CHART_RATIO && out->bars ? ", whiskers: quartiles" : "", line);
    char variant[32];
    for (const char *at = c->variants; next_word(&at, variant, sizeof variant);)
        for (int side = 0; side < 2; side++) {
            const results *r = side ? second : first;
            if (r) (out->bars ? add_bar : add_curve)(out, c, r, variant, side ? whose : NULL);
        }
}
