// html.c: escapes what goes into a piece of a page, and puts a table's frame round its rows.
#include "html.h"

#include <stdarg.h>
#include <string.h>

#include "core/escape.h"

void page_say(FILE *out, const char *html, ...)
{
    va_list args;
    va_start(args, html);
    for (; *html; html++) {
        if (*html == '@') escape_put(out, va_arg(args, const char *), ESCAPE_HTML);
        else fputc(*html, out);
    }
    va_end(args);
}

void page_table_begin(FILE *out, const char *class, const char *headings)
{
    page_say(out, "<div class=\"scroll\"" PAGE_SCROLLS("Table") "><table class=\"@\"><thead><tr>", class);
    for (const char *at = headings; *at; at += *at == '|') {
        const size_t length = strcspn(at, "|");
        const int right = *at == '>';
        fprintf(out, "<th scope=\"col\"%s>", right ? " class=\"right\"" : "");
        escape_bytes(out, at + right, length - (size_t)right, ESCAPE_HTML);
        fputs("</th>", out);
        at += length;
    }
    fputs("</tr></thead>\n<tbody>\n", out);
}

void page_table_end(FILE *out) { fputs("</tbody></table></div>\n", out); }
