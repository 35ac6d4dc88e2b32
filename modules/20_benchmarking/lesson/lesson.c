// lesson.c: the notebook of module 20. `make 20` runs it from top to bottom; see common/lesson/lesson.h for its format.
#include "lesson/lesson.h"

#include <stdio.h>

#include "benchmarking.h"

LESSON_TEXT;

// %% [markdown]
// # 20. Benchmarking
//
// Measure a model, score it against a baseline, and hand in what you made of it.
//
// You write `modules/20_benchmarking/benchmarking.c`. A function that you have not written yet says so, and the lesson goes
// on. `make grade-20` gives you points.
//
// ## 1. A median: `oly_quantile`

// %% Four numbers by hand
CELL(by_hand)
{
    double median = 0;
    const double samples[] = {1, 10, 3, 2};
    if (!worked("oly_quantile", oly_quantile(&median, samples, 4, 0.5))) return;
    printf("the median of 1 10 3 2 is %g\n", median);
}

// %% [markdown]
// ## 2. Questions
//
// 1. Why is the median of an even number of samples between two of them?
//
// {answers} Now `make grade-20`.

int main(int argc, char **argv) { return lesson_main(argc, argv, lesson_text); }
