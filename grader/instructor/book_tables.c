// book_tables.c: the gradebook's tables. Every value goes in as a bound parameter; a grading is one
// transaction.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "book.h"

static const char schema[] =
    "PRAGMA foreign_keys = ON;"
    "CREATE TABLE IF NOT EXISTS result (student TEXT NOT NULL, module TEXT NOT NULL, sha256 TEXT, grader "
    "TEXT,"
    "  seed TEXT, graded TEXT, seconds REAL, compile TEXT, score REAL, of REAL, passed INTEGER, failed "
    "INTEGER,"
    "  PRIMARY KEY (student, module)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS verdict (student TEXT NOT NULL, module TEXT NOT NULL, place INTEGER NOT NULL,"
    "  function TEXT, name TEXT, points REAL, of REAL, verdict TEXT, ratio REAL, unit TEXT,"
    "  PRIMARY KEY (student, module, place),"
    "  FOREIGN KEY (student, module) REFERENCES result ON DELETE CASCADE) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS trouble (student TEXT NOT NULL, module TEXT NOT NULL, reason TEXT,"
    "  PRIMARY KEY (student, module)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS canvas (student TEXT PRIMARY KEY, number TEXT) WITHOUT ROWID;";

static tt_status said(const book *b, const char *doing)
{
    return tt_fail(TT_BAD_FILE, "%s/gradebook.sqlite: %s: %s", b->folder, doing, sqlite3_errmsg(b->tables));
}

tt_status book_open_tables(book *b)
{
    char path[FILES_PATH];
    files_path(path, "%s/gradebook.sqlite", b->folder);
    if (sqlite3_open_v2(path, &b->tables, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW,
                        NULL) != SQLITE_OK)
        return said(b, "cannot be opened");
    chmod(path, 0600);
    sqlite3_busy_timeout(b->tables, 20000); // another command may be in the middle of a transaction
    sqlite3_exec(b->tables, "PRAGMA synchronous = FULL", NULL, NULL, NULL);
    return sqlite3_exec(b->tables, schema, NULL, NULL, NULL) == SQLITE_OK ? TT_OK
                                                                          : said(b, "is no gradebook");
}

sqlite3_stmt *book_query(const book *b, const char *sql, const char *const *texts)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(b->tables, sql, -1, &s, NULL) != SQLITE_OK) {
        said(b, sql);
        command_failed();
        exit(EXIT_NOT_DONE);
    }
    for (int i = 0; texts && texts[i]; i++) sqlite3_bind_text(s, i + 1, texts[i], -1, SQLITE_TRANSIENT);
    return s;
}

static void copy_column(char *out, size_t size, sqlite3_stmt *s, int column)
{
    const char *text = (const char *)sqlite3_column_text(s, column);
    snprintf(out, size, "%s", text ? text : "");
}

// Run a statement that answers nothing.
static bool run(const book *b, const char *sql, const char *const *texts)
{
    sqlite3_stmt *s = book_query(b, sql, texts);
    bool ok = sqlite3_step(s) == SQLITE_DONE;
    sqlite3_finalize(s);
    return ok;
}

bool book_graded(book_row *row, const book *b, const char *module, const char *student)
{
    sqlite3_stmt *s = book_query(
        b, "SELECT sha256, grader, graded, seconds, score, of FROM result WHERE student = ? AND module = ?",
        (const char *[]){student, module, NULL});
    bool found = sqlite3_step(s) == SQLITE_ROW;
    if (found) {
        copy_column(row->sha256, sizeof row->sha256, s, 0);
        copy_column(row->grader, sizeof row->grader, s, 1);
        copy_column(row->graded, sizeof row->graded, s, 2);
        row->seconds = sqlite3_column_double(s, 3);
        row->score = sqlite3_column_double(s, 4), row->of = sqlite3_column_double(s, 5);
    }
    sqlite3_finalize(s);
    return found;
}

// --- A result ---

static bool put_row(const book *b, const result *r)
{
    sqlite3_stmt *s = book_query(
        b, "INSERT INTO result VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?8, ?7, ?9, ?10, ?11, ?12)",
        (const char *[]){r->student, r->module, r->sha256, r->grader, r->seed, r->graded, r->compile, NULL});
    sqlite3_bind_double(s, 8, r->seconds);
    sqlite3_bind_double(s, 9, r->score);
    sqlite3_bind_double(s, 10, r->of);
    sqlite3_bind_int(s, 11, r->passed);
    sqlite3_bind_int(s, 12, r->failed);
    bool ok = sqlite3_step(s) == SQLITE_DONE;
    sqlite3_finalize(s);
    return ok;
}

static bool put_case(const book *b, const result *r, int place)
{
    const result_case *c = &r->cases[place];
    sqlite3_stmt *s = book_query(b, "INSERT INTO verdict VALUES (?1, ?2, ?7, ?3, ?4, ?8, ?9, ?5, ?10, ?6)",
                                 (const char *[]){r->student, r->module, c->function, c->name, c->verdict,
                                                  c->timed ? c->unit : "", NULL});
    sqlite3_bind_int(s, 7, place);
    sqlite3_bind_double(s, 8, c->points);
    sqlite3_bind_double(s, 9, c->of);
    if (c->timed) sqlite3_bind_double(s, 10, c->ratio);
    bool ok = sqlite3_step(s) == SQLITE_DONE;
    sqlite3_finalize(s);
    return ok;
}

