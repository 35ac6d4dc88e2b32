// stats_mistakes.c: which planted mistake a student's failing function most resembles.
//
// The tree with solutions has wrong solutions, each the reference with one planted mistake, in
// BUILD/solutions as NN-NAME.c. What each fails is measured once and kept in the gradebook's mistakes/. A
// student's function is compared with each of them by the cases that fail in both: 1/2, 3/4 with the same
// verdict, 1 if the message is the same, too, apart from values; divided by the number of cases that fail
// in either. Timed cases say nothing here.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/escape.h"
#include "engine/report/verdict.h"
#include "instructor/run.h"
#include "stats.h"

typedef struct {
    char name[80];
    result r;
    int students; // who resemble it most in some function
    int last;     // place of the last of them, from 1
    char who[200];
} mistake;

typedef struct {
    mistake *row;
    int count;
} mistakes;

static bool fails(const result_case *c)
{
    return !c->timed && !verdict_is(c->verdict, VERDICT_IS_RIGHT | VERDICT_FOLLOWS | VERDICT_IS_NOT_RUN);
}

static const result_case *find(const result *r, const result_case *like)
{
    for (int i = 0; i < r->case_count; i++)
        if (!strcmp(r->cases[i].function, like->function) && !strcmp(r->cases[i].name, like->name))
            return &r->cases[i];
    return NULL;
}

// A message up to what varies with the inputs: each number but those in brackets, the places, as one #.
static void outline(char *out, size_t size, const char *message)
{
    size_t used = 0;
    for (const char *c = message; *c && used + 2 < size;) {
        size_t n = strspn(c, "-+.0123456789");
        if (n == 0 || (c > message && c[-1] == '[')) out[used++] = *c++;
        else out[used++] = '#', c += n;
    }
    out[used] = 0;
}

static double likeness_of_case(const result_case *x, const result_case *y)
{
    char a[300], b[300];
    if (strcmp(x->verdict, y->verdict) != 0) return 0.5;
    outline(a, sizeof a, x->message), outline(b, sizeof b, y->message);
    return strcmp(a, b) ? 0.75 : 1;
}

// How alike two results are in one function, NULL: in all; 0 if nothing fails in both, 1 if it is the same.
static double likeness(const result *a, const result *b, const char *function)
{
    double shared = 0, all = 0;
    for (int i = 0; i < a->case_count; i++) {
        const result_case *x = &a->cases[i], *y = find(b, x);
        if (!y || x->timed || y->timed || (function && strcmp(x->function, function) != 0)) continue;
        all += fails(x) || fails(y);
        if (fails(x) && fails(y)) shared += likeness_of_case(x, y);
    }
    return all > 0 ? shared / all : 0;
}

// The plants of this module, built. Where there is no build.ninja they are taken as they stand.
static tt_status build_plants(files_list *plants, const book *b, const module *m, const command_place *where)
{
    char ninja[FILES_PATH], folder[FILES_PATH], log[FILES_PATH], build[FILES_PATH], words[300];
    files_path(build, "%s", where->build), files_path(ninja, "%s/build.ninja", build);
    files_path(folder, "%s/solutions/%s", where->root, m->name);
    files_path(log, "%s/work/plants.log", b->folder);
    *plants = (files_list){0};
    if (access(ninja, F_OK) == 0) {
        if (!file_is_folder(folder))
            return tt_fail(TT_BAD_FILE,
                           "%s: no planted mistakes are here; --mistakes needs the tree with solutions",
                           folder);
        char *argv[] = {"ninja", "-C", build, "plants", NULL};
        int status = run_through(argv, NULL, log);
        run_last_words(words, sizeof words, log, status);
        if (status != 0) return tt_fail(TT_BAD_FILE, "the planted mistakes cannot be built: %s", words);
    }
    files_path(folder, "%s/solutions", where->build);
    files_list all = files_list_folder(folder);
    for (int i = 0; i < all.count; i++) {
        size_t number = strlen(m->number), length = strlen(all.names[i]);
        if (!strncmp(all.names[i], m->number, number) && all.names[i][number] == '-' && length < 70 &&
            !strcmp(all.names[i] + length - 2, ".c"))
            files_list_add(plants, all.names[i]);
    }
    files_list_finish(&all);
    return TT_OK;
}

