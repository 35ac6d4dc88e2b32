// seam.c: tries every function of both sides in a process of its own, and takes the first that works.
#include "seam.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bench/apart.h"
#include "core/count.h"

const course_module course_modules[COURSE_PARTS] = {
    {15, COURSE_ACCELERATION, "acceleration", "the textbook's product"},
    {16, COURSE_INT8, "quantization", "floats"},
    {17, COURSE_PRUNING, "compression", "every weight"},
    {18, COURSE_CACHE, "caching", "the whole text anew for each token"},
};
static const char *const side_names[COURSE_SIDES] = {"yours", "reference", "common", "nobody"};

enum { MOST_ROWS = 64, PATIENCE_SECONDS = 2 };

// The linker's names for the ends of the section that COURSE_FUNCTION fills, in an order of the compiler's.
extern course_row *const __start_course_rows[], *const __stop_course_rows[];
static course_row *rows[MOST_ROWS]; // by module and line
static int row_count;               // 0 before course_open

static int by_place(const void *a, const void *b)
{
    const course_row *x = *(course_row *const *)a, *y = *(course_row *const *)b;
    return abs(x->module) != abs(y->module) ? abs(x->module) - abs(y->module) : x->line - y->line;
}

// False if there are too many.
static bool collect(void)
{
    const long count = __stop_course_rows - __start_course_rows;
    if (count > MOST_ROWS) return false;
    if (row_count == count) return true;
    row_count = (int)count;
    memcpy(rows, __start_course_rows, (size_t)count * sizeof *rows);
    qsort(rows, (size_t)count, sizeof *rows, by_place);
    return true;
}

// --- Choosing ---

typedef struct {
    bench_apart apart;
    unsigned sides;
    int row, side;                                // on trial now: where a crash was
    bool done[MOST_ROWS];                         // this row needs no more trials
    signed char status[MOST_ROWS][COURSE_COMMON]; // of each trial
} trials;

enum { UNTRIED = -1, CRASHED = -2 };

static void try_all(void *job)
{
    trials *t = job;
    for (; t->row < row_count; t->row++, t->apart.beats++) {
        course_row *row = rows[t->row];
        for (t->side = COURSE_MINE; t->side < COURSE_COMMON && !t->done[t->row]; t->side++) {
            signed char *status = &t->status[t->row][t->side];
            if (!row->by[t->side] || !(t->sides & 1u << t->side) || *status != UNTRIED) continue;
            *status = (signed char)row->probe(row->by[t->side]);
            t->done[t->row] = *status == TT_OK;
        }
    }
}

static void choose(course_row *row, const signed char *status)
{
    row->whose = COURSE_MINE;
    while (row->whose < COURSE_COMMON && status[row->whose] != TT_OK) row->whose++;
    if (row->whose == COURSE_COMMON && !row->by[COURSE_COMMON]) row->whose = COURSE_NOBODY;
    *row->chosen = row->whose == COURSE_NOBODY ? NULL : row->by[row->whose];
    const int mine = status[COURSE_MINE];
    if (mine > TT_TODO)
        snprintf(row->why, sizeof row->why, "refuses valid input: %s", tt_status_text((tt_status)mine));
    else if (mine != CRASHED) *row->why = 0;
}

tt_status course_open(unsigned sides)
{
    if (!collect()) return tt_fail(TT_BAD_SHAPE, "more than %d functions: raise MOST_ROWS", MOST_ROWS);
    trials *t = bench_share(sizeof *t);
    if (!t) return tt_fail(TT_NO_MEMORY, "no memory to try the functions");
    memset(t->status, UNTRIED, sizeof t->status);
    t->sides = sides;
    char why[sizeof(course_row){0}.why];
    // Each crash ends one process, and the next goes on behind it.
    for (int left = 2 * row_count;
         left > 0 && !bench_run_apart(&t->apart, try_all, t, PATIENCE_SECONDS, NULL, why, sizeof why);
         left--) {
        if (t->row == row_count || t->side == COURSE_COMMON) break;
        t->status[t->row][t->side] = CRASHED;
        if (t->side == COURSE_MINE) memcpy(rows[t->row]->why, why, sizeof why);
    }
    for (int i = 0; i < row_count; i++) choose(rows[i], t->status[i]);
    bench_unshare(t, sizeof *t);
    return TT_OK;
}

