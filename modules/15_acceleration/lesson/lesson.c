// lesson.c: the notebook of module 15. `make 15` runs it from top to bottom; see common/lesson/lesson.h for its format.
#include "lesson/lesson.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

#include "acceleration.h"
#include "data/fashion.h"
#include "given/inference.h"
#include "given/knn.h"
#include "measure/machine.h"

LESSON_TEXT;

static void show_tests_done(int done, int tests)
{
    show_progress("searching", done, tests);
}

// %% [markdown]
// # 15. Acceleration
//
// Almost all the time of a neural network goes into one operation, the product of two matrices. In this lesson you
// take the three loops that everybody writes first and make them as fast as a library that has been tuned for twenty
// years, in about a hundred lines of C that you can read aloud. On the way you learn to ask the only question that
// pays: what is the processor waiting for, right now?
//
// You write `modules/15_acceleration/acceleration.c`. Each section says which function it is about; a function that
// you have not written yet says so, and the lesson goes on. `make grade-15` gives you points.
//
// ## 1. The goal
//
// Here is a real job. Fashion-MNIST has 60,000 small pictures of clothes with their names, and 10,000 more whose
// names are to be guessed. The oldest way of guessing is to look for the most similar picture among the 60,000
// (Cover and Hart, 1967). Similar means: small squared distance, and |x - t|^2 = |x|^2 - 2 x.t + |t|^2. The x.t of
// many x and many t together are one product of matrices.
//
// The cell does a slice of it, 500 pictures against 2,880, twice: the same code, the same answers, another function
// behind the product. One is the textbook's three loops. The other is the library, which stands here for what you
// will have written when you come back to this cell.

// %% The same job with two products
CELL(goal)
{
    predict("goal", "how many times faster is the library?", "x");
    compare("neighbours", "500x2880", "naive cblas_sgemm");
    record("goal", speedup("neighbours", "500x2880", "cblas_sgemm", "naive"),
           "x");
    double slow = rate("neighbours", "500x2880", "naive");
    double fast = rate("neighbours", "500x2880", "cblas_sgemm");
    const double whole = 2.0 * 10000 * 60000 * KNN_PIXELS; // flop
    record("slow_minutes", whole / slow / 60, "minutes");
    record("fast_seconds", whole / fast, "seconds");
}

// %% [markdown]
// You guessed {predicted:goal}; it is {goal}. For the whole job that is the difference between {slow_minutes} and
// {fast_seconds}, on one core, with the same number of multiplications. Both did exactly the same arithmetic. So the
// slow one spends nearly all of its time on something that is not arithmetic.
//
// ## 2. What a processor waits for
//
// Two things can be waited for: data, and the result of the calculation before. Start with data. The next cell reads
// a block of memory in order, over and over, for larger and larger blocks. A block that fits into a cache is read from
// that cache; watch for the steps.

// %% Reading in order
CELL(bandwidth)
{
    static const char *const sets[] = {"4 KiB",   "16 KiB", "64 KiB",
                                       "256 KiB", "1 MiB",  "4 MiB",
                                       "16 MiB",  "64 MiB", "256 MiB"};
    for (int i = 0; i < 9; i++) compare("bandwidth", sets[i], NULL);
    record("l1_read", rate("bandwidth", "16 KiB", "read") / 1e9, "GB/s");
    record("ram_read", rate("bandwidth", "256 MiB", "read") / 1e9, "GB/s");
    show_chart("bandwidth");
}

// %% [markdown]
// From the innermost cache this core reads {l1_read}, from memory {ram_read}. Reading in order is the kind case: the
// processor sees where you are going and fetches ahead. In the unkind case the next address is not known until the
// last load has come back.

// %% Each address from the last load
CELL(latency)
{
    predict("ram_latency", "how long does one load from memory take?", "ns");
    static const char *const sets[] = {"4 KiB",   "16 KiB", "64 KiB",
                                       "256 KiB", "1 MiB",  "4 MiB",
                                       "16 MiB",  "64 MiB", "256 MiB"};
    for (int i = 0; i < 9; i++) compare("latency", sets[i], NULL);
    record("l1_latency", 1e9 / rate("latency", "16 KiB", "chase"), "ns");
    record("ram_latency", 1e9 / rate("latency", "256 MiB", "chase"), "ns");
    show_chart("latency");
}

