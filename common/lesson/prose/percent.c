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

// --- Prose: what is kept of it are pairs of a line as shown, or null, and as it stands in the file ---

// The line of pair i as it stands in the file; NULL if it is none that prose may have.
static const char *raw_of(const json_t *pairs, size_t i)
{
    const char *raw = json_string_value(json_array_get(json_array_get(pairs, i), 1));
    bool sound = raw && strncmp(raw, mark, strlen(mark)) != 0 && !strncmp(raw, "//", 2) && !strchr(raw, '\n');
    return sound ? raw : NULL;
}

static const char *shown_of(const json_t *pairs, size_t i)
{
    return json_string_value(json_array_get(json_array_get(pairs, i), 0));
}

// The pair of a shown line, from `next` on, since pairs are in the order of lines; their number if there is
// none. A blank line may be anywhere, and is only looked for in the next pair.
static size_t find_pair(const json_t *pairs, size_t next, const char *line, size_t length)
{
    for (size_t i = next; i < json_array_size(pairs) && (length > 0 || i == next); i++) {
        const char *shown = shown_of(pairs, i);
        if (shown && strlen(shown) == length && !strncmp(shown, line, length) && raw_of(pairs, i)) return i;
    }
    return json_array_size(pairs);
}

// Print the lines that were not shown among pairs `from` to before `to`.
static void print_hidden(FILE *out, const json_t *pairs, size_t from, size_t to, const char **gap)
{
    for (size_t i = from; i < to; i++) {
        const char *raw = raw_of(pairs, i);
        if (shown_of(pairs, i) || !raw) continue;
        fprintf(out, "%s%s", *gap, raw);
        *gap = "\n";
    }
}

static size_t next_shown(const json_t *pairs, size_t from)
{
    while (from < json_array_size(pairs) && !shown_of(pairs, from)) from++;
    return from;
}

static void print_prose(FILE *out, const char *source, const json_t *pairs)
{
    const char *gap = "";
    size_t next = next_shown(pairs, 0), count = json_array_size(pairs);
    print_hidden(out, pairs, 0, next, &gap);
    for (const char *at = source; *source;) {
        size_t length = strcspn(at, "\n"), found = find_pair(pairs, next, at, length);
        if (found < count) {
            print_hidden(out, pairs, next, found, &gap); // a line before them was changed
            fprintf(out, "%s%s", gap, raw_of(pairs, found));
            gap = "\n", next = next_shown(pairs, found + 1);
            print_hidden(out, pairs, found + 1, next, &gap);
        } else if (length == 0) fprintf(out, "%s//", gap);
        else fprintf(out, "%s// %s%.*s", gap, !strncmp(at, "%%", 2) ? " " : "", (int)length, at);
        gap = "\n";
        if (!at[length]) break;
        at += length + 1;
    }
    print_hidden(out, pairs, next, count, &gap);
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
