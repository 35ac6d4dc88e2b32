// lesson.c: the notebook of module 15. `make 15` runs it from top to bottom; see common/lesson/lesson.h for its format.
#include "lesson/lesson.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

#include "acceleration.h"
#include "core/vec.h"
#include "data/fashion.h"
#include "given/inference.h"
#include "given/knn.h"
#include "measure/machine.h"
#include "tools.h"

LESSON_TEXT;

static void show_tests_done(int done, int tests)
{
    show_progress("searching", done, tests);
}

// %% [markdown]
// # 15. Acceleration
//
// Almost all the time of a neural network goes into one operation, the product of two matrices. In this lesson you
// take the three loops that everybody writes first and bring them to the speed of a library that has been tuned since
// 2002 (as GotoBLAS, since 2011 as OpenBLAS), in about a hundred lines of C that you can read aloud. On the way you
// learn to ask the only question that pays: what is the processor waiting for, right now?
//
// You write `modules/15_acceleration/acceleration.c`. Each section says which function it is about; a function that
// you have not written yet says so, and the lesson goes on. `make grade-15` gives you points.
//
// ## 1. The goal
//
// Here is a real job. Fashion-MNIST has 60,000 small pictures of clothes with their names, and 10,000 more whose
// names are to be guessed. The oldest way of guessing is to look for the most similar picture among the 60,000
// (Cover and Hart, 1967). Similar means: small squared distance, and $|x - t|^2 = |x|^2 - 2 t·x + |t|^2$. The t·x of
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
// {fast_seconds}, on one core, with the same number of multiplications and additions.
// [if goal > 2]
// So most of the slow one's time is no multiplying and no adding: it is waiting.
// [else]
// So the slow one does not wait much on this machine; on most it does.
// [end]
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
    record("read_4k", rate("bandwidth", "4 KiB", "read") / 1e9, "GB/s");
    record("l1_read", rate("bandwidth", "16 KiB", "read") / 1e9, "GB/s");
    record("ram_read", rate("bandwidth", "256 MiB", "read") / 1e9, "GB/s");
    show_chart("bandwidth");
}

// %% [markdown]
// From the innermost cache this core reads {l1_read}, from memory {ram_read}.
// [if read_4k < 0.95 * l1_read]
// The first point, 4 KiB, is lower ({read_4k}), and that is not memory's fault: one pass over so small a block is a few
// dozen instructions, and its beginning and its end (eight sums are added up) are a good part of them.
// [else]
// The first point, 4 KiB, is read at {read_4k}: here even a pass of a few dozen instructions is long enough that its
// beginning and end do not count.
// [end]
//
// Reading in order is the kind case: the processor sees where you are going and fetches ahead. In the unkind case the
// next address is not known until the last load has come back.

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
// {l1_latency} in the innermost cache, {ram_latency} in memory.
//
// Part of that is not the memory itself. A program's addresses are not those of the memory chips: they are translated,
// a page of 4 KiB at a time, by a table that lies in memory, too. The processor keeps the translations that it used
// last in a small cache of their own, the *translation lookaside buffer* (TLB); it has a few dozen entries in its first
// level and one or two thousand in its second. The next cell chases through the same number of cache lines twice: one
// line behind the other, and each on a page of its own. The lines are as many; only the pages are more.

// %% Pages
CELL(pages)
{
    static const int lines[] = {32, 64, 128, 256, 512, 2048, 8192};
    printf("%8s %22s %26s\n", "lines", "one behind the other",
           "each on a page of its own");
    double near = 0, far = 0;
    for (int i = 0; i < 7; i++) {
        double one = time_of_load(lines[i], 64);
        double other = time_of_load(lines[i], 4096 + 64);
        printf("%8d %19.2f ns %23.2f ns\n", lines[i], one, other);
        if (lines[i] == 256) near = one, far = other;
    }
    record("page_near", near, "ns");
    record("page_far", far, "ns");
}

