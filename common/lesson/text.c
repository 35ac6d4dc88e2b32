// text.c: reads the percent format line by line.
#include "text.h"

#include <stdio.h>
#include <string.h>

static const char mark[] = "// %%";

static size_t line_length(const char *at) { return strcspn(at, "\n"); }

static const char *next_line(const char *at)
{
    at += line_length(at);
    return *at ? at + 1 : at;
}

static void begin_piece(lesson_piece *p, const char *at, long line)
{
    *p = (lesson_piece){.mark = at, .body = next_line(at), .first_line = line + 1};
    const char *title = at + strlen(mark);
    title += strspn(title, " ");
    size_t length = line_length(title);
    p->is_prose = length >= 10 && !strncmp(title, "[markdown]", 10);
    if (!p->is_prose) snprintf(p->title, sizeof p->title, "%.*s", (int)length, title);
}

static void end_piece(lesson_piece *p, const char *at, long line)
{
    p->last_line = line - 1;
    p->next = at;
    p->length = (size_t)(at - p->body);
    while (p->length > 0 && strchr("\n ", p->body[p->length - 1])) p->length--;
}

int lesson_cut(lesson_piece *pieces, int most, const char *text)
{
    int count = 0;
    long line = 1;
    const char *at = text;
    for (; *at; at = next_line(at), line++) {
        if (strncmp(at, mark, strlen(mark)) != 0) continue;
        if (count > 0) end_piece(&pieces[count - 1], at, line);
        if (count == most) return count;
        begin_piece(&pieces[count++], at, line);
    }
    if (count > 0) end_piece(&pieces[count - 1], at, line);
    return count;
}

int lesson_prose_line(const lesson_piece *piece, const char **at, char *line, size_t size)
{
    const char *end = piece->body + piece->length;
    if (*at >= end) return -1;
    size_t length = line_length(*at);
    if (*at + length > end) length = (size_t)(end - *at);
    const char *from = *at;
    if (length < 2 || strncmp(from, "//", 2) != 0) return -1;
    *at = next_line(*at);
    from += 2, length -= 2;
    if (length >= 1 && *from == ' ') from++, length--;
    snprintf(line, size, "%.*s", (int)length, from);
    return (int)strlen(line);
}