// %% [markdown]
// {l1_latency} in the innermost cache, {ram_latency} in memory. In the time of one such load this core could do
// thousands of multiplications. How many, exactly? A multiply-add counts as two operations. The next cell does nothing
// else, on numbers that never leave the registers: this is the roof, and no kernel on this core can go through it.

// %% The roof
CELL(roof)
{
    machine_info machine;
    machine_describe(&machine);
    machine_measure(&machine);
    char line[80];
    machine_line(&machine, line, sizeof line);
    printf("%s\n", line);
    printf("peak of one core: %.1f GFLOP/s\n", machine.peak_flops / 1e9);
    record("peak", machine.peak_flops / 1e9, "GFLOP/s");
}

// %% [markdown]
// {peak}. Keep that number in mind; every result below is to be read as a part of it.
//
// ### A measurement that lies
//
// Every number of this lesson comes from a clock, so see first how a clock is deceived. The next cell times the textbook's
// loops on two matrices of 64 x 64 and adds up all numbers of the product, so that the work is not for nothing. It does so
// in two ways. In the first nobody looks at the sum; in the second it is kept. Nothing else differs. What will the clock
// say of the first?

// %% A product that nobody reads
enum { SMALL = 64 };
static float small_a[SMALL * SMALL], small_b[SMALL * SMALL];

static inline float sum_of_product(void) // where the compiler can see it
{
    float all = 0;
    for (int i = 0; i < SMALL; i++)
        for (int j = 0; j < SMALL; j++) {
            float sum = 0;
            for (int p = 0; p < SMALL; p++)
                sum += small_a[i * SMALL + p] * small_b[p * SMALL + j];
            all += sum;
        }
    return all;
}

static double speed_since(double start, int products)
{
    double seconds = measure_now() - start, step = measure_clock_step();
    return 2e-9 * SMALL * SMALL * SMALL * products / fmax(seconds, step);
}

static double nobody_reads(int products)
{
    float all = 0;
    double start = measure_now();
    for (int r = 0; r < products; r++) all += sum_of_product();
    return speed_since(start, products);
}

static double somebody_reads(int products)
{
    float all = 0;
    double start = measure_now();
    for (int r = 0; r < products; r++) {
        all += sum_of_product();
        measure_keep(all); // the compiler must have it ready here
    }
    return speed_since(start, products);
}

static double time_for_twice(lesson_way *way, int products)
{
    double once = 0, twice = 0; // the best of several of each, in turns
    for (int i = 0; i < 15; i++) {
        once = fmax(once, way(products));
        twice = fmax(twice, way(2 * products));
    }
    return 2 * once / twice;
}

CELL(unread)
{
    for (int x = 0; x < SMALL * SMALL; x++) {
        small_a[x] = (float)(x % 7);
        small_b[x] = (float)(x % 5);
    }
    predict("unread_lie", "the speed, where nobody reads?", "GFLOP/s");
    exhibit(&(lesson_exhibit){
        .name = "unread",
        .title = "A product that nobody reads",
        .claim = "at this speed the core multiplies two matrices of 64 x 64.",
        .what = "speed",
        .unit = "GFLOP/s",
        .lie = nobody_reads,
        .truth = somebody_reads,
        .amount = 20,
        .test = time_for_twice,
        .finds = "time that twice the work takes",
        .found_unit = "x",
        .least = 1.5,
        .most = 3,
        .how = "What is done twice takes twice the time. What the compiler "
               "left out takes none, however often it is asked for: then "
               "the clock shows what reading the clock costs.",
    });
}

// %% [markdown]
// You guessed {predicted:unread_lie}; the first way says {unread_lie}, the second {unread_true}, and the roof is {peak}. A
// compiler need not do work whose result nobody can notice. Where the number comes out above the roof anybody sees that
// something is wrong; where only a part of the work was left out nobody does. So do not ask whether a number looks right.
// Ask how it would change if it were: twice the work, twice the time. (If the cell says that it did not show here, your
// compiler kept the loops. That is its right, too.)
//
// `compare`, which measures all that follows, calls through a pointer that the compiler cannot see through, and checks
// the output of everything that it times.
//
// ## 3. The textbook, by hand
//
// out[i][j] is the sum over p of a[i][p] b[p][j]. Each number of out is one row of a times one column of b.