// %% [markdown]
// With 256 lines, which fit into every first cache, a load takes {page_near} if they lie together and {page_far} if each
// has its page.
// [if page_far > 1.2 * page_near]
// The data lie in the same cache both times; the rest is translation. Find the number of lines at which the right column
// leaves the left one: so many entries has the first level of your TLB, or a little more.
// [else]
// Here translation costs nothing that can be seen: the first level of this TLB holds more entries than that, or the
// system gave larger pages.
// [end]
// Section 7 comes back to this: walking down a column of a large matrix is a new page at every step.
//
// In the time of one load from memory, how many multiplications could this core do? A multiply-add counts as two
// operations. The next cell does nothing else, on numbers that never leave the registers: this is the roof under
// which all kernels of this lesson stand.

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
    double peak = machine.peak_flops / 1e9; // operations in a nanosecond
    record("lanes", VEC_FLOATS, "floats");  // in a register of this build
    record("peak", peak, "GFLOP/s");
    record("per_load", lesson_value("ram_latency") * peak / 2, "");
    record("ridge", peak / lesson_value("ram_read"), "operations");
    record("l1_ridge", peak / lesson_value("l1_read"), "operations");
}

// %% [markdown]
// {peak}; one load from memory that nobody saw coming costs the time of {per_load} multiply-adds. Keep the peak in mind; every result
// below is to be read as a part of it.
//
// ### How much arithmetic for a byte
//
// Peak and bandwidth together say something about every loop before it is written. Divide the operations of a loop by
// the bytes that it loads and stores: that is its *arithmetic intensity*. A loop that gets its bytes at B bytes per
// second and does I operations with each of them cannot do more than I B operations per second, and no more than the
// peak. To keep this core busy from memory, {ridge} must be done with every byte; from the innermost cache {l1_ridge}.
// That is the *roofline* (Williams, Waterman and Patterson, 2009). At the end of section 10 your own kernels are points
// under it.
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
// compiler need not do work whose result nobody can notice.
// [if unread_lie > 1.05 * peak]
// Here the number came out above the roof, and anybody sees that something is wrong; where only a part of the work is
// left out nobody does.
// [else if unread_lie > 1.2 * unread_true]
// Here a part of the work was left out, and the number stayed below the roof: looking at it does not show the mistake.
// [else]
// Here it did the work all the same, which is its right, too. The next compiler may not.
// [end]
// So do not ask whether a number looks right. Ask how it would change if it were: twice the work, twice the time.
//
// `compare`, which measures all that follows, calls through a pointer that the compiler cannot see through, and checks
// the output of everything that it times.
//
// ## 3. The textbook, by hand
//
// $out_ij = sum_p a_ip b_pj$. Each number of out is one row of a times one column of b.

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
// another: every addition needs the sum of the addition before. It takes a few cycles, and until it is done the next
// cannot begin. Which of the two is worse? The second can be measured by itself: the same products and additions on two
// rows that lie in the innermost cache, once all into one sum, then into several sums in turn.

// %% One sum and several
CELL(sums)
{
    predict("sums_8", "the speed with 8 sums instead of one?", "GFLOP/s");
    for (int sums = 1; sums <= 8; sums *= 2)
        printf("%d independent sum%s %6.2f GFLOP/s\n", sums,
               sums > 1 ? "s" : " ", speed_of_sums(sums));
    record("sums_1", speed_of_sums(1), "GFLOP/s");
    record("sums_8", speed_of_sums(8), "GFLOP/s");
    compare("matmul", "500", "naive");
    record("naive_500", rate("matmul", "500", "naive") / 1e9, "GFLOP/s");
}

// %% [markdown]
// You guessed {predicted:sums_8}; one sum runs at {sums_1}, eight at {sums_8}.
// [if sums_8 > 1.2 * sums_1]
// The arithmetic is the same: with one sum each addition stands and waits until the one before is done; with several the
// next one goes elsewhere meanwhile.
// [else]
// On this processor several sums are no gain: something else than the additions limits this loop.
// [end]
// Now compare the textbook's loops at 500, which fetch their columns as well: {naive_500}.
// [if naive_500 > 0.75 * sums_1]
// That is about what one sum does without any walk down a column. At 500 the additions are the worse wait: most of the
// data come in time.
// [else]
// That is less than one sum does without any walk down a column. At 500 both waits count, and the data are a good part.
// [end]
//
// ## 4. Loop order: `matmul_reordered`
//
// Swap the loops over j and p. Now the innermost loop runs along a row of b and a row of out:
//
//     out[i * n + j] += x * b[p * n + j];        where x = a[i * k + p]
//
// Every float of a line is used, and the additions go to different sums, so none waits for another. And something else
// becomes possible. The processor has registers for several floats side by side, *lanes*, and instructions that do the
// same to all of them: single instruction, multiple data, SIMD. Here neighbours in a row of b meet neighbours in a row
// of out, all with the same x. This build's registers hold {lanes}. What do they bring? The cell draws it, and then adds
// one row to another in the innermost cache, float by float and in whole registers.

