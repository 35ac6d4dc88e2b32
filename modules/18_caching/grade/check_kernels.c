// check_kernels.c: attention for one token and for a block, and one row times a matrix.
#include "checks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "oracle.h"

// --- Several calls in one step ---

// The timed kernels are called a few times with the same large arrays; each call's row comes when the one
// before has answered, so that no call can do another's work.
enum { MOST_SERIES = 4, MOST_WIDE = 4096 };
static struct {
    int count, at;
    float in[MOST_SERIES][MOST_WIDE], out[MOST_SERIES][MOST_WIDE]; // arrays 0 and 3 of each call
} series;

static bool next_of_series(grade_run *run)
{
    memcpy(series.out[series.at], grade_result(run, 3), run->layout.bytes[3]);
    if (++series.at >= series.count || run->status != TT_OK) return false;
    const size_t floats = run->layout.bytes[0] / sizeof(float);
    float *in = grade_renew(run, 0);
    grade_random_fill(run, in, floats, -1, 1);
    memcpy(series.in[series.at], in, floats * sizeof *in);
    grade_renew(run, 3);
    return true;
}

static void begin_series(grade_run *run, int count)
{
    series.count = count, series.at = 0;
    memcpy(series.in[0], grade_result(run, 0), run->layout.bytes[0]);
    run->next = next_of_series;
}

// --- Attention ---

// What is beyond the heads in a row, and the rows after the last key, are NaN, so that reading them shows.
static void lay_answers(grade_run *run, attention_shape s, float largest, int times)
{
    enum { BEHIND = 3 };
    const int numbers[] = {s.queries, s.keys, s.heads, s.head, s.q_row, s.kv_row, 0, times};
    memcpy(run->layout.number, numbers, sizeof numbers);
    int width = s.heads * s.head, rows[3] = {s.queries, s.keys + BEHIND, s.keys + BEHIND};
    for (int i = 0; i < 3; i++) {
        int row = i ? s.kv_row : s.q_row;
        float *x = grade_input(run, (size_t)rows[i] * (size_t)row);
        for (int t = 0; t < rows[i]; t++) {
            bool hidden = i > 0 && t >= s.keys;
            for (int j = 0; j < row; j++) x[(size_t)t * row + j] = NAN;
            if (!hidden)
                grade_random_fill(run, x + (size_t)t * row, (size_t)width, i ? -1 : -largest,
                                  i ? 1 : largest);
        }
    }
    grade_output(run, (size_t)times * (size_t)rows[0] * (size_t)width);
}

static void lay_attention(grade_run *run, attention_shape s, float largest)
{
    lay_answers(run, s, largest, 1);
}

bool cache_fill_decode(grade_run *run)
{
    static const attention_shape fixed[] = {{1, 1, 1, 1, 0, 0},   {1, 2, 1, 8, 0, 0},
                                            {1, 17, 4, 16, 0, 0}, {1, 64, 2, 64, 0, 0},
                                            {1, 65, 3, 33, 0, 0}, {1, 300, 4, 48, 0, 0}};
    static const int keys[] = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 100},
                     heads[] = {1, 5, 8, 12, 16, 20, 64};
    if (run->step >= COUNT(fixed) + 14) return false;
    attention_shape s = {1,
                         keys[run->step % COUNT(keys)],
                         1 + grade_random_below(run, 4),
                         heads[grade_random_below(run, COUNT(heads))],
                         0,
                         0};
    if (run->step < COUNT(fixed)) s = fixed[run->step];
    s.q_row = s.heads * s.head * (run->step % 2 ? 3 : 1), s.kv_row = s.heads * s.head + (run->step % 3) * 5;
    // Scores up to far beyond the range of exp.
    lay_attention(run, s, run->step % 4 == 3 ? 400 : 2);
    return true;
}

// Queries that end inside a tile and at its end, keys likewise with a block, heads of no whole vectors.
bool cache_fill_prefill(grade_run *run)
{
    static const attention_shape fixed[] = {
        {64, 64, 1, 64, 0, 0},  {17, 145, 2, 16, 0, 0}, {40, 256, 1, 33, 0, 0},  {130, 130, 2, 48, 0, 0},
        {33, 300, 1, 65, 0, 0}, {31, 257, 1, 1, 0, 0},  {15, 1000, 1, 12, 0, 0}, {200, 385, 1, 8, 0, 0}};
    static const int queries[] = {1, 2, 3, 4, 5, 8, 13, 17, 64}, past[] = {0, 0, 1, 3, 16, 50};
    if (run->step >= COUNT(fixed) + 27) return false;
    int n = queries[run->step % COUNT(queries)], head = 4 + grade_random_below(run, 30);
    attention_shape s = {n, n + past[run->step % COUNT(past)], 1 + grade_random_below(run, 3), head, 0, 0};
    if (run->step < COUNT(fixed)) s = fixed[run->step];
    s.q_row = s.heads * s.head * (run->step % 2 ? 3 : 1),
    s.kv_row = s.heads * s.head * (run->step % 2 ? 3 : 1);
    // Scores up to far beyond the range of exp.
    lay_attention(run, s, run->step % 4 == 3 ? 400 : 2);
    return true;
}

