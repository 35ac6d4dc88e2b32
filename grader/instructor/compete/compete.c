// compete.c: grader compete: a table of its own commands.
#include "compete.h"

#include <stdio.h>
#include <string.h>

static const command commands[] = {
    {"init", "[NAME] [--deadline TIME]", "begin a round, with a key of its own", compete_init},
    {"add", "PACKAGE...", "check packages, folders or zips, and queue them", compete_add},
    {"run", "[--most N]", "measure what is queued; stop it, kill it, start it again", compete_run},
    {"rank", "", "the places of the newest round, made anew", compete_rank},
    {"list", "[--all]", "entries, how far they are, and why", compete_list},
    {"judge", "ENTRY --judge NAME --points A,B,C", "points for innovation, by people", compete_judge},
};

static const char more[] =
    "\nA package holds manifest (event, team, hashes), entry.conf (the configuration),\n"
    "report.md, and any of acceleration.c, quantization.c, compression.c, caching.c.\n"
    "Everything lies in the folder olympics of the gradebook (--book). make\n"
    "leaderboard makes pages of it; docs/instructor.md tells the whole way.\n";

int command_compete(const command_place *where, int argc, char **argv)
{
    const bool help = argc == 0 || !strcmp(argv[0], "--help") || !strcmp(argv[0], "help");
    for (int i = 0; i < COUNT(commands) && !help; i++)
        if (!strcmp(argv[0], commands[i].name)) {
            command_enter(&commands[i]);
            return commands[i].run(where, argc - 1, argv + 1);
        }
    if (!help)
        return fprintf(stderr, "grader: no command \"compete %.40s\"; see grader compete --help\n", argv[0]),
               EXIT_NOT_DONE;
    printf("grader compete: measures entries in a sandbox, in turns with the baseline and\n"
           "with those ranked next to them; a place is shared where no lead is sure.\n\n");
    for (int i = 0; i < COUNT(commands); i++)
        printf("  grader compete %s%s%s\n      %s\n", commands[i].name, *commands[i].arguments ? " " : "",
               commands[i].arguments, commands[i].help);
    fputs(more, stdout);
    return EXIT_ALL_WELL;
}
