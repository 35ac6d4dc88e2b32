// book.h: the competition's own book: a database with its queue, keys and packages, in the folder olympics of the gradebook.
//
//     olympics.sqlite    rounds, teams, entries, results (schema.c)
//     keys/ROUND         32 random bytes (mode 0600): the round's inputs are made from them; never ships
//     packages/ENTRY/    the files of an entry, as they came
//
// What is said is either in the database or not: a change is a transaction, and a program that is killed leaves none half.
// Errors   tt_status and a sentence in tt_error().
#pragma once

#include <sqlite3.h>

#include "instructor/command.h"

enum { COMPETE_KEY_BYTES = 32 };

extern const char compete_schema[];
