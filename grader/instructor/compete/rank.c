// rank.c: see rank.h.
#include "rank.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contest.h"

// Leads of less than this share are ties: by so much the memory that a process happens to get makes it faster or slower.
static const double resolution = 0.02;

// An entry as a category sees it: a value of which more is better, and the factor of it that is no time.
typedef struct {
    long long id;
    double value, fixed;     // value = ratio^weight * fixed
    double ratio, low, high; // to the baseline
} ranked;

// A category: what it counts of a result, and which results, in SQL. The weight is how the ratio of times enters: 0: not at
// all; OF_EVENT: as in the event's score. What is exact is tied only if it is equal.
enum { OF_EVENT = -1 };
static const struct {
    const char *name, *value, *unit, *where;
    double weight;
    bool exact;
} categories[] = {
    {"score", "score", "times the baseline", "1", OF_EVENT, false},
    {"speed", "ratio", "times as fast", "1", 1, false},
    {"smallest", "1.0 * base_model_bytes / model_bytes", "times as small", "1", 0, true},
    {"efficiency", "ratio * base_model_bytes / model_bytes", "times the speed per byte", "1", 1, false},
    {"memory", "1.0 * base_peak_bytes / peak_bytes", "times less memory", "1", 0, false},
    {"innovation", "(SELECT sum(points) / sum(most) FROM judged WHERE judged.entry = result.entry)",
     "of the rubric", "EXISTS (SELECT 1 FROM judged WHERE judged.entry = result.entry)", 0, true},
};

// Of each team the newest entry that has a score.
#define STANDING                                                                                             \
    "SELECT max(entry.id) FROM entry JOIN result ON result.entry = entry.id WHERE round = ?1 AND event = "   \
    "?2 "                                                                                                    \
    "AND state = 'done' AND score IS NOT NULL GROUP BY team"

tt_status rank_neighbours(long long beside[2], const compete_book *b, long long round, const char *event,
                          long long team, double score)
{
    static const char *const sides[2] = {"score >= ?4 ORDER BY score ASC, entry.id DESC LIMIT 1",
                                         "score < ?4 ORDER BY score DESC, entry.id ASC LIMIT 1"};
    for (int i = 0; i < 2; i++) {
        char sql[600];
        snprintf(
            sql, sizeof sql,
            "SELECT entry.id FROM entry JOIN result ON result.entry = entry.id WHERE entry.id IN (" STANDING
            ") AND team <> ?3 AND %s",
            sides[i]);
        sqlite3_stmt *s = compete_ask(b, sql, "itid", round, event, team, score);
        if (!s) return TT_BAD_FILE;
        beside[i] = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
        sqlite3_finalize(s);
    }
    return TT_OK;
}

// --- Ties ---

// How many times as fast a is as b, at least and at most: measured beside each other, or else by the baseline.
static void faster(double *low, double *high, const compete_book *b, const ranked *x, const ranked *y)
{
    sqlite3_stmt *s =
        compete_ask(b,
                    "SELECT low, high FROM versus WHERE entry = ?1 AND other = ?2 UNION ALL SELECT 1 / "
                    "high, 1 / low FROM versus WHERE entry = ?2 AND other = ?1",
                    "ii", x->id, y->id);
    *low = x->low / y->high, *high = x->high / y->low;
    if (s && sqlite3_step(s) == SQLITE_ROW)
        *low = sqlite3_column_double(s, 0), *high = sqlite3_column_double(s, 1);
    sqlite3_finalize(s);
}

static double weight_of(int category, const char *event)
{
    const contest *e = contest_find(event);
    return categories[category].weight == OF_EVENT && e ? e->weight[0] : categories[category].weight;
}

static bool is_tied(const compete_book *b, const ranked *x, const ranked *y, int category, double weight)
{
    if (weight == 0) return x->value <= y->value * (categories[category].exact ? 1 : 1 + resolution);
    double low, high;
    faster(&low, &high, b, x, y);
    const double fixed = x->fixed / y->fixed, slack = 1 + resolution;
    return pow(low, weight) * fixed <= slack && pow(high, weight) * fixed >= 1 / slack;
}

// --- Places ---

static int by_value(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    return x->value != y->value ? (x->value < y->value ? 1 : -1) : x->id < y->id ? -1 : 1;
}

static tt_status take_all(ranked **all, int *count, const compete_book *b, long long round, const char *event,
                          int c)
{
    char sql[900];
    snprintf(sql, sizeof sql,
             "SELECT entry, %s, ratio, ratio_low, ratio_high FROM result WHERE entry IN (" STANDING
             ") AND %s",
             categories[c].value, categories[c].where);
    sqlite3_stmt *s = compete_ask(b, sql, "it", round, event);
    if (!s) return TT_BAD_FILE;
    *all = NULL, *count = 0;
    while (sqlite3_step(s) == SQLITE_ROW) {
        *all = files_room(*all, *count, sizeof **all);
        ranked r = {.id = sqlite3_column_int64(s, 0),
                    .value = sqlite3_column_double(s, 1),
                    .ratio = sqlite3_column_double(s, 2),
                    .low = sqlite3_column_double(s, 3),
                    .high = sqlite3_column_double(s, 4)};
        r.fixed = r.value / pow(r.ratio, weight_of(c, event));
        (*all)[(*count)++] = r;
    }
    sqlite3_finalize(s);
    if (*count) qsort(*all, (size_t)*count, sizeof **all, by_value);
    return TT_OK;
}

// One place for those who are tied with the one above them.
static tt_status put_places(const compete_book *b, long long round, const char *event, int c)
{
    ranked *all;
    int count, place = 0;
    tt_status status = take_all(&all, &count, b, round, event, c);
    for (int i = 0, end; i < count && status == TT_OK; i = end) {
        for (end = i + 1; end < count && is_tied(b, &all[end - 1], &all[end], c, weight_of(c, event));
             end++) {
        }
        place = i + 1;
        for (int k = i; k < end && status == TT_OK; k++)
            status = compete_do(b, "INSERT INTO place VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", "ittiiidt",
                                round, event, categories[c].name, all[k].id, (long long)place,
                                (long long)(end - i > 1), all[k].value, categories[c].unit);
    }
    free(all);
    return status;
}

tt_status rank_all(const compete_book *b, long long round)
{
    tt_status status = compete_begin(b);
    if (status != TT_OK) return status;
    status = compete_do(b, "DELETE FROM place WHERE round = ?1", "i", round);
    sqlite3_stmt *s = compete_ask(b, "SELECT DISTINCT event FROM entry WHERE round = ?1", "i", round);
    while (status == TT_OK && s && sqlite3_step(s) == SQLITE_ROW)
        for (int c = 0; c < COUNT(categories) && status == TT_OK; c++)
            status = put_places(b, round, (const char *)sqlite3_column_text(s, 0), c);
    sqlite3_finalize(s);
    return compete_end(b, s ? status : TT_BAD_FILE);
}