// %% Two rows times two columns
CELL(by_hand)
{
    const float a[2 * 3] = {1, 2, 3, 4, 5, 6};
    const float b[3 * 2] = {7, 8, 9, 10, 11, 12};
    float out[2 * 2];
    matmul_naive(out, a, b, 2, 2, 3);
    printf("1 2 3   7  8     %3.0f %3.0f\n", out[0], out[1]);
    printf("4 5 6 * 9 10  =  %3.0f %3.0f\n", out[2], out[3]);
    printf("       11 12\n");
    printf("out[0][0] = 1*7 + 2*9 + 3*11 = %.0f\n", out[0]);
}

// %% [markdown]
// In code, with i, j and p as loops in that order, the innermost line is
//
//     sum += a[i * k + p] * b[p * n + j];
//
// As p grows by one, a's address grows by one float and b's by n floats. A row of b at n = 500 is 2,000 bytes long, and
// memory comes in lines of 64: of each line that is fetched, one float in sixteen is used now. That is one wait. Here is
// another: every addition needs the sum of the addition before. An addition takes 3 to 5 cycles, and until it is done the
// next cannot begin. Which of the two is worse? You will have the answer before the end of section 5.
//
// ## 4. Loop order: `matmul_reordered`
//
// Swap the loops over j and p. Now the innermost loop runs along a row of b and a row of out:
//
//     out[i * n + j] += x * b[p * n + j];        where x = a[i * k + p]
//
// Every float of a line is used, and the additions go to different sums, so none waits for another. The compiler sees
// it too, and does several of them in one instruction. The arithmetic is the same to the last addition.

// %% Loop order
CELL(reordered)
{
    predict("reordered", "i-p-j against i-j-p at 500 x 500?", "x");
    compare("matmul", "500", "naive reordered peak");
    record("reordered", speedup("matmul", "500", "reordered", "naive"), "x");
    record("reordered_peak",
           100 * speedup("matmul", "500", "reordered", "peak"), "%");
}

// %% [markdown]
// You guessed {predicted:reordered}; it is {reordered}, for swapping two lines. It is also only {reordered_peak} of the
// peak. Each step of the inner loop loads out, loads b, does one multiply-add and stores out: three trips to the cache
// for one piece of arithmetic.
//
// Before you go on, a trap. Benchmarks like round numbers, and computers like powers of two. Measure at 512 what you
// have just measured at 500.

// %% Five hundred and five hundred and twelve
CELL(powers_of_two)
{
    predict("hole", "how many times slower per flop is naive at 512?", "x");
    compare("matmul", "500", "naive reordered");
    compare("matmul", "512", "naive reordered");
    record("hole",
           rate("matmul", "500", "naive") / rate("matmul", "512", "naive"),
           "x");
    record("at_500", speedup("matmul", "500", "reordered", "naive"), "x");
    record("at_512", speedup("matmul", "512", "reordered", "naive"), "x");
}

// %% [markdown]
// Per operation the textbook takes {hole} as long at 512 as at 500. At 512 the rows of b lie exactly 2,048 bytes apart. A
// cache finds a line by some bits in the middle of its address, and these rows agree in most of them: walking down a
// column, all the lines compete for a few places and throw each other out. How deep that hole is depends on how many
// places a cache has for them. The loop that runs along rows does not care.
//
// So the same change is worth {at_500} at 500 and {at_512} at 512. Whoever wants to impress you shows you the larger one.
// Here both are shown, and neither is claimed: what counts is how near you come to the machine.
//
// ## 5. Blocks: `matmul_blocked`
//
// Every book has this cure for the column walk. Cut b into blocks that stay in cache, and use a block for all rows of a
// before you fetch the next. The inner loop stays the textbook's. The same arithmetic, the same chain of additions; only
// the order of the work changes. Write down what you expect.

// %% Blocks alone
CELL(blocked)
{
    predict("blocked", "blocks against no blocks at 500 x 500?", "x");
    compare("matmul", "500", "naive blocked reordered");
    compare("matmul", "512", "naive blocked reordered");
    record("blocked", speedup("matmul", "500", "blocked", "naive"), "x");
    record("blocked_512", speedup("matmul", "512", "blocked", "naive"), "x");
}

