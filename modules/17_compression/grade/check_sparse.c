// check_sparse.c: sparse matrices that the parent built itself, what was built, what must be refused, and
// products against dense loops in double precision.
#include "checks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "oracle.h"

static int of(grade_run *run, const int *from, int count) { return from[grade_random_below(run, count)]; }
static const int sides[] = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65};
static int pick_side(grade_run *run) { return of(run, sides, COUNT(sides)); }

static bool is_blocks(const grade_run *run)
{
    const int call = run->row->argument;
    return call == BLOCK_MASK || call == BLOCK_BUILD || call == BLOCK_CHECK || call == BLOCKS;
}

static int height_of(const grade_run *run) { return is_blocks(run) ? 4 << run->step % 3 : 0; }

// --- Building ---

enum { WEIGHTS_MOST = 65 * 65 };
typedef struct {
    int32_t starts[67], columns[WEIGHTS_MOST];
    float values[WEIGHTS_MOST * 16];
    int stored;
} built;

static const built *build(const float *w, const float *mask, int in, int out, int height)
{
    static built b;
    b.stored = comp_oracle_sparse(b.starts, b.columns, b.values, w, mask, in, out, height);
    return &b;
}

// Zeros that the mask keeps, numbers that it does not, NaN under it; room for just what is left, or, in the
// last step of three, for one less.
bool comp_fill_build(grade_run *run)
{
    enum { RANDOM = 24 };
    int *n = run->layout.number;
    if (run->step >= RANDOM) return false;
    const int height = height_of(run), in = run->step == 1 ? 0 : pick_side(run),
              out = run->step == 2 ? 0 : pick_side(run);
    static float w[WEIGHTS_MOST], mask[WEIGHTS_MOST];
    comp_random_weights(run, w, in, out, run->step % 4 == 3 ? 100 : 30);
    for (int i = 0; i < in * out; i++) {
        mask[i] = run->step % 2 || grade_random_below(run, 3);
        if (mask[i] == 0 && run->step % 3 == 0) w[i] = NAN;
    }
    const int left = build(w, mask, in, out, height)->stored;
    const bool too_small = run->step % 3 == 2 && left > 0;
    n[A] = in, n[B] = out, n[C] = left - too_small + (run->step % 5 == 4 && !too_small ? 3 : 0),
    n[D] = height;
    comp_lay(run);
    memcpy(comp_array(run, 0), w, (size_t)(in * out) * sizeof *w);
    memcpy(comp_array(run, 1), mask, (size_t)(in * out) * sizeof *mask);
    if (run->step % 2 && run->step % 3) n[NULLS] = 1 << 1; // the mask, which is all ones
    return true;
}

void comp_check_build(grade_run *run)
{
    const int *n = run->layout.number, height = is_blocks(run) ? n[D] : 0;
    const built *b = build(grade_given(run, 0), grade_given(run, 1), n[A], n[B], height);
    if (n[C] < b->stored) {
        if (run->status != TT_BAD_SHAPE)
            grade_wrong(run, "%s, %d are left: got status \"%s\", expected \"%s\"", comp_call(run), b->stored,
                        tt_status_text(run->status), tt_status_text(TT_BAD_SHAPE));
        for (int i = 2; i < 5; i++)
            if (!grade_untouched(run, i))
                grade_wrong(run, "%s: refused, but the matrix was written to", comp_call(run));
        return;
    }
    comp_require_ok(run);
    const int sizes[] = {n[B], n[A], height};
    comp_compare_integers(run, 5, "sizes", height ? 3 : 2, sizes);
    comp_compare_integers(run, 2, "starts", (size_t)(height ? sparse_strips(n[B], height) : n[B]) + 1,
                          b->starts);
    comp_compare_integers(run, 3, "columns", (size_t)b->stored, b->columns);
    comp_compare_floats(run, 4, "values", (size_t)(b->stored * (height ? height : 1)), b->values);
}

// --- Checking ---