// --- One by one ---

int course_function_count(void) { return collect() ? row_count : 0; }
const char *course_function_name(int function) { return rows[function]->name; }

tt_status course_try(int function, course_side side)
{
    if (function < 0 || function >= course_function_count() || side >= COURSE_NOBODY) return TT_BAD_VALUE;
    course_row *row = rows[function];
    return row->by[side] ? row->probe(row->by[side]) : TT_TODO;
}

tt_status course_choose(int function, course_side side)
{
    if (function < 0 || function >= course_function_count() || (unsigned)side > COURSE_NOBODY)
        return TT_BAD_VALUE;
    course_row *row = rows[function];
    if (side != COURSE_NOBODY && !row->by[side]) return TT_BAD_VALUE;
    row->whose = side, *row->why = 0;
    *row->chosen = side == COURSE_NOBODY ? NULL : row->by[side];
    return TT_OK;
}

// --- What was found ---

course_side course_whose(const char *function)
{
    for (int r = 0; r < row_count; r++)
        if (strcmp(rows[r]->name, function) == 0) return rows[r]->whose;
    return COURSE_NOBODY;
}

static bool belongs(const course_row *row, unsigned parts)
{
    for (int i = 0; i < COURSE_PARTS; i++)
        if (row->module == course_modules[i].number && (parts & (unsigned)course_modules[i].part))
            return true;
    return false;
}

const char *course_lacks(unsigned parts)
{
    for (int r = 0; r < row_count; r++)
        if (belongs(rows[r], parts) && rows[r]->whose == COURSE_NOBODY) return rows[r]->name;
    return NULL;
}

void course_tally(int of[COURSE_SIDES], unsigned parts)
{
    for (int s = 0; s < COURSE_SIDES; s++) of[s] = 0;
    for (int r = 0; r < row_count; r++)
        if (belongs(rows[r], parts)) of[rows[r]->whose]++;
}

static void list(FILE *to, const course_module *m, course_side side, bool *first)
{
    enum { NAMES = 28, WIDTH = 80 }; // columns: where names begin, and the end
    int column = 0;
    for (int r = 0; r < row_count; r++) {
        const int length = (int)strlen(rows[r]->name) + 1;
        if (abs(rows[r]->module) != m->number || rows[r]->whose != side) continue;
        if (column == 0)
            fprintf(to, "%2.0d %-15s%-10s", *first ? m->number : 0, *first ? m->topic : "", side_names[side]);
        else if (column + length > WIDTH) fprintf(to, "\n%*s", NAMES, "");
        if (column == 0 || column + length > WIDTH) column = NAMES;
        column += fprintf(to, " %s", rows[r]->name);
        *first = false;
    }
    if (column > 0) fprintf(to, "\n");
}

void course_who(FILE *to)
{
    fprintf(to, "Whose code runs: yours where it is written, else the reference's if it is here,\n"
                "else common's plain version.\n\n");
    for (int i = 0; i < COURSE_PARTS; i++) {
        const course_module *m = &course_modules[i];
        bool first = true;
        for (int side = COURSE_MINE; side < COURSE_SIDES; side++) list(to, m, (course_side)side, &first);
        if (course_lacks((unsigned)m->part))
            fprintf(to, "%18sso module %d is left out: %s\n", "", m->number, m->without);
    }
    for (int r = 0; r < row_count; r++)
        if (*rows[r]->why) fprintf(to, "\nYour %s was passed over:\n  %.78s\n", rows[r]->name, rows[r]->why);
}
