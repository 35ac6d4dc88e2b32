// audit.c: `grader audit STUDENT CASE`: what a verdict rests on, then the same case again with the same
// inputs.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "instructor/book/book.h"
#include "modules.h"
#include "run.h"
#include "core/escape.h"
#include "engine/report/verdict.h"

static void print_line(const char *name, const char *text)
{
    char clean[800];
    printf("  %-12s %s\n", name, escape_clip(clean, sizeof clean, text, 500));
}

static void print_calls(const result_case *c)
{
    if (!c->timed) return;
    printf("  %-12s %.4g ", "reached", c->ratio), escape_put(stdout, c->unit, ESCAPE_LINE);
    printf("; points begin at %.4g, full at %.4g\n  %-12s %9s %9s %9s\n", c->least, c->most, "calls, in ms",
           "wall", "processor", "yardstick");
    for (int i = 0; i < c->call_count; i++)
        printf("  %12d %9.3f %9.3f %9.3f%s\n", i + 1, c->calls[i].wall * 1e3, c->calls[i].cpu * 1e3,
               c->calls[i].yard * 1e3, c->calls[i].kept ? "" : "  interrupted");
}

static void print_stored(const result *r, const result_case *c)
{
    char text[200];
    printf("%s, module %s\n", r->student, r->module);
    print_line("case", c->function), print_line("", c->name);
    snprintf(text, sizeof text, "%.40s, %.3g of %g points", c->verdict, c->points, c->of);
    print_line("verdict", text);
    if (*c->message) print_line("", c->message);
    print_line("seed", r->seed), print_line("submission", r->sha256), print_line("graded", r->graded);
    snprintf(text, sizeof text, "%.80s, %d cores, %.40s", r->cpu, r->cores, r->compiler);
    print_line("machine", text), print_line("grader", r->grader);
    for (int i = 0; i < r->layer_count; i++) {
        snprintf(text, sizeof text, "%.40s: %s%.100s", r->layers[i].layer,
                 r->layers[i].on ? "on" : "off: ", r->layers[i].on ? "" : r->layers[i].why);
        print_line(i ? "" : "sandbox", text);
    }
    print_calls(c);
}

// Of "matmul_tiled: ragged shapes" the whole or a part that only one case has.
static const result_case *find_case(const result *r, const char *text, int *count)
{
    const result_case *found = NULL;
    *count = 0;
    for (int i = 0; i < r->case_count; i++) {
        char name[256];
        snprintf(name, sizeof name, "%s: %s", r->cases[i].function, r->cases[i].name);
        if (!strcmp(name, text)) return *count = 1, &r->cases[i];
        if (strstr(name, text)) found = &r->cases[i], ++*count;
    }
    return found;
}

// The file that was graded: what stands there now, or one that it replaced.
static bool find_submission(char *out, const book *b, const module *m, const result *r)
{
    char path[FILES_PATH], sha256[FILES_HASH];
    book_submission_path(path, b, m->name, r->student, m->file);
    for (int i = 0; i < 10000; i++) {
        if (i) files_path(out, "%s.%d", path, i);
        else files_path(out, "%s", path);
        if (files_hash(sha256, out) != TT_OK) {
            if (i) return false;
        } else if (!strcmp(sha256, r->sha256)) return true;
    }
    return false;
}

// Whether two verdicts say the same of what was computed: a case that was right but not counted, because of
// another case's pace, passes when it runs alone; and how fast it was is another day's matter.
static bool agree(const char *a, const char *b)
{
    const bool right_a = verdict_is(a, VERDICT_IS_RIGHT), right_b = verdict_is(b, VERDICT_IS_RIGHT);
    return right_a || right_b ? right_a == right_b : !strcmp(a, b);
}

static int compare(const result_case *stored, const char *json)
{
    result again;
    int count;
    char name[256];
    snprintf(name, sizeof name, "%s: %s", stored->function, stored->name);
    if (result_load(&again, json) != TT_OK) return command_failed();
    const result_case *c = find_case(&again, name, &count);
    bool same = c && count == 1 && agree(stored->verdict, c->verdict);
    printf("\nThe replay says \"%s\", the book \"%s\": %s.\n", c ? c->verdict : "nothing", stored->verdict,
           same ? "they agree on what was computed" : "they DO NOT AGREE");
    result_finish(&again);
    return same ? EXIT_ALL_WELL : EXIT_SOMETHING_LEFT;
}

