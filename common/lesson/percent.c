// percent.c: reads a notebook and prints a lesson. Every type is checked: the file may come from anywhere.
#include "percent.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char mark[] = "// %%";

// A notebook's text is a string or a list of strings; malloc'ed.
static char *text_of(const json_t *value)
{
    char *text = NULL;
    size_t length, i;
    const json_t *part;
    FILE *out = open_memstream(&text, &length);
    if (!out) return NULL;
    if (json_is_string(value)) fputs(json_string_value(value), out);
    json_array_foreach((json_t *)value, i, part) if (json_is_string(part))
        fputs(json_string_value(part), out);
    fclose(out);
    return text;
}

static const char *string_in(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

// The kept form of a line, searched from pair *next on, since pairs are in the order of lines; else NULL.
static const char *kept_line(const json_t *pairs, size_t *next, const char *line, size_t length)
{
    for (size_t i = *next; i < json_array_size(pairs); i++) {
        const json_t *pair = json_array_get(pairs, i);
        const char *shown = json_string_value(json_array_get(pair, 0)),
                   *raw = json_string_value(json_array_get(pair, 1));
        if (!shown || !raw || strlen(shown) != length || strncmp(shown, line, length) != 0) continue;
        if (!strncmp(raw, mark, strlen(mark)) || strncmp(raw, "//", 2) != 0 || strchr(raw, '\n')) continue;
        *next = i + 1;
        return raw;
    }
    return NULL;
}

static void print_prose(FILE *out, const char *source, const json_t *pairs)
{
    size_t next = 0;
    for (const char *at = source; *source;) {
        size_t length = strcspn(at, "\n");
        const char *raw = kept_line(pairs, &next, at, length);
        if (raw) fputs(raw, out);
        else if (length == 0) fputs("//", out);
        else fprintf(out, "// %s%.*s", !strncmp(at, "%%", 2) ? " " : "", (int)length, at);
        if (!at[length]) break;
        fputc('\n', out);
        at += length + 1;
    }
}

// A code line that looks like the beginning of a cell gets a blank in front.
static void print_code(FILE *out, const char *source)
{
    for (const char *at = source;;) {
        size_t length = strcspn(at, "\n");
        fprintf(out, "%s%.*s", !strncmp(at, mark, strlen(mark)) ? " " : "", (int)length, at);
        if (!at[length]) break;
        fputc('\n', out);
        at += length + 1;
    }
}

static void print_mark(FILE *out, bool prose, const char *kept, const char *title)
{
    if (kept && !strncmp(kept, mark, strlen(mark)) && !strchr(kept, '\n')) fprintf(out, "%s\n", kept);
    else if (prose) fprintf(out, "%s [markdown]\n", mark);
    else
        fprintf(out, "%s%s%.*s\n", mark, title && *title ? " " : "", title ? (int)strcspn(title, "\n") : 0,
                title ? title : "");
}

static void print_cell(FILE *out, const json_t *cell)
{
    const json_t *metadata = json_object_get(cell, "metadata"),
                 *kept = json_object_get(metadata, "tinytorch");
    if (json_is_true(json_object_get(kept, "made"))) return; // added by the run, not written by the author
    const char *type = string_in(cell, "cell_type");
    bool prose = !type || strcmp(type, "code") != 0;
    char *source = text_of(json_object_get(cell, "source"));
    print_mark(out, prose, string_in(kept, "mark"), string_in(metadata, "title"));
    if (prose) print_prose(out, source ? source : "", json_object_get(kept, "lines"));
    else print_code(out, source ? source : "");
    const char *after = string_in(kept, "after");
    fputs(after ? after : "\n\n", out);
    free(source);
}

tt_status lesson_print_percent(const char *path, FILE *out)
{
    json_error_t error;
    json_t *root = json_load_file(path, 0, &error), *cell;
    if (!root) return tt_fail(TT_BAD_FILE, "%s: %s (line %d)", path, error.text, error.line);
    const json_t *cells = json_object_get(root, "cells");
    if (!json_is_array(cells)) {
        json_decref(root);
        return tt_fail(TT_BAD_FILE, "%s: a notebook has cells, this file has none", path);
    }
    const char *before = string_in(json_object_get(json_object_get(root, "metadata"), "tinytorch"), "before");
    fputs(before ? before : "#include \"lesson.h\"\n\nLESSON_TEXT;\n\n", out);
    size_t i;
    json_array_foreach((json_t *)cells, i, cell) print_cell(out, cell);
    json_decref(root);
    return TT_OK;
}
