// markdown_terminal.c: the same Markdown for a terminal: paragraphs filled, list items with
// hanging indent, code unchanged. Emphasis and code in a line keep their marks, which are easy to
// read and can be copied.
#include "markdown.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/escape.h"
#include "markdown_part.h"

enum { MOST_DEPTH = 16, CODE_INDENT = 6 };

struct list {
    int number; // of the next item; -1 in a list without numbers
    bool tight, begun;
    char mark;
    int indent; // of the text around it
};

typedef struct {
    FILE *out, *words; // words: collects the text of a block; NULL if there is none yet
    char *text;        // the collected text
    size_t length;
    bool begun;                        // something has been printed
    int indent, column;                // of a line's first character; of the end of an item's mark, else 0
    int depth, columns;                // open lists; cells of the current table row
    struct list lists[MOST_DEPTH + 1]; // [0]: no list; the last one: for all deeper lists
} printer;

static struct list *list_of(printer *p) { return &p->lists[p->depth < MOST_DEPTH ? p->depth : MOST_DEPTH]; }

static FILE *words(printer *p)
{
    if (!p->words) p->words = open_memstream(&p->text, &p->length);
    return p->words ? p->words : p->out;
}

static const char *take_words(printer *p)
{
    if (p->words) fclose(p->words);
    else p->text = strdup("");
    p->words = NULL;
    return p->text ? p->text : "";
}

// Print the collected text in lines that fit.
static void end_paragraph(printer *p)
{
    if (p->words) escape_wrap(p->out, take_words(p), p->column, p->indent), p->column = 0, free(p->text);
    else if (p->column) fputc('\n', p->out), p->column = 0;
}

// A blank line before a block, unless it is the first, follows an item's mark, or is in a tight list.
static void begin_block(printer *p)
{
    if (p->words) end_paragraph(p);
    if (p->begun && !p->column && !list_of(p)->tight) fputc('\n', p->out);
    p->begun = true;
}

// --- Lists ---

static void begin_list(printer *p, int number, bool tight, char mark)
{
    begin_block(p);
    p->depth++;
    *list_of(p) = (struct list){.number = number, .tight = tight, .mark = mark, .indent = p->indent};
}

static void begin_item(printer *p)
{
    char mark[24];
    struct list *list = list_of(p);
    if (list->begun) begin_block(p);
    list->begun = true;
    if (list->number < 0) snprintf(mark, sizeof mark, "%c ", list->mark);
    else snprintf(mark, sizeof mark, "%d%c ", list->number++, list->mark);
    fprintf(p->out, "%*s%s", p->indent - p->column, "", mark);
    p->column = p->indent += (int)strlen(mark);
}

// --- Blocks ---

static void end_heading(printer *p, int level)
{
    const char *text = take_words(p);
    const bool terminal = isatty(fileno(p->out));
    fprintf(p->out, "\n%s", terminal ? "\033[1m" : "");
    escape_put(p->out, text, ESCAPE_LINE);
    fprintf(p->out, "%s\n", terminal ? "\033[0m" : "");
    for (; level <= 2 && *text; text++)
        if ((*text & 0xc0) != 0x80) fputc(level == 1 ? '=' : '-', p->out);
    if (level <= 2) fputc('\n', p->out);
    free(p->text);
    p->column = 0;
}

static void end_code(printer *p)
{
    const char *text = take_words(p);
    for (size_t n; *text; text += n) {
        n = strcspn(text, "\n") + 1;
        if (!text[n - 1]) n--;
        fprintf(p->out, "%*s", *text == '\n' ? 0 : p->indent + CODE_INDENT - p->column, "");
        escape_bytes(p->out, text, n, ESCAPE_LINES);
        p->column = 0;
    }
    free(p->text);
}

// A table row as Markdown.
static void end_row(printer *p)
{
    escape_put(p->out, take_words(p), ESCAPE_LINE);
    fputs("|\n", p->out);
    free(p->text);
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *self)
{
    printer *p = self;
    const MD_BLOCK_UL_DETAIL *ul = detail;
    const MD_BLOCK_OL_DETAIL *ol = detail;
    if (type == MD_BLOCK_UL) begin_list(p, -1, ul->is_tight, ul->mark);
    else if (type == MD_BLOCK_OL) begin_list(p, (int)(ol->start & 0xffff), ol->is_tight, ol->mark_delimiter);
    else if (type == MD_BLOCK_LI) begin_item(p);
    else if (type == MD_BLOCK_TR) p->columns = 0;
    else if (type == MD_BLOCK_TH || type == MD_BLOCK_TD) fputs("| ", words(p)), p->columns++;
    else if (type != MD_BLOCK_DOC && type != MD_BLOCK_THEAD && type != MD_BLOCK_TBODY) begin_block(p);
    if (type == MD_BLOCK_QUOTE) p->indent += 2, p->begun = false;
    if (type == MD_BLOCK_HR) fputs("---\n", p->out);
    return 0;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *self)
{
    printer *p = self;
    if (type == MD_BLOCK_H) end_heading(p, (int)((MD_BLOCK_H_DETAIL *)detail)->level);
    else if (type == MD_BLOCK_CODE) end_code(p);
    else if (type == MD_BLOCK_TH || type == MD_BLOCK_TD) fputc(' ', words(p));
    else if (type == MD_BLOCK_TR) end_row(p);
    else if (type == MD_BLOCK_P || type == MD_BLOCK_LI) end_paragraph(p);
    if (type == MD_BLOCK_THEAD) {
        for (int i = 0; i < p->columns; i++) fputs("| --- ", p->out);
        fputs("|\n", p->out);
    }
    if (type == MD_BLOCK_LI) p->indent = list_of(p)->indent;
    if (type == MD_BLOCK_UL || type == MD_BLOCK_OL) p->depth--;
    if (type == MD_BLOCK_QUOTE) p->indent -= 2;
    return 0;
}

// --- Words ---

// The same mark before and behind.
static int put_mark(MD_SPANTYPE type, void *detail, void *self)
{
    static const char *const marks[] = {[MD_SPAN_EM] = "*", [MD_SPAN_STRONG] = "**", [MD_SPAN_CODE] = "`"};
    (void)detail;
    if ((size_t)type < sizeof marks / sizeof *marks && marks[type]) fputs(marks[type], words(self));
    return 0;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *self)
{
    const MD_SPAN_A_DETAIL *link = detail;
    if (type == MD_SPAN_A) fprintf(words(self), " (%.*s)", (int)link->href.size, link->href.text);
    return put_mark(type, detail, self);
}

static int put_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *self)
{
    printer *p = self;
    if (type == MD_TEXT_SOFTBR) fputc(' ', words(p));
    else if (type == MD_TEXT_BR) fputc('\n', words(p));
    else if (type == MD_TEXT_NULLCHAR) fputs("\xef\xbf\xbd", words(p));
    else fwrite(text, 1, size, words(p));
    return 0;
}

static const MD_PARSER face = {0, 0, enter_block, leave_block, put_mark, leave_span, put_text, NULL, NULL};

tt_status markdown_print(FILE *out, const char *text, size_t length)
{
    return markdown_parse(text, length, NULL, &face, &(printer){.out = out});
}

tt_status markdown_print_item(FILE *out, const char *text, const char *heading, int number, int indent)
{
    printer p = {.out = out, .indent = indent};
    tt_status status = markdown_parse(text, strlen(text), &(markdown_part){heading, number}, &face, &p);
    end_paragraph(&p);
    return status;
}
