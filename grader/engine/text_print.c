// text_print.c: see text_print.h.
#include "text_print.h"

#include <stdio.h>
#include <string.h>

void text_print(const char *text, int indent)
{
    enum { COLUMNS = 79 };
    char line[COLUMNS + 1];
    while (*text) {
        int length = 0, room = COLUMNS - indent, blank = 0;
        const char *at = text;
        for (; *at && *at != '\n' && length + 4 <= room; at++) {
            if (*at == ' ') blank = length;
            if ((unsigned char)*at < 32 || (unsigned char)*at >= 127)
                length += sprintf(line + length, "\\x%02x", (unsigned char)*at);
            else line[length++] = *at;
        }
        if (*at && *at != '\n' && *at != ' ' && blank > 0) { // back to the last blank
            while (*at != ' ') at--;
            length = blank;
        }
        printf("%*s%.*s\n", indent, "", length, line);
        text = at;
        if (*text == '\n') text++;
        else text += strspn(text, " "); // where a line was cut
    }
}
