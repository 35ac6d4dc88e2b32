// grader.c: the cases of module 15. Compiled twice: see grader/grade.h.
//
// Every rung answers the same cases, so they are one list of shapes and one oracle; a rung is a row of RUNG.
// A rung that is no faster than what it should replace is not that rung: its pace case says so, and its
// points do not count.
#include "grade.h"

#include <omp.h>

#include "acceleration.h"

#ifndef TT_CHILD
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"
#include "roofs.h"
#endif

#define COUNT(a) ((int)(sizeof(a) / sizeof *(a)))

// What a job's numbers mean. A NULL_* bit in `door` makes run pass NULL for that pointer.
enum { M, N, K, EXTRA, DOOR };
enum { NULL_OUT = 1, NULL_A = 2, NULL_B = 4 };

// The functions that run may call.
enum { REORDERED, BLOCKED, BLOCKED_BY, TILED, PACKED, THREADED, BLAS, AUTO, BACKEND, RUNGS };

// --- run: in the child ---

#ifdef TT_CHILD

// The extra number is the block of matmul_blocked_by, the threads of matmul_threaded, the mode of the
// backend.
static tt_status call(int rung, float *out, const float *a, const float *b, const int *number)
{
    int m = number[M], n = number[N], k = number[K];
    static tt_matmul *const plain[RUNGS] = {
        [REORDERED] = matmul_reordered, [BLOCKED] = matmul_blocked, [TILED] = matmul_tiled,
        [PACKED] = matmul_packed,       [BLAS] = matmul_blas,       [AUTO] = matmul_auto,
    };
    switch (rung) {
    case BLOCKED_BY:
        return matmul_blocked_by(out, a, b, m, n, k, number[EXTRA]);
    case THREADED:
        omp_set_num_threads(number[EXTRA] > 0 ? number[EXTRA] : 2);
        return matmul_threaded(out, a, b, m, n, k);
    case BACKEND: { // as a model does it: choose a mode, then call through the table
        tt_status status = acceleration_use((enum acceleration_mode)number[EXTRA]);
        return status == TT_OK ? backend->matmul(out, a, b, m, n, k) : status;
    }
    default:
        return plain[rung](out, a, b, m, n, k);
    }
}

static tt_status run_product(void *memory, int rung)
{
    const int *number = ((job_layout *)memory)->number;
    int door = number[DOOR];
    return call(rung, door & NULL_OUT ? NULL : job_array(memory, 2),
                door & NULL_A ? NULL : job_array(memory, 0), door & NULL_B ? NULL : job_array(memory, 1),
                number);
}

// Which function does each mode install? out[mode] = 1 naive, 2 packed, 3 the student's auto, 0 another;
// out[3] = whether an unknown mode was refused and changed nothing; out[4 + mode] = whether the row has the
// name it should have.
static tt_status run_modes(void *memory, int argument)
{
    (void)argument;
    static const char *const names[MODE_COUNT] = {"educational", "optimised", "auto"};
    float *out = job_array(memory, 0);
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        tt_status status = acceleration_use((enum acceleration_mode)mode);
        if (status != TT_OK) return status;
        tt_matmul *f = backend->matmul;
        out[mode] = f == matmul_naive ? 1 : f == matmul_packed ? 2 : f == matmul_auto ? 3 : 0;
        const char *name = backend->name, *want = names[mode];
        while (*want && *name == *want) name++, want++;
        out[4 + mode] = *name == *want;
    }
    const tt_backend *before = backend;
    bool refused = acceleration_use((enum acceleration_mode)MODE_COUNT) == TT_BAD_VALUE &&
                   acceleration_use((enum acceleration_mode) - 1) == TT_BAD_VALUE;
    out[3] = refused && backend == before;
    return TT_OK;
}

#else

// --- fill and check: in the parent ---

typedef struct {
    int m, n, k;
} shape;

