// options.c: walks the rows to read a command line, and again to print how the program is called.
#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 80, HELP_COLUMN = 22 };

static bool is_word(const option_row *row) { return row->name[0] != '-'; }

static bool is_needed(const option_row *row)
{
    return row->value.needed || (row->value.kind == VALUE_CHOICE && is_word(row));
}

typedef struct {
    char text[240];
} phrase;

// "fashion, cifar"
static phrase join(const option_choice *choices, const char *between)
{
    phrase p = {""};
    for (const option_choice *c = choices; c->name; c++) {
        size_t used = strlen(p.text);
        snprintf(p.text + used, sizeof p.text - used, "%s%s", used ? between : "", c->name);
    }
    return p;
}

// What follows an option in the usage, with a blank in front: " N", " fashion|cifar". "" for other rows.
static phrase argument_of(const option_row *row)
{
    phrase p = {""};
    if (row->argument) snprintf(p.text, sizeof p.text, " %s", row->argument);
    else if (row->value.kind == VALUE_CHOICE && !is_word(row))
        snprintf(p.text, sizeof p.text, " %.230s", join(row->value.choices, "|").text);
    return p;
}

// --- Reading ---

// "--batch x: not a whole number; give one from 1 to 4096"
static tt_status refuse(const option_row *row, const char *text, const char *what)
{
    const option_value *v = &row->value;
    char range[80];
    if (v->high < (double)LONG_MAX) snprintf(range, sizeof range, "from %.15g to %.15g", v->low, v->high);
    else snprintf(range, sizeof range, "that is %.15g or more", v->low);
    return tt_fail(TT_BAD_VALUE, "%s %.60s: %s; give one %s", row->name, text, what, range);
}

static tt_status read_number(const option_row *row, const char *text)
{
    const option_value *v = &row->value;
    const bool whole = v->kind == VALUE_WHOLE;
    char *end;
    errno = 0;
    const long integer = whole ? strtol(text, &end, 10) : 0;
    const double number = whole ? (double)integer : strtod(text, &end);
    if (!*text || *end || isnan(number))
        return refuse(row, text, whole ? "not a whole number" : "not a number");
    if (errno || isinf(number) || number < v->low || number > v->high)
        return refuse(row, text, whole ? "a whole number out of range" : "a number out of range");
    if (whole) *v->whole = integer;
    else *v->real = number;
    return TT_OK;
}

static tt_status read_seed(const option_row *row, const char *text)
{
    char *end;
    errno = 0;
    const uint64_t seed = strtoull(text, &end, strncasecmp(text, "0x", 2) ? 10 : 16);
    if (isdigit((unsigned char)*text) && !*end && !errno) return *row->value.seed = seed, TT_OK;
    return tt_fail(TT_BAD_VALUE,
                   "%s %.60s: not a seed; give a whole number below 2^64, or 0x and hexadecimal digits",
                   row->name, text);
}

static tt_status read_choice(const option_row *row, const char *text)
{
    const option_choice *choices = row->value.choices;
    for (int i = 0; choices[i].name; i++)
        if (!strcmp(text, choices[i].name)) return *row->value.choice = i, TT_OK;
    return tt_fail(TT_BAD_VALUE, "%s %.60s: no such choice; give one of %s", row->name, text,
                   join(choices, ", ").text);
}

// `at` is the word that holds the value: the option itself for a switch.
static tt_status set(const option_row *row, char **at)
{
    const option_value *v = &row->value;
    switch (v->kind) {
    case VALUE_SWITCH:
        return *v->yes = true, TT_OK;
    case VALUE_WORD:
        return *v->word = *at, TT_OK;
    case VALUE_WHOLE:
    case VALUE_REAL:
        return read_number(row, *at);
    case VALUE_SEED:
        return read_seed(row, *at);
    case VALUE_CHOICE:
        return read_choice(row, *at);
    case VALUE_REST:
        return *v->rest = at, TT_OK;
    }
    return TT_BAD_VALUE;
}

// The row of this option, or the next row of a word that has none yet; NULL, with a sentence, for neither.
static const option_row *find(const option_row *rows, const char *text, uint64_t seen)
{
    const bool option = text[0] == '-' && text[1];
    for (int i = 0; rows[i].name; i++)
        if (option ? !strcmp(rows[i].name, text) : is_word(&rows[i]) && !(seen >> i & 1)) return &rows[i];
    tt_fail(TT_BAD_VALUE, option ? "%.80s: no such option" : "%.80s: one word too many", text);
    return NULL;
}

