// command.h: what every command of the instructor's program shares: its row, its options, where things are.
#pragma once

#include <stdbool.h>

#include "core/count.h"
#include "core/options.h"
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

// options_take with the command's own rows and those of every command; a refusal is EXIT_NOT_DONE.
int command_take(const option_row *rows, int argc, char **argv);

// For a command that has commands of its own: it is this one that command_take and its usage speak of from now on.
void command_enter(const command *part);

// tt_error() on stderr, as "grader: ..."; returns EXIT_NOT_DONE.
int command_failed(void);

int command_release(const command_place *where, int argc, char **argv);
int command_collect(const command_place *where, int argc, char **argv);
int command_grade(const command_place *where, int argc, char **argv);
int command_mark(const command_place *where, int argc, char **argv);
int command_feedback(const command_place *where, int argc, char **argv);
int command_export(const command_place *where, int argc, char **argv);
int command_stats(const command_place *where, int argc, char **argv);
int command_board(const command_place *where, int argc, char **argv);
int command_audit(const command_place *where, int argc, char **argv);

// NULL in a tree without the reference of module 20.
int command_compete(const command_place *where, int argc, char **argv) __attribute__((weak));
