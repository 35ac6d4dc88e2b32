// lesson.c: the notebook of module 16. `make 16` runs it from top to bottom; see common/lesson/lesson.h for its format.
#include "lesson/lesson.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools.h"
#include "core/rng.h"
#include "measure/roofs.h"

LESSON_TEXT;

// %% [markdown]
// # 16. Quantization
//
// A trained network does not need its numbers to seven digits. In this lesson you give it two and a half: every
// weight and every activation becomes one byte, bytes are multiplied with bytes, and the sums are whole numbers.
// Between the pixels and the last layer there is no float any more. The file shrinks to about a quarter, the answers
// stay, and where the processor has an instruction for it, the product beats the float product of module 15.
//
// One trap runs through this subject, and you will measure it: bytes on the shelf, floats in the kitchen. Code that
// keeps bytes in memory and turns them back into floats at every call has paid the price of quantization, the error,
// and bought nothing but space. Whether a program is INT8 is decided by its innermost multiplication.
//
// You write `modules/16_quantization/quantization.c`. Each section says which exercise it is about; what you have not
// written yet says so, and the lesson goes on. `make grade-16` gives you points.
//
// ## 1. The goal
//
// The course's convolutional network names pictures of clothes. The cell takes its float weights, looks at some
// training pictures to see how large the numbers between its layers get, and turns all of it into bytes. It writes a
// file, forgets the float network, loads the file, and names the test pictures. Then both networks race: the float
// one through the library that won in module 15, yours on every path that this machine has. Guess first: how many of
// the answers change?

// %% The same network in bytes
CELL(goal)
{
    predict("changed", "of 1,000 pictures, how many get another name?", "");
    study s;
    qmodel q, loaded;
    double right, same;
    if (!open_study(&s, "cnn", PART_TEST, lesson_quick() ? 1000 : 10000))
        return;
    double before = quant_study_file_bytes(TT_WEIGHTS "/cnn.safetensors");
    printf("float32 %10.0f bytes   %.2f %% right\n", before, s.accuracy);
    if (!quantized(&q, &s, 256, CALIBRATE_MINMAX, 1, 255, true)) return;
    const char *path = temporary_file();
    if (!path || !worked("qmodel_save", qmodel_save(&q, path)) ||
        !worked("qmodel_load", qmodel_load(&loaded, path)))
        return;
    double after = quant_study_file_bytes(path);
    remove(path);
    if (!score_bytes(&s, &loaded, &right, &same)) return;
    printf("INT8    %10.0f bytes   %.2f %% right\n", after, right);
    record("goal_file", 100 * after / before, "%");
    record("goal_float", s.accuracy, "%");
    record("goal_int8", right, "%");
    record("changed", 10 * (100 - same), "");
    compare("models", "cnn@64", "float-blas plain widened 7-bit dot");
    const char *best = quant_path_names[quant_best_path(127)];
    record("goal_time", speedup("models", "cnn@64", best, "float-blas"), "x");
}

// %% [markdown]
// You guessed {predicted:changed}; of 1,000 pictures {changed} get another name. Before, {goal_float} were named
// rightly, now {goal_int8}, by a file of {goal_file} of the size, and on the best path here it is {goal_time} as fast.
// [if goal_time <= 1.05]
// Faster it is not, on this machine; sections 9 and 17 say what its best path costs.
// [end]
// The rest of the lesson is how that is done, what it costs, and where it goes wrong.
//
// ## 2. What a type can say
//
// A float is a fraction and an exponent. Each octave, from 1/2 to 1, from 1/4 to 1/2 and so on, gets the same number
// of values: the smaller the number, the finer the step. A byte with a scale is a ruler: the same step everywhere.
// Count the values in each octave. E4M3 is a float of one byte: 4 bits of exponent, 3 of fraction, 1 sign.

// %% How many values lie between
CELL(octaves)
{
    predict("int8_low",
            "of -127..127 at scale 1/127, how many from 1/32 to "
            "1/16?",
            "");
    printf("%-15s %9s %5s %5s %5s\n", "from .. below", "FP32", "BF16", "E4M3",
           "INT8");
    for (int e = 0; e < 9; e++) {
        float high = ldexpf(1, -e), low = high / 2;
        unsigned fp32 = float_bits(high) - float_bits(low);
        int int8 = 0;
        for (int q = 1; q <= 127; q++)
            int8 += q >= 127 * low && (q < 127 * high || e == 0);
        printf("1/%-3d .. 1/%-3d %9u %5u %5u %5d  %s\n", 2 << e, 1 << e, fp32,
               fp32 >> 16, fp32 >> 20, int8, bar(int8 ? 1 + log2(int8) : 0));
        record("fp32_octave", fp32, "");
        record("bf16_octave", fp32 >> 16, "");
        if (e == 4) record("int8_low", int8, "");
    }
}

// %% [markdown]
// You guessed {predicted:int8_low}; there are {int8_low}. FP32 has {fp32_octave} in every octave, BF16 {bf16_octave},
// over more than 250 octaves, E4M3 8 (in its top octave one is taken for NaN), over 18. INT8 has half of its values in
// the top octave and none below its first step. With few bits all values can be drawn: here the positive halves, the
// largest value of each at 1. E2M1 is a float of 4 bits, with 2 of exponent and 1 of fraction.

// %% Rulers
CELL(rulers)
{
    static figure f;
    static const ruler_kind kinds[] = {INT4, E2M1, INT8, E4M3};
    figure_begin(
        &f, "Rulers of four bits and of eight",
        "Upper two: 4 bits. Lower two: 8 bits. An integer's steps are "
        "equal, a float's are fine where numbers are small.");
    for (int k = 0; k < COUNT(kinds); k++) {
        float values[RULER_MOST];
        int count = ruler_values(values, kinds[k]);
        figure_ruler(&f, ruler_names[kinds[k]], 0, 1);
        for (int i = 0; i < count; i++)
            figure_mark(&f, values[i] / values[count - 1],
                        k % 2 ? FIGURE_RED : FIGURE_BLUE, "%s", "");
        figure_tick(&f, 0, "0"), figure_tick(&f, 1, "1");
    }
    show_figure(&f);
}

// %% [markdown]
// Which ruler is better is a question about the numbers to be measured. So look at some.
//
// ## 3. What there is to be said
//
// Here are the weights of the second convolution, 9,216 of them. The bars are logarithmic, or the tails would not be
// seen. The largest weight alone sets the range; guess what that leaves for the others.

// %% A layer's weights
CELL(weights)
{
    predict("middle",
            "of 255 steps, how many hold the middle half of the "
            "weights?",
            "");
    net m = {0};
    if (!load_net(&m, "cnn")) return;
    const parameter *w = parameters_find(&m.weights, "conv1.weight");
    float *sorted = sorted_copy(w->value, w->count);
    if (!sorted) return;
    float most = fmaxf(-sorted[0], sorted[w->count - 1]), step = most / 127;
    float low = sorted[w->count / 4], high = sorted[w->count * 3 / 4];
    show_histogram("Weights of conv1", w->value, w->count, -most, most, low,
                   high, "the middle half");
    record("largest", most, "");
    record("step", step, "");
    record("middle", rint(high / step) - rint(low / step) + 1, "");
}

// %% [markdown]
// You guessed {predicted:middle}. The largest weight is {largest}, so one step is {step}, and the middle half of all
// weights shares {middle} of 255 steps. That is the whole difficulty of quantization in one picture: a few large
// numbers set the scale that the many small ones have to live with. There are two ways out: a ruler that is finer
// where the many are, or a scale of their own for fewer numbers. Both, on these weights, in floats; the measure of
// the error is the one of section 5, and more is better. Guess for four bits, one scale for the whole layer.

