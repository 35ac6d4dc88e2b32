// tools.c: see tools.h.
#include "tools.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/text.h"
#include "ops/backend.h"

model *open_model(model_kind kind)
{
    backend_use(&backend_blas);
    model *m = cache_model_create(kind);
    if (!m) printf("%s\n", tt_error());
    return m;
}

tt_status open_cache(kv_cache *cache, const transformer *m)
{
    *cache = (kv_cache){0};
    return kv_cache_init(cache, m->layers, m->heads, m->width / m->heads,
                         m->context);
}

// --- A sampler that types what it draws, and remembers when ---

typist sit_down(const model *m, bool aloud)
{
    return (typist){.m = m,
                    .draw = {{1611}, 0.7f},
                    .aloud = aloud,
                    .start = measure_now()};
}

static char letter_of(const model *m, int id)
{
    return (char)m->alphabet[id & 255];
}

void strike(typist *t, int id)
{
    char letter = letter_of(t->m, id);
    if (letter == '\n' || (letter == ' ' && t->column > 64))
        letter = '\n', t->column = -1;
    putchar(letter), fflush(stdout);
    t->column++;
}

int type(void *state, const float *logits, int vocab)
{
    typist *t = state;
    int id = cache_pick_sampled(&t->draw, logits, vocab);
    if (t->count < CONTEXT) t->when[t->count++] = measure_now() - t->start;
    if (t->aloud) strike(t, id);
    return id;
}

double seconds_of(const typist *t)
{
    return t->count ? t->when[t->count - 1] : NAN;
}

// --- Two texts side by side ---

enum { WIDE = 38, LINES = 64 };

static int wrap(char lines[LINES][WIDE + 1], const model *m, const int *ids,
                int count)
{
    int n = 0, column = 0;
    memset(lines, 0, LINES * (WIDE + 1));
    for (int i = 0; i < count && n < LINES; i++) {
        char letter = letter_of(m, ids[i]);
        char *blank = column == WIDE ? strrchr(lines[n], ' ') : NULL;
        if (letter == '\n' || column == WIDE) {
            if (++n == LINES) break;
            column = 0;
            if (blank && letter != '\n')
                column = snprintf(lines[n], WIDE + 1, "%s", blank + 1),
                *blank = 0;
        }
        if (letter != '\n') lines[n][column++] = letter;
    }
    return n < LINES ? n + 1 : LINES;
}

static void show_columns(const model *m, const int *left, int left_count,
                         const int *right, int right_count)
{
    static char a[LINES][WIDE + 1], b[LINES][WIDE + 1];
    int rows = wrap(a, m, left, left_count),
        more = wrap(b, m, right, right_count);
    if (more > rows) rows = more;
    for (int i = 0; i < rows; i++) printf("%-*s | %s\n", WIDE, a[i], b[i]);
}

int show_race(const typist *slow, const int *slow_ids, const typist *fast,
              const int *fast_ids, int made)
{
    double end = seconds_of(fast);
    int then = 0, same = 0;
    while (then < slow->count && slow->when[then] < end) then++;
    while (same < made && slow_ids[PROMPT + same] == fast_ids[PROMPT + same])
        same++;
    printf("%d letters in %.3g s, yours in %.3g s; %d of %d are the "
           "same.\nWhen yours was complete:\n\n",
           slow->count, seconds_of(slow), end, same, made);
    char title[WIDE + 1];
    snprintf(title, sizeof title, "everything again: %.0f letters/s",
             slow->count / seconds_of(slow));
    printf("%-*s | with your cache: %.0f letters/s\n\n", WIDE, title,
           made / end);
    show_columns(slow->m, slow_ids, PROMPT + then, fast_ids, PROMPT + made);
    return then;
}

// --- A memory that only looks on: it keeps the keys that pass it in one layer ---

typedef struct {
    int layer, tokens;
    const float *k, *v;
    float *keys; // (tokens, width)
    size_t width;
} onlooker;

static tt_status look_append(void *state, int layer, const float *k,
                             const float *v, int tokens)
{
    onlooker *o = state;
    o->k = k, o->v = v, o->tokens = tokens;
    if (layer == o->layer)
        memcpy(o->keys, k, (size_t)tokens * o->width * sizeof *k);
    return TT_OK;
}

static tt_status look_view(void *state, int layer, const float **k,
                           const float **v, int *tokens)
{
    onlooker *o = state;
    (void)layer;
    *k = o->k, *v = o->v, *tokens = o->tokens;
    return TT_OK;
}

void keys_of(float *keys, model *m, const int *ids, int count, int layer)
{
    static float logits[CONTEXT * 256];
    onlooker o = {
        .layer = layer, .keys = keys, .width = (size_t)m->view.width};
    struct past_kv past = {&o, look_append, look_view};
    gpt_forward(&m->gpt, logits, ids, count, &past);
}

double largest_of(const float *x, int count)
{
    float most = 0;
    for (int i = 0; i < count; i++) most = fmaxf(most, fabsf(x[i]));
    return most;
}

comparison compare_rows(const float *a, const float *b, int rows, int width)
{
    comparison c = {0};
    for (int t = 0; t < rows; t++) {
        double d = 0;
        for (int j = 0; j < width; j++) {
            double off = fabs((double)(a[(size_t)t * width + j] -
                                       b[(size_t)t * width + j]));
            if (!(off <= d)) d = off;
        }
        if (!(d <= c.most)) c.most = d, c.at = t;
        c.same += d == 0;
    }
    return c;
}

bool differ(const float *a, const float *b, int width)
{
    return !(compare_rows(a, b, 1, width).most < 1e-3);
}

// --- Several cases of a suite ---

