// test_cifar.c: files in the exact format of CIFAR-10's binary version, whole, short, and wrong.
#include "check.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/cifar.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

enum { RECORD = 3073 };

static char folder[256];
static const char *const names[] = {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
                                    "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin"};

static const char *path_of(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

// Byte `at` (0 .. 3071) of record `record` of file `file`: different at every place that may be confused.
static unsigned char byte_of(int file, int record, int at)
{
    return (unsigned char)(at * 31 + at / 256 + record * 7 + file);
}

// Write records with labels 0, 1, .. 9, 0, ..; then `extra` more bytes, or cut off -extra if it is negative.
static void write_batch(int file, int records, int extra, int label_of_last)
{
    FILE *f = fopen(path_of(names[file]), "wb");
    assert_non_null(f);
    for (int r = 0; r < records; r++) {
        fputc(r == records - 1 && label_of_last >= 0 ? label_of_last : (r + file) % 10, f);
        for (int at = 0; at < RECORD - 1; at++) fputc(byte_of(file, r, at), f);
    }
    for (int i = 0; i < extra; i++) fputc(0, f);
    assert_int_equal(fclose(f), 0);
    if (extra < 0) assert_int_equal(truncate(path_of(names[file]), (long)records * RECORD + extra), 0);
}

static int next_file(void)
{
    int file = open("/dev/null", O_RDONLY);
    close(file);
    return file;
}

static void check_refused(data_part part, const char *name, const char *why)
{
    cifar_set out, before;
    memset(&out, 0xab, sizeof out);
    memcpy(&before, &out, sizeof out);
    int file = next_file();
    assert_status(cifar_load(&out, part), TT_BAD_FILE);
    if (!strstr(tt_error(), why)) fail_msg("\"%s\" does not say \"%s\"", tt_error(), why);
    if (!strstr(tt_error(), name)) fail_msg("\"%s\" does not name %s", tt_error(), name);
    if (!strchr(tt_error(), ';')) fail_msg("\"%s\" does not say what to do", tt_error());
    assert_memory_equal(&out, &before, sizeof out);
    assert_int_equal(next_file(), file);
}

TEST(reads_what_is_there)
{
    const int counts[] = {3, 1, 12, 2, 5};
    cifar_set set;
    for (int i = 0; i < 5; i++) write_batch(i, counts[i], 0, -1);
    write_batch(5, 4, 0, -1);
    assert_status(cifar_load(&set, PART_BOTH), TT_OK);
    assert_int_equal(set.count, 23);
    for (int file = 0, at = 0; file < 5; file++)
        for (int r = 0; r < counts[file]; r++, at++) {
            assert_int_equal(set.labels[at], (r + file) % 10);
            const unsigned char *image = set.images + (size_t)at * CIFAR_BYTES;
            for (int c = 0; c < 3; c++) // planes in the file, pixels in memory
                for (int pixel = 0; pixel < 1024; pixel++)
                    assert_int_equal(image[pixel * 3 + c], byte_of(file, r, c * 1024 + pixel));
        }
    cifar_finish(&set);
    assert_true(set.count == 0 && set.images == NULL && set.labels == NULL);
    cifar_finish(&set);
    cifar_finish(NULL);
    assert_status(cifar_load(&set, PART_TEST), TT_OK);
    assert_int_equal(set.count, 4);
    cifar_finish(&set);
    assert_status(cifar_load(NULL, PART_BOTH), TT_BAD_VALUE);
}

TEST(hostile_files)
{
    for (int i = 0; i < 6; i++) write_batch(i, 2, 0, -1);
    const struct {
        const char *why;
        int records, extra, label;
    } files[] = {
        {"0 bytes are not whole records", 0, 0, -1},      {"3072 bytes are not whole records", 1, -1, -1},
        {"3074 bytes are not whole records", 1, 1, -1},   {"1 bytes are not whole records", 0, 1, -1},
        {"label 10 of record 1 is not 0 to 9", 2, 0, 10}, {"label 255 of record 0 is not", 1, 0, 255},
        {"10001 records where at most", 10001, 0, -1},
    };
    for (int i = 0; i < COUNT(files); i++) {
        write_batch(5, files[i].records, files[i].extra, files[i].label);
        check_refused(PART_TEST, "test_batch.bin", files[i].why);
        if (files[i].records > 100) continue; // once is enough for 30 MB
        write_batch(3, files[i].records, files[i].extra, files[i].label);
        check_refused(PART_BOTH, "data_batch_4.bin", files[i].why);
    }
    unlink(path_of("data_batch_4.bin"));
    check_refused(PART_BOTH, "data_batch_4.bin", "No such file");
    assert_int_equal(mkdir(path_of("data_batch_4.bin"), 0755), 0);
    check_refused(PART_BOTH, "data_batch_4.bin", "is not a regular file");
    assert_int_equal(rmdir(path_of("data_batch_4.bin")), 0);
}

// The published size: 10,000 records, 30,730,000 bytes.
TEST(a_whole_file)
{
    cifar_set set;
    write_batch(5, 10000, 0, -1);
    assert_status(cifar_load(&set, PART_TEST), TT_OK);
    assert_int_equal(set.count, 10000);
    assert_int_equal(set.labels[9999], 4);
    assert_int_equal(set.images[(size_t)10000 * CIFAR_BYTES - 1], byte_of(5, 9999, 3071));
    cifar_finish(&set);
}

TEST(no_folder)
{
    assert_int_equal(unsetenv("DATA_DIR"), 0);
    check_refused(PART_BOTH, "data_batch_1.bin", "set DATA_DIR");
    assert_int_equal(setenv("DATA_DIR", "", 1), 0);
    check_refused(PART_TEST, "test_batch.bin", "set DATA_DIR");
    assert_int_equal(setenv("DATA_DIR", folder, 1), 0);
    assert_string_equal(cifar_class_name(0), "airplane");
    assert_string_equal(cifar_class_name(9), "truck");
    assert_string_equal(cifar_class_name(10), "unknown");
    assert_string_equal(cifar_class_name(-1), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_what_is_there), cmocka_unit_test(hostile_files),
                                       cmocka_unit_test(a_whole_file), cmocka_unit_test(no_folder)};
    const char *temporary = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/test_cifar.XXXXXX", temporary && *temporary ? temporary : "/tmp");
    if (!mkdtemp(folder) || setenv("DATA_DIR", folder, 1) != 0) return perror(folder), 1;
    int failed = run_tests(tests);
    for (int i = 0; i < COUNT(names); i++) unlink(path_of(names[i]));
    if (rmdir(folder) != 0) return perror(folder), 1;
    return failed;
}
