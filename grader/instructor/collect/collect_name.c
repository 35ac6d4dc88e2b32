// collect_name.c: from a path to a module and a student.
//
//     ada/acceleration.c                                   a folder for each student
//     ada_acceleration.c                                   the name in front
//     adalovelace_LATE_12345_67890_acceleration-2.c        Canvas: name, lateness, user, file, resubmission
//     Ada Lovelace_12345_assignsubmission_file/...         Moodle: the number is the student
//     ada.zip, ada/anything.zip                            whatever lies in it is ada's, however it is called
//
// The outermost folder counts: what lies deeper is the student's own, and must not be able to name somebody
// else, nor say when it was handed in.
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
    snprintf(out, size, "%.*s", (int)n, *at);
    *at += n + 1;
    return true;
}

// The part of a Canvas name that the student chose; NULL if it is no such name.
static const char *read_canvas(candidate *f, const char *name)
{
    const char *at = strchr(name, '_');
    char number[20], file[20];
    if (!at || at == name || (size_t)(at - name) >= sizeof f->named) return NULL;
    const char *user = at++;
    bool late = !strncmp(at, "LATE_", 5);
    if (late) at += 5;
    if (!digits_and_bar(&at, number, sizeof number) || !digits_and_bar(&at, file, sizeof file)) return NULL;
    snprintf(f->named, sizeof f->named, "%.*s", (int)(user - name), name);
    snprintf(f->canvas, sizeof f->canvas, "%s", number);
    f->said = (handed){.canvas = true, .late = late, .file = strtoull(file, NULL, 10)};
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
    f->said.again = read_again(stem, &length);
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

// Whether `name` begins with a module's topic, in letters of any size, alone or behind a bar.
static bool begins_like(const char *name, const module *m)
{
    const char *at = strcasestr(name, m->topic);
    size_t length = strlen(m->topic);
    return at && (at == name || at[-1] == '_') && !isalnum((unsigned char)at[length]);
}

char *collect_read_left(candidate *f, const char *name, const module_list *modules)
{
    static const char *const archives[] = {".rar", ".7z", ".xz", ".bz2", ".zst", ".gz", ".zipx"},
                             *const texts[] = {".c",   ".txt", ".cpp",  ".cc", ".cxx",
                                               ".rtf", ".doc", ".docx", ".pdf"};
    if (collect_read_name(f, name, modules)) return NULL; // rightly called: there is another reason
    const char *rest = read_canvas(f, name), *end = strrchr(name, '.');
    bool archive = false, text = !end;
    for (int i = 0; end && i < COUNT(archives); i++) archive |= !strcasecmp(end, archives[i]);
    for (int i = 0; end && i < COUNT(texts); i++) text |= !strcasecmp(end, texts[i]);
    for (int i = 0; (archive || text) && i < modules->count && !f->m; i++)
        if (begins_like(rest ? rest : name, &modules->row[i])) f->m = &modules->row[i];
    if (f->m && !rest) { // ada_Acceleration.C
        const char *at = strcasestr(name, f->m->topic);
        if (at > name) snprintf(f->named, sizeof f->named, "%.*s", (int)(at - 1 - name), name);
    }
    f->near = archive || f->m;
    char *why = NULL;
    if (archive) return strdup("an archive of a kind that is not read; zip, tar and tar.gz are");
    return f->m && asprintf(&why, "must be called %s, exactly so", f->m->file) >= 0 ? why : NULL;
}

// --- Folders ---

// Folders that say which module, not who.
static bool is_no_student(const char *folder, const module_list *modules)
{
    const module *m = modules_get(modules, folder);
    return (m && !strcmp(m->name, folder)) || !strcmp(folder, "modules") || !strcmp(folder, "submissions");
}

// Why it is not taken; what was found first holds.
static bool not_taken(candidate *f, const char *reason)
{
    if (!f->reason) f->reason = strdup(reason);
    return false;
}

// The student of this name, or of the LMS's id; `plain` is the login where the roster knows nobody.
static bool settle(candidate *f, const roster *class, const char *name, const char *id, const char *plain)
{
    bool several;
    const roster_row *row = roster_match(class, name, id, &several), *other = roster_get(class, plain);
    if (several) return not_taken(f, "two in the roster are called so: give them their ids there");
    if (!row && !book_is_name(plain))
        return not_taken(f,
                         "the student's name may have " BOOK_NAME_RULE "; other names belong into --roster");
    if (!row && other && *id && *other->id) return not_taken(f, "the roster gives this login to another id");
    const char *login = row ? row->login : plain;
    memcpy(f->student, login, strlen(login) + 1);
    return true;
}

// Where a folder or an archive says whose it is, the file's own name is the student's word alone: what it
// said is replaced by what is known from there.
static void say(candidate *f, handed said, const char *canvas)
{
    memcpy(said.sha256, f->said.sha256, sizeof said.sha256);
    f->said = said;
    snprintf(f->canvas, sizeof f->canvas, "%s", canvas);
}

static bool settle_by_archive(candidate *f, const char *base, const module_list *modules, const roster *class)
{
    candidate archive = {0};
    char name[FILES_PATH];
    const char *rest = read_canvas(&archive, base);
    size_t stem = collect_archive_stem(rest ? rest : base);
    if (rest) archive.said.again = read_again(rest, &stem);
    files_path(name, "%.*s.c", (int)stem, base);
    if (!rest) collect_read_name(&archive, name, modules); // ada_acceleration.zip
    name[stem] = 0;
    say(f, rest ? archive.said : (handed){0}, archive.canvas);
    const char *who = rest || archive.m ? archive.named : name;
    return settle(f, class, who, f->canvas, who);
}

bool collect_whose(candidate *f, const char *top, const module_list *modules, const roster *class)
{
    const char *at = f->path, *slash;
    char folder[FILES_PATH], name[FILES_PATH], id[FILES_PATH];
    for (bool first = true; (slash = strchr(at, '/')); at = slash + 1, first = false) {
        files_path(folder, "%.*s", (int)(slash - at), at);
        if ((first && top && !strcmp(folder, top)) || is_no_student(folder, modules)) continue;
        say(f, (handed){.again = f->said.again}, "");
        if (!handed_read_moodle(name, id, folder)) return settle(f, class, folder, "", folder);
        snprintf(f->moodle, sizeof f->moodle, "%.255s", folder);
        return settle(f, class, name, id, id);
    }
    if (collect_archive_stem(at)) return settle_by_archive(f, at, modules, class);
    if (*f->named) return settle(f, class, f->named, f->canvas, f->named);
    if (top && !is_no_student(top, modules)) return settle(f, class, top, "", top);
    return not_taken(
        f,
        "whose is it? Put it in a folder named for the student, call it STUDENT_TOPIC.c, or say --student");
}