// %% [markdown]
// You guessed {predicted:blocked}; it is {blocked} at 500 and {blocked_512} at 512. If that disappoints, good: a cure
// helps as far as the disease went. Compare it with the {reordered} of the section before, where nothing was done about
// caches at all. At 500 the textbook loop was mostly waiting for its own additions, and blocks do nothing about those.
// (What they do gain at 500 comes from shorter sums: while one sum waits, the processor begins the next.)
//
// What blocks do change is the order of the additions: a block of p has a partial sum of its own, which begins at 0 and
// is then added to out. Floats notice. To 2^24, where they lie 2 apart, you can add 0.5 as often as you like and nothing
// happens; four of them added up first are 2, and stay. The grader tells your blocks from other loops by such numbers.
//
// How large should a block be? The rule of thumb says: as large as fits the cache. Try it.

// %% How large a block
CELL(block_sizes)
{
    if (!lesson_quick()) compare("blocks", "500", NULL);
    compare("blocks", "512", NULL);
    record("block_8", speedup("blocks", "512", "block-8", "naive"), "x");
    record("block_64", speedup("blocks", "512", "block-64", "naive"), "x");
    show_chart("blocks");
}

// %% [markdown]
// A block of 64 x 64 floats is 16 KiB and fits into every first-level cache. At 512 it gains {block_64}, and 8 x 8 gains
// {block_8}. Two things pull. A larger block makes longer runs along its rows and columns. But with rows a power of two
// apart its 64 rows need 64 places in the few sets they all fall into, and such a set has 8 places, on some processors
// 12: what does not fit evicts itself. Which pull is stronger is a matter of your caches, and the chart says it. Put the
// size that won on your machine into `BLOCK`.
//
// ## 6. A tile in registers: `matmul_tiled`
//
// Now cure the right disease. The inner loop of section 4 does one multiply-add for two loads and a store. Take 6 rows of
// a and 2 vectors' width of b at a time instead: that is a tile of 12 vectors of out, and it stays in registers while p
// runs. One step loads 2 vectors of b and 6 numbers of a, and does 12 multiply-adds with them. Nothing is stored until
// the end. Twelve sums that do not depend on each other also keep both of the core's multipliers busy. (With AVX-512
// there are 32 registers, and the reference takes 14 rows. Full points need no more than 6.)

// %% A tile
CELL(tiled)
{
    predict("tiled", "part of the peak that a tile reaches at 256?", "%");
    compare("matmul", "256", "naive reordered tiled peak");
    record("tiled", 100 * speedup("matmul", "256", "tiled", "peak"), "%");
    record("tiled_naive", speedup("matmul", "256", "tiled", "naive"), "x");
}

// %% [markdown]
// You guessed {predicted:tiled}; it is {tiled} of the peak, {tiled_naive} the textbook. No cache was managed; each number
// that was loaded was used more often. If yours is far lower, look at the machine code: sums that the compiler keeps in
// memory (an array whose size it does not know) are loaded and stored at every step, and look the same in C.
//
// ## 7. Packed: `matmul_packed`
//
// The tile reads b down a strip two vectors wide. For large n each step of p is another page of memory. The same disease
// as in section 4, one level up, and this time the cure works: copy b once, in blocks, into the order in which the tile
// reads it. A copy is n x k numbers of work, the product m x n x k: with enough rows in a it costs next to nothing. With
// few rows it does cost, and there the reference copies while the first tiles multiply, when the core has stores to
// spare.

// %% Packing
CELL(packed)
{
    predict("packed", "packed against not packed at 512?", "x");
    compare("matmul", "256", "tiled packed cblas_sgemm peak");
    compare("matmul", "512", "tiled packed cblas_sgemm peak");
    record("packed", speedup("matmul", "512", "packed", "tiled"), "x");
    record("packed_256", speedup("matmul", "256", "packed", "tiled"), "x");
    record("packed_peak", 100 * speedup("matmul", "512", "packed", "peak"),
           "%");
    record("packed_blas", speedup("matmul", "512", "packed", "cblas_sgemm"),
           "x");
}

// %% [markdown]
// You guessed {predicted:packed}; at 512 packing is worth {packed}, at 256 it is {packed_256}. Where b fits the caches as it
// is, packing gains little or loses; where it does not, nothing else helps. At 512 your product now runs at {packed_peak}
// of the machine's peak and {packed_blas} the speed of OpenBLAS.
//
// ## 8. The ladder
//
// All rungs on one picture. Watch the textbook's curve at powers of two, and where the tile without packing bends down.

