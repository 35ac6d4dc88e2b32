// verdict.h: how a case can end: the names in result.json, and what its readers may conclude from each.
#pragma once

#include <stdbool.h>
#include <string.h>

typedef enum {
    VERDICT_PASSED,
    VERDICT_WRONG,
    VERDICT_TODO,
    VERDICT_CRASHED,
    VERDICT_STUCK,
    VERDICT_SLOW,        // right, but points begin at another speed
    VERDICT_NOT_COUNTED, // right, but its function's pace case failed
    VERDICT_NOT_TRIED,   // other cases of its function had to be stopped
    VERDICT_REFUSED,     // made a forbidden system call, or answered when it was not asked
    VERDICT_NOT_COMPILED,
    VERDICT_BROKEN, // the machine's fault, which says nothing about the submission
    VERDICTS
} grade_verdict;

enum verdict_kinds {
    VERDICT_IS_RIGHT = 1,   // what was computed is right
    VERDICT_FOLLOWS = 2,    // from another case's verdict: that one is to be looked at
    VERDICT_IS_NOT_RUN = 4, // there is nothing to run
};

static const struct {
    const char *name;
    unsigned kinds;
} verdicts[VERDICTS] = {
    [VERDICT_PASSED] = {"passed", VERDICT_IS_RIGHT},
    [VERDICT_WRONG] = {"wrong", 0},
    [VERDICT_TODO] = {"to do", VERDICT_IS_NOT_RUN},
    [VERDICT_CRASHED] = {"crashed", 0},
    [VERDICT_STUCK] = {"stuck", 0},
    [VERDICT_SLOW] = {"slow", VERDICT_IS_RIGHT},
    [VERDICT_NOT_COUNTED] = {"not counted", VERDICT_IS_RIGHT | VERDICT_FOLLOWS},
    [VERDICT_NOT_TRIED] = {"not tried", VERDICT_FOLLOWS},
    [VERDICT_REFUSED] = {"refused", 0},
    [VERDICT_NOT_COMPILED] = {"not compiled", VERDICT_IS_NOT_RUN},
    [VERDICT_BROKEN] = {"not graded", 0},
};

// Whether the verdict of this name is of one of these kinds.
static inline bool verdict_is(const char *name, unsigned kinds)
{
    for (int i = 0; i < VERDICTS; i++)
        if (!strcmp(name, verdicts[i].name)) return verdicts[i].kinds & kinds;
    return false;
}
