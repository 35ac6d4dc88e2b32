// html.h: pieces of a page with text in them that is not trusted.
#pragma once

#include <stdio.h>

// Write a piece of HTML in which each @ stands for the next argument, a const char * that is escaped; NULL counts as "".
void page_say(FILE *out, const char *html, ...);

// Attributes of what may scroll, so that a keyboard reaches it where no script runs. what: "Table".
#define PAGE_SCROLLS(what) " tabindex=\"0\" role=\"group\" aria-label=\"" what ", scrolls\""

// Begin a table that scrolls if it is too wide, up to its first row. class: of the <table>. headings: "team|>score":
// of a column each, > for one of numbers. Rows follow, then page_table_end.
void page_table_begin(FILE *out, const char *class, const char *headings);
void page_table_end(FILE *out);
