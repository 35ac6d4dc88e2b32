// guesses.h: the reader's guesses, kept from a run in a terminal for pages that are made without one.
#pragma once

#include "event.h"

// Read the kept guesses from FOLDER/results/NN_topic.guesses.json, if that file exists.
void lesson_guesses_load(void);

// Give a record its kept guess if it has none of its own.
void lesson_guess_recall(lesson_record *record);

// Write this run's guesses to that file, together with those of earlier runs.
void lesson_guesses_save(void);
