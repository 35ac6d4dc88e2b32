// fashion.c: loads a set from two IDX files, the images and their labels, that must fit each other.
#include "fashion.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "idx.h"

enum { MOST_IMAGES = 70000 }; // of both sets, in case somebody keeps them in one file

static const char package_folder[] = "/usr/share/datasets/fashion-mnist";

typedef struct {
    const char *images, *labels;
    int count;
} files;

static const files train_files = {"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", 60000};
static const files test_files = {"t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz", 10000};

static tt_status read_file(idx_array *out, const char *own, const char *name, int dims, size_t most_bytes)
{
    char path[PATH_MAX];
    const char *folder = own ? own : package_folder;
    int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (length > 0 && (size_t)length < sizeof path && access(path, R_OK) == 0)
        return idx_read(out, path, dims, most_bytes);
    if (own)
        return tt_fail(TT_BAD_FILE,
                       "no %s can be read in DATA_DIR=%.200s; set DATA_DIR to the folder that has it, "
                       "or unset it and install the package dataset-fashion-mnist",
                       name, own);
    return tt_fail(TT_BAD_FILE,
                   "no %s can be read in %s; install the package dataset-fashion-mnist, "
                   "or set DATA_DIR to the folder that has the file",
                   name, folder);
}

// Check that the two files fit each other. own is DATA_DIR, or NULL for the package's folder.
static tt_status check(const idx_array *images, const idx_array *labels, const char *own, const files *f)
{
    const char *folder = own ? own : package_folder;
    int count = images->shape[0];
    if (images->shape[1] != FASHION_SIDE || images->shape[2] != FASHION_SIDE)
        return tt_fail(TT_BAD_FILE,
                       "%.200s/%s: %d x %d pixels where 28 x 28 are expected; is it the right file?", folder,
                       f->images, images->shape[1], images->shape[2]);
    if (count < 1)
        return tt_fail(TT_BAD_FILE, "%.200s/%s: no images; a slice has at least one", folder, f->images);
    if (!own && count != f->count)
        return tt_fail(TT_BAD_FILE, "%s/%s: %d images, not %d; install dataset-fashion-mnist again", folder,
                       f->images, count, f->count);
    if (count != labels->shape[0])
        return tt_fail(TT_BAD_FILE, "%.200s/%s: %d labels for %d images; take both files from the same place",
                       folder, f->labels, labels->shape[0], count);
    for (int i = 0; i < count; i++)
        if (labels->data[i] >= FASHION_CLASSES)
            return tt_fail(TT_BAD_FILE,
                           "%.200s/%s: label %d of image %d is not 0 to 9; is it the right file?", folder,
                           f->labels, labels->data[i], i);
    return TT_OK;
}

tt_status fashion_load(fashion_set *out, data_part part)
{
    if (!out) return TT_BAD_VALUE;
    const files *f = part == PART_TEST ? &test_files : &train_files;
    const char *own = getenv("DATA_DIR");
    if (own && !*own) own = NULL;
    idx_array images = {0}, labels = {0};
    tt_status status = read_file(&images, own, f->images, 3, (size_t)MOST_IMAGES * FASHION_PIXELS);
    if (status == TT_OK) status = read_file(&labels, own, f->labels, 1, MOST_IMAGES);
    if (status == TT_OK) status = check(&images, &labels, own, f);
    if (status == TT_OK && part != PART_TEST)
        status =
            parts_take(&images.shape[0], images.data, FASHION_PIXELS, labels.data, FASHION_CLASSES, part);
    if (status == TT_OK) {
        *out = (fashion_set){.count = images.shape[0], .images = images.data, .labels = labels.data};
    } else {
        idx_finish(&images);
        idx_finish(&labels);
    }
    return status;
}

void fashion_finish(fashion_set *set)
{
    if (!set) return;
    free(set->images);
    free(set->labels);
    *set = (fashion_set){0};
}

const char *fashion_class_name(int label)
{
    static const char *const names[FASHION_CLASSES] = {"T-shirt/top", "Trouser",   "Pullover", "Dress",
                                                       "Coat",        "Sandal",    "Shirt",    "Sneaker",
                                                       "Bag",         "Ankle boot"};
    return label >= 0 && label < FASHION_CLASSES ? names[label] : "unknown";
}
