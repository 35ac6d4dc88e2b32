// fuzz.h: readers of foreign files, fed files that somebody damaged.
//
// A row is a reader: how a valid file is made, and how a program reads it. The engine damages the valid file
// in a new way for each number 0, 1, 2 ... (the same way for the same seed and number) and lets a forked
// process read hundreds of them. A find is a file on which the reader
//
//   ends the process, by a signal or because a sanitizer saw what C does not define;
//   takes longer than its patience, or asks for a gibibyte;
//   refuses without a sentence (tt_fail) that says what is wrong;
//   keeps memory (in a sanitized build, which counts it) or an open file.
//
// The file is then kept, and a line says how to read it again.
#pragma once

#include <stddef.h>

#include "core/rng.h"
#include "core/status.h"

typedef struct {
    const char *name;
    const char *file; // what the file is called, in a folder that is made for it
    // Write a valid file: the one that is damaged. It must be read without a complaint.
    tt_status (*make)(const char *path);
    // Read the file as a program would, look at what came, and let go of it.
    tt_status (*read)(const char *path);
    // Optional: set right in the damaged bytes what would end every reading at once. Half of the files are
    // mended. bytes (count)
    void (*mend)(unsigned char *bytes, size_t count);
    // Optional: write the damaged bytes in some other form than as they are.
    tt_status (*wrap)(const char *path, const unsigned char *bytes, size_t count);
} fuzz_reader;

// The program: fuzz READER|all, and options that it lists itself. Ends with 0 if there was no find, 1 if
// there was one, 2 if it cannot begin.
int fuzz_main(int argc, char **argv, const fuzz_reader *readers, int count);

// --- Damage (damage.c) ---

typedef struct {
    unsigned char *bytes; // (room)
    size_t count, room;
} fuzz_bytes;

// Change what is there, half of the time once, else up to six times: bits, ends, ranges, lengths,
// numbers, words of JSON.
void fuzz_damage(fuzz_bytes *file, tt_rng *rng);

// --- For rows ---

// The bytes as a file; TT_BAD_FILE with a sentence if it cannot be written.
tt_status fuzz_write(const char *path, const void *bytes, size_t count);
