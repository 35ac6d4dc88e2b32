// contest.c: see contest.h.
#include "contest.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "core/file.h"
#include "data/fashion.h"
#include "nn/models.h"

enum { CALIBRATION = 1000 };

static const contest events[] = {
    {"mlp", 32, 8, 9, FASHION_PIXELS, 1, FASHION_CLASSES, OLY_ACCURACY, 0.01, {0.6, 0.2, 0.2}},
    {"cnn", 32, 8, 9, FASHION_PIXELS, 1, FASHION_CLASSES, OLY_ACCURACY, 0.01, {0.6, 0.2, 0.2}},
};

const contest *contest_find(const char *name)
{
    for (int i = 0; i < COUNT(events); i++)
        if (!strcmp(events[i].name, name)) return &events[i];
    return NULL;
}

int contest_number(const contest *e) { return (int)(e - events); }

const oly_space *contest_space(const contest *e)
{
    static const oly_field fields[] = {{"backend", 2, {"library", "yours"}, {0, 1}}, {"bits", 2, {"32", "8"}, {0, 1}}};
    static const oly_space spaces[] = {{"mlp", 2, 0, fields, NULL}, {"cnn", 2, 0, fields, NULL}};
    return &spaces[contest_number(e)];
}

struct contest_source {
    const contest *e;
    fashion_set pictures;
    unsigned char key[COMPETE_KEY_BYTES];
};

contest_source *contest_open(const contest *e, const unsigned char key[COMPETE_KEY_BYTES])
{
    contest_source *s = calloc(1, sizeof *s);
    if (!s) return tt_fail(TT_NO_MEMORY, "no memory for inputs"), NULL;
    s->e = e;
    memcpy(s->key, key, sizeof s->key);
    if (fashion_load(&s->pictures, PART_TEST) == TT_OK) return s;
    return contest_close(s), NULL;
}

void contest_close(contest_source *s)
{
    if (!s) return;
    fashion_finish(&s->pictures);
    free(s);
}

tt_status contest_inputs(contest_source *s, void *inputs, int *right, int call)
{
    for (int i = 0; i < s->e->batch; i++) {
        unsigned char hash[32];
        const int number[] = {call, i};
        crypto_generichash(hash, sizeof hash, (const unsigned char *)number, sizeof number, s->key, sizeof s->key);
        uint32_t at;
        memcpy(&at, hash, sizeof at);
        at %= (uint32_t)s->pictures.count;
        right[i] = s->pictures.labels[at];
        const int dx = hash[4] % 3 - 1, dy = hash[5] % 3 - 1;
        unsigned char *to = (unsigned char *)inputs + (size_t)i * FASHION_PIXELS;
        for (int y = 0; y < FASHION_SIDE; y++)
            for (int x = 0; x < FASHION_SIDE; x++) {
                const int fx = x + dx, fy = y + dy;
                const bool in = fx >= 0 && fy >= 0 && fx < FASHION_SIDE && fy < FASHION_SIDE;
                to[y * FASHION_SIDE + x] = in ? s->pictures.images[at * FASHION_PIXELS + (unsigned)(fy * FASHION_SIDE + fx)] : 0;
            }
    }
    return TT_OK;
}

tt_status contest_files(lane_plan *plan, const contest *e)
{
    static net models[COUNT(events)];
    static fashion_set train;
    char path[FILES_PATH];
    net *m = &models[contest_number(e)];
    files_path(path, "%s/datasets/weights/%s.safetensors", TT_ROOT, e->name);
    tt_status status = m->count ? TT_OK : net_load(m, e->name, path);
    if (status == TT_OK && !train.count) status = fashion_load(&train, PART_TRAIN);
    if (status != TT_OK) return status;
    plan->files[0].bytes = m->weights.values, plan->files[0].size = m->weights.floats * sizeof(float);
    plan->files[1].bytes = train.images, plan->files[1].size = CALIBRATION * FASHION_PIXELS;
    plan->file_count = 2;
    return TT_OK;
}
