// check_doors.c: argument checks: sizes of 0, negative sizes, NULL and numbers out of range.
#include "checks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "oracle.h"

// size: COLUMNS k n; REQUANTIZE m n; MATMUL, PACKED m n k; CONV count h wide c n; POOL count h wide c.
typedef struct {
    int call, size[5], nulls;
    tt_status want;
    int odd; // which other argument is out of range: ODD_*
} door_row;

enum { ODD_NONE, ODD_ZERO_POINT, ODD_LOW, ODD_PATH, ODD_K };
enum {
    NO_X = 1 << X,
    NO_W = 1 << W,
    NO_BIAS = 1 << BIASES,
    NO_OUT = 1 << PRODUCT_OUT,
    NO_SUMS = 1 << SUMS,
    NO_SHIFT = 1 << SHIFT
};

static const door_row doors[] = {
    {COLUMNS, {5, 0}, 0, TT_OK, 0},
    {COLUMNS, {0, 0}, NO_X | NO_W, TT_OK, 0},
    {COLUMNS, {-1, 3}, 0, TT_BAD_SHAPE, 0},
    {COLUMNS, {3, -1}, 0, TT_BAD_SHAPE, 0},
    {COLUMNS, {3, 2}, NO_X, TT_BAD_VALUE, 0},
    {COLUMNS, {3, 2}, NO_W, TT_BAD_VALUE, 0},

    {REQUANTIZE, {0, 5}, 0, TT_OK, 0},
    {REQUANTIZE, {5, 0}, 0, TT_OK, 0},
    {REQUANTIZE, {-1, 5}, 0, TT_BAD_SHAPE, 0},
    {REQUANTIZE, {5, -1}, 0, TT_BAD_SHAPE, 0},
    {REQUANTIZE, {3, 20}, NO_X, TT_BAD_VALUE, 0},
    {REQUANTIZE, {3, 20}, NO_OUT, TT_BAD_VALUE, 0},
    {REQUANTIZE, {3, 20}, NO_SHIFT, TT_BAD_VALUE, 0},
    {REQUANTIZE, {3, 20}, 0, TT_BAD_VALUE, ODD_LOW},

    {MATMUL, {0, 5, 7}, 0, TT_OK, 0},
    {MATMUL, {5, 0, 7}, 0, TT_OK, 0},
    {MATMUL, {0, 0, 0}, NO_X | NO_W | NO_BIAS | NO_OUT, TT_OK, 0},
    {MATMUL, {5, 7, 0}, 0, TT_OK, 0},
    {MATMUL, {5, 7, 0}, NO_X | NO_W | NO_BIAS, TT_OK, 0},
    {MATMUL, {-1, 5, 7}, 0, TT_BAD_SHAPE, 0},
    {MATMUL, {5, -1, 7}, 0, TT_BAD_SHAPE, 0},
    {MATMUL, {5, 7, -1}, 0, TT_BAD_SHAPE, 0},
    {MATMUL, {1, 1, QUANT_MOST_K}, 0, TT_BAD_SHAPE, ODD_K},
    {MATMUL, {3, 5, 7}, NO_X, TT_BAD_VALUE, 0},
    {MATMUL, {3, 5, 7}, NO_W, TT_BAD_VALUE, 0},
    {MATMUL, {3, 5, 7}, NO_OUT, TT_BAD_VALUE, 0},
    {MATMUL, {3, 5, 7}, 0, TT_BAD_VALUE, ODD_ZERO_POINT},

    {PACKED, {0, 5, 7}, 0, TT_OK, 0},
    {PACKED, {5, 0, 7}, 0, TT_OK, 0},
    {PACKED, {5, 20, 0}, 0, TT_OK, 0},
    {PACKED, {5, 20, 0}, NO_X | NO_BIAS, TT_OK, 0},
    {PACKED, {-1, 5, 7}, 0, TT_BAD_SHAPE, 0},
    {PACKED, {5, -1, 7}, 0, TT_BAD_SHAPE, 0},
    {PACKED, {5, 7, -1}, 0, TT_BAD_SHAPE, 0},
    {PACKED, {1, 1, QUANT_MOST_K}, 0, TT_BAD_SHAPE, ODD_K},
    {PACKED, {3, 5, 7}, NO_X, TT_BAD_VALUE, 0},
    {PACKED, {3, 5, 7}, NO_W, TT_BAD_VALUE, 0},
    {PACKED, {3, 5, 7}, NO_SUMS, TT_BAD_VALUE, 0},
    {PACKED, {3, 5, 7}, NO_OUT, TT_BAD_VALUE, 0},
    {PACKED, {3, 5, 7}, 0, TT_BAD_VALUE, ODD_ZERO_POINT},
    {PACKED, {3, 5, 7}, 0, TT_BAD_VALUE, ODD_PATH},

    {CONV, {0, 4, 4, 2, 16}, 0, TT_OK, 0},
    {CONV, {1, 0, 4, 2, 16}, 0, TT_OK, 0},
    {CONV, {1, 4, 4, 2, 0}, 0, TT_OK, 0},
    {CONV, {1, 4, 4, 0, 16}, 0, TT_OK, 0},
    {CONV, {-1, 4, 4, 2, 16}, 0, TT_BAD_SHAPE, 0},
    {CONV, {1, 4, -4, 2, 16}, 0, TT_BAD_SHAPE, 0},
    {CONV, {1, 4, 4, 2, 16}, 0, TT_BAD_SHAPE, ODD_K},
    {CONV, {1, 4, 4, 2, 16}, NO_X, TT_BAD_VALUE, 0},
    {CONV, {1, 4, 4, 2, 16}, NO_OUT, TT_BAD_VALUE, 0},
    {CONV, {1, 4, 4, 2, 16}, NO_SHIFT, TT_BAD_VALUE, 0},
    {CONV, {1, 4, 4, 2, 16}, 0, TT_BAD_VALUE, ODD_LOW},
    {CONV, {1, 4, 4, 2, 16}, 0, TT_BAD_VALUE, ODD_ZERO_POINT},
    {CONV, {1, 4, 4, 2, 16}, 0, TT_BAD_VALUE, ODD_PATH},

    {POOL, {0, 4, 4, 3}, 0, TT_OK, 0},
    {POOL, {2, 4, 4, 0}, 0, TT_OK, 0},
    {POOL, {2, 1, 4, 3}, NO_OUT, TT_OK, 0},
    {POOL, {-1, 4, 4, 3}, 0, TT_BAD_SHAPE, 0},
    {POOL, {1, 0, 4, 3}, 0, TT_BAD_SHAPE, 0},
    {POOL, {1, 4, 4, -3}, 0, TT_BAD_SHAPE, 0},
    {POOL, {1, 4, 4, 3}, NO_X, TT_BAD_VALUE, 0},
    {POOL, {1, 4, 4, 3}, NO_OUT, TT_BAD_VALUE, 0},
};

