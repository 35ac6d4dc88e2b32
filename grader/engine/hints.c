// hints.c: see hints.h.
#include "hints.h"

#include <stdlib.h>
#include <unistd.h>

#include <jansson.h>

#include "page/markdown.h"

// The whole of the file; NULL if it cannot be read. The caller frees it.
static char *read_hints(const char *file)
{
    FILE *f = fopen(file, "r");
    char *text = NULL;
    if (f && getdelim(&text, &(size_t){0}, 0, f) < 0) free(text), text = NULL;
    if (f) fclose(f);
    return text;
}

bool hint_write(FILE *out, const char *file, const char *function, int level)
{
    char *text = read_hints(file);
    bool found = text && markdown_write_item(out, text, function, level) == TT_OK;
    free(text);
    return found;
}

bool hint_print(const char *file, const char *function, int level)
{
    char *text = read_hints(file), *hint = NULL;
    size_t length;
    FILE *out = open_memstream(&hint, &length);
    bool found = text && out && markdown_print_item(out, text, function, level, 2) == TT_OK;
    if (out) fclose(out);
    if (found) printf("Hint %d of %d for %s\n%s", level, HINT_LEVELS, function, hint);
    free(text), free(hint);
    return found;
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
