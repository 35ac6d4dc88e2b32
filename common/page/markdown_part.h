// markdown_part.h: the one place where Markdown is parsed, and a whole text or one item of its lists.
#pragma once

#include <md4c.h>
#include <stddef.h>

#include "core/status.h"

// One item of the numbered lists: the number-th (from 1), nested ones not counted, of those under headings
// that hold `heading` as a word of its own, NULL for all of them.
typedef struct {
    const char *heading;
    int number;
} markdown_part;

// Have face's functions called, with self, for the text; for one item of it, what is inside the item. part is
// NULL for the whole text. TT_BAD_VALUE if there is no such item.
tt_status markdown_parse(const char *text, size_t length, const markdown_part *part, const MD_PARSER *face,
                         void *self);