// %% A better ruler, or more scales
CELL(blocks)
{
    predict("fp4_gain", "what does E2M1 gain over INT4, one scale?", "dB");
    static const ruler_kind kinds[] = {INT4, E2M1, INT8, E4M3};
    static const int runs[] = {1 << 30, 32};
    net m = {0};
    if (!load_net(&m, "cnn")) return;
    const parameter *w = parameters_find(&m.weights, "conv1.weight");
    double db[4][2];
    printf("%-24s %12s %12s\n", "", "one scale", "one for 32");
    for (int k = 0; k < COUNT(kinds); k++) {
        for (int r = 0; r < 2; r++)
            db[k][r] = sqnr_on_ruler(w->value, w->count, kinds[k], runs[r]);
        printf("%-24s %9.1f dB %9.1f dB\n", ruler_names[kinds[k]], db[k][0],
               db[k][1]);
    }
    record("fp4_gain", db[1][0] - db[0][0], "dB");
    record("fp4_block_gain", db[1][1] - db[0][1], "dB");
    record("block_gain", db[0][1] - db[0][0], "dB");
    record("int8_db", db[2][0], "dB");
    record("fp8_db", db[3][0], "dB");
}

// %% [markdown]
// You guessed {predicted:fp4_gain}; with one scale the float of 4 bits gains {fp4_gain}, with a scale for every 32
// weights {fp4_block_gain}. The scales by themselves give INT4 {block_gain}.
// [if fp8_db < int8_db]
// With 8 bits the float loses, {fp8_db} to {int8_db}: no weight is larger than the rest by orders of magnitude, and
// for most of them the byte's step is finer than three bits of fraction.
// [else]
// With 8 bits the float wins, {fp8_db} to {int8_db}: these numbers differ so much in size that equal steps are wasted.
// [end]
//
// *Block formats* make this a standard: in MXFP4 (OCP, 2023; Rouhani et al., 2023) 32 numbers in E2M1 share a scale that
// is a power of two, 4.25 bits a number; NVFP4 has a scale in E4M3 for every 16. FP8 (Micikevicius et al., 2022) is E4M3
// for weights and activations, and E5M2, with less fraction and more range, for gradients. GPUs multiply these, and
// for them, whose float units are cheap, they are what follows on INT8. Processors like yours multiply integers of 8
// bits, and that is what this lesson is about.
//
// ## 4. Scale and zero point: exercise 1
//
// A byte q stands for the number
//
//     x = scale (q - zero point)
//
// *Symmetric* means: no zero point, q from -127 to 127, and the scale is the largest |x| divided by 127. (Why not
// -128? Then the range would reach further on one side than on the other, for one value of 256.) *Affine* means: q
// from 0 to 255, the lowest number of the range becomes 0, the highest 255, and the byte that stands for 0.0 is the
// zero point. Work these four out on paper before you run the cell: -1, 0, 0.7 and 1.55.
//
//     symmetric   scale = 1.55 / 127          q = round(x / scale)
//     affine      scale = (1.55 + 1) / 255    zero point = round(1 / scale)
//                                             q = round(x / scale) + zero point

// %% Four numbers
CELL(four_numbers)
{
    const float x[4] = {-1, 0, 0.7f, 1.55f};
    int8_t s[4];
    uint8_t u[4];
    float scale, back[4];
    quant_affine a;
    if (written("1. quant_scale", quant_scale(&scale, x, 4)) &&
        written("2. quant_weights", quant_weights(s, x, &scale, 4, 1)) &&
        written("2. quant_weights_back",
                quant_weights_back(back, s, &scale, 4, 1))) {
        printf("symmetric: scale %.6f\n", scale);
        for (int i = 0; i < 4; i++) print_back(x[i], s[i], back[i]);
    }
    if (written("1. quant_affine_range",
                quant_affine_range(&a, -1, 1.55f, 255)) &&
        written("2. quant_bytes", quant_bytes(u, x, 4, a)) &&
        written("2. quant_bytes_back", quant_bytes_back(back, u, 4, a))) {
        printf("affine: scale %.6f, zero point %d\n", a.scale, a.zero_point);
        for (int i = 0; i < 4; i++) print_back(x[i], u[i], back[i]);
    }
}

// %% [markdown]
// Two things to see. The 0 comes back as exactly 0 in both: it has to, because a border of zeros, a relu and an
// absent feature are all exact zeros, and an error there would be repeated thousands of times with the same sign. And
// no error is larger than half a step.
//
// Weights are about as often negative as positive: symmetric. What comes out of a relu is never negative. How many of
// the 255 symmetric values would it use?

// %% After a relu
CELL(after_relu)
{
    predict("used", "symmetric values that numbers from 0 to 6 can use?", "");
    enum { MANY = 6001 };
    static float x[MANY];
    static int8_t s[MANY];
    static uint8_t u[MANY];
    for (int i = 0; i < MANY; i++) x[i] = (float)i / 1000;
    float scale;
    quant_affine a;
    if (!written("1. quant_scale", quant_scale(&scale, x, MANY)) ||
        !written("2. quant_weights", quant_weights(s, x, &scale, MANY, 1)) ||
        !written("1. quant_affine_range",
                 quant_affine_range(&a, 0, 6, 255)) ||
        !written("2. quant_bytes", quant_bytes(u, x, MANY, a)))
        return;
    int used[2] = {1, 1};
    for (int i = 1; i < MANY; i++)
        used[0] += s[i] != s[i - 1], used[1] += u[i] != u[i - 1];
    static figure f;
    figure_begin(&f, "Numbers from 0 to 6 in a byte",
                 "Steps: symmetric %.5f, affine %.5f.", scale, a.scale);
    figure_ruler(&f, "symmetric", -127, 127);
    figure_range(&f, 0, 127, FIGURE_BLUE, "%d values used", used[0]);
    figure_tick(&f, -127, "-127"), figure_tick(&f, 0, "0");
    figure_tick(&f, 127, "127");
    figure_ruler(&f, "affine", 0, 255);
    figure_range(&f, 0, 255, FIGURE_BLUE, "%d values used", used[1]);
    figure_tick(&f, 0, "0"), figure_tick(&f, 255, "255");
    show_figure(&f);
    record("used", used[0], "");
    record("used_affine", used[1], "");
}

// %% [markdown]
// You guessed {predicted:used}; it is {used} against {used_affine}. A sign bit that is never set is a bit lost. So
// this module does what most of the world does on processors like yours: weights symmetric and signed, activations
// affine and unsigned.
//
// ## 5. Rounding, clamping, and what a bit is worth: exercises 2 and 3
//
// `(int8_t)x` in C does not round, it cuts off; and for numbers beyond the type's ends it does whatever the machine
// likes. To nearest, then, and a tie goes to the even neighbour, as IEEE 754 does by default: then ties go up as
// often as down. And clamp before you convert, not after.

// %% Ties and ends
CELL(ties)
{
    const float x[] = {-2.5f,  -1.5f,  -0.5f, 0.5f, 1.5f,     2.5f,
                       126.7f, 127.6f, 300,   -300, INFINITY, NAN};
    enum { N = sizeof x / sizeof *x };
    int8_t q[N];
    float one = 1;
    if (!written("2. quant_weights", quant_weights(q, x, &one, N, 1))) return;
    for (int i = 0; i < N; i++)
        printf("%6.1f -> %4d%s", x[i], q[i], i % 4 == 3 ? "\n" : "    ");
}

// %% [markdown]
// How bad would cutting off be? For that we need a measure of error. The usual one compares the power of the numbers
// with the power of the error, in decibels (SQNR, signal to quantization noise ratio):
//
//     SQNR = 10 log10( sum of x^2 / sum of (x - back)^2 )
//
// Half the step is half the error, a quarter of its power: 6.02 dB. So 6.02 dB are worth one bit. The cell takes the
// weights that you have just seen, once rounded and once cut off.

// %% To nearest, or towards zero
CELL(cutting_off)
{
    predict("cut", "what does cutting off cost?", "dB");
    net m = {0};
    if (!load_net(&m, "cnn")) return;
    const parameter *w = parameters_find(&m.weights, "conv1.weight");
    float scale, *rounded = plain_copy(w->value, w->count);
    float *cut = plain_copy(w->value, w->count);
    if (!rounded || !cut ||
        !through_bytes(rounded, (int)w->count, 1, false) ||
        !written("1. quant_scale", quant_scale(&scale, w->value, w->count)))
        return;
    for (size_t i = 0; i < w->count; i++)
        cut[i] = scale * (float)(int)(w->value[i] / scale);
    double nearest = sqnr(w->value, rounded, w->count);
    double towards = sqnr(w->value, cut, w->count);
    printf("to nearest    %.2f dB\n", nearest);
    printf("towards zero  %.2f dB\n", towards);
    record("sqnr_nearest", nearest, "dB");
    record("cut", nearest - towards, "dB");
}

