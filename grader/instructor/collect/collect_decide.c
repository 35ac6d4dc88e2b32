// collect_decide.c: who has what, which of several files counts, and who handed in something and has nothing.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect.h"
#include "core/escape.h"

// --- Whose, and which of several ---

// The one folder that all of them lay in; false if there is none.
static bool find_top(const candidate *all, int count, char *top)
{
    for (int i = 0; i < count; i++) {
        size_t length = strcspn(all[i].path, "/");
        if (!all[i].path[length]) return false;
        if (i == 0) files_path(top, "%.*s", (int)length, all[i].path);
        if (strlen(top) != length || memcmp(top, all[i].path, length) != 0) return false;
    }
    return count > 0;
}

static int compare(const void *a, const void *b)
{
    const candidate *x = a, *y = b;
    int order = strcmp(x->m ? x->m->name : "", y->m ? y->m->name : "");
    if (order == 0) order = strcmp(x->student, y->student);
    if (order == 0) order = (x->said.again < y->said.again) - (x->said.again > y->said.again);
    return order ? order : (x->said.file < y->said.file) - (x->said.file > y->said.file);
}

// found[0] is the newest of `count` files by one student for one module. If that is not clear, none is taken.
static void choose(candidate *found, int count)
{
    for (int i = 1; i < count; i++) {
        bool two_users =
            *found[i].canvas && *found[0].canvas && strcmp(found[i].canvas, found[0].canvas) != 0;
        bool unclear = found[i].said.again == found[0].said.again &&
                       strcmp(found[i].said.sha256, found[0].said.sha256) != 0;
        found[i].state = "older";
        if (!two_users && !unclear) continue;
        for (int k = 0; k < count; k++) {
            found[k].state = "refused";
            found[k].reason = strdup(
                two_users ? "two Canvas users have this name: give each a login by --roster, or a folder"
                          : "another file of the same student for the same module lies beside it");
        }
        return;
    }
}

static void find_students(const collection *c, candidate *all, int count, const char *top)
{
    for (int i = 0; i < count; i++) {
        candidate *f = &all[i];
        bool known = collect_whose(f, top, c->modules, &c->class) || c->student;
        if (c->student) snprintf(f->student, sizeof f->student, "%s", c->student);
        if (!known) f->state = "refused";
    }
}

static bool has_found(const collection *c, const char *student)
{
    for (int i = 0; i < c->count; i++)
        if (!strcmp(c->found[i].student, student)) return true;
    return false;
}

void collect_decide(collection *c)
{
    char top[FILES_PATH];
    bool has_top = c->count ? find_top(c->found, c->count, top) : find_top(c->left, c->left_count, top);
    find_students(c, c->found, c->count, has_top ? top : NULL);
    find_students(c, c->left, c->left_count, has_top ? top : NULL);
    for (int i = 0; has_top && c->count && i < c->left_count; i++) // beside the students' folders
        if (!strcmp(c->left[i].student, top) && !has_found(c, top)) c->left[i].student[0] = 0;
    if (c->count) qsort(c->found, (size_t)c->count, sizeof *c->found, compare);
    for (int i = 0, end; i < c->count; i = end) {
        for (end = i + 1; end < c->count && c->found[end].m == c->found[i].m &&
                          !strcmp(c->found[end].student, c->found[i].student);
             end++) {
        }
        if (!c->found[i].state) choose(&c->found[i], end - i);
    }
}

// --- Handed in, nothing graded ---

void collect_leave(collection *c, const char *path, const char *why)
{
    const char *place = c->inside ? c->inside : path;
    if (!*place) return; // the whole collection, which is nobody's
    candidate f = {0};
    f.reason = collect_read_left(&f, collect_base(path), c->modules);
    if (!f.reason) f.reason = strdup(why);
    f.path = strdup(place), f.shown = collect_shown_path(c, path);
    c->left = files_room(c->left, c->left_count, sizeof *c->left);
    c->left[c->left_count++] = f;
}

static bool has_taken(const collection *c, const char *student, const module *m)
{
    for (int i = 0; i < c->count; i++)
        if (strcmp(c->found[i].state, "refused") != 0 && (!m || c->found[i].m == m) &&
            !strcmp(c->found[i].student, student))
            return true;
    return false;
}

// One line, and for a student who can be named a note in the book.
static void list(collection *c, const candidate *f)
{
    char why[HANDED_WHY], place[200], reason[240], name[40];
    if (!c->nothing_graded++) printf("\nHanded in, nothing graded:\n");
    escape_clip(place, sizeof place, f->shown, 120), escape_clip(reason, sizeof reason, f->reason, 200);
    printf("  %-3s %-20s %s\n      %s\n", f->m ? f->m->number : "",
           escape_clip(name, sizeof name, *f->student ? f->student : "(whose?)", 20), place, reason);
    snprintf(why, sizeof why, "handed in, nothing graded: %s: %s", place, reason);
    if (*f->student) handed_put_left(c->b, f->m ? f->m->name : NULL, f->student, why);
}

// Once for each student and module: what nearly has a module's name, else any file.
static bool is_listed(const candidate *all, const candidate *f)
{
    for (const candidate *other = all; other < f; other++)
        if (other->state && !strcmp(other->state, "listed") && !strcmp(other->student, f->student) &&
            (!f->m || other->m == f->m) && (*f->student || !strcmp(other->path, f->path)))
            return true;
    return false;
}

void collect_list_left(collection *c)
{
    for (int near = 1; near >= 0; near--)
        for (int i = 0; i < c->left_count; i++) {
            candidate *f = &c->left[i];
            if (f->near != near || (!near && !*f->student)) continue;
            if (*f->student && has_taken(c, f->student, f->m)) continue;
            if (is_listed(c->left, f)) continue;
            list(c, f);
            f->state = "listed";
        }
    for (int i = 0; i < c->count; i++) {
        const candidate *f = &c->found[i];
        if (strcmp(f->state, "refused") != 0) continue;
        if (i && *f->student && f[-1].m == f->m && !strcmp(f[-1].student, f->student)) continue;
        if (!*f->student || !has_taken(c, f->student, f->m)) list(c, f);
    }
    if (c->nothing_graded) printf("\n");
}
