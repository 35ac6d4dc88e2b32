// markdown.h: Markdown to HTML that can do no harm, on md4c's parser (https://github.com/mity/md4c).
//
// CommonMark with tables. Raw HTML is text. A link keeps its address only if it is relative, http, https or
// mailto; an image is its text, because a page loads nothing. In a section whose heading ends in "Questions"
// the items of a numbered list fold open.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "core/status.h"

enum { MARKDOWN_MOST_HEADINGS = 96, MARKDOWN_MOST_ITEMS = 32 };

typedef struct {
    int level;
    char id[64]; // unique among them: small letters, digits, dashes, so that an id with _ is never one
    char text[120];
} markdown_heading;

// What the pieces of one page share. Zero it before the first.
typedef struct {
    markdown_heading headings[MARKDOWN_MOST_HEADINGS];
    int count;
    bool questions;                           // the last heading was that of the questions
    const char *answers[MARKDOWN_MOST_ITEMS]; // as HTML, one per question; NULL: none
} markdown_page;

// Write text as HTML. page may be NULL: headings then have no ids.
tt_status markdown_write(FILE *out, const char *text, size_t length, markdown_page *page);

// The items of the numbered lists of a text, each as HTML, malloc'ed; how many, at most `most`.
int markdown_items(const char *text, size_t length, char **items, int most);

// Add a heading to the page and return its id; NULL when there is no room.
const char *markdown_add_heading(markdown_page *page, int level, const char *text);
