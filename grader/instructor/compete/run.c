// run.c: the child's side: becomes the contender that a configuration asks for, and answers inputs. It holds no label, opens
// no file and reads no clock; whose functions it calls is told by the parent, which has tried them in other processes.
#include <stdio.h>
#include <stdlib.h>

#include "ask.h"
#include "data/safetensors.h"
#include "events/contender.h"
#include "seam.h"

static contender *model;
static int event, piece; // inputs that the configuration takes at once

static int choice_of(const oly_config *config, const char *field, int otherwise)
{
    const oly_space *space = &oly_spaces[event];
    for (int f = 0; f < space->fields; f++)
        if (strcmp(space->field[f].name, field) == 0) return oly_choice_number(space, config, f);
    return otherwise;
}

static tt_status open_model(void *memory)
{
    const job_layout *l = memory;
    const unsigned char *chosen = job_array(memory, ASK_CHOSEN);
    ask_facts *facts = job_array(memory, ASK_FACTS);
    oly_config config = {{0}};
    memcpy(config.choice, job_array(memory, ASK_CONFIG), sizeof config.choice);
    event = l->number[ASK_EVENT];
    tt_status status = TT_OK;
    for (int i = 0; i < course_function_count() && status == TT_OK; i++)
        status = course_choose(i, (course_side)chosen[i]);
    const char *const *file = contender_files[event];
    for (int i = 0; file[i] && status == TT_OK; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s%s", TT_WEIGHTS, file[i]);
        status = safetensors_hold(path, job_array(memory, ASK_FILES + i), l->bytes[ASK_FILES + i]);
    }
    if (status != TT_OK) return status;
    model = contender_create(event, &config, job_array(memory, ASK_PICTURES), CONTENDER_CALIBRATION);
    if (!model) return TT_BAD_VALUE;
    piece = choice_of(&config, "batch", 1);
    const oly_counts counts = contender_counts(model, piece);
    *facts = (ask_facts){contender_bytes(model), (uint64_t)counts.macs, (uint64_t)counts.bytes,
                         (uint64_t)counts.misses};
    return TT_OK;
}

static tt_status answer(void *memory, int count)
{
    const contender_shape shape = contender_shape_of(model);
    const char *inputs = job_array(memory, ASK_INPUTS);
    float *logits = job_array(memory, ASK_ANSWERS);
    tt_status status = TT_OK;
    for (int first = 0; first < count && status == TT_OK; first += piece)
        status = contender_run(model, logits + (size_t)first * shape.rows * shape.classes,
                               inputs + (size_t)first * shape.input_bytes,
                               count - first < piece ? count - first : piece);
    return status;
}

static tt_status list(void *memory)
{
    const job_layout *l = memory;
    char *text = job_array(memory, ASK_ANSWERS), *end = text + l->bytes[ASK_ANSWERS];
    *text = 0;
    for (int i = 0; i < course_function_count() && text < end; i++) {
        int side = COURSE_REFERENCE;
        while (side < COURSE_NOBODY && course_choose(i, (course_side)side) != TT_OK) side++;
        text += snprintf(text, (size_t)(end - text), "%s %d\n", course_function_name(i), side);
    }
    return TT_OK;
}

static tt_status olympics(void *memory, int argument)
{
    const int *number = ((job_layout *)memory)->number;
    (void)argument;
    switch (number[ASK_WHAT]) {
    case ASK_LIST:
        return list(memory);
    case ASK_PROBE:
        return course_try(number[ASK_COUNT], COURSE_MINE);
    case ASK_OPEN:
        return open_model(memory);
    default:
        return answer(memory, number[ASK_COUNT]);
    }
}

const job_run job_runs[] = {{"olympics", olympics}, {0}};