const results *compare_all(const char *suite, const char *const *cases,
                           int count, const char *variants, const char *about)
{
    const results *r = NULL;
    for (int i = 0; i < count; i++) {
        r = compare(suite, cases[i], variants);
        if (isnan(rate(suite, cases[i], about))) return NULL;
    }
    return r;
}

double power_of(const results *r, const char *suite, const char *variant,
                double from)
{
    return r ? cache_exponent(r, suite, variant, from) : NAN;
}

// --- Ways of bench/ways.h by themselves ---

bool time_ways(double *best, run_way *const *ways, int count, run *r)
{
    enum { ROUNDS = 9 };
    int calls[MOST_WAYS];
    for (int w = 0; w < count; w++) best[w] = NAN;
    for (int w = 0; w < count; w++) {
        double start = measure_now();
        tt_status status = r ? ways[w](r) : TT_NO_MEMORY;
        if (!worked("what is to be timed", status)) return false;
        calls[w] = measure_batch(measure_now() - start);
    }
    for (int i = 0; i < ROUNDS * count; i++) {
        int w = i % count;
        double start = measure_now();
        for (int c = 0; c < calls[w]; c++) ways[w](r);
        best[w] = fmin(best[w], (measure_now() - start) / calls[w]);
    }
    return true;
}

token_time time_token(model_kind kind, int length)
{
    static run_way *const ways[] = {cache_decode, cache_decode_products,
                                    cache_decode_attention};
    const bench_case c = {.size = {kind, length}};
    double best[3];
    run *r = cache_prepare_full(&c);
    time_ways(best, ways, 3, r);
    cache_finish(r);
    return (token_time){best[0], best[1], best[2]};
}

run *hold(model_kind kind, int tokens)
{
    const bench_case c = {.size = {kind, tokens + 1}};
    run *r = cache_prepare(&c);
    tt_status status = r && r->cache.rows ? TT_OK : TT_TODO;
    for (int l = 0; status == TT_OK && l < r->cache.layers; l++)
        status = kv_cache_append(&r->cache, l, r->rows, r->rows, tokens);
    if (status == TT_OK) status = kv_cache_advance(&r->cache, tokens);
    if (worked("a cache to append to", status)) return r;
    cache_finish(r);
    return NULL;
}

double bound_of(const char *kase)
{
    return fmax(rate("decode", kase, "bound"),
                rate("decode", kase, "bound-4"));
}

// --- A cheap guesser ---

enum { GUESS_SLOTS = 1 << 20, GUESS_FROM = 5 };

// By the hash of five ids: the id that followed most of them, roughly, and by how many more than others.
static struct {
    unsigned char id, lead;
} followed[GUESS_SLOTS];

static unsigned slot_of(const int *next) // the id after the five
{
    unsigned hash = 0;
    for (int i = 1; i <= GUESS_FROM; i++)
        hash = (hash + (unsigned)next[-i] + 1) * 2654435761u;
    return hash >> 12;
}

static void learn(const int *next)
{
    unsigned slot = slot_of(next);
    unsigned char *id = &followed[slot].id, *lead = &followed[slot].lead;
    if (*lead == 0) *id = (unsigned char)*next;
    if (*id != *next) --*lead;
    else if (*lead < 255) ++*lead;
}

bool guesser_learn(void)
{
    text_corpus corpus = {0};
    text_split split;
    tt_status status = text_load(&corpus);
    int *ids = status == TT_OK ? malloc(corpus.count * sizeof *ids) : NULL;
    if (status == TT_OK && !ids) status = TT_NO_MEMORY;
    if (status == TT_OK) status = text_split_make(&split, corpus.count, 1);
    if (status == TT_OK)
        status = text_ids(ids, &corpus, corpus.bytes, corpus.count);
    for (int c = 0; c < TEXT_CHUNKS && status == TT_OK; c++)
        for (size_t at = text_chunk_start(&split, c) + GUESS_FROM;
             split.part[c] == TEXT_TRAIN &&
             at < text_chunk_start(&split, c + 1);
             at++)
            learn(ids + at);
    free(ids);
    text_finish(&corpus);
    if (status != TT_OK) printf("no guesses: %s\n", tt_error());
    return status == TT_OK;
}

int guess_next(const int *ids, int count)
{
    return followed[slot_of(ids + count)].id;
}

enum { GUESSES_SHOWN = 6 };
static figure guesses;

void draw_guesses(int check, const model *m, const int *guessed, int count,
                  int right, int own)
{
    if (check == 0) {
        figure_begin(
            &guesses, "The first checks",
            "A row for each; the last column is the model's letter.");
        figure_key(&guesses, FIGURE_GREEN,
                   "guessed as the model chooses: kept");
        figure_key(&guesses, FIGURE_ORANGE,
                   "guessed otherwise, or behind one");
        figure_grid(&guesses, "", GUESSES_SHOWN, count + 1);
    }
    for (int i = 0; i <= count && check < GUESSES_SHOWN; i++) {
        figure_shade shade = i < right ? FIGURE_GREEN : FIGURE_ORANGE;
        char letter = letter_of(m, i < count ? guessed[i] : own);
        figure_box(&guesses, check, i, i < count ? shade : FIGURE_PLAIN, "%c",
                   letter == ' '    ? '_'
                   : letter == '\n' ? '/'
                                    : letter);
    }
}

void show_guesses(void) { show_figure(&guesses); }

// --- Where a verse begins ---

const int *verse_of(const model *m)
{
    int t = 0;
    while (t + PROMPT < CONTEXT / 2 && letter_of(m, m->text[t]) != '\n') t++;
    return m->text + t + 1;
}
