// functions_19.c: the function of module 19 that says whether gains multiply.
#include "19_profiling/profiling.h"

#include "seam.h"

// One factor, which makes it twice as fast in each of eight rounds.
static const double seconds[] = {2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1};
static const prof_experiment twice = {1, 8, seconds};

COURSE_FUNCTION(19, prof_combine, (prof_combination * c, const prof_experiment *e, prof_bootstrap b),
                (c, e, b), NULL, {
                    prof_combination made;
                    return f(&made, &twice, (prof_bootstrap){0.95, 100, 1});
                })