// %% [markdown]
// You guessed {predicted:cut}; it costs {cut}. An error between -1/2 and 1/2 of a step has a quarter of the power of
// one between 0 and 1. Cutting off throws a whole bit away, and it makes every number a little smaller, which no
// later layer averages out.
//
// Between FP32 and a byte there is BF16: the upper half of a float. Its range is FP32's, so it needs no scale and no
// calibration; that is why it took over training. The one thing that can be done wrong is the rounding, again. What
// is it worth here?

// %% The upper half of a float
CELL(bf16)
{
    predict("bf16_changed",
            "weights in BF16: of 1,000 pictures, how many "
            "change?",
            "");
    study s;
    double right, same;
    if (!open_study(&s, "cnn", PART_VALIDATION, lesson_quick() ? 1000 : 5000))
        return;
    parameters *p = &s.net.weights;
    uint16_t *half = malloc(p->floats * sizeof *half);
    float *before = plain_copy(p->values, p->floats);
    if (!half || !before) return;
    if (!written("3. quant_bf16", quant_bf16(half, before, p->floats)) ||
        !written("3. quant_bf16_back",
                 quant_bf16_back(p->values, half, p->floats)) ||
        !score_floats(&s, &right, &same))
        return;
    double db = sqnr(before, p->values, p->floats);
    printf("weights: %zu bytes, were %zu; SQNR %.1f dB\n",
           p->floats * sizeof *half, p->floats * sizeof *before, db);
    record("bf16_sqnr", db, "dB");
    record("bf16_changed", 10 * (100 - same), "");
}

// %% [markdown]
// You guessed {predicted:bf16_changed}; it is {bf16_changed} of 1,000. BF16's weights have an SQNR of {bf16_sqnr},
// whatever their size; your bytes had {sqnr_nearest} in that layer. Half the bytes for so little is a good offer. A
// byte is half again, and the smallest number that ordinary processors multiply.
//
// ## 6. The trap: bytes that are floats when it counts
//
// The file is small now. The shortest way to run it: at each call, turn the bytes back into floats, multiply with the
// library's product, and be done. It is right, it is three lines, and it is what "INT8" means in many a tutorial.
// Guess how it compares with the float product that never heard of bytes.

// %% Dequantise at every call
CELL(trap)
{
    predict("trap", "dequantise and multiply, against floats?", "x");
    compare("matmul", "64x512x784", "float-blas dequantise");
    compare("tiny", "1x512x784", "float-blas dequantise");
    record("trap",
           speedup("matmul", "64x512x784", "dequantise", "float-blas"), "x");
    record("trap_one",
           speedup("tiny", "1x512x784", "dequantise", "float-blas"), "x");
}

// %% [markdown]
// You guessed {predicted:trap}; it is {trap} at 64 rows and {trap_one} at one row. It does all that the float product
// does, and more.
// [if trap < 0.97 and trap_one < trap]
// So it loses, and most where there are few rows to share the work of turning back.
// [else if trap < 0.97]
// So it loses at 64 rows. At one row less of it shows here: there, reading the weights takes a good part of the time,
// and these are a quarter of the bytes.
// [else]
// What it does more hardly shows at 64 rows on this machine: turning the weights back is done once for all of them.
// [end]
// It can win only where reading the weights from memory is what takes the time; section 19 comes back to that. Space
// is a good reason to store bytes. It is no reason to expect speed.
//
// ## 7. A product of bytes: exercise 6
//
// So the multiplication itself must be one of bytes. Put x = s (q - z) and w = t v into a sum of products:
//
//     sum of x w  =  s t sum of (q - z) v  =  s t (sum of q v - z sum of v)
//
// On the left floats, in the brackets only whole numbers. The sum of v belongs to the weights alone: it is added up
// once, when they are packed. So the zero point costs one subtraction for each output, not one for each product. By
// hand, with the four bytes of section 4, their zero point 100, and weights 5, -3, 2, 1:
//
//     inside      (0-100) 5 + (100-100)(-3) + (170-100) 2 + (255-100) 1  =  -205
//     corrected   0 - 300 + 340 + 255  =  295
//                 295 - 100 (5 - 3 + 2 + 1)  =  -205

// %% One sum, two ways
CELL(one_sum)
{
    const uint8_t x[4] = {0, 100, 170, 255};
    const int8_t w[4] = {5, -3, 2, 1};
    int32_t inside, plain, sum_w = 5 - 3 + 2 + 1;
    if (written("6. quant_matmul",
                quant_matmul(&inside, x, 100, w, NULL, 1, 1, 4)))
        printf("yours, zero point 100: %d\n", inside);
    if (written("6. quant_matmul",
                quant_matmul(&plain, x, 0, w, NULL, 1, 1, 4)))
        printf("yours, zero point 0:   %d, less 100 x %d: %d\n", plain, sum_w,
               plain - 100 * sum_w);
    const int largest = 255 * 127;
    printf("largest products that a sum can hold: %d in 16 bits, %d in 32\n",
           INT16_MAX / largest, INT32_MAX / largest);
    record("hold_16", INT16_MAX / largest, "");
    record("hold_32", INT32_MAX / largest, "");
}

// %% [markdown]
// A 32-bit sum has room for {hold_32} of the largest products, more than any layer here needs. A 16-bit sum has room
// for {hold_16}. Remember that number.
//
// ## 8. The instruction that lies: 255, 127, and 16 bits
//
// Processors of the x86 family have an instruction that looks made for this. `vpmaddubsw` takes a register of unsigned
// bytes and one of signed bytes, multiplies them pair by pair, and adds each two neighbours: four products where a
// float multiply-add of the same width makes one. But the sums have 16 bits, and where one does not fit, it is
// neither wrapped nor reported. It *saturates*. What comes out for 255 x 127 + 255 x 127?

// %% Two products in sixteen bits
CELL(sixteen_bits)
{
    predict("saturated", "255 x 127 + 255 x 127, in vpmaddubsw?", "");
    static const struct {
        int x[2], w[2];
    } rows[] = {{{3, 200}, {7, -2}},       {{255, 255}, {127, 1}},
                {{255, 255}, {127, 127}},  {{255, 255}, {-127, -127}},
                {{200, 180}, {90, 90}},    {{127, 127}, {127, 127}},
                {{127, 127}, {-127, -127}}};
    printf("%27s %8s %11s %8s\n", "", "exact", "vpmaddubsw", "off by");
    for (int i = 0; i < 7; i++) {
        const int *x = rows[i].x, *w = rows[i].w;
        int exact = x[0] * w[0] + x[1] * w[1], got = two_products(x, w);
        printf("%3d x %4d  +  %3d x %4d  = %8d %11d %8d\n", x[0], w[0], x[1],
               w[1], exact, got, got - exact);
        if (i != 2) continue;
        record("saturated", got, "");
        record("true_sum", exact, "");
    }
    printf("(%s)\n", two_products_by);
}

// %% [markdown]
// You guessed {predicted:saturated}; it gives {saturated}, where {true_sum} is right. The last two rows show the way
// out: with activations of 7 bits, 0 to 127, the largest sum is 2 x 127 x 127 and fits, whatever the weights.
//
// A lie that changes every answer is soon found out. The cell computes the first layer of the MLP with your bytes and
// real pictures, each pair of products once as it is and once as `vpmaddubsw` would give it, and lets the rest of the
// network go on from there.

