// markdown.c: Markdown as HTML: md4c reports what begins and ends, and tables give the elements.
#include "markdown.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "code.h"
#include "core/escape.h"
#include "html.h"
#include "markdown_part.h"
#include "math.h"
#include "text.h"

enum { MOST_DEPTH = 16 };

typedef struct {
    FILE *out, *under; // under: the previous out, while a heading is collected in memory
    char *kept;        // the collected heading
    size_t kept_length;
    markdown_page *page;
    char plain[256]; // the text of a heading, without markup
    bool heading, is_c, linked;
    char formula[1024]; // collected: md4c hands it over in parts
    size_t formula_length;
    int depth, ordered[MOST_DEPTH]; // of lists: how many are open, and each one's next number, or -1
} writer;

static void keep_back(writer *w)
{
    w->under = w->out;
    w->out = open_memstream(&w->kept, &w->kept_length);
    if (!w->out) w->out = w->under, w->under = NULL;
}

static void go_on(writer *w)
{
    if (!w->under) return;
    fclose(w->out);
    w->out = w->under;
    w->under = NULL;
}

// --- Headings ---

static void slug(char *id, size_t size, const char *text)
{
    size_t used = 0;
    for (; *text && used + 1 < size; text++) {
        if (isalnum((unsigned char)*text)) id[used++] = (char)tolower((unsigned char)*text);
        else if (used && id[used - 1] != '-') id[used++] = '-';
    }
    while (used && id[used - 1] == '-') used--;
    id[used] = 0;
    if (!used) snprintf(id, size, "section");
}

static bool is_taken(const markdown_page *page, const char *id)
{
    for (int i = 0; i < page->count; i++)
        if (!strcmp(page->headings[i].id, id)) return true;
    return false;
}

const char *markdown_add_heading(markdown_page *page, int level, const char *text)
{
    if (page->count == MARKDOWN_MOST_HEADINGS) return NULL;
    markdown_heading *h = &page->headings[page->count];
    char base[48];
    slug(base, sizeof base, text);
    snprintf(h->id, sizeof h->id, "%s", base);
    for (int n = 2; is_taken(page, h->id); n++) snprintf(h->id, sizeof h->id, "%s-%d", base, n);
    snprintf(h->text, sizeof h->text, "%s", text);
    h->level = level;
    page->count++;
    return h->id;
}

// A heading is at most one level below the one before, so that screen readers find no level skipped.
static int level_of(const writer *w, unsigned wanted)
{
    int last = w->page && w->page->count ? w->page->headings[w->page->count - 1].level : 0;
    if (!w->page || (int)wanted <= last) return (int)wanted;
    return last + 1;
}

static void begin_heading(writer *w, unsigned wanted)
{
    *w->plain = 0;
    w->heading = true;
    if (w->page) keep_back(w);
    else fprintf(w->out, "<h%u>", wanted);
}

static void end_heading(writer *w, unsigned wanted)
{
    int level = level_of(w, wanted);
    w->heading = false;
    if (w->page) {
        go_on(w);
        const char *id = markdown_add_heading(w->page, level, w->plain);
        fprintf(w->out, "<h%d id=\"%s\">%.*s", level, id ? id : "", (int)w->kept_length,
                w->kept ? w->kept : "");
        free(w->kept);
        w->kept = NULL;
        size_t length = strlen(w->plain);
        w->page->questions = length >= 9 && !strcasecmp(w->plain + length - 9, "questions");
    }
    fprintf(w->out, "</h%d>\n", level);
}

// --- Lists ---

static bool is_question(const writer *w)
{
    return w->page && w->page->questions && w->depth == 1 && w->ordered[0] >= 0;
}

static void begin_list(writer *w, int start)
{
    if (w->depth < MOST_DEPTH) w->ordered[w->depth] = start;
    bool folds = ++w->depth == 1 && is_question(w);
    if (start < 0) fputs("<ul>\n", w->out);
    else if (start == 1) fprintf(w->out, "<ol%s>\n", folds ? " class=\"questions\"" : "");
    else fprintf(w->out, "<ol start=\"%d\">\n", start);
}

