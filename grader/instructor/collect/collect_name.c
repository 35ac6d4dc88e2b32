// collect_name.c: from a path to a module and a student.
//
//     ada/acceleration.c                                   a folder for each student
//     ada_acceleration.c                                   the name in front
//     adalovelace_LATE_12345_67890_acceleration-2.c        Canvas: name, lateness, user, submission,
//     resubmission Ada Lovelace_12345_assignsubmission_file/...         Moodle: the number is the student
//     ada.zip, ada/anything.zip                            whatever lies in it is ada's, whatever its folders
//     are called
//
// The outermost folder counts: what lies deeper is the student's own, and must not be able to name somebody
// else.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "collect.h"

// --- Names of files ---

static bool digits_and_bar(const char **at, char *out, size_t size)
{
    size_t n = strspn(*at, "0123456789");
    if (n == 0 || n >= size || (*at)[n] != '_') return false;
    if (out) snprintf(out, size, "%.*s", (int)n, *at);
    *at += n + 1;
    return true;
}

// The part of a Canvas name that the student chose; NULL if it is no such name.
static const char *read_canvas(candidate *f, const char *name)
{
    const char *at = strchr(name, '_');
    char number[24];
    if (!at || at == name || (size_t)(at - name) >= sizeof f->named) return NULL;
    const char *user = at++;
    bool late = !strncmp(at, "LATE_", 5);
    if (late) at += 5;
    if (!digits_and_bar(&at, number, sizeof number) || !digits_and_bar(&at, NULL, sizeof number)) return NULL;
    snprintf(f->named, sizeof f->named, "%.*s", (int)(user - name), name);
    snprintf(f->canvas, sizeof f->canvas, "%s", number);
    f->late = late;
    return at;
}

// "acceleration-2" -> 2, and the length of what is before it.
static int read_again(const char *stem, size_t *length)
{
    size_t n = *length;
    while (n > 0 && isdigit((unsigned char)stem[n - 1])) n--;
    if (n == *length || n < 2 || stem[n - 1] != '-' || *length - n > 6) return 0;
    int again = atoi(stem + n);
    *length = n - 1;
    return again;
}

// Whether stem (length) ends in `ending`, alone or behind a bar; what is in front of it.
static bool ends_in(const char *stem, size_t length, const char *ending, size_t *front)
{
    size_t n = strlen(ending);
    if (length < n || memcmp(stem + length - n, ending, n) != 0) return false;
    *front = length == n ? 0 : length - n - 1;
    return length == n || stem[length - n - 1] == '_';
}

bool collect_read_name(candidate *f, const char *name, const module_list *modules)
{
    size_t length = strlen(name), front;
    if (length < 3 || strcmp(name + length - 2, ".c") != 0) return false;
    const char *rest = read_canvas(f, name), *stem = rest ? rest : name;
    length = strlen(stem) - 2;
    f->again = read_again(stem, &length);
    for (int i = 0; i < modules->count && !f->m; i++) {
        const module *m = &modules->row[i];
        if (!ends_in(stem, length, m->name, &front) && !ends_in(stem, length, m->topic, &front)) continue;
        if (!rest && front >= sizeof f->named) return false;
        if (!rest) snprintf(f->named, sizeof f->named, "%.*s", (int)front, stem);
        f->m = m;
    }
    return f->m != NULL;
}

size_t collect_archive_stem(const char *name)
{
    static const char *const endings[] = {".zip", ".tar.gz", ".tgz", ".tar"};
    size_t length = strlen(name);
    for (int i = 0; i < COUNT(endings); i++) {
        size_t n = strlen(endings[i]);
        if (length > n && !strcasecmp(name + length - n, endings[i])) return length - n;
    }
    return 0;
}

// --- Folders ---

// Folders that say which module, not who.
static bool is_no_student(const char *folder, const module_list *modules)
{
    const module *m = modules_get(modules, folder);
    return (m && !strcmp(m->name, folder)) || !strcmp(folder, "modules") || !strcmp(folder, "submissions");
}

// The number in a Moodle folder's name, if it is one.
static void read_moodle(char *folder)
{
    char *mark = strstr(folder, "_assignsubmission_");
    if (!mark) return;
    char *number = mark;
    while (number > folder && isdigit((unsigned char)number[-1])) number--;
    if (number == mark || number == folder || number[-1] != '_') return;
    memmove(folder, number, (size_t)(mark - number));
    folder[mark - number] = 0;
}

static bool settle(candidate *f, const char *name)
{
    if (book_is_name(name)) {
        memcpy(f->student, name, strlen(name) + 1);
        return true;
    }
    f->reason =
        "the student's name may have letters, digits and . _ @ - only, at most 64, and begin with no . or -";
    return false;
}

bool collect_whose(candidate *f, const char *top, const module_list *modules)
{
    const char *at = f->path, *slash;
    char folder[FILES_PATH];
    for (bool first = true; (slash = strchr(at, '/')); at = slash + 1, first = false) {
        files_path(folder, "%.*s", (int)(slash - at), at);
        if ((first && top && !strcmp(folder, top)) || is_no_student(folder, modules)) continue;
        read_moodle(folder);
        return settle(f, folder);
    }
    size_t stem = collect_archive_stem(at);
    if (stem) { // it lay in this archive: the archive's name says whose it is
        candidate archive = {0};
        const char *rest = read_canvas(&archive, at);
        if (rest) snprintf(f->canvas, sizeof f->canvas, "%s", archive.canvas), f->late = archive.late;
        if (rest) stem = collect_archive_stem(rest), f->again = read_again(rest, &stem);
        if (rest) return settle(f, archive.named);
        files_path(folder, "%.*s", (int)stem, at);
        collect_read_name(&archive, strcat(folder, ".c"), modules); // ada_acceleration.zip
        folder[strlen(folder) - 2] = 0;
        return settle(f, archive.m ? archive.named : folder);
    }
    if (*f->named) return settle(f, f->named);
    if (top && !is_no_student(top, modules)) return settle(f, top);
    f->reason =
        "whose is it? Put it in a folder named for the student, call it STUDENT_TOPIC.c, or say --student";
    return false;
}
