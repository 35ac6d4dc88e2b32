// tools.h: what the cells of this lesson share. Nothing here is yours to write.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "benchmarking.h"
#include "data/fashion.h"
#include "given/profiles.h"
#include "given/record.h"
#include "given/regret.h"
#include "given/spaces.h"
#include "lesson/lesson.h"
#include "nn/net.h"
#include "tuning.h"

// --- Runners: the shipped MLP, and those that want to be the first without it ---

enum { CLASSES = 10 };

typedef enum {
    HONEST,    // computes every answer
    WARM_ONLY, // computes the first batch and stops: the rest are "class 0"
    CONSTANT,  // "class 0"
    REMEMBERS, // has the hashes of the test pictures, and the labels beside
    RUNNERS
} runner_kind;

const char *runner_name(runner_kind kind) LESSON_TOOL(runner_name);

typedef struct {
    runner_kind kind;
    net model;
    int count;                    // pictures
    float *pixels;                // (count, FASHION_PIXELS)
    int *labels;                  // (count)
    float *logits;                // (count, CLASSES): room for oly_measure
    struct runner_memory *memory; // (count)
} runner;

// The MLP, or "cnn", and the first `count` test pictures; it is honest until its kind is set. False, and the reason printed.
bool runner_open(runner *c, const char *model, int count)
    LESSON_TOOL(runner_open);
void runner_close(runner *c) LESSON_TOOL(runner_close);

// Other inputs in the place of its pictures, by a key (data/unseen.h). What it remembers stays.
bool runner_unseen(runner *c, uint64_t key) LESSON_TOOL(runner_unseen);

// Measure it by your harness. The status of oly_measure.
tt_status runner_measure(oly_metrics *m, runner *c, int batch, int passes)
    LESSON_TOOL(runner_measure);

// Milliseconds of one call on its first `batch` pictures.
double runner_time(runner *c, int batch) LESSON_TOOL(runner_time);

// Seconds of `pairs` calls of each, in turns: A B, B A. Each runs its first `batch` pictures.
void runner_pairs(double *before, double *after, int pairs, runner *c,
                  int batch_before, int batch_after)
    LESSON_TOOL(runner_pairs);

// Accuracy in % on the first half of its pictures and on the rest, with the last layer disturbed by this seed; 0: not at all. False,
// and the reason printed. -> right (2)
bool disturbed_accuracy(double *right, runner *c, int seed)
    LESSON_TOOL(disturbed_accuracy);

// --- Events ---

enum { EVENTS = OLY_EVENTS, TEAMS = 2 };

const char *event_title(int event) LESSON_TOOL(event_title); // "MLP Sprint"

typedef struct {
    const char *what;
    double ms[TEAMS]; // one run of each
    double bytes;     // of the weights
} event_row;

// Run the shipped models once for each team. False, and the reason printed.
bool events_run(event_row rows[EVENTS]) LESSON_TOOL(events_run);

typedef struct {
    double p50, bytes, quality;
} event_side;

typedef struct {
    event_side baseline, entry; // on the same inputs, which nobody has seen
    double ratio, low, high; // how many times as fast the entry is, by pairs
} event_seen;

// Measure an entry, "bits = 8, threads = 2", beside the baseline: course/events, by whoever wrote what it needs. False, and the reason
// printed.
bool event_measure(event_seen *seen, int event, const char *config)
    LESSON_TOOL(event_measure);

// --- Exhibits ---

// Accuracy in %. amount 1: of the one that stops after its first batch, or that remembers; 0: of the MLP.
lesson_way first_batch_way, timed_batches_way, known_inputs_way,
    unseen_inputs_way;
// How many times as fast an entry is, on a made-up machine that becomes slower. amount 1: an entry that has a twentieth
// less to do; 0: the baseline once more.
lesson_way one_after_the_other_way, by_pairs_way;
// The result with amount 1 by that with amount 0; the result with amount 0.
double test_planted(lesson_way *way, int amount) LESSON_TOOL(test_planted);
double test_against_itself(lesson_way *way, int amount)
    LESSON_TOOL(test_against_itself);

// --- Submission ---

// SHA-256, by the program sha256sum; "" where it is missing.
void hash_by_program(char hex[OLY_HASH + 1], const void *bytes, size_t count)
    LESSON_TOOL(hash_by_program);

// --- The tuner ---

// A curve over 0 .. 1 with two valleys, that a process does not know.
double hidden_cost(double x) LESSON_TOOL(hidden_cost);

// Where it may be measured: PLACES places over 0 .. 1. The one at which the most is hoped for, and how much; false, and the reason printed.
enum { PLACES = 41 };
bool next_place(const oly_process *p, double best, double *x, double *hoped)
    LESSON_TOOL(next_place);

// Draw mean and band of a process that has seen y, and below it the improvement on `best` that is to be expected. False, and the reason
// printed. -> where it is least sure, where the most is hoped for
bool show_process(const oly_process *p, const double *y, double best,
                  double *widest, double *next) LESSON_TOOL(show_process);

// --- Its job: a space of which everything was measured ---

enum { SEEDS = 20 };

// The record of the MLP Sprint; NULL, and the reason printed.
const oly_record *record_open(void) LESSON_TOOL(record_open);

// A configuration in a line, by what is not the baseline's: "bits 8, batch 1".
void config_line(char *text, size_t room, const oly_space *space,
                 const oly_config *config) LESSON_TOOL(config_line);

typedef tt_status oly_searcher(oly_found *found, int *tried,
                               const oly_problem *problem,
                               const oly_search *search);

// Whom it is searched for, and by which places of the choices: the space's, or these in another order.
typedef struct {
    const oly_record *record;
    const oly_profile *profile;
    bool shuffled;
} recorded_job;

// Search the record: its samples are the answers. tried may be NULL. The status of the search.
tt_status search_record(oly_found *found, int *tried, recorded_job job,
                        oly_searcher *searcher, const oly_search *search)
    LESSON_TOOL(search_record);

// The configuration with the least cost, by its median, of those that keep the limits: what regret counts from; -1 if there is none. The
// status of oly_profile_cost.
tt_status best_of_record(int *best, double *cost, recorded_job job)
    LESSON_TOOL(best_of_record);

// Whether another configuration, no less right, is better in p50 and bytes of the model, or in one of them and as good in the other.
bool is_dominated(const oly_record *r, int config) LESSON_TOOL(is_dominated);

// By how much the best of the first 1, 2, .. `budget` that a search tried misses the best there is: in % of a score, mean of seeds 1 .. seeds.
// Where none keeps the limits yet, and above it, it is 100. The status of what failed. -> mean (budget)
tt_status mean_regret(double *mean, recorded_job job, oly_searcher *searcher,
                      int budget, int seeds) LESSON_TOOL(mean_regret);
