// book.c: see book.h.
#include "book.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

enum { BUSY_MILLISECONDS = 20000 };

// --- Statements ---

static tt_status failed(const compete_book *b, const char *what)
{
    return tt_fail(TT_BAD_FILE, "%s/olympics.sqlite: %s (%.60s)", b->folder, sqlite3_errmsg(b->tables), what);
}

static sqlite3_stmt *bind(const compete_book *b, const char *sql, const char *kinds, va_list args)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(b->tables, sql, -1, &s, NULL) != SQLITE_OK) return failed(b, sql), NULL;
    for (int i = 1; *kinds; kinds++, i++) {
        if (*kinds == 'i') sqlite3_bind_int64(s, i, va_arg(args, long long));
        if (*kinds == 't') sqlite3_bind_text(s, i, va_arg(args, const char *), -1, SQLITE_TRANSIENT);
        if (*kinds == 'd') sqlite3_bind_double(s, i, va_arg(args, double)); // SQLite makes NULL of NaN
    }
    return s;
}

sqlite3_stmt *compete_ask(const compete_book *b, const char *sql, const char *kinds, ...)
{
    va_list args;
    va_start(args, kinds);
    sqlite3_stmt *s = bind(b, sql, kinds, args);
    va_end(args);
    return s;
}

tt_status compete_do(const compete_book *b, const char *sql, const char *kinds, ...)
{
    va_list args;
    va_start(args, kinds);
    sqlite3_stmt *s = bind(b, sql, kinds, args);
    va_end(args);
    if (!s) return TT_BAD_FILE;
    const int step = sqlite3_step(s);
    sqlite3_finalize(s);
    return step == SQLITE_DONE || step == SQLITE_ROW ? TT_OK : failed(b, sql);
}

tt_status compete_begin(const compete_book *b) { return compete_do(b, "BEGIN IMMEDIATE", ""); }

