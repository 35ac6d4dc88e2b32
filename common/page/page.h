// page.h: the frame round a page's contents: head, style, list of contents, script. Nothing is loaded from
// anywhere: the page's own policy forbids it.
#pragma once

#include "markdown.h"

typedef struct {
    const char *title, *goal;  // plain text; goal: what a list of pages says about this one, "" for none
    const char *foot;          // plain text: which machine, when
    const markdown_page *page; // its headings; NULL: no list of contents
    const char *stamp;         // file name of the script that says when the page was last written; NULL: none
    long written;              // seconds since 1970
    const char *body;
} page_frame;

// Write a whole page to a file, to a neighbour first and then renamed.
tt_status page_write(const char *path, const page_frame *frame);

// Make the folder that a file is to stand in, and those above it.
void page_make_folder(const char *path);