// %% How often it lies
CELL(how_often)
{
    predict("lied", "of 100 sums, how many are wrong?", "");
    predict("misled", "of 1,000 pictures, how many get another name?", "");
    study s;
    if (!open_study(&s, "mlp", PART_TEST, 1000)) return;
    const parameter *w = parameters_find(&s.net.weights, "linear0.weight");
    const parameter *bias = parameters_find(&s.net.weights, "linear0.bias");
    int k = w->shape[0], n = w->shape[1];
    float *scales = malloc((size_t)n * sizeof *scales);
    float *hidden = malloc((size_t)s.pictures.count * n * sizeof *hidden);
    int8_t *q = malloc(w->count);
    if (!scales || !hidden || !q ||
        !written("1. quant_scale_columns",
                 quant_scale_columns(scales, w->value, k, n)) ||
        !written("2. quant_weights",
                 quant_weights(q, w->value, scales, k, n)))
        return;
    long wrong = 0, sums = (long)s.pictures.count * n;
    for (long at = 0; at < sums; at++) {
        const uint8_t *x = s.pictures.images + at / n * k;
        long j = at % n, exact = 0, sum = 0;
        for (int p = 0; p < k; p += 2) { // k is even
            int two = x[p] * q[p * n + j] + x[p + 1] * q[(p + 1) * n + j];
            exact += two;
            sum += two > 32767 ? 32767 : two < -32768 ? -32768 : two;
        }
        wrong += sum != exact;
        hidden[at] = (float)sum * scales[j] / 255 + bias->value[j];
    }
    double right, same;
    if (!score_floats_from(&s, 1, hidden, &right, &same)) return;
    printf("%ld of %ld sums are wrong\n", wrong, sums);
    printf("%.2f %% of the pictures are named rightly, in floats %.2f %%\n",
           right, s.accuracy);
    record("lied", 100.0 * (double)wrong / (double)sums, "");
    record("misled", 10 * (100 - same), "");
    record("misled_right", right, "%");
    record("mlp_right", s.accuracy, "%");
}

// %% [markdown]
// You guessed {predicted:lied} and {predicted:misled}. Of 100 sums {lied} are wrong, of 1,000 pictures {misled} get
// another name, and {misled_right} are named rightly, where floats reach {mlp_right}.
// [if misled_right > 0.95 * mlp_right]
// A quick look at the accuracy does not show this error as what it is, and small random numbers in a test never make
// it. That is how it lives in programs for years.
// [else]
// A look at the accuracy shows it here; small random numbers in a test never do. In a network with smaller
// activations it lives for years.
// [end]
// Production libraries know it: ONNX Runtime offers weights of 7 bits ("reduce range") for
// processors without the newer instruction, and PyTorch's settings for its x86 kernels keep activations within 0 to
// 127 by default. The grader has a case with 255 and -127 everywhere.
//
// ## 9. Packed, on four paths: exercise 7
//
// Four ways to the same sums, and they must agree to the last bit:
//
// - `plain`: C that any compiler turns into what its machine has.
// - `widened`: bytes widened to 16 bits, then `vpmaddwd`, which adds two 16-bit products into 32 bits. Exact for every
//   byte, but a register holds half as many numbers, and widening costs instructions too.
// - `7-bit`: `vpmaddubsw` on bytes as they are, then `vpmaddwd` with ones. Exact as long as activations stay within 0
//   to 127.
// - `dot`: `vpdpbusd` multiplies bytes and adds each four products into 32 bits, exactly, in one instruction. It is
//   part of AVX-512 VNNI and of AVX-VNNI; Arm's `usdot`, in every phone of the last years, is the same.
//
// A path is an idea and not a width: `common/core/bytes.h` has these four as functions of a whole register, as wide as
// this build's are, and their counterparts on Arm. So one tile does for all of them, and what your CPU lacks is
// computed by its rule in a test build. Where floats have p pairs to a register, `widened` has 2 p, the other two 4 p.
// Count the instructions per pair of numbers for each path before you guess which of them beat the float product, and
// by how much.

// %% Paths against the float product
CELL(paths)
{
    predict("full", "8-bit activations, best path, against floats?", "x");
    predict("seven", "7-bit activations, best path, against floats?", "x");
    const char *of = "64x512x784";
    const char *full = quant_path_names[quant_best_path(255)];
    const char *seven = quant_path_names[quant_best_path(127)];
    compare("matmul", of,
            "float-blas textbook plain widened 7-bit dot "
            "peak-plain peak-widened peak-7-bit peak-dot");
    printf("8-bit activations take %s here, 7-bit ones %s\n", full, seven);
    printf("A register of this build has %d bytes\n", BYTES_VECTOR);
    if (!quant_path_here(QUANT_DOT))
        printf("It has no dot product: nothing here says how fast one is\n");
    double floats_peak = 0;
    for (int i = 0; i < 9; i++) {
        double start = measure_now(), flops = roofs_multiply_add(2e8);
        floats_peak = fmax(floats_peak, flops / (measure_now() - start));
    }
    record("widened", speedup("matmul", of, "widened", "float-blas"), "x");
    record("widened_peak", rate("matmul", of, "peak-widened") / floats_peak,
           "x");
    record("full", speedup("matmul", of, full, "float-blas"), "x");
    record("seven", speedup("matmul", of, seven, "float-blas"), "x");
    record("plain", speedup("matmul", of, "plain", "float-blas"), "x");
    record("textbook", speedup("matmul", of, "textbook", "float-blas"), "x");
}

// %% [markdown]
// You guessed {predicted:full} for 8 bits and {predicted:seven} for 7; here they reach {full} and {seven}, on the
// paths that the line below the table names. The textbook's loops over bytes run at {textbook} of the float product's
// speed: bytes alone make nothing fast.
// [if plain < 0.95]
// And `plain` reaches {plain}: without an instruction for it bytes save space and no time.
// [else]
// And `plain` reaches {plain}: the compiler has found instructions for it.
// [end]
//
// Count instructions for one register full of bytes; the library's floats were told to use registers as wide. Floats
// need four multiply-adds for as many pairs (eight instructions where multiplying and adding are two, as in SSE). The
// exact product of bytes, written as it comes to mind, needs two widenings of x, two of w, two `vpmaddwd` and two
// additions: eight, and the gain is gone. That is what happens to many exact INT8 kernels. With x widened once for
// the whole product, and w once for all rows of a tile, four and a little are left, of which only two keep the
// multipliers busy. The 7-bit path needs `vpmaddubsw`, `vpmaddwd` and one addition: three, and nothing is ever
// widened. `dot` needs one.
//
// How many of each a core starts in a cycle differs from CPU to CPU. The rows `peak` say how fast these instructions
// can be with nothing to load; on this machine `peak-widened` is {widened_peak} of the same for float multiply-adds,
// and `widened` {widened} of the library's product.
// [if widened_peak > 1.3]
// So fewer instructions count than the floats need: its additions find units that the multiplications leave free, or
// the floats multiply and add in two instructions.
// [else if widened > 1.1]
// Its four instructions take as long as the floats' four. What it gains all the same is the library's: that stays
// further below its own peak at this size than your bytes below theirs.
// [else if widened >= 0.9]
// Its four instructions take as long as the floats' four, and nothing is gained but space.
// [else]
// Exact bytes lose on this path, and only save space.
// [end]

// %% By size
CELL(sizes)
{
    predict("small_square", "64 x 64 x 64, 8 bits, against floats?", "x");
    static const char *const sizes[] = {"64x64x64", "256x256x256",
                                        "512x512x512", "1024x1024x1024"};
    const char *full = quant_path_names[quant_best_path(255)];
    const char *ways = "float-blas plain widened 7-bit dot dequantise "
                       "float-ends";
    int count = lesson_quick() ? 2 : 4;
    for (int i = 0; i < count; i++) compare("matmul", sizes[i], ways);
    record("small_square", speedup("matmul", sizes[0], full, "float-blas"),
           "x");
    record("large_square",
           speedup("matmul", sizes[count - 1], full, "float-blas"), "x");
    record("large_seven",
           speedup("matmul", sizes[count - 1],
                   quant_path_names[quant_best_path(127)], "float-blas"),
           "x");
    show_chart("ratio");
}