// %% Lanes
CELL(lanes)
{
    draw_lanes();
    predict("lanes_gain", "whole registers against single floats?", "x");
    double single = speed_of_lanes(false), whole = speed_of_lanes(true);
    printf("float by float        %6.1f GFLOP/s\n", single);
    printf("%2d floats at a time   %6.1f GFLOP/s\n", VEC_FLOATS, whole);
    record("lanes_gain", whole / single, "x");
}

// %% [markdown]
// You guessed {predicted:lanes_gain}; it is {lanes_gain} with {lanes}.
// [if lanes_gain > 0.8 * lanes]
// That is what the lanes promise, or nearly.
// [else if lanes_gain > 1.2]
// That is a part of what the lanes promise: each step also loads twice and stores once, and wide loads and stores have
// a limit of their own.
// [else]
// That is no gain: here something else than the arithmetic limits the loop.
// [end]
// The column walk could not do that: its neighbours in p lie n floats apart, and all go into the same sum. In the loop
// over j the compiler sees it by itself. (It may choose half the width: on some processors gcc 12 takes 8 lanes where 16
// would fit, because wide instructions can lower the clock.)
//
// Now the whole product, with the loops swapped. The arithmetic is the same, number by number.

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
// You guessed {predicted:reordered}; it is {reordered}, for swapping two lines, and {reordered_peak} of the peak.
// [if reordered_peak < 50]
// Two lines are not enough: each step of the inner loop loads out, loads b, does one multiply-add and stores out, three
// trips to the cache for one piece of arithmetic. Its intensity is 2 operations for 12 bytes.
// [else]
// On this core even that is much, although each step of the inner loop loads out, loads b, does one multiply-add and
// stores out: three trips to the cache for one piece of arithmetic, 2 operations for 12 bytes.
// [end]
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
// Per operation the textbook takes {hole} the time at 512 that it takes at 500.
// [if hole > 1.1]
// At 512 the rows of b lie exactly 2,048 bytes apart. A cache finds a line by some bits in the middle of its address,
// and these rows agree in most of them: walking down a column, all the lines compete for a few places and throw each
// other out. The next section draws it. The loop that runs along rows does not care.
// [else]
// On many processors 512 is a hole: rows that lie exactly 2,048 bytes apart compete for a few places of the cache. Here
// it does not show; this cache has places enough, or does not choose them by the address alone.
// [end]
//
// So the same change is worth {at_500} at 500 and {at_512} at 512. Whoever wants to impress you shows you the larger one.
// Here both are shown, and neither is claimed: what counts is how near you come to the machine.
//
// ## 5. Blocks: `matmul_blocked`
//
// Every book has this cure for the column walk. Cut b into blocks that stay in cache, and use a block for all rows of a
// before you fetch the next. The inner loop stays the textbook's, and so does the arithmetic. One thing changes besides
// the order: a sum over p is cut where a block ends, so a long chain of additions becomes several short ones. Write down
// what you expect.

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
// You guessed {predicted:blocked}; it is {blocked} at 500 and {blocked_512} at 512.
// [if blocked < 0.95]
// At 500 blocks cost more than they bring.
// [else if blocked < 1.1]
// At 500 that is nothing, or next to nothing.
// [else if blocked < 0.5 * reordered]
// At 500 that is a gain, and a small one beside the {reordered} of the section before, where nothing was done about
// caches at all.
// [else]
// At 500 that is a gain that can be seen beside the {reordered} of the section before.
// [end]
// [if naive_500 > 0.75 * sums_1 and blocked > 1.05]
// The columns came in time there, as section 3 found; what blocks bring is above all that short chains end sooner: while
// the last addition of one is under way, the processor begins the next.
// [else if naive_500 > 0.75 * sums_1]
// A cure helps as far as the disease went: as section 3 found, the loops wait for their own additions there, and blocks do
// little about those.
// [else]
// As section 3 found, both waits count there, and blocks cure one of them.
// [end]
// [if blocked_512 > 1.15 * blocked and hole > 1.1]
// At 512 the lines of a column threw each other out, so there was more to cure.
// [else if blocked_512 > 1.15 * blocked]
// At 512 it is worth more.
// [else if blocked_512 < 0.87 * blocked]
// At 512 it is worth less: this block's own lines throw each other out there.
// [else]
// At 512 it is about the same.
// [end]
//
// What blocks do change is the order of the additions: a block of p has a partial sum of its own, which begins at 0 and
// is then added to out. Floats notice. To 2^24, where they lie 2 apart, you can add 0.5 as often as you like and nothing
// happens; four of them added up first are 2, and stay. The grader tells your blocks from other loops by such numbers.
//
// How large should a block be? The rule of thumb says: as large as fits the cache. Before you try it, look at where the
// lines of a column lie. A cache is a table: some bits of an address choose a row of it, a *set*, and a set has a few
// places, its *ways*, for all lines that belong there. The picture counts, for each set of your first cache, the lines of
// one column of 64 rows of b.

