// cases.c: the cases of module 15.
//
// Every rung answers the same cases; a rung is a row of RUNG. A rung that is no faster than what it should replace, or that adds
// in the order of another rung, is not that rung: its pace case or its order case says so, and its points do not count.
#include "checks.h"

#include "acceleration.h"
#include "calls.h"

#define ROWS(least, most)                                                                                    \
    (&(const grade_yardstick){"of adding rows in L1", accel_yard_rows, 1, least, most, NULL})
#define ROW_NAIVE(least, most)                                                                               \
    (&(const grade_yardstick){"times the naive loop", accel_yard_naive, 1, least, most, NULL})
#define TWO_TILES(least, most)                                                                               \
    (&(const grade_yardstick){"of two tiles fed from L1", accel_yard_two_tiles, 1, least, most,              \
                              &(const grade_gain){"matmul_packed", accel_yard_tile, accel_yard_two_tiles}})
#define TILE(least, most)                                                                                    \
    (&(const grade_yardstick){"of a tile fed from L1", accel_yard_tile, 1, least, most, NULL})

#define PRODUCT(name, function, points, flags, rung, fill, check)                                            \
    {                                                                                                        \
        name, function, points, flags, "product", rung, fill, check, NULL, NULL                              \
    }
#define TIMED(name, function, points, flags, rung, fill, yard, if_slow)                                      \
    {                                                                                                        \
        name, function, points, flags, "product", rung, fill, accel_check_by_sample, yard, if_slow           \
    }

// A rung: right on ragged shapes, exact on whole numbers, polite at the door.
#define RUNG(function, rung, flags, for_ragged, for_integers, for_door)                                      \
    PRODUCT("ragged shapes", function, for_ragged, flags, rung, accel_fill_ragged, accel_check_close),       \
        PRODUCT("whole numbers, exactly", function, for_integers, flags, rung, accel_fill_integers,          \
                accel_check_exact),                                                                          \
        PRODUCT("empty, negative and NULL", function, for_door, flags, rung, accel_fill_door,                \
                accel_check_door)

// The second call of a step is the product. One with a yardstick is worth its points at a pace that only the
// mode's own product has.
#define MODE(name, points, fill, check, yard, if_slow)                                                       \
    {                                                                                                        \
        name, "acceleration_use", points, CASE_BLAS, "modes", 0, fill, check, yard, if_slow                  \
    }

// What to ask oneself when a rung is right and slow.
#define ALONG_ROWS                                                                                           \
    "Does the innermost loop run along a row of b and of out, and can the compiler see that they do not "    \
    "overlap?"
#define IN_REGISTERS                                                                                         \
    "Are your sums in registers: is the number of rows a constant where the tile is called? Do 6 rows "      \
    "share "                                                                                                 \
    "what is loaded of b?"
#define ONE_CALL "Is it one call of cblas_sgemm and nothing beside it?"
#define OWN_ROW  "Does the row of this mode hold the function itself?"
#define BY_SHAPE "Does one row go to cblas_sgemv, and a large product to matmul_packed or the library?"
#define IN_PANELS                                                                                            \
    "Is each block of b copied once, into panels that the tile reads in order, and do all rows use it then?"
#define OWN_PART "Has each thread a part of out of its own, and does none wait for another?"

