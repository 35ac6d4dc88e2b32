// idx.h: arrays of bytes from gzip'ed IDX files, the format that MNIST and its relatives come in.
//
// Format   two zero bytes, a type, the number of sizes; each size as 4 bytes, big-endian; the elements,
//          row-major. Only type 0x08, the unsigned byte, is read. All of it in one gzip stream.
// Trust    none. The sizes in the header are checked before memory is allocated, and at most one byte more
//          than they announce is inflated, however large the rest of a small file would become.
// Errors   TT_BAD_FILE and a sentence (tt_error) that names the file, what is wrong and what to do;
//          TT_NO_MEMORY; TT_BAD_VALUE if an argument is out of range. out is then untouched.
// Sources  LeCun, Cortes, Burges: "The MNIST database of handwritten digits", file formats (1998).
//          RFC 1952 for gzip, whose checksum and length are checked.
#pragma once

#include <stddef.h>

#include "core/status.h"

enum { IDX_MAX_DIMS = 4 };

typedef struct {
    int dims;                // 1 .. IDX_MAX_DIMS; 0 for a zeroed, empty array
    int shape[IDX_MAX_DIMS]; // each >= 0; 0 beyond dims
    unsigned char *data;     // (shape[0], ..., shape[dims - 1])
} idx_array;

// Read the file at path into out, which owns its data afterwards and must own nothing before.
// The file must have dims sizes (1 to 4) and at most most_bytes elements.
tt_status idx_read(idx_array *out, const char *path, int dims, size_t most_bytes);

// Free the data and zero the array. NULL and zeroed arrays are fine.
void idx_finish(idx_array *array);
