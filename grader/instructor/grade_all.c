// grade_all.c: `grader grade`: every submission that is new, changed, or was graded by another grader.
//
// Each runs in a grade-NN of its own, a few at a time; a lock that they share keeps timed cases alone on the
// machine. What is finished is in the book at once: its file is renamed into place. Stopped or killed at any
// moment, the next run goes on with the rest.
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "instructor/book/book.h"
#include "measure/measure.h"
#include "modules.h"
#include "progress.h"
#include "run.h"
#include "core/escape.h"

enum { MOST_AT_ONCE = 64 };

typedef struct {
    const module *m;
    char student[BOOK_NAME], sha256[FILES_HASH];
    uint64_t seed;
} job;

typedef struct {
    pid_t pid; // 0: free
    const job *job;
    double start;
    char json[FILES_PATH], log[FILES_PATH];
} slot;

static struct {
    const char *only_module, *only_student;
    bool again, untimed;
    long at_once, timeout;
} options;

static book gradebook;
static module_list modules;
static char graders[MODULES_MOST][FILES_HASH]; // of module i; "": its program is not there
static job *jobs;
static int job_count, unchanged, graded, not_graded;
static progress bar;

// --- What there is to do ---

static void not_done(const char *module, const char *student, const char *reason)
{
    char clean[400];
    escape_clip(clean, sizeof clean, reason, 300);
    progress_say(&bar, "%-3s %-24s not graded: %s", module, student, clean);
    book_put_trouble(&gradebook, modules_get(&modules, module)->name, student, reason);
    not_graded++;
}

static void consider(int place, const char *student)
{
    const module *m = &modules.row[place];
    job j = {.m = m};
    result r = {0};
    char path[FILES_PATH];
    snprintf(j.student, sizeof j.student, "%s", student);
    book_submission_path(path, &gradebook, m->name, student, m->file);
    if (access(path, F_OK) != 0) return;
    if ((!graders[place][0] && modules_engine(graders[place], m, options.untimed) != TT_OK) ||
        files_hash(j.sha256, path) != TT_OK ||
        book_seed(&j.seed, &gradebook, m->name, student, j.sha256) != TT_OK ||
        (book_has(&gradebook, m->name, student) && book_load(&r, &gradebook, m->name, student) != TT_OK)) {
        not_done(m->number, student, tt_error());
        return;
    }
    bool same = r.root && !strcmp(r.sha256, j.sha256) && !strcmp(r.grader, graders[place]);
    result_finish(&r);
    if (same && !options.again) {
        book_forget_trouble(&gradebook, m->name, student);
        unchanged++;
        return;
    }
    jobs = files_room(jobs, job_count, sizeof *jobs);
    jobs[job_count++] = j;
}

// False if a name on the command line is none.
static bool find_jobs(void)
{
    const module *only = NULL;
    if (options.only_module && modules_require(&only, &modules, options.only_module) != TT_OK) return false;
    bool known = !options.only_student;
    for (int i = 0; i < modules.count; i++) {
        const module *m = &modules.row[i];
        char folder[FILES_PATH];
        files_path(folder, "%s/submissions/%s", gradebook.folder, m->name);
        files_list students = files_list_folder(folder);
        if ((only && only != m) || students.count == 0) {
            files_list_finish(&students);
            continue;
        }
        for (int s = 0; s < students.count; s++) {
            if (!book_is_name(students.names[s])) continue;
            if (options.only_student && strcmp(students.names[s], options.only_student) != 0) continue;
            known = true;
            consider(i, students.names[s]);
        }
        files_list_finish(&students);
    }
    if (!known)
        tt_fail(TT_BAD_VALUE, "no submission by \"%.64s\" in %s", options.only_student, gradebook.folder);
    return known;
}

// --- One of them ---

// Whether another user gets to this folder: the graded program's, where this one is root.
static bool can_be_reached(const char *path)
{
    char part[FILES_PATH], whole[FILES_PATH];
    struct stat s;
    if (!realpath(path, whole)) return false;
    files_path(part, "%s", whole);
    for (char *slash = part + strlen(part); slash; slash = strrchr(part, '/')) {
        *slash = 0;
        if (*part && (stat(part, &s) != 0 || !(s.st_mode & S_IXOTH))) return false;
    }
    return true;
}

static void start(slot *s, const job *j, int place)
{
    char seed[24], submission[FILES_PATH], lock[FILES_PATH], work[FILES_PATH];
    snprintf(seed, sizeof seed, "0x%016llx", (unsigned long long)j->seed);
    book_submission_path(submission, &gradebook, j->m->name, j->student, j->m->file);
    files_path(work, "%s/work", gradebook.folder);
    files_path(lock, "%s/timing.lock", work);
    files_path(s->json, "%s/%d.json", work, place);
    files_path(s->log, "%s/%d.log", work, place);
    char program[FILES_PATH];
    files_path(program, "%s", j->m->program);
    char *argv[16] = {program, "--submission", submission, "--seed", seed, "--json", s->json, "--lock", lock};
    int n = 9;
    if (options.untimed) argv[n++] = "--untimed";
    if (getuid() != 0 || can_be_reached(work)) argv[n++] = "--work", argv[n++] = work; // else in TMPDIR
    s->pid = run_start(argv, NULL, s->log);
    s->job = j;
    s->start = measure_now();
    if (s->pid > 0) return;
    s->pid = 0;
    bar.done++;
    not_done(j->m->number, j->student, tt_error());
}