// %% Where a column lies
CELL(sets)
{
    draw_sets(500, 64);
    draw_sets(512, 64);
}

// %% [markdown]
// With rows of 500 floats the lines are spread over many sets. With rows of 512 they share a few: a set that is asked for
// more lines than it has ways throws out the oldest, and the next column finds nothing left of this one. Now the blocks.

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
// A block of 64 x 64 floats is 16 KiB and fits into every first-level cache. At 512 it runs at {block_64} the speed
// without blocks, 8 x 8 at {block_8}. Two things pull. A larger block makes longer runs along its rows and columns. But with rows
// a power of two apart its 64 rows fall into a few sets, as drawn above, and what does not fit evicts itself.
// [if block_64 < 0.95 * block_8]
// On your machine the sets win: the large block fits the cache and still does not stay in it.
// [else if block_8 < 0.95 * block_64]
// On your machine the longer runs win: the large block is evicted, too, and is the better one all the same.
// [else]
// On your machine the two pull equally.
// [end]
// Put the size that won in your chart into `BLOCK`.
//
// ## 6. A tile in registers: `matmul_tiled`
//
// Now the waits that blocks leave. The inner loop of section 4 does one multiply-add for two loads and a store. Take 6
// rows of a and 2 registers' width of b at a time instead: that is a tile of 12 registers of out, and it stays there
// while p runs. One step loads 2 registers of b and 6 numbers of a, and does 12 multiply-adds with them.

// %% The tile
CELL(tile) { draw_tile(6, 2); }

// %% [markdown]
// Nothing is stored until the end. Twelve sums that do not depend on each other also keep both of the core's multipliers
// busy. With AVX-512 there are 32 registers instead of 16, and the reference takes 14 rows there; full points need no
// more than 6. The cell counts for this build what one step loads and does.

// %% Loads and arithmetic
static double intensity(const char *loop, int sums, double flops,
                        double bytes)
{
    printf("%-20s %3d sum%c %5.0f flop %5.0f bytes %6.2f flop/byte\n", loop,
           sums, sums == 1 ? ' ' : 's', flops, bytes, flops / bytes);
    return flops / bytes;
}

// A step loads `vectors` of b, and one number of a for each row.
static double of_tile(const char *loop, int rows, int vectors)
{
    return intensity(loop, rows * vectors, 2. * rows * vectors * VEC_FLOATS,
                     4. * (rows + vectors * VEC_FLOATS));
}

CELL(intensities)
{
    intensity("textbook", 1, 2, 8);
    intensity("i-p-j, out in memory", 0, 2, 12);
    of_tile("tile of 1 x 2", 1, 2);
    of_tile("tile of 3 x 4", 3, 4);
    record("of_tile", of_tile("tile of 6 x 2", 6, 2), "operations");
    of_tile("tile of 14 x 2", 14, 2);
}

// %% [markdown]
// The tile of 6 x 2 does {of_tile} for every byte, the two loops at the top a fraction of one. To keep the core busy from the
// innermost cache takes {l1_ridge} (section 2).
// [if of_tile > l1_ridge]
// So the loads are no limit for it any more.
// [else]
// So its loads are still a limit; more rows would help.
// [end]

