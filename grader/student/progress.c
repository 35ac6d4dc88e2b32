// progress.c: reads result.json, or a grader's stream of verdicts, and prints a line for each function.
#include "progress.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/escape.h"
#include "core/foreign.h"
#include "engine/report/verdict.h"

#define COPY(to, o, key) snprintf(to, sizeof(to), "%s", string_of(o, key))

static const char *string_of(const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));
    return s ? s : "";
}

static void read_best(progress *p, foreign *f, const json_t *best)
{
    for (int i = p->count - 1; i >= 0 && !p->best[0]; i--) {
        snprintf(p->best_case, sizeof p->best_case, "%s: %s", p->cases[i].function, p->cases[i].name);
        const json_t *b = json_object_get(best, p->best_case);
        if (b)
            snprintf(p->best, sizeof p->best, "%.3g %s", foreign_real(f, b, "ratio"), string_of(b, "unit"));
    }
}

void progress_read(progress *p, const char *path)
{
    memset(p, 0, sizeof *p);
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, NULL), *c;
    if (!json_is_object(root)) return json_decref(root);
    const json_t *compile = json_object_get(root, "compile");
    p->present = true;
    COPY(p->graded, root, "graded");
    if (strcmp(string_of(compile, "status"), "ok") != 0) COPY(p->compile, compile, "message");
    COPY(p->warnings, compile, "warnings");
    foreign f = {path, TT_OK};
    p->score = foreign_real(&f, root, "score");
    p->of = foreign_real(&f, root, "of");
    p->passed = (int)foreign_whole(&f, root, "passed", 0, PROGRESS_MOST);
    p->failed = (int)foreign_whole(&f, root, "failed", 0, PROGRESS_MOST);
    size_t at;
    json_array_foreach(json_object_get(root, "cases"), at, c)
    {
        if (p->count == PROGRESS_MOST) break;
        progress_case *k = &p->cases[p->count++];
        COPY(k->function, c, "function");
        COPY(k->name, c, "case");
        COPY(k->verdict, c, "verdict");
        COPY(k->message, c, "message");
        k->points = foreign_real(&f, c, "points");
        k->of = (int)foreign_whole(&f, c, "of", 0, INT_MAX);
        if (*p->printed || !*string_of(c, "printed")) continue;
        COPY(p->printed, c, "printed");
        snprintf(p->printed_by, sizeof p->printed_by, "%s, \"%s\"", k->function, k->name);
    }
    read_best(p, &f, json_object_get(root, "best"));
    json_decref(root);
    if (f.status != TT_OK) memset(p, 0, sizeof *p); // it cannot be read: the next grading writes another
}

bool progress_take_line(progress *p, char *line)
{
    enum { INDEX, VERDICT, POINTS, OF, FUNCTION, NAME, MESSAGE, FIELDS };
    char *field[FIELDS];
    for (int f = 0; f < FIELDS; f++)
        if (!(field[f] = strsep(&line, f == MESSAGE ? "\n" : "\t"))) return false;
    int i = atoi(field[INDEX]);
    if (i < 0 || i >= PROGRESS_MOST) return false;
    progress_case *k = &p->cases[i];
    if (i >= p->count) p->count = i + 1;
    snprintf(k->function, sizeof k->function, "%s", field[FUNCTION]);
    snprintf(k->name, sizeof k->name, "%s", field[NAME]);
    snprintf(k->verdict, sizeof k->verdict, "%s", field[VERDICT]);
    snprintf(k->message, sizeof k->message, "%s", field[MESSAGE]);
    k->points = atof(field[POINTS]);
    k->of = atoi(field[OF]);
    return true;
}

void progress_sum(progress *p)
{
    p->present = true;
    p->score = p->of = 0;
    p->passed = p->failed = 0;
    for (int i = 0; i < p->count; i++) {
        const bool ok = !strcmp(p->cases[i].verdict, "passed");
        p->score += p->cases[i].points, p->of += p->cases[i].of;
        p->passed += ok, p->failed += !ok;
    }
}

const progress_case *progress_next(const progress *p)
{
    for (int i = 0; i < p->count; i++)
        if (strcmp(p->cases[i].verdict, "passed") != 0 && !verdict_is(p->cases[i].verdict, VERDICT_FOLLOWS))
            return &p->cases[i];
    return NULL;
}

int progress_width(const progress *p)
{
    size_t width = 0;
    for (int i = 0; i < p->count; i++)
        if (strlen(p->cases[i].function) > width) width = strlen(p->cases[i].function);
    return (int)width;
}

void progress_print(const progress *p)
{
    const int width = progress_width(p), rest = 80 - 29 - width; // of a line of 80
    for (int i = 0; i < p->count;) {
        const char *function = p->cases[i].function, *speed = "", *missing = "";
        double points = 0;
        int of = 0, passed = 0, first = i;
        for (; i < p->count && !strcmp(p->cases[i].function, function); i++) {
            const progress_case *k = &p->cases[i];
            const bool ok = !strcmp(k->verdict, "passed");
            points += k->points, of += k->of, passed += ok;
            if (ok && k->message[0]) speed = k->message; // of passed cases only timed ones have a message
            if (!ok && (!*missing || verdict_is(missing, VERDICT_FOLLOWS))) missing = k->verdict;
        }
        char last[160];
        printf("  %-*s %4.3g/%-3d %2d of %d cases  %s\n", width, function, points, of, passed, i - first,
               escape_clip(last, sizeof last, *missing ? missing : speed, rest));
    }
}
