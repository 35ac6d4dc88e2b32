// code.c: a small scanner of C, which decides each token's class by its first characters.
#include "code.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "core/escape.h"

static const char keywords[] =
    " auto break case const continue default do else enum extern for goto if inline "
    "register restrict return sizeof static struct switch typedef union volatile while ";
static const char types[] = " bool char double float int long short signed unsigned void ";

static bool is_listed(const char *list, const char *word, size_t length)
{
    char wanted[24];
    if (length + 2 >= sizeof wanted) return false;
    int n = snprintf(wanted, sizeof wanted, " %.*s ", (int)length, word);
    return n > 2 && strstr(list, wanted);
}

// To the end of the line, and over the next one too if a backslash ends it.
static size_t line_length(const char *at, size_t left)
{
    size_t n = 0;
    while (n < left && !(at[n] == '\n' && (n == 0 || at[n - 1] != '\\'))) n++;
    return n;
}

static size_t comment_length(const char *at, size_t left)
{
    const char *end = left > 2 ? memmem(at + 2, left - 2, "*/", 2) : NULL;
    return end ? (size_t)(end + 2 - at) : left;
}

static size_t string_length(const char *at, size_t left)
{
    size_t n = 1;
    while (n < left && at[n] != at[0] && at[n] != '\n') n += at[n] == '\\' && n + 1 < left ? 2 : 1;
    return n < left && at[n] == at[0] ? n + 1 : n;
}

static bool is_word(char c) { return isalnum((unsigned char)c) || c == '_'; }

static size_t word_length(const char *at, size_t left)
{
    size_t n = 0;
    while (n < left && is_word(at[n])) n++;
    return n;
}

static size_t number_length(const char *at, size_t left)
{
    size_t n = 0;
    while (n < left && (is_word(at[n]) || at[n] == '.' || (strchr("+-", at[n]) && strchr("eEpP", at[n - 1]))))
        n++;
    return n;
}

static const char *class_of_word(const char *at, size_t length)
{
    if (is_listed(keywords, at, length)) return "k";
    if (is_listed(types, at, length)) return "t";
    return length > 2 && !strncmp(at + length - 2, "_t", 2) ? "t" : NULL;
}

// The token at `at`: its length and its class, NULL for plain text.
static size_t next_token(const char *at, size_t left, bool line_begins, const char **class)
{
    *class = NULL;
    if (*at == '#' && line_begins) return *class = "p", line_length(at, left);
    if (left > 1 && at[0] == '/' && at[1] == '/') return *class = "c", line_length(at, left);
    if (left > 1 && at[0] == '/' && at[1] == '*') return *class = "c", comment_length(at, left);
    if (*at == '"' || *at == '\'') return *class = "s", string_length(at, left);
    if (isdigit((unsigned char)*at) || (*at == '.' && left > 1 && isdigit((unsigned char)at[1])))
        return *class = "n", number_length(at, left);
    size_t length = word_length(at, left);
    if (length) return *class = class_of_word(at, length), length;
    length = escape_decode(&(uint32_t){0}, at, left); // a character of several bytes stays whole
    return length ? length : 1;
}

void page_code(FILE *out, const char *source, size_t length)
{
    bool line_begins = true;
    for (size_t i = 0, n; i < length; i += n) {
        const char *class;
        n = next_token(source + i, length - i, line_begins, &class);
        if (class) fprintf(out, "<span class=\"%s\">", class);
        escape_bytes(out, source + i, n, ESCAPE_HTML);
        if (class) fputs("</span>", out);
        if (source[i] == '\n') line_begins = true;
        else if (!isspace((unsigned char)source[i])) line_begins = false;
    }
}
