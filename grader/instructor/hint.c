// hint.c: see hint.h.
#include "hint.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

// Whether a heading names the function, as a whole word: "## matmul_auto and acceleration_use".
static bool names(const char *heading, const char *function)
{
    size_t length = strlen(function);
    for (const char *at = heading; length && (at = strstr(at, function)); at += length)
        if (!isalnum((unsigned char)at[length]) && at[length] != '_' &&
            (at == heading || !strchr("_", at[-1])))
            return true;
    return false;
}

bool hint_question(char *out, size_t size, const char *hints, const char *function)
{
    FILE *f = fopen(hints, "r");
    char line[1024];
    bool here = false, taking = false;
    out[0] = 0;
    while (f && fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = 0;
        if (!strncmp(line, "## ", 3)) here = names(line + 3, function), taking = false;
        else if (here && isdigit((unsigned char)line[0]) && line[1] == '.') {
            taking = line[0] == '1';
            if (taking) snprintf(out, size, "%s", line + 2 + strspn(line + 2, " "));
        } else if (taking && line[strspn(line, " ")]) {
            size_t n = strlen(out);
            snprintf(out + n, size - n, " %s", line + strspn(line, " "));
        }
    }
    if (f) fclose(f);
    return out[0] != 0;
}
