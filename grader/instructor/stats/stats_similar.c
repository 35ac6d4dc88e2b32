// stats_similar.c: pairs of files with much in common: fingerprints by winnowing.
//
// A file is its tokens: every name, number and text is one and the same, keywords and signs stand for
// themselves, so that other names, layout and comments change nothing. Each run of RUN tokens has a hash;
// of every WINDOW runs in a row the least hash is kept, the last of equals. Whatever two files share that
// is RUN + WINDOW - 1 tokens long is then found; what is shorter than RUN is not. What the stub has is
// nobody's, and so is what more than ten and a quarter of the class have: it was in the lecture.
//
// Source  Schleimer, Wilkerson, Aiken: Winnowing: Local Algorithms for Document Fingerprinting. SIGMOD 2003.
// Limits  it shows what is alike, not why: two right solutions of a small function are alike.
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/escape.h"
#include "page/page.h"
#include "stats.h"

enum { RUN = 20, WINDOW = 16, SOURCE_BYTES = 1 << 20, MOST_FILES = 5000, MOST_PAGES = 100, LEAST_SHARED = 6 };

typedef struct {
    uint64_t hash;
    int line, last_line; // of the source
} gram;

typedef struct {
    const char *student;
    char *text;
    gram *grams; // of every run, in order
    int gram_count;
    uint64_t *prints;      // kept by the windows, sorted, each once, none of the stub's
    int print_count, rare; // rare: how many are not everybody's
} source;

// --- Tokens ---

static const char *skip_comment(const char *at, int *line)
{
    bool block = at[1] == '*';
    for (at += 2; *at; at++) {
        if (!block && *at == '\n') return at;
        *line += *at == '\n';
        if (block && at[0] == '*' && at[1] == '/') return at + 2;
    }
    return at;
}

static const char *skip_text(const char *at, int *line)
{
    char quote = *at++;
    for (; *at && *at != quote && *at != '\n'; at++)
        if (*at == '\\' && at[1]) *line += *++at == '\n';
    return at + (*at == quote);
}

static uint64_t word_token(const char *word, size_t length)
{
    static const char *const keywords[] = {"break",  "case",   "const",  "continue", "do",     "else",
                                           "enum",   "for",    "goto",   "if",       "return", "sizeof",
                                           "static", "struct", "switch", "while"};
    for (int i = 0; i < COUNT(keywords); i++)
        if (strlen(keywords[i]) == length && !memcmp(keywords[i], word, length)) return 1000 + (uint64_t)i;
    return 'x';
}

// The next token, and where it stood; 0 at the end.
static uint64_t next_token(const char **place, int *line)
{
    const char *at = *place;
    uint64_t token = 0;
    for (; *at; (void)0) {
        if (isspace((unsigned char)*at)) *line += *at++ == '\n';
        else if (at[0] == '/' && (at[1] == '/' || at[1] == '*')) at = skip_comment(at, line);
        else if (!strncmp(at, "#include", 8)) at += strcspn(at, "\n");
        else break;
    }
    const char *from = at;
    if (*at == '"' || *at == '\'') at = skip_text(at, line), token = '"';
    else if (isdigit((unsigned char)*at)) {
        while (isalnum((unsigned char)*at) || *at == '.') at++;
        token = '0';
    } else if (isalpha((unsigned char)*at) || *at == '_') {
        while (isalnum((unsigned char)*at) || *at == '_') at++;
        token = word_token(from, (size_t)(at - from));
    } else if (*at) token = (unsigned char)*at++;
    *place = at;
    return token;
}

// --- Fingerprints ---

static uint64_t mix(uint64_t h) // splitmix64's finish
{
    h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9u;
    h = (h ^ h >> 27) * 0x94d049bb133111ebu;
    return h ^ h >> 31;
}

// The hash of every RUN tokens: a polynomial that rolls, in arithmetic modulo 2^64.
static void find_grams(source *s)
{
    enum { BASE = 1000003 };
    uint64_t tokens[RUN] = {0}, hash = 0, power = 1;
    int lines[RUN] = {0}, line = 1, count = 0;
    const char *at = s->text;
    for (int i = 0; i < RUN; i++) power *= BASE;
    for (uint64_t token; (token = next_token(&at, &line)); count++) {
        uint64_t seen = mix(token);
        hash = hash * BASE + seen - power * tokens[count % RUN];
        tokens[count % RUN] = seen, lines[count % RUN] = line;
        if (count < RUN - 1) continue;
        s->grams = files_room(s->grams, s->gram_count, sizeof *s->grams);
        s->grams[s->gram_count++] = (gram){mix(hash), lines[(count + 1) % RUN], line};
    }
}

