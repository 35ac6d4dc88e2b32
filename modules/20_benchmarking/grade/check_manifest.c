// check_manifest.c: manifests that are written, packages that are or are not what a manifest says, and manifests that nobody
// could have written. The hash is of the job's own key, so that nobody knows its digits before.
#include "checks.h"

#include <stdio.h>

#include "oracle.h"

enum { PACKAGE, CONTENTS, TEXT, CHECKED }; // arrays
enum { MOST_BYTES = 600, ROOM_BYTES = 8192, LONG = 1 << 20 };

// --- Packages ---

static char contents[PACKAGE_FILES * MOST_BYTES];

// A name that is allowed, `length` long.
static void make_name(grade_run *run, char *name, int length)
{
    static const char letters[] = "abzABZ019_.-";
    for (int i = 0; i < length; i++) name[i] = letters[grade_random_below(run, i ? 12 : 10)];
    name[length] = 0;
}

static bool is_taken(const flat_package *p, int i)
{
    for (int j = 0; j < i; j++)
        if (strcmp(p->file[j].name, p->file[i].name) == 0) return true;
    return false;
}

// Files with short names, of which some begin others, and random bytes: `least` or more.
static flat_package make_package(grade_run *run, int count, int least)
{
    flat_package p = {.key = (uint64_t)grade_random_below(run, 1 << 30) << 32 |
                             (uint64_t)grade_random_below(run, 1 << 30)};
    make_name(run, p.event, 1 + grade_random_below(run, OLY_NAME - 1));
    make_name(run, p.team, oly_once_in(run, 4) ? OLY_NAME - 1 : 1 + grade_random_below(run, 12));
    int used = 0;
    for (int i = 0; i < count; i++) {
        do
            make_name(run, p.file[i].name,
                      oly_once_in(run, 8) ? OLY_NAME - 1 : 1 + grade_random_below(run, 4));
        while (is_taken(&p, i));
        p.file[i].first = used,
        p.file[i].count = oly_once_in(run, 5) ? least : least + grade_random_below(run, MOST_BYTES - 1);
        for (int c = 0; c < p.file[i].count; c++) contents[used++] = (char)grade_random_below(run, 256);
    }
    return p;
}

static void lay(grade_run *run, const flat_package *p, int count)
{
    run->layout.number[A] = count;
    *(flat_package *)grade_input_bytes(run, sizeof *p) = *p;
    memcpy(grade_input_bytes(run, sizeof contents), contents, sizeof contents);
}

// --- Written ---

bool oly_fill_manifest(grade_run *run)
{
    if (run->step >= 16) return false;
    const int count = 1 + run->step, kind = run->step % 4;
    const flat_package p = make_package(run, count, 0);
    char text[ROOM_BYTES];
    const int length = oly_oracle_manifest(text, sizeof text, &p, contents, count),
              room = kind == 0   ? length + 1
                     : kind == 1 ? ROOM_BYTES
                     : kind == 2 ? length
                                 : kind;
    lay(run, &p, count);
    run->layout.number[B] = room;
    grade_output_bytes(run, (size_t)room);
    return true;
}

void oly_check_manifest(grade_run *run)
{
    char text[ROOM_BYTES], when[60];
    const int count = run->layout.number[A], room = run->layout.number[B],
              length = oly_oracle_manifest(text, sizeof text, grade_given(run, PACKAGE),
                                           grade_given(run, CONTENTS), count);
    snprintf(when, sizeof when, "%d files, %d characters, room %d", count, length, room);
    oly_require_status(run, length < room ? TT_OK : TT_BAD_SHAPE, when);
    if (length < room) oly_compare_text(run, TEXT, (size_t)room, text);
    else oly_require_untouched(run, TEXT, when);
}

// --- Checked ---

static char text[LONG + ROOM_BYTES];
static oly_checked want; // of this step
static char what[80];    // is wrong with it

static void lay_checked(grade_run *run, const flat_package *p, int count)
{
    lay(run, p, count);
    memcpy(grade_input_bytes(run, strlen(text) + 1), text, strlen(text) + 1);
    ROOM(oly_checked);
}