// Lay out a (m, k), b (k, n), out (m, n): arrays 0, 1, 2.
static void lay_product(grade_run *run, shape s, bool integers)
{
    int *number = run->layout.number;
    number[M] = s.m, number[N] = s.n, number[K] = s.k;
    size_t m = (size_t)abs(s.m), n = (size_t)abs(s.n), k = (size_t)abs(s.k);
    for (int i = 0; i < 2; i++) {
        size_t count = i == 0 ? m * k : k * n;
        float *x = grade_input(run, count);
        if (integers) grade_random_integers(run, x, count, -8, 8);
        else grade_random_fill(run, x, count, -1, 1);
    }
    grade_output(run, m * n);
}

static int pick(grade_run *run, const int *from, int count) { return from[grade_random_below(run, count)]; }

// Sizes that end in the middle of things: of a vector, of a tile, of a block.
static const int ragged[] = {1, 2, 5, 6, 7, 8, 9, 11, 12, 13, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 130};

static bool fill_ragged(grade_run *run)
{
    static const shape fixed[] = {{1, 1, 1},    {1, 33, 65},    {65, 1, 33},    {33, 65, 1},  {7, 7, 7},
                                  {64, 64, 64}, {127, 130, 65}, {130, 33, 127}, {12, 32, 40}, {13, 33, 129}};
    enum { RANDOM = 14 };
    if (run->step >= COUNT(fixed) + RANDOM) return false;
    shape s = {pick(run, ragged, COUNT(ragged)), pick(run, ragged, COUNT(ragged)),
               pick(run, ragged, COUNT(ragged))};
    lay_product(run, run->step < COUNT(fixed) ? fixed[run->step] : s, false);
    return true;
}

static bool fill_integers(grade_run *run)
{
    static const shape fixed[] = {{500, 50, 500}, {50, 512, 512}, {97, 101, 103}};
    if (run->step >= COUNT(fixed) + 3) return false;
    shape s = {pick(run, ragged, COUNT(ragged)), pick(run, ragged, COUNT(ragged)),
               pick(run, ragged, COUNT(ragged))};
    lay_product(run, run->step < COUNT(fixed) ? fixed[run->step] : s, true);
    return true;
}

// Around the reference's blocks and beyond them, and where a copy of the whole of b would be noticed.
static bool fill_blocks(grade_run *run)
{
    static const shape fixed[] = {{7, 513, 385}, {73, 40, 769}, {145, 1025, 200},
                                  {6, 31, 1536}, {1, 600, 800}, {300, 1, 800}};
    if (run->step >= COUNT(fixed)) return false;
    lay_product(run, fixed[run->step], true);
    return true;
}

static const struct door_row {
    shape s;
    int nulls;
    tt_status want;
} door_rows[] = {
    {{0, 5, 7}, 0, TT_OK},
    {{5, 0, 7}, 0, TT_OK},
    {{0, 0, 0}, NULL_OUT | NULL_A | NULL_B, TT_OK},
    {{5, 7, 0}, 0, TT_OK},
    {{5, 7, 0}, NULL_A | NULL_B, TT_OK},
    {{-1, 5, 7}, 0, TT_BAD_SHAPE},
    {{5, -1, 7}, 0, TT_BAD_SHAPE},
    {{5, 7, -1}, 0, TT_BAD_SHAPE},
    {{3, 5, 7}, NULL_OUT, TT_BAD_VALUE},
    {{3, 5, 7}, NULL_A, TT_BAD_VALUE},
    {{3, 5, 7}, NULL_B, TT_BAD_VALUE},
};

static bool fill_door(grade_run *run)
{
    if (run->step >= COUNT(door_rows)) return false;
    lay_product(run, door_rows[run->step].s, false);
    run->layout.number[DOOR] = door_rows[run->step].nulls;
    run->layout.number[EXTRA] = run->row->argument == BLOCKED_BY ? 4 : 0;
    return true;
}

