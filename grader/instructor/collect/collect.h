// collect.h: what the readers of a folder (collect_folder.c) and of an archive (collect_archive.c) tell
// `grader collect`.
//
// A reader shows every entry first (collect_see) and brings the bytes only where they are wanted. It never
// writes a file: names from outside decide nothing about where anything goes.
#pragma once

#include "instructor/book.h"
#include "instructor/modules.h"

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

// A file that is some module's TOPIC.c.
typedef struct {
    char *path;  // where it lay; for a file in an archive that itself lay somewhere: that archive
    char *shown; // the whole way, for people
    const module *m;
    char named[BOOK_NAME * 4]; // the student as the file's name says it; "" if it does not
    char canvas[24];           // Canvas's number for the student, "" if the name has none
    bool late;
    int again; // Canvas's number of the resubmission: acceleration-2.c
    char sha256[FILES_HASH];
    size_t size;
    int staged; // its file in work/collect/
    char student[BOOK_NAME];
    const char *state; // "taken", "replaced", ...; NULL: not decided
    const char *reason;
} candidate;

typedef struct {
    book *b;
    const module_list *modules;
    const char *student; // --student, or NULL
    bool show_ignored;
    long most_entries, most_bytes;
    // so far
    const char *inside; // the path of the archive that is being read and lay in something; NULL: none
    long entries, bytes, ignored;
    bool full; // a limit was reached
    candidate *found;
    int count, refused;
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

// Which module and whose a file is, by its name alone (collect_name.c). False if no module's file is called
// that.
bool collect_read_name(candidate *f, const char *name, const module_list *modules);

// Whether the name is an archive's, and its length without the ending.
size_t collect_archive_stem(const char *name);

// Whose it is, from the folders and names: into f->student; false and f->reason if that cannot be said. `top`
// is the one folder that everything lay in, NULL if there is none.
bool collect_whose(candidate *f, const char *top, const module_list *modules);
