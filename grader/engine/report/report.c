// report.c: the sum of a grading, its table in a terminal, and its result.json.
#include "report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sodium.h>

#include "core/escape.h"
#include "core/file.h"
#include "core/foreign.h"
#include "measure/machine.h"
#include "sandbox/sandbox.h"

double report_points(const grade_outcome *o) { return round(o->points * 10) / 10; }

void report_sum(grade_report *r)
{
    r->score = r->of = 0;
    r->passed = r->failed = 0;
    for (int i = 0; i < grade_case_count; i++) {
        if (!r->done[i]) continue;
        r->score += report_points(&r->outcomes[i]);
        r->of += grade_cases[i].points;
        if (r->outcomes[i].verdict == VERDICT_PASSED) r->passed++;
        else r->failed++;
    }
    r->score = floor(r->score + 1e-9);
}

// --- For people ---

static void print_layers(void)
{
    printf("Sandbox:");
    const char *comma = " ";
    for (int i = 0; i < LAYERS; i++)
        if (sandbox_layers[i].on) printf("%s%s", comma, sandbox_layers[i].name), comma = ", ";
    comma = "; not here: ";
    for (int i = 0; i < LAYERS; i++)
        if (!sandbox_layers[i].on)
            printf("%s%s (%s)", comma, sandbox_layers[i].name, sandbox_layers[i].why), comma = ", ";
    printf(".\n");
}

static void print_warnings(const compilation *c)
{
    if (!*c->warnings) return;
    printf("\nThe compiler warns:\n");
    escape_wrap(stdout, c->warnings, 0, 2);
}

static void print_next(const grade_report *r, const char *number)
{
    for (int i = 0; i < grade_case_count; i++) {
        const grade_outcome *o = &r->outcomes[i];
        if (!r->done[i] || o->verdict == VERDICT_PASSED || verdicts[o->verdict].kinds & VERDICT_FOLLOWS)
            continue;
        printf("\nNext: %s, \"%s\": %s\n", grade_cases[i].function, grade_cases[i].name,
               verdicts[o->verdict].name);
        escape_wrap(stdout, o->message, 0, 6);
        if (o->verdict == VERDICT_NOT_COMPILED) return;
        char name[96];
        snprintf(name, sizeof name, "%s: %s", grade_cases[i].function, grade_cases[i].name);
        printf("      Again%s:\n      make grade-%s GRADE='--case \"%s\" --seed %llu'\n",
               o->verdict == VERDICT_CRASHED ? ", and under a debugger" : "", number, name,
               (unsigned long long)r->setup.seed);
        if (o->verdict == VERDICT_CRASHED)
            printf("      make debug-%s GRADE='--case \"%s\"'\n", number, name);
        return;
    }
}

void report_print(const grade_report *r, const char *module)
{
    const compilation *c = &r->setup.programs;
    char number[8];
    snprintf(number, sizeof number, "%.*s", (int)strcspn(module, "_"), module);
    if (c->status != COMPILE_OK && !r->setup.in_process) {
        escape_put(stdout, r->setup.source, ESCAPE_LINE), putchar(' ');
        escape_wrap(stdout, c->message, 0, 0);
        print_warnings(c);
    } else {
        enum { MOST_PRINTING = 5 };
        const char *function = "";
        int printing = 0;
        printf("%9s  %-42s %s\n", "points", "case", "verdict");
        for (int i = 0; i < grade_case_count; i++) {
            if (!r->done[i]) continue;
            const grade_case *row = &grade_cases[i];
            const grade_outcome *o = &r->outcomes[i];
            if (strcmp(function, row->function) != 0) printf("%s\n", function = row->function);
            char points[24] = "";
            if (row->points) snprintf(points, sizeof points, "%.3g/%d", report_points(o), row->points);
            printf("%9s  %-42s %s\n", points, row->name, verdicts[o->verdict].name);
            if (o->verdict != VERDICT_TODO) escape_wrap(stdout, o->message, 0, 11);
            if (*o->printed && printing++ < MOST_PRINTING)
                escape_first_lines(stdout, "           it printed: ", o->printed, 3);
        }
        if (printing > MOST_PRINTING)
            printf("\n%d more cases printed something.\n", printing - MOST_PRINTING);
        print_warnings(c);
        print_next(r, number);
    }
    printf("\n");
    if (!r->setup.in_process) print_layers();
    printf("Seed %llu repeats these inputs.\n", (unsigned long long)r->setup.seed);
    printf("Score: %.0f/%.0f\n%d passed, %d failed\n", r->score, r->of, r->passed, r->failed);
}

void report_stream(FILE *f, const grade_case *row, const grade_outcome *o)
{
    char message[sizeof o->message];
    snprintf(message, sizeof message, "%s", o->message);
    for (char *at = message; *at; at++)
        if ((unsigned char)*at < 32) *at = ' ';
    fprintf(f, "%d\t%s\t%g\t%d\t%s\t%s\t%s\n", (int)(row - grade_cases), verdicts[o->verdict].name,
            report_points(o), row->points, row->function, row->name, message);
    fflush(f);
}

// --- result.json ---

void report_failed(const char *path, bool *failed)
{
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, NULL), *c;
    size_t at;
    json_array_foreach(json_object_get(root, "cases"), at, c)
    {
        const char *function = json_string_value(json_object_get(c, "function"));
        const char *name = json_string_value(json_object_get(c, "case"));
        const char *verdict = json_string_value(json_object_get(c, "verdict"));
        for (int i = 0; i < grade_case_count && function && name && verdict; i++)
            if (!strcmp(function, grade_cases[i].function) && !strcmp(name, grade_cases[i].name))
                failed[i] = strcmp(verdict, verdicts[VERDICT_PASSED].name) != 0;
    }
    json_decref(root);
}