static void check_door(grade_run *run)
{
    const struct door_row *d = &door_rows[run->step];
    const float *out = grade_result(run, 2);
    char call[96];
    snprintf(call, sizeof call, "m = %d, n = %d, k = %d%s%s%s", d->s.m, d->s.n, d->s.k,
             d->nulls & NULL_OUT ? ", out NULL" : "", d->nulls & NULL_A ? ", a NULL" : "",
             d->nulls & NULL_B ? ", b NULL" : "");
    if (run->status != d->want)
        grade_wrong(run, "%s: got status \"%s\", expected \"%s\"", call, tt_status_text(run->status),
                    tt_status_text(d->want));
    if (d->want == TT_OK && d->s.k == 0 && d->s.m > 0 && d->s.n > 0) {
        for (int i = 0; i < d->s.m * d->s.n; i++)
            if (out[i] != 0)
                grade_wrong(run, "%s: got out[%d] = %g, expected 0: a sum of nothing", call, i,
                            (double)out[i]);
    } else if (!grade_untouched(run, 2)) {
        grade_wrong(run, "%s: out was written to, expected it untouched", call);
    }
}

// Row i of the right answer in double precision; allowed[0] the error that a float sum in any order may have.
static void right_row(double *row, const float *a, const float *b, int n, int k)
{
    memset(row, 0, (size_t)n * sizeof *row);
    for (int p = 0; p < k; p++)
        for (int j = 0; j < n; j++) row[j] += (double)a[p] * (double)b[(size_t)p * n + j];
}

static void check_status(grade_run *run)
{
    if (run->status != TT_OK)
        grade_wrong(run, "got status \"%s\", expected \"ok\"", tt_status_text(run->status));
}

// Compare every element. Whole numbers of at most 8 sum exactly below 2^24, so there nothing is allowed; else
// a sum of k products of at most 1 in any order stays within 4 sqrt(k) u k of the truth (Higham and Mary
// 2019), u = 2^-24.
static void compare_product(grade_run *run, bool exact)
{
    check_status(run);
    int m = run->layout.number[M], n = run->layout.number[N], k = run->layout.number[K];
    double allowed = exact ? 0 : 4 * sqrt(k) * 0x1p-24 * k, *row = malloc((size_t)n * sizeof *row + 1);
    const float *out = grade_result(run, 2), *a = grade_given(run, 0);
    for (int i = 0; row && i < m; i++) {
        right_row(row, a + (size_t)i * k, grade_given(run, 1), n, k);
        for (int j = 0; j < n; j++) {
            double got = (double)out[(size_t)i * n + j], want = row[j];
            if (fabs(got - want) <= allowed) continue; // false for NaN
            free(row);
            grade_wrong(run, "m = %d, n = %d, k = %d: got out[%d][%d] = %.7g, expected %.7g within %.2g%s", m,
                        n, k, i, j, got, want, allowed, isnan(got) ? " (NaN: never written?)" : "");
        }
    }
    free(row);
}

static void check_close(grade_run *run) { compare_product(run, false); }
static void check_exact(grade_run *run) { compare_product(run, true); }

enum { TESTS = 12 };
typedef double tests[TESTS]; // side by side, so that each number of a matrix is read once for all of them

// sums[t] = the sum over j of row[j] x[j][t]. row (n), x (n)
static void multiply_row(tests sums, const float *row, const tests *x, int n)
{
    tests s = {0};
    for (int j = 0; j < n; j++)
        for (int t = 0; t < TESTS; t++) s[t] += (double)row[j] * x[j][t];
    memcpy(sums, s, sizeof s);
}

