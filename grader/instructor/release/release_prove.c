// release_prove.c: builds the hand-out as a student would and grades with it: the stubs earn nothing, the
// references all.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "release.h"
#include "instructor/book/result.h"
#include "instructor/run.h"
#include "core/escape.h"

// Run a step of the build; where it fails its last words, and where the rest of them is.
static tt_status step(const char *what, char *const argv[], const char *folder, const char *log)
{
    printf("  %s ...\n", what);
    fflush(stdout);
    int status = run_through(argv, folder, log);
    if (status == 0) return TT_OK;
    char words[300], clean[300];
    if (status > 0) run_last_words(words, sizeof words, log, status);
    return tt_fail(TT_BAD_VALUE, "the hand-out is not good: %s failed: %s (all of it: %s)", what,
                   status > 0 ? escape_clip(clean, sizeof clean, words, 200) : tt_error(), log);
}

static tt_status build(const char *tree, const char *log, const module_list *modules)
{
    static char targets[2 * MODULES_MOST][64];
    char *meson[] = {"meson", "setup", "build", NULL};
    char *ninja[2 * MODULES_MOST + 4] = {"ninja", "-C", "build"};
    for (int i = 0; i < modules->count; i++) {
        snprintf(targets[2 * i], sizeof targets[0], "modules/grade-%s", modules->row[i].number);
        snprintf(targets[2 * i + 1], sizeof targets[0], "modules/kit-%s.stamp", modules->row[i].number);
        ninja[3 + 2 * i] = targets[2 * i], ninja[4 + 2 * i] = targets[2 * i + 1];
    }
    tt_status status = step("meson setup", meson, tree, log);
    return status == TT_OK ? step("ninja", ninja, tree, log) : status;
}

static tt_status grade(result *r, const module *m, const char *file, const char *json, const char *log)
{
    char program[FILES_PATH], submission[FILES_PATH], out[FILES_PATH], words[300];
    files_path(program, "%s", m->program), files_path(submission, "%s", file), files_path(out, "%s", json);
    char *argv[] = {program, "--untimed", "--submission", submission, "--json", out, NULL};
    unlink(json);
    int status = run_through(argv, NULL, log);
    if (status >= 0 && WIFEXITED(status) && WEXITSTATUS(status) < 2) return result_load(r, json);
    if (status >= 0) run_last_words(words, sizeof words, log, status);
    return tt_fail(TT_BAD_VALUE, "%s is not graded: %s", file, status >= 0 ? words : tt_error());
}

static tt_status prove_stub(const module *m, const char *tree)
{
    char file[FILES_PATH], json[FILES_PATH], log[FILES_PATH];
    result r;
    files_path(file, "%s/stub.c", m->folder), files_path(json, "%s/../proof.json", tree),
        files_path(log, "%s/../log", tree);
    tt_status status = grade(&r, m, file, json, log);
    if (status != TT_OK) return status;
    int todo = 0;
    for (int i = 0; i < r.case_count; i++) todo += !strcmp(r.cases[i].verdict, "to do");
    printf("  %s stub: %g of %g points, %d of %d cases to do\n", m->number, r.score, r.of, todo,
           r.case_count);
    if (r.score != 0 || todo != r.case_count || r.case_count == 0)
        status = tt_fail(TT_BAD_VALUE, "module %s: the stub must earn nothing, with every case \"to do\"",
                         m->number);
    result_finish(&r);
    return status;
}

// All points but those for speed, which is a matter of the machine and judged elsewhere.
static tt_status prove_reference(const module *m, const char *tree, const char *root)
{
    char reference[FILES_PATH], file[FILES_PATH], json[FILES_PATH], log[FILES_PATH];
    result r;
    files_path(reference, "%s/modules/%s/solution.c", root, m->name);
    if (access(reference, F_OK) != 0) {
        printf("  %s reference: not here (%s), so it is not shown that full points can be had\n", m->number,
               reference);
        return TT_OK;
    }
    files_path(file, "%s/%s", m->folder, m->file), files_path(json, "%s/../proof.json", tree),
        files_path(log, "%s/../log", tree);
    tt_status status = files_copy(reference, file);
    if (status == TT_OK) status = grade(&r, m, file, json, log);
    if (status != TT_OK) return status;
    printf("  %s reference: %g of %g points%s\n", m->number, r.score, r.of,
           r.untimed && r.score < r.of ? "; the others are for speed" : "");
    for (int i = 0; i < r.case_count; i++) {
        const result_case *c = &r.cases[i];
        if (result_passed(c) && c->points >= c->of) continue;
        bool speed = c->timed || !strcmp(c->verdict, "not counted") ||
                     (r.untimed && result_passed(c) && c->points == 0);
        if (speed && r.untimed) continue;
        printf("     %s: %s: %g of %g, %s%s\n", c->function, c->name, c->points, c->of, c->verdict,
               speed ? "; a matter of speed on this machine" : "");
        if (!speed)
            status = tt_fail(TT_BAD_VALUE, "module %s: the reference fails \"%.60s: %.60s\"", m->number,
                             c->function, c->name);
    }
    result_finish(&r);
    return status;
}

static tt_status prove_in(const char *work, const char *handout, const files_list *files,
                          const command_place *where)
{
    static module_list modules;
    char tree[FILES_PATH], log[FILES_PATH], built[FILES_PATH];
    files_path(tree, "%s/tree", work), files_path(log, "%s/log", work),
        files_path(built, "%s/tree/build", work);
    tt_status status = file_make_folder(tree);
    if (status == TT_OK) status = release_copy(tree, handout, files);
    const command_place there = {.root = tree, .build = built};
    if (status == TT_OK) status = modules_find(&modules, &there);
    if (status == TT_OK) status = build(tree, log, &modules);
    for (int i = 0; i < modules.count && status == TT_OK; i++) status = prove_stub(&modules.row[i], tree);
    for (int i = 0; i < modules.count && status == TT_OK; i++)
        status = prove_reference(&modules.row[i], tree, where->root);
    return status;
}

tt_status release_prove(const char *handout, const files_list *files, const command_place *where)
{
    const char *temporary = getenv("TMPDIR");
    char work[FILES_PATH];
    files_path(work, "%s/grader-release-XXXXXX", temporary && *temporary ? temporary : "/tmp");
    if (!mkdtemp(work) || chmod(work, 0755) != 0)
        return tt_fail(TT_BAD_FILE, "%s: cannot make a folder to build in", work);
    printf("Proof, in %s:\n", work);
    tt_status status = prove_in(work, handout, files, where);
    if (status == TT_OK) files_remove_folder(work);
    if (status == TT_OK)
        printf("Proven: it builds, the stubs earn nothing, the references what they should.\n");
    return status;
}
