// seam.c: tries every function of both sides in a process of its own, and takes the first that works.
#include "seam.h"

#include <stdbool.h>
#include <string.h>

#include "bench/apart.h"
#include "core/count.h"

const course_module course_modules[COURSE_PARTS] = {
    {15, COURSE_ACCELERATION, "acceleration", "the textbook's product"},
    {16, COURSE_INT8, "quantization", "floats"},
    {17, COURSE_PRUNING, "compression", "zeros multiplied"},
    {18, COURSE_CACHE, "caching", "the whole text anew for each token"},
};
static const char *const side_names[COURSE_SIDES] = {"yours", "reference", "common", "nobody"};

// The linker's names for the ends of the section that COURSE_FUNCTION fills.
extern course_row *const __start_course_rows[], *const __stop_course_rows[];
static int row_count(void) { return (int)(__stop_course_rows - __start_course_rows); }
#define EACH_ROW(row)                                                                                        \
    course_row *const *at = __start_course_rows, *row;                                                       \
    at < __stop_course_rows && (row = *at, true);                                                            \
    at++

// --- Choosing ---

enum { MOST_ROWS = 64, PATIENCE_SECONDS = 2 };

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
    for (; t->row < row_count(); t->row++, t->apart.beats++) {
        course_row *row = __start_course_rows[t->row];
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
    if (row_count() > MOST_ROWS)
        return tt_fail(TT_BAD_SHAPE, "more than %d functions: raise MOST_ROWS", MOST_ROWS);
    trials *t = bench_share(sizeof *t);
    if (!t) return tt_fail(TT_NO_MEMORY, "no memory to try the functions");
    memset(t->status, UNTRIED, sizeof t->status);
    t->sides = sides;
    char why[sizeof(course_row){0}.why];
    // Each crash ends one process, and the next goes on behind it.
    for (int left = 2 * row_count();
         left > 0 && !bench_run_apart(&t->apart, try_all, t, PATIENCE_SECONDS, NULL, why, sizeof why);
         left--) {
        if (t->row == row_count() || t->side == COURSE_COMMON) break;
        t->status[t->row][t->side] = CRASHED;
        if (t->side == COURSE_MINE) memcpy(__start_course_rows[t->row]->why, why, sizeof why);
    }
    for (int i = 0; i < row_count(); i++) choose(__start_course_rows[i], t->status[i]);
    bench_unshare(t, sizeof *t);
    return TT_OK;
}

// --- What was found ---

course_side course_whose(const char *function)
{
    for (EACH_ROW(row))
        if (strcmp(row->name, function) == 0) return row->whose;
    return COURSE_NOBODY;
}

const char *course_lacks(unsigned parts)
{
    for (EACH_ROW(row))
        for (int i = 0; i < COURSE_PARTS; i++)
            if (row->module == course_modules[i].number && (parts & (unsigned)course_modules[i].part) &&
                row->whose == COURSE_NOBODY)
                return row->name;
    return NULL;
}

static void list(FILE *to, const course_module *m, course_side side, bool *first)
{
    enum { NAMES = 29, WIDTH = 80 }; // columns: where names begin, and the end
    int column = 0;
    for (EACH_ROW(row)) {
        const int length = (int)strlen(row->name) + 1;
        if (row->module != m->number || row->whose != side) continue;
        if (column == 0)
            fprintf(to, "%2.0d %-15s%-*s", *first ? m->number : 0, *first ? m->topic : "", NAMES - 18,
                    side_names[side]);
        if (column > 0 && column + length > WIDTH) fprintf(to, "\n%*s", column = NAMES, "");
        if (column == 0) column = NAMES;
        fprintf(to, "%s ", row->name);
        column += length;
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
    for (EACH_ROW(row))
        if (*row->why) fprintf(to, "\nYour %s was passed over:\n  %.78s\n", row->name, row->why);
}
