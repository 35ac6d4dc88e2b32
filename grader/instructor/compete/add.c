// add.c: grader compete init and add: a round begins; packages are checked, kept and queued.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "compete.h"
#include "contest.h"
#include "instructor/stats/stats.h"
#include "package.h"
#include "queue.h"

// --- init ---

int compete_init(const command_place *where, int argc, char **argv)
{
    const char *name = NULL, *deadline = NULL;
    const option_row rows[] = {{"NAME", NULL, "of the round (default: round N)", OPTION_WORD(&name)},
                               {"--deadline", "TIME", "UTC, as 2026-03-01T12:00:00Z: nothing is taken later",
                                OPTION_WORD(&deadline)},
                               {0}};
    int code = command_take(rows, argc, argv);
    if (code >= 0) return code;
    struct tm t;
    const char *end = deadline ? strptime(deadline, "%Y-%m-%dT%H:%M:%SZ", &t) : "";
    if (!end || *end)
        return tt_fail(TT_BAD_VALUE, "--deadline %.40s: not a time such as 2026-03-01T12:00:00Z", deadline),
               command_failed();
    compete_book b;
    char now[COMPETE_TIME];
    unsigned char key[COMPETE_KEY_BYTES];
    long long round = 0;
    if (compete_open(&b, where, COMPETE_BEGIN) != TT_OK) return command_failed();
    compete_now(now);
    tt_status status = compete_begin(&b);
    if (status == TT_OK)
        status =
            compete_do(&b,
                       "INSERT INTO round (name, begun, deadline) VALUES (coalesce(?1, 'round ' || (SELECT "
                       "1 + count(*) FROM round)), ?2, ?3)",
                       "ttt", name, now, deadline);
    if (status == TT_OK) status = compete_round(&round, &b);
    if (status == TT_OK) status = compete_key(key, &b, round);
    status = compete_end(&b, status);
    if (status == TT_OK)
        printf(
            "Round %lld has begun. Its inputs come from %s/keys/%lld: keep that file, show it to nobody.\n",
            round, b.folder, round);
    compete_close(&b);
    return status == TT_OK ? EXIT_ALL_WELL : command_failed();
}

// --- add ---

typedef struct {
    const compete_book *b;
    const package *p;
    long long round, team, entry;
    char now[COMPETE_TIME];
} arrival;

static long long number_of(const compete_book *b, const char *sql, const char *text, long long a, long long c)
{
    sqlite3_stmt *s = compete_ask(b, sql, "tii", text, a, c);
    const long long number = s && sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_finalize(s);
    return number;
}

static tt_status check_round(arrival *a)
{
    tt_status status = compete_round(&a->round, a->b);
    if (status != TT_OK) return status;
    compete_now(a->now);
    if (number_of(a->b, "SELECT 1 FROM round WHERE id = ?2 AND deadline < ?1", a->now, a->round, 0))
        return tt_fail(TT_BAD_VALUE, "the round is over; begin another with: grader compete init");
    const long long before =
        number_of(a->b, "SELECT max(id) FROM entry WHERE sha256 = ?1 AND round = ?2 AND team = ?3",
                  a->p->sha256, a->round, a->team);
    return before ? tt_fail(TT_BAD_VALUE, "the same package was taken already: it is entry %lld", before)
                  : TT_OK;
}

// A file that another team handed in, too, whatever names and comments were changed: both entries are flagged.
static tt_status flag_alike(const arrival *a, const char *file, const char *alike)
{
    sqlite3_stmt *s = compete_ask(
        a->b,
        "SELECT entry.id, team.name FROM file JOIN entry ON entry.id = file.entry JOIN team ON team.id = "
        "entry.team WHERE alike = ?1 AND entry.team <> ?2 GROUP BY entry.team",
        "ti", alike, a->team);
    tt_status status = s ? TT_OK : TT_BAD_FILE;
    while (status == TT_OK && sqlite3_step(s) == SQLITE_ROW) {
        const long long other = sqlite3_column_int64(s, 0);
        status = queue_flag(a->b, a->entry, "same file", "%s is that of team %s, entry %lld", file,
                            sqlite3_column_text(s, 1), other);
        if (status == TT_OK)
            status = queue_flag(a->b, other, "same file", "%s is that of team %s, entry %lld", file,
                                a->p->team, a->entry);
    }
    sqlite3_finalize(s);
    return status;
}