// A good matrix with one number changed: `at` of starts, columns or values; or one of the sizes.
enum { IN_STARTS, IN_COLUMNS, IN_VALUES, IN_SIZES };
static const struct {
    const char *what;
    int where, at;
    double value;
    bool good, blocks_only, csr_only;
} hostile[] = {
    {"nothing", IN_SIZES, B, 12, true, false, false},
    {"a zero among the values", IN_VALUES, 0, 0, true, false, false},
    {"room to spare", IN_SIZES, C, 9, true, false, false},
    {"the first start", IN_STARTS, 0, 1, false, false, false},
    {"the first start", IN_STARTS, 0, -1, false, false, false},
    {"a start that goes backwards", IN_STARTS, 2, 0, false, false, false},
    {"a start far beyond room, and back", IN_STARTS, 1, 1 << 30, false, false, false},
    {"a start below 0", IN_STARTS, 1, -5, false, false, false},
    {"the last start, beyond room", IN_STARTS, 4, 9, false, false, false},
    {"a column out of range", IN_COLUMNS, 7, 12, false, false, false},
    {"a column far out of range", IN_COLUMNS, 3, 1 << 30, false, false, false},
    {"a column below 0", IN_COLUMNS, 0, -1, false, false, false},
    {"columns not ascending", IN_COLUMNS, 1, 0, false, false, false},
    {"a column twice", IN_COLUMNS, 6, 11, false, false, false},
    {"a value NaN", IN_VALUES, 3, NAN, false, false, false},
    {"a value infinite", IN_VALUES, 7, INFINITY, false, false, false},
    {"rows", IN_SIZES, A, -1, false, false, false},
    {"cols", IN_SIZES, B, -1, false, false, false},
    {"cols", IN_SIZES, B, 11, false, false, false},
    {"room for less", IN_SIZES, C, 7, false, false, false},
    {"no room", IN_SIZES, C, 0, false, false, false},
    {"starts NULL", IN_SIZES, NULLS, 1, false, false, false},
    {"columns NULL", IN_SIZES, NULLS, 2, false, false, false},
    {"values NULL", IN_SIZES, NULLS, 4, false, false, false},
    {"height", IN_SIZES, D, 5, false, true, false},
    {"height", IN_SIZES, D, 0, false, true, false},
    {"height", IN_SIZES, D, -4, false, true, false},
    {"padding that is not 0", IN_VALUES, 31, 1, false, true, false},
};

// 4 rows, or 4 strips of which the last is 3 rows high; 2 stored in each, at columns up to 11.
bool comp_fill_hostile(grade_run *run)
{
    if (run->step >= COUNT(hostile) || (hostile[run->step].blocks_only && !is_blocks(run))) return false;
    enum { ROWS = 4, STORED = 8, COLUMNS = 12, HEIGHT = 4 };
    const int height = is_blocks(run) ? HEIGHT : 1, where = hostile[run->step].where,
              at = hostile[run->step].at;
    int *n = run->layout.number;
    n[A] = ROWS * height - (height > 1), n[B] = COLUMNS, n[C] = STORED, n[D] = height > 1 ? height : 0,
    n[E] = STORED;
    comp_lay(run);
    static const int columns[STORED] = {1, 4, 0, 9, 2, 3, 5, 11};
    int *starts = comp_array(run, 0), *to = comp_array(run, 1);
    float *values = comp_array(run, 2);
    for (int j = 0; j <= ROWS; j++) starts[j] = 2 * j;
    memcpy(to, columns, sizeof columns);
    for (int i = 3; i < STORED * height && height > 1; i += 4)
        if (i / height >= STORED - 2) values[i] = 0;
    const double value = hostile[run->step].value;
    if (where == IN_STARTS) starts[at] = (int)value;
    if (where == IN_COLUMNS) to[at] = (int)value;
    if (where == IN_VALUES) values[at] = (float)value;
    if (where == IN_SIZES) n[at] = (int)value;
    return true;
}

void comp_check_hostile(grade_run *run)
{
    const tt_status want = hostile[run->step].good ? TT_OK : TT_BAD_VALUE;
    if (run->status != want)
        grade_wrong(run, "changed: %s (%g); %s: got status \"%s\", expected \"%s\"", hostile[run->step].what,
                    hostile[run->step].value, comp_call(run), tt_status_text(run->status),
                    tt_status_text(want));
}

// --- Masks of blocks ---