// %% [markdown]
// You guessed {predicted:small_square}; with 8 bits it is {small_square} for the smallest square and {large_square}
// for the largest. In the chart 1 is the float product. Look at which lines stay below it at every size.
//
// [if large_seven > 1.1 * large_square]
// With 7 bits the largest square reaches {large_seven}: on this machine the highest speed costs one bit of the
// activations. What that bit costs in accuracy you will see in section 13.
// [else]
// With 7 bits the largest square reaches {large_seven}: here the eighth bit costs no speed. Where the CPU has no `dot`
// it mostly does; what it is worth in accuracy you will see in section 13.
// [end]
//
// ## 10. From sums back to bytes: exercise 5
//
// The sums are 32-bit whole numbers in units of (scale of x) (scale of w). The next layer wants bytes in units of its
// own scale. So each sum is multiplied by
//
// $M = scale_x scale_w / scale_y$
//
// which is a small number like 0.004, and there must be no float. Jacob and his colleagues (2018) write M as a whole
// number of 31 bits and a shift. By hand: double 0.004 until it is between 2^30 and 2^31. That takes 38 doublings:
//
//     0.004 x 2^38 = 1099511627.776,  rounded 1099511628
//     q = (sum x 1099511628 + 2^37) >> 38        2^37 is the half that rounds
//
// For a sum of 3141 that is 12.564, so 13. The product has up to 62 bits: it must be computed in 64.

// %% One sum, requantised
CELL(one_requantised)
{
    int32_t m = 0, shift = 0, sums[4] = {3141, -205, 70000, -9000};
    uint8_t q[4];
    if (!written("5. quant_fixed_point",
                 quant_fixed_point(&m, &shift, 0.004)))
        return;
    printf("0.004 = %d / 2^%d, off by %.1e of itself\n", m, shift,
           fabs(ldexp(m, -shift) / 0.004 - 1));
    int32_t ms[4] = {m, m, m, m}, shifts[4] = {shift, shift, shift, shift};
    quant_output o = {ms, shifts, 10, 10, 255}; // zero point 10, relu
    if (!written("5. quant_requantize", quant_requantize(q, sums, 1, 4, &o)))
        return;
    for (int i = 0; i < 4; i++)
        printf("%6d x 0.004 = %8.3f, + 10, at least 10, at most 255: %3d\n",
               sums[i], sums[i] * 0.004, q[i]);
}

// %% [markdown]
// Look at the clamp: its lower end is the zero point. What lies below stands for negative numbers, and they become
// 0.0. That is the relu, and it cost nothing.
//
// Is 31 bits enough? Take a million sums and a million of scales, and compare with the same in double.

// %% A million sums
CELL(million)
{
    predict("differ",
            "of a million, how many get another byte than in "
            "double?",
            "");
    tt_rng rng = {16};
    long differ = 0, apart = 0;
    for (int i = 0; i < 1000000; i++) {
        double scale = exp(-12 * rng_uniform(&rng));
        int32_t m, shift,
            sum = (int32_t)(400 * (rng_uniform(&rng) - 0.2f) / scale);
        uint8_t q;
        tt_status status = quant_fixed_point(&m, &shift, scale);
        if (!written("5. quant_fixed_point", status)) return;
        quant_output o = {&m, &shift, 0, 0, 255};
        status = quant_requantize(&q, &sum, 1, 1, &o);
        if (!written("5. quant_requantize", status)) return;
        double exact = fmin(fmax(floor(sum * scale + 0.5), 0), 255);
        differ += q != exact, apart += fabs(q - exact) > 1;
    }
    printf("%ld of 1000000 differ, %ld by more than 1\n", differ, apart);
    record("differ", (double)differ, "");
}

// %% [markdown]
// You guessed {predicted:differ}; it is {differ}. Then why not multiply by a float M and be done? Because whole numbers
// give the same answer on every machine, with every compiler, in every order: your four paths can be compared bit by
// bit. And because the processors for which this was invented, in phones and sensors, have no fast float unit, some
// none at all.
//
// ## 11. Convolution in bytes: exercise 8
//
// A 3 x 3 convolution lays the nine pixels of each window side by side and is a product from there on. One thing is
// new. The picture has a border of zeros, and the zero of a byte is not the byte 0. It is the zero point.

// %% The border
CELL(border)
{
    enum { SIDE = 4, ZERO = 100 };
    uint8_t x[SIDE * SIDE], y[SIDE * SIDE];
    int8_t w[9], packed[256];
    int32_t sums[1], m, shift;
    memset(x, ZERO, sizeof x), memset(w, 1, sizeof w); // 0.0 everywhere
    if (!written("7. quant_pack", quant_pack(packed, sums, w, 9, 1)) ||
        !written("5. quant_fixed_point", quant_fixed_point(&m, &shift, 0.1)))
        return;
    quant_matrix matrix = {9, 1, packed, sums, NULL};
    quant_output o = {&m, &shift, 128, 0, 255};
    if (!written("8. quant_conv3x3",
                 quant_conv3x3(y, x, ZERO, &matrix, &o, 1, SIDE, SIDE, 1,
                               QUANT_PLAIN)))
        return;
    int corner = 128 + (int)rint(5 * (0 - ZERO) * 0.1);
    for (int i = 0; i < SIDE * SIDE; i++)
        printf("%4d%s", y[i], i % SIDE == SIDE - 1 ? "\n" : "");
    printf("With a border of bytes 0 the corners would be %d: %d below 0.0\n",
           corner, 128 - corner);
}

// %% [markdown]
// A picture that is 0.0 everywhere stays 0.0 everywhere, also in its corners. With the wrong border a frame appears
// round every picture, and most of the answers stay right. A test with zero point 0 would not find it.
//
// How fast is it? The opponent is the float convolution through the library, not the textbook's loops.

// %% Convolutions
CELL(convolutions)
{
    predict("conv", "bytes against floats: 64 to 64 channels, 14 x 14?", "x");
    const char *ways = "float-blas plain widened 7-bit dot dequantise";
    const char *full = quant_path_names[quant_best_path(255)];
    const char *seven = quant_path_names[quant_best_path(127)];
    compare("conv", "28x28x1-16", ways);
    compare("conv", "14x14x64-64", ways);
    record("conv", speedup("conv", "14x14x64-64", seven, "float-blas"), "x");
    record("conv_full", speedup("conv", "14x14x64-64", full, "float-blas"),
           "x");
    record("conv_first", speedup("conv", "28x28x1-16", seven, "float-blas"),
           "x");
    record("conv_trap",
           speedup("conv", "14x14x64-64", "dequantise", "float-blas"), "x");
    show_chart("conv");
}

// %% [markdown]
// You guessed {predicted:conv}; with 7 bits it is {conv}, with 8 {conv_full}, and dequantising at every call comes to
// {conv_trap}.
// [if conv_full < conv_trap]
// So with all 8 bits even the trap of section 6 is the faster one here: without `dot`, exact sums cost this machine
// more than turning back does.
// [else if conv_trap < 0.97]
// The trap of section 6 loses here, too.
// [else]
// Turning back hardly shows beside a product of this size.
// [end]
// [if conv_first < 0.8 * conv]
// In the first layer, with its single channel, it is {conv_first}: nine numbers to a sum are over before the product
// has begun, and laying windows side by side and requantising weigh more.
// [else]
// In the first layer, with its single channel, it is {conv_first}: sums of nine numbers are short for bytes, and
// no better for the library's floats, which have the same windows to lay, and larger ones.
// [end]
//
// ## 12. From layer to layer: exercise 9
//
// Now the parts become layers. What is stored of a layer: bytes of weights, a scale for each column, a bias of 32
// bits. What is made of it when it is loaded: packed weights, their sums, and a multiplier and a shift for each
// column. What runs: bytes in, bytes out, and the next layer takes them as they are. Only the last layer's sums
// become floats, because somebody wants to read them. Two layers, small enough to follow:
//
//     hidden = relu(x w1 + b1)          3 numbers to 2, between 0 and 1
//     out    = hidden w2 + b2           2 numbers to 1