void oly_check_checked(grade_run *run)
{
    static const char *const faults[] = {"OLY_WHOLE", "OLY_UNREADABLE", "OLY_MISSING", "OLY_UNLISTED",
                                         "OLY_CHANGED"};
    const oly_checked *got = grade_result(run, CHECKED);
    oly_require_status(run, TT_OK, what);
    if (got->fault != want.fault)
        grade_wrong(run, "%s: got %s, expected %s", what,
                    got->fault <= OLY_CHANGED ? faults[got->fault] : "no fault", faults[want.fault]);
    if (got->line != want.line)
        grade_wrong(run, "%s: got line = %d, expected %d", what, got->line, want.line);
    if (strncmp(got->name, want.name, OLY_NAME) != 0)
        grade_wrong(run, "%s: got name = \"%.*s\", expected \"%s\"", what, OLY_NAME, got->name, want.name);
}

static void expect(oly_fault fault, int line, const char *name, const char *why)
{
    want = (oly_checked){.fault = fault, .line = line};
    snprintf(want.name, sizeof want.name, "%.*s", OLY_NAME - 1, name);
    snprintf(what, sizeof what, "%s", why);
}

static void swap_files(flat_package *p, int i, int j)
{
    const flat_package kept = *p;
    p->file[i] = kept.file[j], p->file[j] = kept.file[i];
}

static void shuffle(grade_run *run, flat_package *p, int count)
{
    for (int i = count - 1; i > 0; i--) swap_files(p, i, grade_random_below(run, i + 1));
}

// The file whose name is the n-th by strcmp.
static int by_order(const flat_package *p, int count, int n)
{
    for (int i = 0; i < count; i++) {
        int before = 0;
        for (int j = 0; j < count; j++) before += strcmp(p->file[j].name, p->file[i].name) < 0;
        if (before == n) return i;
    }
    return 0;
}

static void change(grade_run *run, const flat_package *p, int file)
{
    contents[p->file[file].first + grade_random_below(run, p->file[file].count)] ^=
        (char)(1 << grade_random_below(run, 8));
}

// A package after its manifest was written: as it was, and with every mixture of a change, a file more and a file less. Two
// files of each kind, so that there is a first one.
bool oly_fill_whole(grade_run *run)
{
    enum { CHANGE = 1, MORE = 2, LESS = 4, MIXTURES = 8, FILES = 8, ROUNDS = 3 };
    if (run->step >= MIXTURES * ROUNDS) return false;
    const int mixture = run->step % MIXTURES, round = run->step / MIXTURES;
    flat_package p = make_package(run, FILES, 1);
    oly_oracle_manifest(text, sizeof text, &p, contents, FILES);
    expect(OLY_WHOLE, 0, "", "nothing has changed");
    if (mixture & CHANGE) {
        const int first = by_order(&p, FILES, round), second = by_order(&p, FILES, 5);
        change(run, &p, first);
        change(run, &p, second);
        expect(OLY_CHANGED, 0, p.file[first].name, "files have changed");
    }
    int count = FILES;
    if (mixture & LESS) { // the two that come last in the list go, and the manifest's first of them is told
        char name[PACKAGE_NAME];
        snprintf(name, sizeof name, "%s", p.file[by_order(&p, FILES, 6)].name);
        swap_files(&p, by_order(&p, FILES, 7), FILES - 1);
        swap_files(&p, by_order(&p, FILES, 6), FILES - 2);
        count = FILES - 2;
        expect(OLY_MISSING, 0, name, "files are missing");
    }
    shuffle(run, &p, count);
    if (mixture & MORE) {
        for (int i = 0; i < 2; i++) {
            p.file[count] = p.file[0];
            snprintf(p.file[count].name, sizeof p.file[count].name, "%c%s", i ? 'q' : 'y', "unlisted");
            if (round == 2)
                memset(p.file[count].name + 8, 'x', OLY_NAME), p.file[count].name[8 + OLY_NAME] = 0;
            swap_files(&p, count++, i);
        }
        if (!(mixture & LESS)) expect(OLY_UNLISTED, 0, p.file[0].name, "files are not listed");
    }
    lay_checked(run, &p, count);
    return true;
}

