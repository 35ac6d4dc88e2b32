// benchmarking.h: measure a model, score it against a baseline, describe an entry, hand it in.
//
// Parts    1. harness, 2. score, 3. entry, 5. submission, 6. break it. tuning.h: 4. tuner, which looks for an entry.
// Errors   TT_BAD_SHAPE: a size below its least, or sizes that do not fit each other. TT_BAD_VALUE: a pointer that is needed
//          is NULL, a time that is NaN, infinite or not above 0, an option out of its range, a text that cannot be read.
//          TT_NO_MEMORY. The status of a function that was called and failed. Outputs are then untouched.
// Overlap  outputs must not overlap inputs.
// Memory   the caller allocates all arrays; a function may use tt_scratch and malloc, and keeps nothing between calls.
// Sources  Hyndman, Fan, "Sample Quantiles in Statistical Packages", 1996, definition 7. Fleming, Wallace, "How not to lie
//          with statistics: the correct way to summarize benchmark results", CACM 1986. Conover, "Practical
//          Nonparametric Statistics", 1999, 3.2 (the interval of a quantile). MLPerf Inference, Reddi et al., 2020.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

// --- 1. Harness ---

// The quantile, 0 <= quantile <= 1, of n >= 1 samples. Definition 7: of the sorted samples s[0 .. n - 1] the one at place
// (n - 1) quantile, and between two places linear between the two. So the median of 1 2 3 10 is 2.5. TT_BAD_VALUE if a sample
// is not finite. -> *value
tt_status oly_quantile(double *value, const double *samples, int n, double quantile);

// The share of rows whose largest logit is at the label; of equals the first counts, and a row with a NaN is wrong.
// count and classes >= 1. TT_BAD_VALUE if a label is no class. logits (count, classes), labels (count) -> *share, 0 .. 1
tt_status oly_accuracy(double *share, const float *logits, const int *labels, int count, int classes);

// The mean over rows of -log softmax(logits)[target], in nats, without overflow for any finite logits, summed in double.
// TT_BAD_VALUE if a logit is not finite or a target is no class. logits (count, classes), targets (count) -> *nats
tt_status oly_nats(double *nats, const float *logits, const int *targets, int count, int classes);

// Seconds, as double, from an arbitrary start. No function here reads any other clock.
typedef struct {
    double (*now)(void *state);
    void *state;
} oly_clock;

// What is measured. A contender may answer every call as it likes; what it answers in the timed calls is what counts.
typedef struct {
    void *state;
    // Inputs first .. first + count - 1 -> logits (count, classes).
    tt_status (*run)(void *state, float *logits, int first, int count);
    tt_status (*train)(void *state);    // one training step; NULL: none is measured
    size_t (*model_bytes)(void *state); // what the model's weights take
    size_t (*peak_bytes)(void *state);  // the most memory that was in use since it began
} oly_subject;

typedef enum { OLY_ACCURACY, OLY_NATS } oly_quality;

typedef struct {
    int inputs, batch; // inputs is a multiple of batch, both >= 1: a call has one batch
    int warm_up;       // calls, >= 0, before any counts: the first batches, round and round
    int passes;        // >= 1: how often all inputs are run, in order, each call timed
    int train_steps;   // >= 0: how often train is timed, after the passes; not used if there is no train
    oly_quality quality;
    const int *answers; // (inputs) labels or targets
    int classes;
} oly_plan;

typedef struct {
    double p50, p95;                // seconds of a call
    double throughput;              // inputs of all timed calls, by the sum of their seconds
    double train_step;              // median seconds of a step; 0: none was measured
    double quality;                 // of the last pass, all inputs: accuracy 0 .. 1, or nats per character
    size_t model_bytes, peak_bytes; // asked when all is done
} oly_metrics;

// Warm up, time every call and every step alone (two readings of the clock for each, nothing else between them, and no
// other readings), ask for the bytes; the quality is that of the logits that the timed calls of the last pass wrote. Before
// each of them its rows are all NaN, so that nothing that an earlier one wrote can stand for its answer. TT_BAD_VALUE also
// if a reading is not finite, or a call or a step takes no time or less. A function of the subject that is NULL, but for
// train, is TT_BAD_VALUE, too. logits (inputs, classes) is room for them, and is written even if it fails. -> *metrics,
// logits
tt_status oly_measure(oly_metrics *metrics, float *logits, const oly_subject *subject, const oly_plan *plan,
                      oly_clock clock);

