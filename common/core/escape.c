// escape.c: decides of each character whether a place shows it, quotes it or replaces it.
#include "escape.h"

#include <stdlib.h>
#include <string.h>

#include "count.h"

static const char unknown[] = "\xef\xbf\xbd"; // U+FFFD

// --- Characters ---

size_t escape_decode(uint32_t *point, const char *text, size_t length)
{
    const unsigned char *t = (const unsigned char *)text;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = t[0] < 0x80 ? 1 : t[0] >> 5 == 6 ? 2 : t[0] >> 4 == 14 ? 3 : t[0] >> 3 == 30 ? 4 : 0;
    if (n == 0 || n > length) return 0;
    uint32_t p = n == 1 ? t[0] : t[0] & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if (t[i] >> 6 != 2) return 0;
        p = p << 6 | (t[i] & 0x3f);
    }
    if (p < least[n] || p > 0x10ffff || (p >= 0xd800 && p < 0xe000)) return 0;
    *point = p;
    return n;
}

// Characters that are not shown, from first to last, in order. The last two of every plane,
// U+..FFFE and U+..FFFF, are noncharacters and not shown either.
static const uint32_t hidden[][2] = {
    {0x0, 0x1f},         {0x7f, 0x9f},       // control characters
    {0xad, 0xad},        {0x34f, 0x34f},     // soft hyphen, grapheme joiner: no width
    {0x61c, 0x61c},                          // direction mark
    {0x115f, 0x1160},    {0x17b4, 0x17b5},   // fillers: invisible
    {0x180b, 0x180f},    {0x200b, 0x200f},   // variation selectors; no width, direction
    {0x2028, 0x202e},                        // line and paragraph separators, direction
    {0x2060, 0x206f},                        // no width, direction
    {0x3164, 0x3164},                        // a filler
    {0xd800, 0xf8ff},                        // surrogates, private use
    {0xfdd0, 0xfdef},                        // noncharacters
    {0xfe00, 0xfe0f},    {0xfeff, 0xfeff},   // variation selectors, byte order mark
    {0xffa0, 0xffa0},    {0xfff0, 0xfffb},   // a filler; interlinear annotation
    {0x1bca0, 0x1bca3},  {0x1d173, 0x1d17a}, // no width: shorthand, music
    {0xe0000, 0x10ffff},                     // tags, variation selectors, private use
};

bool escape_is_shown(uint32_t point)
{
    for (int i = 0; i < COUNT(hidden); i++)
        if (point <= hidden[i][1]) return point < hidden[i][0] && (point & 0xfffe) != 0xfffe;
    return false;
}

// --- Places ---

// The characters that have a meaning in a place, and what stands for them as text.
static const struct {
    escape_place place;
    char what;
    const char *as;
} quoted[] = {
    {ESCAPE_HTML, '&', "&amp;"},  {ESCAPE_HTML, '<', "&lt;"},   {ESCAPE_HTML, '>', "&gt;"},
    {ESCAPE_HTML, '"', "&quot;"}, {ESCAPE_HTML, '\'', "&#39;"}, {ESCAPE_CSV, '"', "\"\""},
    {ESCAPE_GNUPLOT, '\'', "''"}, {ESCAPE_GNUPLOT, '\n', " "},
};

static const char *quoted_as(char c, escape_place place)
{
    for (int i = 0; i < COUNT(quoted); i++)
        if (quoted[i].place == place && quoted[i].what == c) return quoted[i].as;
    return NULL;
}

static void put_hidden(FILE *f, const char *text, size_t bytes, escape_place place)
{
    if (place != ESCAPE_LINE && place != ESCAPE_LINES) fputs(unknown, f);
    else
        for (size_t i = 0; i < bytes; i++) fprintf(f, "\\x%02x", (unsigned char)text[i]);
}

void escape_bytes(FILE *f, const char *text, size_t length, escape_place place)
{
    for (size_t i = 0, n; i < length; i += n) {
        uint32_t point = 0;
        n = escape_decode(&point, text + i, length - i);
        const char *as = quoted_as(text[i], place);
        bool line = place == ESCAPE_LINE || place == ESCAPE_GNUPLOT;
        bool shown = n > 0 && (escape_is_shown(point) || ((point == '\n' || point == '\t') && !line));
        if (n == 0) n = 1;
        if (as) fputs(as, f);
        else if (shown) fwrite(text + i, 1, n, f);
        else put_hidden(f, text + i, n, place);
    }
}

void escape_put(FILE *f, const char *text, escape_place place)
{
    if (text) escape_bytes(f, text, strlen(text), place);
}

char *escape_make(const char *text, escape_place place)
{
    char *made = NULL;
    size_t size;
    FILE *f = open_memstream(&made, &size);
    if (!f) return NULL;
    escape_put(f, text, place);
    if (fclose(f) == 0) return made;
    free(made);
    return NULL;
}

void escape_csv(FILE *f, const char *text)
{
    bool formula = text && *text && strchr("=+-@\t\r", *text);
    bool quote = formula || (text && (*text == ' ' || strpbrk(text, ",\"\n\t'")));
    if (quote) fputc('"', f);
    if (formula) fputc('\'', f);
    escape_put(f, text, ESCAPE_CSV);
    if (quote) fputc('"', f);
}

// --- Lines ---

// The bytes of a line that fit into `columns`; *all: whether that is the whole line.
static size_t fitting(const char *line, int columns, bool *all)
{
    size_t n = 0;
    for (int column = 0; line[n] && column < columns; column++) {
        do n++;
        while ((line[n] & 0xc0) == 0x80);
    }
    *all = !line[n];
    return n;
}

const char *escape_clip(char *out, size_t size, const char *text, int columns)
{
    char *line = escape_make(text, ESCAPE_LINE);
    bool all;
    size_t bytes = fitting(line ? line : "", columns, &all);
    if (!all) bytes = fitting(line, columns - 3, &(bool){false});
    snprintf(out, size, "%.*s%s", (int)bytes, line ? line : "", all ? "" : "...");
    free(line);
    return out;
}

void escape_first_lines(FILE *f, const char *label, const char *text, int count)
{
    const int indent = (int)strlen(label);
    for (int i = 0; *text && i < count; i++) {
        char *line = strndup(text, strcspn(text, "\n")), shown[4 * ESCAPE_COLUMNS];
        fprintf(f, "%*s%s\n", indent, i ? "" : label,
                escape_clip(shown, sizeof shown, line ? line : "", ESCAPE_COLUMNS - indent));
        free(line);
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    if (*text) fprintf(f, "%*s...\n", indent, "");
}

// One line, escaped, wrapped to as many lines as it needs.
static void wrap_line(FILE *f, const char *line, int column, int indent)
{
    enum { LEAST = 20 }; // columns for the text when the indent is large
    const int columns = ESCAPE_COLUMNS - indent < LEAST ? LEAST : ESCAPE_COLUMNS - indent;
    do {
        bool all;
        size_t n = fitting(line, columns, &all), blank = n;
        while (!all && blank > 0 && line[blank] != ' ') blank--;
        if (blank > 0) n = blank;
        fprintf(f, "%*s%.*s\n", n ? indent - column : 0, "", (int)n, line);
        column = 0;
        line += n;
        line += strspn(line, " ");
    } while (*line);
}

void escape_wrap(FILE *f, const char *text, int column, int indent)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        char *part = strndup(text, length), *line = escape_make(part, ESCAPE_LINE);
        if (line) wrap_line(f, line, column, indent);
        free(line), free(part);
        column = 0;
        text += length + (text[length] == '\n');
    }
}
