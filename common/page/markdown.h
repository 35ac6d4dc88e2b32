// markdown.h: Markdown to HTML in which nothing can run, with md4c's parser (https://github.com/mity/md4c).
//
// CommonMark with tables. Raw HTML is shown as text. A link keeps its address only if it is relative, http,
// https or mailto; of an image only the text is kept, because a page loads nothing. In a section whose
// heading ends in "Questions", each item of a numbered list can be folded open.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "core/status.h"

enum { MARKDOWN_MOST_HEADINGS = 96, MARKDOWN_MOST_ITEMS = 32 };

typedef struct {
    int level;
    char id[64]; // unique in the page: lower-case letters, digits, dashes; the page's own ids have a _
    char text[120];
} markdown_heading;

// What the pieces of one page share. Zero it before the first.
typedef struct {
    markdown_heading headings[MARKDOWN_MOST_HEADINGS];
    int count;
    bool questions;                           // the last heading ended in "Questions"
    const char *answers[MARKDOWN_MOST_ITEMS]; // as HTML, one per question; NULL: none
} markdown_page;

// Write text as HTML. page may be NULL: headings then have no ids.
tt_status markdown_write(FILE *out, const char *text, size_t length, markdown_page *page);

// The items of the numbered lists of a text, as HTML that the caller frees. Returns how many, at most `most`.
int markdown_items(const char *text, size_t length, char **items, int most);

// Add a heading to the page and return its id; NULL when there is no room.
const char *markdown_add_heading(markdown_page *page, int level, const char *text);
