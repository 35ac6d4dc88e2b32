// record.c: copies a page and writes its marked blocks anew.
#include "record.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "report.h"

static const char begins[] = "<!-- record: ", ends[] = "<!-- end record -->";

static void write_foot(FILE *out, const results *r, const char *command)
{
    char line[200];
    machine_line(&r->machine, line, sizeof line);
    fprintf(out, "\nMeasured by `%s` on %s.\n", command, line);
}

static void write_claims(FILE *out, const results *r, const bench_module *module)
{
    fprintf(out, "| claim | best | median | must reach | |\n| --- | ---: | ---: | ---: | --- |\n");
    for (int i = 0; i < module->claim_count; i++) {
        const bench_claim *c = &module->claims[i];
        double value = bench_claim_value(r, c);
        char verdict[80];
        bench_claim_verdict(verdict, sizeof verdict, r, c, value);
        if (isnan(value)) fprintf(out, "| %s | | |", c->text);
        else
            fprintf(out, "| %s | %.3g %s | %.3g %s |", c->text, value, c->unit, bench_claim_median(r, c),
                    c->unit);
        fprintf(out, " %s %g | %s |\n", c->bound == CLAIM_AT_LEAST ? "at least" : "at most", c->limit,
                verdict);
    }
}

static bool write_case(FILE *out, const results *r, const char *suite, const char *kase)
{
    bool any = false;
    for (int i = 0; i < r->row_count; i++) {
        const results_row *row = &r->rows[i], *base = results_base(r, row);
        if (strcmp(row->suite, suite) != 0 || strcmp(row->kase, kase) != 0) continue;
        if (!any)
            fprintf(out, "| %s | median | rate | times %s | n |\n| --- | ---: | ---: | ---: | ---: |\n", kase,
                    base->variant);
        any = true;
        if (row->n == 0) {
            fprintf(out, "| %s | %s | | | |\n", row->variant, row->why);
            continue;
        }
        char median[24];
        bench_print_seconds(median, sizeof median, measure_describe(row->seconds, row->n).median);
        double rate = results_rate(row), scale;
        const char *prefix = bench_scale_unit(rate, &scale);
        fprintf(out, "| %s | %s | %.3g %s%s | %.3g | %d |\n", row->variant, median, rate / scale, prefix,
                row->unit, results_ratio(row, base).median, row->n);
    }
    return any;
}

// Write the block that a line asks for; false if it asks for something that does not exist.
static bool write_block(FILE *out, const char *line, const results *r, const bench_module *module)
{
    char what[16] = "", suite[32] = "", kase[32] = "", command[64];
    int words = sscanf(line + strlen(begins), "%*31s %15s %31s %31s", what, suite, kase);
    const char *number_end = strchr(module->name, '_');
    int digits = number_end ? (int)(number_end - module->name) : (int)strlen(module->name);
    bool claims = words >= 1 && !strcmp(what, "claims"), one_case = words == 3 && !strcmp(what, "case");
    if (claims) write_claims(out, r, module);
    else if (!one_case || !write_case(out, r, suite, kase)) return false;
    snprintf(command, sizeof command, "make %s-%.*s%s", claims ? "claims" : "bench", digits, module->name,
             number_end ? " SOLUTION=1" : "");
    write_foot(out, r, command);
    return true;
}

// Copy in to out and write this module's blocks anew.
static tt_status copy_page(FILE *out, FILE *in, const char *path, const results *r,
                           const bench_module *module)
{
    char mine[64], line[1024];
    snprintf(mine, sizeof mine, "%s%s ", begins, module->name);
    bool skipping = false;
    while (fgets(line, sizeof line, in)) {
        bool end = !strncmp(line, ends, strlen(ends));
        if (end) skipping = false;
        if (skipping) continue;
        fputs(line, out);
        if (strncmp(line, mine, strlen(mine)) != 0) continue;
        if (!write_block(out, line, r, module))
            return tt_fail(TT_BAD_FILE, "%s: nothing measured for: %s", path, line);
        skipping = true;
    }
    return skipping ? tt_fail(TT_BAD_FILE, "%s: a block has no line %s", path, ends) : TT_OK;
}

tt_status bench_record(const char *path, const results *r, const bench_module *module)
{
    if (r->length != RESULTS_FULL)
        return tt_fail(TT_BAD_VALUE, "results of %s length are not recorded; run make bench-%.*s SOLUTION=1",
                       results_length_names[r->length], (int)strcspn(module->name, "_"), module->name);
    FILE *in = fopen(path, "r");
    if (!in) return tt_fail(TT_BAD_FILE, "%s: cannot be read; run this from the top of the tree", path);
    file_new f;
    tt_status status = file_begin(&f, path);
    if (status == TT_OK) status = copy_page(f.out, in, path, r, module);
    fclose(in);
    return file_end(&f, status);
}