// Freivalds (1977): out x = a (b x) for random x of -1 and 1. A wrong out passes one such test with
// probability 1/2 at most.
static void check_by_sample(grade_run *run)
{
    check_status(run);
    int m = run->layout.number[M], n = run->layout.number[N], k = run->layout.number[K];
    const float *a = grade_given(run, 0), *b = grade_given(run, 1), *out = grade_result(run, 2);
    tests *x = malloc((size_t)(n + k) * sizeof *x), *bx = x + n, got, want;
    if (!x) grade_wrong(run, "no memory to check it with");
    for (int j = 0; j < n; j++)
        for (int t = 0; t < TESTS; t++) x[j][t] = grade_random_sign(run);
    for (int p = 0; p < k; p++) multiply_row(bx[p], b + (size_t)p * n, (const tests *)x, n);
    // n sums of k products, their errors of random sign: sqrt(n) times what one is allowed.
    double allowed = 4 * sqrt(n) * sqrt(k) * 0x1p-24 * k;
    for (int i = 0; i < m; i++) {
        multiply_row(got, out + (size_t)i * n, (const tests *)x, n);
        multiply_row(want, a + (size_t)i * k, (const tests *)bx, k);
        int t = 0;
        while (t < TESTS && fabs(got[t] - want[t]) <= allowed) t++;
        if (t == TESTS) continue;
        free(x);
        grade_wrong(
            run, "m = %d, n = %d, k = %d: row %d is wrong (its sum with random signs is %.7g, expected %.7g)",
            m, n, k, i, got[t], want[t]);
    }
    free(x);
}

// --- Paces and speeds ---

// Sizes at which good code takes about 5 ms and more.
static bool fill_column_walk(grade_run *run)
{
    return lay_product(run, (shape){32, 1024, 1024}, false), true;
}
static bool fill_rows(grade_run *run) { return lay_product(run, (shape){400, 500, 500}, false), true; }
static bool fill_tall(grade_run *run) { return lay_product(run, (shape){3000, 320, 320}, false), true; }
static bool fill_wide(grade_run *run) { return lay_product(run, (shape){192, 2048, 1024}, false), true; }
static bool fill_one_row(grade_run *run) { return lay_product(run, (shape){1, 4096, 2048}, false), true; }

enum { NAIVE_PART = 8 };

// The textbook loops over the first rows only: they take some hundred times as long as the last rung.
static void yard_naive(grade_run *run)
{
    static float *out;
    const int *number = run->layout.number, rows = (number[M] + NAIVE_PART - 1) / NAIVE_PART;
    out = realloc(out, (size_t)rows * (size_t)number[N] * sizeof *out);
    matmul_naive(out, grade_given(run, 0), grade_given(run, 1), rows, number[N], number[K]);
}

// As many additions into a row, from the first cache: what a loop does that keeps no sum in a register.
static void yard_rows(grade_run *run)
{
    enum { FLOATS = 512 };
    static float sums[FLOATS], row[FLOATS]; // zeros, and they stay zeros
    const int *number = run->layout.number;
    for (long rows = (long)number[M] * number[N] / FLOATS * number[K]; rows > 0; rows--) {
        for (int j = 0; j < FLOATS; j++) sums[j] += 0.5f * row[j];
        __asm__ volatile("" : : : "memory");
    }
}

static void yard_tile(grade_run *run)
{
    const int *number = run->layout.number;
    roofs_tile(2.0 * number[M] * number[N] * number[K]);
}

static void *one_tile(void *flops)
{
    roofs_tile(*(double *)flops);
    return NULL;
}

// The same by two threads at once, as the call has it. OpenMP's would stay, and spin into the next call.
static void yard_two_tiles(grade_run *run)
{
    const int *number = run->layout.number;
    double flops = 1.0 * number[M] * number[N] * number[K];
    pthread_t other;
    bool two = pthread_create(&other, NULL, one_tile, &flops) == 0;
    for (int i = two; i < 2; i++) one_tile(&flops);
    if (two) pthread_join(other, NULL);
}

#define ROWS(least, most) (&(const grade_yardstick){"of adding rows in L1", yard_rows, 1, least, most})
#define NAIVE(least, most)                                                                                   \
    (&(const grade_yardstick){"times the naive loop", yard_naive, 1.0 / NAIVE_PART, least, most})
