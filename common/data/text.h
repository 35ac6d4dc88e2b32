// text.h: a text as numbered characters, split into parts that never overlap.
//
// Where    the file in the environment variable TEXT if that is set and not empty, else what the command
//          `bible -f Gen1:1-Rev22:21` prints: the King James Bible of Debian's package bible-kjv, 4.4 MB.
// Alphabet a character is a byte. The alphabet is the bytes that occur, lowest first; an id is an index.
// Parts    the text is cut into TEXT_CHUNKS pieces of equal length, and the seed decides at random
//          which go where: one of 16 for calibration, one of 16 for the test, the rest for
//          training. A window lies in one piece.
// Errors   TT_BAD_FILE and a sentence (tt_error) that says what is wrong and what to do; TT_NO_MEMORY;
//          TT_BAD_SHAPE or TT_BAD_VALUE if an argument is out of range. Outputs are then untouched.
// Limits   256 MiB. A book repeats itself: a verse of a test piece may also be in a training piece.
#pragma once

#include <stddef.h>

#include "core/rng.h"
#include "core/status.h"

enum { TEXT_CHUNKS = 128 };

typedef struct {
    unsigned char *bytes; // (count)
    size_t count;
    unsigned char alphabet[256]; // (vocab)
    int vocab;
    short id_of[256]; // index of a byte in the alphabet, -1 if it is not in it
    char source[96];  // where it came from, to be printed; a file's name without its folder
} text_corpus;

// Load the text into out, which owns it afterwards and must own nothing before.
tt_status text_load(text_corpus *out);

// Free the text and zero the struct. NULL and zeroed ones are fine.
void text_finish(text_corpus *text);

// The ids of count bytes; TT_BAD_VALUE and a sentence (tt_error) for a byte that is not in the alphabet.
// bytes (count) -> ids (count)
tt_status text_ids(int *ids, const text_corpus *text, const unsigned char *bytes, size_t count);

// The alphabet in hexadecimal, as a model's metadata keeps it. hex (2 * vocab + 1; 513 is always enough)
void text_alphabet_hex(char *hex, const text_corpus *text);

typedef enum { TEXT_TRAIN, TEXT_CALIBRATION, TEXT_TEST, TEXT_PARTS } text_part;

typedef struct {
    size_t count;                    // bytes of the text
    unsigned char part[TEXT_CHUNKS]; // of each piece: a text_part
} text_split;

// Assign the pieces of a text of count bytes to the parts. TT_BAD_SHAPE if count < TEXT_CHUNKS.
tt_status text_split_make(text_split *split, size_t count, unsigned long long seed);

// Where piece i (0 .. TEXT_CHUNKS - 1) starts; text_chunk_start(split, TEXT_CHUNKS) is the text's end.
size_t text_chunk_start(const text_split *split, int chunk);

// A random start of a window of `length` bytes in a part. TT_BAD_SHAPE if no piece is that long.
tt_status text_pick(size_t *start, const text_split *split, text_part part, size_t length, tt_rng *rng);

// The number of windows of `length` bytes in a part. They follow each other so that each starts with
// the byte that the one before ends with: if a model predicts each byte from those before it in its
// window, it predicts no byte twice.
size_t text_window_count(const text_split *split, text_part part, size_t length);

// The start of window i (0 .. text_window_count - 1), in the order of the text.
tt_status text_window(size_t *start, const text_split *split, text_part part, size_t length, size_t i);
