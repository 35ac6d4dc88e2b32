// check_read.c: configurations from texts that are as they should be, that have one fault, and that want to do harm. A reader
// of the parent's own says what is right.
#include "checks.h"

#include <stdio.h>

#include "oracle.h"

enum { SPACE, TEXT, CONFIG, ERROR }; // arrays

// --- What is right ---

typedef struct {
    int line;         // the first one that cannot be; 0: none
    unsigned missing; // a bit for each field
    int rule;         // that is broken, or BROKEN_NONE
    oly_config config;
} verdict;

// Whether the stretch from `begin` to `end`, without blanks at its ends, is `word`.
static bool is_word(const char *begin, const char *end, const char *word)
{
    while (begin < end && strchr(" \t\r", *begin)) begin++;
    while (end > begin && strchr(" \t\r", end[-1])) end--;
    return (size_t)(end - begin) == strlen(word) && strncmp(begin, word, strlen(word)) == 0;
}

static bool read_line(verdict *v, const flat_space *s, const char *begin, const char *end)
{
    const char *equal = begin;
    for (const char *c = begin; c < end; c++)
        if (*c == '#') end = c; // ends the loop, too
    if (is_word(begin, end, "")) return true;
    while (equal < end && *equal != '=') equal++;
    if (equal == end) return false;
    for (int f = 0; f < s->fields; f++) {
        if (!is_word(begin, equal, s->field[f].name)) continue;
        if (!(v->missing >> f & 1)) return false;
        v->missing &= ~(1u << f);
        for (int c = 0; c < s->field[f].choices; c++) {
            v->config.choice[f] = (unsigned char)c;
            if (is_word(equal + 1, end, s->field[f].choice[c])) return true;
        }
    }
    return false;
}

static verdict judge(const flat_space *s, const char *text)
{
    verdict v = {.missing = (1u << s->fields) - 1, .rule = BROKEN_NONE};
    for (int line = 1; *text; line++) {
        const char *end = strchr(text, '\n'), *next = end ? end + 1 : text + strlen(text);
        if (!read_line(&v, s, text, end ? end : next)) return v.line = line, v;
        text = next;
    }
    if (!v.missing) v.rule = oly_oracle_broken(s, &v.config);
    return v;
}

static void check_error(grade_run *run, const flat_space *s, const verdict *v, const char *when)
{
    const char *error = grade_result(run, ERROR);
    char wanted[24] = "";
    if (v->line) snprintf(wanted, sizeof wanted, "line %d: ", v->line);
    bool good = strncmp(error, wanted, strlen(wanted)) == 0;
    if (v->missing && !v->line) {
        good = false;
        for (int f = 0; f < s->fields; f++)
            good = good || (v->missing >> f & 1 && strstr(error, s->field[f].name));
    }
    if (v->rule != BROKEN_NONE) good = strstr(error, s->rule[v->rule].why);
    if (good) return;
    grade_wrong(run, "%s: got \"%.80s\" from tt_error(), expected %s%s", when, error,
                v->line      ? wanted
                : v->missing ? "the name of a field that is missing"
                             : s->rule[v->rule].why,
                v->line ? "at its beginning" : "");
}

// What a message says of the text.
static void describe(char *when, size_t room, const char *text, const verdict *v)
{
    int used = snprintf(when, room, "%zu characters", strlen(text));
    if (!v->line) {
        snprintf(when + used, room - (size_t)used, "%s",
                 v->missing               ? ", a field is missing"
                 : v->rule != BROKEN_NONE ? ", a rule is broken"
                                          : "");
        return;
    }
    used += snprintf(when + used, room - (size_t)used, ", line %d is \"", v->line);
    for (int i = 1; i < v->line; i++) text = strchr(text, '\n') + 1;
    for (int c = 0; c < 60 && text[c] && text[c] != '\n'; c++)
        used += snprintf(when + used, room - (size_t)used, "%c",
                         text[c] >= ' ' && text[c] <= '~' ? text[c] : '?');
    snprintf(when + used, room - (size_t)used, "\"");
}

