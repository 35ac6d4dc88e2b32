// queue.c: see queue.h.
#include "queue.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

tt_status queue_get(queue_entry *e, const compete_book *b, long long id)
{
    *e = (queue_entry){0};
    sqlite3_stmt *s =
        compete_ask(b,
                    "SELECT entry.id, round, team, event, name, config, package FROM entry JOIN team "
                    "ON team.id = entry.team WHERE entry.id = ?1",
                    "i", id);
    if (!s) return TT_BAD_FILE;
    const bool found = sqlite3_step(s) == SQLITE_ROW;
    if (found) {
        e->id = sqlite3_column_int64(s, 0), e->round = sqlite3_column_int64(s, 1);
        e->team = sqlite3_column_int64(s, 2);
        snprintf(e->event, sizeof e->event, "%s", sqlite3_column_text(s, 3));
        snprintf(e->team_name, sizeof e->team_name, "%s", sqlite3_column_text(s, 4));
        e->config = strdup((const char *)sqlite3_column_text(s, 5));
        files_path(e->package, "%s/%s", b->folder, sqlite3_column_text(s, 6));
    }
    sqlite3_finalize(s);
    return found ? TT_OK : tt_fail(TT_BAD_VALUE, "there is no entry %lld; see grader compete list", id);
}

void queue_forget(queue_entry *e)
{
    free(e->config);
    *e = (queue_entry){0};
}

tt_status queue_recover(const compete_book *b)
{
    return compete_do(b, "UPDATE entry SET state = 'queued' WHERE state = 'running'", "");
}

tt_status queue_claim(queue_entry *e, const compete_book *b)
{
    long long id = 0;
    *e = (queue_entry){0};
    tt_status status = compete_begin(b);
    if (status != TT_OK) return status;
    sqlite3_stmt *s =
        compete_ask(b, "SELECT id FROM entry WHERE state = 'queued' ORDER BY tries, id LIMIT 1", "");
    if (s && sqlite3_step(s) == SQLITE_ROW) id = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    if (!s) status = TT_BAD_FILE;
    if (status == TT_OK && id)
        status =
            compete_do(b, "UPDATE entry SET state = 'running', tries = tries + 1 WHERE id = ?1", "i", id);
    status = compete_end(b, status);
    return status == TT_OK && id ? queue_get(e, b, id) : status;
}

tt_status queue_settle(const compete_book *b, const queue_entry *e, const char *state, const char *reason)
{
    tt_status status =
        compete_do(b, "UPDATE entry SET state = ?2, reason = ?3 WHERE id = ?1 AND state = 'running'", "itt",
                   e->id, state, reason);
    if (status == TT_OK && sqlite3_changes(b->tables) != 1)
        status = tt_fail(TT_BAD_VALUE, "entry %lld is not running any more", e->id);
    return status;
}

tt_status queue_flag(const compete_book *b, long long entry, const char *kind, const char *format, ...)
{
    char text[600];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return compete_do(b, "INSERT OR REPLACE INTO flag VALUES (?1, ?2, ?3)", "itt", entry, kind, text);
}