// %% Two layers
CELL(two_layers)
{
    const float x[3] = {0.2f, 0.9f, 0.5f};
    const float w1[6] = {1, -0.5f, 0.25f, 0.75f, -1, 0.5f};
    const float b1[2] = {0.1f, -0.2f}, w2[2] = {2, -1}, b2[1] = {0.05f};
    float hidden[2], out = b2[0], got;
    for (int j = 0; j < 2; j++) {
        hidden[j] = b1[j];
        for (int p = 0; p < 3; p++) hidden[j] += x[p] * w1[2 * p + j];
        hidden[j] = fmaxf(hidden[j], 0);
        out += hidden[j] * w2[j];
    }
    const quant_affine unit = {1 / 255.f, 0, 255}; // 0 .. 1
    quant_layer layer[2] = {
        {.kind = QUANT_LINEAR,
         .h = 1,
         .w = 1,
         .c = 3,
         .out = 2,
         .in = unit,
         .to = unit,
         .relu = true},
        {.kind = QUANT_LINEAR, .h = 1, .w = 1, .c = 2, .out = 1, .in = unit}};
    uint8_t q[3], between[2], last[2], *work[2] = {between, last};
    if (!make_layer(&layer[0], w1, b1) || !make_layer(&layer[1], w2, b2) ||
        !written("2. quant_bytes", quant_bytes(q, x, 3, unit)) ||
        !written("9. quant_layer_run",
                 quant_layer_run(between, q, &layer[0], 1, QUANT_PLAIN)))
        return;
    printf("x       %3d %3d %3d\n", q[0], q[1], q[2]);
    for (int j = 0; j < 2; j++)
        printf("hidden  %3d stands for %.4f; in floats %.4f\n", between[j],
               between[j] / 255.0, hidden[j]);
    if (written("9. quant_network_run",
                quant_network_run(&got, q, layer, 2, work, 1, QUANT_PLAIN)))
        printf("out     %.4f; in floats %.4f\n", got, out);
}

// %% [markdown]
// Both hidden numbers are off by less than a step; for the small one that is a tenth of its value. Nothing between
// the three bytes and the last line was a float. The scales of the weights are gone into multipliers and shifts, the
// biases into whole numbers; only the range of `hidden`, 0 to 1, fell from the sky. For a real network, somebody has
// to look.
//
// ## 13. Calibration: exercise 4
//
// Weights can be looked at. Activations cannot: they depend on the picture. So some pictures are sent through the
// float network, and the range of each layer's output is written down. That is all that calibration is, and two
// questions are left: how many pictures, and what to do about the few very large values.

// %% What comes out of a layer
CELL(activations)
{
    predict("beyond",
            "the largest value, in units of the one 999 of 1,000 "
            "are below?",
            "x");
    study s;
    size_t n;
    if (!open_study(&s, "cnn", PART_TRAIN, 200)) return;
    float *x = layer_output(&s, 4, &n); // the relu behind conv1
    float *sorted = x ? sorted_copy(x, n) : NULL;
    if (!sorted) return;
    float most = sorted[n - 1], p999 = sorted[n - 1 - n / 1000];
    show_histogram("What comes out of the second relu", x, n, 0, most, 0,
                   p999, "999 of 1,000 values");
    record("most", most, "");
    record("p999", p999, "");
    record("beyond", most / p999, "x");
}

// %% [markdown]
// You guessed {predicted:beyond}; the largest value is {most}, 999 of 1,000 are below {p999}, and that is {beyond}.
// Take the largest as the end of the range (*min-max*), and every step is that much coarser for everybody. Take a
// smaller end (*percentile*), and the few values beyond it are clamped: a large error for a few, a smaller one for
// all. Somewhere between is the least squared error.
//
// Percentiles want a histogram, because nobody keeps all activations: count into bins, then cut bins off at the ends
// as long as not too much is lost. Three methods, full bytes and 7 bits:
//
// Which method to take is a choice, and so is the number of pictures below. Choices are made on *validation pictures*:
// 5,000 that the network was not trained on and that are not in the test. Whoever chooses by the test pictures has
// no test any more.

// %% Methods
CELL(methods)
{
    predict("harsh", "accuracy lost if 1 of 10 values is clamped?", "points");
    static const struct {
        const char *name;
        calibrate_method how;
        double keep;
    } rows[] = {{"min-max", CALIBRATE_MINMAX, 1},
                {"percentile 99.99", CALIBRATE_PERCENTILE, 0.9999},
                {"percentile 99.9", CALIBRATE_PERCENTILE, 0.999},
                {"percentile 99", CALIBRATE_PERCENTILE, 0.99},
                {"percentile 90", CALIBRATE_PERCENTILE, 0.9},
                {"least squared error", CALIBRATE_LEAST_ERROR, 1}};
    study s;
    if (!open_study(&s, "cnn", PART_VALIDATION, lesson_quick() ? 500 : 5000))
        return;
    double lost[6][2], right, same;
    record("one_picture", 100.0 / s.pictures.count, "points");
    printf("float: %.2f %% right\n%-20s %8s %8s\n", s.accuracy, "points lost",
           "8 bits", "7 bits");
    for (int i = 0; i < 6; i++) {
        for (int b = 0; b < 2; b++) {
            qmodel q;
            if (!quantized(&q, &s, 256, rows[i].how, rows[i].keep,
                           b ? 127 : 255, true) ||
                !score_bytes(&s, &q, &right, &same))
                return;
            lost[i][b] = s.accuracy - right;
            qmodel_finish(&q);
        }
        printf("%-20s %8.2f %8.2f\n", rows[i].name, lost[i][0], lost[i][1]);
    }
    record("minmax_lost", lost[0][0], "points");
    record("harsh", lost[4][0], "points");
    record("bit_lost", lost[1][1], "points");
}

// %% [markdown]
// You guessed {predicted:harsh}; clamping one value in ten costs {harsh}, min-max {minmax_lost}.
// [if harsh > minmax_lost]
// At 8 bits this small network hardly cares how it is calibrated, as long as it is not done badly; that is worth
// knowing before one reads papers about it.
// [else]
// On these pictures even clamping one value in ten costs no more than min-max: this small network hardly cares.
// [end]
// (One picture is {one_picture}; a difference of a handful can have either sign.) With 7 bits, percentile 99.99 costs
// {bit_lost}.
//
// Transformers care much more: some of their activations are larger than the rest by orders of magnitude, in a few
// channels, always the same ones (Dettmers et al., 2022). *SmoothQuant* (Xiao et al., 2022) moves the difficulty to
// where it can be borne: it divides such a channel of the activations by a number and multiplies that row of the next
// layer's weights by it. The product is the same. Activations, which have one scale, become alike; weights, which
// have a scale per channel, get a little worse. The division costs nothing: it goes into the norm before. NVIDIA's
// TensorRT-LLM and Intel's Neural Compressor offer it for language models in 8 bits, both sides.
//
// And how many pictures?

// %% How many pictures
CELL(pictures)
{
    predict("one",
            "calibrated on one picture: of 1,000 names, how many "
            "change?",
            "");
    static const int counts[] = {1, 4, 16, 64, 256, 1024};
    study s;
    double right, same;
    if (!open_study(&s, "cnn", PART_VALIDATION, lesson_quick() ? 1000 : 5000))
        return;
    for (int i = 0; i < 6; i++) {
        qmodel q;
        if (!quantized(&q, &s, counts[i], CALIBRATE_MINMAX, 1, 255, true) ||
            !score_bytes(&s, &q, &right, &same))
            return;
        double changed = 10 * (100 - same);
        printf("%5d pictures %6.2f points lost %5.1f of 1,000 names change "
               "%s\n",
               counts[i], s.accuracy - right, changed, bar(changed));
        if (i == 0) record("one", changed, "");
        if (i == 0) record("one_lost", s.accuracy - right, "points");
        if (i == 3) record("sixty_four", changed, "");
        qmodel_finish(&q);
    }
}

