// functions.c: finds where functions begin and end in a C file, line by line.
#include <ctype.h>
#include <string.h>

#include "portfolio.h"

static const char *next_line(const char *line)
{
    line += strcspn(line, "\n");
    return line + (*line == '\n');
}

// Whether a definition begins here: the word before the first parenthesis is its name, and a body comes before a semicolon.
static bool begins(char name[48], const char *line)
{
    const char *end = line + strcspn(line, "(\n;={");
    if (!(isalpha((unsigned char)*line) || *line == '_') || *end != '(') return false;
    if (end[strcspn(end, ";{")] != '{') return false;
    const char *at = end;
    while (at > line && (isalnum((unsigned char)at[-1]) || at[-1] == '_')) at--;
    snprintf(name, 48, "%.*s", (int)(end - at < 47 ? end - at : 47), at);
    return at > line && end > at;
}

int functions_find(function_text list[FUNCTIONS_MOST], const char *source)
{
    int count = 0;
    for (const char *line = source, *end; *line && count < FUNCTIONS_MOST; line = end) {
        end = next_line(line);
        function_text *f = &list[count];
        if (!begins(f->name, line)) continue;
        const char *brace = strchr(line, '{');
        if (brace > end ||
            !memchr(brace, '}', (size_t)(end - brace < 0 ? 0 : end - brace))) // not all in one line
            while (*end && *end != '}') end = next_line(end);
        if (*end == '}') end = next_line(end);
        f->text = line, f->length = (size_t)(end - line);
        count++;
    }
    return count;
}
