// reference.c: two claims of every module: here the reference keeps its paces and gets its speed points.
#include "report.h"

#include <string.h>

#include "core/foreign.h"

enum { MOST_CLAIMS = 96 };

// What a grading found: a pace is a case without points; a timed case with points gives speed points.
typedef struct {
    int paces, kept;
    double points, of;
} grading;

static bool read_grading(grading *g, const char *path, const char *cpu)
{
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, NULL), *c;
    const char *graded_on = json_string_value(json_object_get(json_object_get(root, "machine"), "cpu"));
    bool good = graded_on && !strcmp(graded_on, cpu) && json_is_false(json_object_get(root, "untimed"));
    foreign f = {path, TT_OK};
    size_t at;
    *g = (grading){0};
    json_array_foreach(json_object_get(root, "cases"), at, c)
    {
        double of = foreign_real(&f, c, "of");
        const char *verdict = json_string_value(json_object_get(c, "verdict"));
        if (of == 0) {
            g->paces++;
            g->kept += verdict && !strcmp(verdict, "passed");
        } else if (json_object_get(c, "speed")) {
            g->points += foreign_real(&f, c, "points");
            g->of += of;
        }
    }
    json_decref(root);
    return good && f.status == TT_OK;
}

void bench_claim_reference(bench_module *out, results *r, const bench_module *module, const char *path)
{
    static bench_claim claims[MOST_CLAIMS]; // one program, one module
    grading g;
    *out = *module;
    if (strcmp(r->side, "solution") != 0 || module->claim_count > MOST_CLAIMS - 2) return;
    bool graded = read_grading(&g, path, r->machine.cpu);
    if (graded) results_set(r, "reference_paces", g.kept, "");
    if (graded) results_set(r, "reference_speed", g.points, "points");
    memcpy(claims, module->claims, (size_t)module->claim_count * sizeof *claims);
    if (!graded || g.paces > 0) // a module without paces claims nothing of them
        claims[out->claim_count++] = (bench_claim){.text = "reference: paces kept",
                                                   .value = "reference_paces",
                                                   .bound = CLAIM_AT_LEAST,
                                                   .limit = g.paces,
                                                   .unit = ""};
    if (!graded || g.of > 0)
        claims[out->claim_count++] = (bench_claim){.text = "reference: speed points",
                                                   .value = "reference_speed",
                                                   .bound = CLAIM_AT_LEAST,
                                                   .limit = g.of,
                                                   .unit = "points"};
    out->claims = claims;
}