// %% The ladder
CELL(ladder)
{
    static const char *const sizes[] = {"64",  "256",  "500",
                                        "512", "1000", "1024"};
    for (int i = 0; i < (lesson_quick() ? 4 : 6); i++) {
        const char *rungs = "reordered tiled packed cblas_sgemm peak";
        const char *with = "naive reordered blocked tiled packed "
                           "cblas_sgemm peak";
        compare("matmul", sizes[i], i < 4 ? with : rungs);
    }
    show_chart("gflops");
    show_chart("speedup");
    record("ladder", speedup("matmul", "500", "packed", "naive"), "x");
}

// %% [markdown]
// From the bottom to the top: {ladder} at 500.
//
// ## 9. Threads: `matmul_threaded`
//
// Give each core its own columns of out, and no core has to wait for another. Two cores, twice the speed?

// %% Two threads
CELL(threaded)
{
    predict("threaded", "two threads against one at 512?", "x");
    compare("matmul", "64", "packed threaded");
    compare("matmul", "512", "packed threaded");
    record("threaded", speedup("matmul", "512", "threaded", "packed"), "x");
    record("threaded_64", speedup("matmul", "64", "threaded", "packed"), "x");
}

// %% [markdown]
// You guessed {predicted:threaded}; at 512 it is {threaded}, at 64 it is {threaded_64}. Waking a thread costs some
// microseconds, and a product of 64 takes hardly longer than that. On a machine that is busy, or that has one core, two
// threads take turns and gain nothing at any size; two that share one core's multipliers, as a virtual machine's may
// without saying so, gain next to nothing.
//
// ## 10. The library: `matmul_blas`
//
// And where a library is used anyway, use it well. One row times a matrix looks like a product with m = 1. But every
// number of b is then used exactly once: no reuse, no tile, nothing to pack. It is a matter of reading, and BLAS has a
// function of its own for it.

// %% One row
CELL(one_row)
{
    predict("gemv", "cblas_sgemv against cblas_sgemm at m = 1?", "x");
    compare("matvec", "1x512x512", NULL);
    record("gemv",
           speedup("matvec", "1x512x512", "cblas_sgemv", "cblas_sgemm"), "x");
    record("gemv_packed", speedup("matvec", "1x512x512", "auto", "packed"),
           "x");
}

// %% [markdown]
// You guessed {predicted:gemv}; the right function of the same library runs at {gemv} the speed of the other. (Near 1, the
// library has looked at the shape itself.) What is packed for one row is used for one row, so your own packed product
// falls into a hole there: an automatic choice is worth {gemv_packed}.
//
// ## 11. The backend: `matmul_auto` and `acceleration_use`
//
// A model does not want to know any of this. It says `backend->matmul(...)`, and you decide what stands in the table. The
// cell below calls the same line of code in each of your three modes.

// %% One call, three modes
CELL(modes)
{
    static const char *const names[] = {"educational", "optimised", "auto"};
    float a[9] = {1, 0, 0, 0, 2, 0, 0, 0, 3}, b[9], out[9];
    for (int i = 0; i < 9; i++) b[i] = (float)i;
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        tt_status status = acceleration_use((enum acceleration_mode)mode);
        if (!worked("acceleration_use", status)) return;
        status = backend->matmul(out, a, b, 3, 3, 3);
        if (!worked("backend->matmul", status)) return;
        printf("%-12s row %-12s out[2][2] = %.0f\n", names[mode],
               backend->name, out[8]);
    }
}

// %% [markdown]
// ### Break it: `break_matmul`
//
// The kernels are written, and a test has said that they are right. How much is that worth? A test is only as good as its
// inputs, and the ones that come to mind first are square, round and all ones. Here is a product with a mistake that has
// been made in many places: it computes whole vectors of 8 columns and forgets the rest. The cell gives it two inputs of
// that kind, and then the ones that your `break_matmul` writes. How many of yours will notice?

// %% Which inputs notice
static void whole_vectors(float *out, const float *a, const float *b, int m,
                          int n, int k)
{
    matmul_naive(out, a, b, m, n, k);
    for (int x = 0; x < m * n; x++)
        if (x % n >= n / 8 * 8) out[x] = 0; // never computed
}

