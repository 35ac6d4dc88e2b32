// compile.c: copies the submission into an empty folder, compiles and links it there, and reads the
// programs back into memory; or its object, to be joined with those of other files.
#include "compile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sodium.h>

#include "core/file.h"
#include "measure/measure.h"
#include "limit.h"
#include "read.h"
#include "step.h"

enum {
    MOST_WORDS = 96,
    SUBMISSION_BYTES = 1 << 20,
    // What is made of a submission; of a file any but the last, of objects the last.
    PROGRAM = 1,
    PROGRAM_BLAS = 2,
    OBJECT = 4,
    JOINED = 8,
    FROM_A_FILE = PROGRAM | PROGRAM_BLAS | OBJECT,
    // Of processor time: an honest file takes one or two, ten with sanitizers; twice as many of wall time.
    STEP_SECONDS = TT_SANITIZED ? 60 : 15,
};

#define HEADERS "include" // the kit's, by a link in the working folder: no message names another path

static compile_status only_headers(int folder, const char *kit, char *message, size_t size);

// The steps, each a file of the kit with the words of a command, one a line, and another where there is a quick way; what
// of the kit it is shown; what is to be seen afterwards; and what it is needed for.
static const struct {
    const char *words, *quick, *shown, *failed;
    compile_status (*look)(int folder, const char *kit, char *message, size_t size);
    bool warns; // of what is in the submission
    int makes;
} steps[] = {
    {"compile", "compile-quick", HEADERS, "does not compile", only_headers, true, FROM_A_FILE},
    {"keep", NULL, "symbols", "its symbols cannot be read", NULL, false, FROM_A_FILE},
    {"names", NULL, "symbols", "its symbols cannot be read", read_names, false, FROM_A_FILE},
    {"rename", NULL, "renames", "its functions cannot be named", NULL, false, OBJECT},
    {"link", NULL, "trusted.o", "does not link", NULL, false, PROGRAM},
    {"link-blas", NULL, "trusted-blas.o", "does not link with BLAS", NULL, false, PROGRAM_BLAS},
    {"join", NULL, "trusted-blas.o", "does not link with BLAS", NULL, false, JOINED},
};

static compile_status say(compilation *c, compile_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(c->message, sizeof c->message, format, args);
    va_end(args);
    return c->status = status;
}

static compile_status only_headers(int folder, const char *kit, char *message, size_t size)
{
    (void)kit;
    return read_only(folder, step_paths, message, size);
}

// --- Files ---

// Copy the submission's bytes to work/NAME; returns how many, or -1.
static long copy_in(compilation *c, const char *file, int folder, const char *name)
{
    char *bytes;
    size_t size;
    tt_status status = file_read(&bytes, &size, file, SUBMISSION_BYTES);
    if (status != TT_OK) {
        say(c, status == TT_NO_MEMORY ? COMPILE_BROKEN : COMPILE_REFUSED, "%s", tt_error());
        return -1;
    }
    ssize_t length = (ssize_t)size;
    int to = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (to < 0 || write(to, bytes, size) != length) {
        say(c, COMPILE_BROKEN, "%s cannot be copied: %s", file, strerror(errno));
        length = -1;
    } else {
        unsigned char hash[crypto_hash_sha256_BYTES];
        crypto_hash_sha256(hash, (unsigned char *)bytes, size);
        sodium_bin2hex(c->sha256, sizeof c->sha256, hash, sizeof hash);
    }
    if (to >= 0) close(to);
    free(bytes);
    return length;
}

