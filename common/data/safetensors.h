// safetensors.h: files of named arrays that PyTorch, NumPy and thirty lines of any language can read.
//
// Format   8 bytes, little-endian: the length of the header; the header, a JSON object from names to
//          {"dtype", "shape", "data_offsets": [begin, end]}, where "__metadata__" maps strings to strings;
//          then the data, little-endian and row-major. Offsets count from the header's end. The arrays cover
//          the data completely, without gaps or overlaps.
// Types    F32, I8, U8, I32, BF16; a file with another one is refused.
// Trust    none: no length, shape or offset is used before it was checked against the file's true size.
// Errors   TT_BAD_FILE and a sentence (tt_error) that names the file, what is wrong and what to do;
//          TT_NO_MEMORY; TT_BAD_VALUE if an argument is out of range. out and the file are then untouched.
// Limits   1 MiB of header, 4096 arrays, 8 sizes each; little-endian machines; one program at a time may
//          write a path: its temporary file is PATH.tmp, so that killed programs leave at most one behind.
// Sources  Hugging Face: "Safetensors", the page on the format and its Notes on what a reader must refuse.
#pragma once

#include <stddef.h>

#include "core/status.h"

enum { SAFETENSORS_MAX_DIMS = 8 };

typedef enum {
    SAFETENSORS_F32,
    SAFETENSORS_I8,
    SAFETENSORS_U8,
    SAFETENSORS_I32,
    SAFETENSORS_BF16,
    SAFETENSORS_TYPES
} safetensors_type;

typedef struct {
    const char *name;
    safetensors_type type;
    int dims; // 0 for a single number
    long long shape[SAFETENSORS_MAX_DIMS];
    const void *data; // aligned to 64 bytes if the bytes of all tensors before it are a multiple of 64
    size_t bytes;     // the product of the sizes, times the bytes of an element
} safetensors_tensor;

typedef struct {
    const char *key, *value; // of __metadata__; UTF-8
} safetensors_pair;

typedef struct {
    safetensors_tensor *tensors; // (count), in the order of their data
    int count;
    safetensors_pair *pairs; // (pair_count)
    int pair_count;
    void *data, *header; // what the names and arrays point into
} safetensors;

// Read the file at path into out, which owns everything afterwards and must own nothing before.
tt_status safetensors_read(safetensors *out, const char *path);

// From now on the file at this path is `bytes` (count), the caller's as long as it is read: for a process that may open
// none. Not while another thread reads. TT_NO_MEMORY beyond SAFETENSORS_MOST_HELD of them.
enum { SAFETENSORS_MOST_HELD = 8 };
tt_status safetensors_hold(const char *path, const void *bytes, size_t count);

// Free everything and zero the struct. NULL and zeroed ones are fine.
void safetensors_finish(safetensors *file);

// The array of that name, NULL if there is none.
const safetensors_tensor *safetensors_find(const safetensors *file, const char *name);

// The value of that key in __metadata__, NULL if there is none.
const char *safetensors_meta(const safetensors *file, const char *key);

// Write count tensors and the pairs to a temporary file, flush it to the disk, and rename it to path: a
// reader finds the old file or the new one, even if the program is killed. `bytes` must fit type and shape.
tt_status safetensors_write(const char *path, const safetensors_tensor *tensors, int count,
                            const safetensors_pair *pairs, int pair_count);

// The name of a type ("F32"), and the bytes of one element.
const char *safetensors_type_name(safetensors_type type);
size_t safetensors_type_bytes(safetensors_type type);
