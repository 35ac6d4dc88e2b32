// lesson.c: the notebook of module 17. `make 17` runs it from top to bottom; see common/lesson/lesson.h for its format.
#include "lesson/lesson.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "given/masks.h"
#include "measure/measure.h"
#include "nn/models.h"
#include "tools.h"

LESSON_TEXT;

// %% [markdown]
// # 17. Compression
//
// A trained network holds more numbers than it needs. In this lesson you take numbers out: single weights, blocks of
// weights, whole filters. Whoever says that a network was made ten times smaller owes you four figures, and most
// descriptions give one. How many bytes are in the file, with the indices? How much time does a picture take, by the
// clock? How many test pictures are still named rightly? And how long did it take to train the damage away? Here you get
// all four, for networks that ship with this course and on pictures that nothing was chosen by.
//
// One rule holds from the first line to the last: a weight that is gone is not stored, not read and not multiplied. A
// zero that is stored and multiplied is a weight.
//
// You write `modules/17_compression/compression.c`. Each section says which function it is about; a function that you
// have not written yet says so, and the lesson goes on. `make grade-17` gives you points.
//
// ## 1. The goal
//
// The CNN of modules 1 to 14 names pictures of clothes. Beside it stands a second one with half of its filters in each
// layer, made from the first by what you will write in section 9 and trained on for a while. Same kernels, same library,
// same pictures.

// %% The network, and half of its filters
CELL(goal)
{
    predict("goal", "half the filters: how many times faster?", "x");
    compare("cnn", "64", NULL);
    record("goal", speedup("cnn", "64", "half", "dense"), "x");

    fashion_set test;
    net all = {0}, half = {0};
    double right, fewer_right;
    if (!open_pictures(&test, PART_TEST, lesson_quick() ? 1000 : 10000) ||
        !open_net(&all, "cnn") || !open_net(&half, "cnn-half"))
        return;
    if (!score(&all, &test, &right) || !score(&half, &test, &fewer_right))
        return;
    record("all_right", right, "%");
    record("half_right", fewer_right, "%");
    record("half_bytes", 100 * file_bytes("cnn-half") / file_bytes("cnn"),
           "%");
    record("half_macs", (double)macs_of(&all) / (double)macs_of(&half), "x");
    printf("%-10s %12s %14s %10s\n", "", "file, bytes", "multiply-adds",
           "right");
    printf("%-10s %12.0f %14lld %8.2f %%\n", "all", file_bytes("cnn"),
           macs_of(&all), right);
    printf("%-10s %12.0f %14lld %8.2f %%\n", "half", file_bytes("cnn-half"),
           macs_of(&half), fewer_right);
}

// %% [markdown]
// You guessed {predicted:goal}; it is {goal}, from a file of {half_bytes} of the bytes. {all_right} of the test pictures
// were right, {half_right} are.
//
// Half of the filters in a layer, and half of them in the layer before: a convolution then has a quarter of its products.
// Counted over the network the multiply-adds fall {half_macs}. If the clock shows less than that, keep the
// difference in mind: half the arithmetic is not half the time, and the lesson comes back to where the rest goes.
//
// ## 2. What is in there
//
// How can anything be missing and not be missed? Look at the weights themselves.

// %% The weights of the CNN
CELL(weights)
{
    predict("small", "how many are below a tenth of the largest?", "%");
    net m = {0};
    if (!open_net(&m, "cnn")) return;
    static figure f;
    double all = 0, below = 0;
    figure_begin(
        &f, "The weights of the CNN",
        "Logarithmic: a bar of half the height stands for the square "
        "root of the number.");
    for (int i = 0; i < m.count; i++) {
        if (m.layers[i].weight < 0) continue;
        const parameter *w = &m.weights.list[m.layers[i].weight];
        const float most = largest(w->value, w->count);
        size_t small = 0;
        for (size_t j = 0; j < w->count; j++)
            small += fabsf(w->value[j]) < 0.1f * most;
        printf("%-8s %6zu weights, %5.1f %% below a tenth of the largest\n",
               m.layers[i].name, w->count,
               100.0 * (double)small / (double)w->count);
        add_histogram(&f, m.layers[i].name, w->value, w->count);
        all += (double)w->count, below += (double)small;
    }
    show_figure(&f);
    record("small", 100 * below / all, "%");
}

// %% [markdown]
// You guessed {predicted:small}; it is {small}. Training pulls most weights towards zero and a few far out. A small weight
// moves the sums that it is in a little, so it is the cheapest to lose; that is all there is behind "magnitude pruning"
// (Han et al., 2015), and nothing cleverer has beaten it by much.
//
// ## 3. Which weights go: `prune_threshold`, `prune_mask`
//
// To leave a tenth, find the weight that is the tenth largest in every hundred, and let go whatever is smaller. One could
// sort. But a sort answers a million questions, which one is the largest, the second largest, and so on, and you have one.
// Selection (Hoare, 1961) takes a weight at random, parts the others into larger and smaller, and goes on in the part that
// holds the answer. The parts shrink by about half, so the work is n + n/2 + n/4 + ..., which is 2 n.
//
// Two details decide whether the count is exact. Where several weights are as large as the threshold, some stay and some
// go: the contract says the ones with the lower index stay. And a mask is a list of ones and zeros, not a changed weight.

