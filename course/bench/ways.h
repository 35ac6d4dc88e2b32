// ways.h: what the course times: one more token of a text, by every combination, and a watched network.
//
// Three transformers stand for each size, one for each kind of weights (floats, bytes, zeros), so that every combination
// keeps its cache while the others take their turns. Logits are checked against course_gpt_right.
#pragma once

#include "bench/bench.h"
#include "transformer.h"

enum { COURSE_SIZE, COURSE_LENGTH }; // where a case keeps them in size[]

// A variant's argument is its parts.
double course_token_work(const bench_case *c);
void *course_token_prepare(const bench_case *c);
tt_status course_token_ready(void *job, const bench_variant *v);
tt_status course_token_run(void *job, const bench_variant *v);
bool course_token_check(void *job, char *why, size_t why_bytes);
void course_token_finish(void *job);

// The CNN on size[0] pictures, watched by an observer that counts each event `argument` times; 0: by none.
double course_watched_work(const bench_case *c);
void *course_watched_prepare(const bench_case *c);
tt_status course_watched_run(void *job, const bench_variant *v);
bool course_watched_check(void *job, char *why, size_t why_bytes);
void course_watched_finish(void *job);
int course_watched_events(const void *job); // that the last forward had

// Nats per character and bytes of each kind of weights; and what the observer costs where there is none.
bench_values course_measure;
