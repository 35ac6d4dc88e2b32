// measure.c: a configuration and the baseline, by the harness, and then call by call in turns.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "events/commands.h"
#include "events/subject.h"

enum { BASE, ENTRY, BOTH };

typedef struct {
    event_data data;
    event_subject of[BOTH];
    oly_metrics metrics[BOTH];
    float *logits;
    int pairs;
    double ratio, low, high; // how many times as fast, by pairs
} meeting;

static const char *const titles[OLY_EVENTS] = {"MLP Sprint", "CNN Marathon", "Transformer Decathlon"};

static int inputs_of(const events_options *o)
{
    static const int usual[OLY_EVENTS] = {2048, 1024, 24}, few[OLY_EVENTS] = {128, 64, 2};
    const int wanted = o->inputs ? (int)o->inputs : (o->quick ? few : usual)[o->event];
    return o->event == OLY_GPT || wanted < DATA_CALL ? wanted : wanted / DATA_CALL * DATA_CALL;
}

// --- Measuring ---

static tt_status open_both(meeting *m, const events_options *o)
{
    oly_config entry;
    tt_status status = events_config(&entry, o->space, o->config);
    if (status == TT_OK) status = event_data_unseen(&m->data, o->event, inputs_of(o), o->key);
    if (status != TT_OK) return status;
    if (m->data.count < m->data.call) m->data.call = m->data.count;
    const contender_shape shape = m->data.shape;
    m->logits = malloc((size_t)m->data.count * shape.rows * shape.classes * sizeof *m->logits);
    if (!m->logits) return tt_fail(TT_NO_MEMORY, "no memory for %d answers", m->data.count);
    status = subject_open(&m->of[BASE], &m->data, &(oly_config){{0}});
    return status == TT_OK ? subject_open(&m->of[ENTRY], &m->data, &entry) : status;
}

// A B, B A, ..
static tt_status take_turns(meeting *m, int pairs)
{
    double *seconds = malloc(2 * (size_t)pairs * sizeof *seconds);
    tt_status status = seconds ? TT_OK : TT_NO_MEMORY;
    for (int p = 0; p < pairs && status == TT_OK; p++)
        for (int i = 0; i < BOTH && status == TT_OK; i++) {
            const int which = (p + i) % 2;
            status = subject_time(&seconds[which * pairs + p], m->logits, &m->of[which], p);
        }
    const double *base = seconds, *entry = seconds + pairs;
    if (status == TT_OK) status = oly_paired_ratio(&m->ratio, base, entry, pairs);
    if (status == TT_OK) status = oly_paired_interval(&m->low, &m->high, base, entry, pairs);
    free(seconds);
    return status;
}

static tt_status measure(meeting *m, int passes)
{
    tt_status status = TT_OK;
    for (int i = 0; i < BOTH && status == TT_OK; i++) {
        const oly_subject subject = subject_of(&m->of[i]);
        const oly_plan plan = subject_plan(&m->data, passes);
        status = oly_measure(&m->metrics[i], m->logits, &subject, &plan, subject_clock());
    }
    return status == TT_OK ? take_turns(m, m->pairs) : status;
}

// --- Saying it ---

static const struct {
    const char *name, *json, *unit;
    double scale;
} rows[] = {
    {"a call, median", "p50", "ms", 1e3},
    {"a call, 95th percentile", "p95", "ms", 1e3},
    {"answers a second", "throughput", "", 1},
    {"a step of training", "train_step", "ms", 1e3},
    {"weights", "model_bytes", "KiB", 1.0 / 1024},
    {"memory in use, at most", "peak_bytes", "KiB", 1.0 / 1024},
};

static double value(const oly_metrics *m, int row)
{
    const double of[] = {
        m->p50, m->p95, m->throughput, m->train_step, (double)m->model_bytes, (double)m->peak_bytes};
    return of[row];
}

static void print_json(const meeting *m, const events_options *o)
{
    char text[1024];
    static const char *const who[BOTH] = {"baseline", "entry"};
    events_name(text, o->space, &m->of[ENTRY].config);
    printf("{\"event\": \"%s\", \"config\": \"%s\", \"inputs\": %d, \"call\": %d, \"key\": %llu,\n",
           o->space->event, text, m->data.count, m->data.call, (unsigned long long)o->key);
    for (int i = 0; i < BOTH; i++) {
        printf(" \"%s\": {", who[i]);
        for (int r = 0; r < (int)(sizeof rows / sizeof *rows); r++)
            printf("\"%s\": %.6g, ", rows[r].json, value(&m->metrics[i], r));
        printf("\"quality\": %.6g},\n", m->metrics[i].quality);
    }
    printf(" \"ratio\": {\"median\": %.4g, \"low\": %.4g, \"high\": %.4g, \"pairs\": %d}}\n", m->ratio,
           m->low, m->high, m->pairs);
}

// Where a configuration has no such value, it is 0.
static void print_row(const char *name, const char *unit, double base, double entry, int digits)
{
    printf("%-26s %-5s", name, unit);
    for (int i = 0; i < BOTH; i++) {
        const double value = i == BASE ? base : entry;
        if (value > 0) printf(" %12.*f", digits, value);
        else printf(" %12s", "-");
    }
    printf("\n");
}

static void print_text(const meeting *m, const events_options *o)
{
    char name[160];
    const bool text = o->event == OLY_GPT;
    events_name(name, o->space, &m->of[ENTRY].config);
    printf("%s: %.60s\n", titles[o->event], name);
    printf("%d %s that nobody has seen (key %llu), in calls of %d\n\n%-32s %12s %12s\n", m->data.count,
           text ? "texts" : "pictures", (unsigned long long)o->key, m->data.call, "", "baseline", "this");
    for (int r = 0; r < (int)(sizeof rows / sizeof *rows); r++) {
        const double base = value(&m->metrics[BASE], r) * rows[r].scale,
                     entry = value(&m->metrics[ENTRY], r) * rows[r].scale;
        if (base > 0 || entry > 0) print_row(rows[r].name, rows[r].unit, base, entry, base < 100 ? 3 : 0);
    }
    const double percent = text ? 1 : 100;
    print_row(text ? "nats per character" : "accuracy", text ? "" : "%", percent * m->metrics[BASE].quality,
              percent * m->metrics[ENTRY].quality, text ? 4 : 2);
    printf("\n%.2f times as fast by %d pairs of calls (%.2f to %.2f)\n", m->ratio, m->pairs, m->low, m->high);
}

tt_status events_measure(const events_options *o)
{
    meeting m = {.pairs = o->quick ? 6 : (int)o->pairs};
    tt_status status = open_both(&m, o);
    if (status == TT_OK) status = measure(&m, o->quick ? 1 : 3);
    if (status == TT_OK) (o->json ? print_json : print_text)(&m, o);
    for (int i = 0; i < BOTH; i++) subject_close(&m.of[i]);
    event_data_finish(&m.data);
    free(m.logits);
    return status;
}