static tt_status load_mistakes(mistakes *all, const book *b, const module *m, const command_place *where)
{
    files_list plants;
    tt_status status = build_plants(&plants, b, m, where);
    for (int i = 0; i < plants.count && status == TT_OK; i++) {
        char file[FILES_PATH], kept[FILES_PATH];
        mistake one = {0};
        const char *name = plants.names[i] + strlen(m->number) + 1;
        snprintf(one.name, sizeof one.name, "%.*s", (int)strlen(name) - 2, name);
        files_path(file, "%s/solutions/%s", where->build, plants.names[i]);
        files_path(kept, "%s/mistakes/%s/%s.json", b->folder, m->name, one.name);
        status = stats_measure(&one.r, b, m, file, kept, true);
        if (status != TT_OK) break;
        all->row = files_room(all->row, all->count, sizeof *all->row);
        all->row[all->count++] = one;
    }
    files_list_finish(&plants);
    return status;
}

// The mistake that is most like this in one function; the rest of the file decides between equals.
static mistake *most_alike(mistakes *all, const result *r, const char *function)
{
    enum { LEAST = 50 }; // in percent: one that is no more alike is none of them
    mistake *best = NULL;
    double most = 0;
    for (int i = 0; i < all->count; i++) {
        double here = likeness(r, &all->row[i].r, function),
               rank = here + likeness(r, &all->row[i].r, NULL) / 1000;
        if (100 * here > LEAST && rank > most) most = rank, best = &all->row[i];
    }
    return best;
}

// A mistake often fails in several functions: its student counts once.
static void add_student(mistake *one, const char *student, int place)
{
    if (one->last == place) return;
    one->last = place;
    size_t used = strlen(one->who);
    snprintf(one->who + used, sizeof one->who - used, "%s%s", used ? " " : "", student);
    one->students++;
}

static int compare(const void *a, const void *b)
{
    const mistake *x = a, *y = b;
    return y->students != x->students ? y->students - x->students : strcmp(x->name, y->name);
}

static void print_rows(mistakes *all, const mistake *none)
{
    char who[100];
    qsort(all->row, (size_t)all->count, sizeof *all->row, compare);
    for (int i = 0; i < all->count && all->row[i].students; i++)
        printf("  %8d  %-34s %s\n", all->row[i].students, all->row[i].name,
               escape_clip(who, sizeof who, all->row[i].who, 32));
    if (none->students)
        printf("  %8d  %-34s %s\n", none->students, "(none of them)",
               escape_clip(who, sizeof who, none->who, 32));
}

// Each function of a result in which something fails, once.
static bool begins_function(const result *r, int i)
{
    for (int k = 0; k < i; k++)
        if (fails(&r->cases[k]) && !strcmp(r->cases[k].function, r->cases[i].function)) return false;
    return fails(&r->cases[i]);
}

static void count(mistakes *all, mistake *none, const result *r, int place)
{
    for (int i = 0; i < r->case_count; i++) {
        if (!begins_function(r, i)) continue;
        mistake *one = most_alike(all, r, r->cases[i].function);
        add_student(one ? one : none, r->student, place);
    }
}

tt_status stats_mistakes(const book *b, const module *m, const command_place *where)
{
    mistakes all = {0};
    mistake none = {0};
    files_list students = book_students(b);
    tt_status status = load_mistakes(&all, b, m, where);
    for (int i = 0; i < students.count && status == TT_OK; i++) {
        result r;
        if (!book_has(b, m->name, students.names[i])) continue;
        status = book_load(&r, b, m->name, students.names[i]);
        if (status == TT_OK) count(&all, &none, &r, i + 1);
        result_finish(&r);
    }
    if (status == TT_OK) {
        printf("\nMistakes that failing functions most resemble, of %d that are planted:\n", all.count);
        printf("  %8s  %-34s %s\n", "students", "mistake", "who");
        print_rows(&all, &none);
    }
    for (int i = 0; i < all.count; i++) result_finish(&all.row[i].r);
    free(all.row);
    files_list_finish(&students);
    return status;
}