// Graded once more, a file keeps the better of its speeds.
static void keep_better(result *r, const job *j)
{
    result before = {0};
    if (!book_has(&gradebook, j->m->name, j->student) ||
        book_load(&before, &gradebook, j->m->name, j->student) != TT_OK)
        return;
    if (!strcmp(before.sha256, j->sha256) && !strcmp(before.seed, r->seed) &&
        !strcmp(before.grader, graders[j->m - modules.row]))
        r->score = result_keep_better(r->root, before.root);
    result_finish(&before);
}

// What grade-NN wrote, checked and signed with whose it is, into the book.
static tt_status take_over(const slot *s, result *r)
{
    const job *j = s->job;
    tt_status status = result_load(r, s->json);
    if (status != TT_OK) return status;
    if (strcmp(r->module, j->m->name) != 0 || strcmp(r->sha256, j->sha256) != 0 ||
        strtoull(r->seed, NULL, 0) != j->seed)
        return tt_fail(TT_BAD_FILE, "%s wrote the result of something else", j->m->program);
    json_object_set_new(r->root, "student", json_string(j->student));
    json_object_set_new(r->root, "grader", json_string(graders[j->m - modules.row]));
    keep_better(r, j);
    return book_put(&gradebook, j->m->name, j->student, r->root);
}

static void finish(slot *s, int status)
{
    const job *j = s->job;
    double seconds = measure_now() - s->start;
    s->pid = 0;
    bar.done++;
    bool ended = WIFEXITED(status) && WEXITSTATUS(status) < 2;
    result r = {0};
    if (ended && take_over(s, &r) == TT_OK) {
        char score[48];
        snprintf(score, sizeof score, "%g/%g", r.score, r.of);
        progress_say(&bar, "%-3s %-24s %9s  %5.1f s%s", j->m->number, j->student, score, seconds,
                     strcmp(r.compile, "ok") ? "  does not compile" : "");
        graded++;
    } else {
        char words[512];
        if (ended) snprintf(words, sizeof words, "%s", tt_error());
        else run_last_words(words, sizeof words, s->log, status);
        not_done(j->m->number, j->student, words);
    }
    result_finish(&r);
}

// --- All of them ---

// Look after what runs: take what has ended, end what takes too long. How many still run.
static int look_after(slot *slots, int count)
{
    int running = 0;
    for (int i = 0; i < count; i++) {
        int status;
        slot *s = &slots[i];
        if (!s->pid) continue;
        if (run_ended(s->pid, &status)) finish(s, status);
        else if (measure_now() - s->start > (double)options.timeout) {
            run_stop(s->pid, 0);
            s->pid = 0;
            bar.done++;
            char words[80];
            snprintf(words, sizeof words, "not finished after %ld s (--timeout)", options.timeout);
            not_done(s->job->m->number, s->job->student, words);
        } else running++;
    }
    return running;
}

// Returns the signal that asked to stop, 0 if all was done.
static int run_jobs(void)
{
    static slot slots[MOST_AT_ONCE];
    int next = 0, running = 0, asked = 0;
    run_block_signals();
    progress_draw(&bar);
    while (!asked && (next < job_count || running > 0)) {
        for (int i = 0; i < options.at_once && next < job_count; i++)
            if (!slots[i].pid) start(&slots[i], &jobs[next], next), next++;
        asked = run_wait(0.25);
        running = look_after(slots, (int)options.at_once);
        progress_draw(&bar);
    }
    for (int i = 0; i < options.at_once; i++)
        if (slots[i].pid) run_stop(slots[i].pid, 1);
    progress_end(&bar);
    return asked;
}

static int grade(void)
{
    char work[FILES_PATH];
    files_path(work, "%s/work", gradebook.folder);
    files_empty_folder(work);
    progress_begin(&bar, 0);
    if (!find_jobs()) return command_failed();
    progress_begin(&bar, job_count);
    int asked = run_jobs();
    files_empty_folder(work);
    printf("%d graded, %d unchanged, %d not graded", graded, unchanged, not_graded);
    if (asked) printf(", %d left: stopped; the same command goes on", job_count - bar.done);
    printf(".\n");
    return asked ? EXIT_STOPPED : not_graded ? EXIT_SOMETHING_LEFT : EXIT_ALL_WELL;
}

int command_grade(const command_place *where, int argc, char **argv)
{
    options.at_once = sysconf(_SC_NPROCESSORS_ONLN) + 1; // one of them waits for something, mostly
    options.timeout = 900;
    const option_row rows[] = {
        {"--module", "NN", "only this module: its number", OPTION_WORD(&options.only_module)},
        {"--student", "ID", "only this student", OPTION_WORD(&options.only_student)},
        {"-j", "N", "how many at once (default: cores + 1)", OPTION_WHOLE(&options.at_once, 0, LONG_MAX)},
        {"--again", NULL, "also what has not changed", OPTION_SWITCH(&options.again)},
        {"--untimed", NULL, "correctness only: timed cases earn nothing", OPTION_SWITCH(&options.untimed)},
        {"--timeout", "S", "seconds that one grading may take (default: 900)",
         OPTION_WHOLE(&options.timeout, 0, LONG_MAX)},
        {0}};
    int code = command_take(rows, argc, argv);
    if (code >= 0) return code;
    if (options.at_once < 1) options.at_once = 1;
    if (options.at_once > MOST_AT_ONCE) options.at_once = MOST_AT_ONCE;
    if (modules_find(&modules, where) != TT_OK || book_open(&gradebook, where->book, BOOK_CHANGE) != TT_OK)
        return command_failed();
    code = grade();
    book_close(&gradebook);
    free(jobs);
    return code;
}
