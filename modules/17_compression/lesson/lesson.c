// lesson.c: the notebook of module 17. `make 17` runs it from top to bottom; see common/lesson/lesson.h for its format.
#include "lesson/lesson.h"

#include <stdio.h>

#include "compression.h"

LESSON_TEXT;

// %% [markdown]
// # 17. Compression
//
// Of a network's weights many can go.

// %% Half of the weights
CELL(half)
{
    float mask[4];
    const float w[4] = {2, -1, 1, 1};
    if (!worked("prune_mask", prune_mask(mask, w, 4, 0.5))) return;
    printf("2 -1 1 1: %.0f %.0f %.0f %.0f\n", (double)mask[0], (double)mask[1], (double)mask[2],
           (double)mask[3]);
}

int main(int argc, char **argv) { return lesson_main(argc, argv, lesson_text); }
