// claims.c: a claim's value, from rows or values, and its verdict.
#include "report.h"

#include <math.h>
#include <string.h>

// The fastest timed row of these variants at a case; NULL if none was timed.
static const results_row *fastest(const results *r, const char *suite, const char *kase, const char *variants)
{
    const results_row *best = NULL;
    char name[32];
    while (bench_next_name(&variants, name, sizeof name)) {
        const results_row *row = results_find(r, suite, kase, name);
        if (row && row->n && (!best || results_rate(row) > results_rate(best))) best = row;
    }
    return best;
}

// From the best times, as the verdict uses, or the median of the pairs, as a reader is shown.
static double claim_value(const results *r, const bench_claim *claim, bool best)
{
    if (!claim->suite) {
        const results_value *v = results_get(r, claim->value);
        return v ? v->value : NAN;
    }
    double sum = 0;
    int count = 0;
    char kase[32];
    for (const char *at = claim->cases; bench_next_name(&at, kase, sizeof kase); count++) {
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
    for (const char *at = claim->cases; bench_next_name(&at, kase, sizeof kase);)
        for (const char *these = claim->these; bench_next_name(&these, name, sizeof name);) {
            const results_row *row = results_find(r, claim->suite, kase, name);
            if (!row || row->n > 0) continue;
            if (strncmp(row->why, "needs ", 6) != 0) return NULL; // it failed for a reason of its own
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
    static const char *const lengths[RESULTS_LENGTHS] = {
        [RESULTS_FULL] = "full length",
        [RESULTS_PLOT] = "plot length, full is make bench-",
        [RESULTS_QUICK] = "QUICK: too small for a verdict",
    };
    printf("%s, side: %s, %s%.*s\n%s\n\n", module->name, r->side, lengths[r->length],
           r->length == RESULTS_PLOT ? (int)strcspn(module->name, "_") : 0, module->name, line);
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
