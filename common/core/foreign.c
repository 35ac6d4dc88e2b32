// foreign.c: see foreign.h.
#include "foreign.h"

#include <math.h>

bool foreign_take_whole(long long *out, const json_t *value, long long low, long long high)
{
    const json_int_t x = json_integer_value(value);
    if (!json_is_integer(value) || x < low || x > high) return false;
    return *out = x, true;
}

bool foreign_take_real(double *out, const json_t *value)
{
    const double x = json_number_value(value);
    if (!json_is_number(value) || !isfinite(x)) return false;
    return *out = x, true;
}

// The field's value; NULL if it counts as 0.
static const json_t *field(const foreign *f, const json_t *object, const char *key)
{
    const json_t *value = f->status == TT_OK ? json_object_get(object, key) : NULL;
    return json_is_null(value) ? NULL : value;
}

long long foreign_whole(foreign *f, const json_t *object, const char *key, long long low, long long high)
{
    const json_t *value = field(f, object, key);
    long long x = 0;
    if (value && !foreign_take_whole(&x, value, low, high))
        f->status =
            tt_fail(TT_BAD_FILE, "%.240s: \"%s\" is no whole number from %lld to %lld; make the file again",
                    f->file, key, low, high);
    return x;
}

double foreign_real(foreign *f, const json_t *object, const char *key)
{
    const json_t *value = field(f, object, key);
    double x = 0;
    if (value && !foreign_take_real(&x, value))
        f->status = tt_fail(TT_BAD_FILE, "%.240s: \"%s\" is no number; make the file again", f->file, key);
    return x;
}