// %% A tile
CELL(tiled)
{
    predict("tiled", "part of the peak that a tile reaches at 256?", "%");
    compare("matmul", "256", "naive reordered tiled peak");
    record("tiled", 100 * speedup("matmul", "256", "tiled", "peak"), "%");
    record("tiled_naive", speedup("matmul", "256", "tiled", "naive"), "x");
    record("reordered_256",
           100 * speedup("matmul", "256", "reordered", "peak"), "%");
}

// %% [markdown]
// [if tiled <= 100]
// You guessed {predicted:tiled}; timed in turns with the peak it is {tiled} of it (the swapped loops: {reordered_256}), and
// {tiled_naive} the textbook.
// [else]
// You guessed {predicted:tiled}; timed in turns with the peak it comes out as fast ({tiled}: both have their noise), and it
// is {tiled_naive} the textbook.
// [end]
// [if tiled > 70]
// No cache was managed; each number that was loaded was used more often.
// [else if tiled > 1.2 * reordered_256]
// No cache was managed; each number that was loaded was used more often. There is room left.
// [else]
// That is no gain over the swapped loops: look at the machine code.
// [end]
// If a tile is far lower than that, sums are the first thing to look at: those that the compiler keeps in memory (an
// array whose size it does not know) are loaded and stored at every step, and look the same in C.
//
// ## 7. Packed: `matmul_packed`
//
// The tile reads b down a strip two registers wide. From n = 1024 on each step of p is on another page of memory, and a
// strip has more rows than the first level of the TLB has entries: the wait of section 2, one level up from the lines of
// section 3. This time the cure works: copy b once, in blocks, into the order in which the tile reads it.

// %% Panels
CELL(panels) { draw_panels(4, 12, 4); }

// %% [markdown]
// A copy is n x k numbers of work, the product m x n x k: with enough rows in a it costs next to nothing. With few rows
// it does cost, and there the reference copies while the first tiles multiply, when the core has stores to spare.

// %% Packing
CELL(packed)
{
    predict("packed", "packed against not packed at 512?", "x");
    const char *with = "tiled packed cblas_sgemm sgemm_haswell peak";
    compare("matmul", "256", with);
    compare("matmul", "512", with);
    if (!lesson_quick()) compare("matmul", "2048", "tiled packed");
    record("packed", speedup("matmul", "512", "packed", "tiled"), "x");
    record("packed_256", speedup("matmul", "256", "packed", "tiled"), "x");
    record("packed_2048", speedup("matmul", "2048", "packed", "tiled"), "x");
    record("packed_peak", 100 * speedup("matmul", "512", "packed", "peak"),
           "%");
    // OpenBLAS as it chooses its kernels, or as it is told to: the faster.
    double chosen = speedup("matmul", "512", "packed", "cblas_sgemm");
    double told = speedup("matmul", "512", "packed", "sgemm_haswell");
    record("packed_blas", fmin(chosen, told), "x"); // of one that there is
}

// %% [markdown]
// You guessed {predicted:packed}; at 256 packing is worth {packed_256}, at 512 {packed}.
// [if packed > 1.05]
// At 512 the copy pays for itself.
// [else if packed > 0.95]
// At 512 the copy costs about what it brings: b still fits your caches as it is.
// [else]
// At 512 the copy costs more than it brings: b still fits your caches as it is.
// [end]
// [if packed_2048 > 1.05]
// At 2048, where b is sixteen times as large and every row of it a page or two, packing is worth {packed_2048}.
// [else if packed_2048 > 0.95]
// Even at 2048 it is worth {packed_2048} only: your caches and your TLB hold more than most.
// [else]
// Even at 2048 it is worth {packed_2048}: your packing costs more than it brings.
// [not measured]
// (How it is at 2048, where b lies on more pages than any TLB holds, the full lesson measures: without `QUICK=1`.)
// [end]
// [if packed_peak <= 100]
// At 512 your product, timed in turns with the peak, comes to {packed_peak} of it.
// [else]
// At 512 your product, timed in turns with the peak, comes out as fast as that ({packed_peak}: both have their noise).
// [end]
//
// [if packed_blas > 1.05]
// It runs at {packed_blas} the speed of OpenBLAS: for this shape, on this machine, yours is the faster one.
// [else if packed_blas > 0.95]
// It runs at {packed_blas} the speed of OpenBLAS: level with the library.
// [else]
// It runs at {packed_blas} the speed of OpenBLAS: the library is ahead, and the chart below shows where.
// [end]
//
// ## 8. The ladder
//
// All rungs on one picture, with a logarithmic axis, so that the textbook and the top fit on it. Watch the textbook's curve at
// powers of two. In such a picture the top looks level; so the fast ones are drawn once more, on an axis that is
// linear and begins at zero: here a tenth is a tenth.

