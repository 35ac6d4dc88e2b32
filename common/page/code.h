// code.h: C source as HTML with colours.
#pragma once

#include <stddef.h>
#include <stdio.h>

// Write C source as escaped text, in <span>s: comments, strings, numbers, keywords, types and directives.
void page_code(FILE *out, const char *source, size_t length);
