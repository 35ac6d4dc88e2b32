// contest.c: see contest.h.
#include "contest.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "core/file.h"
#include "data/fashion.h"

// Calls of the MLP take less than a millisecond: with more of them a block's median is known better.
static const contest contests[OLY_EVENTS] = {
    [OLY_MLP] = {"mlp", 8, 25, OLY_ACCURACY, 0.01, {0.6, 0.2, 0.2}},
    [OLY_CNN] = {"cnn", 8, 13, OLY_ACCURACY, 0.01, {0.6, 0.2, 0.2}},
    [OLY_GPT] = {"gpt", 8, 7, OLY_NATS, 0.02, {0.6, 0.2, 0.2}},
};

const contest *contest_find(const char *event)
{
    const oly_space *space = oly_space_find(event);
    return space ? &contests[space - oly_spaces] : NULL;
}

int contest_number(const contest *e) { return (int)(e - contests); }
const oly_space *contest_space(const contest *e) { return &oly_spaces[contest_number(e)]; }

// 64 bits of the round's key, other ones for each event.
static uint64_t key_of(const contest *e, const unsigned char key[COMPETE_KEY_BYTES])
{
    uint64_t hash[4];
    crypto_generichash((unsigned char *)hash, sizeof hash, (const unsigned char *)e->name, strlen(e->name),
                       key, COMPETE_KEY_BYTES);
    return hash[0];
}

tt_status contest_open(contest_round *r, const contest *e, const unsigned char key[COMPETE_KEY_BYTES])
{
    const int event = contest_number(e), call = e->quality == OLY_NATS ? 1 : DATA_CALL;
    *r = (contest_round){.e = e};
    tt_status status = event_data_unseen(&r->data, event, e->blocks * e->calls * call, key_of(e, key));
    const char *const *file = contender_files[event];
    for (int i = 0; file[i] && status == TT_OK; i++) {
        char path[FILES_PATH];
        files_path(path, "%s%s", TT_WEIGHTS, file[i]);
        status = file_read(&r->files[i].bytes, &r->files[i].size, path, FILE_MOST);
    }
    if (status != TT_OK) contest_close(r);
    return status;
}

void contest_close(contest_round *r)
{
    event_data_finish(&r->data);
    for (int i = 0; i < CONTENDER_FILES; i++) free(r->files[i].bytes);
    *r = (contest_round){0};
}

lane_plan contest_plan(const contest_round *r)
{
    const event_data *d = &r->data;
    lane_plan plan = {.pictures = d->calibration,
                      .picture_bytes = d->calibration ? (size_t)CONTENDER_CALIBRATION * FASHION_PIXELS : 0,
                      .input_bytes = (size_t)d->call * d->shape.input_bytes,
                      .answer_bytes = (size_t)(d->call * d->shape.rows * d->shape.classes) * sizeof(float)};
    for (int i = 0; i < LANE_MOST_FILES && i < CONTENDER_FILES && r->files[i].bytes; i++, plan.file_count++)
        plan.files[i].bytes = r->files[i].bytes, plan.files[i].size = r->files[i].size;
    return plan;
}

const void *contest_inputs(const contest_round *r, int call)
{
    return (const char *)r->data.inputs + (size_t)(call * r->data.call) * r->data.shape.input_bytes;
}

const int *contest_answers(const contest_round *r, int call)
{
    return r->data.answers + call * r->data.call * r->data.shape.rows;
}
