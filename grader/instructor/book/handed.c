// handed.c: see handed.h.
#include "handed.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/foreign.h"

static void note_path(char *out, const book *b, const char *module, const char *student)
{
    book_submission_path(out, b, module, student, "hand-in.json");
}

tt_status handed_load(handed *h, const book *b, const char *module, const char *student)
{
    char path[FILES_PATH];
    json_t *root;
    *h = (handed){0};
    note_path(path, b, module, student);
    if (access(path, F_OK) != 0) return TT_OK;
    tt_status status = book_read_json(&root, path);
    if (status != TT_OK) return status;
    const json_t *late = json_object_get(root, "late"), *canvas = json_object_get(root, "canvas");
    const char *sha256 = json_string_value(json_object_get(root, "sha256")),
               *file = json_string_value(json_object_get(root, "file"));
    long long again;
    if (!sha256 || !file || !json_is_boolean(late) || !json_is_boolean(canvas) ||
        !foreign_take_whole(&again, json_object_get(root, "again"), 0, 999999))
        status = tt_fail(TT_BAD_FILE, "%s: not a note about a hand-in; remove it and collect again", path);
    else {
        *h = (handed){.late = json_is_true(late),
                      .canvas = json_is_true(canvas),
                      .again = (long)again,
                      .file = strtoull(file, NULL, 10)};
        snprintf(h->sha256, sizeof h->sha256, "%s", sha256);
    }
    json_decref(root);
    return status;
}

tt_status handed_put(const handed *h, const book *b, const char *module, const char *student)
{
    char path[FILES_PATH], file[24];
    note_path(path, b, module, student);
    snprintf(file, sizeof file, "%llu", (unsigned long long)h->file);
    return book_write_json(path, json_pack("{s:s, s:b, s:b, s:I, s:s}", "sha256", h->sha256, "late", h->late,
                                           "canvas", h->canvas, "again", (json_int_t)h->again, "file", file));
}

bool handed_is_newer(const handed *a, const handed *b)
{
    if (!a->canvas || !b->canvas) return true;
    return a->again != b->again ? a->again > b->again : a->file > b->file;
}

bool handed_read_moodle(char *name, char *number, const char *folder)
{
    const char *mark = NULL;
    for (const char *next = folder; (next = strstr(next, "_assignsubmission_")); next++) mark = next;
    const char *from = mark;
    while (from && from > folder && isdigit((unsigned char)from[-1])) from--;
    if (!from || from == mark || from == folder || from[-1] != '_') return false;
    files_path(name, "%.*s", (int)(from - 1 - folder), folder);
    files_path(number, "%.*s", (int)(mark - from), from);
    return true;
}

static void left_path(char *out, const book *b, const char *module, const char *student)
{
    files_path(out, "%s/left/%s/%s", b->folder, module ? module : "any", student);
}

tt_status handed_put_left(const book *b, const char *module, const char *student, const char *why)
{
    char path[FILES_PATH];
    left_path(path, b, module, student);
    tt_status status = file_make_folder_of(path);
    return status == TT_OK ? file_write(path, why, strlen(why)) : status;
}

void handed_forget_left(const book *b, const char *module, const char *student)
{
    char path[FILES_PATH];
    for (int any = 0; any < 2; any++) {
        left_path(path, b, any ? NULL : module, student);
        unlink(path);
    }
}

void handed_left(const book *b, const char *module, const char *student, char why[HANDED_WHY])
{
    char path[FILES_PATH];
    why[0] = 0;
    for (int any = 0; any < 2 && !*why; any++) {
        left_path(path, b, any ? NULL : module, student);
        book_read_note(why, HANDED_WHY, path);
    }
}