void stats_code(uint64_t *alike, int *lines, const char *text)
{
    *alike = 0, *lines = 0;
    int line = 1, last = 0;
    for (uint64_t token; (token = next_token(&text, &line)); last = line) {
        *alike = mix(*alike ^ mix(token));
        *lines += line != last;
    }
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static bool has(const uint64_t *sorted, int count, uint64_t hash)
{
    return count && bsearch(&hash, sorted, (size_t)count, sizeof hash, by_value);
}

// Sorted, each once, without those of the stub. Returns how many are left.
static int settle(uint64_t *hashes, int count, const source *stub)
{
    int kept = 0;
    if (count) qsort(hashes, (size_t)count, sizeof *hashes, by_value);
    for (int i = 0; i < count; i++)
        if ((i == 0 || hashes[i] != hashes[i - 1]) &&
            !(stub && has(stub->prints, stub->print_count, hashes[i])))
            hashes[kept++] = hashes[i];
    return kept;
}

static void keep_print(source *s, uint64_t hash)
{
    s->prints = files_room(s->prints, s->print_count, sizeof *s->prints);
    s->prints[s->print_count++] = hash;
}

// The least of each window, the last of equals; of the stub all, as any of them may be kept elsewhere.
static void keep_prints(source *s, const source *stub)
{
    int window = !stub ? 1 : s->gram_count < WINDOW ? s->gram_count : WINDOW, last = -1;
    for (int from = 0; s->gram_count && from + window <= s->gram_count; from++) {
        int least = from;
        for (int i = from + 1; i < from + window; i++)
            if (s->grams[i].hash <= s->grams[least].hash) least = i;
        if (least != last) keep_print(s, s->grams[least].hash);
        last = least;
    }
    s->print_count = settle(s->prints, s->print_count, stub);
}

static tt_status read_source(source *s, const char *path, const source *stub)
{
    tt_status status = file_read_in(&s->text, NULL, AT_FDCWD, path, SOURCE_BYTES);
    if (status != TT_OK) return status;
    find_grams(s);
    keep_prints(s, stub);
    return TT_OK;
}

static void forget_source(source *s) { free(s->text), free(s->grams), free(s->prints); }

// --- Pairs ---

typedef struct {
    uint64_t hash;
    int file;
} owner;

typedef struct {
    int a, b, shared;
    double percent;
} pair;

static int by_hash(const void *a, const void *b)
{
    const owner *x = a, *y = b;
    return x->hash != y->hash ? (x->hash > y->hash) - (x->hash < y->hash) : x->file - y->file;
}

static int by_percent(const void *a, const void *b)
{
    const pair *x = a, *y = b;
    if (x->percent != y->percent) return x->percent < y->percent ? 1 : -1;
    return x->a != y->a ? x->a - y->a : x->b - y->b;
}

// shared[a * count + b] for a < b: how many fingerprints both have that are not everybody's.
static tt_status count_shared(int **shared, source *files, int count)
{
    size_t all = 0, used = 0;
    int most = count / 4 > 10 ? count / 4 : 10;
    for (int i = 0; i < count; i++) all += (size_t)files[i].print_count;
    owner *owners = malloc((all + 1) * sizeof *owners);
    *shared = calloc((size_t)count * (size_t)count + 1, sizeof **shared);
    if (!owners || !*shared) {
        free(owners), free(*shared);
        return tt_fail(TT_NO_MEMORY, "no memory to compare %d files", count);
    }
    for (int i = 0; i < count; i++)
        for (int k = 0; k < files[i].print_count; k++) owners[used++] = (owner){files[i].prints[k], i};
    qsort(owners, all, sizeof *owners, by_hash);
    for (size_t from = 0, to; from < all; from = to) {
        for (to = from + 1; to < all && owners[to].hash == owners[from].hash; to++) {
        }
        for (size_t i = from; to - from <= (size_t)most && i < to; i++) {
            files[owners[i].file].rare++;
            for (size_t k = i + 1; k < to; k++)
                (*shared)[(size_t)owners[i].file * (size_t)count + (size_t)owners[k].file]++;
        }
    }
    free(owners);
    return TT_OK;
}

static pair *find_pairs(const source *files, int count, const int *shared, long percent, int *found)
{
    pair *pairs = NULL;
    *found = 0;
    for (int a = 0; a < count; a++)
        for (int b = a + 1; b < count; b++) {
            int both = shared[(size_t)a * (size_t)count + (size_t)b],
                smaller = files[a].rare < files[b].rare ? files[a].rare : files[b].rare;
            if (both < LEAST_SHARED || 100.0 * both < (double)percent * smaller) continue;
            pairs = files_room(pairs, *found, sizeof *pairs);
            pairs[(*found)++] = (pair){a, b, both, 100.0 * both / smaller};
        }
    if (*found) qsort(pairs, (size_t)*found, sizeof *pairs, by_percent);
    return pairs;
}

// --- Side by side ---

// The lines of a file that stand in runs which the other has, too; what lies between them is left out.
static void put_side(FILE *f, const source *mine, const source *other, const source *stub)
{
    int lines = 1, number = 0;
    for (const char *c = mine->text; *c; c++) lines += *c == '\n';
    bool *same = calloc((size_t)lines + 2, sizeof *same);
    uint64_t *theirs = calloc((size_t)other->gram_count + 1, sizeof *theirs);
    for (int i = 0; theirs && i < other->gram_count; i++) theirs[i] = other->grams[i].hash;
    int count = theirs ? settle(theirs, other->gram_count, stub) : 0;
    for (int i = 0; same && i < mine->gram_count; i++)
        if (has(theirs, count, mine->grams[i].hash))
            for (int k = mine->grams[i].line; k <= mine->grams[i].last_line; k++) same[k] = true;
    fputs("<td><pre class=\"quoted\">", f);
    for (const char *line = mine->text; same && number++ < lines;
         line += strcspn(line, "\n"), line += *line == '\n') {
        if (same[number])
            fprintf(f, "%5d  ", number), escape_bytes(f, line, strcspn(line, "\n"), ESCAPE_HTML),
                fputc('\n', f);
        else if (same[number - 1]) fputs("  ...\n", f);
    }
    fputs("</pre></td>", f);
    free(same), free(theirs);
}

static tt_status write_pair(const book *b, const module *m, const source *x, const source *y,
                            const source *stub)
{
    char path[FILES_PATH], title[200], *body = NULL, *page = NULL;
    size_t size;
    files_path(path, "%s/similar/%s/%s--%s.html", b->folder, m->name, x->student, y->student);
    snprintf(title, sizeof title, "%s and %s", x->student, y->student);
    tt_status status = file_make_folder_of(path);
    FILE *f = status == TT_OK ? open_memstream(&body, &size) : NULL;
    if (f) {
        fputs("<h1>", f), escape_put(f, title, ESCAPE_HTML);
        fputs("</h1>\n<p>What both have and the stub has not.</p>\n<table><tbody><tr>", f);
        put_side(f, x, y, stub), put_side(f, y, x, stub);
        fputs("</tr></tbody></table>\n", f), fclose(f);
        f = open_memstream(&page, &size);
    }
    if (f)
        page_put(
            f, &(page_frame){.title = title, .goal = "", .foot = "TinyTorch-C", .inert = true, .body = body});
    if (f && fclose(f) == 0) status = file_write(path, page, size);
    else if (status == TT_OK) status = tt_fail(TT_NO_MEMORY, "no memory for a page");
    free(body), free(page);
    return status;
}

static tt_status show(const book *b, const module *m, source *files, int count, const source *stub,
                      long percent)
{
    int *shared, found;
    char folder[FILES_PATH];
    tt_status status = count_shared(&shared, files, count);
    if (status != TT_OK) return status;
    pair *pairs = find_pairs(files, count, shared, percent, &found);
    files_path(folder, "%s/similar/%s", b->folder, m->name);
    files_empty_folder(folder);
    printf("\nPairs of %d files with at least %ld %% in common, without the stub: %d\n", count, percent,
           found);
    for (int i = 0; i < found && status == TT_OK; i++) {
        const source *x = &files[pairs[i].a], *y = &files[pairs[i].b];
        printf("  %3.0f %%  %-24s %-24s %d of %d\n", pairs[i].percent, x->student, y->student,
               pairs[i].shared, x->rare < y->rare ? x->rare : y->rare);
        if (i < MOST_PAGES) status = write_pair(b, m, x, y, stub);
    }
    if (status == TT_OK && found) printf("  Side by side: %s/\n", folder);
    free(pairs), free(shared);
    return status;
}

tt_status stats_similar(const book *b, const module *m, long percent)
{
    source stub = {0}, *files = NULL;
    char path[FILES_PATH];
    int count = 0;
    files_list students = book_students(b);
    files_path(path, "%s/stub.c", m->folder);
    tt_status status = read_source(&stub, path, NULL);
    for (int i = 0; i < students.count && status == TT_OK; i++) {
        source one = {.student = students.names[i]};
        book_submission_path(path, b, m->name, one.student, m->file);
        if (access(path, F_OK) != 0) continue;
        if (count == MOST_FILES) status = tt_fail(TT_BAD_VALUE, "more than %d files to compare", MOST_FILES);
        else status = read_source(&one, path, &stub);
        files = files_room(files, count, sizeof *files);
        files[count++] = one;
    }
    if (status == TT_OK) status = show(b, m, files, count, &stub, percent);
    for (int i = 0; i < count; i++) forget_source(&files[i]);
    free(files), forget_source(&stub);
    files_list_finish(&students);
    return status;
}
