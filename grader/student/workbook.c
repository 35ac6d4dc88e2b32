// workbook.c: what a student asks for besides lesson and grade: the status, a hint, watching a file.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/escape.h"
#include "core/options.h"
#include "engine/hints.h"
#include "progress.h"
#include "watch.h"

static int hint(int argc, char **argv)
{
    const char *json, *hints, *state, *function = NULL;
    long level = 0;
    const option_row rows[] = {
        {"--json", "FILE", "the last grading's result", OPTION_NEEDED(&json)},
        {"--hints", "FILE", "the module's hints.md", OPTION_NEEDED(&hints)},
        {"--hint-state", "FILE", "keeps which hints were shown", OPTION_NEEDED(&state)},
        {"--for", "FUNCTION", "of this exercise (default: the first that has not passed)",
         OPTION_WORD(&function)},
        {"--level", "N", "this one (default: the next)", OPTION_WHOLE(&level, 1, HINT_LEVELS)},
        {0}};
    int code = options_take("workbook hint", "A hint, one more than the last time.", rows, argc, argv);
    if (code >= 0) return code;
    static progress p;
    progress_read(&p, json);
    const progress_case *k = progress_next(&p);
    if (!function && p.present && !k) return printf("Every case passed: nothing is left to hint at.\n"), 0;
    if (!function) function = k ? k->function : NULL;
    if (!function)
        return fprintf(stderr,
                       "Which exercise? Grade your file first (make grade-NN), or say HINT=FUNCTION.\n"),
               1;
    if (k && !strcmp(k->function, function) && *k->message && strcmp(k->verdict, "to do")) {
        printf("%s, \"%s\": %s\n", function, k->name, k->verdict);
        escape_wrap(stdout, k->message, 0, 2);
    }
    int number = level ? (int)level : hint_next_level(state, function);
    if (!hint_print(hints, function, number))
        return fprintf(stderr, "There is no hint %d for %s in %s.\n", number, function, hints), 1;
    if (number < HINT_LEVELS) printf("The same again shows the next one.\n");
    return 0;
}

// How many functions still return TT_TODO in this text; -1 if it cannot be read.
static int count_todo(const char *path)
{
    FILE *f = fopen(path, "r");
    char line[1024];
    int count = f ? 0 : -1;
    while (f && fgets(line, sizeof line, f)) // a statement, not a comment about it
        count += !strncmp(line + strspn(line, " \t"), "return TT_TODO;", 15);
    if (f) fclose(f);
    return count;
}

// Run in the project's folder.
static int status(int argc, char **argv)
{
    char **modules;
    const option_row rows[] = {{"MODULE", NULL, "NN_topic", OPTION_REST(&modules)}, {0}};
    int code = options_take("workbook status", "How far each module is.", rows, argc, argv);
    if (code >= 0) return code;
    printf("%-18s %-12s %-8s %s\n", "module", "written", "points", "graded (UTC)");
    for (; *modules; modules++) {
        const char *module = *modules, *topic = strchr(module, '_');
        char path[256], written[24], points[24] = "", number[8];
        static progress p;
        if (!topic) continue;
        snprintf(number, sizeof number, "%.*s", (int)(topic - module), module);
        snprintf(path, sizeof path, "modules/%s/%s.c", module, topic + 1);
        int mine = count_todo(path);
        snprintf(path, sizeof path, "modules/%s/stub.c", module);
        int all = count_todo(path);
        if (mine < 0) snprintf(written, sizeof written, "not begun");
        else snprintf(written, sizeof written, "%d of %d", all - mine, all);
        snprintf(path, sizeof path, "progress/%s.json", module);
        progress_read(&p, path);
        if (p.present) snprintf(points, sizeof points, "%.0f/%.0f", p.score, p.of);
        printf("%-18s %-12s %-8s %.16s\n", module, written, points, p.graded);
        const progress_case *k = progress_next(&p);
        if (p.best[0]) printf("%18s best speed: %s (%s)\n", "", p.best, p.best_case);
        if (mine < 0) printf("%18s next: make %s\n", "", number);
        else if (!p.present) printf("%18s next: make watch-%s, and write\n", "", number);
        else if (p.compile[0]) printf("%18s next: it does not compile: make grade-%s\n", "", number);
        else if (k) printf("%18s next: %s, \"%s\" (make hint-%s)\n", "", k->function, k->name, number);
        else printf("%18s done\n", "");
    }
    return 0;
}

static int watch_file(int argc, char **argv)
{
    watch_options o = {0};
    const option_row rows[] = {
        {"--file", "FILE", "the student's file", OPTION_NEEDED(&o.file)},
        {"--grade", "PROGRAM", "what grades it", OPTION_NEEDED(&o.grade)},
        {"--json", "FILE", "where its result is kept", OPTION_NEEDED(&o.json)},
        {"--hints", "FILE", "the module's hints.md", OPTION_NEEDED(&o.hints)},
        {"--hint-state", "FILE", "keeps which hints were shown", OPTION_NEEDED(&o.hint_state)},
        {"--plot", "COMMAND", "draws the charts", OPTION_WORD(&o.plot)},
        {"--after", "COMMAND", "follows each grading, in the background", OPTION_WORD(&o.after)},
        {"--page", "FILE", "what the key o opens", OPTION_WORD(&o.page)},
        {0}};
    int code = options_take("workbook watch", "Grades a file whenever it is saved.", rows, argc, argv);
    return code >= 0 ? code : watch(&o);
}

int main(int argc, char **argv)
{
    static int (*const run[])(int, char **) = {status, hint, watch_file};
    static const option_choice names[] = {{"status", "how far each module is"},
                                          {"hint", "the next hint for an exercise"},
                                          {"watch", "grade a file whenever it is saved"},
                                          {0}};
    int command = 0;
    const option_row rows[] = {
        {"COMMAND", NULL, "what to do; each has its own --help:", OPTION_CHOICE(&command, names)}, {0}};
    int code = options_take("workbook", NULL, rows, argc > 1, argv + 1);
    if (code >= 0) return code;
    return run[command](argc - 2, argv + 2);
}
