// report.c: see report.h.
#include "report.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    const char *at;
    int length; // without blanks at its ends
} piece;

static piece trimmed(const char *at, size_t length)
{
    while (length > 0 && strchr(" \t\r", *at)) at++, length--;
    while (length > 0 && strchr(" \t\r", at[length - 1])) length--;
    return (piece){at, (int)length};
}

static bool same(piece a, piece b)
{
    return a.length == b.length && memcmp(a.at, b.at, (size_t)a.length) == 0;
}

static bool begins(piece p, const char *with) { return strncmp(p.at, with, strlen(with)) == 0; }

// The next line that is no comment; false at the end. A comment <!-- ... --> begins and ends with a line.
static bool next_line(piece *line, const char **text)
{
    for (bool comment = false; **text;) {
        const size_t length = strcspn(*text, "\n");
        *line = trimmed(*text, length);
        *text += length + ((*text)[length] == '\n');
        if (begins(*line, "<!--")) comment = true;
        const bool ends = line->length >= 3 && memcmp(line->at + line->length - 3, "-->", 3) == 0;
        if (!comment) return true;
        if (ends) comment = false;
    }
    return false;
}

static bool holds(const char *text, piece wanted)
{
    for (piece line; next_line(&line, &text);)
        if (same(line, wanted)) return true;
    return false;
}

// Cell `number` of a table's row, from 0; false behind the last.
static bool cell(piece *c, piece row, int number)
{
    const char *at = row.at, *end = row.at + row.length;
    for (int i = 0; at < end && *at == '|'; i++) {
        const char *next = memchr(at + 1, '|', (size_t)(end - at - 1));
        if (!next) return false;
        *c = trimmed(at + 1, (size_t)(next - at - 1));
        if (i == number) return true;
        at = next;
    }
    return false;
}

static tt_status check_row(piece head, piece row)
{
    piece name, value = {0};
    for (int i = 0; cell(&name, head, i); i++) {
        if (!cell(&value, row, i) || value.length == 0)
            return tt_fail(TT_BAD_VALUE, "the row \"%.*s\" of the report has nothing for \"%.*s\"",
                           row.length < 60 ? row.length : 60, row.at, name.length, name.at);
        const bool command = name.length == 7 && begins(name, "command");
        if (command && (value.length < 3 || value.at[0] != '`' || value.at[value.length - 1] != '`'))
            return tt_fail(TT_BAD_VALUE, "\"%.*s\" of the report is no command between `backticks`",
                           value.length < 60 ? value.length : 60, value.at);
    }
    return TT_OK;
}

// Whether the part below this heading has a line of its own.
static tt_status check_part(bool *filled, const char *report, const char *template, piece heading)
{
    piece line, head = {0};
    bool inside = false, in_table = false;
    tt_status status = TT_OK;
    *filled = false;
    while (status == TT_OK && next_line(&line, &report)) {
        if (begins(line, "## ")) inside = same(line, heading);
        if (!inside || begins(line, "## ")) continue;
        const bool row = begins(line, "|");
        if (row && !in_table) head = line;
        in_table = row;
        if (line.length == 0 || holds(template, line)) continue;
        if (row && !begins(line, "| ---")) status = check_row(head, line);
        *filled = true;
    }
    return status;
}

tt_status report_check(const char *report, const char *template)
{
    char missing[300] = "";
    size_t at = 0;
    const char *rest = template;
    for (piece line; next_line(&line, &rest);) {
        bool filled;
        if (!begins(line, "## ")) continue;
        tt_status status = check_part(&filled, report, template, line);
        if (status != TT_OK) return status;
        if (!filled && at < sizeof missing)
            at += (size_t)snprintf(missing + at, sizeof missing - at, "%s\"%.*s\"", at ? ", " : "",
                                   line.length - 3, line.at + 3);
    }
    return at == 0 ? TT_OK : tt_fail(TT_BAD_VALUE, "the report says nothing in %s", missing);
}
