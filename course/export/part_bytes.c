// --- Layers of bytes: integers from the first pixel to the last sum ---
//
// A byte q stands for scale (q - zero point). Products of bytes are summed exactly in 32 bits; a multiplier and a shift for
// each channel turn a sum into a byte of the next layer. >> of a negative number rounds down, as gcc and clang have it.

typedef uint8_t number;
typedef int32_t sum;

typedef struct {
    enum { CONV, LINEAR, POOL } kind;
    int h, w, c, out;      // pictures of (h, w, c) come in; out channels go out
    int zero;              // zero point of what comes in
    int to, low, high;     // zero point of what goes out, and its ends: with a relu low is to
    const int8_t *weights; // (3, 3, c, out); a linear layer's are (h w c, out)
    const int32_t *bias, *multiplier, *shift; // (out)
    const double *scales;                     // (out) of the last layer, whose sums become floats
} layer;

// sums[j] += (x[p] - zero) weights[p][j], for count inputs
static void add_products(sum *restrict sums, const number *x, const int8_t *weights, int count,
                         const layer *l)
{
    for (int p = 0; p < count; p++)
        for (int j = 0; j < l->out; j++) sums[j] += (x[p] - l->zero) * weights[p * l->out + j];
}

static void put(number *y, const sum *sums, const layer *l)
{
    for (int j = 0; j < l->out; j++) {
        const int64_t half = (int64_t)1 << (l->shift[j] - 1);
        const int64_t steps = l->to + (((int64_t)sums[j] * l->multiplier[j] + half) >> l->shift[j]);
        y[j] = (number)(steps < l->low ? l->low : steps > l->high ? l->high : steps);
    }
}

static void put_logits(float *logits, const sum *sums, const layer *l)
{
    for (int j = 0; j < l->out; j++) logits[j] = (float)(l->scales[j] * sums[j]);
}
