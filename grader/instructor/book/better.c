// better.c: two gradings of one file by one grader: correctness is the same, and of the speeds the better one counts.
#include <math.h>
#include <string.h>

#include "core/foreign.h"
#include "engine/report/verdict.h"
#include "result.h"

static const char *text(const json_t *object, const char *key)
{
    const char *s = json_string_value(json_object_get(object, key));
    return s ? s : "";
}

static json_t *find_case(const json_t *cases, const json_t *like)
{
    size_t i;
    json_t *c;
    json_array_foreach(cases, i, c)
    {
        if (!strcmp(text(c, "function"), text(like, "function")) &&
            !strcmp(text(c, "case"), text(like, "case")))
            return c;
    }
    return NULL;
}

// Whether the case is right in both gradings and only its speed, or that of its function's pace, made it worth less.
static bool was_better(const json_t *c, const json_t *before, foreign *f)
{
    const bool passed = !strcmp(text(before, "verdict"), verdicts[VERDICT_PASSED].name),
               passes = !strcmp(text(c, "verdict"), verdicts[VERDICT_PASSED].name);
    const double gain = foreign_real(f, before, "points") - foreign_real(f, c, "points");
    return passed && verdict_is(text(c, "verdict"), VERDICT_IS_RIGHT) && (gain > 0 || !passes);
}

static void keep(json_t *cases, size_t i, const json_t *before, const json_t *when)
{
    json_t *kept = json_deep_copy(before);
    if (!json_object_get(kept, "kept_from")) json_object_set(kept, "kept_from", (json_t *)when);
    json_array_set_new(cases, i, kept);
}

double result_keep_better(json_t *now, const json_t *before)
{
    foreign f = {"", TT_OK};
    json_t *cases = json_object_get(now, "cases"), *c;
    double score = 0;
    int passed = 0, count = 0;
    for (size_t i = 0; i < json_array_size(cases); i++) {
        c = json_array_get(cases, i);
        const json_t *old = find_case(json_object_get(before, "cases"), c);
        if (old && was_better(c, old, &f)) keep(cases, i, old, json_object_get(before, "graded"));
        c = json_array_get(cases, i);
        score += foreign_real(&f, c, "points");
        passed += !strcmp(text(c, "verdict"), verdicts[VERDICT_PASSED].name);
        count++;
    }
    score = floor(score + 1e-9);
    json_object_set_new(now, "score", json_real(score)); // as grader/engine/report.c sums them
    json_object_set_new(now, "passed", json_integer(passed));
    json_object_set_new(now, "failed", json_integer(count - passed));
    return score;
}