const grade_case grade_cases[] = {
    RUNG("matmul_reordered", REORDERED, 0, 4, 4, 3),
    TIMED("faster than the textbook", "matmul_reordered", 0, CASE_PACE, REORDERED, accel_fill_rows,
          ROWS(0.15, 0.15), ALONG_ROWS),
    TIMED("speed", "matmul_reordered", 3, 0, REORDERED, accel_fill_rows, ROWS(0.15, 0.21), ALONG_ROWS),

    RUNG("matmul_blocked", BLOCKED, 0, 4, 4, 3),
    PRODUCT("a partial sum for each block", "matmul_blocked", 0, CASE_PACE, BLOCKED_BY,
            accel_fill_partial_sums, accel_check_partial_sums),
    PRODUCT("any block size", "matmul_blocked", 2, 0, BLOCKED_BY, accel_fill_any_block,
            accel_check_any_block),

    RUNG("matmul_tiled", TILED, 0, 6, 6, 3),
    PRODUCT("one sum for each element", "matmul_tiled", 0, CASE_PACE, TILED, accel_fill_long_sums,
            accel_check_one_sum),
    TIMED("keeps its sums in registers", "matmul_tiled", 0, CASE_PACE, TILED, accel_fill_tall, TILE(0.2, 0.2),
          IN_REGISTERS),
    TIMED("speed", "matmul_tiled", 6, 0, TILED, accel_fill_tall, TILE(0.2, 0.29), IN_REGISTERS),

    RUNG("matmul_blas", BLAS, CASE_BLAS, 4, 3, 3),
    PRODUCT("asks the library", "matmul_blas", 0, CASE_PACE | CASE_BLAS, BLAS, accel_fill_library,
            accel_check_library),
    TIMED("as fast as a library", "matmul_blas", 0, CASE_PACE | CASE_BLAS, BLAS, accel_fill_tall,
          TILE(0.3, 0.3), ONE_CALL),

    MODE("educational is the naive loop", 1, accel_fill_educational, accel_check_close, NULL, NULL),
    MODE("optimised is matmul_packed", 2, accel_fill_optimised, accel_check_by_sample, TILE(0.2, 0.2),
         OWN_ROW),
    MODE("auto is matmul_auto", 2, accel_fill_auto, accel_check_by_sample, TILE(0.2, 0.2), OWN_ROW),
    MODE("refuses an unknown mode", 1, accel_fill_unknown, accel_check_unknown, NULL, NULL),
    MODE("right through the table", 1, accel_fill_through_table, accel_check_close, NULL, NULL),
    PRODUCT("ragged shapes", "matmul_auto", 3, CASE_BLAS, AUTO, accel_fill_ragged, accel_check_close),
    PRODUCT("empty, negative and NULL", "matmul_auto", 1, CASE_BLAS, AUTO, accel_fill_door, accel_check_door),
    TIMED("one row is a matter of reading", "matmul_auto", 0, CASE_PACE | CASE_BLAS, AUTO, accel_fill_one_row,
          ROW_NAIVE(4, 4), BY_SHAPE),
    TIMED("speed of large products", "matmul_auto", 3, CASE_BLAS, AUTO, accel_fill_tall, TILE(0.2, 0.34),
          BY_SHAPE),

    {"exposes wrong products", "break_matmul", 3, 0, "break", 0, accel_fill_break, accel_check_break, NULL,
     NULL},

    RUNG("matmul_packed", PACKED, 0, 2, 2, 1),
    PRODUCT("sums of its own for each block", "matmul_packed", 0, CASE_PACE, PACKED, accel_fill_long_sums,
            accel_check_sum_each_block),
    TIMED("worth packing at 192 x 2048 x 1024", "matmul_packed", 0, CASE_PACE, PACKED, accel_fill_wide,
          TILE(0.22, 0.22), IN_PANELS),
    PRODUCT("around and beyond blocks", "matmul_packed", 3, 0, PACKED, accel_fill_blocks, accel_check_exact),
    TIMED("speed", "matmul_packed", 7, 0, PACKED, accel_fill_wide, TILE(0.22, 0.32), IN_PANELS),

    RUNG("matmul_threaded", THREADED, CASE_THREADS, 3, 2, 2),
    TIMED("two threads gain what they can", "matmul_threaded", 0, CASE_PACE | CASE_THREADS, THREADED,
          accel_fill_wide, TWO_TILES(0.15, 0.15), OWN_PART),
    PRODUCT("1, 2, 3 and 4 threads", "matmul_threaded", 3, CASE_THREADS, THREADED, accel_fill_threads,
            accel_check_exact),
};

const grade_name grade_names[] = {
    {"product", BLOCKED_BY, "m n k block out|a|b", "a b out", NULL},
    {"product", THREADED, "m n k threads? out|a|b", "a b out", NULL},
    {"product", GRADE_ANY, "m n k - out|a|b", "a b out -", NULL},
    {"modes", GRADE_ANY, "m n k mode", "a b out backend", NULL},
    {"break", GRADE_ANY, "input", "m,n,k a b", NULL},
    {0},
};

const int grade_case_count = COUNT(grade_cases);
