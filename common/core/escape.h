// escape.h: text from outside, on its way to a terminal, a page, a table or a script.
//
// What a student can put into a file name, a message or a compiler's complaint goes through here: one decoder
// of UTF-8, one list of the characters that may be shown, one table of what each place quotes.
//
// Shown is what has a shape of its own, and blanks. Not shown are bytes that are no UTF-8, control
// characters, characters that turn the direction of writing, those that have no width (two names that look
// the same would differ), private ones (every font has its own idea of them) and those that no text may hold.
// In a page they leave U+FFFD behind: what is dropped without a trace can join what stood apart.
//
// Sources  Unicode: DerivedCoreProperties.txt (Default_Ignorable_Code_Point), PropList.txt (Bidi_Control,
//          Noncharacter_Code_Point); RFC 3629 (UTF-8); RFC 4180 (CSV).
// Limits   a character counts as one column: wide ones of East Asia take two, so a line of them is too long.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef enum {
    ESCAPE_LINE,    // terminal, one line: what may not be shown as \xNN, line ends too
    ESCAPE_LINES,   // terminal: line ends and tabs stay
    ESCAPE_HTML,    // HTML and XML, in elements and in quoted attributes: what may not be shown as U+FFFD
    ESCAPE_JSON,    // a JSON string: jansson does the quoting, this only puts U+FFFD
    ESCAPE_CSV,     // between the double quotes of a cell
    ESCAPE_GNUPLOT, // between gnuplot's single quotes, which cannot hold a line end
} escape_place;

enum { ESCAPE_COLUMNS = 78 }; // of a line on a terminal

// Decode the character at text, of `length` bytes, at least one. Returns how many of them it takes; 0 if they
// are no UTF-8: too long a form, a surrogate, past U+10FFFF, cut short.
size_t escape_decode(uint32_t *point, const char *text, size_t length);

// Whether this character may be shown everywhere. Tab and line end may not: that is for the place to say.
bool escape_is_shown(uint32_t point);

// Write text so that it is only text there. NULL counts as "".
void escape_put(FILE *f, const char *text, escape_place place);
void escape_bytes(FILE *f, const char *text, size_t length, escape_place place);

// The same as a new string, which the caller frees; NULL without memory.
char *escape_make(const char *text, escape_place place);

// The same as one line in out (size), cut with "..." where it is longer than `columns`. Returns out.
const char *escape_clip(char *out, size_t size, const char *text, int columns);

// One cell of a CSV table, quoted where it must be; one that a spreadsheet would take for a formula gets a '
// in front.
void escape_csv(FILE *f, const char *text);

// Lines of at most ESCAPE_COLUMNS columns for a terminal, cut at blanks, each behind `indent` blanks; the
// first begins at `column`, behind what the caller has written.
void escape_wrap(FILE *f, const char *text, int column, int indent);