// %% By hand
CELL(by_hand)
{
    static const float w[] = {0.3f, -0.1f, 0.5f, -0.3f, 0.2f, 0.3f, 0, -0.9f};
    float threshold, mask[8];
    if (!worked("prune_threshold", prune_threshold(&threshold, w, 8, 4)))
        return;
    printf("the 4th largest magnitude: %g\n", threshold);
    if (!worked("prune_mask", prune_mask(mask, w, 8, 0.5))) return;
    printf("weight ");
    for (int i = 0; i < 8; i++) printf("%6g", w[i]);
    printf("\nmask   ");
    for (int i = 0; i < 8; i++) printf("%6g", mask[i]);
    printf("\n");
}

// %% [markdown]
// Three of the eight are 0.3 in magnitude, and two of them stay: the first two. Now all the weights of a network, and a
// clock.

// %% Selection against sorting
CELL(selection)
{
    predict("selection", "selection against qsort: how many times faster?",
            "x");
    const size_t count = lesson_quick() ? 200000 : 1000000;
    float *w = floats(count), *copy = floats(count), threshold;
    if (!w || !copy) return;
    tt_rng rng = {17};
    for (size_t i = 0; i < count; i++) w[i] = rng_normal(&rng);
    double select = INFINITY, sort = INFINITY;
    for (int round = 0; round < 3; round++) {
        double start = measure_now();
        tt_status status = prune_threshold(&threshold, w, count, count / 10);
        select = fmin(select, measure_now() - start);
        if (!worked("prune_threshold", status)) return;
        start = measure_now();
        const float by_sort = sorted_threshold(copy, w, count, count / 10);
        sort = fmin(sort, measure_now() - start);
        if (by_sort != threshold)
            printf("prune_threshold says %g, sorting %g\n", threshold,
                   by_sort);
    }
    printf("%zu weights: selected in %.2f ms, sorted in %.2f ms\n", count,
           1e3 * select, 1e3 * sort);
    record("selection", sort / select, "x");
}

// %% [markdown]
// [if selection >= 1]
// You guessed {predicted:selection}; it is {selection}. A gradual schedule asks for a new threshold every few steps of
// training, and then it shows.
// [else]
// You guessed {predicted:selection}; sorting takes {selection} of the time of your selection, so it is the faster of the
// two. Look for a pivot that leaves nearly everything on one side.
// [not measured]
// After you wrote `prune_threshold`, this says what selection gains.
// [end]
//
// ## 4. How many can go: `prune_masks`
//
// Take 50, 70, 90 % of the CNN's weights away, all at once, and look how many pictures are still right. Two ways: in every
// layer the same part (`prune_mask` layer by layer), or one threshold for the whole network (`prune_masks`), under which
// each layer loses what it loses.

// %% One shot
CELL(one_shot)
{
    predict("shot_90", "90 % of the weights gone: how many right?", "%");
    fashion_set test;
    if (!open_pictures(&test, PART_TEST, lesson_quick() ? 500 : 5000)) return;
    enum { NONE, HALF, MOST = 4, LEVELS = 7 };
    static const int percent[LEVELS] = {0, 50, 70, 80, 90, 95, 98};
    double by_layer[LEVELS], whole[LEVELS];
    printf("%8s %16s %16s\n", "gone", "layer by layer", "whole network");
    for (int i = 0; i < LEVELS; i++) {
        const double gone = percent[i] / 100.0;
        if (!score_pruned("cnn", gone, true, &test, &by_layer[i]) ||
            !score_pruned("cnn", gone, false, &test, &whole[i]))
            return;
        printf("%6d %% %14.2f %% %14.2f %%\n", percent[i], by_layer[i],
               whole[i]);
    }
    record("shot_0", whole[NONE], "%");
    record("shot_50", whole[HALF], "%");
    record("shot_90", whole[MOST], "%");
    record("layer_90", by_layer[MOST], "%");
}

// %% [markdown]
// You guessed {predicted:shot_90}; with one threshold for the whole network it is {shot_90}, and layer by layer {layer_90}.
// Without any of its weights gone it was {shot_0}, with half of them gone it is {shot_50}.
//
// [if shot_90 > layer_90]
// One threshold is better here, because layers are not equally rich: the first one has few weights, and all of its outputs
// hang on them. A common threshold leaves it nearly whole.
// [else]
// One threshold is no better here. It spares the first layers and takes more from the last ones, and which of the two a
// network forgives is its own affair: section 10 looks layer by layer.
// [end]
//
// Either way there is a knee. Up to it the network does not notice, behind it it falls apart. Everything that follows
// moves that knee.
//
// ## 5. A measurement that lies
//
// Ninety percent are zeros now. What did we gain? The next cell has two answers. Both take the pruned CNN's largest layer
// and say how many times faster it became. One counts the multiply-adds that are left. The other multiplies, with the same
// library as before, and looks at the clock.

// %% Zeros that are multiplied
static double by_counting(int percent)
{
    return 100.0 / (100 - percent); // multiply-adds before, and left
}

static double by_the_clock(int percent)
{
    return dense_with_zeros(percent); // time before, and with the zeros
}

// Whatever a way says, the product that it stands for is run.
static double said_and_run(lesson_way *way, int percent)
{
    return dense_with_zeros(percent) / way(percent);
}