static bool notices(const char *whose, const float *a, const float *b, int m,
                    int n, int k)
{
    static float right[BREAK_MOST * BREAK_MOST],
        wrong[BREAK_MOST * BREAK_MOST];
    bool differ = false;
    matmul_naive(right, a, b, m, n, k);
    whole_vectors(wrong, a, b, m, n, k);
    for (int x = 0; x < m * n; x++) differ = differ || right[x] != wrong[x];
    printf("%-16s m = %3d, n = %3d, k = %3d: %s\n", whose, m, n, k,
           differ ? "notices" : "passes as right");
    return differ;
}

CELL(break_it)
{
    static float a[BREAK_MOST * BREAK_MOST], b[BREAK_MOST * BREAK_MOST];
    int noticed = 0, m = 0, n = 0, k = 0;
    predict("noticed", "how many of your inputs will notice?", "inputs");
    for (int x = 0; x < BREAK_MOST * BREAK_MOST; x++) a[x] = b[x] = 1;
    notices("all ones", a, b, 8, 8, 8);
    notices("more ones", a, b, 64, 64, 64);
    for (int input = 0; input < BREAK_INPUTS; input++) {
        if (!worked("break_matmul", break_matmul(input, &m, &n, &k, a, b)))
            return;
        if (m < 0 || n < 0 || k < 0 || m > BREAK_MOST || n > BREAK_MOST ||
            k > BREAK_MOST) {
            printf("input %d: m = %d, n = %d, k = %d; expected 0 to %d\n",
                   input, m, n, k, BREAK_MOST);
            return;
        }
        noticed += notices("break_matmul", a, b, m, n, k);
    }
    record("noticed", noticed, "inputs");
}

// %% [markdown]
// You guessed {predicted:noticed}; it was noticed by {noticed}. An input notices nothing when the wrong answer happens to be
// the right one, so every mistake has inputs that hide it: square matrices hide a wrong stride, ones hide a transposition,
// whole numbers hide lost bits. One that notices this mistake may hide another; that is why tests use several inputs, odd
// sizes and the size 0. `make grade-15` tries yours on six mistakes, this one among them.
//
// ## 12. The whole job
//
// 10,000 pictures against 60,000: 941 billion operations. With the textbook loop it would take {slow_minutes}. Now with
// your fastest, on all 10,000 (or on 1,000, with `QUICK=1`). The fastest that is written is taken: threaded, else packed,
// else the library, and the cell says which.
//
// One thing to notice in `knn.h`: 128 is taken off every pixel first. That changes no distance, and it keeps every sum
// below 2^24, where float32 still holds whole numbers exactly. So it does not matter in which order a kernel adds, and
// any right kernel finds the same neighbours.

// %% All of Fashion-MNIST
CELL(whole_job)
{
    fashion_set train, test;
    if (!worked("fashion_load", fashion_load(&train, PART_BOTH)) ||
        !worked("fashion_load", fashion_load(&test, PART_TEST))) {
        printf("%s\n", tt_error());
        return;
    }
    float one = 1, out;
    tt_matmul *multiply = matmul_cblas;
    const char *name = "the library (your own is not written yet)";
    if (matmul_packed(&out, &one, &one, 1, 1, 1) == TT_OK)
        multiply = matmul_packed, name = "matmul_packed";
    if (matmul_threaded(&out, &one, &one, 1, 1, 1) == TT_OK)
        multiply = matmul_threaded, name = "matmul_threaded";
    int tests = lesson_quick() ? 1000 : test.count, right = 0;
    int *nearest = malloc((size_t)tests * sizeof *nearest);
    knn_index index;
    if (!nearest ||
        accel_knn_create(&index, train.images, train.count) != TT_OK)
        return;
    printf("with %s\n", name);
    double start = measure_now();
    tt_status status = accel_knn_search(nearest, &index, test.images, tests,
                                        multiply, show_tests_done);
    double seconds = measure_now() - start;
    if (!worked(name, status)) return;
    for (int i = 0; i < tests; i++)
        right += train.labels[nearest[i]] == test.labels[i];
    record("whole_seconds", seconds, "s");
    record("whole_tests", tests, "pictures");
    record("accuracy", 100.0 * right / tests, "%");
    printf("%d pictures against %d in %.1f s, %.2f %% named rightly\n", tests,
           train.count, seconds, 100.0 * right / tests);
}