// %% The ladder
CELL(ladder)
{
    static const char *const sizes[] = {"64",  "256",  "500",
                                        "512", "1000", "1024"};
    for (int i = 0; i < (lesson_quick() ? 4 : 6); i++) {
        const char *rungs = "reordered tiled packed cblas_sgemm "
                            "sgemm_haswell tile peak";
        const char *with = "naive reordered blocked tiled packed "
                           "cblas_sgemm sgemm_haswell tile peak";
        compare("matmul", sizes[i], i < 4 ? with : rungs);
    }
    show_chart("gflops");
    show_chart("race");
    show_chart("speedup");
    record("ladder", speedup("matmul", "500", "packed", "naive"), "x");
    record("tile_of_peak", speedup("matmul", "512", "tile", "peak"), "x");
    record("of_tile_512", 100 * speedup("matmul", "512", "packed", "tile"),
           "%");
}

// %% [markdown]
// From the bottom to the top: {ladder} at 500. The dashed `tile` is a tile that does nothing but multiply what already
// lies in the innermost cache: the roof of every product.
// [if tile_of_peak > 1.1]
// (Here it is {tile_of_peak} the peak of section 2. That happens in builds without fused multiply-adds, where the compiler
// arranges the loop in registers less well: take the tile for the roof.)
// [end]
// [if of_tile_512 < 97]
// At 512 `packed` comes to {of_tile_512} of it; the rest is the price of bringing the numbers there.
// [else]
// At 512 `packed` has reached it: bringing the numbers there costs nothing that can be seen.
// [end]
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
// You guessed {predicted:threaded}; at 512 it is {threaded}, at 64 it is {threaded_64}.
// [if threaded > 1.7]
// At 512 that is nearly all that two cores can give.
// [else if threaded > 1.2]
// At 512 that is a part of what two cores can give: something is shared, the memory or the core itself.
// [else if threaded >= 0.95]
// Two threads gain little or nothing here. On a machine that is busy, or that has one core, they take turns; two that share
// one core's multipliers, as a virtual machine's may without saying so, are no faster than one.
// [else]
// Two threads are a loss here: the product is done when the slower one is, and this machine has other work, or one core.
// [end]
// [if threaded_64 < 0.95]
// At 64 it is a loss: waking a thread costs some microseconds, and the whole product takes hardly longer than that.
// [else if threaded_64 < 0.8 * threaded]
// At 64 little of it is left: waking a thread costs some microseconds, and the whole product takes hardly longer than
// that.
// [else]
// Waking a thread costs some microseconds, and a product of 64 takes hardly longer than that; here it pays all the same.
// [end]
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
// You guessed {predicted:gemv}; `cblas_sgemv`, which is made for one row, runs at {gemv} the speed of `cblas_sgemm`.
// [if gemv > 1.1]
// The library does not look at the shape for you: the choice of the function is yours.
// [else if gemv > 0.9]
// The two are about equal: the library has looked at the shape itself, or both wait for the same memory.
// [else]
// The general function is the faster one here: the name does not say so, the measurement does.
// [end]
// What is packed for one row is used for one row.
// [if gemv_packed > 1.1]
// Your own packed product falls into a hole there, and an automatic choice is worth {gemv_packed}.
// [else if gemv_packed > 0.9]
// Your own packed product is as fast as the automatic choice all the same: reading b once is most of the work.
// [else]
// Your own packed product is the faster one here all the same: the automatic choice, which calls the library for one
// row, comes to {gemv_packed} of it. This library's function for a row is badly made for your processor.
// [end]
//
// ### The roofline
//
// Now all of it under one roof. Along goes the arithmetic intensity, counted in the bytes that the inner loop loads and
// stores; up goes the speed. The slanted lines are what the innermost cache and the memory can deliver, the level one is
// the peak (a roofline with a line for each level of memory is that of Ilic, Pratas and Sousa, 2014).

