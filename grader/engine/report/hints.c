// hints.c: finds a hint in hints.md, and keeps in a file which level was shown last.
#include "hints.h"

#include <stdlib.h>
#include <string.h>

#include "core/escape.h"
#include "core/file.h"
#include "core/foreign.h"
#include "page/markdown.h"

// The whole of the file; NULL if it cannot be read. The caller frees it.
static char *read_hints(const char *file)
{
    enum { MOST = 1 << 20 };
    char *text = NULL;
    size_t size;
    return file_read(&text, &size, file, MOST) == TT_OK ? text : NULL;
}

bool hint_write(FILE *out, const char *file, const char *function, int level)
{
    char *text = read_hints(file);
    FILE *nothing = out ? NULL : fopen("/dev/null", "w");
    bool found =
        text && (out || nothing) && markdown_write_item(out ? out : nothing, text, function, level) == TT_OK;
    if (nothing) fclose(nothing);
    free(text);
    return found;
}

void hint_list(FILE *out, const char *file)
{
    static const char heading[] = "\n## ", and[] = " and ";
    char *text = read_hints(file), *list = NULL;
    size_t length;
    FILE *names = text ? open_memstream(&list, &length) : NULL;
    const char *separator = "";
    for (const char *at = text; names && (at = strstr(at, heading));) {
        at += strlen(heading);
        const char *end = at + strcspn(at, "\n");
        while (at < end) {
            const char *next = strstr(at, and), *stop = next && next < end ? next : end;
            fprintf(names, "%s%.*s", separator, (int)(stop - at), at);
            separator = ", ";
            at = stop < end ? stop + strlen(and) : end;
        }
    }
    if (names) fclose(names);
    if (list) escape_wrap(out, list, 0, 2);
    else fprintf(out, "%s cannot be read\n", file);
    free(text), free(list);
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
    long long level = 0;
    foreign_take_whole(&level, json_object_get(levels, function), 0, HINT_LEVELS);
    if (level < HINT_LEVELS) level++;
    json_object_set_new(levels, function, json_integer(level));
    file_new f;
    tt_status status = file_begin(&f, state);
    if (status == TT_OK && json_dumpf(levels, f.out, 0) != 0) status = TT_NO_MEMORY;
    if (file_end(&f, status) != TT_OK)
        fprintf(stderr, "hints: which were shown could not be kept: %s\n", tt_error());
    json_decref(levels);
    return (int)level;
}