CELL(zeros)
{
    predict("zeros_true", "90 % zeros in a dense product: how much faster?",
            "x");
    exhibit(&(lesson_exhibit){
        .name = "zeros",
        .title = "Zeros that are multiplied",
        .claim = "with 90 % of its weights zero the layer became ten times "
                 "faster.",
        .what = "speed",
        .unit = "x",
        .lie = by_counting,
        .truth = by_the_clock,
        .amount = 90,
        .test = said_and_run,
        .finds = "gain by the clock / claimed gain",
        .found_unit = "x",
        .least = 0.7,
        .most = 1.4,
        .how = "Run the product that the figure is about, with and without "
               "the zeros, in turns. A dense product does not look at its "
               "numbers: it multiplies a zero as it multiplies anything.",
    });
}

// %% [markdown]
// You guessed {predicted:zeros_true}. Counting says {zeros_lie}, the clock says {zeros_true}. The library was never told
// which weights are zero, and to ask each one would cost more than to multiply it. To gain anything, the zeros have to be
// absent, and what is left has to say where it stood.
//
// ## 6. Products that skip: `sparse_csr_build`, `sparse_csr_matmul_textbook`
//
// Compressed sparse rows is the oldest form (see Saad, 2003): the numbers that are left, row by row; for each the column in
// which it stood; and where each row starts. A row is an output here, a column an input.

// %% A small matrix by hand
CELL(csr)
{
    // w (in 4, out 3): what input p gives to output j
    static const float w[] = {5, 0, 0, 0, 0, 7, 0, 2, 0, 1, 0, 0};
    int32_t starts[4], columns[12];
    float values[12];
    sparse_csr s = {.starts = starts, .columns = columns, .values = values};
    if (!worked("sparse_csr_build", sparse_csr_build(&s, 12, w, NULL, 4, 3)))
        return;
    for (int p = 0; p < 4; p++) {
        printf("input %d   ", p);
        for (int j = 0; j < 3; j++) printf("%4g", w[p * 3 + j]);
        printf("\n");
    }
    printf("\nstarts    ");
    for (int j = 0; j <= 3; j++) printf("%4d", s.starts[j]);
    printf("\ncolumns   ");
    for (int i = 0; i < s.starts[3]; i++) printf("%4d", s.columns[i]);
    printf("\nvalues    ");
    for (int i = 0; i < s.starts[3]; i++) printf("%4g", s.values[i]);
    printf("\n");
}

// %% [markdown]
// Twelve numbers became four, and four columns, and four starts. What is that in bytes?

// %% Bytes, with the indices
CELL(bytes)
{
    predict("csr_even", "at which sparsity does CSR weigh as much as dense?",
            "%");
    enum { IN = 512, OUT = 256 };
    static const int percent[] = {0, 25, 50, 70, 80, 90, 95, 98};
    static float w[IN * OUT], mask[IN * OUT];
    tt_rng rng = {3};
    rng_fill(&rng, w, IN * OUT, -1, 1);
    printf("%8s %10s %10s %10s   %s\n", "gone", "dense", "CSR", "blocks of 4",
           "(of zeros that come in blocks)");
    double even = NAN;
    for (int i = 0; i < COUNT(percent); i++) {
        prune_counts c, b;
        if (!worked("prune_mask",
                    prune_mask(mask, w, IN * OUT, percent[i] / 100.0)) ||
            !worked("prune_count", prune_count(&c, mask, IN, OUT, 4, 1)) ||
            !worked("prune_blocks",
                    prune_blocks(mask, w, IN, OUT, 4, percent[i] / 100.0)) ||
            !worked("prune_count", prune_count(&b, mask, IN, OUT, 4, 1)))
            return;
        printf("%6d %% %10zu %10zu %10zu\n", percent[i], c.dense_bytes,
               c.csr_bytes, b.blocks_bytes);
        if (isnan(even) && c.csr_bytes <= c.dense_bytes * 101 / 100)
            even = percent[i];
        if (percent[i] == 90) {
            record("csr_90",
                   100.0 * (double)c.csr_bytes / (double)c.dense_bytes, "%");
            record("blocks_bytes_90",
                   100.0 * (double)b.blocks_bytes / (double)b.dense_bytes,
                   "%");
        }
    }
    record("csr_even", even, "%");
}

// %% [markdown]
// You guessed {predicted:csr_even}; it is {csr_even}. Every number brings a column of four bytes along, so half of the
// weights in CSR weigh what all of them weigh without. At 90 % it is {csr_90} of the bytes, not the tenth that a count of
// weights suggests. Four neighbouring outputs that share their columns pay for one index in four: {blocks_bytes_90}. Sixteen
// bits for an index would do for most layers, and differences between neighbouring columns fit into eight; production
// formats do both.
//
// The same trick of counting half of the truth makes a good exhibit.

// %% Ten times smaller
static double without_indices(int percent) { return 100.0 / (100 - percent); }

static double with_indices(int percent) { return written_ratio(percent); }

static double read_back(lesson_way *way, int percent)
{
    return written_ratio(percent) / way(percent);
}