bool comp_fill_block_mask(grade_run *run)
{
    static const double sparsities[] = {0, 0.3, 0.5, 0.9, 1};
    if (run->step >= 24) return false;
    int *n = run->layout.number;
    n[A] = pick_side(run), n[B] = pick_side(run), n[C] = height_of(run);
    comp_lay(run);
    if (run->step % 2)
        grade_random_integers(run, comp_array(run, 0), (size_t)(n[A] * n[B]), -2, 2); // many ties
    *(double *)comp_array(run, 1) = sparsities[grade_random_below(run, COUNT(sparsities))];
    return true;
}

void comp_check_block_mask(grade_run *run)
{
    comp_require_ok(run);
    const int *n = run->layout.number;
    const size_t blocks = (size_t)n[A] * (size_t)sparse_strips(n[B], n[C]);
    static float want[WEIGHTS_MOST];
    comp_oracle_blocks(want, grade_given(run, 0), n[A], n[B], n[C],
                       prune_gone(blocks, *(const double *)grade_given(run, 1)));
    comp_compare_floats(run, 2, "mask", (size_t)(n[A] * n[B]), want);
}

// --- Products ---

// Lays a product of this size with whole numbers, which sum exactly.
static void lay_product(grade_run *run, int rows, int cols, int n, int of_hundred)
{
    static float w[200 * 200];
    static int32_t starts[202], columns[200 * 200];
    static float values[200 * 208];
    int *number = run->layout.number;
    comp_random_weights(run, w, cols, rows, of_hundred);
    number[A] = rows, number[B] = cols, number[C] = n, number[D] = height_of(run);
    number[E] = comp_oracle_sparse(starts, columns, values, w, NULL, cols, rows, number[D]);
    comp_lay(run);
    const int high = number[D] ? number[D] : 1;
    memcpy(comp_array(run, 0), starts, (size_t)(sparse_strips(rows, high) + 1) * sizeof *starts);
    memcpy(comp_array(run, 1), columns, (size_t)number[E] * sizeof *columns);
    memcpy(comp_array(run, 2), values, (size_t)(number[E] * high) * sizeof *values);
    grade_random_integers(run, comp_array(run, 3), (size_t)cols * (size_t)n, -8, 8);
}

// Batches round the widths of vectors and pieces, rows that are no multiple of a height, empty rows and none
// at all.
bool comp_fill_product(grade_run *run)
{
    static const int batches[] = {1, 7, 63, 64, 65, 130, 2, 3, 8, 12, 16, 31, 33, 48, 100, 129};
    static const int shares[] = {30, 100, 10, 0};
    if (run->step >= 3 * COUNT(batches)) return false;
    const int rows = run->step == 3 ? 0 : pick_side(run), cols = run->step == 4 ? 0 : pick_side(run);
    const int n = run->step == 5 ? 0 : batches[run->step % COUNT(batches)];
    lay_product(run, rows, cols, n, shares[run->step / 3 % 4]);
    return true;
}

// Numbers of which a float keeps all bits: half precision or an integer on the way would show.
bool comp_fill_wide_range(grade_run *run)
{
    if (run->step >= 9) return false;
    lay_product(run, 61 + run->step, 173, 50 + 7 * run->step, 25);
    const int *n = run->layout.number;
    float *values = comp_array(run, 2), *x = comp_array(run, 3);
    const size_t count = (size_t)(n[E] * (n[D] ? n[D] : 1)), inputs = (size_t)n[B] * (size_t)n[C];
    for (size_t i = 0; i < count; i++) values[i] *= 0.0123f; // padding stays 0
    grade_random_fill(run, x, inputs, -1, 1);
    return true;
}

void comp_check_product(grade_run *run)
{
    comp_require_ok(run);
    const int *n = run->layout.number, rows = n[A], cols = n[B];
    static float dense[200 * 200];
    static double want[200 * 200], allowed[200 * 200];
    comp_oracle_dense(dense, grade_given(run, 0), grade_given(run, 1), grade_given(run, 2), rows, cols, n[D]);
    comp_oracle_product(want, allowed, dense, grade_given(run, 3), rows, cols, n[C]);
    comp_compare(run, 5, "out", (size_t)(rows * n[C]), want, allowed);
}
