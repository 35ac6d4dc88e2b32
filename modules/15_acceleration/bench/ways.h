// ways.h: what module 15 times: products of matrices, nearest neighbours, and the course's three models.
//
// A job is prepared with its inputs and the right answer, run by a row's function, and checked; bench.c has the rows.
#pragma once

#include "bench/bench.h"
#include "ops/backend.h"

// What is no product but does as many operations: as many threads do a part each.
typedef double accel_roof_way(double flops);
tt_status accel_roof(accel_roof_way *way, int threads, double flops);

// --- One product: size = {m, n, k}. A row's function is a tt_matmul, with an argument one of matmul_blocked_by's kind,
//     and a yardstick's an accel_roof_way ---

double accel_product_work(const bench_case *c);
void *accel_product_prepare(const bench_case *c);
tt_status accel_product_run(void *job, const bench_variant *v);
bool accel_product_check(void *job, char *why, size_t why_bytes);
void accel_product_finish(void *job);

// The same product by blas_peer_seconds: a variant's `seconds`.
double accel_peer_seconds(const bench_variant *v, const bench_case *c, int calls);

// --- Nearest neighbours: size = {test images, training images}. Functions as for a product ---

double accel_neighbours_work(const bench_case *c);
void *accel_neighbours_prepare(const bench_case *c);
tt_status accel_neighbours_run(void *job, const bench_variant *v);
bool accel_neighbours_check(void *job, char *why, size_t why_bytes);
void accel_neighbours_finish(void *job);

// --- A model: size = {which, inputs}. A row says by its argument on which backend ---

enum { ACCEL_NAIVE, ACCEL_LIBRARY }; // of a given row; of a rung it is a mode of acceleration_use

double accel_model_work(const bench_case *c);
void *accel_model_prepare(const bench_case *c);
tt_status accel_model_run(void *job, const bench_variant *v);
bool accel_model_check(void *job, char *why, size_t why_bytes);
void accel_model_finish(void *job);

// values.c: the whole job of nearest neighbours, the models' accuracy, and what two threads gain.
bench_values accel_prove;