// --- Unreadable ---

// Cut line `number` of the text out and put another in its place, with its newline.
static void replace_line(int number, const char *line)
{
    char *at = text;
    for (int i = 1; i < number; i++) at = strchr(at, '\n') + 1;
    const char *rest = strchr(at, '\n') + 1;
    const size_t length = strlen(line), left = strlen(rest) + 1;
    memmove(at + length, rest, left);
    memcpy(at, line, length);
}

// Line `number`, without its newline.
static void copy_line(char *line, size_t room, int number)
{
    const char *at = text;
    for (int i = 1; i < number; i++) at = strchr(at, '\n') + 1;
    snprintf(line, room, "%.*s", (int)strcspn(at, "\n"), at);
}

// Lines of a file that are none: made from a good one.
static const struct {
    const char *why;
    int cut;                                   // characters that are taken from its hash
    const char *before, *between, *name, *end; // name NULL: its own
} lines[] = {
    {"a hash of 63 digits", 1, "", "  ", NULL, "\n"},
    {"a hash of 65 digits", 0, "a", "  ", NULL, "\n"},
    {"a digit that is none", 1, "g", "  ", NULL, "\n"},
    {"a digit in upper case", 1, "A", "  ", NULL, "\n"},
    {"one blank", 0, "", " ", NULL, "\n"},
    {"three blanks", 0, "", "   ", NULL, "\n"},
    {"a tab", 0, "", "\t ", NULL, "\n"},
    {"a star, for binary", 0, "", " *", NULL, "\n"},
    {"no name", 0, "", "  ", "", "\n"},
    {"a path", 0, "", "  ", "../solution.c", "\n"},
    {"a hidden file", 0, "", "  ", ".profile", "\n"},
    {"an option", 0, "", "  ", "-rf", "\n"},
    {"a blank in a name", 0, "", "  ", "a b", "\n"},
    {"\\r\\n", 0, "", "  ", NULL, "\r\n"},
    {"a name of 64 characters", 0, "", "  ",
     "a234567890123456789012345678901234567890123456789012345678901234", "\n"},
    {"a letter of another alphabet", 0, "", "  ", "\xc3\xa4", "\n"},
    {"an empty line", OLY_HASH, "", "", "", "\n"},
    {"a blank before", 0, " ", "  ", NULL, "\n"},
    {"no newline at its end", 0, "", "  ", NULL, ""},
};

// Whole texts, and heads: `%` stands for the lines of the files.
static const struct {
    const char *text, *why;
    int line;
} heads[] = {
    {"", "no text", 1},
    {"olympics 1", "no newline", 1},
    {"olympics 2\nevent e\nteam t\n%", "another version", 1},
    {"olympics 1\r\nevent e\r\nteam t\r\n%", "\\r\\n", 1},
    {"Olympics 1\nevent e\nteam t\n%", "upper case", 1},
    {"olympics 11\nevent e\nteam t\n%", "another version", 1},
    {" olympics 1\nevent e\nteam t\n%", "a blank before", 1},
    {"\nolympics 1\nevent e\nteam t\n%", "an empty line", 1},
    {"olympics 1\n", "over after a line", 2},
    {"olympics 1\nevent e", "over in a line", 2},
    {"olympics 1\nevent\nteam t\n%", "an event without a name", 2},
    {"olympics 1\nevent \nteam t\n%", "an event without a name", 2},
    {"olympics 1\nteam t\nevent e\n%", "team before event", 2},
    {"olympics 1\nevent  e\nteam t\n%", "two blanks", 2},
    {"olympics 1\nevent a/b\nteam t\n%", "a path", 2},
    {"olympics 1\nevent e\n", "over after two lines", 3},
    {"olympics 1\nevent e\n%", "no team", 3},
    {"olympics 1\nevent e\nteam .t\n%", "a dot at the front", 3},
    {"olympics 1\nevent e\nteam t \n%", "a blank behind", 3},
    {"olympics 1\nevent e\nteam a234567890123456789012345678901234567890123456789012345678901234\n%",
     "64 characters", 3},
    {"olympics 1\nevent e\nteam t\n", "no file", 4},
    {"olympics 1\nevent e\nteam t\n\n%", "an empty line", 4},
};

