// lesson/guesses.h: the reader's guesses, kept from a run in a terminal for the pages that are made without
// one.
#pragma once

#include "event.h"

// Read the guesses of the last run in a terminal: FOLDER/results/NN_topic.guesses.json. No file, no guesses.
void lesson_guesses_load(void);

// Give a record its kept guess, if it has none of its own.
void lesson_guess_recall(lesson_record *record);

// Keep the guesses that were made in this run beside those of earlier ones.
void lesson_guesses_save(void);
