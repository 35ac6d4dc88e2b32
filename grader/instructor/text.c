// text.c: see text.h. One decoder, one list of what may be shown, and a table of what each place quotes.
#include "text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// The code point at *at, and on to the next; -1 where the bytes are no UTF-8 (then on by one byte).
static long next_point(const unsigned char **at)
{
    const unsigned char *s = *at;
    int more = s[0] < 0x80                   ? 0
               : s[0] >= 0xc2 && s[0] < 0xe0 ? 1
               : s[0] >= 0xe0 && s[0] < 0xf0 ? 2
               : s[0] >= 0xf0 && s[0] < 0xf5 ? 3
                                             : -1;
    long point = more == 0 ? s[0] : s[0] & (0x3f >> (more < 0 ? 0 : more));
    for (int i = 1; i <= more; i++) {
        if ((s[i] & 0xc0) != 0x80) more = -1;
        else point = point << 6 | (s[i] & 0x3f);
    }
    static const long least[] = {0, 0x80, 0x800, 0x10000};
    *at += more < 0 ? 1 : more + 1;
    return more < 0 || point < least[more] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000) ? -1
                                                                                                      : point;
}

// What has a shape of its own, and what separates words.
static bool may_be_shown(long point)
{
    if (point < 0x20 || (point >= 0x7f && point < 0xa0)) return false;
    if (point == 0x61c || point == 0x200e || point == 0x200f || (point >= 0x202a && point <= 0x202e))
        return false;
    if (point >= 0x2066 && point <= 0x2069) return false; // these turn the direction of writing
    return (point & 0xfffe) != 0xfffe && !(point >= 0xfdd0 && point <= 0xfdef) && point != 0xfeff;
}

static const struct {
    char what;
    const char *as;
} quoted[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};

static void put_shown(FILE *f, const unsigned char *from, size_t bytes, text_kind kind)
{
    for (size_t i = 0; kind == TEXT_HTML && i < sizeof quoted / sizeof *quoted; i++)
        if (*from == quoted[i].what) {
            fputs(quoted[i].as, f);
            return;
        }
    fwrite(from, 1, bytes, f);
}

void text_put(FILE *f, const char *text, text_kind kind)
{
    const unsigned char *at = (const unsigned char *)(text ? text : ""), *from;
    while (*(from = at)) {
        long point = next_point(&at);
        if (may_be_shown(point) || ((point == '\n' || point == '\t') && kind != TEXT_LINE))
            put_shown(f, from, (size_t)(at - from), kind);
        else if (kind == TEXT_HTML || kind == TEXT_JSON) fputs("\xef\xbf\xbd", f);
        else
            for (; from < at; from++) fprintf(f, "\\x%02x", *from);
    }
}

char *text_make(const char *text, text_kind kind)
{
    char *made = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&made, &size);
    if (f) text_put(f, text, kind);
    if (!f || fclose(f) != 0) {
        fprintf(stderr, "grader: no memory for a text\n");
        exit(2);
    }
    return made;
}

const char *text_clip(char *out, size_t size, const char *text, int columns)
{
    char *line = text_make(text, TEXT_LINE);
    int column = 0;
    size_t bytes = 0, cut = 0; // where "..." would stand
    while (line[bytes] && column <= columns) {
        do bytes++;
        while ((line[bytes] & 0xc0) == 0x80);
        if (++column == columns - 3) cut = bytes;
    }
    bool whole = !line[bytes] && column <= columns;
    snprintf(out, size, "%.*s%s", (int)(whole ? bytes : cut), line, whole ? "" : "...");
    free(line);
    return out;
}

void text_csv(FILE *f, const char *text)
{
    char *clean = text_make(text, TEXT_JSON);
    bool formula = text && *text && strchr("=+-@\t\r", *text), quote = strpbrk(clean, ",\"\n\t'") || formula;
    quote = quote || clean[0] == ' ';
    if (quote) fputc('"', f);
    if (formula) fputc('\'', f);
    for (const char *at = clean; *at; at++) {
        if (*at == '"') fputc('"', f);
        fputc(*at, f);
    }
    if (quote) fputc('"', f);
    free(clean);
}
