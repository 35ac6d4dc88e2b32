// record.c: the file of a record, and a problem that is answered from it.
#include "given/record.h"

#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#include "core/file.h"
#include "core/foreign.h"
#include "given/spaces.h"
#include "measure/measure.h"

const char record_mlp[] = TT_ROOT "/modules/20_benchmarking/given/space-mlp.json";

// --- Writing ---

static json_t *pack_config(const oly_record *r, int i)
{
    json_t *choice = json_array(), *seconds = json_array();
    const oly_metrics *m = &r->metrics[i];
    for (int f = 0; f < r->space->fields; f++)
        json_array_append_new(choice, json_integer(r->config[i].choice[f]));
    for (int s = 0; s < r->samples; s++) json_array_append_new(seconds, json_real(r->seconds[i][s]));
    return json_pack("{s:o, s:f, s:I, s:I, s:o}", "choice", choice, "quality", m->quality, "model_bytes",
                     (json_int_t)m->model_bytes, "peak_bytes", (json_int_t)m->peak_bytes, "seconds", seconds);
}

// A configuration a line.
tt_status record_write(const oly_record *r, const char *path)
{
    file_new f;
    tt_status status = file_begin(&f, path);
    if (status != TT_OK) return file_end(&f, status);
    fprintf(f.out,
            "{\"event\": \"%s\", \"cpu\": \"%s\", \"date\": \"%s\", \"command\": \"%s\", \"call\": %d,\n",
            r->space->event, r->cpu, r->date, r->command, r->call);
    fprintf(f.out, " \"fields\": [");
    for (int i = 0; i < r->space->fields; i++)
        fprintf(f.out, "%s\"%s\"", i ? ", " : "", r->space->field[i].name);
    fprintf(f.out, "],\n \"configs\": [\n");
    for (int i = 0; i < r->configs && status == TT_OK; i++) {
        json_t *config = pack_config(r, i);
        if (!config || json_dumpf(config, f.out, JSON_COMPACT | JSON_REAL_PRECISION(4)) != 0)
            status = tt_fail(TT_BAD_FILE, "%.200s: configuration %d could not be written", path, i);
        json_decref(config);
        fprintf(f.out, "%s\n", i + 1 < r->configs ? "," : "]}");
    }
    return file_end(&f, status);
}

// --- Reading ---

static bool take_config(oly_record *r, int i, json_t *config)
{
    const json_t *choice = json_object_get(config, "choice"), *seconds = json_object_get(config, "seconds");
    double quality;
    long long model, peak, c;
    if (!foreign_take_real(&quality, json_object_get(config, "quality")) ||
        !foreign_take_whole(&model, json_object_get(config, "model_bytes"), 1, LLONG_MAX) ||
        !foreign_take_whole(&peak, json_object_get(config, "peak_bytes"), 1, LLONG_MAX))
        return false;
    const size_t samples = json_array_size(seconds);
    if (json_array_size(choice) != (size_t)r->space->fields || samples < 1 || samples > RECORD_SAMPLES ||
        (i > 0 && samples != (size_t)r->samples))
        return false;
    r->samples = (int)samples;
    for (int f = 0; f < r->space->fields; f++) {
        if (!foreign_take_whole(&c, json_array_get(choice, (size_t)f), 0, r->space->field[f].choices - 1))
            return false;
        r->config[i].choice[f] = (unsigned char)c;
    }
    double all[RECORD_SAMPLES];
    for (int s = 0; s < r->samples; s++) {
        if (!foreign_take_real(&all[s], json_array_get(seconds, (size_t)s)) || !(all[s] > 0)) return false;
        r->seconds[i][s] = all[s];
    }
    const double p50 = measure_describe(all, r->samples).median;
    r->metrics[i] = (oly_metrics){.p50 = p50,
                                  .throughput = r->call / p50,
                                  .quality = quality,
                                  .model_bytes = (size_t)model,
                                  .peak_bytes = (size_t)peak};
    return true;
}

static void keep_text(char *to, size_t room, json_t *root, const char *key)
{
    const char *text = json_string_value(json_object_get(root, key));
    snprintf(to, room, "%s", text ? text : "");
}

static tt_status take(oly_record *r, json_t *root, const char *path)
{
    const char *event = json_string_value(json_object_get(root, "event"));
    json_t *configs = json_object_get(root, "configs"), *fields = json_object_get(root, "fields");
    long long call = 0;
    const size_t count = json_array_size(configs);
    bool good = event && strcmp(event, r->space->event) == 0 && count > 0 && count <= RECORD_CONFIGS &&
                foreign_take_whole(&call, json_object_get(root, "call"), 1, INT_MAX) &&
                json_array_size(fields) == (size_t)r->space->fields;
    for (int f = 0; f < r->space->fields && good; f++) {
        const char *name = json_string_value(json_array_get(fields, (size_t)f));
        good = name && strcmp(name, r->space->field[f].name) == 0;
    }
    r->configs = (int)count, r->call = (int)call;
    for (size_t i = 0; i < count && good; i++) good = take_config(r, (int)i, json_array_get(configs, i));
    keep_text(r->cpu, sizeof r->cpu, root, "cpu");
    keep_text(r->date, sizeof r->date, root, "date");
    keep_text(r->command, sizeof r->command, root, "command");
    return good ? TT_OK
                : tt_fail(TT_BAD_FILE, "%.200s: no record of this space; measure it again: events enumerate",
                          path);
}

tt_status record_read(oly_record *r, const oly_space *space, const char *path)
{
    static oly_record made;
    json_error_t error;
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        return tt_fail(TT_BAD_FILE, "%.200s: no record: %.200s; take a file of `make enumerate`", path,
                       error.text);
    made = (oly_record){.space = space};
    const tt_status status = take(&made, root, path);
    json_decref(root);
    if (status == TT_OK) *r = made;
    return status;
}

// --- Searching ---

static tt_status sample(void *state, double *cost, double *excess, double *seconds, int config)
{
    record_replay *p = state;
    oly_metrics m = p->record->metrics[config];
    m.p50 = *seconds = p->record->seconds[config][p->next[config]++ % p->record->samples];
    return oly_profile_cost(cost, excess, &m, &p->record->metrics[0], OLY_ACCURACY, p->profile);
}

void record_problem(oly_problem *problem, record_replay *replay, const oly_record *record,
                    const oly_profile *profile)
{
    const int d = record->space->fields;
    memset(replay, 0, sizeof *replay);
    replay->record = record, replay->profile = profile;
    for (int i = 0; i < record->configs; i++)
        oly_places(replay->x + i * d, record->space, &record->config[i]);
    *problem = (oly_problem){replay, sample, record->configs, OLY_LIMITS, d, replay->x};
}

tt_status record_cost(double *cost, const oly_record *record, const oly_profile *profile, int config)
{
    double made, excess[OLY_LIMITS];
    const tt_status status =
        oly_profile_cost(&made, excess, &record->metrics[config], &record->metrics[0], OLY_ACCURACY, profile);
    if (status != TT_OK) return status;
    for (int i = 0; i < OLY_LIMITS; i++)
        if (!(excess[i] <= 0)) made = INFINITY;
    *cost = made;
    return TT_OK;
}
