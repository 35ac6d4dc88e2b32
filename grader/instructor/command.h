// command.h: what every command of the instructor's program shares: its row, its options, where things are.
#pragma once

#include <stdbool.h>

#include "core/count.h"
#include "files.h"

// Exit codes of the program.
enum { EXIT_ALL_WELL, EXIT_SOMETHING_LEFT, EXIT_NOT_DONE, EXIT_STOPPED = 130 };

// Where things are; the options --book, --build and --root of every command.
typedef struct {
    const char *book;  // the gradebook's folder
    const char *build; // where meson built: grade-NN is in its folder modules/
    const char *root;  // the project's source tree
} command_place;

typedef struct {
    const char *name, *arguments, *help;
    int (*run)(const command_place *where, int argc, char **argv); // argv: what follows the command's name
} command;

// One option: a switch sets a bool, a word a const char *, a number a long.
typedef enum { OPTION_SWITCH, OPTION_WORD, OPTION_NUMBER } option_kind;
typedef struct {
    const char *word;
    option_kind kind;
    void *set;
    const char *help;
} command_option;

// Take the options (rows, ended by a NULL word) and up to `most` words that are none. Anything else: a
// sentence on stderr, and false.
bool command_options(const command_option *rows, int argc, char **argv, const char **words, int most);

// tt_error() on stderr, as "grader: ..."; returns EXIT_NOT_DONE.
int command_failed(void);

int command_release(const command_place *where, int argc, char **argv);
int command_collect(const command_place *where, int argc, char **argv);
int command_grade(const command_place *where, int argc, char **argv);
int command_feedback(const command_place *where, int argc, char **argv);
int command_export(const command_place *where, int argc, char **argv);
int command_stats(const command_place *where, int argc, char **argv);
int command_audit(const command_place *where, int argc, char **argv);
