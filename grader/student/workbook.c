// workbook.c: what a student asks beside lesson and grade: how far am I, a hint, watch my file.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/hints.h"
#include "progress.h"
#include "watch.h"

// workbook hint --json FILE --hints FILE --state FILE [--for FUNCTION] [--level N]
static int hint(const watch_options *o, const char *function, const char *level)
{
    static progress p;
    progress_read(&p, o->json);
    const progress_case *k = progress_next(&p);
    if (!function && p.present && !k) return printf("Every case passed: nothing is left to hint at.\n"), 0;
    if (!function) function = k ? k->function : NULL;
    if (!function)
        return fprintf(stderr,
                       "Which exercise? Grade your file first (make grade-NN), or say HINT=FUNCTION.\n"),
               1;
    int number = level ? atoi(level) : hint_next_level(o->hint_state, function);
    if (!hint_print(o->hints, function, number))
        return fprintf(stderr, "There is no hint %d for %s in %s.\n", number, function, o->hints), 1;
    if (number < HINT_LEVELS) printf("The same again shows the next one.\n");
    return 0;
}

// How many functions still return TT_TODO in this text; -1 if it cannot be read.
static int count_todo(const char *path)
{
    FILE *f = fopen(path, "r");
    char line[1024];
    int count = f ? 0 : -1;
    while (f && fgets(line, sizeof line, f)) count += strstr(line, "return TT_TODO;") != NULL;
    if (f) fclose(f);
    return count;
}

// workbook status MODULE...: run in the project's folder.
static int status(int count, char **modules)
{
    printf("%-18s %-12s %-8s %s\n", "module", "written", "points", "graded (UTC)");
    for (int i = 0; i < count; i++) {
        const char *module = modules[i], *topic = strchr(module, '_');
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

static int usage(void)
{
    fprintf(stderr,
            "usage: workbook status MODULE...\n"
            "       workbook hint --json FILE --hints FILE --hint-state FILE [--for FUNCTION] [--level N]\n"
            "       workbook watch --file FILE --grade PROGRAM --json FILE --hints FILE --hint-state FILE\n"
            "                      [--plot COMMAND] [--after COMMAND] [--page FILE]\n");
    return 2;
}

int main(int argc, char **argv)
{
    if (argc < 2) return usage();
    if (!strcmp(argv[1], "status")) return status(argc - 2, argv + 2);
    watch_options o = {0};
    const char *function = NULL, *level = NULL;
    const struct {
        const char *word, **set;
    } values[] = {{"--file", &o.file},  {"--grade", &o.grade}, {"--json", &o.json},
                  {"--for", &function}, {"--hints", &o.hints}, {"--hint-state", &o.hint_state},
                  {"--plot", &o.plot},  {"--level", &level},   {"--after", &o.after},
                  {"--page", &o.page}};
    for (int i = 2; i < argc; i += 2) {
        bool known = false;
        for (size_t v = 0; v < sizeof values / sizeof *values && i + 1 < argc; v++)
            if (!strcmp(argv[i], values[v].word)) *values[v].set = argv[i + 1], known = true;
        if (!known) return usage();
    }
    if (!o.json || !o.hints || !o.hint_state) return usage();
    if (!strcmp(argv[1], "hint")) return hint(&o, function, level);
    if (!strcmp(argv[1], "watch") && o.file && o.grade) return watch(&o);
    return usage();
}
