// oracle.h: attention and the transformer in double precision, by the plainest loops.
//
// Only for the grader's parent process, never for the graded one: it contains every right answer.
#pragma once

#include "caching.h"

// One query's attention in one head: keys and values are rows `row` floats apart. out (head), work (keys)
void cache_oracle_attention(double *out, double *work, const double *q, const double *k, const double *v,
                            int keys, int head, int row);

// y (rows, n) = x (rows, k) w (k, n) + bias
void cache_oracle_linear(double *y, const double *x, const float *w, const float *bias, int rows, int k,
                         int n);

void cache_oracle_norm(double *y, const double *x, const float *gain, const float *bias, int rows, int C);

double cache_oracle_gelu(double x);

// x (T, C) through one block. room (14 T C + T): working memory
void cache_oracle_block(double *x, double *room, const transformer *m, const transformer_block *b, int T);

// Logits of all T tokens of a text. ids (T) -> logits (T, V)
void cache_oracle_logits(double *logits, const transformer *m, const int *ids, int T);