bool cache_fill_long_past(grade_run *run)
{
    enum { C = 8 * 64 };
    lay_attention(run, (attention_shape){1, 4096, 8, 64, C, C}, 2);
    begin_series(run, run->layout.number[TIMES] = 4);
    return true;
}

// Keys and values that stay in the L2 cache: there a dot product whose additions wait for each other shows, while from memory
// reading would take as long.
enum { TOKENS = 256 };
bool cache_fill_tokens(grade_run *run)
{
    enum { C = 8 * 64 };
    return lay_answers(run, (attention_shape){1, 128, 8, 64, C, C}, 2, TOKENS), true;
}

// The queries of such a job: what they were follows from what was answered.
static const float *token_queries(grade_run *run, int width)
{
    static float query[TOKENS][MOST_TOKEN_WIDTH];
    const float *out = grade_result(run, 3);
    memcpy(query[0], grade_given(run, 0), (size_t)width * sizeof **query);
    for (int t = 1; t < TOKENS; t++)
        for (int j = 0; j < width; j++) query[t][j] = NEXT_QUERY * out[(size_t)(t - 1) * (size_t)width + j];
    return *query;
}

bool cache_fill_long_prompt(grade_run *run)
{
    return lay_attention(run, (attention_shape){512, 1024, 4, 64, 768, 256}, 2), true;
}

// out is an average of values of at most 1. A score is a sum of `head` products of at most q. Rounding errors
// of sums of random sign are within 4 sqrt(n) u of what is summed (Higham and Mary 2019), u = 2^-24. exp
// makes an absolute error of a score a relative error of a weight; a weight also has the rounding errors of
// float's exp and of its argument.
static double attention_allowed(const attention_shape *s, double q)
{
    double largest = q * sqrt(s->head);
    return 0x1p-24 * (8 * q * s->head + 4 * largest + 4 * sqrt(s->keys) + 32);
}

void cache_check_attention(grade_run *run)
{
    enum { SAMPLED = 24 };
    const int *n = run->layout.number;
    attention_shape s = {n[QUERIES], n[KEYS], n[HEADS], n[HEAD], n[Q_ROW], n[KV_ROW]};
    const bool is_series = run->next == next_of_series;
    const float *q = is_series ? series.in[0] : grade_given(run, 0), *k = grade_given(run, 1),
                *v = grade_given(run, 2), *out = is_series ? series.out[0] : grade_result(run, 3);
    const bool is_chain = !is_series && n[TIMES] > 1;
    const int rows = is_series || is_chain ? n[TIMES] : s.queries, width = s.heads * s.head;
    if (is_series) s.q_row = MOST_WIDE;
    if (is_chain) q = token_queries(run, width), s.q_row = MOST_TOKEN_WIDTH;
    const size_t out_row = is_series ? MOST_WIDE : (size_t)width;
    if (run->status != TT_OK)
        grade_wrong(run, "got status \"%s\", expected \"ok\"", tt_status_text(run->status));
    size_t floats = (size_t)s.keys * (size_t)s.head;
    double *room = grade_room(run, (2 * floats + 2 * (size_t)s.head + (size_t)s.keys) * sizeof *room);
    double *kd = room, *vd = room + floats, *qd = room + 2 * floats, *want = qd + s.head,
           *work = want + s.head;
    float largest = 0;
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < width; j++) largest = fmaxf(largest, fabsf(q[(size_t)i * s.q_row + j]));
    const double allowed = attention_allowed(&s, (double)largest);
    for (int h = 0; h < s.heads; h++) {
        for (int t = 0; t < s.keys; t++)
            for (int d = 0; d < s.head; d++) {
                kd[(size_t)t * s.head + d] = (double)k[(size_t)t * s.kv_row + h * s.head + d];
                vd[(size_t)t * s.head + d] = (double)v[(size_t)t * s.kv_row + h * s.head + d];
            }
        for (int pick = 0; pick < (rows > 2 * SAMPLED ? SAMPLED : rows); pick++) {
            int i = rows <= 2 * SAMPLED ? pick : pick < 2 ? pick * (rows - 1) : grade_random_below(run, rows);
            int seen = is_series || is_chain ? s.keys : s.keys - s.queries + i + 1;
            for (int d = 0; d < s.head; d++) qd[d] = (double)q[(size_t)i * s.q_row + h * s.head + d];
            cache_oracle_attention(want, work, qd, kd, vd, seen, s.head, s.head);
            for (int d = 0; d < s.head; d++) {
                double got = (double)out[i * out_row + h * s.head + d], right = want[d];
                if (fabs(got - right) <= allowed) continue; // false if got is NaN
                grade_wrong(
                    run,
                    "%d queries, %d keys, %d heads of %d: got out[%d][head %d][%d] = %.7g, expected %.7g "
                    "within %.2g%s",
                    s.queries, s.keys, s.heads, s.head, i, h, d, got, right, allowed,
                    isnan(got) ? " (NaN: not written, or a key behind the last was read)" : "");
            }
        }
    }
}

