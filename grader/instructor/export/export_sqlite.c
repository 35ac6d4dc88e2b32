// export_sqlite.c: the results as tables of SQLite, made anew from the files each time. Values are bound
// parameters, never a part of a query's text.
#include <stdlib.h>

#include "export.h"

static const char schema[] =
    "CREATE TABLE result (student TEXT NOT NULL, module TEXT NOT NULL, sha256 TEXT, grader TEXT,"
    "  seed TEXT, graded TEXT, seconds REAL, compile TEXT, score REAL, of REAL, passed INTEGER, failed INT,"
    "  PRIMARY KEY (student, module)) WITHOUT ROWID;"
    "CREATE TABLE verdict (student TEXT NOT NULL, module TEXT NOT NULL, place INTEGER NOT NULL,"
    "  function TEXT, name TEXT, points REAL, of REAL, verdict TEXT, ratio REAL, unit TEXT, busy INTEGER,"
    "  PRIMARY KEY (student, module, place),"
    "  FOREIGN KEY (student, module) REFERENCES result) WITHOUT ROWID;";

// From ?1, a result as JSON, to its rows.
static const char *const inserts[] = {
    "INSERT INTO result SELECT json_extract(r, '$.student'), json_extract(r, '$.module'),"
    "  json_extract(r, '$.sha256'), json_extract(r, '$.grader'), json_extract(r, '$.seed'),"
    "  json_extract(r, '$.graded'), json_extract(r, '$.seconds'), json_extract(r, '$.compile.status'),"
    "  json_extract(r, '$.score'), json_extract(r, '$.of'), json_extract(r, '$.passed'),"
    "  json_extract(r, '$.failed') FROM (SELECT ?1 AS r)",
    "INSERT INTO verdict SELECT json_extract(?1, '$.student'), json_extract(?1, '$.module'), key,"
    "  json_extract(value, '$.function'), json_extract(value, '$.case'), json_extract(value, '$.points'),"
    "  json_extract(value, '$.of'), json_extract(value, '$.verdict'), json_extract(value, '$.speed.ratio'),"
    "  json_extract(value, '$.speed.unit'), json_extract(value, '$.speed.busy') FROM json_each(?1, "
    "'$.cases')",
};

sqlite3_stmt *export_query(sqlite3 *tables, const char *sql, const char *const *texts)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(tables, sql, -1, &s, NULL) != SQLITE_OK) {
        fprintf(stderr, "grader: %s: %s\n", sql, sqlite3_errmsg(tables));
        exit(EXIT_NOT_DONE);
    }
    for (int i = 0; texts && texts[i]; i++) sqlite3_bind_text(s, i + 1, texts[i], -1, SQLITE_TRANSIENT);
    return s;
}

static tt_status put_result(const export_job *e, const module *m, const result *r, void *state)
{
    (void)e, (void)m;
    sqlite3 *tables = state;
    char *text = json_dumps(r->root, JSON_REAL_PRECISION(17));
    bool ok = text != NULL;
    for (int i = 0; ok && i < COUNT(inserts); i++) {
        sqlite3_stmt *s = export_query(tables, inserts[i], (const char *[]){text, NULL});
        ok = sqlite3_step(s) == SQLITE_DONE;
        sqlite3_finalize(s);
    }
    free(text);
    return ok ? TT_OK
              : tt_fail(TT_NO_MEMORY, "%s of %s as a table: %s", r->module, r->student,
                        sqlite3_errmsg(tables));
}

tt_status export_make_tables(sqlite3 **tables, const export_job *e)
{
    bool made = sqlite3_open(":memory:", tables) == SQLITE_OK &&
                sqlite3_exec(*tables, schema, NULL, NULL, NULL) == SQLITE_OK;
    tt_status status = made ? export_each(e, put_result, *tables)
                            : tt_fail(TT_NO_MEMORY, "no tables: %s", sqlite3_errmsg(*tables));
    if (status != TT_OK) sqlite3_close(*tables);
    return status;
}

tt_status export_sqlite(const export_job *e, FILE *f)
{
    sqlite3 *tables;
    sqlite3_int64 size = 0;
    tt_status status = export_make_tables(&tables, e);
    if (status != TT_OK) return status;
    unsigned char *bytes = sqlite3_serialize(tables, "main", &size, 0);
    if (bytes) fwrite(bytes, 1, (size_t)size, f);
    sqlite3_free(bytes);
    sqlite3_close(tables);
    return bytes ? TT_OK : tt_fail(TT_NO_MEMORY, "no memory for the export");
}