static tt_status put_files(const arrival *a)
{
    tt_status status = TT_OK;
    int all_lines = 0;
    for (int i = 0; i < a->p->count && status == TT_OK; i++) {
        const package_file *f = &a->p->files[i];
        char sha256[FILES_HASH], alike[20] = "";
        files_hash_bytes(sha256, f->bytes, f->size);
        for (int m = 0; m < PACKAGE_MODULES; m++)
            if (!strcmp(package_modules[m].name, f->name)) {
                uint64_t hash;
                int lines;
                stats_code(&hash, &lines, f->bytes);
                all_lines += lines;
                snprintf(alike, sizeof alike, "%016llx", (unsigned long long)hash);
            }
        status = compete_do(a->b, "INSERT INTO file VALUES (?1, ?2, ?3, ?4)", "ittt", a->entry, f->name,
                            sha256, *alike ? alike : NULL);
        if (status == TT_OK && *alike) status = flag_alike(a, f->name, alike);
    }
    if (status == TT_OK)
        status = compete_do(a->b, "UPDATE entry SET lines = ?2 WHERE id = ?1", "ii", a->entry,
                            (long long)all_lines);
    return status;
}

// In one transaction, so that a package is taken with all its files or not at all.
static tt_status put(arrival *a)
{
    char folder[FILES_PATH], name[64];
    tt_status status =
        compete_do(a->b, "INSERT INTO team (name) VALUES (?1) ON CONFLICT DO NOTHING", "t", a->p->team);
    a->team = number_of(a->b, "SELECT id FROM team WHERE name = ?1", a->p->team, 0, 0);
    if (status == TT_OK) status = check_round(a);
    if (status == TT_OK)
        status =
            compete_do(a->b,
                       "INSERT INTO entry (team, round, event, received, package, sha256, config, report) "
                       "VALUES (?1, ?2, ?3, ?4, '', ?5, ?6, ?7)",
                       "iittttt", a->team, a->round, a->p->event, a->now, a->p->sha256,
                       package_find(a->p, "entry.conf")->bytes, package_find(a->p, "report.md")->bytes);
    if (status != TT_OK) return status;
    a->entry = sqlite3_last_insert_rowid(a->b->tables);
    snprintf(name, sizeof name, "packages/%lld", a->entry);
    files_path(folder, "%s/%s", a->b->folder, name);
    status = package_keep(a->p, folder);
    if (status == TT_OK)
        status = compete_do(a->b, "UPDATE entry SET package = ?2 WHERE id = ?1", "it", a->entry, name);
    return status == TT_OK ? put_files(a) : status;
}

static tt_status take(const compete_book *b, const char *path)
{
    package p;
    arrival a = {.b = b, .p = &p};
    oly_config config;
    tt_status status = package_read(&p, path);
    const contest *event = status == TT_OK ? contest_find(p.event) : NULL;
    if (status == TT_OK && !event)
        status =
            tt_fail(TT_BAD_VALUE, "manifest: there is no event \"%s\"; there are mlp, cnn and gpt", p.event);
    if (status == TT_OK &&
        oly_config_read(&config, package_find(&p, "entry.conf")->bytes, contest_space(event)) != TT_OK) {
        char why[300];
        snprintf(why, sizeof why, "%s", tt_error());
        status = tt_fail(TT_BAD_VALUE, "entry.conf: %s", why);
    }
    if (status == TT_OK) status = compete_begin(b);
    if (status == TT_OK) status = compete_end(b, put(&a));
    if (status == TT_OK)
        printf("%s: entry %lld, team %s, event %s, queued\n", path, a.entry, p.team, p.event);
    else printf("%s: refused: %s\n", path, tt_error());
    package_finish(&p);
    return status;
}

int compete_add(const command_place *where, int argc, char **argv)
{
    char **packages = NULL;
    const option_row rows[] = {
        {"PACKAGE", NULL, "folders or zips, the options before them", OPTION_REST(&packages)}, {0}};
    int code = command_take(rows, argc, argv);
    if (code >= 0) return code;
    compete_book b;
    int refused = 0;
    if (compete_open(&b, where, COMPETE_CHANGE) != TT_OK) return command_failed();
    for (char **path = packages; *path; path++) refused += take(&b, *path) != TT_OK;
    compete_close(&b);
    return refused ? EXIT_SOMETHING_LEFT : EXIT_ALL_WELL;
}
