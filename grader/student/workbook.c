// workbook.c: what a student asks for besides lesson and grade: the status, a hint, watching a file.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/escape.h"
#include "core/options.h"
#include "engine/report/hints.h"
#include "portfolio/command.h"
#include "progress.h"
#include "todo.h"
#include "watch.h"

// The exercise to hint at: the first case that has not passed, else the first function that is not written. NULL, with
// a sentence, if there is none.
static const char *find_exercise(const progress *p, const char *file, const char *hints)
{
    static todo_list todo;
    const progress_case *k = progress_next(p);
    if (p->compile[0])
        return printf("%s did not compile when it was graded last.\nMend that first and grade it again; or "
                      "name an "
                      "exercise by HINT=.\n",
                      file),
               NULL;
    if (k) return k->function;
    if (p->present) return printf("Every case passed: nothing is left to hint at.\n"), NULL;
    if (todo_read(&todo, file) == TT_OK && todo.count > 0) return todo.function[0];
    printf("Every function of %s is written.\nGrade it, and the hint is for the first case that fails; or "
           "name an exercise by HINT=, one of\n",
           file);
    hint_list(stdout, hints);
    return NULL;
}

static int hint(int argc, char **argv)
{
    const char *file, *json, *hints, *state, *function = NULL;
    long level = 0;
    const option_row rows[] = {
        {"--file", "FILE", "the student's file", OPTION_NEEDED(&file)},
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
    if (!function && !(function = find_exercise(&p, file, hints))) return 0;
    if (!hint_write(NULL, hints, function, 1)) {
        char name[80];
        printf("There is no exercise %s with hints. These have some:\n",
               escape_clip(name, sizeof name, function, 40));
        hint_list(stdout, hints);
        return 1;
    }
    const progress_case *k = progress_next(&p);
    if (k && !strcmp(k->function, function) && *k->message && strcmp(k->verdict, "to do")) {
        printf("%s, \"%s\": %s\n", function, k->name, k->verdict);
        escape_wrap(stdout, k->message, 0, 2);
    }
    int number = level ? (int)level : hint_next_level(state, function);
    hint_print(hints, function, number);
    if (number < HINT_LEVELS) printf("The same again shows the next one.\n");
    return 0;
}

enum { STATUS_INDENT = 19 };

// A line below a module's first one.
static __attribute__((format(printf, 1, 2))) void tell(const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    escape_wrap(stdout, text, 0, STATUS_INDENT);
}

// What is next in a module: todo is NULL if the student's file is not there.
static void tell_next(const char *number, const todo_list *todo, const progress *p)
{
    const progress_case *k = progress_next(p);
    if (!todo) tell("next: make %s", number);
    else if (!p->present && todo->count) tell("next: make watch-%s, and write %s", number, todo->function[0]);
    else if (!p->present) tell("next: make grade-%s", number);
    else if (p->compile[0]) tell("next: it does not compile: make grade-%s", number);
    else if (k) tell("next: %s, \"%s\" (make hint-%s)", k->function, k->name, number);
    else tell("done");
}

static void print_status(const char *module)
{
    static todo_list mine, all;
    static progress p;
    const char *topic = strchr(module, '_');
    char path[256], written[24] = "not begun", points[24] = "", number[8];
    if (!topic) return;
    snprintf(number, sizeof number, "%.*s", (int)(topic - module), module);
    snprintf(path, sizeof path, "modules/%s/%s.c", module, topic + 1);
    const bool begun = todo_read(&mine, path) == TT_OK;
    snprintf(path, sizeof path, "modules/%s/stub.c", module);
    if (begun && todo_read(&all, path) == TT_OK)
        snprintf(written, sizeof written, "%d of %d", all.count - mine.count, all.count);
    snprintf(path, sizeof path, "progress/%s.json", module);
    progress_read(&p, path);
    if (p.present) snprintf(points, sizeof points, "%.0f/%.0f", p.score, p.of);
    printf("%-*s%-13s%-9s%.16s\n", STATUS_INDENT, module, written, points, p.graded);
    if (p.best[0]) tell("best speed: %s (%s)", p.best, p.best_case);
    tell_next(number, begun ? &mine : NULL, &p);
}

// Run in the project's folder.
static int status(int argc, char **argv)
{
    char **modules;
    const option_row rows[] = {{"MODULE", NULL, "NN_topic", OPTION_REST(&modules)}, {0}};
    int code = options_take("workbook status", "How far each module is.", rows, argc, argv);
    if (code >= 0) return code;
    printf("%-*s%-13s%-9s%s\n", STATUS_INDENT, "module", "functions", "points", "graded (UTC)");
    for (; *modules; modules++) print_status(*modules);
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
    static int (*const run[])(int, char **) = {status, hint, watch_file, command_portfolio};
    static const option_choice names[] = {{"status", "how far each module is"},
                                          {"hint", "the next hint for an exercise"},
                                          {"watch", "grade a file whenever it is saved"},
                                          {"portfolio", "pages of what you made"},
                                          {0}};
    int command = 0;
    const option_row rows[] = {
        {"COMMAND", NULL, "what to do; each has its own --help:", OPTION_CHOICE(&command, names)}, {0}};
    int code = options_take("workbook", NULL, rows, argc > 1, argv + 1);
    if (code >= 0) return code;
    return run[command](argc - 2, argv + 2);
}
