// stats.c: `grader stats`: what the class found easy and hard, from tables of the results, in 80 columns.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "export/export.h"
#include "stats.h"
#include "measure/measure.h"
#include "core/escape.h"

static const char bar[] = "####################";

// The verdict that most of those got who did not pass this case: "wrong 12".
static void commonest(char *out, size_t size, sqlite3 *tables, const char *module, const char *function,
                      const char *name)
{
    sqlite3_stmt *s = export_query(
        tables,
        "SELECT verdict, count(*) AS n FROM verdict WHERE module = ? AND function = ? AND name = ?"
        " AND verdict <> 'passed' GROUP BY verdict ORDER BY n DESC, verdict LIMIT 1",
        (const char *[]){module, function, name, NULL});
    out[0] = 0;
    if (sqlite3_step(s) == SQLITE_ROW)
        snprintf(out, size, "%s %d", sqlite3_column_text(s, 0), sqlite3_column_int(s, 1));
    sqlite3_finalize(s);
}

static void print_cases(sqlite3 *tables, const char *module)
{
    sqlite3_stmt *s = export_query(
        tables,
        "SELECT function, name, count(*), sum(verdict = 'passed'), avg(points), max(of) FROM verdict"
        " WHERE module = ? GROUP BY function, name ORDER BY min(place)",
        (const char *[]){module, NULL});
    char function[64] = "";
    printf("  %-31s %-6s %-16s %-7s %s\n", "case", "passed", "", "points", "else mostly");
    while (sqlite3_step(s) == SQLITE_ROW) {
        const char *of = (const char *)sqlite3_column_text(s, 0),
                   *name = (const char *)sqlite3_column_text(s, 1);
        int all = sqlite3_column_int(s, 2), passed = sqlite3_column_int(s, 3);
        char clean[128], mean[32] = "", mostly[64];
        if (strcmp(function, of) != 0) {
            snprintf(function, sizeof function, "%s", of);
            printf("%s\n", escape_clip(clean, sizeof clean, function, 60));
        }
        if (sqlite3_column_double(s, 5) > 0)
            snprintf(mean, sizeof mean, "%.3g/%g", sqlite3_column_double(s, 4), sqlite3_column_double(s, 5));
        commonest(mostly, sizeof mostly, tables, module, of, name);
        char shown[128];
        escape_clip(clean, sizeof clean, name, 31);
        printf("  %-31s %4.0f %% %-16.*s %-7s %s\n", clean, 100.0 * passed / all, 16 * passed / all, bar,
               mean, escape_clip(shown, sizeof shown, mostly, 14));
    }
    sqlite3_finalize(s);
}

static void print_scores(sqlite3 *tables, const char *module)
{
    enum { BINS = 10 };
    double *scores = NULL;
    int count = 0, bins[BINS] = {0}, most = 1;
    sqlite3_stmt *s = export_query(tables, "SELECT score, of FROM result WHERE module = ? AND of > 0",
                                   (const char *[]){module, NULL});
    while (sqlite3_step(s) == SQLITE_ROW) {
        scores = files_room(scores, count, sizeof *scores);
        scores[count] = 100 * sqlite3_column_double(s, 0) / sqlite3_column_double(s, 1);
        int bin = (int)(scores[count++] * BINS / 100);
        bin = bin < 0 ? 0 : bin >= BINS ? BINS - 1 : bin;
        if (++bins[bin] > most) most = bins[bin];
    }
    sqlite3_finalize(s);
    measure_stats all = measure_describe(scores, count);
    printf("\nScores in percent: %d results, median %.0f, half between %.0f and %.0f, least %.0f\n", count,
           all.median, all.low, all.high, all.min);
    for (int i = 0; i < BINS; i++)
        printf("  %3d to %-3d %4d %.*s\n", 10 * i, i == BINS - 1 ? 100 : 10 * i + 9, bins[i],
               bins[i] * 20 / most, bar);
    free(scores);
}

// Points that a quieter machine might have given.
static void print_busy(sqlite3 *tables, const char *module)
{
    sqlite3_stmt *s = export_query(
        tables, "SELECT count(*), count(DISTINCT student) FROM verdict WHERE module = ? AND busy = 1",
        (const char *[]){module, NULL});
    if (sqlite3_step(s) == SQLITE_ROW && sqlite3_column_int(s, 0) > 0)
        printf(
            "Measured on a busy machine: %d timed cases of %d students, who lack points\nthere: grader grade "
            "--again when it is quiet; what is better counts.\n",
            sqlite3_column_int(s, 0), sqlite3_column_int(s, 1));
    sqlite3_finalize(s);
}

static struct {
    bool mistakes, similar;
    long reference, above;
} options = {.above = 60};

static tt_status print_module(const book *b, const module *m, sqlite3 *tables, const command_place *where)
{
    print_cases(tables, m->name);
    print_scores(tables, m->name);
    print_busy(tables, m->name);
    tt_status status = stats_reference(b, m, (int)options.reference);
    if (status == TT_OK && options.mistakes) status = stats_mistakes(b, m, where);
    if (status == TT_OK && options.similar) status = stats_similar(b, m, options.above);
    return status;
}

static int stats(const book *b, const module_list *modules, const module *only, const command_place *where)
{
    export_job e = {.b = b, .modules = modules, .only = only, .students = book_students(b)};
    sqlite3 *tables;
    tt_status status = export_make_tables(&tables, &e);
    files_list_finish(&e.students);
    if (status != TT_OK) return command_failed();
    int shown = 0;
    for (int i = 0; i < modules->count && status == TT_OK; i++) {
        const module *m = &modules->row[i];
        sqlite3_stmt *s = export_query(tables, "SELECT count(*) FROM result WHERE module = ?",
                                       (const char *[]){m->name, NULL});
        int results = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int(s, 0) : 0;
        sqlite3_finalize(s);
        if (results == 0) continue;
        printf("%sModule %s: %s\n\n", shown++ ? "\n" : "", m->number, m->topic);
        status = print_module(b, m, tables, where);
    }
    if (!shown) printf("Nothing is graded yet: grader grade\n");
    sqlite3_close(tables);
    return status == TT_OK ? EXIT_ALL_WELL : command_failed();
}

int command_stats(const command_place *where, int argc, char **argv)
{
    static module_list modules;
    const char *number = NULL;
    const module *only = NULL;
    book b;
    const option_row rows[] = {
        {"--module", "NN", "only this module: its number", OPTION_WORD(&number)},
        {"--mistakes", NULL, "which planted mistakes the class made: needs solutions/; measured once",
         OPTION_SWITCH(&options.mistakes)},
        {"--reference", "N", "grade the reference N times first; later shown beside the class",
         OPTION_WHOLE(&options.reference, 1, 100)},
        {"--similar", NULL, "pairs of files that have much in common; side by side in similar/",
         OPTION_SWITCH(&options.similar)},
        {"--above", "P", "with --similar: from this many percent on (default: 60)",
         OPTION_WHOLE(&options.above, 1, 100)},
        {0}};
    int code = command_take(rows, argc, argv);
    if (code >= 0) return code;
    bool measures =
        options.mistakes || options.reference || options.similar; // nothing else may run beside it
    if (modules_find(&modules, where) != TT_OK ||
        (number && modules_require(&only, &modules, number) != TT_OK) ||
        book_open(&b, where->book, measures ? BOOK_CHANGE : BOOK_READ) != TT_OK)
        return command_failed();
    code = stats(&b, &modules, only, where);
    book_close(&b);
    return code;
}
