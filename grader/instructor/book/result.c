// result.c: see result.h.
#include "result.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/foreign.h"
#include "instructor/files.h"

enum { RESULT_BYTES = 16 << 20, MOST_ROWS = 4096 };

static const char *text(const json_t *object, const char *key)
{
    const char *s = json_string_value(json_object_get(object, key));
    return s ? s : "";
}

static bool truth(const json_t *object, const char *key)
{
    return json_is_true(json_object_get(object, key));
}

void result_finish(result *r)
{
    if (!r) return;
    for (int i = 0; i < r->case_count; i++) free(r->cases[i].calls);
    free(r->cases);
    free(r->layers);
    json_decref(r->root);
    *r = (result){0};
}

static void *room(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size);
    if (!memory) fprintf(stderr, "grader: no memory for a result\n"), exit(2);
    return memory;
}

static void unpack_case(result_case *c, foreign *f, const json_t *o)
{
    *c = (result_case){.function = text(o, "function"),
                       .name = text(o, "case"),
                       .verdict = text(o, "verdict"),
                       .message = text(o, "message"),
                       .kept_from = text(o, "kept_from"),
                       .printed = text(o, "printed"),
                       .points = foreign_real(f, o, "points"),
                       .of = foreign_real(f, o, "of")};
    const json_t *speed = json_object_get(o, "speed"), *calls = json_object_get(speed, "calls");
    if (!json_is_object(speed)) return;
    c->timed = true;
    c->ratio = foreign_real(f, speed, "ratio"), c->least = foreign_real(f, speed, "least"),
    c->most = foreign_real(f, speed, "most");
    c->unit = text(speed, "unit"), c->busy = truth(speed, "busy");
    c->calls = room(json_array_size(calls), sizeof *c->calls);
    for (size_t i = 0; i < json_array_size(calls); i++) {
        const json_t *call = json_array_get(calls, i);
        c->calls[c->call_count++] = (result_call){.wall = foreign_real(f, call, "wall"),
                                                  .cpu = foreign_real(f, call, "cpu"),
                                                  .yard = foreign_real(f, call, "yard"),
                                                  .kept = truth(call, "kept")};
    }
}

static void unpack(result *r, foreign *f)
{
    const json_t *root = r->root, *machine = json_object_get(root, "machine"),
                 *compile = json_object_get(root, "compile");
    r->student = text(root, "student"), r->grader = text(root, "grader");
    r->module = text(root, "module"), r->file = text(root, "file"), r->sha256 = text(root, "sha256");
    r->seed = text(root, "seed"), r->graded = text(root, "graded");
    r->compile = text(compile, "status"), r->compile_message = text(compile, "message");
    r->compile_warnings = text(compile, "warnings");
    r->cpu = text(machine, "cpu"), r->compiler = text(machine, "compiler"),
    r->cores = (int)foreign_whole(f, machine, "cores", 0, INT_MAX);
    r->untimed = truth(root, "untimed");
    r->seconds = foreign_real(f, root, "seconds"), r->score = foreign_real(f, root, "score"),
    r->of = foreign_real(f, root, "of");
    r->passed = (int)foreign_whole(f, root, "passed", 0, INT_MAX),
    r->failed = (int)foreign_whole(f, root, "failed", 0, INT_MAX);
    const json_t *cases = json_object_get(root, "cases"), *layers = json_object_get(root, "sandbox");
    r->cases = room(json_array_size(cases), sizeof *r->cases);
    for (size_t i = 0; i < json_array_size(cases); i++)
        unpack_case(&r->cases[r->case_count++], f, json_array_get(cases, i));
    r->layers = room(json_array_size(layers), sizeof *r->layers);
    for (size_t i = 0; i < json_array_size(layers); i++) {
        const json_t *o = json_array_get(layers, i);
        r->layers[r->layer_count++] =
            (result_layer){.layer = text(o, "layer"), .why = text(o, "why"), .on = truth(o, "on")};
    }
}

tt_status result_load(result *r, const char *path)
{
    *r = (result){0};
    char *bytes;
    size_t size;
    tt_status status = file_read_in(&bytes, &size, AT_FDCWD, path, RESULT_BYTES);
    if (status != TT_OK) return status;
    json_error_t error;
    r->root = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, &error);
    free(bytes);
    if (!r->root) return tt_fail(TT_BAD_FILE, "%s: %s (line %d)", path, error.text, error.line);
    const json_t *cases = json_object_get(r->root, "cases");
    foreign f = {path, TT_OK};
    if (foreign_whole(&f, r->root, "format", 0, INT_MAX) != 1 || !json_is_array(cases) ||
        json_array_size(cases) > MOST_ROWS)
        f.status = tt_fail(TT_BAD_FILE, "%s: not a result of format 1", path);
    else unpack(r, &f);
    if (f.status != TT_OK) result_finish(r);
    return f.status;
}

bool result_passed(const result_case *c) { return !strcmp(c->verdict, "passed"); }

const char *result_number(char *out, const char *module)
{
    snprintf(out, 8, "%.*s", (int)strcspn(module, "_"), module);
    return out;
}
