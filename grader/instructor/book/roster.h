// roster.h: who is in the class: a table of login, name and id, kept as roster.csv in the gradebook.
//
// The login is what everything here calls a student. The name is as people write it, in any letters; the id
// is what Canvas or Moodle puts into its file names. A hand-in is matched by the id, else by the login,
// else by the name without accents, blanks and signs, in either order: "Zoë O'Neill", "ONeill, Zoe" and
// "oneillzoe" are one.
#pragma once

#include "book.h"

typedef struct {
    char login[BOOK_NAME];
    const char *name, *id; // "" if not known
} roster_row;

typedef struct {
    roster_row *row;
    int count;
    char *text; // owns the cells
} roster;

// The book's; a book without one has an empty roster. TT_BAD_FILE with file and line.
tt_status roster_load(roster *r, const book *b);
void roster_finish(roster *r);

// Check a table and keep a copy of it in the book.
tt_status roster_keep(const book *b, const char *path);

// By login; NULL if nobody is called so.
const roster_row *roster_get(const roster *r, const char *login);

// Whose hand-in this is: `id` is the LMS's number or "". NULL: nobody's; or *several could be meant.
const roster_row *roster_match(const roster *r, const char *name, const char *id, bool *several);
