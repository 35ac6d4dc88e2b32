// board.c: `grader board`: reads the competition of a gradebook and writes the site, a file for each round and each team.
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "core/file.h"
#include "instructor/command.h"
#include "page/html.h"
#include "page/page.h"

static const char *round_file(char out[BOARD_NUMBER], const board *b, const board_round *r)
{
    if (r == &b->rounds[b->round_count - 1]) snprintf(out, BOARD_NUMBER, "index.html");
    else snprintf(out, BOARD_NUMBER, "round-%ld.html", r->id);
    return out;
}

void board_put_links(FILE *f, const board *b, const char *current)
{
    fputs("<ul class=\"links\">\n", f);
    for (const board_round *r = b->rounds + b->round_count - 1; r >= b->rounds; r--) {
        char file[BOARD_NUMBER];
        const bool here = !strcmp(round_file(file, b, r), current);
        page_say(f,
                 here ? "<li><a href=\"@\" aria-current=\"page\">@</a></li>\n"
                      : "<li><a href=\"@\">@</a></li>\n",
                 file, r->name);
    }
    fputs("</ul>\n", f);
}

// A page of a round or of a team, whichever is not NULL.
static tt_status write_page(const board *b, const char *folder, const char *file, const char *title,
                            const board_round *r, const board_team *t)
{
    char path[FILES_PATH], *body = NULL;
    size_t length;
    FILE *f = open_memstream(&body, &length);
    if (!f) return tt_fail(TT_NO_MEMORY, "no memory for a page");
    board_put_links(f, b, file);
    if (r) board_put_round(f, b, r);
    if (t) board_put_team(f, b, t);
    tt_status status = fclose(f) == 0 ? TT_OK : tt_fail(TT_NO_MEMORY, "no memory for a page");
    files_path(path, "%s/%s", folder, file);
    const page_frame frame = {.title = title,
                              .goal = "",
                              .foot = "TinyTorch-C: made by grader board.",
                              .inert = true,
                              .body = body};
    if (status == TT_OK) status = page_write(path, &frame);
    free(body);
    return status;
}

static tt_status write_site(const board *b, const char *folder)
{
    char file[BOARD_NUMBER], title[2 * BOARD_MOST_NAME];
    tt_status status = TT_OK;
    for (const board_round *r = b->rounds; r < b->rounds + b->round_count && status == TT_OK; r++) {
        snprintf(title, sizeof title, "Leaderboard: %s", r->name);
        status = write_page(b, folder, round_file(file, b, r), title, r, NULL);
    }
    for (const board_team *t = b->teams; t < b->teams + b->team_count && status == TT_OK; t++) {
        snprintf(file, sizeof file, "team-%ld.html", t->id);
        status = write_page(b, folder, file, t->name, NULL, t);
    }
    return status;
}

int command_board(const command_place *where, int argc, char **argv)
{
    const char *out = "leaderboard";
    board b;
    char path[FILES_PATH];
    const option_row rows[] = {
        {"--out", "DIR", "where the site goes (default: ./leaderboard)", OPTION_WORD(&out)}, {0}};
    int code = command_take(rows, argc, argv);
    if (code >= 0) return code;
    files_path(path, "%s/olympics/olympics.sqlite", where->book);
    tt_status status = board_read(&b, path);
    if (status == TT_OK && b.round_count == 0) status = tt_fail(TT_BAD_VALUE, "%s has no round yet", path);
    if (status == TT_OK) status = write_site(&b, out);
    if (status == TT_OK)
        printf("%d pages of %d rounds and %d teams: %s/index.html\n", b.round_count + b.team_count,
               b.round_count, b.team_count, out);
    board_finish(&b);
    return status == TT_OK ? EXIT_ALL_WELL : command_failed();
}