tt_status compete_end(const compete_book *b, tt_status status)
{
    if (status == TT_OK) status = compete_do(b, "COMMIT", "");
    if (status != TT_OK) sqlite3_exec(b->tables, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

// --- Opening ---

// The sandbox's user must get as far as work/, and sees nothing beside it.
static tt_status make_folders(const char *gradebook, const char *folder)
{
    static const struct {
        const char *name;
        mode_t mode;
    } below[] = {{"", 0711}, {"/keys", 0700}, {"/packages", 0700}, {"/work", 0711}};
    tt_status status = TT_OK;
    if (!file_is_folder(gradebook)) {
        status = file_make_folder(gradebook);
        chmod(gradebook, 0711);
    }
    for (int i = 0; i < COUNT(below) && status == TT_OK; i++) {
        char path[FILES_PATH];
        files_path(path, "%s%s", folder, below[i].name);
        status = file_make_folder(path);
        chmod(path, below[i].mode);
    }
    return status;
}

static tt_status take_lock(compete_book *b)
{
    enum { TRIES = 40 }; // a tenth of a second each: what a killed run had started may not be gone yet
    char path[FILES_PATH];
    files_path(path, "%s/lock", b->folder);
    b->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (b->lock < 0) return tt_fail(TT_BAD_FILE, "%s: %s", path, strerror(errno));
    for (int i = 0; i < TRIES; i++, usleep(100000))
        if (flock(b->lock, LOCK_EX | LOCK_NB) == 0) return TT_OK;
    return tt_fail(TT_BAD_FILE,
                   "%s: another grader compete run is at work; two would disturb each other's times",
                   b->folder);
}

static bool has_tables(const compete_book *b)
{
    sqlite3_stmt *s = compete_ask(b, "SELECT 1 FROM sqlite_master WHERE name = 'place'", "");
    const bool has = s && sqlite3_step(s) == SQLITE_ROW;
    sqlite3_finalize(s);
    return has;
}

static tt_status make_tables(const compete_book *b)
{
    tt_status status = compete_do(b, "PRAGMA journal_mode = WAL", "");
    if (status == TT_OK) status = compete_begin(b);
    if (status != TT_OK) return status;
    if (!has_tables(b) && sqlite3_exec(b->tables, compete_schema, NULL, NULL, NULL) != SQLITE_OK)
        status = failed(b, "its tables");
    return compete_end(b, status);
}

tt_status compete_open(compete_book *b, const command_place *where, compete_mode mode)
{
    char path[FILES_PATH];
    *b = (compete_book){.lock = -1};
    files_path(b->folder, "%s/olympics", where->book);
    tt_status status = mode == COMPETE_BEGIN ? make_folders(where->book, b->folder) : TT_OK;
    char *whole = realpath(b->folder, NULL); // programs that work there start in other folders
    if (whole) files_path(b->folder, "%s", whole);
    free(whole);
    files_path(path, "%s/olympics.sqlite", b->folder);
    if (status == TT_OK && mode != COMPETE_BEGIN && access(path, R_OK) != 0)
        return tt_fail(TT_BAD_FILE, "%s: no competition here; begin one with: grader compete init",
                       b->folder);
    if (status == TT_OK &&
        sqlite3_open_v2(path, &b->tables,
                        SQLITE_OPEN_READWRITE | (mode == COMPETE_BEGIN ? SQLITE_OPEN_CREATE : 0),
                        NULL) != SQLITE_OK)
        status = failed(b, "opening");
    if (status == TT_OK) {
        sqlite3_busy_timeout(b->tables, BUSY_MILLISECONDS);
        sqlite3_exec(b->tables, "PRAGMA foreign_keys = ON", NULL, NULL, NULL);
        if (mode == COMPETE_BEGIN) status = make_tables(b);
        else if (!has_tables(b)) status = tt_fail(TT_BAD_FILE, "%s: not a competition's tables", path);
    }
    if (status == TT_OK && mode == COMPETE_RUN) status = take_lock(b);
    if (status != TT_OK) compete_close(b);
    return status;
}

void compete_close(compete_book *b)
{
    sqlite3_close(b->tables);
    b->tables = NULL;
    if (b->lock >= 0) close(b->lock);
    b->lock = -1;
}

// --- Rounds ---

tt_status compete_key(unsigned char key[COMPETE_KEY_BYTES], const compete_book *b, long long round)
{
    char path[FILES_PATH], *bytes;
    size_t size;
    struct stat s;
    files_path(path, "%s/keys/%lld", b->folder, round);
    if (access(path, F_OK) != 0) {
        randombytes_buf(key, COMPETE_KEY_BYTES);
        return file_write(path, key, COMPETE_KEY_BYTES);
    }
    tt_status status = file_read_in(&bytes, &size, AT_FDCWD, path, COMPETE_KEY_BYTES);
    if (status != TT_OK) return status;
    if (size != COMPETE_KEY_BYTES)
        status = tt_fail(TT_BAD_FILE, "%s: not a key of %d bytes; put your copy of it back", path,
                         COMPETE_KEY_BYTES);
    else memcpy(key, bytes, size);
    sodium_memzero(bytes, size), free(bytes);
    if (status == TT_OK && stat(path, &s) == 0 && s.st_mode & 077)
        status = tt_fail(TT_BAD_FILE, "%s: others can read the key; close it: chmod 600 %s", path, path);
    return status;
}

void compete_now(char text[COMPETE_TIME])
{
    const time_t now = time(NULL);
    struct tm t;
    strftime(text, COMPETE_TIME, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &t));
}

tt_status compete_round(long long *round, const compete_book *b)
{
    sqlite3_stmt *s = compete_ask(b, "SELECT max(id) FROM round", "");
    if (!s) return TT_BAD_FILE;
    *round = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_finalize(s);
    return *round ? TT_OK : tt_fail(TT_BAD_VALUE, "no round has begun; begin one with: grader compete init");
}
