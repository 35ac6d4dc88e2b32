// markdown_part.c: hands a text to md4c, and passes on to the face only what is inside the wanted item.
#include "markdown_part.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

typedef struct {
    const MD_PARSER *face;
    void *self;
    const markdown_part *part;
    char plain[256];              // the text of the heading
    bool heading, here, numbered; // inside a heading; below a wanted one; the outermost list has numbers
    int depth, count;             // open lists; items so far
    bool inside, found;
} picker;

// Whether a heading contains `word` as a whole word.
static bool holds(const char *heading, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = heading; length && (at = strstr(at, word)); at += length)
        if (!isalnum((unsigned char)at[length]) && at[length] != '_' && (at == heading || at[-1] == ' '))
            return true;
    return false;
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *self)
{
    picker *p = self;
    if (type == MD_BLOCK_UL || type == MD_BLOCK_OL)
        if (++p->depth == 1) p->numbered = type == MD_BLOCK_OL;
    if (p->inside) return p->face->enter_block(type, detail, p->self);
    if (type == MD_BLOCK_H) p->heading = true, *p->plain = 0;
    if (type == MD_BLOCK_LI && p->depth == 1 && p->numbered && p->here && ++p->count == p->part->number)
        p->inside = p->found = true;
    return 0;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *self)
{
    picker *p = self;
    if (type == MD_BLOCK_LI && p->depth == 1) p->inside = false;
    if (type == MD_BLOCK_UL || type == MD_BLOCK_OL) p->depth--;
    if (p->inside) return p->face->leave_block(type, detail, p->self);
    if (type == MD_BLOCK_H)
        p->heading = false, p->here = !p->part->heading || holds(p->plain, p->part->heading);
    return 0;
}

static int enter_span(MD_SPANTYPE type, void *detail, void *self)
{
    picker *p = self;
    return p->inside ? p->face->enter_span(type, detail, p->self) : 0;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *self)
{
    picker *p = self;
    return p->inside ? p->face->leave_span(type, detail, p->self) : 0;
}

static int put_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *self)
{
    picker *p = self;
    if (p->inside) return p->face->text(type, text, size, p->self);
    size_t room = sizeof p->plain - 1 - strlen(p->plain);
    if (p->heading) strncat(p->plain, text, size < room ? size : room);
    return 0;
}

tt_status markdown_parse(const char *text, size_t length, const markdown_part *part, const MD_PARSER *face,
                         void *self)
{
    picker p = {.face = face, .self = self, .part = part, .here = part && !part->heading};
    MD_PARSER parser = {0, 0, enter_block, leave_block, enter_span, leave_span, put_text, NULL, NULL};
    if (!part) parser = *face;
    parser.flags = MD_FLAG_TABLES | MD_FLAG_NOHTML | MD_FLAG_LATEXMATHSPANS;
    if (md_parse(text, (MD_SIZE)length, &parser, part ? &p : self) != 0)
        return tt_fail(TT_NO_MEMORY, "no memory for Markdown");
    return !part || p.found ? TT_OK : tt_fail(TT_BAD_VALUE, "no such item");
}
