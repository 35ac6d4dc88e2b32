// page/text.c: escapes, terminal output made plain, base64.
#include "text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void page_escape(FILE *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        const char *safe = entity(text[i]);
        if (safe) fputs(safe, out);
        else if (c == '\n' || c == '\t' || (c >= 0x20 && c != 0x7f)) fputc(c, out);
    }
}

void page_prose(FILE *out, const char *text, size_t length)
{
    size_t from = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] != *PAGE_NUMBER_BEGINS && text[i] != *PAGE_NUMBER_ENDS) continue;
        page_escape(out, text + from, i - from);
        fputs(text[i] == *PAGE_NUMBER_BEGINS ? "<span class=\"measured\">" : "</span>", out);
        from = i + 1;
    }
    page_escape(out, text + from, length - from);
}

// --- What a terminal would have shown ---

// The length of the escape sequence that begins at text[0] = ESC.
static size_t escape_sequence(const char *text, size_t length)
{
    if (length < 2) return length;
    size_t i = 2;
    if (text[1] == '[') {
        while (i < length && (unsigned char)text[i] < 0x40) i++;
        return i < length ? i + 1 : i;
    }
    if (strchr("]PX^_", text[1])) { // a string, up to BEL or ESC backslash
        while (i < length && text[i] != '\a' && text[i] != '\033') i++;
        if (i < length && text[i] == '\033') i++;
        return i < length ? i + 1 : i;
    }
    while (i < length && text[i - 1] >= 0x20 && text[i - 1] < 0x30) i++;
    return i;
}

// Decode one character; 0 if the bytes are none.
static size_t decode(const char *text, size_t length, unsigned *code)
{
    const unsigned char *t = (const unsigned char *)text;
    static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = t[0] < 0x80 ? 1 : t[0] >> 5 == 6 ? 2 : t[0] >> 4 == 14 ? 3 : t[0] >> 3 == 30 ? 4 : 0;
    if (n == 0 || n > length) return 0;
    *code = n == 1 ? t[0] : t[0] & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if (t[i] >> 6 != 2) return 0;
        *code = *code << 6 | (t[i] & 0x3f);
    }
    bool surrogate = *code >= 0xd800 && *code < 0xe000;
    return *code < least[n] || *code > 0x10ffff || surrogate ? 0 : n;
}

static bool is_shown(unsigned code)
{
    if (code < 0x20) return code == '\n' || code == '\t';
    if (code >= 0x7f && code < 0xa0) return false;
    bool turns = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
    return !turns && code != 0xfeff;
}

char *page_clean(const char *text, size_t length)
{
    static const char unknown[] = "\xef\xbf\xbd";
    char *clean = malloc(3 * length + 1);
    if (!clean) return NULL;
    size_t used = 0, line = 0; // line: where the last one begins
    bool again = false;        // a carriage return was the last
    for (size_t i = 0, n; i < length; i += n) {
        unsigned code = 0;
        if (text[i] == '\033') {
            n = escape_sequence(text + i, length - i);
            continue;
        }
        n = decode(text + i, length - i, &code);
        if (n == 1 && code == '\r') again = true;
        if (n && !is_shown(code)) continue;
        if (again && code != '\n') used = line;
        again = false;
        memcpy(clean + used, n ? text + i : unknown, n ? n : strlen(unknown));
        used += n ? n : strlen(unknown);
        if (code == '\n') line = used;
        if (!n) n = 1;
    }
    clean[used] = 0;
    return clean;
}

void page_base64(FILE *out, const void *bytes, size_t length)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *b = bytes;
    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        unsigned three =
            (unsigned)b[i] << 16 | (left > 1 ? (unsigned)b[i + 1] << 8 : 0) | (left > 2 ? b[i + 2] : 0u);
        fputc(digits[three >> 18], out);
        fputc(digits[three >> 12 & 63], out);
        fputc(left > 1 ? digits[three >> 6 & 63] : '=', out);
        fputc(left > 2 ? digits[three & 63] : '=', out);
    }
}
