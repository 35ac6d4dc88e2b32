// book.h: the gradebook: a folder of files, a key and a lock. Its files are all it knows; tables are exports.
//
//     key                                   32 random bytes (mode 0600): students' seeds come from it; never
//                                           ships
//     submissions/MODULE/STUDENT/TOPIC.c    what is graded; TOPIC.c.1, .2, ... what it replaced
//     results/MODULE/STUDENT.json           the result: all else derives from it
//     results/MODULE/STUDENT.trouble        why the last attempt gave none
//     canvas/STUDENT                        what Canvas calls this student
//     feedback/STUDENT.html
//     work/                                 emptied at the start of collect and grade
//     lock                                  held by the one of them that runs
#pragma once

#include <stdint.h>

#include "command.h"
#include "result.h"

enum { BOOK_NAME = 65 }; // a student's name, with its 0

typedef struct {
    char folder[FILES_PATH];
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

// --- Results ---

// Whether there is one; and the one there is: TT_BAD_FILE with a sentence, and r zeroed, if there is none, if
// it is damaged or another student's.
bool book_has(const book *b, const char *module, const char *student);
tt_status book_load(result *r, const book *b, const char *module, const char *student);

// Write a result, renamed into place: it is there whole or not at all. A trouble that was noted is gone.
tt_status book_put(const book *b, const char *module, const char *student, const json_t *root);

// Remember why there is none. A later result removes it, and so does book_forget_trouble.
tt_status book_put_trouble(const book *b, const char *module, const char *student, const char *reason);
void book_forget_trouble(const book *b, const char *module, const char *student);
bool book_trouble(const book *b, const char *module, const char *student, char *reason, size_t size);

// What Canvas calls this student, from the names of its files. "" if it is not known.
tt_status book_put_canvas(const book *b, const char *student, const char *number);
void book_canvas(const book *b, const char *student, char number[24]);
