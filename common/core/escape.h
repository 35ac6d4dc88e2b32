// escape.h: untrusted text on its way to a terminal, a page, a table or a script.
//
// What a student can put into a file name, a message or a compiler's error passes through here:
// one decoder of UTF-8, one list of the characters that may be shown, one table of what each
// place must quote.
//
// Shown are blanks and characters with a shape of their own. Not shown are bytes that are not UTF-8,
// control characters, characters that change the direction of writing, characters of no width (two
// different names would look the same), private-use characters (each font shows them differently) and
// noncharacters. In a page each becomes U+FFFD: if it were dropped, text that stood apart could join.
//
// Sources  Unicode: DerivedCoreProperties.txt (Default_Ignorable_Code_Point), PropList.txt (Bidi_Control,
//          Noncharacter_Code_Point); RFC 3629 (UTF-8); RFC 4180 (CSV).
// Limits   a character counts as one column. Wide East Asian ones take two, so lines of these are
//          too long.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef enum {
    ESCAPE_LINE,    // terminal, one line: what may not be shown, and line ends, as \xNN
    ESCAPE_LINES,   // terminal: line ends and tabs stay
    ESCAPE_HTML,    // HTML and XML, in elements and in quoted attributes: what may not be shown as U+FFFD
    ESCAPE_JSON,    // a JSON string: only replaces by U+FFFD, jansson quotes
    ESCAPE_CSV,     // between the double quotes of a cell
    ESCAPE_GNUPLOT, // between gnuplot's single quotes, where no line end may stand
} escape_place;

enum { ESCAPE_COLUMNS = 78 }; // of a line on a terminal

// Decode the first character of a text of `length` bytes, at least one. Returns how many bytes it takes;
// 0 if they are not UTF-8: an overlong form, a surrogate, past U+10FFFF, cut short.
size_t escape_decode(uint32_t *point, const char *text, size_t length);

// Whether this character may be shown everywhere. Tab and line end may not; some places allow them.
bool escape_is_shown(uint32_t point);

// Write text so that nothing in it has a meaning in that place. NULL counts as "".
void escape_put(FILE *f, const char *text, escape_place place);
void escape_bytes(FILE *f, const char *text, size_t length, escape_place place);

// The same as a new string, which the caller frees; NULL without memory.
char *escape_make(const char *text, escape_place place);

// The same as one line in out (size), cut with "..." if it is longer than `columns`. Returns out.
const char *escape_clip(char *out, size_t size, const char *text, int columns);

// One cell of a CSV table, quoted if necessary; a cell that a spreadsheet would take for a formula
// gets a ' in front.
void escape_csv(FILE *f, const char *text);

// The first `count` lines, each cut to ESCAPE_COLUMNS columns behind the label, or behind as many blanks; "..." stands for
// the rest.
void escape_first_lines(FILE *f, const char *label, const char *text, int count);

// Lines of at most ESCAPE_COLUMNS columns for a terminal, broken at blanks, each indented by `indent`;
// the first begins at `column`, after what the caller has written.
void escape_wrap(FILE *f, const char *text, int column, int indent);
