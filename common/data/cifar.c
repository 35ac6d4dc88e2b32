// cifar.c: reads the records of one or five files and interleaves each image's colour planes into pixels.
#include "cifar.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RECORD = 1 + CIFAR_BYTES, MOST_RECORDS = 10000 };

static const char *const train_names[] = {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
                                          "data_batch_4.bin", "data_batch_5.bin"};
static const char *const test_names[] = {"test_batch.bin"};

static tt_status find_size(int file, const char *path, size_t *records)
{
    struct stat info;
    if (fstat(file, &info) != 0 || !S_ISREG(info.st_mode))
        return tt_fail(TT_BAD_FILE,
                       "%.240s: is not a regular file; give DATA_DIR the folder of the binary version", path);
    if (info.st_size == 0 || info.st_size % RECORD != 0)
        return tt_fail(TT_BAD_FILE,
                       "%.240s: %lld bytes are not whole records of %d; fetch it again, the binary "
                       "version",
                       path, (long long)info.st_size, RECORD);
    if (info.st_size / RECORD > MOST_RECORDS)
        return tt_fail(TT_BAD_FILE,
                       "%.240s: %lld records where at most %d are expected; is it the right file?", path,
                       (long long)(info.st_size / RECORD), MOST_RECORDS);
    *records = (size_t)(info.st_size / RECORD);
    return TT_OK;
}

static tt_status read_records(int file, const char *path, unsigned char *records, size_t bytes)
{
    for (size_t done = 0; done < bytes;) {
        ssize_t n = read(file, records + done, bytes - done);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0)
            return tt_fail(TT_BAD_FILE, "%.240s: cannot be read: %s; check the disk", path, strerror(errno));
        if (n == 0) return tt_fail(TT_BAD_FILE, "%.240s: became shorter while it was read; try again", path);
        done += (size_t)n;
    }
    return TT_OK;
}

// Append count records to the set, which has room for them.
static tt_status unpack(cifar_set *set, const unsigned char *records, size_t count, const char *path)
{
    for (size_t i = 0; i < count; i++, records += RECORD) {
        if (records[0] >= CIFAR_CLASSES)
            return tt_fail(TT_BAD_FILE,
                           "%.240s: label %d of record %zu is not 0 to 9; is it the binary version?", path,
                           records[0], i);
        unsigned char *image = set->images + (size_t)set->count * CIFAR_BYTES;
        for (int pixel = 0; pixel < CIFAR_PIXELS; pixel++)
            for (int c = 0; c < CIFAR_CHANNELS; c++)
                image[pixel * CIFAR_CHANNELS + c] = records[1 + c * CIFAR_PIXELS + pixel];
        set->labels[set->count++] = records[0];
    }
    return TT_OK;
}

static tt_status read_open_file(cifar_set *set, int file, const char *path)
{
    size_t count = 0;
    tt_status status = find_size(file, path, &count);
    if (status != TT_OK) return status;
    size_t all = (size_t)set->count + count;
    unsigned char *records = malloc(count * RECORD);
    unsigned char *images = realloc(set->images, all * CIFAR_BYTES);
    if (images) set->images = images;
    unsigned char *labels = realloc(set->labels, all);
    if (labels) set->labels = labels;
    if (!records || !images || !labels) status = tt_fail(TT_NO_MEMORY, "no memory for %zu images", all);
    if (status == TT_OK) status = read_records(file, path, records, count * RECORD);
    if (status == TT_OK) status = unpack(set, records, count, path);
    free(records);
    return status;
}

static tt_status read_file(cifar_set *set, const char *folder, const char *name)
{
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    int file = -1;
    errno = ENAMETOOLONG;
    if (length > 0 && (size_t)length < sizeof path) file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return tt_fail(TT_BAD_FILE,
                       "no %s can be read in DATA_DIR=%.200s: %s; set DATA_DIR to the folder of CIFAR-10's "
                       "binary version",
                       name, folder, strerror(errno));
    tt_status status = read_open_file(set, file, path);
    close(file);
    return status;
}

tt_status cifar_load(cifar_set *out, data_part part)
{
    if (!out) return TT_BAD_VALUE;
    const char *folder = getenv("DATA_DIR");
    if (!folder || !*folder)
        return tt_fail(TT_BAD_FILE,
                       "CIFAR-10 comes in no package; fetch its binary version and set DATA_DIR to the "
                       "folder that has %s",
                       part == PART_TEST ? test_names[0] : train_names[0]);
    const char *const *names = part == PART_TEST ? test_names : train_names;
    int files = part == PART_TEST ? 1 : 5;
    cifar_set set = {0};
    tt_status status = TT_OK;
    for (int i = 0; i < files && status == TT_OK; i++) status = read_file(&set, folder, names[i]);
    if (status == TT_OK && part != PART_TEST)
        status = parts_take(&set.count, set.images, CIFAR_BYTES, set.labels, CIFAR_CLASSES, part);
    if (status == TT_OK) *out = set;
    else cifar_finish(&set);
    return status;
}

void cifar_finish(cifar_set *set)
{
    if (!set) return;
    free(set->images);
    free(set->labels);
    *set = (cifar_set){0};
}

const char *cifar_class_name(int label)
{
    static const char *const names[CIFAR_CLASSES] = {"airplane", "automobile", "bird",  "cat",  "deer",
                                                     "dog",      "frog",       "horse", "ship", "truck"};
    return label >= 0 && label < CIFAR_CLASSES ? names[label] : "unknown";
}
