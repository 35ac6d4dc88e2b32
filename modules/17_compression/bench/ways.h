// ways.h: what module 17 times: one product whose weights are partly gone, and the models that ship.
//
// A way is a function of a job, so that benchmark, lesson and claims all mean the same thing by a name:
//   dense         the layer as common's models compute it: the batch times all weights, through OpenBLAS
//   dense-across  the same product with the batch across, as the sparse ones have it
//   haswell       dense, by OpenBLAS's Haswell kernels (measure/blas_peer.h)
//   textbook      yours: sparse_csr_matmul_textbook
//   csr           yours: sparse_csr_matmul
//   blocks-4 ..   yours: sparse_blocks_matmul, of weights whose zeros come in blocks of that height
//   reading       a bound of csr: the rows of the batch that it reads, read one behind the other
#pragma once

#include "bench/bench.h"
#include "compression.h"
#include "nn/net.h"

// --- One product: size = {batch, sparsity in %, inputs, outputs} ---

enum { COMP_BATCH, COMP_SPARSITY, COMP_IN, COMP_OUT };

typedef struct comp_product comp_product;
typedef tt_status comp_product_way(comp_product *p, int argument);
comp_product_way comp_dense, comp_dense_across, comp_textbook, comp_csr, comp_blocks, comp_reading;

double comp_product_work(const bench_case *c); // items of the batch
void *comp_product_prepare(const bench_case *c);
tt_status comp_product_ready(void *job,
                             const bench_variant *v); // makes the sparse matrix that the variant needs
tt_status comp_product_run(void *job, const bench_variant *v);
bool comp_product_check(void *job, char *why, size_t why_bytes);
void comp_product_finish(void *job);

// The dense product by blas_peer_seconds: a variant's `seconds`.
double comp_peer_seconds(const bench_variant *v, const bench_case *c, int calls);

// --- A model on `batch` test images: size = {batch}. A variant's argument says which ---

enum { COMP_MLP, COMP_MLP_90, COMP_MLP_BLOCKS, COMP_CNN, COMP_CNN_HALF, COMP_MODELS };
extern const char *const comp_model_names[COMP_MODELS]; // of recipes.h, or of a trained model

double comp_model_work(const bench_case *c); // images
void *comp_model_prepare(const bench_case *c);
tt_status comp_model_ready(void *job, const bench_variant *v); // loads the model
tt_status comp_model_run(void *job, const bench_variant *v);
bool comp_model_check(void *job, char *why, size_t why_bytes); // the same model's logits by dense products
void comp_model_finish(void *job);

// The path of a model's file, into `path`.
void comp_model_path(char *path, size_t bytes, const char *name);

// A network that ships, dense, whatever its file stores: zeros where nothing is. `name` is of recipes.h
// ("cnn-90") or of a trained model ("cnn").
tt_status comp_model_dense(net *m, const char *name);

// values.c: what the shipped files lose, what they weigh, what a teacher is worth, and where sparse products
// break even.
bench_values comp_measure, comp_prove;

// The sparsity in %, by interpolation between the measured ones, from which on a variant of a suite is as
// fast as the fastest of `those` ("dense|haswell"); NaN if it never is.
double comp_break_even(const results *r, const char *suite, const char *variant, const char *those);