// %% The roofline
CELL(roofline)
{
    double l1 = lesson_value("l1_read"), ram = lesson_value("ram_read"),
           peak = lesson_value("peak"), tile = lesson_value("of_tile");
    compare("matmul", "500", "naive reordered tiled");
    const char *row = lesson_quick() ? "1x512x512" : "1x2048x2048";
    compare("matvec", row, "cblas_sgemv");
    plot_chart *chart = begin_roofline(l1, ram, peak);
    double naive = rate("matmul", "500", "naive") / 1e9;
    double one_row = rate("matvec", row, "cblas_sgemv") / 1e9;
    add_point(chart, "textbook", 2.0 / 8, naive);
    add_point(chart, "i-p-j", 2.0 / 12,
              rate("matmul", "500", "reordered") / 1e9);
    add_point(chart, "tile", tile, rate("matmul", "500", "tiled") / 1e9);
    add_point(chart, "one row", 2.0 / 4, one_row);
    show_plot(chart);
    record("naive_of_roof", 100 * naive / fmin(peak, l1 * 2 / 8), "%");
    record("rows_of_roof",
           100 * rate("matmul", "500", "reordered") / 1e9 /
               fmin(peak, l1 * 2 / 12),
           "%");
    record("row_of_ram", one_row / (ram * 2 / 4), "x");
    record("row_of_l1", one_row / (l1 * 2 / 4), "x");
}

// %% [markdown]
// Read it from left to right.
// [if rows_of_roof > 75]
// The swapped loops lie at the slanted line of the innermost cache: they wait for loads and stores. What helps is fewer of
// them for the same arithmetic, a step to the right.
// [else]
// The swapped loops lie below the slanted line of the innermost cache: some of what they load comes from further out, or
// lies across two lines, as the rows of 500 floats do. To wait for less, load less for the same arithmetic: a step to the
// right.
// [end]
// [if of_tile > l1_ridge]
// The tile has made that step, and its roof is the level line.
// [else]
// The tile has made that step; its roof is still the slanted line.
// [end]
//
// The textbook reaches {naive_of_roof} of what its loads would allow.
// [if naive_of_roof < 50 and naive_500 > 0.75 * sums_1]
// So its loads are not what it waits for, and neither is the arithmetic: a point far below all roofs waits for something
// that the roofline does not draw, here the sum before.
// [else if naive_of_roof < 50]
// So the bandwidth of its loads is not what it waits for, and neither is the arithmetic: a point far below all roofs waits
// for something that the roofline does not draw, here the sum before and the time until a line has come.
// [else]
// On this machine its loads are most of what it waits for.
// [end]
//
// One row does two operations for each number of b, and no order of loops changes that.
// [if row_of_ram > 1.3]
// It runs at {row_of_ram} what memory delivers and {row_of_l1} what the innermost cache does: b comes from a cache between.
// [else]
// It runs at {row_of_ram} what memory delivers: b comes from there.
// [end]
// Its roof is where b lies. Module 18 is about that point.
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
// read the King James Bible. `backend` points to the naive loop for the first row and to your functions for the others, and
// a row counts only if every prediction stays the same. One thing more is different in the first row: its transformer takes
// `tanh` and `exp` from the C library, a number at a time, as a textbook would; in the others common's layers compute them
// in a way that the compiler can vectorise. The next section keeps the two apart.

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
// You guessed {predicted:gpt}. The MLP is {mlp} as fast, the CNN {cnn}, the transformer {gpt}.
// [if mlp > 1.2 * cnn and mlp > 1.2 * gpt]
// One kernel, and the MLP, which is nothing but products, gains most. The others also pool, normalise, exponentiate and
// copy, and none of that is made any faster by a product.
// [else]
// The MLP is nothing but products; the others also pool, normalise, exponentiate and copy, and none of that is made any
// faster by a product.
// [end]
// How large is that part, before and after?