#define ROW_NAIVE(least, most) (&(const grade_yardstick){"times the naive loop", yard_naive, 1, least, most})
#define TWO_TILES(least, most)                                                                               \
    (&(const grade_yardstick){"of two tiles fed from L1", yard_two_tiles, 1, least, most})
#define TILE(least, most) (&(const grade_yardstick){"of a tile fed from L1", yard_tile, 1, least, most})

// --- The rest ---

static bool fill_any_block(grade_run *run)
{
    static const int blocks[] = {1, 2, 3, 7, 8, 16, 33, 1000, 0, -3};
    if (run->step >= COUNT(blocks)) return false;
    lay_product(run, (shape){17, 33, 65}, true);
    run->layout.number[EXTRA] = blocks[run->step];
    return true;
}

static void check_any_block(grade_run *run)
{
    int block = run->layout.number[EXTRA];
    if (block >= 1) return check_exact(run);
    if (run->status != TT_BAD_VALUE || !grade_untouched(run, 2))
        grade_wrong(run, "block = %d: got status \"%s\", expected \"bad value\" and out untouched", block,
                    tt_status_text(run->status));
}

static bool fill_threads(grade_run *run)
{
    static const shape shapes[] = {{1, 1, 1},      {1, 500, 40},   {3, 5, 7},    {5, 2, 7},
                                   {200, 33, 130}, {130, 257, 65}, {50, 31, 400}};
    if (run->step >= COUNT(shapes) * 4) return false;
    lay_product(run, shapes[run->step / 4], true);
    run->layout.number[EXTRA] = 1 + run->step % 4;
    return true;
}

static bool fill_modes(grade_run *run)
{
    grade_output(run, 8);
    return run->step == 0;
}

// The number of a mode's function in run_modes, by the case's argument.
static void check_mode(grade_run *run)
{
    check_status(run);
    static const char *const functions[] = {"another function", "matmul_naive", "matmul_packed",
                                            "matmul_auto"};
    const float *answer = grade_result(run, 0);
    int mode = run->row->argument, got = (int)answer[mode], want = mode + 1;
    if (got != want)
        grade_wrong(run, "got %s, expected %s", functions[got >= 0 && got < 4 ? got : 0], functions[want]);
    if (answer[4 + mode] != 1) grade_wrong(run, "the row's name is not the one that acceleration.h says");
}

static void check_refused(grade_run *run)
{
    check_status(run);
    if (((const float *)grade_result(run, 0))[3] != 1)
        grade_wrong(run, "got a change or another status, expected \"bad value\" and `backend` as it was");
}

static bool fill_through_table(grade_run *run)
{
    if (run->step >= 3) return false;
    lay_product(run, (shape){33, 65, 20}, true);
    run->layout.number[EXTRA] = run->step;
    return true;
}
#endif

// --- The table ---

#define ROW(name, function, points, flags, argument, fill, run, check, yard)                                 \
    {                                                                                                        \
        PARENT(name), PARENT(function), points, flags, argument, PARENT(fill), CHILD(run), PARENT(check),    \
            PARENT(yard)                                                                                     \
    }
#define PRODUCT(name, function, points, flags, rung, fill, check)                                            \
    ROW(name, function, points, flags, rung, fill, run_product, check, NULL)
#define TIMED(name, function, points, flags, rung, fill, yard)                                               \
    ROW(name, function, points, flags, rung, fill, run_product, check_by_sample, yard)

// A rung: right on ragged shapes, exact on whole numbers, polite at the door.
#define RUNG(function, rung, flags, for_ragged, for_integers, for_door)                                      \
    PRODUCT("ragged shapes", function, for_ragged, flags, rung, fill_ragged, check_close),                   \
        PRODUCT("whole numbers, exactly", function, for_integers, flags, rung, fill_integers, check_exact),  \
        PRODUCT("empty, negative and NULL", function, for_door, flags, rung, fill_door, check_door)