// %% [markdown]
// You guessed {predicted:one}; with one picture {one} of 1,000 names change, with 64 {sixty_four}.
// [if one_lost < 0.05 * one]
// The accuracy would not have told you ({one_lost} lost): some names change for the better and some for the worse.
// [else]
// The accuracy tells it, too ({one_lost} lost), but not all of it: some names change for the better.
// [end]
// Real pictures, from the training set: noise has another distribution, and validation pictures that a range was taken
// from could not judge it any more. A few hundred is what production tools usually ask for.
//
// ## 14. One scale, or one for each channel
//
// A convolution with 64 output channels is 64 small filters, and nothing makes them alike. With one scale for all,
// the channel with the largest weight decides for the others. A scale for each output channel costs 4 bytes a channel
// and nothing in the inner loop: it enters after the sum, in the M of section 10, which may as well differ from
// column to column. (A scale for each *input* channel would have to enter inside the sum. That is why nobody does
// it.)

// %% Per tensor and per channel
CELL(channels)
{
    predict("channel_gain",
            "SQNR gained by a scale per channel, second "
            "convolution?",
            "dB");
    net m = {0};
    if (!load_net(&m, "cnn")) return;
    printf("%-8s %16s %12s %13s\n", "weights", "widest/narrowest",
           "per tensor", "per channel");
    for (int i = 0; i < m.count; i++) {
        if (m.layers[i].weight < 0) continue;
        const parameter *w = &m.weights.list[m.layers[i].weight];
        int n = w->shape[w->dims - 1], k = (int)w->count / n;
        double db[2];
        for (int way = 0; way < 2; way++) {
            float *back = plain_copy(w->value, w->count);
            if (!back || !through_bytes(back, k, n, way == 1)) return;
            db[way] = sqnr(w->value, back, w->count);
            free(back);
        }
        printf("%-8s %14.1f x %9.1f dB %10.1f dB\n", m.layers[i].name,
               spread(w->value, k, n), db[0], db[1]);
        if (!strcmp(m.layers[i].name, "conv1"))
            record("channel_gain", db[1] - db[0], "dB");
    }
}

// %% [markdown]
// You guessed {predicted:channel_gain}; it is {channel_gain} there, where a bit is worth 6.02 dB. The first column
// says how unlike the channels are: the largest weight of the widest channel over that of the narrowest. Networks
// with depthwise convolutions have far worse cases, and lose whole points of accuracy with one scale per tensor
// (Krishnamoorthi, 2018).
//
// ## 15. Where the error comes from
//
// Now send pictures through both networks side by side, and behind each layer compare the bytes, as the floats they
// stand for, with the floats. Once with bytes from the first layer on, so that errors add up; once with the float
// network's numbers as this layer's input, so that what you see is its own error. (The last layer gives floats, the
// logits: only the first is shown.)

// %% Layer by layer
CELL(layers)
{
    predict("sqnr_end", "SQNR of the logits, with scales per channel?", "dB");
    study s;
    if (!open_study(&s, "cnn", PART_VALIDATION, 100)) return;
    for (int way = 0; way < 2; way++) {
        qmodel q;
        double all[QMODEL_MOST_LAYERS], alone[QMODEL_MOST_LAYERS];
        int layers, at = 0, worst = 0;
        const char *name = q.layers[0].name;
        if (!quantized(&q, &s, 256, CALIBRATE_PERCENTILE, 0.9999, 255, way))
            return;
        tt_status status =
            quant_study_noise(&s, &q, 100, all, alone, &layers);
        if (!worked("quant_study_noise", status)) return;
        printf("one scale per %-8s  all before in bytes    this layer only\n",
               way ? "channel" : "tensor");
        for (int l = 0; l < q.count; l++) {
            if (q.layers[l].kind == QUANT_POOL) continue;
            printf("  %-18s %5.1f dB %-22s", q.layers[l].name, all[at],
                   bar(all[at] / 2));
            if (isnan(alone[at])) printf("\n");
            else printf(" %5.1f dB\n", alone[at]);
            if (alone[at] < alone[worst]) worst = at, name = q.layers[l].name;
            at++;
        }
        record(way ? "sqnr_end" : "sqnr_tensor", all[layers - 1], "dB");
        printf("  by itself %s loses most\n", name);
        if (way) record("worst", alone[worst], "dB");
        qmodel_finish(&q);
    }
}

// %% [markdown]
// You guessed {predicted:sqnr_end}; the logits arrive with {sqnr_end}, and with one scale per tensor with
// {sqnr_tensor}. (Behind a long sum the number can rise again: the errors of thousands of products partly cancel.)
// The layer with the lowest number of its own, {worst}, is the one that costs most, and the one to spend bits on
// first. Production tools do just this: ONNX Runtime and TensorRT come with comparisons layer by layer and can leave
// the worst in a wider type; the first and the last layer are the usual suspects. Here everything stays in bytes, and
// it is enough.
//
// ## 16. On the shelf and in memory
//
// A file of bytes, with its scales, in the safetensors format: PyTorch and NumPy can open it. Count everything:
// weights, scales, biases of 32 bits, the tables.

// %% Bytes
CELL(shelf)
{
    predict("mlp_file", "the MLP's file, of its float file?", "%");
    static const char *const names[] = {"mlp", "cnn"};
    for (int i = 0; i < 2; i++) {
        study s;
        qmodel q;
        char floats[512];
        if (!open_study(&s, names[i], PART_TEST, 1) ||
            !quantized(&q, &s, 16, CALIBRATE_MINMAX, 1, 255, true))
            return;
        const char *bytes = temporary_file();
        if (!bytes || !worked("qmodel_save", qmodel_save(&q, bytes))) return;
        snprintf(floats, sizeof floats, TT_WEIGHTS "/%s.safetensors",
                 names[i]);
        double before = quant_study_file_bytes(floats);
        double after = quant_study_file_bytes(bytes);
        size_t from = qmodel_float_bytes(&s.net), to = qmodel_bytes(&q);
        remove(bytes);
        printf("%s  on disk %8.0f, was %8.0f   in memory %8zu, was %8zu\n",
               names[i], after, before, to, from);
        record(i ? "cnn_file" : "mlp_file", 100 * after / before, "%");
        record(i ? "cnn_memory" : "mlp_memory",
               100 * (double)to / (double)from, "%");
    }
}

// %% [markdown]
// You guessed {predicted:mlp_file}; it is {mlp_file} on disk and {mlp_memory} in memory for the MLP, {cnn_file} and
// {cnn_memory} for the CNN. It cannot be 25 exactly: biases stay at 4 bytes, scales and the file's head are extra,
// and a small model feels it more. BF16 would be half of the float file.
//
// ## 17. The whole network, against the clock
//
// From pixels to logits, one picture and 64 of them. The opponent is the float network through the library, the one
// that won in module 15; the naive one is in the table so that you can see what a comparison with it would have made
// of the same kernel.

// %% End to end
CELL(end_to_end)
{
    predict("cnn_time", "the CNN, 64 pictures, 7 bits, against floats?", "x");
    static const char *const cases[] = {"mlp@1", "mlp@64", "cnn@1", "cnn@64"};
    static const char *const with8[] = {"mlp8_1", "mlp8_64", "cnn8_1",
                                        "cnn8_64"};
    static const char *const with7[] = {"mlp7_1", "mlp7_64", "cnn7_1",
                                        "cnn_time"};
    const char *full = quant_path_names[quant_best_path(255)];
    const char *seven = quant_path_names[quant_best_path(127)];
    for (int i = 0; i < 4; i++) {
        compare("models", cases[i], NULL);
        double eight = speedup("models", cases[i], full, "float-blas");
        record(with8[i], eight, "x");
        record(with7[i], speedup("models", cases[i], seven, "float-blas"),
               "x");
    }
    record("boast", speedup("models", "cnn@64", seven, "float-naive"), "x");
    show_chart("cnn_1");
    show_chart("cnn_64");
}

// %% [markdown]
// You guessed {predicted:cnn_time}. On the best paths here, for 64 pictures the CNN is {cnn_time} as fast as in
// floats with 7-bit activations and {cnn8_64} with 8; for a single one {cnn7_1} and {cnn8_1}. Held against the naive
// loops, the same program could boast of {boast}. The MLP: {mlp7_64} and {mlp8_64} for 64 pictures, {mlp7_1} and
// {mlp8_1} for one.
// [if mlp8_1 > 1.05]
// One picture through the MLP is a matter of reading the weights once, and here they are a quarter of the bytes.
// [else if mlp7_1 > 1.05]
// One picture through the MLP is a matter of reading the weights once, and here they are a quarter of the bytes; with
// all 8 bits, widening takes back what that gives.
// [else]
// One picture through the MLP is a matter of reading the weights once. They are a quarter of the bytes, but these fit
// this CPU's caches either way, and one row is too little work to gain by it.
// [end]
//
// ## 18. Where it loses
//
// A layer on its own, in a network that otherwise is float, has to make bytes of its input and floats of its output.
// Try it on a small layer, and on a large one.