CELL(smaller)
{
    predict("smaller_true", "90 % of an MLP's weights gone: times smaller?",
            "x");
    exhibit(&(lesson_exhibit){
        .name = "smaller",
        .title = "Ten times smaller",
        .claim =
            "with a tenth of its weights the model is ten times smaller.",
        .what = "size",
        .unit = "x",
        .lie = without_indices,
        .truth = with_indices,
        .amount = 90,
        .test = read_back,
        .finds = "a file to read back / as claimed",
        .found_unit = "x",
        .least = 0.95,
        .most = 1.05,
        .how = "Write the file, read it back, compare every weight, and only "
               "then count its bytes. Values without their places cannot be "
               "read back.",
    });
}

// %% [markdown]
// You guessed {predicted:smaller_true}: {smaller_lie} is what the weights alone would be, {smaller_true} is the file.
//
// ## 7. The crossover: `sparse_csr_matmul`
//
// Now time. A sparse product skips work, and pays for it: an index to load before each number, a jump to another row of the
// input, no tile that keeps everything in registers. So there is a sparsity from which on it wins, and below it the dense
// product is faster although it multiplies everything. Where? Take a layer of 2048 x 2048 and a batch of 64.
//
// The textbook's CSR adds, for each number that is left, a scaled row of the batch to a row of the output. Each addition
// loads the output, and stores it again. Yours keeps a piece of the output row in registers, walks through all numbers of
// that row, and stores once: the same additions, a third of the traffic.

// %% Batch 64
CELL(crossover)
{
    predict("cross", "csr beats the dense product from which sparsity on?",
            "%");
    const results *r = NULL;
    static const char *const percent[] = {"50", "60", "70", "80",
                                          "90", "95", "98"};
    for (int i = 0; i < COUNT(percent); i += lesson_quick() ? 4 : 1)
        r = compare("batch-64", percent[i],
                    "dense dense-across haswell textbook csr blocks-4 "
                    "reading");
    show_chart("batch-64");
    record("cross", wins_from(r, "csr"), "%");
    record("cross_text", wins_from(r, "textbook"), "%");
    record("cross_blocks", wins_from(r, "blocks-4"), "%");
    record("csr_gain", best_of("batch-64", "90", "csr"), "x");
    record("text_gain", best_of("batch-64", "90", "textbook"), "x");
    record("blocks_gain", best_of("batch-64", "90", "blocks-4"), "x");
    record("of_reading", 100 * speedup("batch-64", "90", "csr", "reading"),
           "%");
}

// %% [markdown]
// [if cross <= 50]
// You guessed {predicted:cross}; csr wins at half of the weights already, the least that was measured here.
// [else if cross < 100]
// You guessed {predicted:cross}; csr wins from about {cross} on. (Between two measured sparsities it is interpolated.)
// [else]
// You guessed {predicted:cross}; csr wins at no sparsity that was measured. Look first whether its sums stay in registers: the
// number of vectors must be a constant for the compiler.
// [not measured]
// After you wrote `sparse_csr_matmul`, this says from which sparsity on it wins.
// [end]
// [if cross_text <= 50]
// The textbook's product wins at half of the weights already.
// [else if cross_text < 100]
// The textbook's product wins from {cross_text}.
// [else]
// The textbook's product does not win at all.
// [end]
// At 90 %, where nine of ten multiplications are gone, csr is {csr_gain} as fast as the best dense product of this run, the
// textbook's {text_gain}.
//
// Where does csr's time go? For each number that is left it reads a row of the batch, 256 bytes, and does 64 multiply-adds
// with it. The batch is 512 KiB, more than the first cache holds. The row `reading` of the table reads as many bytes in order
// and does nothing with them: csr runs at {of_reading} of its speed.
// [if of_reading > 130]
// Work beside the reading cannot be faster than the reading alone from the same cache: a neighbour on this machine slowed the
// row `reading`, or csr found rows in a nearer cache. Run the cell again.
// [else if of_reading > 60]
// It is not waiting for arithmetic.
// [else]
// So reading is not all of it: the multiply-adds themselves, and the jumps from row to row, take their part.
// [end]
//
// ## 8. Blocks: `prune_blocks`, `sparse_blocks_build`, `sparse_blocks_matmul`
//
// So read less. If four neighbouring outputs keep the same inputs, one row of the batch that has been loaded serves four
// outputs: a quarter of the reading for the same arithmetic, and one index for four numbers. The price is paid in freedom:
// now four weights go or stay together, and `prune_blocks` takes the blocks with the smallest sums of magnitudes.

// %% Single weights, and blocks of four
CELL(masks)
{
    predict("same_weights", "of the single weights, how many stay in blocks?",
            "%");
    net m = {0};
    if (!open_net(&m, "cnn")) return;
    const parameter *w = parameters_find(&m.weights, "conv2.weight");
    const int in = 576, out = 64;
    float *mask = floats(w->count), *blocks = floats(w->count);
    if (!mask || !blocks) return;
    if (!worked("prune_mask", prune_mask(mask, w->value, w->count, 0.9)) ||
        !worked("prune_blocks",
                prune_blocks(blocks, w->value, in, out, 4, 0.9)))
        return;
    draw_masks("A tenth of the CNN's third layer", mask, blocks, in, out);
    double stay = 0, same = 0;
    for (size_t i = 0; i < w->count; i++) {
        stay += mask[i];
        same += mask[i] * blocks[i];
    }
    record("same_weights", 100 * same / stay, "%");
}

// %% [markdown]
// You guessed {predicted:same_weights}; of the weights that stay one by one, {same_weights} stay in blocks, too. The others
// are the freedom that was given up, and training afterwards (section 11) has to make up for it.

