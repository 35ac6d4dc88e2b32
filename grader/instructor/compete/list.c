// list.c: grader compete rank, list and judge: what is known, and what people add to it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compete.h"
#include "queue.h"
#include "rank.h"

// --- rank ---

static tt_status print_places(const compete_book *b, long long round)
{
    sqlite3_stmt *s = compete_ask(
        b,
        "SELECT place.event, category, place, tied, team.name, entry.id, value, unit FROM place JOIN entry "
        "ON "
        "entry.id = place.entry JOIN team ON team.id = entry.team WHERE place.round = ?1 ORDER BY 1, 2, 3, 6",
        "i", round);
    char last[128] = "", now[128];
    if (!s) return TT_BAD_FILE;
    while (sqlite3_step(s) == SQLITE_ROW) {
        snprintf(now, sizeof now, "%s, %s", sqlite3_column_text(s, 0), sqlite3_column_text(s, 1));
        if (strcmp(last, now) != 0) printf("\n%s\n", now);
        snprintf(last, sizeof last, "%s", now);
        printf("  %3d%s  %-24s entry %-5lld %8.3g %s\n", sqlite3_column_int(s, 2),
               sqlite3_column_int(s, 3) ? "=" : " ", sqlite3_column_text(s, 4), sqlite3_column_int64(s, 5),
               sqlite3_column_double(s, 6), sqlite3_column_text(s, 7));
    }
    sqlite3_finalize(s);
    if (!*last) printf("No entry has a score yet.\n");
    return TT_OK;
}

int compete_rank(const command_place *where, int argc, char **argv)
{
    compete_book b;
    long long round;
    int code = command_take((option_row[]){{0}}, argc, argv);
    if (code >= 0) return code;
    if (compete_open(&b, where, COMPETE_CHANGE) != TT_OK) return command_failed();
    tt_status status = compete_round(&round, &b);
    if (status == TT_OK) status = rank_all(&b, round);
    if (status == TT_OK) status = print_places(&b, round);
    compete_close(&b);
    return status == TT_OK ? EXIT_ALL_WELL : command_failed();
}

// --- list ---

int compete_list(const command_place *where, int argc, char **argv)
{
    compete_book b;
    bool all = false;
    const option_row rows[] = {{"--all", NULL, "of every round", OPTION_SWITCH(&all)}, {0}};
    int code = command_take(rows, argc, argv);
    if (code >= 0) return code;
    if (compete_open(&b, where, COMPETE_READ) != TT_OK) return command_failed();
    sqlite3_stmt *s = compete_ask(
        &b,
        "SELECT entry.id, team.name, event, state, CASE WHEN score IS NULL THEN '' ELSE printf('score %.3g', "
        "score) END, coalesce(reason, "
        "''), (SELECT group_concat(kind || ': ' || text, char(10)) FROM flag WHERE flag.entry = entry.id) "
        "FROM "
        "entry JOIN team ON team.id = entry.team LEFT JOIN result ON result.entry = entry.id WHERE ?1 OR "
        "round = (SELECT max(id) FROM round) ORDER BY 1",
        "i", (long long)all);
    while (s && sqlite3_step(s) == SQLITE_ROW) {
        printf("%5lld  %-24s %-4s %-8s %s\n", sqlite3_column_int64(s, 0), sqlite3_column_text(s, 1),
               sqlite3_column_text(s, 2), sqlite3_column_text(s, 3), sqlite3_column_text(s, 4));
        const char *reason = (const char *)sqlite3_column_text(s, 5),
                   *flags = (const char *)sqlite3_column_text(s, 6);
        if (*reason) printf("       %.*s\n", (int)strcspn(reason, "\n"), reason);
        for (; flags && *flags; flags += strcspn(flags, "\n"), flags += *flags == '\n')
            printf("       flagged, %.*s\n", (int)strcspn(flags, "\n"), flags);
    }
    const bool read = s != NULL;
    sqlite3_finalize(s);
    compete_close(&b);
    return read ? EXIT_ALL_WELL : command_failed();
}

// --- judge ---

// The rubric of the innovation report: what points are given for, and how many there are.
static const struct {
    const char *criterion, *asks;
    double most;
} rubric[] = {
    {"idea", "is it new in this course, or only another setting", 4},
    {"evidence", "does a measurement carry each claim, with what it was held against", 4},
    {"failure", "is told what was tried and did not work, and why", 2},
};

// "3,4,1" -> one number for each criterion.
static tt_status read_points(double points[COUNT(rubric)], const char *text)
{
    for (int i = 0; i < COUNT(rubric); i++) {
        char *end;
        points[i] = strtod(text, &end);
        const bool more = i + 1 < COUNT(rubric);
        if (end == text || *end != (more ? ',' : 0) || !(points[i] >= 0 && points[i] <= rubric[i].most))
            return tt_fail(TT_BAD_VALUE,
                           "--points: %s is 0 to %g; give one number for each of %d criteria, as 3,4,1",
                           rubric[i].criterion, rubric[i].most, COUNT(rubric));
        text = end + more;
    }
    return TT_OK;
}

int compete_judge(const command_place *where, int argc, char **argv)
{
    const char *number = NULL, *judge = NULL, *text = NULL, *comment = NULL;
    char help[300] = "";
    for (int i = 0; i < COUNT(rubric); i++)
        snprintf(help + strlen(help), sizeof help - strlen(help), "%s%s of %g", i ? ", " : "",
                 rubric[i].criterion, rubric[i].most);
    const option_row rows[] = {{"ENTRY", NULL, "its number", OPTION_NEEDED(&number)},
                               {"--judge", "NAME", "of the one who judges", OPTION_NEEDED(&judge)},
                               {"--points", "A,B,C", help, OPTION_NEEDED(&text)},
                               {"--comment", "TEXT", "for the leaderboard", OPTION_WORD(&comment)},
                               {0}};
    int code = command_take(rows, argc, argv);
    if (code >= 0) return code;
    compete_book b;
    queue_entry e = {0};
    double points[COUNT(rubric)];
    if (read_points(points, text) != TT_OK || compete_open(&b, where, COMPETE_CHANGE) != TT_OK)
        return command_failed();
    tt_status status = queue_get(&e, &b, atoll(number));
    if (status == TT_OK) status = compete_begin(&b);
    if (status == TT_OK) {
        for (int i = 0; i < COUNT(rubric) && status == TT_OK; i++)
            status = compete_do(&b, "INSERT OR REPLACE INTO judged VALUES (?1, ?2, ?3, ?4, ?5, ?6)", "ittddt",
                                e.id, judge, rubric[i].criterion, points[i], rubric[i].most, comment);
        status = compete_end(&b, status);
    }
    if (status == TT_OK) status = rank_all(&b, e.round);
    queue_forget(&e);
    compete_close(&b);
    return status == TT_OK ? EXIT_ALL_WELL : command_failed();
}
