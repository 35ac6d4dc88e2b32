// options.h: a command line, read by a table: each option is a row, and the usage is printed from the
// same rows.
//
//     const option_row rows[] = {
//         {"--length", "N", "characters to write (default: 400)", OPTION_WHOLE(&length, 0, 1000000)},
//         {"PROMPT", NULL, "what the text begins with", OPTION_WORD(&prompt)},
//         {0}};
//     int code = options_take("sample", NULL, rows, argc - 1, argv + 1);
//     if (code >= 0) return code;
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "status.h"

typedef struct {
    const char *name, *help; // help may be NULL
} option_choice;

// What an option's value is and where it goes; made by the macros below.
typedef struct {
    enum { VALUE_SWITCH, VALUE_WORD, VALUE_WHOLE, VALUE_REAL, VALUE_SEED, VALUE_CHOICE, VALUE_REST } kind;
    union {
        bool *yes;
        const char **word;
        long *whole;
        double *real;
        uint64_t *seed;
        int *choice;
        char ***rest;
    };
    bool needed; // the command line is refused without it
    double low, high;
    const option_choice *choices;
} option_value;

// A name with a dash is an option. A name without one is a positional word: the first such row takes the
// first word. `argument` follows an option in the usage: NULL for a switch, a choice and a word.
typedef struct {
    const char *name, *argument, *help; // "--length", "N", "characters to write"
    option_value value;                 // where it goes is left as it was if the option is not given
} option_row;

// clang-format off
#define OPTION_SWITCH(to) {.kind = VALUE_SWITCH, .yes = (to)}
#define OPTION_WORD(to) {.kind = VALUE_WORD, .word = (to)}
#define OPTION_NEEDED(to) {.kind = VALUE_WORD, .word = (to), .needed = true}
#define OPTION_WHOLE(to, least, most) \
    {.kind = VALUE_WHOLE, .whole = (to), .low = (least), .high = (double)(most)}
#define OPTION_REAL(to, least, most) {.kind = VALUE_REAL, .real = (to), .low = (least), .high = (most)}
#define OPTION_SEED(to) {.kind = VALUE_SEED, .seed = (to)} // decimal, or 0x and hexadecimal digits
// Which of the choices; a NULL name ends them. A choice as a positional word is needed.
#define OPTION_CHOICE(to, of) {.kind = VALUE_CHOICE, .choice = (to), .choices = (of)}
// This word and all after it, options or not, ended by NULL.
#define OPTION_REST(to) {.kind = VALUE_REST, .rest = (to), .needed = true}
// clang-format on

// Read `count` words, without the program's own name, by rows that end at a NULL name; of an option given
// twice the last counts. TT_BAD_VALUE with a sentence that says which word is wrong and what is wanted;
// some values may then be set already. *help is set by --help or -h, where reading ends.
tt_status options_read(const option_row *rows, int count, char **words, bool *help);

// Print how `program` is called, in 80 columns: the call, what it is about (NULL: nothing), every row.
void options_usage(FILE *out, const char *program, const char *about, const option_row *rows);

// Print the rows alone, below a heading of the caller's.
void options_list(FILE *out, const option_row *rows);

// Print tt_error() and how the program is called on stderr; returns the exit code, 2. Also for what a
// program itself finds wrong.
int options_refuse(const char *program, const option_row *rows);

// Read a program's command line: returns -1 to go on, else the exit code, after printing the usage (0) or
// what was wrong (2). A program that needs words and has none prints the usage and ends with 2.
int options_take(const char *program, const char *about, const option_row *rows, int count, char **words);