static void begin_item(writer *w)
{
    fputs("<li>", w->out);
    if (is_question(w))
        fprintf(w->out, "<details class=\"question\"><summary>Question %d</summary><div>", w->ordered[0]);
}

static void end_item(writer *w)
{
    if (is_question(w)) {
        int n = w->ordered[0] - 1;
        const char *answer = n >= 0 && n < MARKDOWN_MOST_ITEMS ? w->page->answers[n] : NULL;
        fputs("</div>", w->out);
        if (answer)
            fprintf(w->out, "<details class=\"answer\"><summary>Answer</summary><div>%s</div></details>",
                    answer);
        fputs("</details>", w->out);
    }
    fputs("</li>\n", w->out);
    if (w->depth >= 1 && w->depth <= MOST_DEPTH && w->ordered[w->depth - 1] >= 0) w->ordered[w->depth - 1]++;
}

// --- Blocks ---

static const struct {
    const char *begins, *ends;
} blocks[] = {
    [MD_BLOCK_QUOTE] = {"<blockquote>\n", "</blockquote>\n"},
    [MD_BLOCK_HR] = {"<hr>\n", ""},
    [MD_BLOCK_P] = {"<p>", "</p>\n"},
    [MD_BLOCK_TABLE] = {"<div class=\"scroll\"" PAGE_SCROLLS("Table") "><table>\n", "</table></div>\n"},
    [MD_BLOCK_THEAD] = {"<thead>\n", "</thead>\n"},
    [MD_BLOCK_TBODY] = {"<tbody>\n", "</tbody>\n"},
    [MD_BLOCK_TR] = {"<tr>", "</tr>\n"},
    [MD_BLOCK_TH] = {"", "</th>"},
    [MD_BLOCK_TD] = {"", "</td>"},
};
enum { BLOCKS = sizeof blocks / sizeof *blocks };

static void begin_table_cell(writer *w, MD_BLOCKTYPE type, const MD_BLOCK_TD_DETAIL *detail)
{
    static const char *const classes[] = {"", "", " class=\"middle\"", " class=\"right\""};
    fprintf(w->out, "<%s%s>", type == MD_BLOCK_TH ? "th scope=\"col\"" : "td", classes[detail->align & 3]);
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *self)
{
    writer *w = self;
    const MD_BLOCK_CODE_DETAIL *code = detail;
    switch (type) {
    case MD_BLOCK_H:
        begin_heading(w, ((MD_BLOCK_H_DETAIL *)detail)->level);
        break;
    case MD_BLOCK_UL:
        begin_list(w, -1);
        break;
    case MD_BLOCK_OL:
        begin_list(w, (int)((MD_BLOCK_OL_DETAIL *)detail)->start & 0xffff);
        break;
    case MD_BLOCK_LI:
        begin_item(w);
        break;
    case MD_BLOCK_CODE:
        w->is_c = code->lang.size == 1 && tolower((unsigned char)*code->lang.text) == 'c';
        fputs("<pre class=\"quoted\"><code>", w->out);
        break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
        begin_table_cell(w, type, detail);
        break;
    default:
        if ((int)type < BLOCKS && blocks[type].begins) fputs(blocks[type].begins, w->out);
    }
    return 0;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *self)
{
    writer *w = self;
    switch (type) {
    case MD_BLOCK_H:
        end_heading(w, ((MD_BLOCK_H_DETAIL *)detail)->level);
        break;
    case MD_BLOCK_UL:
        w->depth--, fputs("</ul>\n", w->out);
        break;
    case MD_BLOCK_OL:
        w->depth--, fputs("</ol>\n", w->out);
        break;
    case MD_BLOCK_LI:
        end_item(w);
        break;
    case MD_BLOCK_CODE:
        w->is_c = false, fputs("</code></pre>\n", w->out);
        break;
    default:
        if ((int)type < BLOCKS && blocks[type].ends) fputs(blocks[type].ends, w->out);
    }
    return 0;
}

