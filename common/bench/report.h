// report.h: what was measured, as a table, as verdicts on claims, and as charts.
#pragma once

#include "bench.h"
#include "measure/plot.h"

// "12.34 ms": seconds with the unit that fits.
void bench_print_seconds(char *text, size_t size, double seconds);

// Print the rows of a case as a table of at most 80 columns.
void bench_print_case(FILE *out, const results *r, const char *suite, const char *kase);

// The same as a Markdown table.
void bench_markdown_case(FILE *out, const results *r, const char *suite, const char *kase);

// The value of a claim from the best times, as its verdict uses, or as the median of the pairs. NaN if
// its rows are missing.
double bench_claim_value(const results *r, const bench_claim *claim);
double bench_claim_median(const results *r, const bench_claim *claim);

// What this machine lacks for a claim, such as "needs AVX-512 VNNI", if that is why none of its variants
// was timed; else NULL.
const char *bench_claim_needs(const results *r, const bench_claim *claim);

// The prefix that fits a rate, such as "G", and its factor, 1e9.
const char *bench_scale_unit(double rate, double *scale);

// "reached", "MISSED", "not measured" (value is NaN) or "not measured here: needs ...".
void bench_claim_verdict(char *text, size_t size, const results *r, const bench_claim *claim, double value);

// Print every claim with value, limit and verdict; returns how many were missed or could not be
// evaluated, without those that need another machine.
int bench_print_claims(const results *r, const bench_module *module);

// Copy the module and, if r is the reference's, add two claims: all paces kept and all speed points, from
// the grading on this machine in the file at path; not measured if there is none. Sets their values in r.
void bench_claim_reference(bench_module *out, results *r, const bench_module *module, const char *path);

// Make the chart that a row describes. second may be NULL; else its results are drawn beside the first's
// as marks, named "packed (yours)" if `whose` is "yours".
void bench_chart_fill(plot_chart *out, const bench_chart *c, const char *module, const results *first,
                      const results *second, const char *whose);
