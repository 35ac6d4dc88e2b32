// checks_tuner.h: the fill and check functions of the tuner's cases.
#pragma once

#include "calls_tuner.h"
#include "checks.h"

// Wrong unless got is within `allowed` of want; the format says what it is.
void oly_require_near(grade_run *run, double got, double want, double allowed, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

// check_tuner.c: the parts round the process
double *oly_lay_uniform(grade_run *run, int count, double low, double high);
double *oly_room(grade_run *run, int count);
void oly_lay_sizes(grade_run *run, int a, int b, int c);
void oly_lay_tuner(grade_run *run, int call); // a small job that must work
// Wrong unless l is the Cholesky factor of k + jitter I.
void oly_require_factor(grade_run *run, const char *name, const double *l, const double *k, int n,
                        double jitter);
grade_fill oly_fill_cholesky, oly_fill_singular, oly_fill_kernel, oly_fill_improvement, oly_fill_tails,
    oly_fill_chance, oly_fill_cost;
grade_check oly_check_cholesky, oly_check_kernel, oly_check_tail, oly_check_cost;

// check_tuner_fit.c: the process
void oly_lay_fit(grade_run *run, int n, int d, double mean, double unit, double noise, const double *lengths,
                 int count);
void oly_lay_predict(grade_run *run, int n, int m, int d, double noise, double length);
grade_fill oly_fill_fit, oly_fill_length, oly_fill_fit_edges, oly_fill_predict, oly_fill_predict_edges;
grade_check oly_check_fit, oly_check_predict;

// check_tuner_doors.c: what is refused, samples that fail; outputs untouched
grade_fill oly_fill_tuner_door;
grade_check oly_check_tuner_door;

// check_tuner_search.c: the searches, of which the child logs every sample
grade_fill oly_fill_all, oly_fill_early, oly_fill_lucky, oly_fill_random;
grade_check oly_check_search;

// Shared with the next ones: a job of random costs; the median; what a search whose configurations come in this order must
// have found, tried and called, wrong if it has not.
void oly_lay_script(grade_run *run, int configs, int limits, int d, oly_search search);
double oly_median(const double *x, int n);
void oly_require_search(grade_run *run, const int *order, int count);

// check_tuner_process.c: each choice of the process, beside the parent's
grade_fill oly_fill_process, oly_fill_limits, oly_fill_no_best;
grade_check oly_check_process;