// %% What is no product
CELL(amdahl)
{
    static const char *const names[] = {"mlp", "cnn", "gpt"};
    static const char *const before[] = {"mlp_before", "cnn_before",
                                         "gpt_before"};
    static const char *const after[] = {"mlp_after", "cnn_after",
                                        "gpt_after"};
    double cured = -1;
    printf("percent of the time that is no product\n");
    printf("%-5s %12s %12s\n", "", "educational", "optimised");
    for (int m = INFERENCE_MLP; m <= INFERENCE_GPT; m++) {
        int count = m == INFERENCE_GPT ? 256 : 64;
        inference *job = accel_inference_create((inference_model)m, count);
        if (!job) {
            printf("%s: %s\n", names[m], tt_error());
            return;
        }
        accel_inference_textbook(job, true);
        backend_use(&backend_naive);
        double slow = 100 * (1 - accel_inference_product_share(job)),
               fast = -1;
        bool mine =
            worked("acceleration_use", acceleration_use(MODE_OPTIMISED));
        if (mine) fast = 100 * (1 - accel_inference_product_share(job));
        accel_inference_textbook(job, false);
        if (mine) cured = 100 * (1 - accel_inference_product_share(job));
        accel_inference_finish(job);
        if (!mine || fast > 100 || cured > 100) return;
        printf("%-5s %12.1f %12.1f\n", names[m], slow, fast);
        record(before[m], slow, "%");
        record(after[m], fast, "%");
    }
    printf("%-5s %12s %12.1f with common's layers\n", "gpt", "", cured);
    record("gpt_cured", cured, "%");
    record("gpt_limit", 100 / lesson_value("gpt_before"), "x");
    record("gpt_limit_cured", 100 / cured, "x");
}

// %% [markdown]
// In the transformer {gpt_before} of the time was no product before; with your product, and nothing else changed, it is
// {gpt_after}. That is Amdahl's law (1967): if a part r of the time is left alone, nothing that you do to the rest can make
// the whole faster than 1 / r. For this transformer, on this machine, the limit is {gpt_limit}, with a product that takes no
// time at all.
// [if gpt_after > 50]
// So most of the time now goes to a few thousand calls of `tanh` and `exp` for each character. A part that was not worth a
// look when you began has become the larger one, and no product would help any more.
// [else]
// The products still take the larger part here; the rest, a few thousand calls of `tanh` and `exp` for each character, has
// come from nowhere to be worth a look.
// [end]
// The last row has common's layers instead, which compute the same functions by a short polynomial, as many at a time as a
// vector holds:
// [if gpt_cured < 0.8 * gpt_after]
// {gpt_cured} is left. No module asks you to write these, and no optimisation of this course may count them as its own: from
// here on they are a part of what you begin with.
// [else]
// {gpt_cured} of the time is no product with them, so on this machine it was not those functions that the time went to.
// [end]
// [if gpt > gpt_limit]
// (The {gpt} of the last section are more than the limit of {gpt_limit}, because there the rest was not left alone.)
// [end]
// [if gpt < 0.9 * ladder]
// The product alone gained {ladder} in section 8, the model {gpt}. From here a product that took no time at all would gain
// {gpt_limit_cured}; where the time goes that is left is what module 19 measures.
// [else]
// The product alone gained {ladder} in section 8, the model {gpt}: the limit is not yet felt here.
// [end]
//
// ## 14. Where to stop
//
// What you wrote meets OpenBLAS on this machine and for these shapes. It is not a library. OpenBLAS has kernels for dozens
// of processors, for doubles and complex numbers, for triangular and symmetric matrices, and more than twenty years
// of corner cases. Production systems do what section 11 does: PyTorch and NumPy hand their products to OpenBLAS, MKL or oneDNN, and
// look at the shape first. You write a kernel yourself where the library has none: another data type (module 16), zeros
// that you know of (module 17), two operations fused into one pass over memory (module 18).
//
// ## 15. Questions
//
// 1. The tile is 6 x 2 vectors. AVX2 has 16 vector registers: why not 8 x 2 there? Why not 3 x 4, which is also 12 sums?
//    And what changes with the 32 registers of AVX-512?
// 2. A core has two units for multiply-adds. Each begins one in every cycle, and a result is there 4 cycles later. How
//    many independent sums keep both busy? What part of the peak do you expect of a tile of 1 x 2?
// 3. `matmul_naive` is slower at 512 than at 500 on most machines. Can you find a size near 512 at which
//    `matmul_reordered` suffers too?
// 4. Packing copies b. From how many rows of a on does it pay at n = k = 1024, if a copy moves 10 GB/s?
// 5. For whole numbers all rungs give the same bits. For others, which pairs of rungs may differ in the last bits, and
//    which cannot? What decides it?
//
// {answers} Now `make grade-15`, and `make plot-15` for your own dots.

int main(int argc, char **argv)
{
    return lesson_main(argc, argv, lesson_text);
}
