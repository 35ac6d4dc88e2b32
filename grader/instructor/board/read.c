// read.c: from the tables of a competition to what the pages need. A column is a row of a table here.
#include <ctype.h>
#include <math.h>
#include <sqlite3.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "core/count.h"
#include "instructor/files.h"

enum { MOST_COLUMNS = 48 };

// A column of a query, and where it goes in a row.
typedef struct {
    enum { NAME, TEXT, WHOLE, REAL } kind; // NAME: a text that is cut at BOARD_MOST_NAME
    size_t at;
    const char *sql;
} column;

#define C(kind, type, member, sql)                                                                           \
    {                                                                                                        \
        kind, offsetof(type, member), sql                                                                    \
    }
static const column of_round[] = {C(WHOLE, board_round, id, "id"), C(NAME, board_round, name, "name"),
                                  C(NAME, board_round, begun, "begun"),
                                  C(NAME, board_round, deadline, "deadline")};
static const column of_team[] = {C(WHOLE, board_team, id, "id"), C(NAME, board_team, name, "name")};
#define E(kind, member) C(kind, board_entry, member, #member)
static const column of_entry[] = {C(WHOLE, board_entry, id, "entry.id"),
                                  E(WHOLE, team),
                                  E(WHOLE, round),
                                  E(NAME, event),
                                  E(NAME, received),
                                  E(NAME, state),
                                  E(NAME, sha256),
                                  E(TEXT, config),
                                  E(TEXT, report),
                                  E(TEXT, reason),
                                  E(REAL, lines),
                                  E(TEXT, whose),
                                  E(NAME, machine),
                                  C(NAME, board_entry, kind, "quality_kind"),
                                  E(REAL, calls),
                                  E(REAL, batch),
                                  E(REAL, p50),
                                  E(REAL, p95),
                                  E(REAL, base_p50),
                                  E(REAL, throughput),
                                  E(REAL, ratio),
                                  E(REAL, ratio_low),
                                  E(REAL, ratio_high),
                                  E(REAL, model_bytes),
                                  E(REAL, base_model_bytes),
                                  E(REAL, peak_bytes),
                                  E(REAL, base_peak_bytes),
                                  E(REAL, quality),
                                  E(REAL, base_quality),
                                  E(REAL, allowed),
                                  E(REAL, gate),
                                  E(REAL, score),
                                  E(REAL, count_score),
                                  E(REAL, macs),
                                  E(REAL, base_macs),
                                  E(REAL, threads),
                                  E(REAL, instructions),
                                  E(REAL, cycles),
                                  E(REAL, ghz)};
static const column of_place[] = {
    C(WHOLE, board_place, round, "round"),      C(NAME, board_place, event, "event"),
    C(NAME, board_place, category, "category"), C(WHOLE, board_place, entry, "entry"),
    C(WHOLE, board_place, place, "place"),      C(REAL, board_place, value, "value"),
    C(NAME, board_place, unit, "unit")};
static const column of_flag[] = {C(WHOLE, board_note, entry, "entry"), C(NAME, board_note, kind, "kind"),
                                 C(TEXT, board_note, text, "text")};
static const column of_judged[] = {
    C(WHOLE, board_note, entry, "entry"),  C(NAME, board_note, kind, "criterion"),
    C(NAME, board_note, judge, "judge"),   C(TEXT, board_note, text, "comment"),
    C(REAL, board_note, points, "points"), C(REAL, board_note, most, "most")};
static const column of_versus[] = {C(WHOLE, board_versus, entry, "entry"),
                                   C(WHOLE, board_versus, other, "other"),
                                   C(REAL, board_versus, ratio, "ratio"), C(REAL, board_versus, low, "low"),
                                   C(REAL, board_versus, high, "high")};

// A table, or two that are joined; its rows are appended to an array of the board.
typedef struct {
    const column *columns;
    int count;
    size_t size, array, counter; // of a row; of the array and its count in the board
    const char *from;
} table;

#define T(columns, type, array, counter, from)                                                               \
    {                                                                                                        \
        columns, COUNT(columns), sizeof(type), offsetof(board, array), offsetof(board, counter), from        \
    }
static const table tables[] = {
    T(of_round, board_round, rounds, round_count, "round ORDER BY id"),
    T(of_team, board_team, teams, team_count, "team ORDER BY id"),
    T(of_entry, board_entry, entries, entry_count,
      "entry LEFT JOIN result ON entry.id = result.entry ORDER BY entry.id"),
    T(of_place, board_place, places, place_count, "place ORDER BY round, event, category, place, entry"),
    T(of_flag, board_note, notes, note_count, "flag ORDER BY entry, kind"),
    T(of_judged, board_note, notes, note_count, "judged ORDER BY entry, criterion, judge"),
    T(of_versus, board_versus, versus, versus_count, "versus ORDER BY entry, other"),
};

static char *copy(const char *text, size_t most)
{
    char *made = strndup(text ? text : "", most);
    if (!made) abort();
    return made;
}

