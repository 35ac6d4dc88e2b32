// roster.c: see roster.h.
#include "roster.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/escape.h"

enum { ROSTER_BYTES = 4 << 20, KEY = 256 };

// --- The table ---

// The next cell at *at, without its quotes, in place; *end is what ended it: the separator, a line end or 0.
static char *next_cell(char **at, char separator, char *end)
{
    char *from = *at, *to = from, *cell = from;
    bool quoted = *from == '"';
    from += quoted;
    while (*from && (quoted || (*from != separator && *from != '\n'))) {
        if (quoted && *from == '"' && from[1] != '"') {
            quoted = false, from++;
            continue;
        }
        from += quoted && *from == '"';
        *to++ = *from++;
    }
    *end = *from;
    *at = from + (*from != 0);
    while (to > cell && (to[-1] == '\r' || to[-1] == ' ')) to--;
    *to = 0;
    return cell + strspn(cell, " ");
}

static tt_status check_text(const char *path, const char *text, size_t size)
{
    int line = 1;
    for (size_t at = 0, n; at < size; at += n) {
        uint32_t point;
        n = escape_decode(&point, text + at, size - at);
        if (n == 0 || point == 0)
            return tt_fail(TT_BAD_FILE, "%s, line %d: not UTF-8; save it as \"CSV UTF-8\"", path, line);
        line += point == '\n';
    }
    return TT_OK;
}

static tt_status add_row(roster *r, const roster_row *row, const char *login, const char *path, int line)
{
    if (!book_is_name(login))
        return tt_fail(TT_BAD_FILE, "%s, line %d: the login \"%.64s\": " BOOK_NAME_RULE, path, line, login);
    if (roster_get(r, login))
        return tt_fail(TT_BAD_FILE, "%s, line %d: the login %s stands there twice", path, line, login);
    for (int i = 0; *row->id && i < r->count; i++)
        if (!strcmp(r->row[i].id, row->id))
            return tt_fail(TT_BAD_FILE, "%s, line %d: %s has the id of %s", path, line, login,
                           r->row[i].login);
    r->row = files_room(r->row, r->count, sizeof *r->row);
    r->row[r->count] = *row;
    snprintf(r->row[r->count++].login, BOOK_NAME, "%s", login);
    return TT_OK;
}

// What a column is called, and where a row's cell goes.
enum { LOGIN, NAME, ID, FIELDS };
static const char *const fields[FIELDS] = {"login", "name", "id"};

static tt_status read_rows(roster *r, char *at, const char *path)
{
    const char *comma = strpbrk(at, ",;\t\n");
    char separator = comma && *comma != '\n' ? *comma : ',', end = separator;
    int place[FIELDS] = {-1, -1, -1};
    for (int column = 0; *at && end == separator; column++) {
        const char *title = next_cell(&at, separator, &end);
        for (int f = 0; f < FIELDS; f++)
            if (!strcasecmp(title, fields[f])) place[f] = column;
    }
    if (place[LOGIN] < 0)
        return tt_fail(TT_BAD_FILE,
                       "%s, line 1: no column \"login\"; the first line names the columns: "
                       "login,name,id",
                       path);
    tt_status status = TT_OK;
    for (int line = 2; *at && status == TT_OK; line++) {
        const char *cells[FIELDS] = {"", "", ""};
        end = separator;
        for (int column = 0; end == separator; column++) {
            const char *cell = next_cell(&at, separator, &end);
            for (int f = 0; f < FIELDS; f++)
                if (place[f] == column) cells[f] = cell;
        }
        if (!*cells[LOGIN] && !*cells[NAME] && !*cells[ID]) continue;
        status = add_row(r, &(roster_row){.name = cells[NAME], .id = cells[ID]}, cells[LOGIN], path, line);
    }
    return status;
}

static tt_status read_table(roster *r, const char *path)
{
    size_t size;
    *r = (roster){0};
    tt_status status = file_read(&r->text, &size, path, ROSTER_BYTES);
    if (status != TT_OK) return status;
    char *at = strncmp(r->text, "\xef\xbb\xbf", 3) ? r->text : r->text + 3; // a byte order mark
    status = check_text(path, r->text, size);
    if (status == TT_OK) status = read_rows(r, at, path);
    if (status != TT_OK) roster_finish(r);
    return status;
}

static void kept_path(char *out, const book *b) { files_path(out, "%s/roster.csv", b->folder); }

tt_status roster_load(roster *r, const book *b)
{
    char path[FILES_PATH];
    kept_path(path, b);
    *r = (roster){0};
    return access(path, F_OK) == 0 ? read_table(r, path) : TT_OK;
}

void roster_finish(roster *r)
{
    free(r->row), free(r->text);
    *r = (roster){0};
}

tt_status roster_keep(const book *b, const char *path)
{
    char kept[FILES_PATH];
    roster r;
    kept_path(kept, b);
    tt_status status = read_table(&r, path);
    if (status == TT_OK) status = files_copy(path, kept);
    roster_finish(&r);
    return status;
}

// --- Whose ---

const roster_row *roster_get(const roster *r, const char *login)
{
    for (int i = 0; i < r->count; i++)
        if (!strcmp(r->row[i].login, login)) return &r->row[i];
    return NULL;
}

// The letters from U+00C0 to U+017F without their accents.
static const char plain[] = "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty"
                            "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
                            "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

// What is left of a name when two systems have written it: letters and digits, small, without accents.
static void fold(char *out, const char *name, size_t length)
{
    size_t used = 0;
    for (size_t at = 0, n; at < length && used + 4 < KEY; at += n) {
        uint32_t point;
        n = escape_decode(&point, name + at, length - at);
        if (n == 0) used = 0, at = length;
        else if (point < 0x80 && isalnum((int)point)) out[used++] = (char)tolower((int)point);
        else if (point >= 0xc0 && point <= 0x17f) out[used++] = plain[point - 0xc0];
        else if (point > 0x36f && (point < 0x2000 || point > 0x206f))
            memcpy(out + used, name + at, n), used += n;
    }
    out[used] = 0;
}

static bool is_called(const char *key, const char *name)
{
    char straight[KEY], turned[2 * KEY], front[KEY];
    const char *comma = strchr(name, ','), *last = comma ? comma : strrchr(name, ' ');
    fold(straight, name, strlen(name));
    if (!strcmp(key, straight) || !last) return !strcmp(key, straight);
    fold(front, name, (size_t)(last - name)), fold(straight, last, strlen(last));
    snprintf(turned, sizeof turned, "%s%s", straight, front);
    return !strcmp(key, turned);
}

const roster_row *roster_match(const roster *r, const char *name, const char *id, bool *several)
{
    const roster_row *found = NULL;
    char key[KEY];
    *several = false;
    for (int i = 0; *id && i < r->count; i++)
        if (!strcmp(r->row[i].id, id)) return &r->row[i];
    if (roster_get(r, name)) return roster_get(r, name);
    fold(key, name, strlen(name));
    for (int i = 0; *key && i < r->count; i++) {
        if (!is_called(key, r->row[i].name)) continue;
        *several = found != NULL;
        found = &r->row[i];
        if (*several) return NULL;
    }
    return found;
}
