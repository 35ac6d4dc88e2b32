// tools.h: what the cells of this lesson share: a sampler that types, a memory that looks on,
// comparisons and a stopwatch. Nothing here is yours to write.
#pragma once

#include "bench/ways.h"
#include "lesson/lesson.h"

enum {
    CONTEXT = 512,
    PROMPT = 32
}; // of the trained model; letters that a text is given to begin with

// A model, and the library's products for it; without its files NULL, and the reason is printed.
model *open_model(model_kind kind) LESSON_TOOL(open_model);

tt_status open_cache(kv_cache *cache, const transformer *m)
    LESSON_TOOL(open_cache);

// --- A sampler that types what it draws, and remembers when ---

typedef struct {
    const model *m;
    sampler_state draw;
    bool aloud;
    int column, count;
    double start,
        when[CONTEXT]; // when[i]: seconds from the start to letter i
} typist;

typist sit_down(const model *m, bool aloud) LESSON_TOOL(sit_down);

void strike(typist *t, int id) LESSON_TOOL(strike);

int type(void *state, const float *logits, int vocab) LESSON_TOOL(type);

double seconds_of(const typist *t) LESSON_TOOL(seconds_of);

// --- Two texts side by side ---

// Both texts at the moment when the fast one is complete; how many letters the slow one has by then.
int show_race(const typist *slow, const int *slow_ids, const typist *fast,
              const int *fast_ids, int made) LESSON_TOOL(show_race);

// --- A memory that only looks on: it keeps the keys that pass it in one layer ---

// The keys that a text has in a layer: keys (count, width).
void keys_of(float *keys, model *m, const int *ids, int count, int layer)
    LESSON_TOOL(keys_of);

double largest_of(const float *x, int count) LESSON_TOOL(largest_of);

typedef struct {
    double most;  // largest difference of two numbers, NaN if one is NaN
    int at, same; // in which row; how many rows are the same to the bit
} comparison;

comparison compare_rows(const float *a, const float *b, int rows, int width)
    LESSON_TOOL(compare_rows);

// By more than another order of additions can do.
bool differ(const float *a, const float *b, int width) LESSON_TOOL(differ);

// --- Several cases of a suite ---

// What was measured; NULL, after the first case, where the variant that it is about is not written yet.
const results *compare_all(const char *suite, const char *const *cases,
                           int count, const char *variants, const char *about)
    LESSON_TOOL(compare_all);

double power_of(const results *r, const char *suite, const char *variant,
                double from) LESSON_TOOL(power_of);

// --- Ways of bench/ways.h by themselves ---

enum { MOST_WAYS = 3 };

// Seconds of a call of each, the best of several rounds in which they take turns. All NaN, and the reason
// printed, if one does not work.
bool time_ways(double *best, run_way *const *ways, int count, run *r)
    LESSON_TOOL(time_ways);

typedef struct {
    double whole, products,
        attention; // seconds; NaN where something is not written yet
} token_time;

token_time time_token(model_kind kind, int length) LESSON_TOOL(time_token);

// A model with `tokens` rows of nothing in particular in each layer of your cache; NULL if that cannot be.
run *hold(model_kind kind, int tokens) LESSON_TOOL(hold);

// Bytes per second of the better of the two loops that only read.
double bound_of(const char *kase) LESSON_TOOL(bound_of);

// --- A cheap guesser: the letter that mostly followed the last five in the training text ---

// Read that text once; false without it, and the reason is printed.
bool guesser_learn(void) LESSON_TOOL(guesser_learn);

// The guess behind `count` letters.
int guess_next(const int *ids, int count) LESSON_TOOL(guess_next);

// Keep for show_guesses the first few checks of `count` guesses: `right` of them were kept, and the model's own
// letter there.
void draw_guesses(int check, const model *m, const int *guessed, int count,
                  int right, int own) LESSON_TOOL(draw_guesses);
void show_guesses(void) LESSON_TOOL(show_guesses);

// --- Where a verse begins ---

const int *verse_of(const model *m) LESSON_TOOL(verse_of);
