// leaky.c: each request gets a copy of its picture and room for its logits; one way out of the function gives only one of them back.
#include "given/leaky.h"

#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "core/tensor.h"

enum { PIXELS = 28 * 28, CLASSES = 10 };

static float brightness(const float *x)
{
    float sum = 0;
    for (int i = 0; i < PIXELS; i++) sum += x[i];
    return sum / PIXELS;
}

static float *copy_picture(const float *picture)
{
    float *copy = tensor_alloc(PIXELS);
    if (copy) memcpy(copy, picture, PIXELS * sizeof *copy);
    return copy;
}

// Some class: the model is not what this is about.
static int classify(float *logits, const float *x)
{
    int best = 0;
    for (int c = 0; c < CLASSES; c++) {
        logits[c] = 0;
        for (int i = c; i < PIXELS; i += CLASSES) logits[c] += x[i];
        if (logits[c] > logits[best]) best = c;
    }
    return best;
}

static int answer(const float *picture, float least)
{
    float *x = copy_picture(picture), *logits = malloc(CLASSES * sizeof *logits);
    int best = -1;
    if (x && logits && brightness(x) < least) {
        free(logits);
        return -1; // too dark
    }
    if (x && logits) best = classify(logits, x);
    free(x), free(logits);
    return best;
}

int profiling_leaky_serve(int requests)
{
    tt_rng rng = {19};
    int answered = 0;
    float picture[PIXELS];
    for (int i = 0; i < requests; i++) {
        rng_fill(&rng, picture, PIXELS, 0, i % 10 ? 1.0f : 0.5f);
        answered += answer(picture, 0.4f) >= 0;
    }
    return answered;
}
