// readers.c: the readers of foreign files that common has, one row each.
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "core/count.h"
#include "data/cifar.h"
#include "data/idx.h"
#include "data/safetensors.h"
#include "data/text.h"
#include "lesson/prose/percent.h"
#include "measure/results.h"

// Every byte of what was read is looked at: a sanitizer sees one that is not there.
static unsigned sum_of(const void *bytes, size_t count)
{
    static volatile unsigned sum;
    for (size_t i = 0; i < count; i++) sum += ((const unsigned char *)bytes)[i];
    return sum;
}

// --- IDX: damaged as a gzip file, and in what the gzip file holds ---

enum { IDX_IMAGES = 3, IDX_SIDE = 5 };

static tt_status write_gzip(const char *path, const unsigned char *bytes, size_t count)
{
    gzFile f = gzopen(path, "wb1");
    const int written = f && count > 0 ? gzwrite(f, bytes, (unsigned)count) : 0;
    if (f && gzclose(f) == Z_OK && written == (int)count) return TT_OK;
    return tt_fail(TT_BAD_FILE, "%s: cannot be written as a gzip file; check the disk", path);
}

static size_t idx_bytes(unsigned char *bytes)
{
    static const unsigned char header[] = {0, 0, 8, 3,        0, 0, 0, IDX_IMAGES,
                                           0, 0, 0, IDX_SIDE, 0, 0, 0, IDX_SIDE};
    memcpy(bytes, header, sizeof header);
    for (size_t i = 0; i < IDX_IMAGES * IDX_SIDE * IDX_SIDE; i++)
        bytes[sizeof header + i] = (unsigned char)(3 * i);
    return sizeof header + IDX_IMAGES * IDX_SIDE * IDX_SIDE;
}

static tt_status make_idx(const char *path)
{
    unsigned char bytes[256];
    return write_gzip(path, bytes, idx_bytes(bytes));
}

static tt_status make_idx_inside(const char *path)
{
    unsigned char bytes[256];
    return fuzz_write(path, bytes, idx_bytes(bytes));
}

static tt_status read_idx(const char *path)
{
    idx_array array = {0};
    tt_status status = idx_read(&array, path, 3, 1 << 20);
    size_t count = status == TT_OK;
    for (int i = 0; i < array.dims; i++) count *= (size_t)array.shape[i];
    sum_of(array.data, count);
    idx_finish(&array);
    return status;
}

// --- CIFAR-10 ---

static tt_status make_cifar(const char *path)
{
    enum { RECORDS = 2, BYTES = RECORDS * (1 + CIFAR_BYTES) };
    unsigned char bytes[BYTES];
    for (int i = 0; i < BYTES; i++) bytes[i] = (unsigned char)(i % (1 + CIFAR_BYTES) ? i : 7);
    return fuzz_write(path, bytes, BYTES);
}

static tt_status read_cifar(const char *path)
{
    char folder[256];
    cifar_set set = {0};
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    setenv("DATA_DIR", folder, 1);
    tt_status status = cifar_load(&set, PART_TEST);
    sum_of(set.images, (size_t)set.count * CIFAR_BYTES);
    for (int i = 0; i < set.count; i++) sum_of(cifar_class_name(set.labels[i]), 1);
    cifar_finish(&set);
    return status;
}

// --- Text ---

static tt_status make_text(const char *path)
{
    char text[1024] = "";
    for (int i = 0; strlen(text) + 64 < sizeof text; i++)
        sprintf(text + strlen(text), "%d: in the beginning was line %d\n", i, i);
    return fuzz_write(path, text, strlen(text));
}

static tt_status read_text(const char *path)
{
    text_corpus text = {0};
    text_split split;
    char hex[513];
    setenv("TEXT", path, 1);
    tt_status status = text_load(&text);
    if (status == TT_OK) status = text_split_make(&split, text.count, 3);
    if (status != TT_OK) return text_finish(&text), status;
    const size_t length = 8, count = text_window_count(&split, TEXT_TRAIN, length);
    for (size_t i = 0, start; i < count && i < 64; i++) {
        int ids[8];
        if (text_window(&start, &split, TEXT_TRAIN, length, i) == TT_OK &&
            text_ids(ids, &text, text.bytes + start, length) == TT_OK)
            sum_of(ids, sizeof ids);
    }
    text_alphabet_hex(hex, &text);
    text_finish(&text);
    return TT_OK;
}

// --- safetensors ---

static tt_status make_safetensors(const char *path)
{
    const float weights[6] = {1, 2, 3, 4, 5, 6};
    const signed char bytes[4] = {1, -2, 3, -4};
    const safetensors_tensor tensors[] = {
        {"linear0.weight", SAFETENSORS_F32, 2, {2, 3}, weights, sizeof weights},
        {"linear0.bytes", SAFETENSORS_I8, 1, {4}, bytes, sizeof bytes},
        {"none", SAFETENSORS_U8, 2, {0, 5}, bytes, 0}};
    const safetensors_pair pairs[] = {{"model", "mlp"}, {"steps", "3"}};
    return safetensors_write(path, tensors, COUNT(tensors), pairs, COUNT(pairs));
}

