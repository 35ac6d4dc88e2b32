// grader.c: the instructor's program: a table of commands, and the options that all of them take.
#include <limits.h>
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
    {"feedback", "[--student ID]", "write one page for each student", command_feedback},
    {"export", "--csv|--canvas|--gradescope|--junit", "the grades for other programs", command_export},
    {"stats", "[--module NN]", "how the class did, case by case", command_stats},
    {"audit", "STUDENT CASE [--module NN]", "what a verdict rests on, and run it again", command_audit},
};

static command_place place = {.book = "gradebook"};

static const command_option everywhere[] = {
    {"--book", OPTION_WORD, &place.book, "the gradebook's folder (default: ./gradebook)"},
    {"--build", OPTION_WORD, &place.build, "where the graders are built (default: beside this program)"},
    {"--root", OPTION_WORD, &place.root, "the project's source tree (default: what this was built from)"},
};

static const command *current;

// --- Options ---

static void print_options(const command_option *rows, int count)
{
    for (int i = 0; i < count && rows[i].word; i++) {
        char left[40];
        snprintf(left, sizeof left, "%s%s", rows[i].word,
                 rows[i].kind == OPTION_SWITCH   ? ""
                 : rows[i].kind == OPTION_NUMBER ? " N"
                                                 : " ...");
        printf("  %-18s %s\n", left, rows[i].help);
    }
}

static void print_help(const command_option *rows)
{
    printf("grader %s %s\n%s\n\n", current->name, current->arguments, current->help);
    print_options(rows, INT_MAX);
    print_options(everywhere, COUNT(everywhere));
    exit(EXIT_ALL_WELL);
}

static bool wrong(const char *what, const char *word)
{
    const char *name = current ? current->name : "help";
    fprintf(stderr, "grader: %s: %.80s; see grader %s%s\n", what, word, name, current ? " --help" : "");
    return false;
}

// 1: taken, 0: no such option here, -1: said what is wrong with it.
static int take(const command_option *o, const char *value)
{
    if (o->kind == OPTION_SWITCH) return *(bool *)o->set = true;
    if (!value) return wrong("this wants a value behind it", o->word), -1;
    char *end;
    if (o->kind == OPTION_WORD) return *(const char **)o->set = value, 1;
    *(long *)o->set = strtol(value, &end, 10);
    if (*value && !*end && *(long *)o->set >= 0) return 1;
    return wrong("this wants a number, 0 or more", o->word), -1;
}

bool command_options(const command_option *rows, int argc, char **argv, const char **words, int most)
{
    int taken = 0;
    for (int i = 0; i < argc; i++) {
        const command_option *found = NULL;
        if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) print_help(rows);
        for (const command_option *o = rows; o->word; o++)
            if (!strcmp(o->word, argv[i])) found = o;
        if (!found && argv[i][0] == '-' && argv[i][1]) return wrong("no such option", argv[i]);
        if (!found && taken == most) return wrong("one word too many", argv[i]);
        if (!found) words[taken++] = argv[i];
        else if (take(found, i + 1 < argc ? argv[i + 1] : NULL) < 0) return false;
        else i += found->kind != OPTION_SWITCH;
    }
    return true;
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
    print_options(everywhere, COUNT(everywhere));
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

// Take --book, --build and --root out of the words, wherever they stand.
static int take_places(int argc, char **argv)
{
    int kept = 0;
    for (int i = 0; i < argc; i++) {
        const command_option *found = NULL;
        for (int o = 0; o < COUNT(everywhere); o++)
            if (!strcmp(argv[i], everywhere[o].word)) found = &everywhere[o];
        if (!found) argv[kept++] = argv[i];
        else if (take(found, i + 1 < argc ? argv[++i] : NULL) < 0) exit(EXIT_NOT_DONE);
    }
    return kept;
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "C.UTF-8"); // names in archives
    umask(077);                   // a gradebook is nobody else's business
    if (sodium_init() < 0) return fprintf(stderr, "grader: libsodium does not start\n"), EXIT_NOT_DONE;
    place.root = TT_ROOT;
    place.build = default_build();
    argc = take_places(argc - 1, argv + 1);
    const char *name = argc > 0 ? argv[1] : "help";
    if (!strcmp(name, "help") || !strcmp(name, "--help") || !strcmp(name, "-h")) return help();
    for (int i = 0; i < COUNT(commands); i++)
        if (!strcmp(name, commands[i].name)) current = &commands[i];
    if (!current)
        return fprintf(stderr, "grader: no command \"%.40s\"; see grader help\n", name), EXIT_NOT_DONE;
    return current->run(&place, argc - 1, argv + 2);
}
