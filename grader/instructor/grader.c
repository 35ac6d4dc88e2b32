// grader.c: the instructor's program: a table of commands, and the options that all of them take.
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "command.h"

static const command commands[] = {
    {"release", "DIR [--zip FILE] [--no-proof]", "make the hand-out, and prove that it works",
     command_release},
    {"collect", "DIR|ZIP [--student ID]", "take submissions from a folder or an archive", command_collect},
    {"grade", "[--module NN] [--student ID] [-j N]", "grade what is new or changed", command_grade},
    {"mark", "STUDENT [--module NN --points N --comment TEXT]", "points by hand, and what was graded before",
     command_mark},
    {"feedback", "[--student ID]", "write one page for each student", command_feedback},
    {"export", "--csv|--canvas|--moodle|--moodle-zip|--sqlite|...", "the grades for other programs",
     command_export},
    {"stats", "[--module NN]", "how the class did, case by case", command_stats},
    {"compete", "init|add|run|rank|list|judge", "the competition of module 20: see grader compete --help",
     command_compete},
    {"board", "[--out DIR]", "the leaderboard as a static site", command_board},
    {"audit", "STUDENT CASE [--module NN]", "what a verdict rests on, and run it again", command_audit},
};

static command_place place = {.book = "gradebook"};

static const option_row everywhere[] = {
    {"--book", "DIR", "the gradebook's folder (default: ./gradebook)", OPTION_WORD(&place.book)},
    {"--build", "DIR", "where the graders are built (default: beside this program)",
     OPTION_WORD(&place.build)},
    {"--root", "DIR", "the project's source tree (default: what this was built from)",
     OPTION_WORD(&place.root)},
    {0}};

// Behind the options of every command.
static const char shapes[] =
    "\nExit codes: 0 all well, 1 something is left (a file was refused, a submission was\n"
    "not graded, an audit does not agree), 2 it was not done, 130 stopped.\n"
    "\nA student is called by letters, digits and . _ @ - (at most 64; no . or - at the\n"
    "front). A hand-in lies as STUDENT/TOPIC.c, STUDENT_TOPIC.c or STUDENT.zip, or under\n"
    "Canvas's or Moodle's names; other names by collect --roster (login, name, id).\n";

static const command *current;
static bool is_part; // it is a command of a command: compete add

void command_enter(const command *part)
{
    static command own;
    static char name[40];
    snprintf(name, sizeof name, "%s %s", current->name, part->name);
    own = *part, own.name = name;
    current = &own, is_part = true;
}

int command_take(const option_row *rows, int argc, char **argv)
{
    option_row all[24] = {0};
    int count = 0;
    for (const option_row *row = rows; row->name; row++) all[count++] = *row;
    for (const option_row *row = everywhere; row->name; row++) all[count++] = *row;
    char name[40];
    snprintf(name, sizeof name, "grader %s", current->name);
    int code = options_take(name, current->help, all, argc, argv);
    if (code == EXIT_ALL_WELL && !is_part) fputs(shapes, stdout); // after --help
    return code;
}

int command_failed(void)
{
    fprintf(stderr, "grader: %s\n", tt_error());
    return EXIT_NOT_DONE;
}

// --- The program ---

static int help(void)
{
    printf("grader: hands out, collects, grades and returns. docs/instructor.md tells the whole way.\n\n");
    for (int i = 0; i < COUNT(commands); i++)
        printf("  grader %-8s %s\n      %s\n", commands[i].name, commands[i].arguments, commands[i].help);
    printf("\nEvery command takes --help, and:\n");
    options_list(stdout, everywhere);
    fputs(shapes, stdout);
    return EXIT_ALL_WELL;
}

// BUILD/grader/instructor/grader -> BUILD.
static const char *default_build(void)
{
    static char path[FILES_PATH];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    path[n < 0 ? 0 : n] = 0;
    for (int up = 0; up < 3; up++) {
        char *slash = strrchr(path, '/');
        if (slash) *slash = 0;
    }
    return path;
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "C.UTF-8"); // names in archives
    umask(077);                   // a gradebook is nobody else's business
    if (sodium_init() < 0) return fprintf(stderr, "grader: libsodium does not start\n"), EXIT_NOT_DONE;
    place.root = TT_ROOT;
    place.build = default_build();
    char *nothing[] = {"help", NULL}, **words = nothing;
    option_row rows[COUNT(everywhere) + 1] = {{"COMMAND", NULL, "see grader help", OPTION_REST(&words)}};
    memcpy(rows + 1, everywhere, sizeof everywhere); // they may stand before the command, too
    bool asked = false;
    if (argc > 1 && options_read(rows, argc - 1, argv + 1, &asked) != TT_OK)
        return options_refuse("grader", rows);
    if (asked || !strcmp(*words, "help")) return help();
    for (int i = 0; i < COUNT(commands); i++)
        if (!strcmp(*words, commands[i].name)) current = &commands[i];
    if (!current)
        return fprintf(stderr, "grader: no command \"%.40s\"; see grader help\n", *words), EXIT_NOT_DONE;
    int count = 0;
    while (words[count]) count++;
    if (!current->run)
        return fprintf(stderr, "grader: this tree has no %s: it needs the references\n", *words),
               EXIT_NOT_DONE;
    return current->run(&place, count - 1, words + 1);
}