static const struct attention_door {
    attention_shape s;
    int nulls;
    tt_status want;
} attention_doors[] = {
    {{0, 3, 2, 4, 8, 8}, 0, TT_BAD_SHAPE},
    {{1, 0, 2, 4, 8, 8}, 0, TT_BAD_SHAPE},
    {{1, 3, 0, 4, 8, 8}, 0, TT_BAD_SHAPE},
    {{1, 3, 2, -1, 8, 8}, 0, TT_BAD_SHAPE},
    {{1, 3, 2, 4, 7, 8}, 0, TT_BAD_SHAPE},
    {{1, 3, 2, 4, 8, 7}, 0, TT_BAD_SHAPE},
    {{1, 3, 1 << 16, 1 << 16, 8, 8}, 0, TT_BAD_SHAPE}, // a width that no int holds
    {{4, 3, 2, 4, 8, 8}, 0, TT_BAD_SHAPE},
    {{1, 3, 2, 4, 8, 8}, NULL_OUT, TT_BAD_VALUE},
    {{1, 3, 2, 4, 8, 8}, NULL_FIRST, TT_BAD_VALUE},
    {{1, 3, 2, 4, 8, 8}, NULL_SECOND, TT_BAD_VALUE},
    {{1, 3, 2, 4, 8, 8}, NULL_THIRD, TT_BAD_VALUE},
    {{2, 3, 2, 4, 8, 8}, 0, TT_BAD_SHAPE}, // decode only
};

bool cache_fill_attention_door(grade_run *run)
{
    if (run->step >= COUNT(attention_doors) - (run->row->argument == PREFILL)) return false;
    const struct attention_door *d = &attention_doors[run->step];
    lay_attention(run, (attention_shape){4, 4, 2, 4, 8, 8}, 1);
    const int numbers[] = {d->s.queries, d->s.keys,   d->s.heads, d->s.head,
                           d->s.q_row,   d->s.kv_row, d->nulls,   0};
    memcpy(run->layout.number, numbers, sizeof numbers);
    return true;
}

void cache_check_attention_door(grade_run *run)
{
    const struct attention_door *d = &attention_doors[run->step];
    if (run->status != d->want || !grade_untouched(run, 3))
        grade_wrong(
            run,
            "queries %d, keys %d, heads %d, head %d, q_row %d, kv_row %d%s: got status \"%s\"%s, expected "
            "\"%s\" and out untouched",
            d->s.queries, d->s.keys, d->s.heads, d->s.head, d->s.q_row, d->s.kv_row,
            d->nulls ? ", a NULL" : "", tt_status_text(run->status),
            grade_untouched(run, 3) ? "" : " and out written to", tt_status_text(d->want));
}

// --- A row times a matrix ---

static void lay_matvec(grade_run *run, int n, int k, bool integers)
{
    const int numbers[] = {n, k, 1, 1, 0, 1, 0, 0};
    memcpy(run->layout.number, numbers, sizeof numbers);
    size_t counts[] = {(size_t)abs(k), (size_t)abs(n) * (size_t)abs(k), (size_t)abs(n)};
    for (int i = 0; i < 3; i++) {
        float *x = grade_input(run, counts[i]);
        if (integers) grade_random_integers(run, x, counts[i], -8, 8);
        else grade_random_fill(run, x, counts[i], -1, 1);
    }
    grade_output(run, (size_t)abs(n));
}

static const int ragged[] = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 130, 200};