// --- 2. Score ---

// The median of before[i] / after[i]: how many times faster, by pairs that were measured next to each other. pairs >= 1.
// before, after (pairs) -> *ratio
tt_status oly_paired_ratio(double *ratio, const double *before, const double *after, int pairs);

// Where that median may be, with at least 95 % confidence whatever the distribution: of the sorted ratios the ones at
// places k and pairs - 1 - k, k being the largest for which 2 P(B <= k) <= 0.05, B binomial (pairs, 1/2). pairs is 6 ..
// 1000, else TT_BAD_SHAPE; with fewer there is no such k. before, after (pairs) -> *low, *high
tt_status oly_paired_interval(double *low, double *high, const double *before, const double *after,
                              int pairs);

// What an event asks for before it counts anything: quality no more than `allowed` worse than the baseline's.
typedef struct {
    oly_quality kind;       // accuracy: more is better; nats: less is better
    double baseline, entry; // of the same inputs
    double allowed;         // >= 0 and finite, in the same unit
} oly_gate;

// One of the things that an event rewards: how many times better than the baseline (> 0), and how much that counts.
typedef struct {
    double ratio, weight;
} oly_metric;

typedef struct {
    bool scored;  // false: the gate is shut, and score is 0
    double score; // 1: as good as the baseline
} oly_score;

// The gate first: an entry worse by allowed + 1e-9 or less passes, so that rounding shuts out none that is exactly there; a
// quality that is NaN does not. Then the weighted geometric mean, the product of ratio^weight. Weights are 0 .. 1 and sum
// to 1 within 1e-9, ratios are finite and above 0; else TT_BAD_VALUE, whatever the gate says.
// count >= 1. metrics (count) -> *score
tt_status oly_event_score(oly_score *score, const oly_gate *gate, const oly_metric *metrics, int count);

// All events: their geometric mean, scored only if each of them is, else {false, 0}. TT_BAD_VALUE if one that is scored has a
// score that is not finite or not above 0. count >= 1. events (count) -> *total
tt_status oly_total_score(oly_score *total, const oly_score *events, int count);

// What an entry does and not how long it takes: the same on every machine.
typedef struct {
    long long macs;   // multiply-adds that are executed
    long long bytes;  // of weights that are read
    long long misses; // of a simulated cache
} oly_counts;

// The geometric mean of the three ratios baseline / entry; all counts >= 1. -> *score
tt_status oly_count_score(double *score, const oly_counts *baseline, const oly_counts *entry);

// --- 3. Entry ---
//
// A configuration is one choice for each field of its event. Which fields there are, and which choices of two fields do
// not go together, are tables (given/spaces.h), which the functions here take as they are: fields and choices as said below.

enum { OLY_FIELDS = 12, OLY_CHOICES = 12 };

typedef struct {
    const char *name;                // "bits"
    int choices;                     // 1 .. OLY_CHOICES
    const char *choice[OLY_CHOICES]; // "32", "8"
    double place[OLY_CHOICES];       // where a choice lies for a tuner: 0 .. 1
} oly_field;

// Choice i of field `field` and choice j of field `other` do not go together if bit i of choices and bit j of others is set.
typedef struct {
    int field, other;
    unsigned choices, others;
    const char *why; // "bytes have no sparse kernel"
} oly_rule;

typedef struct {
    const char *event; // "cnn"
    int fields, rules;
    const oly_field *field;
    const oly_rule *rule;
} oly_space;

typedef struct {
    unsigned char choice[OLY_FIELDS]; // those beyond the space's fields are 0
} oly_config;

// The first rule that is broken; NULL if none is. TT_BAD_VALUE if a choice does not exist. -> *broken
tt_status oly_config_check(const oly_rule **broken, const oly_space *space, const oly_config *config);