// %% Blocks of 4, 8 and 16
CELL(blocks)
{
    predict("blocks", "blocks of 4 against csr at 90 %?", "x");
    compare("batch-64", "90", "dense csr blocks-4 blocks-8 blocks-16");
    record("blocks", speedup("batch-64", "90", "blocks-4", "csr"), "x");
    record("blocks_16", speedup("batch-64", "90", "blocks-16", "blocks-4"),
           "x");
}

// %% [markdown]
// You guessed {predicted:blocks}; blocks of 4 are {blocks} as fast as csr, and {blocks_gain} as fast as the best dense
// product.
// [if cross_blocks <= 50]
// They win at half of the weights already, the least that was measured.
// [else if cross_blocks < 100]
// They begin to win at about {cross_blocks}.
// [else]
// They win at no sparsity that was measured.
// [end]
//
// [if blocks_16 > 1.1]
// Blocks of 16 gain once more, {blocks_16} of the speed of blocks of 4: one load now serves sixteen outputs.
// [else if blocks_16 >= 0.9]
// Blocks of 16 bring nothing more: {blocks_16} of the speed of blocks of 4.
// [else]
// Blocks of 16 are slower again, {blocks_16} of the speed of blocks of 4: more sums than registers hold, or pieces of the
// batch too narrow to be worth a visit.
// [not measured]
// After you wrote `sparse_blocks_matmul`, this compares the heights.
// [end]
//
// All of this had 64 items to share an index among. Now one item at a time.

// %% One item, and eight
CELL(alone)
{
    predict("alone", "one item, 90 % gone: csr against dense?", "x");
    compare("batch-1", "90", "dense dense-across haswell csr blocks-4");
    compare("batch-8", "90", "dense dense-across haswell csr blocks-4");
    record("alone", best_of("batch-1", "90", "csr"), "x");
    record("alone_blocks", best_of("batch-1", "90", "blocks-4"), "x");
    record("eight", best_of("batch-8", "90", "csr"), "x");
}

// %% [markdown]
// You guessed {predicted:alone}; with one item csr is {alone} as fast as the best dense product, with eight {eight}, blocks of
// 4 with one item {alone_blocks}.
//
// With one item there is nothing to amortise an index over: each number that is left is loaded with its column, eight bytes
// for one multiply-add, where the dense product streams four. But the dense one streams ten times as many numbers, and 16
// MiB of weights come from far away. Which of the two wins depends on how fast your memory is against your core; the chart of
// `make plot-17` draws it for all sparsities.
//
// ## 9. Whole filters: `prune_filters`
//
// (and what it is made of: `prune_norms`, `prune_choose`, `prune_outputs`, `prune_inputs`)
//
// All of that needed a new product. There is a way that needs none: take whole filters out (Li et al., 2017). A filter that
// is gone is an output channel less in this layer, and an input channel less in the next one. Nothing is sparse afterwards;
// the network is simply smaller, and every kernel that you have speeds up with no further work.
//
// "Removed" is meant literally. Published versions of this lesson set the filter to zero and call it pruned; the product
// then multiplies the zeros as before. Here the arrays become shorter: the columns of this layer's weights, its bias, the
// rows of the next layer's weights that belonged to the channel, at every place of its window. At the end of the
// convolutions stands a linear layer that takes the picture as one row of numbers; there a channel is not one row of
// weights but one at every pixel.

// %% Which filters, and what it costs without training
CELL(filters)
{
    predict("cut", "half of the filters, no training after: right?", "%");
    fashion_set test;
    net all = {0}, half = {0};
    static const int keep[] = {8, 32, 32, 10};
    if (!open_pictures(&test, PART_TEST, lesson_quick() ? 500 : 5000) ||
        !open_net(&all, "cnn"))
        return;
    if (!worked("prune_filters", comp_smaller(&half, &all, keep))) return;
    draw_filters(&all, &half);
    double right;
    if (!score(&half, &test, &right)) return;
    record("cut", right, "%");
    printf("right without any training afterwards: %.2f %%\n", right);
}

// %% [markdown]
// You guessed {predicted:cut}; it is {cut}, where the whole network has {all_right} and the file that ships, trained on
// after the cut, {half_right}. A filter is a coarse thing to lose: the damage is large at once, and training mends nearly all
// of it.
//
// Where does the rest of the time go? The multiply-adds fell {half_macs}, the time {goal}.

// %% Half the multiply-adds
CELL(rest)
{
    show_layers("cnn", lesson_quick() ? 16 : 64);
    show_layers("cnn-half", lesson_quick() ? 16 : 64);
}

// %% [markdown]
// The products became smaller, and smaller products run at a smaller part of the peak: their rows are shorter, their tails a
// larger part. Copying windows, pooling and relu only halve where the products fall to a quarter; and the windows of the first
// layer come from the picture, which is as large as before. Amdahl's law again, from module 15.
//
// ## 10. Where it hurts: `prune_scan`, `prune_choose_levels`
//
// Layers differ. Prune one of them and leave the others whole, and look what that alone costs, on validation pictures: not
// on the test pictures, because you are about to choose by it.