static void head_text(const char *head, const flat_package *p, int count)
{
    static char whole[ROOM_BYTES];
    oly_oracle_manifest(whole, sizeof whole, p, contents, count);
    const char *files = strchr(strchr(strchr(whole, '\n') + 1, '\n') + 1, '\n') + 1,
               *mark = strchr(head, '%');
    snprintf(text, sizeof text, "%.*s%s", mark ? (int)(mark - head) : (int)strlen(head), head,
             mark ? files : "");
}

static void bad_line(int at, int which)
{
    char line[256], made[256];
    copy_line(line, sizeof line, at);
    const char *name = lines[which].name ? lines[which].name : line + OLY_HASH + 2;
    snprintf(made, sizeof made, "%s%.*s%s%s%s", lines[which].before, OLY_HASH - lines[which].cut,
             line + lines[which].cut, lines[which].between, name, lines[which].end);
    replace_line(at, made);
}

enum { TWICE, SWAPPED, TOO_MANY, LONG_LINE, LONG_FIRST, MANY_LINES, BEHIND, OTHERS };

static void other_text(grade_run *run, int which)
{
    char first[256], second[256];
    copy_line(first, sizeof first, 4), copy_line(second, sizeof second, 5);
    strcat(first, "\n"), strcat(second, "\n");
    const size_t length = strlen(text);
    switch (which) {
    case TWICE:
        replace_line(5, first), expect(OLY_UNREADABLE, 5, "", "a line twice");
        break;
    case SWAPPED:
        replace_line(4, second), replace_line(5, first);
        expect(OLY_UNREADABLE, 5, "", "names in another order");
        break;
    case TOO_MANY: {
        flat_package more = make_package(run, OLY_FILES + 1, 0);
        oly_oracle_manifest(text, sizeof text, &more, contents, OLY_FILES + 1);
        expect(OLY_UNREADABLE, 4 + OLY_FILES, "", "17 files");
        break;
    }
    case LONG_LINE:
        memset(text + length, 'a', LONG), memcpy(text + length + LONG, "\n", 2);
        expect(OLY_UNREADABLE, 4 + 6, "", "a line of 1 MiB");
        break;
    case LONG_FIRST:
        memset(text, 'o', LONG), text[LONG] = 0;
        expect(OLY_UNREADABLE, 1, "", "1 MiB without a newline");
        break;
    case MANY_LINES:
        memset(text + length, '\n', LONG), text[length + LONG] = 0;
        expect(OLY_UNREADABLE, 4 + 6, "", "a million empty lines");
        break;
    default:
        strcat(text, "end"), expect(OLY_UNREADABLE, 4 + 6, "", "something behind the last line");
    }
}

// Heads, lines of files in any place, and what concerns several lines; each with a file missing and one changed, too, since a
// manifest that cannot be read comes first.
bool oly_fill_unreadable(grade_run *run)
{
    enum { FILES = 6 };
    const int step = run->step;
    if (step >= COUNT(heads) + COUNT(lines) + OTHERS) return false;
    flat_package p = make_package(run, FILES, 1);
    oly_oracle_manifest(text, sizeof text, &p, contents, FILES);
    if (step < COUNT(heads)) {
        head_text(heads[step].text, &p, FILES);
        expect(OLY_UNREADABLE, heads[step].line, "", heads[step].why);
    } else if (step < COUNT(heads) + COUNT(lines)) {
        const int which = step - COUNT(heads),
                  at = *lines[which].end ? 4 + grade_random_below(run, FILES) : 3 + FILES;
        bad_line(at, which);
        expect(OLY_UNREADABLE, at, "", lines[which].why);
    } else {
        other_text(run, step - COUNT(heads) - COUNT(lines));
    }
    contents[p.file[0].first] ^= 1;
    lay_checked(run, &p, FILES - 1);
    return true;
}
