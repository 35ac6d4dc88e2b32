// hints.c: see hints.h.
#include "hints.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "text_print.h"

// Whether a heading names the function, as a whole word.
static bool names(const char *heading, const char *function)
{
    size_t length = strlen(function);
    for (const char *at = heading; length && (at = strstr(at, function)); at += length)
        if (!isalnum((unsigned char)at[length]) && at[length] != '_' &&
            (at == heading || at[-1] == ' ' || at[-1] == '`'))
            return true;
    return false;
}

bool hint_read(char *out, size_t size, const char *file, const char *function, int level)
{
    FILE *f = fopen(file, "r");
    char line[1024];
    bool here = false, taking = false;
    out[0] = 0;
    while (f && fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = 0;
        const char *text = line + strspn(line, " ");
        if (!strncmp(line, "## ", 3)) here = names(line + 3, function), taking = false;
        else if (here && isdigit((unsigned char)line[0]) && line[1] == '.') {
            taking = line[0] - '0' == level;
            text = line + 2 + strspn(line + 2, " ");
        }
        size_t used = strlen(out);
        if (taking && *text) snprintf(out + used, size - used, "%s%s", used ? " " : "", text);
    }
    if (f) fclose(f);
    return out[0] != 0;
}

bool hint_print(const char *file, const char *function, int level)
{
    char text[HINT_BYTES];
    if (!hint_read(text, sizeof text, file, function, level)) return false;
    printf("Hint %d of %d for %s\n", level, HINT_LEVELS, function);
    text_print(text, 2);
    return true;
}

int hint_next_level(const char *state, const char *function)
{
    json_t *levels = json_load_file(state, 0, NULL);
    if (!json_is_object(levels)) json_decref(levels), levels = json_object();
    int level = (int)json_integer_value(json_object_get(levels, function)) + 1;
    if (level > HINT_LEVELS) level = HINT_LEVELS;
    json_object_set_new(levels, function, json_integer(level));
    char temporary[512];
    snprintf(temporary, sizeof temporary, "%s.%d", state, (int)getpid());
    if (json_dump_file(levels, temporary, 0) == 0) rename(temporary, state);
    json_decref(levels);
    return level;
}