// %% Floats at both ends
CELL(ends)
{
    predict("small", "4 rows, 16 to 8 numbers, floats at both ends?", "x");
    const char *ways = "float-blas plain widened 7-bit dot float-ends";
    compare("tiny", "4x8x16", ways);
    compare("tiny", "784x16x9", ways);
    compare("matmul", "64x512x784", ways);
    record("small", speedup("tiny", "4x8x16", "float-ends", "float-blas"),
           "x");
    record("nine", speedup("tiny", "784x16x9", "float-ends", "float-blas"),
           "x");
    record("large",
           speedup("matmul", "64x512x784", "float-ends", "float-blas"), "x");
    show_chart("tiny");
}

// %% [markdown]
// You guessed {predicted:small}; it is {small}. The layer with sums of nine: {nine}. The large one: {large}.
// [if nine < large]
// Converting is work for every number of the input and the output, the product is work for every pair: where sums are
// short, the first is not small beside the second. The same holds for a network in which bytes and floats alternate.
// [else]
// Converting is work for every number of the input and the output, the product is work for every pair. Here that does
// not decide: the library's float product is itself far from its best where sums are short.
// [end]
//
// It also loses
//
// - where the instruction is missing, and exact sums cost as much as floats do (section 9);
// - where the time is not spent in products at all, as in a transformer's softmax and norms;
// - where a few large values set the scale, and nobody looked.
//
// ## 19. Fewer bits, and training for them
//
// With b bits there are 2^(b-1) - 1 positive values. How far down can the weights go if nothing is done but rounding?
// The cell rounds the CNN's weights to fewer and fewer bits (in float again: only errors are measured here) with one
// scale per tensor, per channel, and per group of 32 weights down a column.

// %% Fewer bits
CELL(fewer_bits)
{
    predict("four", "accuracy lost at 4 bits, per tensor?", "points");
    study s;
    if (!open_study(&s, "cnn", PART_VALIDATION, lesson_quick() ? 300 : 3000))
        return;
    parameters *p = &s.net.weights;
    float *before = plain_copy(p->values, p->floats);
    if (!before) return;
    printf("%-8s %12s %12s %12s\n", "lost", "per tensor", "per channel",
           "groups of 32");
    for (int bits = 8; bits >= 2; bits--) {
        double lost[SCALES], right, same;
        for (int per = 0; per < SCALES; per++) {
            memcpy(p->values, before, p->floats * sizeof *before);
            round_weights(&s.net, bits, (scales_per)per);
            if (!score_floats(&s, &right, &same)) return;
            lost[per] = s.accuracy - right;
        }
        printf("%d bits   %12.2f %12.2f %12.2f\n", bits, lost[PER_TENSOR],
               lost[PER_CHANNEL], lost[PER_GROUP]);
        if (bits != 4) continue;
        record("four", lost[PER_TENSOR], "points");
        record("four_channel", lost[PER_CHANNEL], "points");
        record("four_groups", lost[PER_GROUP], "points");
    }
}

// %% [markdown]
// You guessed {predicted:four}; at 4 bits it is {four} per tensor, {four_channel} per channel and {four_groups} in
// groups of 32. Groups are how language models are stored today: llama.cpp's `Q4_0` keeps 32 weights as 16 bytes and
// one 16-bit scale, 4.5 bits a weight. GPTQ (Frantar et al., 2022) and AWQ (Lin et al., 2023) choose the rounding, or
// the scales, by looking at activations, and do better with the same bits. The products are not 4-bit products: the
// weights are widened to bytes in registers, and multiplied with activations of 8 bits: the trap of section 6 turned
// right. When a model writes one token at a time, reading the weights is what takes the time, so
// fewer bytes are speed, and widening comes free.
//
// Below that, training has to help. *Quantization-aware training* rounds in the forward pass and trains on: the loss
// sees the rounded weights, the gradient is passed through the rounding as if it were not there (the straight-through
// estimator, Bengio et al., 2013), and the step is made on float weights behind. The next cell does it to the MLP
// with 2-bit weights: only -1, 0 and 1 times a scale.

// %% Training with the rounding in place
CELL(aware)
{
    enum { BITS = 2 };
    predict("qat", "points of accuracy that a few hundred steps bring back?",
            "points");
    study s;
    double rounded, trained, same;
    if (!open_study(&s, "mlp", PART_TEST, lesson_quick() ? 1000 : 10000))
        return;
    parameters *p = &s.net.weights;
    float *before = plain_copy(p->values, p->floats);
    int steps = lesson_quick() ? 100 : 600;
    round_weights(&s.net, BITS, PER_CHANNEL);
    if (!before || !score_floats(&s, &rounded, &same)) return;
    memcpy(p->values, before, p->floats * sizeof *before);
    if (!train_rounded(&s, BITS, steps) || !score_floats(&s, &trained, &same))
        return;
    printf("float                       %.2f %%\n", s.accuracy);
    printf("%d bits, rounded             %.2f %%\n", BITS, rounded);
    printf("%d bits, trained %3d steps   %.2f %%\n", BITS, steps, trained);
    record("qat_before", s.accuracy - rounded, "points");
    record("qat_after", s.accuracy - trained, "points");
    record("qat", trained - rounded, "points");
}

// %% [markdown]
// You guessed {predicted:qat}; training brings back {qat}: rounded, the network was {qat_before} below the float
// network, now it is {qat_after}. At 8 bits nobody needs it for a network like ours; at 4 and below, or where every
// hundredth of a point counts, it is the tool, and TensorFlow's and PyTorch's toolkits insert these roundings by
// themselves.
//
// ## 20. What production systems do
//
// - **TensorFlow Lite** and its product library gemmlowp are where the scheme of this lesson comes from (Jacob et
//   al., 2018): affine bytes, 32-bit sums, a fixed-point multiplier. Weights today are signed, symmetric and per
//   channel.
// - **ONNX Runtime** on x86 multiplies unsigned activations with signed weights, as you do.
// - **PyTorch** uses FBGEMM on servers, with the zero-point correction from column sums added in the same pass as the
//   requantisation; oneDNN does the same for Intel's and AMD's newer instructions, and AMX multiplies whole tiles of
//   bytes.
// - **TensorRT and cuDNN** use symmetric bytes on both sides, per-channel weights, and calibrate by entropy, min-max
//   or percentile; the tensor cores of a GPU sum bytes into 32 bits like `vpdpbusd`.
// - **llama.cpp** quantizes weights in groups, activations at run time in groups of the same length, and needs no
//   calibration.
//
// What they add to what you wrote: fusing of batch normalisation, addition of two tensors with different scales, many
// more shapes, many more processors.
//
// ## 21. Questions
//
// 1. Why is the scale of a bias scale_x scale_w, and why does it have 32 bits and not 8?
// 2. Up to which activation is `vpmaddubsw` exact with weights from -127 to 127? And with -128?
// 3. A layer's inputs are between 4 and 6. `quant_affine_range` widens the range to 0. What does that cost, and what
//    would break without it?
// 4. The sign trick turns s8 x s8 into u8 x s8: |x| times w with x's sign moved to it. For which byte does it fail,
//    and how does adding 128 avoid it?
// 5. Max pooling of bytes needs no scale at all. Why? And why does average pooling need to round?
// 6. Per-channel scales for weights are free. Per-channel scales for activations are not. Where would they have to be
//    applied?
// 7. Your INT8 network is as accurate as the float network on the test set. Name two reasons to look at more than
//    that number.
//
// {answers} Now `make grade-16`, and `make plot-16` for your own
// dots.

int main(int argc, char **argv)
{
    return lesson_main(argc, argv, lesson_text);
}