// %% [markdown]
// {whole_tests} in {whole_seconds}, and {accuracy} of the names are right. Not bad for a method without any training, and
// the bar that every network of this course has to clear.
//
// ## 13. Three models, one pointer
//
// Modules 1 to 14 left three trained models: an MLP and a CNN for the pictures of clothes, and a small transformer that has
// read the King James Bible. Nothing in their code will change now. `backend` points to the naive loop for the first row
// and to your functions for the others, and a row counts only if every prediction stays the same.

// %% The backend swapped
CELL(models)
{
    predict("gpt", "the transformer, optimised against educational?", "x");
    compare("models", "mlp", NULL);
    compare("models", "cnn", NULL);
    compare("models", "gpt", NULL);
    record("mlp", speedup("models", "mlp", "optimised", "educational"), "x");
    record("cnn", speedup("models", "cnn", "optimised", "educational"), "x");
    record("gpt", speedup("models", "gpt", "optimised", "educational"), "x");
    show_chart("mlp");
    show_chart("cnn");
    show_chart("gpt");
}

// %% [markdown]
// You guessed {predicted:gpt}. The MLP is {mlp} as fast, the CNN {cnn}, the transformer {gpt}: three answers for one kernel. The
// MLP is nothing but products. The others also pool, normalise, exponentiate and copy, and none of that got any faster.
// How large is that part, before and after?

// %% What is no product
CELL(amdahl)
{
    static const char *const names[] = {"mlp", "cnn", "gpt"};
    static const char *const before[] = {"mlp_before", "cnn_before",
                                         "gpt_before"};
    static const char *const after[] = {"mlp_after", "cnn_after",
                                        "gpt_after"};
    printf("%-5s %24s %24s\n", "", "no product, educational",
           "no product, optimised");
    for (int m = INFERENCE_MLP; m <= INFERENCE_GPT; m++) {
        int count = m == INFERENCE_GPT ? 256 : 64;
        inference *job = accel_inference_create((inference_model)m, count);
        if (!job) {
            printf("%s: %s\n", names[m], tt_error());
            return;
        }
        backend_use(&backend_naive);
        double slow = 100 * (1 - accel_inference_product_share(job)),
               fast = -1;
        bool mine =
            worked("acceleration_use", acceleration_use(MODE_OPTIMISED));
        if (mine) fast = 100 * (1 - accel_inference_product_share(job));
        accel_inference_finish(job);
        if (!mine || fast > 100) return;
        printf("%-5s %22.1f %% %22.1f %%\n", names[m], slow, fast);
        record(before[m], slow, "%");
        record(after[m], fast, "%");
    }
    double rest = lesson_value("gpt_before") / 100;
    record("gpt_limit", 1 / rest, "x");
}

// %% [markdown]
// In the transformer {gpt_before} of the time was no product before, and {gpt_after} is none now. That is Amdahl's law (1967):
// if a part r of the time is left alone, nothing that you do to the rest can make the whole faster than 1 / r. For this
// transformer, on this machine, the limit is {gpt_limit}, with a product that takes no time at all. The product alone gained
// {ladder} in section 8, the model {gpt}; what is left to do is somewhere else, and module 19 finds it.
//
// ## 14. Where to stop
//
// What you wrote meets OpenBLAS on this machine and for these shapes. It is not a library. OpenBLAS has kernels for dozens
// of processors, for doubles and complex numbers, for triangular and symmetric matrices, and fifteen years of corner
// cases. Production systems do what section 11 does: PyTorch and NumPy hand their products to OpenBLAS, MKL or oneDNN, and
// look at the shape first. You write a kernel yourself where the library has none: another data type (module 16), zeros
// that you know of (module 17), two operations fused into one pass over memory (module 18).
//
// ## 15. Questions
//
// 1. The tile is 6 x 2 vectors. Why not 8 x 2 with 16 vector registers? Why not 3 x 4, which is also 12?
// 2. Two additions in flight per multiplier and cycle, 4 cycles each: how many independent sums does a core need?
// 3. `matmul_naive` is slower at 512 than at 500. Can you find a size near 512 at which `matmul_reordered` suffers too?
// 4. Packing copies b. From how many rows of a on does it pay at n = k = 1024, if a copy moves 10 GB/s?
// 5. Three rungs give bit-identical results for whole numbers and different last bits for others. Which, and why?
//
// {answers} Now `make grade-15`, and `make plot-15` for your own dots.

int main(int argc, char **argv)
{
    return lesson_main(argc, argv, lesson_text);
}