tt_status options_read(const option_row *rows, int count, char **words, bool *help)
{
    uint64_t seen = 0; // bit i: row i
    for (int i = 0; i < count; i++) {
        if (!strcmp(words[i], "--help") || !strcmp(words[i], "-h")) return *help = true, TT_OK;
        const option_row *row = find(rows, words[i], seen);
        if (!row) return TT_BAD_VALUE;
        seen |= UINT64_C(1) << (row - rows);
        if (!is_word(row) && row->value.kind != VALUE_SWITCH && ++i == count)
            return tt_fail(TT_BAD_VALUE, "%s: nothing stands behind it; write %s%s", row->name, row->name,
                           argument_of(row).text);
        tt_status status = set(row, &words[i]);
        if (status != TT_OK) return status;
        if (row->value.kind == VALUE_REST) break;
    }
    for (int i = 0; rows[i].name; i++)
        if (is_needed(&rows[i]) && !(seen >> i & 1))
            return tt_fail(TT_BAD_VALUE, "%s%s is missing", rows[i].name, argument_of(&rows[i]).text);
    return TT_OK;
}

// --- Printing ---

// Print text from column `at` on, and its further lines from column `left` on.
static void put_filled(FILE *out, int at, int left, const char *text)
{
    for (bool first = true; *(text += strspn(text, " ")); first = false) {
        const int length = (int)strcspn(text, " ");
        if (first) fprintf(out, "%*s", at < left ? left - at : 0, ""), at = at < left ? left : at;
        else if (at + 1 + length > COLUMNS) fprintf(out, "\n%*s", left, ""), at = left;
        else fputc(' ', out), at++;
        fwrite(text, 1, (size_t)length, out);
        at += length;
        text += length;
    }
    fputc('\n', out);
}

static void put_row(FILE *out, int indent, const char *name, const char *behind, const char *help)
{
    int at = fprintf(out, "%*s%s%s", indent, "", name, behind);
    if (at >= HELP_COLUMN) fputc('\n', out), at = 0;
    put_filled(out, at, HELP_COLUMN, help);
}

void options_list(FILE *out, const option_row *rows)
{
    for (const option_row *row = rows; row->name; row++) {
        put_row(out, 2, row->name, argument_of(row).text, row->help);
        const option_choice *choices = row->value.kind == VALUE_CHOICE ? row->value.choices : NULL;
        for (const option_choice *c = choices; c && c->name; c++)
            if (c->help) put_row(out, 4, c->name, "", c->help);
    }
}

// "usage: sample [OPTION ...] [PROMPT]"
static void put_call(FILE *out, const char *program, const option_row *rows)
{
    char *call = NULL;
    size_t size;
    bool others = false;
    FILE *f = open_memstream(&call, &size);
    if (!f) return;
    fprintf(f, "%s", program);
    for (const option_row *row = rows; row->name; row++) {
        if (!is_word(row) && is_needed(row)) fprintf(f, " %s%s", row->name, argument_of(row).text);
        others = others || !(is_word(row) || is_needed(row));
    }
    if (others) fprintf(f, " [OPTION ...]");
    for (const option_row *row = rows; row->name; row++)
        if (is_word(row))
            fprintf(f, is_needed(row) ? " %s%s" : " [%s%s]", row->name,
                    row->value.kind == VALUE_REST ? " ..." : "");
    fclose(f);
    fputs("usage: ", out);
    put_filled(out, 7, 7, call);
    free(call);
}

void options_usage(FILE *out, const char *program, const char *about, const option_row *rows)
{
    put_call(out, program, rows);
    if (about) put_filled(out, 0, 0, about);
    options_list(out, rows);
}

int options_refuse(const char *program, const option_row *rows)
{
    const char *slash = strrchr(program, '/');
    fprintf(stderr, "%s: %s\n", slash ? slash + 1 : program, tt_error());
    put_call(stderr, program, rows);
    fprintf(stderr, "%s --help says what each does\n", program);
    return 2;
}

int options_take(const char *program, const char *about, const option_row *rows, int count, char **words)
{
    bool help = false;
    const tt_status status = options_read(rows, count, words, &help);
    if (status == TT_OK && !help) return -1;
    if (status != TT_OK && count > 0) return options_refuse(program, rows);
    options_usage(help ? stdout : stderr, program, about, rows);
    return help ? 0 : 2;
}
