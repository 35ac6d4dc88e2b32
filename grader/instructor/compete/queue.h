// queue.h: entries on their way: queued, running, then done or refused. Every step is one transaction, so an entry is in
// exactly one state whatever ends the program; the one that runs holds the book's lock, and what is running without it is
// queued again.
#pragma once

#include "book.h"

typedef struct {
    long long id, round, team;
    char event[64], team_name[64], *config;
    char package[FILES_PATH]; // the folder
} queue_entry;

// An entry by its number. queue_forget frees; a zeroed one is fine.
tt_status queue_get(queue_entry *e, const compete_book *b, long long id);
void queue_forget(queue_entry *e);

// Queue again what a dead run was at. Only with the lock.
tt_status queue_recover(const compete_book *b);

// The oldest queued one becomes running, what was tried before behind all others: if it was what ended a run, it does not
// keep them waiting. e->id is 0 if there is none.
tt_status queue_claim(queue_entry *e, const compete_book *b);

// Running becomes refused, or done, in the transaction that is open: TT_BAD_VALUE if it is not running any more.
tt_status queue_settle(const compete_book *b, const queue_entry *e, const char *state, const char *reason);

// What people must look at; a second one of a kind replaces the first.
tt_status queue_flag(const compete_book *b, long long entry, const char *kind, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