const grade_case grade_cases[] = {
    RUNG("matmul_reordered", REORDERED, 0, 5, 4, 3),
    TIMED("faster than the textbook", "matmul_reordered", 0, CASE_PACE, REORDERED, fill_rows, ROWS(0.2, 0.2)),
    TIMED("speed", "matmul_reordered", 3, 0, REORDERED, fill_rows, ROWS(0.2, 0.3)),

    RUNG("matmul_blocked", BLOCKED, 0, 5, 4, 3),
    TIMED("helps where columns collide", "matmul_blocked", 0, CASE_PACE, BLOCKED, fill_column_walk,
          NAIVE(1.3, 1.3)),
    PRODUCT("any block size", "matmul_blocked", 2, 0, BLOCKED_BY, fill_any_block, check_any_block),

    RUNG("matmul_tiled", TILED, 0, 7, 6, 3),
    TIMED("keeps its sums in registers", "matmul_tiled", 0, CASE_PACE, TILED, fill_tall, TILE(0.2, 0.2)),
    TIMED("speed", "matmul_tiled", 6, 0, TILED, fill_tall, TILE(0.2, 0.29)),

    RUNG("matmul_blas", BLAS, CASE_BLAS, 4, 3, 3),
    TIMED("as fast as a library", "matmul_blas", 0, CASE_PACE | CASE_BLAS, BLAS, fill_tall, TILE(0.3, 0.3)),

    ROW("educational is the naive loop", "acceleration_use", 1, CASE_BLAS, MODE_EDUCATIONAL, fill_modes,
        run_modes, check_mode, NULL),
    ROW("optimised is matmul_packed", "acceleration_use", 2, CASE_BLAS, MODE_OPTIMISED, fill_modes, run_modes,
        check_mode, NULL),
    ROW("auto is matmul_auto", "acceleration_use", 2, CASE_BLAS, MODE_AUTO, fill_modes, run_modes, check_mode,
        NULL),
    ROW("refuses an unknown mode", "acceleration_use", 1, CASE_BLAS, 0, fill_modes, run_modes, check_refused,
        NULL),
    PRODUCT("right through the table", "acceleration_use", 1, CASE_BLAS, BACKEND, fill_through_table,
            check_exact),
    PRODUCT("ragged shapes", "matmul_auto", 3, CASE_BLAS, AUTO, fill_ragged, check_close),
    PRODUCT("empty, negative and NULL", "matmul_auto", 1, CASE_BLAS, AUTO, fill_door, check_door),
    TIMED("one row is a matter of reading", "matmul_auto", 0, CASE_PACE | CASE_BLAS, AUTO, fill_one_row,
          ROW_NAIVE(4, 4)),
    TIMED("speed of large products", "matmul_auto", 3, CASE_BLAS, AUTO, fill_tall, TILE(0.2, 0.34)),

    RUNG("matmul_packed", PACKED, 0, 2, 2, 1),
    TIMED("worth packing at 192 x 2048 x 1024", "matmul_packed", 0, CASE_PACE, PACKED, fill_wide,
          TILE(0.22, 0.22)),
    PRODUCT("around and beyond blocks", "matmul_packed", 3, 0, PACKED, fill_blocks, check_exact),
    TIMED("speed", "matmul_packed", 7, 0, PACKED, fill_wide, TILE(0.22, 0.32)),

    RUNG("matmul_threaded", THREADED, CASE_THREADS, 3, 2, 2),
    TIMED("no slower than one thread should be", "matmul_threaded", 0, CASE_PACE | CASE_THREADS, THREADED,
          fill_wide, TWO_TILES(0.15, 0.15)),
    PRODUCT("1, 2, 3 and 4 threads", "matmul_threaded", 3, CASE_THREADS, THREADED, fill_threads, check_exact),
};

const int grade_case_count = COUNT(grade_cases);
