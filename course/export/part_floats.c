// --- Layers of floats ---

typedef float number;
typedef float sum;

typedef struct {
    enum { CONV, LINEAR, POOL } kind;
    int h, w, c, out;     // pictures of (h, w, c) come in; out channels go out
    int relu;             // what is below 0 goes out as 0
    const float *weights; // (3, 3, c, out); a linear layer's are (h w c, out)
    const float *bias;    // (out)
} layer;

// sums[j] += x[p] weights[p][j], for count inputs
static void add_products(sum *restrict sums, const number *x, const float *weights, int count, const layer *l)
{
    for (int p = 0; p < count; p++)
        for (int j = 0; j < l->out; j++) sums[j] += x[p] * weights[p * l->out + j];
}

static void put(number *y, const sum *sums, const layer *l)
{
    for (int j = 0; j < l->out; j++) y[j] = l->relu && sums[j] < 0 ? 0 : sums[j];
}

static void put_logits(float *logits, const sum *sums, const layer *l)
{
    for (int j = 0; j < l->out; j++) logits[j] = sums[j];
}
