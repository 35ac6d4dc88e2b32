// book.h: the competition's own book: a database with its queue, keys and packages, in the folder olympics of the gradebook.
//
//     olympics.sqlite    rounds, teams, entries, results (schema.c)
//     keys/ROUND         32 random bytes (mode 0600): the round's inputs are made from them; never ships
//     packages/ENTRY/    the files of an entry, as they came
//     work/              where submissions are compiled
//     lock               held by the one run that there may be; an entry that is running without it belongs to a dead one
//
// What is said is either in the database or not: a change is a transaction, and a program that is killed leaves none half.
// Errors   tt_status and a sentence in tt_error().
#pragma once

#include <sqlite3.h>

#include "instructor/command.h"

enum { COMPETE_KEY_BYTES = 32, COMPETE_TIME = 24 };

extern const char compete_schema[];

typedef struct {
    char folder[FILES_PATH];
    sqlite3 *tables;
    int lock;
} compete_book;

// READ and CHANGE: it must be there. RUN: and nobody else may run. BEGIN: it is made if it is not there.
typedef enum { COMPETE_READ, COMPETE_CHANGE, COMPETE_RUN, COMPETE_BEGIN } compete_mode;

tt_status compete_open(compete_book *b, const command_place *where, compete_mode mode);
void compete_close(compete_book *b);

// A statement with its values bound, one letter each: i long long, d double (NaN is NULL), t text (may be NULL). NULL and
// a sentence if it cannot be made. The caller steps and finalizes it.
sqlite3_stmt *compete_ask(const compete_book *b, const char *sql, const char *kinds, ...);

// The same for one that returns nothing. It joins the transaction that is open.
tt_status compete_do(const compete_book *b, const char *sql, const char *kinds, ...);

// A transaction: what fails in between is undone by compete_end.
tt_status compete_begin(const compete_book *b);
tt_status compete_end(const compete_book *b, tt_status status);

// The key of a round, made if there is none.
tt_status compete_key(unsigned char key[COMPETE_KEY_BYTES], const compete_book *b, long long round);

// Now, in UTC, "2026-03-01T12:00:00Z".
void compete_now(char text[COMPETE_TIME]);

// The newest round; TT_BAD_VALUE and what to do if there is none.
tt_status compete_round(long long *round, const compete_book *b);