tt_status book_put(book *b, const result *r)
{
    const char *whose[] = {r->student, r->module, NULL};
    bool ok = run(b, "BEGIN IMMEDIATE", NULL) &&
              run(b, "DELETE FROM result WHERE student = ? AND module = ?", whose) &&
              run(b, "DELETE FROM trouble WHERE student = ? AND module = ?", whose) && put_row(b, r);
    for (int i = 0; ok && i < r->case_count; i++) ok = put_case(b, r, i);
    if (ok && run(b, "COMMIT", NULL)) return TT_OK;
    tt_status status = said(b, "a result cannot be written");
    sqlite3_exec(b->tables, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

// --- What else it knows ---

tt_status book_put_trouble(book *b, const char *module, const char *student, const char *reason)
{
    return run(b, "INSERT OR REPLACE INTO trouble VALUES (?, ?, ?)",
               (const char *[]){student, module, reason, NULL})
               ? TT_OK
               : said(b, "a note cannot be written");
}

bool book_trouble(const book *b, const char *module, const char *student, char *reason, size_t size)
{
    sqlite3_stmt *s = book_query(b, "SELECT reason FROM trouble WHERE student = ? AND module = ?",
                                 (const char *[]){student, module, NULL});
    bool found = sqlite3_step(s) == SQLITE_ROW;
    if (found) copy_column(reason, size, s, 0);
    sqlite3_finalize(s);
    return found;
}

tt_status book_put_canvas(book *b, const char *student, const char *number)
{
    return run(b, "INSERT OR REPLACE INTO canvas VALUES (?, ?)", (const char *[]){student, number, NULL})
               ? TT_OK
               : said(b, "a Canvas number cannot be written");
}

void book_canvas(const book *b, const char *student, char number[24])
{
    sqlite3_stmt *s =
        book_query(b, "SELECT number FROM canvas WHERE student = ?", (const char *[]){student, NULL});
    number[0] = 0;
    if (sqlite3_step(s) == SQLITE_ROW) copy_column(number, 24, s, 0);
    sqlite3_finalize(s);
}

// --- The other way: from results/ ---

// 1: put in, 0: was there, -1: cannot be.
static int import(book *b, const char *path, const char *module, const char *student)
{
    result r;
    if (result_load(&r, path) != TT_OK) return -1;
    book_row row;
    int answer = 0;
    if (strcmp(r.module, module) != 0 || strcmp(r.student, student) != 0) {
        tt_fail(TT_BAD_FILE, "%s: this is the result of %.64s in %.64s; move it there or away", path,
                r.student, r.module);
        answer = -1;
    } else if (!book_graded(&row, b, module, student) || strcmp(row.sha256, r.sha256) != 0 ||
               strcmp(row.grader, r.grader) != 0 || strcmp(row.graded, r.graded) != 0 ||
               row.seconds != r.seconds)
        answer = book_put(b, &r) == TT_OK ? 1 : -1;
    result_finish(&r);
    return answer;
}

int book_import(book *b)
{
    char folder[FILES_PATH], below[FILES_PATH], path[FILES_PATH], student[BOOK_NAME];
    int count = 0;
    files_path(folder, "%s/results", b->folder);
    files_list modules = files_list_folder(folder);
    for (int m = 0; m < modules.count; m++) {
        files_path(below, "%s/%s", folder, modules.names[m]);
        files_list names = files_list_folder(below);
        for (int i = 0; count >= 0 && i < names.count; i++) {
            size_t length = strlen(names.names[i]);
            files_path(path, "%s/%s", below, names.names[i]);
            if (strstr(names.names[i], ".json.new-"))
                unlink(path); // somebody was killed while it was written
            if (length < 6 || length - 5 >= sizeof student ||
                strcmp(names.names[i] + length - 5, ".json") != 0)
                continue;
            snprintf(student, sizeof student, "%.*s", (int)(length - 5), names.names[i]);
            int added = import(b, path, modules.names[m], student);
            count = added < 0 ? -1 : count + added;
        }
        files_list_finish(&names);
    }
    files_list_finish(&modules);
    return count;
}

static void add_name(files_list *list, const char *name)
{
    for (int i = 0; i < list->count; i++)
        if (!strcmp(list->names[i], name)) return;
    files_list_add(list, name);
}

files_list book_students(const book *b)
{
    files_list all = {0};
    char folder[FILES_PATH], below[FILES_PATH];
    files_path(folder, "%s/submissions", b->folder);
    files_list modules = files_list_folder(folder);
    for (int m = 0; m < modules.count; m++) {
        files_path(below, "%s/%s", folder, modules.names[m]);
        files_list names = files_list_folder(below);
        for (int i = 0; i < names.count; i++)
            if (book_is_name(names.names[i])) add_name(&all, names.names[i]);
        files_list_finish(&names);
    }
    files_list_finish(&modules);
    sqlite3_stmt *s = book_query(b, "SELECT DISTINCT student FROM result", NULL);
    while (sqlite3_step(s) == SQLITE_ROW) add_name(&all, (const char *)sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
    files_list_sort(&all);
    return all;
}