// A header that became longer or shorter says so, and lies in front of the same data.
static void mend_safetensors(unsigned char *bytes, size_t count)
{
    const size_t data = 24 + 4;
    if (count < 8 + data) return;
    for (int i = 0; i < 8; i++) bytes[i] = (unsigned char)((count - 8 - data) >> 8 * i);
}

static tt_status read_safetensors(const char *path)
{
    safetensors file = {0};
    tt_status status = safetensors_read(&file, path);
    for (int i = 0; i < file.count; i++) {
        sum_of(file.tensors[i].data, file.tensors[i].bytes);
        sum_of(safetensors_find(&file, file.tensors[i].name), sizeof file.tensors[i]);
    }
    for (int i = 0; i < file.pair_count; i++) {
        const char *value = safetensors_meta(&file, file.pairs[i].key);
        sum_of(value, strlen(value));
    }
    safetensors_finish(&file);
    return status;
}

// --- Results of a benchmark ---

static tt_status make_results(const char *path)
{
    static const results_row row = {"suite", "case",    "variant", RESULTS_GIVEN, 64, 1,
                                    true,    "not yet", 1e6,       "flop/s",      3,  {1e-3, 2e-3, 1.5e-3}};
    results r = {.module = "15_acceleration", .side = "mine", .length = RESULTS_QUICK};
    snprintf(r.machine.cpu, sizeof r.machine.cpu, "A processor\xc2\xae");
    r.machine.cache_bytes[0] = 32768;
    tt_status status = results_add(&r, &row);
    if (status == TT_OK) status = results_add_part(&r, &(results_part){"suite", "0123456789", 1.5, 1});
    if (status == TT_OK) status = results_set(&r, "bytes", 12, "B");
    if (status == TT_OK) status = results_save(&r, path);
    results_finish(&r);
    return status;
}

// What was read can be written, and then holds as much as it did.
static tt_status read_results(const char *path)
{
    char copy[256];
    results r = {0}, again = {0};
    snprintf(copy, sizeof copy, "%.240s.copy", path);
    tt_status status = results_load(&r, path);
    if (status == TT_OK && (results_save(&r, copy) != TT_OK || results_load(&again, copy) != TT_OK ||
                            again.row_count != r.row_count || again.value_count != r.value_count ||
                            again.part_count != r.part_count || again.length != r.length)) {
        fprintf(stderr,
                "%d rows, %d values and %d parts were read; written and read again they are %d, %d and %d\n",
                r.row_count, r.value_count, r.part_count, again.row_count, again.value_count,
                again.part_count);
        abort();
    }
    unlink(copy);
    results_finish(&r), results_finish(&again);
    return status;
}

// --- Notebooks ---

static tt_status make_notebook(const char *path)
{
    static const char text[] =
        "{\"cells\": [\n"
        " {\"cell_type\": \"markdown\", \"metadata\": {\"tinytorch\": {\"mark\": \"// %% [markdown]\", "
        "\"lines\": [[\"It is 3\","
        " \"// It is {n}\"]], \"after\": \"\\n\\n\"}}, \"source\": [\"# Title\\n\", \"It is 3\\n\", \"\\n\", "
        "\"%% odd\"]},\n"
        " {\"cell_type\": \"code\", \"metadata\": {\"title\": \"A cell\", \"tinytorch\": {}}, \"outputs\": "
        "[], \"source\":"
        " \"CELL(a)\\n{\\n}\\n// %% no mark\"},\n"
        " {\"cell_type\": \"code\", \"metadata\": {\"tinytorch\": {\"made\": true}}, \"source\": []}\n"
        "], \"metadata\": {\"tinytorch\": {\"before\": \"#include \\\"lesson.h\\\"\\n\"}}, \"nbformat\": 4, "
        "\"nbformat_minor\": 5}\n";
    return fuzz_write(path, text, sizeof text - 1);
}

static tt_status read_notebook(const char *path)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out) return tt_fail(TT_NO_MEMORY, "no memory for a lesson");
    tt_status status = lesson_print_percent(path, out);
    fclose(out);
    sum_of(text, length);
    free(text);
    return status;
}

int main(int argc, char **argv)
{
    static const fuzz_reader readers[] = {
        {"idx", "images.gz", make_idx, read_idx, NULL, NULL},
        {"idx-inside", "images.gz", make_idx_inside, read_idx, NULL, write_gzip},
        {"cifar", "test_batch.bin", make_cifar, read_cifar, NULL, NULL},
        {"text", "text.txt", make_text, read_text, NULL, NULL},
        {"safetensors", "a.safetensors", make_safetensors, read_safetensors, mend_safetensors, NULL},
        {"results", "a.json", make_results, read_results, NULL, NULL},
        {"notebook", "a.ipynb", make_notebook, read_notebook, NULL, NULL},
    };
    return fuzz_main(argc, argv, readers, COUNT(readers));
}
