// markdown_part.h: the one place where Markdown is parsed: a whole text, or one item of its lists.
#pragma once

#include <md4c.h>
#include <stddef.h>

#include "core/status.h"

// One item of the numbered lists: the number-th, from 1, in all lists under headings that contain
// `heading` as a whole word (NULL: in all lists). Items of nested lists are not counted.
typedef struct {
    const char *heading;
    int number;
} markdown_part;

// Parse the text and call face's functions with `self`: for all of it if part is NULL, else for what is
// inside that item. TT_BAD_VALUE if there is no such item.
tt_status markdown_parse(const char *text, size_t length, const markdown_part *part, const MD_PARSER *face,
                         void *self);
