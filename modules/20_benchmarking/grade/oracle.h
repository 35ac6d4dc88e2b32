// oracle.h: the answers, computed in another way than one would for the exercise.
#pragma once

#include "calls.h"

// By counting how many samples are below each, not by sorting.
double oly_oracle_quantile(const double *x, int n, double quantile);

double oly_oracle_accuracy(const float *logits, const int *labels, int count, int classes);
double oly_oracle_nats(const float *logits, const int *targets, int count, int classes); // in long double

// The number of the first rule that a configuration breaks, or BROKEN_NONE.
int oly_oracle_broken(const flat_space *space, const oly_config *config);

// The text of a configuration; its length.
int oly_oracle_config(char *text, size_t room, const flat_space *space, const oly_config *config);

// The manifest of the first `count` files of a package; its length.
int oly_oracle_manifest(char *text, size_t room, const flat_package *p, const char *contents, int count);
