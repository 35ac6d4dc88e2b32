// markdown.h: Markdown as harmless HTML and as lines of a terminal, by md4c's parser
// (https://github.com/mity/md4c).
//
// CommonMark with tables, and formulas between dollar signs (math.h). Raw HTML is shown as text. On a page a link keeps its address only if that is
// relative, http, https or mailto; an image is replaced by its text, because a page loads nothing. In a
// section whose heading ends in "Questions" the items of a numbered list can be unfolded.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "core/status.h"

enum { MARKDOWN_MOST_HEADINGS = 96, MARKDOWN_MOST_ITEMS = 32 };

typedef struct {
    int level;
    char id[64]; // unique in the page: lower-case letters, digits, -; ids of the page itself contain a _
    char text[120];
} markdown_heading;

// State that the pieces of one page share. Zero it before the first piece.
typedef struct {
    markdown_heading headings[MARKDOWN_MOST_HEADINGS];
    int count;
    bool questions;                           // the last heading ended in "Questions"
    const char *answers[MARKDOWN_MOST_ITEMS]; // as HTML, one per question; NULL: none
} markdown_page;

// Write text as HTML. page may be NULL: headings then have no ids.
tt_status markdown_write(FILE *out, const char *text, size_t length, markdown_page *page);

// The same for a terminal, in lines of at most ESCAPE_COLUMNS columns; code and tables keep their width.
tt_status markdown_print(FILE *out, const char *text, size_t length);

// Write one item of a text's numbered lists as HTML, or for a terminal indented by `indent` blanks. The
// items are counted from 1 over all lists under headings that contain the word `heading` (NULL: over the
// whole text). TT_BAD_VALUE if there is no such item.
tt_status markdown_write_item(FILE *out, const char *text, const char *heading, int number);
tt_status markdown_print_item(FILE *out, const char *text, const char *heading, int number, int indent);

// Add a heading to the page and return its id; NULL when there is no room.
const char *markdown_add_heading(markdown_page *page, int level, const char *text);
