// lay.c: arrays of a call that must work, and comparisons with an answer.
#include "checks.h"

#include <math.h>
#include <stdio.h>

double *oly_doubles(grade_run *run, size_t count) { return grade_input_bytes(run, count * sizeof(double)); }

double oly_uniform(grade_run *run, double low, double high)
{
    return low + (high - low) * grade_random_below(run, 1 << 30) / (1 << 30);
}

bool oly_once_in(grade_run *run, int count) { return grade_random_below(run, count) == 0; }

void oly_require_status(grade_run *run, tt_status want, const char *when)
{
    if (run->status != want)
        grade_wrong(run, "%s%sgot status \"%s\", expected \"%s\"", when, *when ? ": " : "",
                    tt_status_text(run->status), tt_status_text(want));
}

void oly_compare_number(grade_run *run, const char *name, double got, double want)
{
    if (fabs(got - want) <= 1e-9 * fabs(want)) return; // false for NaN
    grade_wrong(run, "got %s = %.12g, expected %.12g", name, got, want);
}

void oly_require_untouched(grade_run *run, int i, const char *what)
{
    if (!grade_untouched(run, i))
        grade_wrong(run, "%s: an output was written to, expected it untouched", what);
}

void oly_compare_text(grade_run *run, int i, size_t room, const char *want)
{
    const char *got = grade_result(run, i);
    int line = 1;
    size_t begin = 0, at = 0;
    while (at < room && got[at] == want[at] && want[at]) {
        if (want[at++] == '\n') line++, begin = at;
    }
    if (at < room && got[at] == want[at]) return;
    char shown[80] = "";
    for (size_t c = 0; c < sizeof shown - 1 && begin + c < room; c++) {
        const char byte = got[begin + c];
        if (!byte || byte == '\n') break;
        shown[c] = (char)(byte >= ' ' && byte <= '~' ? byte : '?'), shown[c + 1] = 0;
    }
    const size_t length = strcspn(want + begin, "\n");
    grade_wrong(run, "line %d of the text: got \"%s\", expected \"%.*s\"%s", line, shown, (int)length,
                want + begin,
                !strncmp(shown, want + begin, length) && !shown[length] ? ", and nothing that ends it" : "");
}

enum { VALID = 8 }; // samples, pairs, rows

static void lay_times(grade_run *run)
{
    double *x = oly_doubles(run, VALID);
    for (int i = 0; i < VALID; i++) x[i] = 1 + 0.125 * grade_random_below(run, 8);
}

static void lay_logits(grade_run *run)
{
    run->layout.number[B] = 2;
    grade_random_fill(run, grade_input(run, 2 * VALID), 2 * VALID, -1, 1);
    int *answers = grade_input_bytes(run, VALID * sizeof(int));
    for (int i = 0; i < VALID; i++) answers[i] = i % 2;
    ROOM(double);
}

static void lay_event(grade_run *run)
{
    const fake_event e = {.inputs = 4,
                          .batch = 2,
                          .warm_up = 1,
                          .passes = 2,
                          .train_steps = 1,
                          .classes = 2,
                          .trains = 1,
                          .start = 5};
    enum { RUNS = 5, LOGITS = RUNS * 4 };
    *(fake_event *)grade_input_bytes(run, sizeof e) = e;
    fake_call *calls = grade_input_bytes(run, (RUNS + 2) * sizeof *calls);
    for (int i = 0; i < RUNS + 2; i++) calls[i] = (fake_call){.seconds = 0.5};
    grade_random_fill(run, grade_input(run, LOGITS), LOGITS, -1, 1);
    memset(grade_input_bytes(run, 4 * sizeof(int)), 0, 4 * sizeof(int));
    grade_output(run, 8), ROOM(oly_metrics), ROOM(fake_log), grade_output(run, LOGITS);
}

// Two fields of two choices, and one rule that the configuration 0 0 does not break.
static void lay_space(grade_run *run)
{
    LAY(flat_space, .fields = 2, .rules = 1, .event = "cnn",
        .field = {{2, "bits", {"32", "8"}}, {2, "format", {"dense", "csr"}}},
        .rule = {{0, 1, 2, 2, "bytes have no sparse kernel"}});
}

static void lay_package(grade_run *run)
{
    run->layout.number[A] = 2;
    LAY(flat_package, .key = 1, .event = "cnn", .team = "blue", .file = {{"b", 0, 4}, {"a", 4, 4}});
    memcpy(grade_input_bytes(run, 8), "contents", 8);
}

static void lay_text(grade_run *run, const char *text)
{
    memcpy(grade_input_bytes(run, strlen(text) + 1), text, strlen(text) + 1);
}

void oly_lay_valid(grade_run *run, int call)
{
    int *n = run->layout.number;
    n[A] = VALID;
    switch (call) {
    case QUANTILE:
        lay_times(run), *oly_doubles(run, 1) = 0.5, ROOM(double);
        break;
    case ACCURACY:
    case NATS:
        lay_logits(run);
        break;
    case MEASURE:
        lay_event(run);
        break;
    case RATIO:
        lay_times(run), lay_times(run), ROOM(double);
        break;
    case INTERVAL:
        lay_times(run), lay_times(run), ROOM(double), ROOM(double);
        break;
    case EVENT:
        n[A] = 2;
        LAY(oly_gate, OLY_ACCURACY, 0.9, 0.5, 0.01); // shut: what is refused is refused all the same
        oly_metric *metrics = grade_input_bytes(run, 2 * sizeof *metrics);
        metrics[0] = (oly_metric){2, 0.25}, metrics[1] = (oly_metric){3, 0.75};
        ROOM(oly_score);
        break;
    case TOTAL:
        n[A] = 1;
        LAY(oly_score, true, 2), ROOM(oly_score);
        break;
    case COUNTS:
        LAY(oly_counts, 8, 8, 8), LAY(oly_counts, 4, 4, 4), ROOM(double);
        break;
    case CHECK:
        lay_space(run), LAY(oly_config, {0}), ROOM(int);
        break;
    case LIST:
        lay_space(run), grade_output_bytes(run, VALID * sizeof(oly_config)), ROOM(int);
        break;
    case WRITE:
        n[A] = 64, lay_space(run), LAY(oly_config, {0}), grade_output_bytes(run, 64);
        break;
    case READ:
        lay_space(run), lay_text(run, "bits = 8\nformat = dense\n"), ROOM(oly_config);
        grade_output_bytes(run, ERROR_BYTES);
        break;
    case MANIFEST_WRITE:
        n[B] = 512, lay_package(run), grade_output_bytes(run, 512);
        break;
    case MANIFEST_CHECK:
        lay_package(run), lay_text(run, "olympics 1\n"), ROOM(oly_checked);
        break;
    default:
        break;
    }
}