// The row for this step, among the rows of the case's call; NULL if there are no more.
static const door_row *door_of(const grade_run *run)
{
    for (int i = 0, step = 0; i < COUNT(doors); i++)
        if (doors[i].call == run->row->argument && step++ == run->step) return &doors[i];
    return NULL;
}

static void lay_door(grade_run *run, const door_row *d)
{
    const int *s = d->size;
    int *number = run->layout.number;
    switch (d->call) {
    case COLUMNS:
        number[A] = s[0], number[B] = s[1];
        grade_random_fill(run, grade_input(run, (size_t)abs(s[0] * s[1])), (size_t)abs(s[0] * s[1]), -1, 1);
        grade_output(run, (size_t)abs(s[1]));
        break;
    case REQUANTIZE:
        quant_lay_sums(run, abs(s[0]), abs(s[1]));
        memset((void *)grade_result(run, X), 0, (size_t)abs(s[0] * s[1]) * sizeof(int32_t));
        quant_lay_output(run, abs(s[1]), 0.01, 10, d->odd == ODD_LOW ? 11 : 0, 255);
        number[A] = s[0], number[B] = s[1];
        break;
    case MATMUL:
        quant_lay_product(run, (shape){s[0], s[1], s[2]}, ANY);
        break;
    case PACKED:
        quant_lay_packed(run, (shape){s[0], s[1], s[2]}, ANY, QUANT_PLAIN);
        break;
    case CONV:
        quant_lay_conv(run, (picture){s[0], s[1], s[2], s[3], s[4]}, d->odd == ODD_ZERO_POINT ? 256 : 5,
                       QUANT_PLAIN);
        break;
    default: { // POOL
        const size_t in = (size_t)abs(s[0] * s[1] * s[2] * s[3]);
        memcpy(number, s, 4 * sizeof *s);
        quant_random_bytes(run, grade_input_bytes(run, in), in, ANY);
        grade_input_bytes(run, 0), grade_input_bytes(run, 0);
        grade_output_bytes(run, (size_t)abs(s[0] * (s[1] / 2) * (s[2] / 2) * s[3]));
    }
    }
}

bool quant_fill_door(grade_run *run)
{
    const door_row *d = door_of(run);
    if (!d) return false;
    int *number = run->layout.number;
    lay_door(run, d);
    number[NULLS] = d->nulls;
    if (d->odd == ODD_ZERO_POINT && d->call != CONV) number[D] = -1;
    if (d->odd == ODD_PATH) number[d->call == CONV ? F : E] = QUANT_PATHS;
    if (d->odd == ODD_K && d->call != CONV) number[C]++;
    if (d->odd == ODD_K && d->call == CONV) ((int *)grade_result(run, SIZES))[5]++;
    if (d->odd == ODD_LOW && d->call == CONV) number[D] = number[C] + 1;
    return true;
}

// A product with k = 0, or a convolution with c = 0, gives the bias or 0; other outputs stay untouched.
void quant_check_door(grade_run *run)
{
    const door_row *d = door_of(run);
    const int *s = d->size,
              is_sum = (d->call == MATMUL || d->call == PACKED) && d->want == TT_OK && s[0] > 0 && s[1] > 0;
    char call[160];
    snprintf(call, sizeof call, "sizes %d %d %d %d %d%s%s%s%s%s%s", s[0], s[1], s[2], s[3], s[4],
             d->nulls ? ", NULL: array" : "", d->nulls & NO_X ? " 0" : "", d->nulls & NO_W ? " 1" : "",
             d->nulls & NO_BIAS ? " 2" : "", d->nulls & NO_OUT ? " 3" : "",
             d->nulls & (NO_SUMS | NO_SHIFT) ? " 4 or 6" : "");
    static const char *const odd[] = {"", ", a zero point out of range", ", low above the zero point",
                                      ", no such path", ", k too large or not 9 c"};
    snprintf(call + strlen(call), sizeof call - strlen(call), "%s", odd[d->odd]);
    if (is_sum && run->status == TT_OK) return quant_compare_sums(run, NULL, quant_bias_of(run), "");
    if (d->call == CONV && d->want == TT_OK && s[3] == 0) return quant_check_conv(run);
    quant_check_refused(run, d->want, call);
}