// The best ratio of each timed case, of this grading or of earlier ones in the file at `path`.
static json_t *pack_best(const grade_report *r, const char *path)
{
    json_t *old = json_load_file(path, JSON_REJECT_DUPLICATES, NULL), *best = json_object();
    json_object_update(best, json_object_get(old, "best"));
    for (int i = 0; i < grade_case_count; i++) {
        const grade_case *row = &grade_cases[i];
        if (!r->done[i] || !row->yardstick || r->outcomes[i].verdict != VERDICT_PASSED || r->setup.untimed)
            continue;
        char name[96];
        snprintf(name, sizeof name, "%s: %s", row->function, row->name);
        double before = 0;
        foreign_take_real(&before, json_object_get(json_object_get(best, name), "ratio"));
        if (r->outcomes[i].speed.ratio > before)
            json_object_set_new(
                best, name,
                json_pack("{s:f, s:s}", "ratio", r->outcomes[i].speed.ratio, "unit", row->yardstick->unit));
    }
    json_decref(old);
    return best;
}

// A compiler's message quotes the source's bytes, but a JSON string must be UTF-8.
static json_t *text(const char *bytes)
{
    char *plain = escape_make(bytes, ESCAPE_JSON);
    json_t *s = json_string(plain ? plain : "");
    free(plain);
    return s;
}

static json_t *pack_speed(const grade_case *row, const timing *t)
{
    json_t *calls = json_array();
    for (int i = 0; i < t->samples; i++) {
        const timing_sample *s = &t->sample[i];
        json_array_append_new(calls, json_pack("{s:f, s:f, s:f, s:b, s:b}", "wall", s->wall, "cpu", s->cpu,
                                               "yard", s->yard, "kept", s->kept, "disturbed", s->disturbed));
    }
    const grade_yardstick *y = row->yardstick;
    return json_pack("{s:f, s:s, s:f, s:f, s:b, s:o}", "ratio", t->ratio, "unit", y->unit, "least", y->least,
                     "most", y->most, "busy", t->busy, "calls", calls);
}

static json_t *pack_cases(const grade_report *r)
{
    json_t *cases = json_array();
    for (int i = 0; i < grade_case_count; i++) {
        if (!r->done[i]) continue;
        const grade_case *row = &grade_cases[i];
        const grade_outcome *o = &r->outcomes[i];
        json_t *c = json_pack("{s:s, s:s, s:f, s:i, s:s, s:o}", "function", row->function, "case", row->name,
                              "points", report_points(o), "of", row->points, "verdict",
                              verdicts[o->verdict].name, "message", text(o->message));
        if (*o->printed) json_object_set_new(c, "printed", text(o->printed));
        if (o->speed.samples > 0) json_object_set_new(c, "speed", pack_speed(row, &o->speed));
        json_array_append_new(cases, c);
    }
    return cases;
}

static json_t *pack_layers(void)
{
    json_t *layers = json_array();
    for (int i = 0; i < LAYERS; i++)
        json_array_append_new(layers, json_pack("{s:s, s:b, s:s}", "layer", sandbox_layers[i].name, "on",
                                                sandbox_layers[i].on, "why", sandbox_layers[i].why));
    return layers;
}

// The hash of this program's own bytes: another build of the grader may come to another result.
static void name_engine(char hex[65])
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char *bytes = NULL;
    size_t size = 0;
    file_read(&bytes, &size, "/proc/self/exe", FILE_MOST);
    crypto_hash_sha256(hash, (unsigned char *)bytes, size);
    sodium_bin2hex(hex, 65, hash, sizeof hash);
    free(bytes);
}

static json_t *pack(const grade_report *r, const char *module)
{
    static const char *const statuses[] = {"ok", "failed", "refused", "broken"};
    const compilation *c = &r->setup.programs;
    machine_info machine;
    machine_describe(&machine);
    char seed[24], date[32], engine[65];
    time_t now = time(NULL);
    snprintf(seed, sizeof seed, "0x%llx", (unsigned long long)r->setup.seed);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
    name_engine(engine);
    return json_pack("{s:i, s:s, s:o, s:s, s:s, s:s, s:s, s:f, s:b, s:{s:s, s:i, s:s}, s:o, s:{s:s, s:o, "
                     "s:o}, s:o, s:f, s:f, "
                     "s:i, s:i}",
                     "format", 1, "module", module, "file", text(r->setup.source), "sha256", c->sha256,
                     "seed", seed, "engine", engine, "graded", date, "seconds", r->seconds, "untimed",
                     r->setup.untimed, "machine", "cpu", machine.cpu, "cores", machine.cores, "compiler",
                     machine.compiler, "sandbox", pack_layers(), "compile", "status", statuses[c->status],
                     "message", text(c->message), "warnings", text(c->warnings), "cases", pack_cases(r),
                     "score", r->score, "of", r->of, "passed", r->passed, "failed", r->failed);
}

bool report_write(const grade_report *r, const char *module, const char *path)
{
    json_t *root = pack(r, module);
    json_object_set_new(root, "best", pack_best(r, path));
    file_new f;
    tt_status status = file_begin(&f, path);
    if (status == TT_OK && json_dumpf(root, f.out, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) != 0)
        status = tt_fail(TT_NO_MEMORY, "no memory for %s", path);
    json_decref(root);
    status = file_end(&f, status);
    if (status != TT_OK) fprintf(stderr, "grade: %s\n", tt_error());
    return status == TT_OK;
}
