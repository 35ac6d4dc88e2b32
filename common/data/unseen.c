// unseen.c: each picture with a place, a size and noise of its own, in units of 1/256 pixel.
#include "unseen.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { UNIT = 256, MOST_RESIZE = UNIT / 12, MOST_MOVE = 2 * UNIT, MOST_NOISE = 4, BORDER = 8 };

// From -most to most, each equally likely.
static int symmetric(tt_rng *rng, int most) { return (int)rng_below(rng, 2 * (uint64_t)most + 1) - most; }

// A pixel of the original, counted from BORDER pixels before its corner; 0 outside of it.
static int pixel(const unsigned char *picture, int x, int y)
{
    x -= BORDER, y -= BORDER;
    const bool inside = x >= 0 && x < FASHION_SIDE && y >= 0 && y < FASHION_SIDE;
    return inside ? picture[y * FASHION_SIDE + x] : 0;
}

// Between four pixels, linear in both directions. x, y in units, >= 0
static int between(const unsigned char *picture, int x, int y)
{
    const int left = x / UNIT, top = y / UNIT, fx = x % UNIT, fy = y % UNIT;
    const int above = pixel(picture, left, top) * (UNIT - fx) + pixel(picture, left + 1, top) * fx;
    const int below = pixel(picture, left, top + 1) * (UNIT - fx) + pixel(picture, left + 1, top + 1) * fx;
    return (above * (UNIT - fy) + below * fy + UNIT * UNIT / 2) / (UNIT * UNIT);
}

static void change(unsigned char *to, const unsigned char *from, tt_rng *rng)
{
    const int step = UNIT + symmetric(rng, MOST_RESIZE), middle = (FASHION_SIDE - 1) * UNIT / 2;
    const int dx = symmetric(rng, MOST_MOVE), dy = symmetric(rng, MOST_MOVE);
    for (int y = 0; y < FASHION_SIDE; y++)
        for (int x = 0; x < FASHION_SIDE; x++) {
            const int sx = middle + dx + (x * UNIT - middle) * step / UNIT + BORDER * UNIT;
            const int sy = middle + dy + (y * UNIT - middle) * step / UNIT + BORDER * UNIT;
            const int value = between(from, sx, sy) + symmetric(rng, MOST_NOISE);
            *to++ = (unsigned char)(value < 0 ? 0 : value > 255 ? 255 : value);
        }
}

tt_status unseen_pictures(unsigned char *pixels, int *labels, int count, const fashion_set *from,
                          uint64_t key)
{
    if (!pixels || !labels || !from) return TT_BAD_VALUE;
    if (count < 0 || from->count < 1) return tt_fail(TT_BAD_SHAPE, "%d pictures from %d", count, from->count);
    int *order = malloc((size_t)from->count * sizeof *order);
    if (!order) return tt_fail(TT_NO_MEMORY, "no memory to choose from %d pictures", from->count);
    tt_rng rng = {key};
    rng_order(&rng, order, from->count);
    for (int i = 0; i < count; i++) {
        const int source = order[i % from->count];
        change(pixels + (size_t)i * FASHION_PIXELS, from->images + (size_t)source * FASHION_PIXELS, &rng);
        labels[i] = from->labels[source];
    }
    free(order);
    return TT_OK;
}

tt_status unseen_text(int *ids, int *answers, int count, int length, const text_corpus *text,
                      const text_split *split, uint64_t key)
{
    if (!ids || !answers || !text || !split) return TT_BAD_VALUE;
    if (count < 0 || length < 1) return tt_fail(TT_BAD_SHAPE, "%d windows of %d characters", count, length);
    tt_rng rng = {key};
    tt_status status = TT_OK;
    for (int i = 0; i < count && status == TT_OK; i++, ids += length, answers += length) {
        size_t start;
        status = text_pick(&start, split, TEXT_TEST, (size_t)length + 1, &rng);
        if (status == TT_OK) status = text_ids(ids, text, text->bytes + start, (size_t)length);
        if (status == TT_OK) status = text_ids(answers, text, text->bytes + start + 1, (size_t)length);
    }
    return status;
}