// %% Each layer alone
CELL(scan)
{
    enum { LAYERS = 4, LEVELS = 5 };
    static const double sparsity[LEVELS] = {0, 0.5, 0.8, 0.9, 0.98};
    double loss[LAYERS][LEVELS];
    size_t bytes[LAYERS][LEVELS], all = 0;
    int level[LAYERS];
    predict("hurt", "which layer hurts most at 98 %: 1, 2, 3 or 4?", "");
    scanned s;
    if (!scan_layers(&s, "cnn", lesson_quick() ? 200 : 1000)) return;
    if (!worked("prune_scan",
                prune_scan(loss[0], scan_evaluate, &s, s.w, s.counts, LAYERS,
                           sparsity, LEVELS, s.work)))
        return;
    printf("loss      ");
    for (int i = 0; i < LEVELS; i++) printf("%8.0f %%", 100 * sparsity[i]);
    int worst = 0;
    for (int l = 0; l < LAYERS; l++) {
        printf("\n%-10s", s.names[l]);
        for (int i = 0; i < LEVELS; i++) {
            printf("%10.4f", loss[l][i]);
            const size_t kept =
                s.counts[l] - prune_gone(s.counts[l], sparsity[i]);
            bytes[l][i] = i == 0 ? 4 * s.counts[l] : 8 * kept;
        }
        if (loss[l][LEVELS - 1] > loss[worst][LEVELS - 1]) worst = l;
        all += 4 * s.counts[l];
    }
    printf("\n");
    record("hurt", worst + 1, "");
    if (!worked("prune_choose_levels",
                prune_choose_levels(level, loss[0], bytes[0], LAYERS, LEVELS,
                                    all / 3)))
        return;
    printf("a third of the bytes:");
    for (int l = 0; l < LAYERS; l++)
        printf("  %s %.0f %%", s.names[l], 100 * sparsity[level[l]]);
    printf("\n");
}

// %% [markdown]
// You guessed {predicted:hurt}; at 98 % layer {hurt} is the one that hurts most alone. The last line is what
// `prune_choose_levels` makes of the table: of all choices that fit a third of the bytes the one with the smallest sum of
// losses. It takes from the large layers, which hold the bytes, and spares the small ones. That layers hurt independently of each
// other is not quite true, and that is the price of asking four layers for five levels each and not all 625 combinations.
//
// ## 11. Under the mask: `prune_step_sgd`, `prune_step_adam`, `prune_schedule`
//
// What is left can learn to do the work of what is gone. The only new thing is that what is gone must stay gone. That is
// harder than it sounds: the gradient of a masked weight is not zero, the momentum of earlier steps pushes it, Adam's means
// remember it, weight decay moves it. Multiply by the mask before the step and all four bring it back.

// %% One weight that should stay at zero
CELL(revived)
{
    float value[2] = {0.5f, 0}, velocity[2] = {0, 0.2f},
          grad[2] = {0.1f, 0.1f};
    static const float mask[2] = {1, 0};
    printf("by a step that masks before it moves:  ");
    for (int i = 0; i < 2; i++) {
        float v = 0.9f * velocity[i] + grad[i];
        printf("%8.4f", value[i] * mask[i] - 0.1f * v);
    }
    prune_sgd_options o = {.rate = 0.1f, .momentum = 0.9f};
    printf("\n");
    if (!worked("prune_step_sgd",
                prune_step_sgd(value, velocity, grad, mask, 2, o)))
        return;
    printf("by yours:                              %8.4f%8.4f\n", value[0],
           value[1]);
    record("revived", fabs(value[1]), "");
}

// %% [markdown]
// The second weight is masked. The first line has brought it back to life; after yours it is {revived}, and its velocity is
// zero too.
//
// When should weights go? All at once, or bit by bit, so that the network can move its work away from what goes next. Zhu and
// Gupta (2017) take a cubic: much in the beginning, when there is plenty to spare, little at the end.

// %% The schedule
CELL(schedule)
{
    enum { STEPS = 20 };
    const comp_recipe *r = comp_recipe_find("cnn-90");
    record("recipe_steps", (double)r->steps, "");
    record("recipe_ramp", (double)r->ramp, "");
    for (int step = 0; step <= STEPS; step += 2) {
        double s;
        if (!worked("prune_schedule",
                    prune_schedule(&s, 0, 0.9, 0, STEPS, step)))
            return;
        printf("step %3d  %5.1f %%  ", step, 100 * s);
        for (int i = 0; i < (int)(50 * s); i++) putchar('#');
        printf("\n");
    }
}

// %% [markdown]
// Now train. The next cell takes the CNN, removes 90 % of its weights at once and trains what is left for a short while, here
// and now. It is the recipe of the file that ships, cut short: that one took {recipe_steps} steps and let the weights go over
// {recipe_ramp} of them.

// %% A few hundred steps
CELL(tuned)
{
    predict("tuned", "90 % gone, and trained for a moment: right?", "%");
    const comp_recipe *r = comp_recipe_find("cnn-90");
    if (!r) return;
    double right;
    const int steps = lesson_quick() ? 30 : 400;
    if (!train_for(r, steps, &right)) return;
    record("tuned", right, "%");
    record("tuned_steps", steps, "steps");
}

// %% [markdown]
// You guessed {predicted:tuned}. Without training it was {shot_90}, after {tuned_steps} it is {tuned}. The curve of the
// whole run, recorded when the file was made by `make train-17 TRAIN=cnn-90`:

// %% What ships
CELL(shipped)
{
    fashion_set test;
    if (!open_pictures(&test, PART_TEST, lesson_quick() ? 500 : 10000))
        return;
    show_curve("cnn-90");
    static const char *const names[] = {
        "mlp",    "mlp-70", "mlp-90",   "mlp-blocks-90", "cnn",
        "cnn-70", "cnn-90", "cnn-half", "student"};
    double right[COUNT(names)];
    printf("\n%-16s %12s %10s %10s\n", "", "file, bytes", "weights", "right");
    for (int i = 0; i < COUNT(names); i++) {
        net m = {0};
        if (!open_net(&m, names[i]) || !score(&m, &test, &right[i])) return;
        printf("%-16s %12.0f %10zu %8.2f %%\n", names[i],
               file_bytes(names[i]), nonzero(&m), right[i]);
        net_finish(&m);
    }
    record("ships_cnn", right[4], "%");
    record("ships_cnn_90", right[6], "%");
    record("error_of_accuracy", 100 * sqrt(0.9 * 0.1 / test.count), "points");
}

// %% [markdown]
// The CNN with 90 % of its weights gone is at {ships_cnn_90}, where the whole one is at {ships_cnn}. The standard error of
// such a figure from this many pictures is about {error_of_accuracy}: differences smaller than that say nothing.
//
// Two remarks that belong to honesty. A network that is trained on, without any pruning, gets a little better too, so part
// of what you see was paid for by steps and not by the network's generosity. And these models are small and
// over-furnished; a model that is trained to the limit of its size has less to spare.
//
// ## 12. The MLP in blocks, end to end: `sparse_linear_run`, `sparse_network_run`
//
// From the file to the predictions, no dense weight in memory.

// %% A sparse network
CELL(network)
{
    predict("mlp_gain", "the MLP in blocks at 90 %, 64 pictures: faster?",
            "x");
    compare("mlp", "1", NULL);
    compare("mlp", "64", NULL);
    record("mlp_gain", speedup("mlp", "64", "blocks-90", "dense"), "x");
    record("mlp_csr", speedup("mlp", "64", "csr-90", "dense"), "x");
    record("mlp_alone", speedup("mlp", "1", "blocks-90", "dense"), "x");
}

// %% [markdown]
// You guessed {predicted:mlp_gain}; it is {mlp_gain} with 64 pictures and {mlp_alone} with one; CSR at the same sparsity gives
// {mlp_csr}. The pictures are turned so that the batch lies across, and the answers are turned back: that is part of the time.
//
// ## 13. A teacher: `distill_targets`, `distill_loss`
//
// The other way to a small network is to train a small one. Hinton, Vinyals and Dean (2015) let it learn from a large one: not
// only that this is a shirt, but that it is a little like a coat and not at all like a sandal. The large network's answers
// carry that, but they are so sure of themselves that the small probabilities vanish; a temperature above one spreads them.

// %% Soft targets
CELL(soft)
{
    static const float logits[] = {9, 5, 1, 0};
    static const float temperatures[] = {1, 2, 4, 8};
    for (int i = 0; i < 4; i++) {
        float targets[4];
        if (!worked("distill_targets",
                    distill_targets(targets, logits, temperatures[i], 1, 4)))
            return;
        printf("temperature %g: ", temperatures[i]);
        for (int c = 0; c < 4; c++) printf("%9.5f", targets[c]);
        printf("\n");
        if (i == 0) record("cold", 100 * targets[1], "%");
        if (i == 2) record("warm", 100 * targets[1], "%");
    }
}

// %% [markdown]
// At temperature 1 the second class gets {cold}, at 4 it gets {warm}. Dividing the logits by T makes every gradient about T^2
// times smaller; the loss multiplies by T^2, so that the teacher's share stays what it is when T is changed.
//
// Does it help? Students of 784-32-10, each trained twice from the same first weights on the same pictures in the same
// order: once with the teacher and once without. The difference of one pair is mostly luck; so there are several seeds
// (eight, or two with `QUICK=1`), and the interval in which the mean of their differences lies.

// %% Students, twice each
CELL(students)
{
    predict("taught", "points that the teacher is worth?", "points");
    comp_gain gain;
    if (!teach(lesson_quick() ? 2 : 8, lesson_quick() ? 1 : 4, &gain)) return;
    record("taught", gain.mean, "points");
    record("taught_low", gain.low, "points");
    record("taught_high", gain.high, "points");
}

// %% [markdown]
// You guessed {predicted:taught}; the mean is {taught}, between {taught_low} and {taught_high}.
//
// [if taught_low > 0]
// The interval lies above 0: on these pictures a teacher helps this student.
// [else if taught_high <= 0]
// The interval lies below 0: this teacher makes this student worse. It has 25,450 weights to imitate answers of a network
// that sees in two dimensions, and what it spends on them it lacks elsewhere.
// [else]
// The interval holds 0: that a teacher helps this student was not shown. A small network that is short of weights has
// little use for finer answers; where teachers are known to help, students are larger and data are fewer.
// [not measured]
// After you wrote `distill_loss`, this says whether the teacher helped.
// [end]
//
// The pruned networks that ship were trained on with their dense selves as teachers: `given/recipes.c` says which.
//
// ## 14. A language model
//
// Pictures of clothes are easy. Where does a transformer hurt? The model that has read the Bible ships twice more: with half
// and with a fifth of the weights of its blocks, in blocks of four. Each was trained on while its weights went and after, for
// about half as many steps as the dense one took in all, or more. Loss is in nats per character here: how surprised the model
// is by text that it has not seen.

