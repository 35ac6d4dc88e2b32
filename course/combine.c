// combine.c: the table of combinations, and the sentences of those that are refused.
#include "combine.h"

#include <stdio.h>
#include <string.h>

#include "core/count.h"

const course_sensible course_models[] = {
    {"mlp", COURSE_ACCELERATION | COURSE_INT8 | COURSE_PRUNING},
    {"cnn",
     COURSE_ACCELERATION | COURSE_INT8 | COURSE_PRUNING}, // pruned of whole filters: what is left is dense
    {"gpt", COURSE_ACCELERATION | COURSE_INT8 | COURSE_PRUNING | COURSE_CACHE},
};
const int course_model_count = COUNT(course_models);

const course_refused course_no_kernel[] = {
    {"mlp", COURSE_INT8 | COURSE_PRUNING, "no product of bytes skips zeros"},
    {"gpt", COURSE_INT8 | COURSE_PRUNING, "no product of bytes skips zeros"},
};
const int course_no_kernel_count = COUNT(course_no_kernel);

const char *course_name(char *name, unsigned parts)
{
    int at = snprintf(name, COURSE_NAME, "%s", parts ? "" : "none");
    for (int i = 0; i < COURSE_PARTS; i++)
        if (parts & (unsigned)course_modules[i].part)
            at += snprintf(name + at, (size_t)(COURSE_NAME - at), "%s%d", at ? "+" : "",
                           course_modules[i].number);
    return name;
}

tt_status course_check(const char *model, unsigned parts)
{
    char name[COURSE_NAME], both[COURSE_NAME];
    const course_sensible *m = course_models, *end = m + course_model_count;
    while (m < end && strcmp(m->model, model) != 0) m++;
    if (m == end) return tt_fail(TT_BAD_VALUE, "there is no model \"%.20s\"", model);
    const unsigned sensible = m->parts;
    if (parts & ~sensible)
        return tt_fail(TT_BAD_VALUE, "%.20s: module %s has nothing for it; leave it out", model,
                       course_name(name, parts & ~sensible & ((1u << COURSE_PARTS) - 1)));
    for (int i = 0; i < course_no_kernel_count; i++) {
        const course_refused *r = &course_no_kernel[i];
        if (strcmp(r->model, model) == 0 && (parts & r->parts) == r->parts)
            return tt_fail(TT_BAD_VALUE,
                           "%s with %s: %s together is refused, since %s; leave one of them out", model,
                           course_name(name, parts), course_name(both, r->parts), r->why);
    }
    return TT_OK;
}

unsigned course_present(unsigned parts)
{
    for (int i = 0; i < COURSE_PARTS; i++)
        if (course_lacks((unsigned)course_modules[i].part)) parts &= ~(unsigned)course_modules[i].part;
    return parts;
}
