// text.h: a text as characters with numbers, cut into parts that never overlap.
//
// Where    the file in the environment variable TEXT if that is set and not empty, else what the command
//          `bible -f Gen1:1-Rev22:21` prints: the King James Bible of Debian's package bible-kjv, 4.4 MB.
// Alphabet a character is a byte. The alphabet is the bytes that occur, lowest first; an id is a place in it.
// Parts    the text is cut into TEXT_CHUNKS pieces of equal length and the seed deals them: one of 16 for
//          calibration, one of 16 for the test, the rest for training. A window never leaves its piece.
// Errors   TT_BAD_FILE and a sentence (tt_error) that says what is wrong and what to do; TT_NO_MEMORY;
//          TT_BAD_SHAPE or TT_BAD_VALUE if an argument is out of range. Outputs are then untouched.
// Limits   256 MiB. A book quotes itself: a test piece may hold a verse that also stands in a training piece.
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
    short id_of[256]; // place of a byte in the alphabet, -1 if it is not there
    char source[96];  // where it came from, for people; a file's name without its folder
} text_corpus;

// Load the text into out, which owns it afterwards and must own nothing before.
tt_status text_load(text_corpus *out);

// Free and zero. NULL and zeroed ones are fine.
void text_finish(text_corpus *text);

// ids of count bytes; TT_BAD_VALUE, with a sentence, for a byte that is not in the alphabet.
// bytes (count) -> ids (count)
tt_status text_ids(int *ids, const text_corpus *text, const unsigned char *bytes, size_t count);

// The alphabet in hexadecimal, as a model's metadata keeps it. hex (2 * vocab + 1; 513 is always enough)
void text_alphabet_hex(char *hex, const text_corpus *text);

typedef enum { TEXT_TRAIN, TEXT_CALIBRATION, TEXT_TEST, TEXT_PARTS } text_part;

typedef struct {
    size_t count;                    // bytes of the text
    unsigned char part[TEXT_CHUNKS]; // of each piece: a text_part
} text_split;

// Deal the pieces of a text of count bytes. TT_BAD_SHAPE if it has fewer than TEXT_CHUNKS bytes.
tt_status text_split_make(text_split *split, size_t count, unsigned long long seed);

// Where piece i (0 .. TEXT_CHUNKS - 1) starts; text_chunk_start(split, TEXT_CHUNKS) is the text's end.
size_t text_chunk_start(const text_split *split, int chunk);

// The start of a window of `length` bytes at random in a part. TT_BAD_SHAPE if no piece is that long.
tt_status text_pick(size_t *start, const text_split *split, text_part part, size_t length, tt_rng *rng);

// Windows of `length` bytes laid side by side over a part so that each starts with the byte that the one
// before ends with: predicting every byte from those before it in its window, no byte is predicted twice.
size_t text_window_count(const text_split *split, text_part part, size_t length);

// The start of window i (0 .. text_window_count - 1), in the order of the text.
tt_status text_window(size_t *start, const text_split *split, text_part part, size_t length, size_t i);