// %% Nats against sparsity
CELL(text)
{
    predict("gpt_50", "half of the weights gone: nats more?", "nats");
    double dense, half, fifth;
    const int stride = lesson_quick() ? 64 : 16;
    if (!nats_of("gpt", stride, &dense) ||
        !nats_of("gpt-50", stride, &half) ||
        !nats_of("gpt-80", stride, &fifth))
        return;
    printf("%-10s %14s %8s\n", "", "file, bytes", "nats");
    printf("%-10s %14.0f %8.4f\n", "gpt", file_bytes("gpt"), dense);
    printf("%-10s %14.0f %8.4f\n", "gpt-50", file_bytes("gpt-50"), half);
    printf("%-10s %14.0f %8.4f\n", "gpt-80", file_bytes("gpt-80"), fifth);
    record("gpt_0", dense, "nats");
    record("gpt_50", half - dense, "nats");
    record("gpt_80", fifth - dense, "nats");
}

// %% [markdown]
// You guessed {predicted:gpt_50}; it is {gpt_50} against {gpt_0} with half of the weights gone, and {gpt_80} with four fifths
// gone.
// [if gpt_50 <= 0]
// Half of the weights gone, and nothing lost, or less than nothing. Do not credit the zeros with it. The dense model had not
// learnt all that it could when its training ended, and the pruned one was trained on: the two differ in weights and in
// steps. A table that compares a fine-tuned model with one that was not measures the fine-tuning too. To price the zeros
// alone, train the dense model on for as long.
// [else]
// This is the price of the zeros and of more training together: the pruned model was trained on, and the dense one was not.
// [end]
// [if gpt_80 > gpt_50]
// From half to four fifths it gets dearer: a transformer of this size uses what it has. Large language models are pruned to
// 50 % in production and seldom further, and mostly in the one pattern that hardware has an instruction for.
// [else]
// Four fifths cost no more than half, on as much of the text as was looked at: the one was trained longer than the other.
// [end]
//
// ## 15. Bytes on top
//
// Pruning and quantization (module 16) are about different things, how many numbers and how many bits each, and they add up.
// The next cell takes the MLP at 90 %, rounds what is left to bytes with one scale for each output, and counts. The products
// are computed in floats here: this is about the size of the file and the accuracy, and says nothing about speed.

// %% A tenth of the weights, a quarter of the bits
CELL(both)
{
    predict("both", "of the dense file, how many percent are left?", "%");
    fashion_set test;
    net m = {0};
    double right;
    size_t bytes;
    if (!open_pictures(&test, PART_TEST, lesson_quick() ? 500 : 10000) ||
        !open_net(&m, "mlp-90"))
        return;
    if (!round_to_bytes(&m, &bytes) || !score(&m, &test, &right)) return;
    record("both", 100 * (double)bytes / file_bytes("mlp"), "%");
    record("both_right", right, "%");
    printf("%zu bytes, %.2f %% right\n", bytes, right);
}

// %% [markdown]
// You guessed {predicted:both}; {both} of the bytes are left, and {both_right} are right. Each number is one byte now, and its
// column is two: the index has become the larger part. That is why formats that need no index, or one for a whole block, win
// as soon as the numbers are small.
//
// ## 16. What production does
//
// - *2:4 sparsity.* In every four neighbouring weights two are zero, and two bits say where. Nvidia's tensor cores since 2020
//   skip the zeros in hardware: at most twice as fast, never more, and no index to speak of.
// - *Structured pruning and distillation* make most small language models that are cut from large ones: whole layers, heads
//   and neurons go, then a teacher mends the rest.
// - *Unstructured sparsity* lives where a CPU does the work and the kernels know it: block-sparse formats in inference
//   libraries, with blocks like yours.
// - *Movement pruning* (Sanh et al., 2020) lets weights go that move towards zero during fine-tuning, not those that are small;
//   for models that are fine-tuned it beats magnitude at high sparsity.
// - *Lottery tickets* (Frankle and Carbin, 2019): the weights that survive, trained from their first values alone, get nearly as
//   far. A fact about training more than a tool.
//
// Where it fails: the first layer, which has few weights and feeds everything; one layer at 98 %; batches of one, if memory is
// fast; half of the weights in CSR, which weighs what it weighed before. You have seen each of these.
//
// ## 17. Questions
//
// 1. `prune_threshold` parts the weights round a pivot. Which input makes it quadratic, and what prevents that?
// 2. CSR with 16-bit columns: from which sparsity on is it smaller than dense, and for which layers does it not work?
// 3. Why does `sparse_csr_matmul` not gain from a tile of two rows, where a dense product gains most of its speed from one?
// 4. The masked step sets the velocity to zero as well. Find a run in which it would matter if it did not.
// 5. Half of the filters: why is the file neither half as large nor a quarter, but a quarter and a bit? What is the bit?
//
// {answers} Now `make grade-17`, and `make plot-17` for your own dots.

int main(int argc, char **argv)
{
    return lesson_main(argc, argv, lesson_text);
}
