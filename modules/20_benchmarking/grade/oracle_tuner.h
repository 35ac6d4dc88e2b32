// oracle_tuner.h: what a Gaussian process says, by other ways than the student's: Gauss and Jordan's elimination in long
// double for Cholesky and two triangles, integrals by Boole's rule for erfc.
#pragma once

#include <stdbool.h>

enum { ORACLE_MOST = 48, ORACLE_LENGTHS = 8 };

typedef struct {
    int n, d;
    const double *x;
    double noise, mean, deviation, length;
    double likelihood[ORACLE_LENGTHS]; // of each length
    int best;                          // of them, the first of equals
    bool clear;                        // no other length comes within 1e-7 of it
    // Of K at that length: its inverse, its Cholesky, and its inverse times what the process sees.
    long double inverse[ORACLE_MOST][ORACLE_MOST], lower[ORACLE_MOST][ORACLE_MOST], alpha[ORACLE_MOST];
} oracle_process;

// k (n, n) symmetric, n <= ORACLE_MOST -> inverse, lower; the logarithm of its determinant, NaN if it is not positive definite.
long double oly_oracle_invert(long double inverse[ORACLE_MOST][ORACLE_MOST],
                              long double lower[ORACLE_MOST][ORACLE_MOST], const double *k, int n,
                              double jitter);

double oly_oracle_kernel(const double *x, const double *z, int d, double length);

void oly_oracle_fit(oracle_process *o, const double *x, const double *y, int n, int d, double noise,
                    const double *lengths, int count);

void oly_oracle_predict(double *mean, double *deviation, const oracle_process *o, const double *z);

double oly_oracle_improvement(double mean, double deviation, double best);
double oly_oracle_chance(double mean, double deviation, double limit);