void oly_check_read(grade_run *run)
{
    const flat_space *s = grade_given(run, SPACE);
    const verdict v = judge(s, grade_given(run, TEXT));
    const bool good = !v.line && !v.missing && v.rule == BROKEN_NONE;
    char when[160];
    describe(when, sizeof when, grade_given(run, TEXT), &v);
    oly_require_status(run, good ? TT_OK : TT_BAD_VALUE, when);
    if (!good) {
        oly_require_untouched(run, CONFIG, when);
        check_error(run, s, &v, when);
        return;
    }
    const oly_config *got = grade_result(run, CONFIG);
    for (int f = 0; f < OLY_FIELDS; f++)
        if (got->choice[f] != v.config.choice[f])
            grade_wrong(run, "%s: got choice %d of field %d, expected %d", when, got->choice[f], f,
                        v.config.choice[f]);
}

// --- Texts ---

enum { LONG = 1 << 20 };
static char text[LONG + 8192];
static size_t length;

static void add(const char *more)
{
    memcpy(text + length, more, strlen(more) + 1);
    length += strlen(more);
}

static void add_many(char c, size_t count)
{
    memset(text + length, c, count);
    length += count, text[length] = 0;
}

static void add_blanks(grade_run *run)
{
    static const char *const blanks[] = {"", " ", "\t", "  ", " \t "};
    add(blanks[grade_random_below(run, COUNT(blanks))]);
}

static void add_end(grade_run *run)
{
    static const char *const ends[] = {"\n",           "\r\n",     " # a comment\n", "#\n",
                                       " # 1 = 2\r\n", "\n \t \n", "\n\n",           "\n# a line\n"};
    add(ends[grade_random_below(run, COUNT(ends))]);
}

static void add_line(grade_run *run, const char *name, const char *choice)
{
    add_blanks(run), add(name), add_blanks(run), add("="), add_blanks(run), add(choice), add_blanks(run),
        add_end(run);
}

// A configuration as anybody would write it: its lines in any order. `after` comes behind line `at` of them.
static void add_config(grade_run *run, const flat_space *s, const oly_config *c, int skip, int at,
                       const char *after)
{
    int order[OLY_FIELDS];
    for (int i = 0; i < s->fields; i++) order[i] = i;
    for (int i = s->fields - 1; i > 0; i--) {
        const int other = grade_random_below(run, i + 1), kept = order[i];
        order[i] = order[other], order[other] = kept;
    }
    for (int i = 0; i < s->fields; i++) {
        if (i == at) add(after), add_end(run);
        if (order[i] != skip)
            add_line(run, s->field[order[i]].name, s->field[order[i]].choice[c->choice[order[i]]]);
    }
}

static void lay(grade_run *run)
{
    memcpy(grade_input_bytes(run, length + 1), text, length + 1);
    ROOM(oly_config);
    grade_output_bytes(run, ERROR_BYTES);
}

bool oly_fill_read(grade_run *run)
{
    if (run->step >= 24) return false;
    const flat_space *s = oly_lay_space(run, 1 + run->step / 2, OLY_CHOICES, run->step % 4 ? 0 : SPACE_RULES);
    const oly_config c = oly_random_config(run, s);
    length = 0;
    add_config(run, s, &c, -1, -1, "");
    if (run->step % 3 == 0) // the last line needs no newline
        while (length > 0 && strchr("\r\n", text[length - 1])) text[--length] = 0;
    lay(run);
    return true;
}

// What is wrong with a line of field f, or of none.
enum {
    LACKS_EQUAL,
    LACKS_NAME,
    LACKS_CHOICE,
    LONGER_NAME,
    SHORTER_NAME,
    LONGER_CHOICE,
    SHORTER_CHOICE,
    TWO_EQUALS,
    IN_TWO,
    UPPER,
    FAULTS
};