static int replay_in(const char *work, const book *b, const module *m, const result *r, const result_case *c)
{
    char submission[FILES_PATH], program[FILES_PATH], json[FILES_PATH], log[FILES_PATH], name[256], seed[32],
        *said;
    char grader[FILES_HASH];
    if (!find_submission(submission, b, m, r)) {
        printf("\nNo replay: the file that was graded is not in the book any more.\n");
        return EXIT_SOMETHING_LEFT;
    }
    if (modules_engine(grader, m, r->untimed) != TT_OK) return command_failed();
    files_path(program, "%s", m->program), files_path(json, "%s/again.json", work),
        files_path(log, "%s/log", work);
    snprintf(name, sizeof name, "%s: %s", c->function, c->name);
    snprintf(seed, sizeof seed, "%s", r->seed);
    printf("\nReplay%s:\n", strcmp(grader, r->grader) ? " (by ANOTHER grader than then)" : "");
    fflush(stdout);
    char *argv[] = {program,
                    "--submission",
                    submission,
                    "--seed",
                    seed,
                    "--case",
                    name,
                    "--json",
                    json,
                    "--trace",
                    r->untimed ? "--untimed" : NULL,
                    NULL};
    int status = run_through(argv, NULL, log);
    if (file_read_in(&said, NULL, AT_FDCWD, log, 8 << 20) == TT_OK)
        escape_put(stdout, said, ESCAPE_LINES), free(said);
    if (status >= 0 && WIFEXITED(status) && WEXITSTATUS(status) < 2) return compare(c, json);
    run_last_words(name, sizeof name, log, status);
    tt_fail(TT_BAD_FILE, "the replay did not work: %s", name);
    return command_failed();
}

static int replay(const book *b, const module *m, const result *r, const result_case *c)
{
    const char *temporary = getenv("TMPDIR");
    char work[FILES_PATH];
    files_path(work, "%s/grader-audit-XXXXXX", temporary && *temporary ? temporary : "/tmp");
    if (!mkdtemp(work)) {
        tt_fail(TT_BAD_FILE, "%s: cannot make a folder to work in", work);
        return command_failed();
    }
    int code = replay_in(work, b, m, r, c);
    files_remove_folder(work);
    return code;
}

static int audit(const book *b, const module_list *modules, const module *only, const char *student,
                 const char *text)
{
    result chosen = {0};
    const result_case *c = NULL;
    const module *m = NULL;
    int matches = 0, results = 0;
    for (int i = 0; i < modules->count; i++) {
        const char *name = modules->row[i].name;
        int count;
        result r;
        if ((only && only != &modules->row[i]) || !book_has(b, name, student)) continue;
        if (book_load(&r, b, name, student) != TT_OK) return command_failed();
        results++;
        const result_case *found = find_case(&r, text, &count);
        matches += count;
        if (count == 0) result_finish(&r);
        else result_finish(&chosen), chosen = r, c = found, m = &modules->row[i];
    }
    int code = EXIT_NOT_DONE;
    if (!results)
        tt_fail(TT_BAD_VALUE, "no result of \"%.64s\" in %s%s", student, b->folder,
                only ? " for this module" : "");
    else if (matches != 1)
        tt_fail(TT_BAD_VALUE, "%d cases have \"%.80s\" in \"function: case\": %s", matches, text,
                matches ? "say more of it, or --module" : "grader stats lists them");
    if (matches != 1) command_failed();
    else print_stored(&chosen, c), code = replay(b, m, &chosen, c);
    result_finish(&chosen);
    return code;
}

int command_audit(const command_place *where, int argc, char **argv)
{
    static module_list modules;
    const char *student = NULL, *kase = NULL, *number = NULL;
    const module *only = NULL;
    book b;
    const option_row rows[] = {
        {"STUDENT", NULL, "whose submission", OPTION_NEEDED(&student)},
        {"CASE", NULL, "\"FUNCTION: CASE\", or a part of it", OPTION_NEEDED(&kase)},
        {"--module", "NN", "the module, where cases of several have the name", OPTION_WORD(&number)},
        {0}};
    int code = command_take(rows, argc, argv);
    if (code >= 0) return code;
    if (!book_is_name(student)) {
        tt_fail(TT_BAD_VALUE,
                "STUDENT %.80s: no student is called so; the folders in submissions/ are their names",
                student);
        return command_failed();
    }
    if (modules_find(&modules, where) != TT_OK ||
        (number && modules_require(&only, &modules, number) != TT_OK) ||
        book_open(&b, where->book, BOOK_READ) != TT_OK)
        return command_failed();
    code = audit(&b, &modules, only, student, kase);
    book_close(&b);
    return code;
}
