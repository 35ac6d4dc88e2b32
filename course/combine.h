// combine.h: which parts can be switched on together, as a table: the models, their parts, and what has no kernel.
#pragma once

#include "ops/backend.h"
#include "seam.h"

typedef struct {
    const char *model; // "mlp", "cnn", "gpt"
    unsigned parts;    // any subset of these makes sense
} course_sensible;

// Both parts together have no kernel.
typedef struct {
    const char *model;
    unsigned parts;
    const char *why;
} course_refused;

extern const course_sensible course_models[];
extern const course_refused course_no_kernel[];
extern const int course_model_count, course_no_kernel_count;

// "15+16+18", or "none". name has room for COURSE_NAME.
enum { COURSE_NAME = 16 };
const char *course_name(char *name, unsigned parts);

// TT_OK, or TT_BAD_VALUE with a sentence that names model and parts.
tt_status course_check(const char *model, unsigned parts);

// The products of module 15 as models call them, and the row of `backend` that these parts take: that, or the textbook's.
extern const tt_backend course_accelerated;
static inline const tt_backend *course_backend(unsigned parts)
{
    return parts & COURSE_ACCELERATION ? &course_accelerated : &backend_naive;
}

// `parts` without those that are nobody's: what then runs.
unsigned course_present(unsigned parts);
