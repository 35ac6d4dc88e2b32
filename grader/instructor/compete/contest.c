// contest.c: see contest.h.
#include "contest.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "core/file.h"
#include "data/fashion.h"
#include "data/text.h"
#include "events/contender.h"

// Of the text that nobody has been trained on, `rows` tokens after the others are answered for.
static contest contests[OLY_EVENTS] = {
    [OLY_MLP] = {"mlp", 64, 8, 7, FASHION_PIXELS, 1, FASHION_CLASSES, OLY_ACCURACY, 0.01, {0.6, 0.2, 0.2}},
    [OLY_CNN] = {"cnn", 64, 8, 7, FASHION_PIXELS, 1, FASHION_CLASSES, OLY_ACCURACY, 0.01, {0.6, 0.2, 0.2}},
    [OLY_GPT] =
        {"gpt", 1, 8, 7, CONTENDER_TEXT * sizeof(int), CONTENDER_TOKENS, 0, OLY_NATS, 0.02, {0.6, 0.2, 0.2}},
};

const contest *contest_find(const char *name)
{
    const oly_space *space = oly_space_find(name);
    return space ? &contests[space - oly_spaces] : NULL;
}

int contest_number(const contest *e) { return (int)(e - contests); }
const oly_space *contest_space(const contest *e) { return &oly_spaces[contest_number(e)]; }

struct contest_source {
    const contest *e;
    unsigned char key[COMPETE_KEY_BYTES];
    fashion_set pictures;
    text_corpus text;
    text_split split;
};

contest_source *contest_open(const contest *e, const unsigned char key[COMPETE_KEY_BYTES])
{
    contest_source *s = calloc(1, sizeof *s);
    if (!s) return tt_fail(TT_NO_MEMORY, "no memory for inputs"), NULL;
    s->e = e;
    memcpy(s->key, key, sizeof s->key);
    tt_status status =
        e->quality == OLY_ACCURACY ? fashion_load(&s->pictures, PART_TEST) : text_load(&s->text);
    if (status == TT_OK && e->quality == OLY_NATS) {
        contests[OLY_GPT].classes = s->text.vocab;
        status = text_split_make(&s->split, s->text.count, 1);
    }
    if (status == TT_OK) return s;
    return contest_close(s), NULL;
}

void contest_close(contest_source *s)
{
    if (!s) return;
    fashion_finish(&s->pictures), text_finish(&s->text);
    free(s);
}

// The random numbers of one input: from the key, so that nobody knows them before.
static tt_rng numbers_of(const contest_source *s, int call, int input)
{
    const int number[] = {call, input};
    uint64_t hash[4];
    crypto_generichash((unsigned char *)hash, sizeof hash, (const unsigned char *)number, sizeof number,
                       s->key, sizeof s->key);
    return (tt_rng){hash[0]};
}

static void move_picture(unsigned char *to, const unsigned char *from, int dx, int dy)
{
    for (int y = 0; y < FASHION_SIDE; y++)
        for (int x = 0; x < FASHION_SIDE; x++) {
            const int u = x + dx, v = y + dy;
            const bool inside = u >= 0 && v >= 0 && u < FASHION_SIDE && v < FASHION_SIDE;
            to[y * FASHION_SIDE + x] = inside ? from[v * FASHION_SIDE + u] : 0;
        }
}

static tt_status cut_text(int *ids, int *right, const contest_source *s, tt_rng *rng)
{
    int all[CONTENDER_TEXT + 1];
    size_t start;
    tt_status status = text_pick(&start, &s->split, TEXT_TEST, CONTENDER_TEXT + 1, rng);
    if (status == TT_OK) status = text_ids(all, &s->text, s->text.bytes + start, CONTENDER_TEXT + 1);
    if (status != TT_OK) return status;
    memcpy(ids, all, CONTENDER_TEXT * sizeof *ids);
    memcpy(right, all + CONTENDER_TEXT + 1 - CONTENDER_TOKENS, CONTENDER_TOKENS * sizeof *right);
    return TT_OK;
}

tt_status contest_inputs(contest_source *s, void *inputs, int *right, int call)
{
    const contest *e = s->e;
    tt_status status = TT_OK;
    for (int i = 0; i < e->batch && status == TT_OK; i++) {
        tt_rng rng = numbers_of(s, call, i);
        char *to = (char *)inputs + (size_t)i * e->input_bytes;
        if (e->quality == OLY_NATS) {
            status = cut_text((int *)(void *)to, right + i * e->rows, s, &rng);
            continue;
        }
        const uint64_t at = rng_below(&rng, (uint64_t)s->pictures.count);
        const int dx = (int)rng_below(&rng, 3) - 1, dy = (int)rng_below(&rng, 3) - 1;
        move_picture((unsigned char *)to, s->pictures.images + at * FASHION_PIXELS, dx, dy);
        right[i] = s->pictures.labels[at];
    }
    return status;
}

// The bytes of a weights file, read once.
static tt_status read_weights(const void **bytes, size_t *size, const char *name)
{
    enum { MOST = 32 };
    static struct {
        const char *name;
        char *bytes;
        size_t size;
    } held[MOST];
    char path[FILES_PATH];
    int i = 0;
    while (i < MOST - 1 && held[i].name && strcmp(held[i].name, name) != 0) i++;
    files_path(path, "%s%s", TT_WEIGHTS, name);
    tt_status status = held[i].name ? TT_OK : file_read(&held[i].bytes, &held[i].size, path, FILE_MOST);
    if (status == TT_OK) held[i].name = name, *bytes = held[i].bytes, *size = held[i].size;
    return status;
}

tt_status contest_files(lane_plan *plan, const contest *e)
{
    static fashion_set train;
    const char *const *file = contender_files[contest_number(e)];
    tt_status status = TT_OK;
    for (plan->file_count = 0; file[plan->file_count] && status == TT_OK; plan->file_count++) {
        const int i = plan->file_count;
        status = read_weights(&plan->files[i].bytes, &plan->files[i].size, file[i]);
    }
    if (status != TT_OK || e->quality != OLY_ACCURACY) return status;
    if (!train.count) status = fashion_load(&train, PART_TRAIN);
    if (status == TT_OK && train.count < CONTENDER_CALIBRATION)
        status = tt_fail(TT_BAD_FILE, "fewer than %d training pictures", CONTENDER_CALIBRATION);
    plan->pictures = train.images, plan->picture_bytes = (size_t)CONTENDER_CALIBRATION * FASHION_PIXELS;
    return status;
}
