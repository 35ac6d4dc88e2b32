// start.c: reads the files that training begins with once more, for their checksums and for the mask.
#include "start.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

const char *start_file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void name_weights(char *out, size_t room, const char *path, const safetensors *file)
{
    uLong sum = crc32(0, NULL, 0);
    for (int i = 0; i < file->count; i++)
        sum = crc32(sum, file->tensors[i].data, (uInt)file->tensors[i].bytes);
    snprintf(out, room, "%.80s (crc32 %08lx)", start_file_name(path), sum);
}

static tt_status name_begin(char *begin, size_t room, const char *from)
{
    safetensors file = {0};
    snprintf(begin, room, "the seed");
    if (!from) return TT_OK;
    tt_status status = safetensors_read(&file, from);
    if (status == TT_OK) name_weights(begin, room, from, &file);
    safetensors_finish(&file);
    return status;
}

tt_status start_make(char *start, float **mask, parameters *w, const char *from, const char *mask_from)
{
    safetensors file = {0};
    char begin[128], pruned[128];
    size_t zeros = 0;
    tt_status status = name_begin(begin, sizeof begin, from);
    if (status != TT_OK) return status;
    snprintf(start, START_ROOM, "%s", begin);
    if (!mask_from) return TT_OK;
    *mask = tensor_alloc(w->floats);
    if (!*mask) return tt_fail(TT_NO_MEMORY, "no memory for a mask of %zu weights", w->floats);
    status = safetensors_read(&file, mask_from);
    if (status == TT_OK) status = parameters_mask_zeros(w, *mask, &zeros, &file);
    if (status == TT_OK) {
        name_weights(pruned, sizeof pruned, mask_from, &file);
        snprintf(start, START_ROOM, "%s; 0 stays what is 0 in %s, %zu of %zu weights", begin, pruned, zeros,
                 w->floats);
    }
    safetensors_finish(&file);
    return status;
}
