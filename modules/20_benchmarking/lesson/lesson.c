// lesson.c: the notebook of module 20. `make 20` runs it from top to bottom; see common/lesson/lesson.h for its format.
#include "lesson/lesson.h"

#include <stdio.h>

#include "benchmarking.h"

LESSON_TEXT;

// %% [markdown]
// # 20. Benchmarking
//
// A weighted moving sum is a convolution in one dimension: each output is the sum of some neighbouring inputs, each times
// its weight. It smooths a signal or finds its edges, and a convolutional layer is many of them. In this lesson
// you take its definition as two loops, and swap them.
//
// You write `modules/20_benchmarking/benchmarking.c`. Each section says which function it is about; a function that you have not
// written yet says so, and the lesson goes on. `make grade-20` gives you points.
//
// ## 1. Scale and add: `scale_add`
//
// The smallest step first: to each number of a row add another row's, times a factor.

// %% Three numbers by hand
CELL(by_hand)
{
    float out[3] = {1, 2, 3};
    const float x[3] = {4, 5, 6};
    if (!worked("scale_add", scale_add(out, 10, x, 3))) return;
    printf("1 2 3 + 10 * (4 5 6) = %.0f %.0f %.0f\n", out[0], out[1], out[2]);
}

// %% [markdown]
// No addition here needs the result of another: each has a sum of its own.
//
// ## 2. The loops swapped: `moving_sum`
//
// The textbook makes one output after the other:
//
//     for each i: sum = 0; for each j: sum += w[j] * x[i + j]; out[i] = sum
//
// Every addition needs the result of the addition before, and cannot begin until that is done. Now let the inner loop run
// over the outputs: for each weight, `scale_add` a shifted row of x to all of them. The arithmetic is the same to the last
// addition, and so is their order within each sum. There is more to load and to store than before. Write down what you
// expect.

// %% The same additions in another order
CELL(swapped)
{
    predict("swapped", "the loops swapped, with 64 weights?", "x");
    compare("sums", "4", NULL);
    compare("sums", "16", NULL);
    compare("sums", "64", NULL);
    compare("sums", "256", NULL);
    record("swapped", speedup("sums", "64", "moving_sum", "textbook"), "x");
    record("few", speedup("sums", "4", "moving_sum", "textbook"), "x");
    record("of_rows", 100 * speedup("sums", "64", "moving_sum", "rows"), "%");
    show_chart("gflops");
    show_chart("speedup");
}

// %% [markdown]
// You guessed {predicted:swapped}; with 64 weights it is {swapped}, with 4 it is {few}. If the two differ much, compare the
// lengths of the textbook's chains of additions: a processor that waits for the end of a short one can already begin the
// next. The row `rows` of the table does the same number of additions on rows that lie in the first cache; you reach
// {of_rows} of its speed.
//
// ## 3. Questions
//
// 1. Why does the reference do a strip of 512 outputs with all the weights before it goes on, and not all outputs at once?
// 2. Both orders add the same numbers to each output. Do they give the same bits?
//
// {answers} Now `make grade-20`, and `make plot-20` for your own dots.

int main(int argc, char **argv) { return lesson_main(argc, argv, lesson_text); }
