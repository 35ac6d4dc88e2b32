// collect.h: what the readers of a folder (collect_folder.c) and of an archive (collect_archive.c) tell
// `grader collect`, and who is to have what they found (collect_decide.c).
//
// A reader shows every entry first (collect_see) and brings the bytes only where they are wanted. It never
// writes a file: names from outside decide nothing about where anything goes.
#pragma once

#include "instructor/book/handed.h"
#include "instructor/modules.h"
#include "instructor/book/roster.h"

typedef enum {
    ENTRY_FILE,
    ENTRY_FOLDER,
    ENTRY_SYMLINK,
    ENTRY_HARDLINK,
    ENTRY_DEVICE,
    ENTRY_FIFO,
    ENTRY_SOCKET
} entry_kind;
typedef enum { WANT_NOTHING, WANT_SOURCE, WANT_ARCHIVE, WANT_NO_MORE } collect_want;

enum { COLLECT_SOURCE_BYTES = 1 << 20, COLLECT_ARCHIVE_BYTES = 32 << 20, COLLECT_DEPTH = 32 };

// A file that is some module's TOPIC.c; or one that is not taken, and why.
typedef struct {
    char *path;  // where it lay; for a file in an archive that itself lay somewhere: that archive
    char *shown; // the whole way, for people
    const module *m;
    char named[BOOK_NAME * 4];  // the student as the file's name says it; "" if it does not
    char canvas[24];            // Canvas's number for the student, "" if the name has none
    char moodle[BOOK_LMS_NAME]; // Moodle's folder, "" if it lay in none
    handed said;                // what Canvas's name says: acceleration-2.c is resubmission 2
    size_t size;
    int staged; // its file in work/collect/
    char student[BOOK_NAME];
    const char *state; // "taken", "replaced", ...; NULL: not decided
    char *reason;
    bool near; // not taken: its name is nearly a module's file's
} candidate;

typedef struct {
    book *b;
    const module_list *modules;
    const char *student; // --student, or NULL
    roster class;
    bool show_ignored;
    long most_entries, most_bytes;
    // so far
    const char *inside; // the path of the archive that is being read and lay in something; NULL: none
    long entries, bytes, ignored;
    bool full; // a limit was reached
    candidate *found;
    int count, refused;
    candidate *left; // not taken
    int left_count, nothing_graded;
} collection;

// An entry. size -1: not known. What to do with it is the answer.
collect_want collect_see(collection *c, const char *path, entry_kind kind, long size);

// Bytes that were unpacked or read; false if that is more than may be.
bool collect_count(collection *c, long bytes);

// What was wanted, whole. An archive is read at once.
void collect_take(collection *c, const char *path, collect_want want, const void *bytes, size_t size);

// Say that, and why, an entry was not taken.
void collect_refuse(collection *c, const char *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// The readers. An archive is open at `fd`, or lies in memory (fd -1).
void collect_folder(collection *c, int folder);
void collect_archive(collection *c, const char *path, int fd, const void *bytes, size_t size);

// Which module and whose a file is, by its name alone (collect_name.c). False: it is no module's.
bool collect_read_name(candidate *f, const char *name, const module_list *modules);

// The same of a file that was not taken. f->m is set, and f->near, if its name is nearly a module's:
// Acceleration.C, acceleration.c.txt, any.rar. The reason then; else NULL.
char *collect_read_left(candidate *f, const char *name, const module_list *modules);

// Whether the name is an archive's, and its length without the ending.
size_t collect_archive_stem(const char *name);

// Whose it is, from the folders and names: into f->student; false and f->reason if that cannot be said. `top`
// is the one folder that everything lay in, NULL if there is none.
bool collect_whose(candidate *f, const char *top, const module_list *modules, const roster *class);

// Who has what, and which of several files counts: sets `student` of all, `state` of what is not taken.
void collect_decide(collection *c);

// Remember what was not taken, with the way to it and why; collect_list_left prints, once it is known what
// was taken, who handed in something and has nothing to be graded, and notes it in the book.
void collect_leave(collection *c, const char *path, const char *why);
void collect_list_left(collection *c);

// A path's last part; the whole way to an entry, for people, which the caller frees.
const char *collect_base(const char *path);
char *collect_shown_path(const collection *c, const char *path);
