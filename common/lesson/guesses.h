// guesses.h: what a run leaves for later ones: the reader's guesses, for pages that are made without a terminal, and the
// numbers, for runs of one cell.
#pragma once

#include "event.h"

// Read the kept guesses from FOLDER/results/NN_topic.guesses.json, if that file exists.
void lesson_guesses_load(void);

// Give a record its kept guess if it has none of its own.
void lesson_guess_recall(lesson_record *record);

// Write this run's guesses to that file, together with those of earlier runs.
void lesson_guesses_save(void);

// Take the numbers that earlier runs of this side and of the same sizes left in FOLDER/lesson, each with its time.
void lesson_numbers_recall(void);

// Write what this run recorded there, together with what earlier ones left.
void lesson_numbers_save(void);
