// page.h: everything around a page's contents: head, style, list of contents, scripts.
//
// A page loads nothing from anywhere: its own Content-Security-Policy forbids it.
#pragma once

#include "markdown.h"

typedef struct {
    const char *title, *goal;  // plain text; goal: the page's description in a list of pages, or ""
    const char *foot;          // plain text: which machine, when
    const markdown_page *page; // its headings; NULL: no list of contents
    const char *stamp;         // file name of the script with the time of the last writing; NULL: none
    long written;              // seconds since 1970
    bool inert;                // no script and no link: nothing happens on it
    const char *body;
} page_frame;

// Write a whole page.
void page_put(FILE *out, const page_frame *frame);

// The same to a file and, if it has a stamp, that beside it; makes the folder.
tt_status page_write(const char *path, const page_frame *frame);
