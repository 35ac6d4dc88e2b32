// todo.c: reads a C file line by line, and remembers the last function that began.
#include "todo.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"

// The word before the first parenthesis of a line that begins in its first column; else what was there before.
static void take_name(char name[48], const char *line)
{
    const char *end = line + strcspn(line, "(\n");
    if (!isalpha((unsigned char)*line) || *end != '(') return;
    const char *at = end;
    while (at > line && (isalnum((unsigned char)at[-1]) || at[-1] == '_')) at--;
    snprintf(name, 48, "%.*s", (int)(end - at), at);
}

tt_status todo_read(todo_list *list, const char *path)
{
    enum { MOST = 1 << 20 };
    static const char statement[] = "return TT_TODO;";
    char *text, name[48] = "";
    tt_status status = file_read(&text, NULL, path, MOST);
    if (status != TT_OK) return status;
    list->count = 0;
    for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        take_name(name, line);
        const char *inside = line + strspn(line, " \t"); // a statement, not a comment about it
        if (inside == line || strncmp(inside, statement, strlen(statement)) != 0) continue;
        const bool same = list->count && !strcmp(list->function[list->count - 1], name);
        if (!same && list->count < TODO_MOST) snprintf(list->function[list->count++], 48, "%s", name);
    }
    free(text);
    return TT_OK;
}
