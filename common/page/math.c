// math.c: reads a formula once from left to right: an atom, then what stands above and below it.
#include "math.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/escape.h"

enum { MOST_DEPTH = 16 }; // of brackets; what lies deeper is shown as text

typedef struct {
    FILE *out;
    const char *at, *end;
    int depth;
} reader;

// Words and signs that stand for one character.
static const struct {
    const char *name, *sign, *element;
} signs[] = {
    {"sum", "∑", "mo"},   {"prod", "∏", "mo"},   {"alpha", "α", "mi"}, {"beta", "β", "mi"},
    {"gamma", "γ", "mi"}, {"delta", "δ", "mi"},  {"eps", "ε", "mi"},   {"eta", "η", "mi"},
    {"theta", "θ", "mi"}, {"lambda", "λ", "mi"}, {"mu", "μ", "mi"},    {"pi", "π", "mi"},
    {"sigma", "σ", "mi"}, {"phi", "φ", "mi"},    {"<=", "≤", "mo"},    {">=", "≥", "mo"},
    {"!=", "≠", "mo"},    {"->", "→", "mo"},     {"~", "≈", "mo"},     {"*", "×", "mo"},
    {"-", "−", "mo"},
};

static void skip_blanks(reader *r)
{
    while (r->at < r->end && (unsigned char)*r->at <= ' ') r->at++; // also the marks of measured numbers
}

static bool comes(reader *r, char wanted)
{
    skip_blanks(r);
    return r->at < r->end && *r->at == wanted;
}

static void put(reader *r, const char *element, const char *text, size_t length)
{
    fprintf(r->out, "<%s>", element);
    escape_bytes(r->out, text, length, ESCAPE_HTML);
    fprintf(r->out, "</%s>", element);
}

// How many bytes the next letters, digits, or sign are.
static size_t token_length(const reader *r)
{
    const char *at = r->at;
    if (isalpha((unsigned char)*at)) {
        while (at < r->end && isalpha((unsigned char)*at)) at++;
        return (size_t)(at - r->at);
    }
    while (at < r->end && (isdigit((unsigned char)*at) || (strchr(".,", *at) && at > r->at &&
                                                           at + 1 < r->end && isdigit((unsigned char)at[1]))))
        at++;
    if (at > r->at) return (size_t)(at - r->at);
    if (r->end - at >= 2 &&
        (!memcmp(at, "<=", 2) || !memcmp(at, ">=", 2) || !memcmp(at, "!=", 2) || !memcmp(at, "->", 2)))
        return 2;
    uint32_t point;
    const size_t n = escape_decode(&point, at, (size_t)(r->end - at));
    return n ? n : 1;
}

static bool is_word(const char *word, size_t length, const char *wanted)
{
    return length == strlen(wanted) && !memcmp(word, wanted, length);
}

static void put_row(reader *r, char until);

// What stands between a bracket, which has been read, and `until`, in one element.
static void put_group(reader *r, const char *element, char until)
{
    r->depth++;
    fprintf(r->out, "<%s>", element);
    put_row(r, until);
    fprintf(r->out, "</%s>", element);
    if (r->at < r->end) r->at++; // the bracket that ends it
    r->depth--;
}

static void put_fraction(reader *r)
{
    fprintf(r->out, "<mfrac>");
    put_group(r, "mrow", ',');
    put_group(r, "mrow", ')');
    fprintf(r->out, "</mfrac>");
}

static void put_atom(reader *r)
{
    skip_blanks(r);
    if (r->at >= r->end) return put(r, "mtext", "", 0);
    const char *from = r->at;
    const size_t length = token_length(r);
    r->at += length;
    const bool calls = r->depth < MOST_DEPTH && r->at < r->end && *r->at == '(';
    if (calls && is_word(from, length, "sqrt")) return r->at++, put_group(r, "msqrt", ')');
    if (calls && is_word(from, length, "frac")) return r->at++, put_fraction(r);
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (is_word(from, length, signs[i].name))
            return put(r, signs[i].element, signs[i].sign, strlen(signs[i].sign));
    const char *element = isalpha((unsigned char)*from) ? "mi" : isdigit((unsigned char)*from) ? "mn" : "mo";
    put(r, element, from, length);
}

// The next atom as text of its own; of a script in brackets without these. NULL without memory.
static char *take_atom(reader *r, bool script)
{
    FILE *const before = r->out;
    char *text = NULL;
    size_t length;
    if (!(r->out = open_memstream(&text, &length))) return r->out = before, NULL;
    if (script && comes(r, '(') && r->depth < MOST_DEPTH) r->at++, put_group(r, "mrow", ')');
    else put_atom(r);
    fclose(r->out);
    r->out = before;
    return text;
}

// An atom with what stands below (_) and above (^) it.
static void put_scripted(reader *r)
{
    static const char *const elements[2][4] = {{"", "msub", "msup", "msubsup"},
                                               {"", "munder", "mover", "munderover"}}; // of sums and products
    const size_t length = token_length(r);
    const bool large = is_word(r->at, length, "sum") || is_word(r->at, length, "prod");
    char *atom = take_atom(r, false), *below = NULL, *above = NULL;
    for (int i = 0; i < 2; i++) {
        if (!below && comes(r, '_')) r->at++, below = take_atom(r, true);
        if (!above && comes(r, '^')) r->at++, above = take_atom(r, true);
    }
    const char *element = elements[large][(below ? 1 : 0) + (above ? 2 : 0)];
    if (*element) fprintf(r->out, "<%s>", element);
    fprintf(r->out, "%s%s%s", atom ? atom : "", below ? below : "", above ? above : "");
    if (*element) fprintf(r->out, "</%s>", element);
    free(atom), free(below), free(above);
}

// Atoms until a bracket that ends them, which is left to be read.
static void put_row(reader *r, char until)
{
    int open = 0;
    for (skip_blanks(r); r->at < r->end && (open > 0 || *r->at != until); skip_blanks(r)) {
        open += *r->at == '(' ? 1 : *r->at == ')' && open > 0 ? -1 : 0;
        put_scripted(r);
    }
}

void page_math(FILE *out, const char *text, size_t length)
{
    fprintf(out, "<math>");
    put_row(&(reader){.out = out, .at = text, .end = text + length}, 0);
    fprintf(out, "</math>");
}
