// handed.h: what is known of a hand-in beside its text: what the LMS's name for the file said, and what was
// handed in and could not be taken.
#pragma once

#include "book.h"

// About the newest hand-in of a student for a module; beside it, as hand-in.json.
typedef struct {
    char sha256[FILES_HASH]; // of the file that this is about; "" if nothing is known
    bool late;
    bool canvas;   // by Canvas's names, which say an order
    long again;    // Canvas: which resubmission, 0 is the first
    uint64_t file; // Canvas: its number of the file; a later one has a higher one
} handed;

// Zeroed if nothing is known; TT_BAD_FILE if the note is damaged.
tt_status handed_load(handed *h, const book *b, const char *module, const char *student);
tt_status handed_put(const handed *h, const book *b, const char *module, const char *student);

// Whether a was handed in after b, as far as Canvas's names say it; what has no such name counts as newer.
bool handed_is_newer(const handed *a, const handed *b);

// The name and the number in Moodle's name for a folder, NAME_NUMBER_assignsubmission_file_, each into its place
// (FILES_PATH); false if it is none. The last number counts: a NAME is what its owner likes.
bool handed_read_moodle(char *name, char *number, const char *folder);

// Handed in, nothing graded: a sentence with what and why; module NULL if it is not known for which. What is
// taken later removes it. "" if there is none.
enum { HANDED_WHY = 600 };
tt_status handed_put_left(const book *b, const char *module, const char *student, const char *why);
void handed_forget_left(const book *b, const char *module, const char *student);
void handed_left(const book *b, const char *module, const char *student, char why[HANDED_WHY]);
