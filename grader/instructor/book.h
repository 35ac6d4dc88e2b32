// book.h: the gradebook: a folder, a key, a lock, and a table of grades in SQLite.
//
//     gradebook.sqlite                      what stands below in results/, for counting and for tables
//     key                                   32 random bytes (mode 0600): students' seeds come from it; never
//     ships submissions/MODULE/STUDENT/TOPIC.c    what is graded; TOPIC.c.1, .2, ... what it replaced
//     results/MODULE/STUDENT.json           the result: all else derives from it
//     feedback/STUDENT.html
//     work/                                 emptied at the start of collect and grade
//     lock                                  held by the one of them that runs
#pragma once

#include <stdint.h>

#include <sqlite3.h>

#include "command.h"
#include "result.h"

enum { BOOK_NAME = 65 }; // a student's name, with its 0

typedef struct {
    char folder[FILES_PATH];
    sqlite3 *tables;
    int lock;
} book;

typedef enum {
    BOOK_READ,   // must be there; others may be writing
    BOOK_CHANGE, // must be there; alone
    BOOK_BEGIN,  // made if it is not there; alone
} book_mode;

tt_status book_open(book *b, const char *folder, book_mode mode);
void book_close(book *b);

// Whether this may be a student's name: [A-Za-z0-9._@-]{1,64}, beginning with neither . nor -
bool book_is_name(const char *name);

// Every student with a submission or a result, sorted.
files_list book_students(const book *b);

// Paths into out (FILES_PATH).
void book_submission_path(char *out, const book *b, const char *module, const char *student,
                          const char *file);
void book_result_path(char *out, const book *b, const char *module, const char *student);

// A student's seed for one file: the first 8 bytes of HMAC-SHA256(key, module NUL student NUL sha256 in hex).
// The key is made at the first use.
tt_status book_seed(uint64_t *seed, const book *b, const char *module, const char *student,
                    const char *sha256);

// --- The tables (book_tables.c) ---

// What the row of a grading says, for a look whether it must be done again. False if there is none.
typedef struct {
    char sha256[FILES_HASH], grader[FILES_HASH], graded[32];
    double seconds, score, of;
} book_row;
bool book_graded(book_row *row, const book *b, const char *module, const char *student);

// Put a result into the tables: one transaction, one row for each student and module.
tt_status book_put(book *b, const result *r);

// Remember why there is none. A later result removes it.
tt_status book_put_trouble(book *b, const char *module, const char *student, const char *reason);
bool book_trouble(const book *b, const char *module, const char *student, char *reason, size_t size);

// What Canvas calls this student, from the names of its files. "" if it is not known.
tt_status book_put_canvas(book *b, const char *student, const char *number);
void book_canvas(const book *b, const char *student, char number[24]);

// Results in results/ that the tables do not have, or have otherwise, go into them. How many; -1 if that
// fails.
int book_import(book *b);

// A prepared statement with text parameters, ended by NULL: never a query glued from pieces.
sqlite3_stmt *book_query(const book *b, const char *sql, const char *const *texts);

tt_status book_open_tables(book *b);
