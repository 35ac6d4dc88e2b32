// board.h: the leaderboard as a static site: a page for each round, a page for each team, nothing that has to be loaded or run.
//
// All of it comes from the tables of a competition (compete/schema.c): the same tables give the same files, byte for byte. Keys and
// packages are never opened. What a team wrote, its name, its report, why it was refused, is escaped where it is put.
// Units    seconds, bytes, "how many times better"; NAN: not known, put as -.
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "core/status.h"

enum { BOARD_FIELDS = 16, BOARD_MOST_NAME = 64, BOARD_MOST_TEXT = 1 << 16, BOARD_NUMBER = 48 };

typedef struct {
    long id;
    char *name, *begun, *deadline;
} board_round;

typedef struct {
    long id;
    char *name;
} board_team;

// A line "name = choice" of a configuration.
typedef struct {
    char name[32], choice[32];
} board_field;

typedef struct {
    long id, team, round;
    char *event, *received, *state, *sha256, *config, *report, *reason, *whose;
    double lines;
    board_field field[BOARD_FIELDS]; // of config
    int fields;
    // Of its result, which is there if machine is not "".
    char *machine, *kind; // the CPU; "accuracy" or "nats"
    double calls, batch, p50, p95, base_p50, throughput, ratio, ratio_low, ratio_high, model_bytes,
        base_model_bytes, peak_bytes, base_peak_bytes, quality, base_quality, allowed, gate, score,
        count_score, macs, base_macs, threads, instructions, cycles, ghz;
} board_entry;

// The place of an entry in a category; the same for those that are tied.
typedef struct {
    long round, entry, place;
    char *event, *category, *unit;
    double value;
} board_place;

// A note on an entry: a flag, or what a judge said of a criterion.
typedef struct {
    long entry;
    char *kind, *judge, *text; // judge: NULL for a flag
    double points, most;
} board_note;

typedef struct {
    long entry, other;
    double ratio, low, high;
} board_versus;

typedef struct {
    board_round *rounds; // by id, as all below
    board_team *teams;
    board_entry *entries;
    board_place *places; // by round, event, category, place, entry
    board_note *notes;
    board_versus *versus;
    int round_count, team_count, entry_count, place_count, note_count, versus_count;
} board;

// --- read.c ---

// Read a competition's database, as it is at one moment. TT_BAD_FILE, with a sentence. board_finish frees.
tt_status board_read(board *b, const char *path);
void board_finish(board *b);

// NULL if there is none.
const board_entry *board_find_entry(const board *b, long id);
const board_team *board_find_team(const board *b, long id);
const board_round *board_find_round(const board *b, long id);
const board_place *board_find_place(const board *b, const board_entry *e, const char *category);

// The choice of a field; NULL: it has none of that name.
const char *board_choice(const board_entry *e, const char *name);

// --- words.c: events, categories, numbers ---

// What is told of an event or a category; of one that no row knows, its own name.
typedef struct {
    const char *name, *title, *about;
} board_words;
board_words board_event(const char *name);
board_words board_category(const char *name);
int board_event_order(const char *name); // of the table; those that it does not know come last
int board_category_order(const char *name);

const char *board_moment(char out[BOARD_NUMBER], const char *utc);               // "2026-03-01 12:00"
const char *board_plain(char out[BOARD_NUMBER], double value, const char *unit); // "1.23 x"
const char *board_seconds(char out[BOARD_NUMBER], double value);                 // "1.23 ms"
const char *board_bytes(char out[BOARD_NUMBER], double value);                   // "1.23 MiB"
const char *board_count(char out[BOARD_NUMBER], double value);                   // "1.23 G"
const char *board_quality(char out[BOARD_NUMBER], double value, const char *kind);
bool board_is_sentence(const char *unit); // it is no unit that stands behind a number: "times as small"
const char *board_value(char out[BOARD_NUMBER], double value,
                        const char *unit); // by its unit, without a sentence

// --- pareto.c ---

typedef struct {
    const char *name;
    double x, y;
} board_point;

typedef struct {
    const char *title, *along, *up;
    bool up_is_better, log_up;
    const char *(*write_x)(char out[BOARD_NUMBER], double x);
    const char *(*write_y)(char out[BOARD_NUMBER], double y);
    board_point baseline; // not finite: none
    double gate;          // a level of y; not finite: none
} board_axes;

// A drawing of points of which less x is better, with those on the front named and joined, and in words for whoever does not see
// it. Points that are not finite or not above 0 are left out. number: of the drawing on its page.
void board_pareto(FILE *f, const board_axes *axes, const board_point *points, int count, int number);

// --- advice.c ---

// What to try next, from the results: an item for each rule of a table that applies, or one that says that none does.
void board_advise(FILE *f, const board *b, const board_entry *e);

// --- round.c, team.c: the contents of a page ---

void board_put_round(FILE *f, const board *b, const board_round *r);
void board_put_team(FILE *f, const board *b, const board_team *t);
void board_put_links(FILE *f, const board *b, const char *current); // to the other pages