static void add_fault(char *line, size_t room, const flat_space *s, int f, int choice, int fault)
{
    const char *name = s->field[f].name, *word = s->field[f].choice[choice];
    const int n = (int)strlen(name), w = (int)strlen(word);
    switch (fault) {
    case LACKS_EQUAL:
        snprintf(line, room, "%s %s", name, word);
        break;
    case LACKS_NAME:
        snprintf(line, room, " = %s", word);
        break;
    case LACKS_CHOICE:
        snprintf(line, room, "%s = ", name);
        break;
    case LONGER_NAME:
        snprintf(line, room, "%s0 = %s", name, word);
        break;
    case SHORTER_NAME:
        snprintf(line, room, "%.*s = %s", n - 1, name, word);
        break;
    case LONGER_CHOICE:
        snprintf(line, room, "%s = %s0", name, word);
        break;
    case SHORTER_CHOICE:
        snprintf(line, room, "%s = %.*s", name, w - 1, word);
        break;
    case TWO_EQUALS:
        snprintf(line, room, "%s = %s = %s", name, word, word);
        break;
    case IN_TWO:
        snprintf(line, room, "%.1s %s = %s", name, name + 1, word);
        break;
    default:
        snprintf(line, room, "%s = %.*s%c", name, w - 2, word, word[w - 2] - 'a' + 'A');
        break;
    }
}

// Each kind of line that cannot be, in the place of the right one; a line twice, with the same and with another choice; a
// field that is missing.
bool oly_fill_faults(grade_run *run)
{
    enum { TWICE = FAULTS, MISSING = FAULTS + 2, KINDS = FAULTS + 3 };
    if (run->step >= 3 * KINDS) return false;
    const flat_space *s = oly_lay_space(run, 3 + run->step % 5, OLY_CHOICES, 0);
    const oly_config c = oly_random_config(run, s);
    const int kind = run->step % KINDS, f = grade_random_below(run, s->fields), choice = c.choice[f];
    char line[256] = "";
    if (kind < FAULTS) add_fault(line, sizeof line, s, f, choice, kind);
    else if (kind < MISSING)
        snprintf(line, sizeof line, "%s = %s", s->field[f].name,
                 s->field[f].choice[kind == TWICE ? choice : 0]);
    length = 0;
    add_config(run, s, &c, kind < FAULTS || kind == MISSING ? f : -1,
               kind == MISSING ? -1 : grade_random_below(run, s->fields), line);
    lay(run);
    return true;
}

// Long lines, many lines, bytes of any kind; in some of them nothing is wrong.
bool oly_fill_hostile(grade_run *run)
{
    enum {
        EMPTY,
        LETTERS,
        COMMENT,
        BLANKS,
        EQUALS,
        NEWLINES,
        LATE,
        LONG_NAME,
        AGAIN,
        FOREIGN,
        BYTES,
        STEPS = BYTES + 4
    };
    if (run->step >= STEPS) return false;
    const flat_space *s = oly_lay_space(run, 4, 4, 0);
    const oly_config c = oly_random_config(run, s);
    const char *name = s->field[0].name, *word = s->field[0].choice[c.choice[0]];
    length = 0, text[0] = 0;
    const bool whole = run->step != EMPTY && run->step != BLANKS && run->step != AGAIN && run->step < BYTES;
    if (run->step == NEWLINES || run->step == LATE) add_many('\n', LONG);
    if (whole) add_config(run, s, &c, -1, -1, "");
    switch (run->step) {
    case LETTERS:
        add_many('a', LONG);
        break;
    case COMMENT:
        add("#"), add_many('=', LONG);
        break;
    case BLANKS:
        add_config(run, s, &c, 0, -1, "");
        add(name), add_many(' ', LONG / 2), add("="), add_many('\t', LONG / 2), add(word);
        break;
    case EQUALS:
        add_many('=', LONG);
        break;
    case LATE:
        add("?");
        break;
    case LONG_NAME:
        add(name), add_many('a', LONG), add(" = "), add(word);
        break;
    case AGAIN:
        while (length < LONG) add(name), add("="), add(word), add("\n");
        break;
    case FOREIGN:
        add("\xc3\xa4\x80\xff = \xfe");
        break;
    case EMPTY:
    case NEWLINES:
        break;
    default:
        for (int i = 0; i < 2000; i++) add_many((char)(1 + grade_random_below(run, i % 40 ? 255 : 10)), 1);
    }
    lay(run);
    return true;
}
