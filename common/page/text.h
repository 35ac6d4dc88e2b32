// text.h: text made safe for a page. Cells print what a student's code prints, so none of it is trusted.
#pragma once

#include <stddef.h>
#include <stdio.h>

// Enclose a measured number in prose while it goes through Markdown; page_prose makes an element of them.
#define PAGE_NUMBER_BEGINS "\x02"
#define PAGE_NUMBER_ENDS   "\x03"

// Escape prose in which measured numbers are marked.
void page_prose(FILE *out, const char *text, size_t length);

// What a terminal would show in the end, as valid UTF-8: escape sequences and characters that are not
// shown (core/escape.h) are removed, a carriage return begins the line anew, a byte that is not UTF-8
// becomes U+FFFD. Ends in a zero byte; the caller frees it. NULL without memory.
char *page_clean(const char *text, size_t length);

// Write bytes as base64.
void page_base64(FILE *out, const void *bytes, size_t length);
