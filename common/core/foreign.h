// foreign.h: numbers out of JSON that somebody else wrote. They are checked here, and nowhere else.
//
// A field that is absent or null counts as 0: older files lack what newer ones have, and null stands for a number that
// was not finite. What is there must be a number in its range; if it is not, the reader of the file is told so once,
// with the file's name and the field's, and later numbers count as 0.
#pragma once

#include <stdbool.h>

#include <jansson.h>

#include "status.h"

// One file that is being read. Begin with {path, TT_OK}; look at status when all is read.
typedef struct {
    const char *file;
    tt_status status; // TT_BAD_FILE, with a sentence for tt_error, from the first number that is refused
} foreign;

// A whole number of low .. high, written as one: 3, not 3.0. Any finite number.
long long foreign_whole(foreign *f, const json_t *object, const char *key, long long low, long long high);
double foreign_real(foreign *f, const json_t *object, const char *key);

// The same of a value that is no field; false, and out is untouched, if it is no such number.
bool foreign_take_whole(long long *out, const json_t *value, long long low, long long high);
bool foreign_take_real(double *out, const json_t *value);
