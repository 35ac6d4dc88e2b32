// knn.h: the application of this module: each test image's nearest training image, by matrix products.
//
// |x - t|^2 = |x|^2 - 2 x.t + |t|^2. The first term is the same for every t, the last is computed
// beforehand, and all the x.t of a block of test images and a block of training images are one product
// (test, 784) (784, train).
//
// Exactness  pixels are 0..255; here 128 is subtracted, which moves every image by the same amount and
//            changes no distance. A product of two is then at most 2^14 and a sum of 784 of them at most
//            12,845,056 < 2^24: float32 holds every partial sum exactly, in any order. Every right kernel
//            finds the same neighbours, to the last one.
// Shapes     images (count, 784) bytes; train blocks (784, KNN_TRAIN_BLOCK) floats, transposed once.
// Source     Cover, Hart, "Nearest neighbor pattern classification", IEEE Trans. IT 13(1), 1967.
#pragma once

#include "ops/backend.h"

// 960 columns are whole tiles for every vector width, even if two threads share them, and no power of two.
enum { KNN_PIXELS = 784, KNN_TEST_BLOCK = 500, KNN_TRAIN_BLOCK = 960 };

typedef struct {
    int count;    // training images
    float *train; // blocks of (784, width of the block); the last may be narrower
    int *norm;    // (count) |t|^2, of pixels less 128
} knn_index;

// Transpose `count` >= 1 images. TT_NO_MEMORY, TT_BAD_SHAPE; accel_knn_finish frees, NULL and zeroed are fine.
tt_status accel_knn_create(knn_index *index, const unsigned char *images, int count);
void accel_knn_finish(knn_index *index);

// nearest (tests): for each test image the number of the nearest training image, the first one if several are
// equally near. All products go through `multiply`; the search through them uses omp_get_max_threads()
// threads. progress may be NULL; it is called with the number of tests done, and `tests`.
tt_status accel_knn_search(int *nearest, const knn_index *index, const unsigned char *images, int tests,
                           tt_matmul *multiply, void (*progress)(int done, int tests));

// The squared distance of two images (784 bytes each) in integers: the oracle.
int accel_knn_distance(const unsigned char *x, const unsigned char *t);
