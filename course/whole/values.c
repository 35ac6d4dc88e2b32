// values.c: how good the models are, what their weights take, and the most memory that a process has with one of them.
#include "ways.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "16_quantization/given/qmodel.h"
#include "data/fashion.h"
#include "nn/evaluate.h"
#include "pictures.h"
#include "transformer.h"

#define A COURSE_ACCELERATION
#define Q COURSE_INT8
#define P COURSE_PRUNING
#define C COURSE_CACHE

const char *const whole_names[WHOLE_MODELS] = {"mlp", "cnn", "gpt"};
const unsigned whole_rows[WHOLE_MODELS][WHOLE_MOST] = {
    [WHOLE_MLP] = {0, A, Q, P, A | Q, A | P, WHOLE_LAST},
    [WHOLE_CNN] = {0, A, Q, P, A | Q, A | P, A | Q | P, WHOLE_LAST},
    [WHOLE_GPT] = {0, A, Q, P, C, A | Q, A | C, A | Q | C, A | P | C, WHOLE_LAST},
};

const char *whole_value(char *name, int model, const char *what, unsigned parts)
{
    char set[COURSE_NAME];
    snprintf(name, 32, "%s %s %s", whole_names[model], what, course_name(set, parts));
    return name;
}

static tt_status put(results *r, int model, const char *what, unsigned parts, double value, const char *unit)
{
    char name[32];
    return results_set(r, whole_value(name, model, what, parts), value, unit);
}

// --- Quality and bytes: they depend on 16 and 17 alone ---

typedef struct {
    course_net *model;
    const unsigned char *pixels;
} evaluated;

static tt_status run_pictures(void *of, float *logits, int first, int count)
{
    const evaluated *e = of;
    return course_net_forward(e->model, logits, e->pixels + (size_t)first * FASHION_PIXELS, count);
}

static tt_status judge_pictures(results *r, int model, course_net *m, const fashion_set *test, double *lost)
{
    static const unsigned sets[] = {A, A | Q, A | P, A | Q | P};
    evaluated of = {m, test->images};
    evaluation e, floats = {0};
    tt_status status = TT_OK;
    *lost = NAN;
    for (int i = 0; i < COUNT(sets) && status == TT_OK; i++) {
        if (course_present(sets[i]) != sets[i] || course_check(whole_names[model], sets[i]) != TT_OK)
            continue;
        status = course_net_use(m, sets[i]);
        if (status == TT_OK)
            status = evaluate_items(&e, NULL, run_pictures, &of, FASHION_CLASSES, test->labels, test->count);
        if (status != TT_OK) break;
        if (i == 0) floats = e;
        else *lost = fmax(*lost, 100 * (floats.accuracy - e.accuracy)); // of NAN the other
        put(r, model, "right", sets[i] & ~(unsigned)A, 100 * e.accuracy, "%");
        put(r, model, "KiB", sets[i] & ~(unsigned)A, (double)course_net_weight_bytes(m) / 1024, "KiB");
    }
    return status;
}

static tt_status measure_pictures(results *r, bool quick)
{
    enum { CALIBRATION = 500, QUICK = 1000 };
    fashion_set train = {0}, test = {0};
    tt_status status = fashion_load(&train, PART_TRAIN);
    if (status == TT_OK) status = fashion_load(&test, PART_TEST);
    if (quick && test.count > QUICK) test.count = QUICK;
    for (int model = WHOLE_MLP; model <= WHOLE_CNN && status == TT_OK; model++) {
        char name[32];
        double lost;
        course_net *m = course_net_create(whole_names[model], train.images,
                                          train.count < CALIBRATION ? train.count : CALIBRATION);
        status = m ? judge_pictures(r, model, m, &test, &lost) : TT_BAD_FILE;
        snprintf(name, sizeof name, "%s lost", whole_names[model]);
        if (status == TT_OK && !isnan(lost)) status = results_set(r, name, lost, "points");
        course_net_finish(m);
    }
    fashion_finish(&train), fashion_finish(&test);
    return status;
}

