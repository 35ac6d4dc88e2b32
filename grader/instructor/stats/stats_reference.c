// stats_reference.c: files of ours, graded like a student's; the reference's spread on this machine.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure/measure.h"
#include "instructor/run.h"
#include "stats.h"

static tt_status grade(result *r, const book *b, const module *m, const char *file, bool untimed)
{
    char program[FILES_PATH], from[FILES_PATH], json[FILES_PATH], log[FILES_PATH], words[400];
    files_path(program, "%s", m->program), files_path(from, "%s", file);
    files_path(json, "%s/work/ours.json", b->folder), files_path(log, "%s/work/ours.log", b->folder);
    char *argv[] = {program, "--submission", from, "--json", json, untimed ? "--untimed" : NULL, NULL};
    unlink(json);
    int status = run_through(argv, NULL, log);
    if (status >= 0 && WIFEXITED(status) && WEXITSTATUS(status) < 2) return result_load(r, json);
    run_last_words(words, sizeof words, log, status);
    return tt_fail(TT_BAD_FILE, "%s was not graded: %s", file, words);
}

tt_status stats_measure(result *r, const book *b, const module *m, const char *file, const char *kept,
                        bool untimed)
{
    char grader[FILES_HASH], sha256[FILES_HASH];
    tt_status status = modules_engine(grader, m, untimed);
    if (status == TT_OK) status = files_hash(sha256, file);
    if (status != TT_OK) return status;
    if (access(kept, F_OK) == 0 && result_load(r, kept) == TT_OK) {
        if (!strcmp(r->grader, grader) && !strcmp(r->sha256, sha256)) return TT_OK;
        result_finish(r);
    }
    fprintf(stderr, "grader: measuring %s\n", strrchr(kept, '/') + 1);
    status = grade(r, b, m, file, untimed);
    if (status != TT_OK) return status;
    json_object_set_new(r->root, "grader", json_string(grader));
    r->grader = json_string_value(json_object_get(r->root, "grader"));
    status = book_write_json(kept, json_incref(r->root));
    if (status != TT_OK) result_finish(r);
    return status;
}

tt_status stats_reference(const book *b, const module *m, int times)
{
    enum { MOST = 100 };
    char file[FILES_PATH], kept[FILES_PATH], grader[FILES_HASH];
    double scores[MOST];
    int count = 0;
    bool other = false;
    files_path(file, "%s/solution.c", m->folder);
    if (times && access(file, F_OK) != 0)
        return tt_fail(TT_BAD_FILE, "%s: --reference needs the tree with references", file);
    tt_status status = times ? modules_engine(grader, m, false) : TT_OK;
    for (int i = 1; i <= MOST && status == TT_OK; i++) {
        result r = {0};
        files_path(kept, "%s/reference/%s/%d.json", b->folder, m->name, i);
        if (i <= times) status = stats_measure(&r, b, m, file, kept, false);
        else if (access(kept, F_OK) != 0) break;
        else status = result_load(&r, kept);
        if (status == TT_OK && times && strcmp(r.grader, grader) != 0) other = true; // an older one's
        else if (status == TT_OK && r.of > 0) scores[count++] = 100 * r.score / r.of;
        result_finish(&r);
    }
    if (status != TT_OK || count == 0) return status;
    measure_stats all = measure_describe(scores, count);
    double most = 0;
    for (int i = 0; i < count; i++) most = scores[i] > most ? scores[i] : most;
    printf("The reference on this machine: %d gradings, median %.0f, from %.0f to %.0f%s\n", count,
           all.median, all.min, most, other ? " (others are of another grader)" : "");
    return TT_OK;
}
