// bench/report.h: what was measured, as a table, as verdicts on claims, and as charts.
#pragma once

#include "bench.h"
#include "measure/plot.h"

// "12.34 ms": seconds with the unit that fits.
void bench_print_seconds(char *text, size_t size, double seconds);

// Print the rows of a case as a table of at most 80 columns.
void bench_print_case(FILE *out, const results *r, const char *suite, const char *kase);

// The same as a Markdown table.
void bench_markdown_case(FILE *out, const results *r, const char *suite, const char *kase);

// Evaluate a claim from the best times, as its verdict is; or as the median of the pairs. NaN if its rows are
// not there.
double bench_claim_value(const results *r, const bench_claim *claim);
double bench_claim_median(const results *r, const bench_claim *claim);

// What this machine lacks for a claim, "needs AVX-512 VNNI", if that is why none of its variants was timed;
// or NULL.
const char *bench_claim_needs(const results *r, const bench_claim *claim);

// The prefix for a rate, "G" for instance, and what it stands for: 1e9.
const char *bench_scale_unit(double rate, double *scale);

// "reached", "MISSED", "not measured" (value is NaN) or "not measured here: needs ...".
void bench_claim_verdict(char *text, size_t size, const results *r, const bench_claim *claim, double value);

// Print every claim with value, limit and verdict; returns how many were missed or could not be evaluated,
// those not counted that need another machine.
int bench_print_claims(const results *r, const bench_module *module);

// The module with two claims more if r is the reference's: paces kept and speed points, all of them, from the
// grading on this machine in the file at path; not measured where there is none. Sets their values in r.
void bench_claim_reference(bench_module *out, results *r, const bench_module *module, const char *path);

// Make the chart that a row describes. second may be NULL: another side's results beside the first's, drawn
// as marks and named "packed (yours)" if `whose` is "yours".
void bench_chart_fill(plot_chart *out, const bench_chart *c, const char *module, const results *first,
                      const results *second, const char *whose);