static tt_status judge_text(results *r, course_gpt *g, const text_corpus *text, const text_split *split,
                            int stride)
{
    static const unsigned sets[] = {A, A | Q, A | P};
    double nats, floats = 0, lost = NAN;
    tt_status status = TT_OK;
    for (int i = 0; i < COUNT(sets) && status == TT_OK; i++) {
        if (course_present(sets[i]) != sets[i]) continue;
        status = course_gpt_use(g, sets[i]);
        if (status == TT_OK) status = course_gpt_nats(&nats, g, text, split, stride);
        if (status != TT_OK) break;
        if (i == 0) floats = nats;
        else lost = fmax(lost, nats - floats);
        put(r, WHOLE_GPT, "nats", sets[i] & ~(unsigned)A, nats, "nats");
        put(r, WHOLE_GPT, "KiB", sets[i] & ~(unsigned)A, (double)course_gpt_read_bytes(g) / 1024, "KiB");
    }
    return status == TT_OK && !isnan(lost) ? results_set(r, "gpt lost", lost, "nats") : status;
}

static tt_status measure_text(results *r, bool quick)
{
    text_corpus text = {0};
    text_split split;
    course_gpt *g = course_gpt_create(COURSE_192);
    tt_status status = g ? text_load(&text) : TT_BAD_FILE;
    if (status == TT_OK) status = text_split_make(&split, text.count, 1);
    if (status == TT_OK) status = judge_text(r, g, &text, &split, quick ? 100 : 10);
    text_finish(&text), course_gpt_finish(g);
    return status;
}

// --- Memory: in a process of its own, from before the model is there to behind its first answer ---

// KiB of this process that lie in memory, now or at the most: "VmRSS", "VmHWM" in /proc/self/status. 0: not told.
static double resident(const char *what)
{
    char line[200];
    double kib = 0;
    FILE *f = fopen("/proc/self/status", "re");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, what, strlen(what)) == 0) kib = atof(line + strlen(what) + 1);
    if (f) fclose(f);
    return kib;
}

static tt_status answer(int model, unsigned parts)
{
    enum { PICTURES = 64, TOKENS = 128, MOST_VOCAB = 256 };
    static unsigned char pixels[PICTURES * FASHION_PIXELS];
    static float logits[PICTURES * FASHION_CLASSES], row[MOST_VOCAB];
    int ids[TOKENS];
    for (int i = 0; i < TOKENS; i++) ids[i] = i % 60;
    for (size_t i = 0; i < sizeof pixels; i++) pixels[i] = (unsigned char)(i * 7);
    tt_status status;
    if (model == WHOLE_GPT) { // the process ends behind it
        course_gpt *g = course_gpt_create(COURSE_192);
        status = g ? course_gpt_use(g, parts) : TT_BAD_FILE;
        return status == TT_OK ? course_gpt_forward(g, row, ids, TOKENS - 1, TOKENS) : status;
    }
    course_net *m = course_net_create(whole_names[model], pixels, PICTURES);
    status = m ? course_net_use(m, parts) : TT_BAD_FILE;
    return status == TT_OK ? course_net_forward(m, logits, pixels, PICTURES) : status;
}

int whole_print_peak(int model, unsigned parts)
{
    FILE *f = fopen("/proc/self/clear_refs", "we"); // 5: the most begins anew
    if (f) fputs("5", f), fclose(f);
    const double before = resident("VmRSS:");
    if (before <= 0 || answer(model, parts) != TT_OK) return 1;
    printf("%.0f\n", resident("VmHWM:") - before);
    return 0;
}

// By this program once more, whose memory nobody has used before. -1 where it cannot be told.
static double peak_of(int model, unsigned parts)
{
    char command[80], self[512];
    double peak = -1;
    const ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length < 0) return -1;
    self[length] = 0;
    setenv("WHOLE", self, 1);
    snprintf(command, sizeof command, "\"$WHOLE\" peak --model %d --parts %u </dev/null 2>&1", model, parts);
    FILE *said = popen(command, "r");
    if (said && fscanf(said, "%lf", &peak) != 1) peak = -1;
    if (said) pclose(said);
    return peak;
}

tt_status whole_measure(results *r, bool quick)
{
    tt_status status = measure_pictures(r, quick);
    if (status == TT_OK) status = measure_text(r, quick);
    for (int model = 0; model < WHOLE_MODELS && status == TT_OK; model++)
        for (const unsigned *parts = whole_rows[model]; *parts != WHOLE_LAST && status == TT_OK; parts++) {
            const double peak = course_present(*parts) == *parts ? peak_of(model, *parts) : -1;
            if (peak > 0) status = put(r, model, "peak", *parts, peak, "KiB");
        }
    return status;
}
