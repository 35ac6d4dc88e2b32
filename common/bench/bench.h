// bench.h: the engine that walks a module's tables of variants, claims and charts.
//
// A module's bench.c holds only rows (tables.h): jobs (suites), the cases at which they are timed, the
// variants that do them, what is claimed of them and which charts show it. The engine checks a
// variant's output before it times it; a variant that is wrong, crashes or is not written yet is
// reported as that and not timed.
//
// Timing   all variants of a case take turns, round by round, forth and back (A B C, C B A, ...), so that
//          each ratio is one of neighbours in time. A sample is a batch of calls of at least 200 us. A
//          case has one budget of seconds for all its variants; slow ones get fewer rounds (rounds.c).
// Safety   a case runs in a forked process, and so do the values: a crash or an endless loop ends
//          only that.
#pragma once

#include <stddef.h>

#include "core/count.h"
#include "measure/results.h"

typedef void bench_function(void); // any function's pointer; the suite's run knows its type

typedef struct {
    const char *name; // what claims, charts and readers call it; unique in its suite
    int size[4];      // their meaning is the suite's: m, n, k for a product
    double x;         // place on a curve's axis, 0 for none
    bool quick;       // also measured with QUICK=1
} bench_case;

typedef struct bench_variant {
    const char *name;
    bench_function *function;
    int argument; // for the suite's run: a block's size, a path, a place in a list
    results_kind kind;
    int threads;      // on which it runs; 0 counts as 1: bench_threads
    double most_work; // not run if a call is more work than this; 0: always run
    // NULL, or: times itself elsewhere and returns the seconds of all calls. < 0: it cannot, and tt_error
    // may hold the reason. A reason that begins with "needs " is about this machine, not the code, and
    // its claims are reported as such.
    double (*seconds)(const struct bench_variant *v, const bench_case *c, int calls);
} bench_variant;

static inline int bench_threads(const bench_variant *v) { return v->threads > 0 ? v->threads : 1; }

typedef struct {
    const char *name, *unit;
    const bench_case *cases;
    int case_count;
    const bench_variant *variants; // ratios are relative to the first
    int variant_count;
    double (*work)(const bench_case *c);   // per call, in unit
    void *(*prepare)(const bench_case *c); // inputs, right answer; NULL without memory
    // NULL, or makes once what this variant's calls need.
    tt_status (*ready)(void *job, const bench_variant *v);
    tt_status (*run)(void *job, const bench_variant *v); // one call: the only thing timed
    // Checks the outputs of the last run, then overwrites them. Not called for a yardstick, whose
    // output means nothing. A suite without it is refused unless every variant is a yardstick or times
    // itself elsewhere.
    bool (*check)(void *job, char *why, size_t why_bytes);
    void (*finish)(void *job);
} bench_suite;

typedef enum { CLAIM_AT_LEAST, CLAIM_AT_MOST } claim_bound;

// A figure that must be reached: a ratio of work per second, as the geometric mean over the cases, or a
// named value. Several variants with '|' between them stand for the fastest of them at each case.
typedef struct {
    const char *text;          // the sentence that a reader sees
    const char *suite, *cases; // names with blanks between them; suite NULL: `value` is meant
    const char *these, *those;
    const char *value; // a name set by bench_module.measure
    claim_bound bound;
    double limit;
    const char *unit;
} bench_claim;

typedef enum { CHART_CURVES, CHART_BARS } chart_kind;
typedef enum { CHART_RATE, CHART_TIME, CHART_RATIO } chart_value; // work/s, s/work, times the first variant

typedef struct {
    const char *name, *title, *xlabel, *ylabel;
    chart_kind kind;
    chart_value value;
    double scale;                 // values are divided by it: 1e9 for G
    const char *suite, *variants; // names with blanks between them
    const char *kase;             // bars: the case; curves: NULL
    bool log_x, log_y, bytes_x;
    bool caches; // x is a working set: the sizes of the caches are marked on its axis
} bench_chart;

typedef tt_status bench_values(results *r, bool quick);

typedef struct {
    const char *name; // "15_acceleration"
    const bench_suite *const *suites;
    int suite_count;
    const bench_claim *claims;
    int claim_count;
    const bench_chart *charts;
    int chart_count;
    // Append values that are in no row, and rows for which there are no rounds; r holds what was measured
    // before. NULL: none. Charts may show what `measure` appends. `prove` is for claims only, so charts
    // do not wait for it.
    bench_values *measure, *prove;
    double measure_seconds, prove_seconds; // about how long they take unless quick, for the progress bar
} bench_module;

extern const bench_module module_bench; // defined by the module's bench.c
extern const char *const code_side;     // "mine", "solution", "stub": side.c

typedef struct {
    results_length length;
    const char *variants; // names with blanks between them; NULL: all
    void (*tick)(void);   // called a few times a second while something is measured; NULL: nothing
    bool quiet;           // discard what is printed meanwhile
} bench_options;

// TT_BAD_VALUE, with a sentence, if the suite would time something unchecked. Called by bench_measure, too.
tt_status bench_refuse(const bench_suite *suite);

// Measure one case and append its rows to r. TT_BAD_VALUE if there is no such suite or case.
tt_status bench_measure(results *r, const bench_module *module, const char *suite, const char *kase,
                        const bench_options *options);

// Run a module's measure or prove and append its rows and values to r. If it crashes, those that it had
// made are appended and why says so; else why is "".
tt_status bench_measure_values(results *r, bench_values *measure, const bench_options *options, char *why,
                               size_t why_bytes);

// Whether a list of names with blanks between them contains this name; NULL contains every name.
bool bench_lists(const char *names, const char *name);

// Walk such a list, or one with '|' between: the next name, or false at its end.
bool bench_next_name(const char **at, char *name, size_t size);

// The program: measures, prints claims or draws charts, as its arguments say; without any it lists them.
// side says whose code is linked: code_side.
int bench_main(int argc, char **argv, const bench_module *module, const char *side);