// All configurations that break no rule, in the order of an odometer: all choices 0 first, the last field turns fastest.
// There may be none.
// TT_BAD_SHAPE if there are more than `room`. configs may be NULL: then they are only counted, and room is not looked at.
// -> configs (the first *count, room for `room`), *count
tt_status oly_config_list(oly_config *configs, int *count, int room, const oly_space *space);

// A configuration as text: a line "name = choice" for each field, in the space's order, ended by newlines. TT_BAD_SHAPE if
// it does not fit into `room` with its final 0; TT_BAD_VALUE if a choice does not exist. It may break rules. -> text
tt_status oly_config_write(char *text, size_t room, const oly_space *space, const oly_config *config);

// The other way, of a file that may be anybody's: lines in any order, each field exactly once; blanks, tabs and \r round
// names and choices do not count, nor do empty lines and what follows a #. The last line needs no newline. TT_BAD_VALUE,
// and tt_error() begins with "line N: ", for the first line that is not of the form name = choice, or whose field or choice
// does not exist, or whose field came before. If no line is: TT_BAD_VALUE with the name of a field that is missing, else
// with the `why` of the first rule that is broken. A line may be of any length. text ends with 0.
// -> *config
tt_status oly_config_read(oly_config *config, const char *text, const oly_space *space);

// --- 5. Submission ---

enum { OLY_HASH = 64, OLY_NAME = 64, OLY_FILES = 16 };

// The SHA-256 of bytes, as OLY_HASH digits 0 .. 9 and a .. f, and a final 0. With 0 bytes the pointer may be NULL.
typedef void oly_hash(char hex[OLY_HASH + 1], const void *bytes, size_t count);

typedef struct {
    const char *name; // of a file of the package: see oly_manifest_write
    const void *bytes;
    size_t count;
} oly_file;

// The manifest, by which everybody can see that a package is whole: "olympics 1", "event NAME", "team NAME" as lines, and
// for each file, by strcmp's order of names, its hash, two blanks, its name: what `sha256sum -c` reads. Every line ends
// with a newline. A NAME, and a file's, is 1 .. OLY_NAME - 1 of the characters A .. Z a .. z 0 .. 9 _ - . and does not
// begin with - or a dot. TT_BAD_VALUE for a name that is not allowed, or a file's that comes twice; TT_BAD_SHAPE for no
// file, more than OLY_FILES, or if it does not fit into `room` with its final 0. files (count) -> text
tt_status oly_manifest_write(char *text, size_t room, const char *event, const char *team,
                             const oly_file *files, int count, oly_hash *hash);

typedef enum { OLY_WHOLE, OLY_UNREADABLE, OLY_MISSING, OLY_UNLISTED, OLY_CHANGED } oly_fault;

typedef struct {
    oly_fault fault; // the first, in the order of the enum
    int line;        // OLY_UNREADABLE: of the manifest, from 1; else 0
    // MISSING, CHANGED: the first of them in the manifest's order; UNLISTED: in that of files; else ""
    char name[OLY_NAME];
} oly_checked;

// Whether the files are those of the manifest, which may be anybody's text. Unreadable: the first line that is not what
// oly_manifest_write could have written at its place, or is not ended by a newline; where the text is over before the third
// line or without a file, the line that should follow. Missing: it lists a file that is not among files. Unlisted: files
// holds one that it does not list (of a name that is too long, `name` is the beginning). Changed: another hash. A finding
// is no error: TT_OK. TT_BAD_VALUE if two files have the same name. files (count >= 0) -> *checked
tt_status oly_manifest_check(oly_checked *checked, const char *text, const oly_file *files, int count,
                             oly_hash *hash);

// --- 6. Break it ---

// Input number `input`, 0 .. OLY_BREAK_INPUTS - 1, for paired ratios that may be wrong: 1 .. OLY_BREAK_MOST pairs of seconds,
// 0.001 .. 1000. -> *pairs, before, after (pairs)
enum { OLY_BREAK_INPUTS = 4, OLY_BREAK_MOST = 32 };
tt_status oly_break_ratio(int input, int *pairs, float *before, float *after);
