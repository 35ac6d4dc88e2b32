// book.h: the gradebook: a folder of files, a key and a lock. Its files are all it knows; tables are exports.
//
//     key                                   32 random bytes (mode 0600), for students' seeds; never ships
//     roster.csv                            who is in the class (roster.h)
//     settings                              a late policy (final.h)
//     submissions/MODULE/STUDENT/TOPIC.c    what is graded; TOPIC.c.1, .2, ... what it replaced
//     submissions/MODULE/STUDENT/hand-in.json   late or not, and which try (handed.h)
//     left/MODULE/STUDENT                   handed in, nothing graded: why
//     results/MODULE/STUDENT.json           the result: all else derives from it
//     results/MODULE/STUDENT.trouble        why the last attempt gave none
//     results/MODULE/STUDENT.mark           points and a comment by hand (final.h)
//     history/MODULE/STUDENT/N.json         the results that this one replaced, 1 the first
//     canvas/STUDENT, moodle/STUDENT        what Canvas and Moodle call this student
//     feedback/STUDENT.html
//     work/                                 emptied at the start of collect and grade
//     lock                                  held by the one of them that runs
#pragma once

#include <stdint.h>

#include "instructor/command.h"
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
#define BOOK_NAME_RULE "letters, digits and . _ @ - only, at most 64, and begin with no . or -"

// Every student with a submission, a result or points by hand, sorted.
files_list book_students(const book *b);
void book_add_student(files_list *all, const char *name); // unless it is there, or no name

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

// Write a result, renamed into place: it is there whole or not at all. The one that it replaces is kept in
// the history. A trouble that was noted is gone.
tt_status book_put(const book *b, const char *module, const char *student, const json_t *root);

// Remember why there is none. A later result removes it, and so does book_forget_trouble.
tt_status book_put_trouble(const book *b, const char *module, const char *student, const char *reason);
void book_forget_trouble(const book *b, const char *module, const char *student);
bool book_trouble(const book *b, const char *module, const char *student, char *reason, size_t size);

// The results that were replaced: path of number `number`, from 1, into out (FILES_PATH).
void book_history_path(char *out, const book *b, const char *module, const char *student, int number);

// What an LMS calls this student, from the names of its files: a number for "canvas", the folder's name for
// "moodle". "" if it is not known.
enum { BOOK_LMS_NAME = 256 };
tt_status book_put_lms(const book *b, const char *lms, const char *student, const char *name);
void book_lms(const book *b, const char *lms, const char *student, char name[BOOK_LMS_NAME]);

// --- Small files ---

// The first `size` bytes of a file, as text; false, and "", if there is none.
bool book_read_note(char *out, size_t size, const char *path);

// A file of one JSON object; the second takes root over, and makes the folder.
tt_status book_read_json(json_t **root, const char *path);
tt_status book_write_json(const char *path, json_t *root);