static void take_column(char *row, const column *c, sqlite3_stmt *s, int i)
{
    void *to = row + c->at;
    if (c->kind == WHOLE) *(long *)to = (long)sqlite3_column_int64(s, i);
    else if (c->kind == REAL)
        *(double *)to = sqlite3_column_type(s, i) == SQLITE_NULL ? NAN : sqlite3_column_double(s, i);
    else
        *(char **)to = copy((const char *)sqlite3_column_text(s, i),
                            c->kind == NAME ? BOARD_MOST_NAME : BOARD_MOST_TEXT);
}

static tt_status read_table(board *b, sqlite3 *db, const table *t)
{
    char sql[2048] = "SELECT ";
    sqlite3_stmt *s = NULL;
    for (int i = 0; i < t->count; i++) {
        const size_t used = strlen(sql);
        snprintf(sql + used, sizeof sql - used, "%s%s", i ? ", " : "", t->columns[i].sql);
    }
    const size_t used = strlen(sql);
    snprintf(sql + used, sizeof sql - used, " FROM %s", t->from);
    void **array = (void **)((char *)b + t->array);
    int *count = (int *)((char *)b + t->counter), code = sqlite3_prepare_v2(db, sql, -1, &s, NULL);
    while (code == SQLITE_OK && (code = sqlite3_step(s)) == SQLITE_ROW) {
        *array = files_room(*array, *count, t->size);
        char *row = (char *)*array + (size_t)*count * t->size;
        memset(row, 0, t->size);
        for (int i = 0; i < t->count; i++) take_column(row, &t->columns[i], s, i);
        ++*count, code = SQLITE_OK;
    }
    sqlite3_finalize(s);
    return code == SQLITE_DONE ? TT_OK : tt_fail(TT_BAD_FILE, "%s", sqlite3_errmsg(db));
}

// The lines "name = choice" of a configuration; others do not count.
static void read_fields(board_entry *e)
{
    for (const char *line = e->config; *line && e->fields < BOARD_FIELDS;
         line += strcspn(line, "\n"), line += *line == '\n') {
        board_field *field = &e->field[e->fields];
        if (sscanf(line, " %31[^= \t\n#] = %31[^ \t\n#]", field->name, field->choice) == 2) e->fields++;
        else *field = (board_field){0};
    }
}

tt_status board_read(board *b, const char *path)
{
    sqlite3 *db = NULL;
    *b = (board){0};
    tt_status status = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK
                           ? TT_OK
                           : tt_fail(TT_BAD_FILE, "%s", sqlite3_errmsg(db));
    sqlite3_busy_timeout(db, 10000);
    if (status == TT_OK) sqlite3_exec(db, "BEGIN", NULL, NULL, NULL); // one moment for all tables
    for (int i = 0; i < COUNT(tables) && status == TT_OK; i++) status = read_table(b, db, &tables[i]);
    sqlite3_close(db);
    for (int i = 0; i < b->entry_count; i++) read_fields(&b->entries[i]);
    if (status != TT_OK) {
        char reason[300];
        snprintf(reason, sizeof reason, "%s", tt_error());
        board_finish(b);
        return tt_fail(status, "%s is no competition (%s); grader compete init begins one", path, reason);
    }
    return TT_OK;
}

void board_finish(board *b)
{
    for (int i = 0; i < COUNT(tables); i++) {
        const table *t = &tables[i];
        char *rows = *(char **)((char *)b + t->array);
        const int count = *(int *)((char *)b + t->counter);
        if (t->columns == of_flag) continue; // its rows stand among those of judged
        for (int r = 0; rows && r < count; r++)
            for (int c = 0; c < t->count; c++)
                if (t->columns[c].kind == NAME || t->columns[c].kind == TEXT)
                    free(*(char **)(rows + (size_t)r * t->size + t->columns[c].at));
        free(rows);
    }
    *b = (board){0};
}

const board_entry *board_find_entry(const board *b, long id)
{
    for (int i = 0; i < b->entry_count; i++)
        if (b->entries[i].id == id) return &b->entries[i];
    return NULL;
}

const board_team *board_find_team(const board *b, long id)
{
    for (int i = 0; i < b->team_count; i++)
        if (b->teams[i].id == id) return &b->teams[i];
    return NULL;
}

const board_round *board_find_round(const board *b, long id)
{
    for (int i = 0; i < b->round_count; i++)
        if (b->rounds[i].id == id) return &b->rounds[i];
    return NULL;
}

const board_place *board_find_place(const board *b, const board_entry *e, const char *category)
{
    for (int i = 0; i < b->place_count; i++)
        if (b->places[i].entry == e->id && b->places[i].round == e->round &&
            !strcmp(b->places[i].category, category))
            return &b->places[i];
    return NULL;
}

const char *board_choice(const board_entry *e, const char *name)
{
    for (int i = 0; i < e->fields; i++)
        if (!strcmp(e->field[i].name, name)) return e->field[i].choice;
    return NULL;
}
