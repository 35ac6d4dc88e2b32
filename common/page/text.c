// text.c: prose with marked numbers, terminal output as plain text, base64.
#include "text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/escape.h"

void page_prose(FILE *out, const char *text, size_t length)
{
    size_t from = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] != *PAGE_NUMBER_BEGINS && text[i] != *PAGE_NUMBER_ENDS) continue;
        escape_bytes(out, text + from, i - from, ESCAPE_HTML);
        fputs(text[i] == *PAGE_NUMBER_BEGINS ? "<span class=\"measured\">" : "</span>", out);
        from = i + 1;
    }
    escape_bytes(out, text + from, length - from, ESCAPE_HTML);
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
    if (strchr("]PX^_", text[1])) { // a string, which ends at BEL or ESC backslash
        while (i < length && text[i] != '\a' && text[i] != '\033') i++;
        if (i < length && text[i] == '\033') i++;
        return i < length ? i + 1 : i;
    }
    while (i < length && text[i - 1] >= 0x20 && text[i - 1] < 0x30) i++;
    return i;
}

char *page_clean(const char *text, size_t length)
{
    static const char unknown[] = "\xef\xbf\xbd";
    char *clean = malloc(3 * length + 1);
    if (!clean) return NULL;
    size_t used = 0, line = 0; // line: where the last line begins
    bool again = false;        // the last character was a carriage return
    for (size_t i = 0, n; i < length; i += n) {
        uint32_t code = 0;
        if (text[i] == '\033') {
            n = escape_sequence(text + i, length - i);
            continue;
        }
        n = escape_decode(&code, text + i, length - i);
        if (n == 1 && code == '\r') again = true;
        if (n && !escape_is_shown(code) && code != '\n' && code != '\t') continue;
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
