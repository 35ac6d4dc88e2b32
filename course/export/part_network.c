// --- The network ---

static void begin(sum *sums, const layer *l)
{
    for (int j = 0; j < l->out; j++) sums[j] = l->bias[j];
}

// 3 x 3 round every pixel; what lies outside the picture counts as 0, so it is left out.
static void convolve(number *y, const number *x, const layer *l)
{
    sum sums[MOST_CHANNELS];
    for (int i = 0; i < l->h; i++)
        for (int j = 0; j < l->w; j++, y += l->out) {
            begin(sums, l);
            for (int tap = 0; tap < 9; tap++) {
                const int row = i + tap / 3 - 1, column = j + tap % 3 - 1;
                if (row < 0 || row >= l->h || column < 0 || column >= l->w) continue;
                add_products(sums, x + (row * l->w + column) * l->c, l->weights + tap * l->c * l->out, l->c,
                             l);
            }
            put(y, sums, l);
        }
}

static void multiply(sum *sums, const number *x, const layer *l)
{
    begin(sums, l);
    add_products(sums, x, l->weights, l->h * l->w * l->c, l);
}

// The largest of each 2 x 2 pixels, channel by channel; an odd last row or column is left out.
static void pool(number *y, const number *x, const layer *l)
{
    for (int i = 0; i < l->h / 2; i++)
        for (int j = 0; j < l->w / 2; j++)
            for (int k = 0; k < l->c; k++) {
                const number *corner = x + (2 * i * l->w + 2 * j) * l->c + k;
                number most = corner[0];
                for (int q = 1; q < 4; q++) {
                    const number other = corner[(q / 2 * l->w + q % 2) * l->c];
                    if (other > most) most = other;
                }
                *y++ = most;
            }
}

static void run(number *y, const number *x, const layer *l)
{
    sum sums[MOST_CHANNELS];
    if (l->kind == CONV) convolve(y, x, l);
    else if (l->kind == POOL) pool(y, x, l);
    else multiply(sums, x, l), put(y, sums, l);
}

// Layers take turns in two rooms that stay between calls: one thread at a time.
void logits(float out[CLASSES], const unsigned char pixels[PIXELS])
{
    static number room[2][MOST_NUMBERS];
    const int last = sizeof layers / sizeof layers[0] - 1;
    sum sums[MOST_CHANNELS];
    for (int i = 0; i < PIXELS; i++) room[0][i] = number_of(pixels[i]);
    for (int l = 0; l < last; l++) run(room[(l + 1) % 2], room[l % 2], &layers[l]);
    multiply(sums, room[last % 2], &layers[last]);
    put_logits(out, sums, &layers[last]);
}

static int largest(const float *of)
{
    int best = 0;
    for (int j = 1; j < CLASSES; j++)
        if (of[j] > of[best]) best = j;
    return best;
}

int predict(const unsigned char pixels[PIXELS])
{
    float out[CLASSES];
    logits(out, pixels);
    return largest(out);
}

// --- A program of it: pictures from standard input, for each a line with its class ---

#ifdef EXPORT_MAIN
#include <stdio.h>
#include <string.h>

static int refuse(const char *why)
{
    fprintf(stderr, "standard input: %s\n", why);
    return 1;
}

// An IDX file, unpacked, whose header of 16 bytes says how many pictures there are; or nothing but pictures. With any word
// behind the program's name the logits follow the class.
int main(int words, char **word)
{
    static const unsigned char idx[4] = {0, 0, 8, 3}, sides[8] = {0, 0, 0, 28, 0, 0, 0, 28};
    unsigned char pixels[PIXELS];
    size_t have = fread(pixels, 1, 16, stdin), pictures = 0, said = 0;
    const int header = have == 16 && memcmp(pixels, idx, 4) == 0;
    (void)word;
    if (header) {
        if (memcmp(pixels + 8, sides, 8) != 0) return refuse("an IDX file of pictures that are not 28 x 28");
        for (int i = 4; i < 8; i++) said = said << 8 | pixels[i];
        have = 0;
    }
    while ((have += fread(pixels + have, 1, PIXELS - have, stdin)) == PIXELS) {
        float out[CLASSES];
        logits(out, pixels);
        printf("%d", largest(out));
        for (int j = 0; words > 1 && j < CLASSES; j++) printf(" %.9g", out[j]);
        printf("\n");
        have = 0, pictures++;
    }
    if (have > 0) return refuse("the last picture has fewer than 28 x 28 bytes");
    if (header && pictures != said) return refuse("the IDX header announces another number of pictures");
    return pictures == 0 ? refuse("no picture") : 0;
}
#endif