// --- Spans ---

// Whether a link's address is safe as the browser reads it. Entities are not decoded: "&amp;" stays as it is.
static bool is_harmless(const char *url, size_t length)
{
    static const char *const schemes[] = {"http", "https", "mailto"};
    size_t n = 0;
    while (n < length && !strchr(":/?#", url[n])) n++;
    if (n == length || url[n] != ':') return true; // relative
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (strlen(schemes[i]) == n && !strncasecmp(url, schemes[i], n)) return true;
    return false;
}

static void put_address(FILE *out, const char *url, size_t length)
{
    for (size_t i = 0, n; i < length; i += n) {
        uint32_t point = 0;
        n = escape_decode(&point, url + i, length - i);
        if (n && point != ' ' && escape_is_shown(point)) escape_bytes(out, url + i, n, ESCAPE_HTML);
        else // some of these browsers skip
            for (size_t k = n = n ? n : 1; k > 0; k--) fprintf(out, "%%%02X", (unsigned char)url[i + n - k]);
    }
}

static int enter_span(MD_SPANTYPE type, void *detail, void *self)
{
    writer *w = self;
    const MD_SPAN_A_DETAIL *link = detail;
    if (type == MD_SPAN_EM) fputs("<em>", w->out);
    if (type == MD_SPAN_STRONG) fputs("<strong>", w->out);
    if (type == MD_SPAN_CODE) fputs("<code>", w->out);
    if (type == MD_SPAN_A && (w->linked = is_harmless(link->href.text, link->href.size))) {
        fputs("<a rel=\"noreferrer\" href=\"", w->out);
        put_address(w->out, link->href.text, link->href.size);
        fputs("\">", w->out);
    }
    return 0;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *self)
{
    writer *w = self;
    (void)detail;
    if (type == MD_SPAN_EM) fputs("</em>", w->out);
    if (type == MD_SPAN_STRONG) fputs("</strong>", w->out);
    if (type == MD_SPAN_CODE) fputs("</code>", w->out);
    if (type == MD_SPAN_LATEXMATH || type == MD_SPAN_LATEXMATH_DISPLAY) {
        page_math(w->out, w->formula, w->formula_length);
        w->formula_length = 0;
    }
    if (type == MD_SPAN_A && w->linked) fputs("</a>", w->out);
    return 0;
}

static int put_words(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *self)
{
    writer *w = self;
    if (type == MD_TEXT_LATEXMATH) {
        const size_t room = sizeof w->formula - w->formula_length, n = size < room ? size : room;
        memcpy(w->formula + w->formula_length, text, n);
        w->formula_length += n;
    } else if (type == MD_TEXT_BR) fputs("<br>\n", w->out);
    else if (type == MD_TEXT_SOFTBR) fputc('\n', w->out);
    else if (type == MD_TEXT_NULLCHAR) fputs("\xef\xbf\xbd", w->out);
    else if (type == MD_TEXT_ENTITY) fwrite(text, 1, size, w->out); // md4c has checked that it is one
    else if (w->is_c && !memchr(text, *PAGE_NUMBER_BEGINS, size)) page_code(w->out, text, size);
    else page_prose(w->out, text, size);
    size_t used = strlen(w->plain);
    for (MD_SIZE i = 0; w->heading && i < size && used + 1 < sizeof w->plain; i++)
        if (text[i] == '\n' || (unsigned char)text[i] >= 0x20) w->plain[used++] = text[i];
    w->plain[used] = 0;
    return 0;
}

static const MD_PARSER face = {0, 0, enter_block, leave_block, enter_span, leave_span, put_words, NULL, NULL};

tt_status markdown_write(FILE *out, const char *text, size_t length, markdown_page *page)
{
    return markdown_parse(text, length, NULL, &face, &(writer){.out = out, .page = page});
}

tt_status markdown_write_item(FILE *out, const char *text, const char *heading, int number)
{
    return markdown_parse(text, strlen(text), &(markdown_part){heading, number}, &face,
                          &(writer){.out = out});
}
