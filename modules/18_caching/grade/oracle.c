// oracle.c: see oracle.h.
#include "oracle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void cache_oracle_attention(double *out, double *work, const double *q, const double *k, const double *v,
                            int keys, int head, int row)
{
    double max = -INFINITY, sum = 0;
    for (int t = 0; t < keys; t++) {
        work[t] = 0;
        for (int d = 0; d < head; d++) work[t] += q[d] * k[(size_t)t * row + d];
        work[t] /= sqrt(head);
        if (work[t] > max) max = work[t];
    }
    for (int t = 0; t < keys; t++) sum += work[t] = exp(work[t] - max);
    memset(out, 0, (size_t)head * sizeof *out);
    for (int t = 0; t < keys; t++)
        for (int d = 0; d < head; d++) out[d] += work[t] / sum * v[(size_t)t * row + d];
}

void cache_oracle_linear(double *y, const double *x, const float *w, const float *bias, int rows, int k,
                         int n)
{
    for (int i = 0; i < rows; i++) {
        double *row = y + (size_t)i * n;
        for (int j = 0; j < n; j++) row[j] = bias ? (double)bias[j] : 0;
        for (int p = 0; p < k; p++)
            for (int j = 0; j < n; j++) row[j] += x[(size_t)i * k + p] * (double)w[(size_t)p * n + j];
    }
}

void cache_oracle_norm(double *y, const double *x, const float *gain, const float *bias, int rows, int C)
{
    for (int i = 0; i < rows; i++, x += C, y += C) {
        double mean = 0, variance = 0;
        for (int j = 0; j < C; j++) mean += x[j] / C;
        for (int j = 0; j < C; j++) variance += (x[j] - mean) * (x[j] - mean) / C;
        double scale = 1 / sqrt(variance + (double)TRANSFORMER_EPS);
        for (int j = 0; j < C; j++) y[j] = (x[j] - mean) * scale * (double)gain[j] + (double)bias[j];
    }
}

double cache_oracle_gelu(double x)
{
    return 0.5 * x * (1 + tanh(sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
}

void cache_oracle_block(double *x, double *room, const transformer *m, const transformer_block *b, int T)
{
    int C = m->width, head = C / m->heads;
    size_t TC = (size_t)T * C;
    double *norm = room, *qkv = norm + TC, *attention = qkv + 3 * TC, *added = attention + TC,
           *wide = added + TC;
    double *work = wide + 4 * TC;
    cache_oracle_norm(norm, x, b->norm1_gain, b->norm1_bias, T, C);
    cache_oracle_linear(qkv, norm, b->qkv, b->qkv_bias, T, C, 3 * C);
    for (int t = 0; t < T; t++)
        for (int h = 0; h < m->heads; h++)
            cache_oracle_attention(attention + (size_t)t * C + h * head, work,
                                   qkv + (size_t)t * 3 * C + h * head, qkv + C + h * head,
                                   qkv + 2 * C + h * head, t + 1, head, 3 * C);
    cache_oracle_linear(added, attention, b->project, b->project_bias, T, C, C);
    for (size_t i = 0; i < TC; i++) x[i] += added[i];
    cache_oracle_norm(norm, x, b->norm2_gain, b->norm2_bias, T, C);
    cache_oracle_linear(wide, norm, b->widen, b->widen_bias, T, C, 4 * C);
    for (size_t i = 0; i < 4 * TC; i++) wide[i] = cache_oracle_gelu(wide[i]);
    cache_oracle_linear(added, wide, b->narrow, b->narrow_bias, T, 4 * C, C);
    for (size_t i = 0; i < TC; i++) x[i] += added[i];
}

void cache_oracle_logits(double *logits, const transformer *m, const int *ids, int T)
{
    int C = m->width;
    size_t TC = (size_t)T * C;
    double *x = malloc((15 * TC + (size_t)T) * sizeof *x);
    if (!x) abort();
    for (int t = 0; t < T; t++)
        for (int j = 0; j < C; j++)
            x[(size_t)t * C + j] =
                (double)m->tokens[(size_t)ids[t] * C + j] + (double)m->positions[(size_t)t * C + j];
    for (int layer = 0; layer < m->layers; layer++) cache_oracle_block(x, x + TC, m, &m->blocks[layer], T);
    cache_oracle_norm(x + TC, x, m->norm_gain, m->norm_bias, T, C);
    cache_oracle_linear(logits, x + TC, m->head, m->head_bias, T, C, m->vocab);
    free(x);
}
