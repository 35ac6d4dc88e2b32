// test_idx.c: invalid files, each refused with a sentence that says why, and the real Fashion-MNIST.
#include "check.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "core/file.h"
#include "data/fashion.h"
#include "data/idx.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

static char folder[256]; // made by main, removed by main with the files below
static const char *const names[] = {"a.gz", "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"};

// A file: `length` bytes, then `fill` bytes of value `value`, as one gzip stream that is then damaged.
typedef struct {
    const char *why; // a part of the error's sentence
    unsigned char bytes[24];
    int length;
    size_t fill;
    int cut;    // bytes cut off the end of the compressed file
    int flip;   // this byte of the compressed file, counted from its end, is inverted
    int tail;   // bytes added at its end
    bool plain; // not compressed at all
    unsigned char value;
} recipe;

static const char *path_of(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const recipe *r)
{
    size_t raw_bytes = (size_t)r->length + r->fill, used = raw_bytes;
    size_t most = raw_bytes + raw_bytes / 1000 + 256; // more than deflate ever adds
    unsigned char *raw = malloc(raw_bytes + 1), *packed = calloc(1, most);
    assert_true(raw && packed);
    memcpy(raw, r->bytes, (size_t)r->length);
    memset(raw + r->length, r->value, r->fill);
    if (r->plain) {
        memcpy(packed, raw, raw_bytes);
    } else {
        z_stream zip = {
            .next_in = raw, .avail_in = (uInt)raw_bytes, .next_out = packed, .avail_out = (uInt)most};
        assert_int_equal(deflateInit2(&zip, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
        assert_int_equal(deflate(&zip, Z_FINISH), Z_STREAM_END);
        used = zip.total_out;
        deflateEnd(&zip);
    }
    if (r->flip > 0) packed[used - (size_t)r->flip] ^= 0xff;
    assert_status(file_write(path_of(name), packed, used - (size_t)r->cut + (size_t)r->tail), TT_OK);
    free(raw), free(packed);
}

// The descriptor that the next open file gets: it grows if a file is left open.
static int next_file(void)
{
    int file = open("/dev/null", O_RDONLY);
    close(file);
    return file;
}

// The read must be refused with a sentence that has `name` and `why` in it, and change nothing.
static void check_refused(const char *path, int dims, size_t most_bytes, const char *why)
{
    idx_array out, before;
    memset(&out, 0xab, sizeof out);
    memcpy(&before, &out, sizeof out);
    int file = next_file();
    assert_status(idx_read(&out, path, dims, most_bytes), TT_BAD_FILE);
    if (!strstr(tt_error(), why)) fail_msg("\"%s\" does not say \"%s\"", tt_error(), why);
    if (!strstr(tt_error(), path)) fail_msg("\"%s\" does not name the file", tt_error());
    if (!strchr(tt_error(), ';')) fail_msg("\"%s\" does not say what to do", tt_error());
    assert_memory_equal(&out, &before, sizeof out);
    assert_int_equal(next_file(), file);
}

TEST(reads_what_is_there)
{
    const recipe two_by_three = {.bytes = {0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255},
                                 .length = 18};
    idx_array array;
    write_file("a.gz", &two_by_three);
    assert_status(idx_read(&array, path_of("a.gz"), 2, 6), TT_OK);
    assert_true(array.dims == 2 && array.shape[0] == 2 && array.shape[1] == 3 && array.shape[2] == 0);
    assert_memory_equal(array.data, ((unsigned char[]){1, 2, 3, 4, 5, 255}), 6);
    idx_finish(&array);
    assert_true(array.data == NULL && array.dims == 0);
    idx_finish(&array);
    idx_finish(NULL);

    const recipe empty = {.bytes = {0, 0, 8, 1, 0, 0, 0, 0}, .length = 8};
    write_file("a.gz", &empty);
    assert_status(idx_read(&array, path_of("a.gz"), 1, 0), TT_OK);
    assert_true(array.dims == 1 && array.shape[0] == 0);
    idx_finish(&array);

    const recipe large = {.bytes = {0, 0, 8, 1, 0, 3, 0, 0}, .length = 8, .fill = 3 << 16, .value = 9};
    write_file("a.gz", &large);
    assert_status(idx_read(&array, path_of("a.gz"), 1, 3 << 16), TT_OK);
    for (int i = 0; i < 3 << 16; i++) assert_int_equal(array.data[i], 9);
    idx_finish(&array);
}

#define FOUR 0, 0, 8, 1, 0, 0, 0, 4 // the header of four bytes in one dimension
TEST(hostile_files)
{
    static const recipe files[] = {
        // not gzip
        {"not a gzip file", {FOUR, 1, 2, 3, 4}, 12, .plain = true},
        {"not a gzip file", {0}, 0, .plain = true},
        {"not a gzip file", {0x1f}, 1, .plain = true},
        {"not a gzip file", {0x1f, 0x8a, 8}, 12, .plain = true},
        {"is damaged", {0x1f, 0x8b, 99, 0}, 12, .plain = true}, // no such method
        {"truncated", {0x1f, 0x8b}, 2, .plain = true},
        // gzip that ends early or was changed
        {"truncated", {FOUR}, 8, .fill = 4, .cut = 1},
        {"truncated", {FOUR}, 8, .fill = 4, .cut = 8},
        {"truncated", {FOUR}, 8, .fill = 4, .cut = 12},
        {"is damaged: incorrect data check", {FOUR}, 8, .fill = 4, .flip = 8},
        {"is damaged: incorrect length check", {FOUR}, 8, .fill = 4, .flip = 1},
        {"is damaged: incorrect data check", {FOUR, 1, 9, 7, 3}, 12, .flip = 5},
        {"goes on after its gzip stream", {FOUR}, 8, .fill = 4, .tail = 1},
        // no valid header
        {"truncated: 0 bytes", {0}, 0, .fill = 0},
        {"truncated: 3 bytes", {0, 0, 8}, 3, .fill = 0},
        {"truncated: its header has 7 of 8", {FOUR}, 7, .fill = 0},
        {"begins with 01 00", {1, 0, 8, 1, 0, 0, 0, 4}, 8, .fill = 4},
        {"begins with 00 02", {0, 2, 8, 1, 0, 0, 0, 4}, 8, .fill = 4},
        {"type 0x0d", {0, 0, 13, 1, 0, 0, 0, 1}, 8, .fill = 4},
        {"has 3 dimensions where 1", {0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2}, 16, .fill = 4},
        {"has 0 dimensions where 1", {0, 0, 8, 0}, 4, .fill = 0},
        {"has 255 dimensions where 1", {0, 0, 8, 255}, 4, .fill = 1020},
        // a header that does not match the data
        {"truncated: it holds 3 of the 4", {FOUR}, 8, .fill = 3},
        {"truncated: it holds 0 of the 4", {FOUR}, 8, .fill = 0},
        {"longer than the 4 bytes", {FOUR}, 8, .fill = 5},
        {"longer than the 0 bytes", {0, 0, 8, 1, 0, 0, 0, 0}, 8, .fill = 1},
        {"announces 17 bytes, at most 16", {0, 0, 8, 1, 0, 0, 0, 17}, 8, .fill = 17},
        {"announces 2147483647 bytes", {0, 0, 8, 1, 0x7f, 255, 255, 255}, 8, .fill = 4},
        {"more elements than memory", {0, 0, 8, 1, 0x80, 0, 0, 0}, 8, .fill = 4},
        {"more elements than memory", {0, 0, 8, 1, 255, 255, 255, 255}, 8, .fill = 4},
        // There are 8 MiB after a header that announces 4 bytes. A reader that inflates them all
        // reaches the cut and says "truncated".
        {"longer than the 4 bytes", {FOUR}, 8, .fill = 8 << 20, .cut = 2000},
    };
    for (size_t i = 0; i < COUNT(files); i++) {
        write_file("a.gz", &files[i]);
        check_refused(path_of("a.gz"), 1, 16, files[i].why);
    }
}

TEST(sizes_that_overflow)
{
    const char *const why = "more elements than memory";
    recipe r = {.bytes = {0,   0,   8,    4,   0x7f, 255, 255,  255, 0x7f, 255,
                          255, 255, 0x7f, 255, 255,  255, 0x7f, 255, 255,  255},
                .length = 20};
    write_file("a.gz", &r);
    check_refused(path_of("a.gz"), 4, SIZE_MAX, why);
    // 2^16 four times: the product is 2^64, which is 0 if nobody checks for overflow.
    const recipe wraps = {.bytes = {0, 0, 8, 4, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0},
                          .length = 20};
    write_file("a.gz", &wraps);
    check_refused(path_of("a.gz"), 4, SIZE_MAX, why);
}

TEST(no_file_and_no_argument)
{
    check_refused(path_of("none.gz"), 1, 16, "cannot be opened: No such file");
    check_refused(folder, 1, 16, "is a directory");
    check_refused("/dev/null", 1, 16, "is not a regular file");
    char far[600];
    memset(far, 'x', sizeof far);
    far[sizeof far - 1] = 0;
    idx_array array;
    assert_status(idx_read(&array, far, 1, 16), TT_BAD_FILE);
    assert_non_null(strstr(tt_error(), "; check the path")); // the advice stays after a long path
    assert_status(idx_read(NULL, folder, 1, 16), TT_BAD_VALUE);
    assert_status(idx_read(&array, NULL, 1, 16), TT_BAD_VALUE);
    assert_status(idx_read(&array, folder, 0, 16), TT_BAD_VALUE);
    assert_status(idx_read(&array, folder, 5, 16), TT_BAD_VALUE);
}

static void check_fashion_refused(const char *why)
{
    fashion_set out, before;
    memset(&out, 0xab, sizeof out);
    memcpy(&before, &out, sizeof out);
    assert_status(fashion_load(&out, PART_BOTH), TT_BAD_FILE);
    if (!strstr(tt_error(), why)) fail_msg("\"%s\" does not say \"%s\"", tt_error(), why);
    if (!strstr(tt_error(), folder)) fail_msg("\"%s\" does not name the folder", tt_error());
    assert_memory_equal(&out, &before, sizeof out);
}

TEST(fashion_slice)
{
    recipe images = {
        .bytes = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28}, .length = 16, .fill = 1568, .value = 5};
    recipe labels = {.bytes = {0, 0, 8, 1, 0, 0, 0, 2, 9, 0}, .length = 10};
    assert_int_equal(setenv("DATA_DIR", folder, 1), 0);
    check_fashion_refused("install the package dataset-fashion-mnist");
    check_fashion_refused("train-images-idx3-ubyte.gz");
    write_file(names[1], &images);
    check_fashion_refused("train-labels-idx1-ubyte.gz");
    write_file(names[2], &labels);

    fashion_set set;
    assert_status(fashion_load(&set, PART_BOTH), TT_OK);
    assert_true(set.count == 2 && set.images[0] == 5 && set.images[1567] == 5);
    assert_true(set.labels[0] == 9 && set.labels[1] == 0);
    fashion_finish(&set);
    assert_true(set.count == 0 && set.images == NULL && set.labels == NULL);
    fashion_finish(&set);
    fashion_finish(NULL);
    assert_status(fashion_load(NULL, PART_BOTH), TT_BAD_VALUE);

    labels.bytes[9] = 10;
    write_file(names[2], &labels);
    check_fashion_refused("label 10 of image 1");
    labels.bytes[7] = 1, labels.length = 9;
    write_file(names[2], &labels);
    check_fashion_refused("1 labels for 2 images");
    images.bytes[11] = 14, images.fill = 784;
    write_file(names[1], &images);
    check_fashion_refused("14 x 28 pixels");
    images.bytes[11] = 28, images.bytes[15] = 14;
    write_file(names[1], &images);
    check_fashion_refused("28 x 14 pixels");
    images.bytes[7] = 0, images.bytes[15] = 28, images.fill = 0;
    write_file(names[1], &images);
    check_fashion_refused("no images");
}

TEST(fashion_whole)
{
    static const struct {
        data_part part;
        int count;
        uLong images, labels; // crc32 of the arrays, by Python's gzip and zlib
    } sets[] = {{PART_BOTH, 60000, 0xae65dccd, 0x2ed6e46a}, {PART_TEST, 10000, 0x12728439, 0x242bc73f}};
    assert_int_equal(setenv("DATA_DIR", "", 1), 0); // empty: the package's folder
    for (size_t i = 0; i < COUNT(sets); i++) {
        fashion_set set;
        int each[FASHION_CLASSES] = {0};
        assert_status(fashion_load(&set, sets[i].part), TT_OK);
        assert_int_equal(set.count, sets[i].count);
        for (int j = 0; j < set.count; j++) each[set.labels[j]]++;
        for (int c = 0; c < FASHION_CLASSES; c++) assert_int_equal(each[c], sets[i].count / 10);
        assert_int_equal(crc32(0, set.images, (uInt)set.count * FASHION_PIXELS), sets[i].images);
        assert_int_equal(crc32(0, set.labels, (uInt)set.count), sets[i].labels);
        fashion_finish(&set);
    }
    assert_string_equal(fashion_class_name(0), "T-shirt/top");
    assert_string_equal(fashion_class_name(9), "Ankle boot");
    assert_string_equal(fashion_class_name(10), "unknown");
    assert_string_equal(fashion_class_name(-1), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_is_there), cmocka_unit_test(hostile_files),
        cmocka_unit_test(sizes_that_overflow), cmocka_unit_test(no_file_and_no_argument),
        cmocka_unit_test(fashion_slice),       cmocka_unit_test(fashion_whole),
    };
    const char *temporary = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/test_idx.XXXXXX", temporary && *temporary ? temporary : "/tmp");
    if (!mkdtemp(folder)) return perror(folder), 1;
    int failed = run_tests(tests);
    for (size_t i = 0; i < COUNT(names); i++) unlink(path_of(names[i]));
    if (rmdir(folder) != 0) return perror(folder), 1;
    return failed;
}
