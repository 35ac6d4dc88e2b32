// text.h: text from outside, on its way to a terminal, a page or a table.
//
// Everything that a student can put into a file name, a message or a compiler's complaint goes through here.
// Bytes that are no UTF-8, control characters and those that turn the direction of writing never arrive as
// they are.
#pragma once

#include <stddef.h>
#include <stdio.h>

typedef enum {
    TEXT_LINE,  // terminal, one line: what may not be shown as \xNN, line ends too
    TEXT_LINES, // terminal: line ends and tabs stay
    TEXT_HTML,  // HTML and XML, in text and in attributes: what may not be shown as U+FFFD
    TEXT_JSON,  // inside a JSON string: jansson does the quoting, this only replaces what may not be shown
} text_kind;

// Write text so that it is only text there. NULL counts as "".
void text_put(FILE *f, const char *text, text_kind kind);

// The same into out (size), cut with "..." where it is longer than `columns`. Returns out.
const char *text_clip(char *out, size_t size, const char *text, int columns);

// A newly made string, for the caller to free; never NULL.
char *text_make(const char *text, text_kind kind);

// One cell of a CSV table (RFC 4180), quoted where it must be; one that a spreadsheet would take for a
// formula gets a ' in front.
void text_csv(FILE *f, const char *text);