static bool fill_matvec(grade_run *run, bool integers, int threads)
{
    int n = ragged[grade_random_below(run, COUNT(ragged))],
        k = ragged[grade_random_below(run, COUNT(ragged))];
    if (run->step < COUNT(ragged)) n = ragged[run->step], k = ragged[COUNT(ragged) - 1 - run->step];
    lay_matvec(run, n, k, integers);
    run->layout.number[BIAS] = run->step % 3 > 0;
    run->layout.number[THREADS] = threads;
    return true;
}

bool cache_fill_ragged(grade_run *run) { return run->step < 30 && fill_matvec(run, false, 1); }
bool cache_fill_integers(grade_run *run) { return run->step < 24 && fill_matvec(run, true, 1); }
bool cache_fill_threads(grade_run *run)
{
    return run->step < 48 && fill_matvec(run, true, 1 + run->step % 4);
}
bool cache_fill_large(grade_run *run)
{
    lay_matvec(run, 4096, 2048, false);
    begin_series(run, run->layout.number[ROWS] = 3);
    return true;
}
bool cache_fill_large_threads(grade_run *run)
{
    lay_matvec(run, 4096, 4096, false);
    run->layout.number[THREADS] = 2;
    return true;
}

// Integers of at most 8 sum exactly; else k products of at most 1 and the bias give 4 sqrt(k) u (k + 1).
static void compare_matvec(grade_run *run, bool exact)
{
    const int *number = run->layout.number, n = number[N], k = number[K];
    const bool is_series = run->next == next_of_series;
    const float *w = grade_given(run, 1), *bias = grade_given(run, 2);
    if (run->status != TT_OK)
        grade_wrong(run, "got status \"%s\", expected \"ok\"", tt_status_text(run->status));
    double allowed = exact ? 0 : 4 * sqrt(k) * 0x1p-24 * (k + 1),
           *row = grade_room(run, (size_t)n * sizeof *row);
    for (int i = 0; i < number[ROWS]; i++) {
        const float *x = is_series ? series.in[i] : grade_given(run, 0),
                    *out = is_series ? series.out[i] : grade_result(run, 3);
        for (int j = 0; j < n; j++) row[j] = number[BIAS] ? (double)bias[j] : 0;
        for (int p = 0; p < k; p++)
            for (int j = 0; j < n; j++) row[j] += (double)x[p] * (double)w[(size_t)p * n + j];
        for (int j = 0; j < n; j++) {
            double got = (double)out[j], want = row[j];
            if (fabs(got - want) <= allowed) continue;
            grade_wrong(run, "n = %d, k = %d, %s, %d threads: got out[%d] = %.7g, expected %.7g within %.2g",
                        n, k, number[BIAS] ? "bias" : "no bias", number[THREADS], j, got, want, allowed);
        }
    }
}

void cache_check_close(grade_run *run) { compare_matvec(run, false); }
void cache_check_exact(grade_run *run) { compare_matvec(run, true); }

static const struct matvec_door {
    int n, k, threads, nulls;
    tt_status want;
} matvec_doors[] = {
    {0, 5, 1, NULL_OUT, TT_OK},           {5, 0, 1, NULL_FIRST | NULL_SECOND, TT_OK},
    {-1, 5, 1, 0, TT_BAD_SHAPE},          {5, -1, 1, 0, TT_BAD_SHAPE},
    {5, 3, 1, NULL_OUT, TT_BAD_VALUE},    {5, 3, 1, NULL_FIRST, TT_BAD_VALUE},
    {5, 3, 1, NULL_SECOND, TT_BAD_VALUE}, {5, 3, 0, 0, TT_BAD_VALUE}, // last row: threads, so not for MATVEC
};

bool cache_fill_matvec_door(grade_run *run)
{
    if (run->step >= COUNT(matvec_doors) - (run->row->argument == MATVEC)) return false;
    const struct matvec_door *d = &matvec_doors[run->step];
    lay_matvec(run, d->n, d->k, false);
    run->layout.number[THREADS] = d->threads, run->layout.number[MATVEC_DOOR] = d->nulls;
    return true;
}

void cache_check_matvec_door(grade_run *run)
{
    const struct matvec_door *d = &matvec_doors[run->step];
    if (d->want == TT_OK && d->n > 0) return cache_check_exact(run);
    if (run->status != d->want || !grade_untouched(run, 3))
        grade_wrong(run, "n = %d, k = %d, %d threads%s: got status \"%s\", expected \"%s\" and out untouched",
                    d->n, d->k, d->threads, d->nulls ? ", a NULL" : "", tt_status_text(run->status),
                    tt_status_text(d->want));
}
