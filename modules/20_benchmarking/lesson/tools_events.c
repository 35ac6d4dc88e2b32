// tools_events.c: the three events: the shipped models run once, and an entry measured by the program `events` of course/.
#include "tools.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/foreign.h"
#include "core/tensor.h"
#include "measure/measure.h"
#include "nn/models.h"

const char *event_title(int event)
{
    static const char *const titles[EVENTS] = {"MLP Sprint", "CNN Marathon",
                                               "Transformer Decathlon"};
    return titles[event];
}

// --- Once each, one after the other ---

static bool run_pictures(event_row *row, const char *model)
{
    enum { PICTURES = 64 };
    runner c;
    const bool ok = runner_open(&c, model, PICTURES);
    for (int t = 0; t < TEAMS && ok; t++)
        row->ms[t] = runner_time(&c, PICTURES);
    row->bytes = (double)(c.model.weights.floats * sizeof(float));
    runner_close(&c);
    return ok;
}

static bool run_text(event_row *row)
{
    enum { TOKENS = 64 };
    static int ids[TOKENS];
    gpt m = {0};
    tt_status status = gpt_load(&m, TT_WEIGHTS "/gpt.safetensors");
    float *logits =
        status == TT_OK
            ? tensor_alloc((size_t)TOKENS * (size_t)m.config.vocab)
            : NULL;
    if (status == TT_OK && !logits) status = TT_NO_MEMORY;
    for (int t = 0; t < TEAMS && status == TT_OK; t++) {
        const double start = measure_now();
        status = gpt_forward(&m, logits, ids, TOKENS, NULL);
        row->ms[t] = 1e3 * (measure_now() - start);
    }
    row->bytes = (double)(m.weights.floats * sizeof(float));
    free(logits);
    gpt_finish(&m);
    return worked("gpt_forward", status);
}

bool events_run(event_row rows[EVENTS])
{
    rows[0] = (event_row){.what = "64 pictures"};
    rows[1] = (event_row){.what = "64 pictures"};
    rows[2] = (event_row){.what = "64 letters"};
    return run_pictures(&rows[0], "mlp") && run_pictures(&rows[1], "cnn") &&
           run_text(&rows[2]);
}

// --- An entry beside the baseline ---

static bool take_side(event_side *side, const json_t *root, const char *name)
{
    const json_t *of = json_object_get(root, name);
    return foreign_take_real(&side->p50, json_object_get(of, "p50")) &&
           foreign_take_real(&side->bytes,
                             json_object_get(of, "model_bytes")) &&
           foreign_take_real(&side->quality, json_object_get(of, "quality"));
}

static bool take_all(event_seen *seen, const json_t *root)
{
    const json_t *ratio = json_object_get(root, "ratio");
    return take_side(&seen->baseline, root, "baseline") &&
           take_side(&seen->entry, root, "entry") &&
           foreign_take_real(&seen->ratio,
                             json_object_get(ratio, "median")) &&
           foreign_take_real(&seen->low, json_object_get(ratio, "low")) &&
           foreign_take_real(&seen->high, json_object_get(ratio, "high"));
}

bool event_measure(event_seen *seen, int event, const char *config)
{
    static const int many[EVENTS] = {2048, 1024, 16},
                     few[EVENTS] = {512, 512,
                                    4}; // with fewer a gate is shut by chance
    char command[256], said[4096];
    setenv("EVENTS_PROGRAM", TT_BUILD "/course/events/events",
           0); // a test has set another, without anybody's files
    snprintf(command, sizeof command,
             "\"$EVENTS_PROGRAM\" measure --event %s --config '%s' --json "
             "--inputs "
             "%d%s 2>&1 </dev/null",
             oly_spaces[event].event, config,
             lesson_quick() ? few[event] : many[event],
             lesson_quick() ? " --quick" : "");
    FILE *from = popen(command, "r");
    const size_t length = from ? fread(said, 1, sizeof said - 1, from) : 0;
    said[length] = 0;
    if (from) pclose(from);
    json_t *root = json_loads(said, 0, NULL);
    const bool ok = root && take_all(seen, root);
    json_decref(root);
    if (!ok)
        printf("%s was not measured: %.300s\n", event_title(event),
               *said ? said : "nothing was said");
    return ok;
}
