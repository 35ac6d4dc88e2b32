// parts.c: walks the pictures in a drawn order and keeps each until its class has enough.
#include "parts.h"

#include <stdlib.h>
#include <string.h>

#include "core/rng.h"

enum { MOST_CLASSES = 256 };

tt_status parts_draw(unsigned char *kept, const unsigned char *labels, int count, int classes, uint64_t seed)
{
    int wanted[MOST_CLASSES] = {0};
    if (!kept || !labels || count < 1 || classes < 1 || classes > MOST_CLASSES) return TT_BAD_VALUE;
    for (int i = 0; i < count; i++) {
        if (labels[i] >= classes)
            return tt_fail(TT_BAD_VALUE, "label %d of picture %d is not below %d", labels[i], i, classes);
        wanted[labels[i]]++;
    }
    for (int c = 0; c < classes; c++) wanted[c] /= PARTS_ONE_IN;
    int *order = malloc((size_t)count * sizeof *order);
    if (!order) return tt_fail(TT_NO_MEMORY, "no memory to divide %d pictures", count);
    rng_order(&(tt_rng){seed}, order, count);
    memset(kept, 0, (size_t)count);
    for (int i = 0; i < count; i++)
        if (wanted[labels[order[i]]] > 0) wanted[labels[order[i]]]--, kept[order[i]] = 1;
    free(order);
    return TT_OK;
}

tt_status parts_take(int *count, unsigned char *pixels, size_t bytes, unsigned char *labels, int classes,
                     data_part part)
{
    if (!count || !pixels || part == PART_TEST) return TT_BAD_VALUE;
    if (part == PART_BOTH) return TT_OK;
    unsigned char *kept = malloc((size_t)*count + 1);
    if (!kept) return tt_fail(TT_NO_MEMORY, "no memory to divide %d pictures", *count);
    tt_status status = parts_draw(kept, labels, *count, classes, PARTS_SEED);
    int taken = 0;
    for (int i = 0; i < *count && status == TT_OK; i++) {
        if ((part == PART_VALIDATION) != kept[i]) continue;
        if (taken < i) memcpy(pixels + (size_t)taken * bytes, pixels + (size_t)i * bytes, bytes);
        labels[taken++] = labels[i];
    }
    free(kept);
    if (status == TT_OK && taken == 0)
        status = tt_fail(TT_BAD_FILE,
                         "%d training pictures leave none for validation: it gets one in %d of each class; "
                         "take a larger slice",
                         *count, PARTS_ONE_IN);
    if (status == TT_OK) *count = taken;
    return status;
}
