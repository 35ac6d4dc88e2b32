// ways.h: what the whole course times: 64 pictures by the MLP and the CNN in every combination. The transformer's token is
// course/bench's.
#pragma once

#include "bench/bench.h"
#include "combine.h"

enum { WHOLE_MLP, WHOLE_CNN, WHOLE_GPT, WHOLE_MODELS };
extern const char *const whole_names[WHOLE_MODELS];

// size[0]: the model, size[1]: pictures. A variant's argument is its parts.
double whole_pictures_work(const bench_case *c);
void *whole_pictures_prepare(const bench_case *c);
tt_status whole_pictures_ready(void *job, const bench_variant *v);
tt_status whole_pictures_run(void *job, const bench_variant *v);
bool whole_pictures_check(void *job, char *why, size_t why_bytes);
void whole_pictures_finish(void *job);

// For each model and what changes its weights, 16 and 17: "mlp right" in percent, "gpt nats", and "mlp KiB"; for each set of
// a row of the table "mlp peak". A name ends with the set: "mlp right 15+17".
bench_values whole_measure;

// The KiB that this process needs at most more than now, until the model with these parts has answered; printed. Returns 1 if
// that cannot be told.
int whole_print_peak(int model, unsigned parts);

// The sets that a model's table shows, in its order: none, each alone, one after the other. Ends with WHOLE_LAST.
enum { WHOLE_MOST = 12, WHOLE_LAST = 1 << 30 };
extern const unsigned whole_rows[WHOLE_MODELS][WHOLE_MOST];

// "mlp right 15+17" into name (32).
const char *whole_value(char *name, int model, const char *what, unsigned parts);