// Copy a program from the work folder into memory that nobody can change any more.
static int take_out(int folder, const char *name)
{
    int from = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat s;
    if (from < 0 || fstat(from, &s) != 0 || !S_ISREG(s.st_mode) || s.st_size > STEP_FILE_BYTES) {
        if (from >= 0) close(from);
        return -1;
    }
    int to = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    off_t at = 0;
    while (to >= 0 && at < s.st_size)
        if (sendfile(to, from, &at, (size_t)(s.st_size - at)) <= 0) break;
    close(from);
    if (to >= 0 && (at != s.st_size || fchmod(to, 0555) != 0 ||
                    fcntl(to, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)) {
        close(to);
        to = -1;
    }
    return to;
}

// --- All of it ---

// Run the steps that make `what`, and take it out. If a step fails, its messages become c->message.
static compile_status run_steps(compilation *c, const char *kit, const step_folder *work, int what,
                                bool quick)
{
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (!(steps[i].makes & what)) continue;
        char shown[PATH_MAX], log[3000], limit[400];
        const char *name = quick && steps[i].quick ? steps[i].quick : steps[i].words;
        char *words[MOST_WORDS], *text = read_words(kit, name, words, MOST_WORDS);
        if (!text) return say(c, COMPILE_BROKEN, "%s/%s: no such kit: build it with ninja", kit, name);
        snprintf(shown, sizeof shown, "%s/%s", kit, steps[i].shown);
        int status = step_run(work, words, shown, STEP_SECONDS);
        free(text);
        if (status == 0) {
            if (steps[i].look) c->status = steps[i].look(work->folder, kit, c->message, sizeof c->message);
            if (c->status != COMPILE_OK) return c->status;
            if (steps[i].warns) read_warnings(work->folder, c->name, c->warnings, sizeof c->warnings);
            continue;
        }
        read_log(work->folder, log, sizeof log);
        if (WIFEXITED(status) && WEXITSTATUS(status) >= 125)
            return say(c, COMPILE_BROKEN, "%s: %s", steps[i].words, log);
        if (limit_tell(limit, sizeof limit, status, log, STEP_SECONDS))
            return say(c, COMPILE_REFUSED, "%s: %s\n%s", steps[i].failed, limit, log);
        if (WIFSIGNALED(status))
            return say(c, COMPILE_REFUSED, "%s: the compiler was stopped (%s)\n%s", steps[i].failed,
                       strsignal(WTERMSIG(status)), log);
        return say(c, COMPILE_FAILED, "%s\n%s", steps[i].failed, log);
    }
    c->program = take_out(work->folder, what & OBJECT ? "student.o" : "program");
    if (what & PROGRAM_BLAS) c->program_blas = take_out(work->folder, "program-blas");
    if (c->program < 0 || (what & PROGRAM_BLAS && c->program_blas < 0))
        return say(c, COMPILE_BROKEN, "what was made cannot be read");
    return c->status = COMPILE_OK;
}

static void from_file(compilation *c, const char *file, const char *kit, const char *place, int what,
                      bool quick)
{
    *c = (compilation){.program = -1, .program_blas = -1};
    double start = measure_now();
    step_folder work;
    char headers[PATH_MAX];
    if (!step_open(&work, place)) {
        say(c, COMPILE_BROKEN, "%s: cannot make a folder to work in: %s", work.path, strerror(errno));
        return;
    }
    char *words[2], *text = read_words(kit, "name", words, 2);
    snprintf(c->name, sizeof c->name, "%s", text ? words[0] : "submission.c");
    free(text);
    if (copy_in(c, file, work.folder, c->name) >= 0) {
        snprintf(headers, sizeof headers, "%s/" HEADERS, kit);
        if (symlinkat(headers, work.folder, HEADERS) != 0)
            say(c, COMPILE_BROKEN, "%s cannot be filled: %s", work.path, strerror(errno));
        else if (!step_hand_over(&work))
            say(c, COMPILE_BROKEN, "%s cannot be given to another user: %s", work.path, strerror(errno));
        else run_steps(c, kit, &work, what, quick);
    }
    step_close(&work);
    c->seconds = measure_now() - start;
}

void compile_submission(compilation *c, const char *file, const char *kit, const char *place, bool blas,
                        bool quick)
{
    from_file(c, file, kit, place, PROGRAM | (blas ? PROGRAM_BLAS : 0), quick);
}

void compile_object(compilation *c, const char *file, const char *kit, const char *place)
{
    from_file(c, file, kit, place, OBJECT, false);
}

void compile_join(compilation *c, const int *objects, int count, const char *kit, const char *place)
{
    *c = (compilation){.program = -1, .program_blas = -1};
    const double start = measure_now();
    step_folder work;
    bool ok = step_open(&work, place);
    int list = ok ? openat(work.folder, "objects", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644) : -1;
    for (int i = 0; i < count && ok; i++) {
        char name[16];
        snprintf(name, sizeof name, "%d.o", i);
        ok = step_put(&work, name, objects[i]) && dprintf(list, "%s\n", name) > 0;
    }
    if (list >= 0) close(list);
    if (!ok || list < 0 || !step_hand_over(&work))
        say(c, COMPILE_BROKEN, "%s cannot be filled: %s", work.path, strerror(errno));
    else run_steps(c, kit, &work, JOINED, false);
    step_close(&work);
    c->seconds = measure_now() - start;
}

void compile_finish(compilation *c)
{
    if (c->program >= 0) close(c->program);
    if (c->program_blas >= 0) close(c->program_blas);
    c->program = c->program_blas = -1;
}
