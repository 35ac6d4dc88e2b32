// compile.c: copies the submission into an empty folder, compiles and links it there, and reads the
// programs back into memory.
#include "compile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "compile_read.h"
#include "core/file.h"
#include "measure/measure.h"
#include "sandbox/sandbox.h"

enum {
    MOST_WORDS = 96,
    SUBMISSION_BYTES = 1 << 20,
    PROGRAM_BYTES = 96 << 20,
    // Of address space for each process of a step: the references take 192 MiB at most, more with sanitizers.
    STEP_BYTES = (TT_SANITIZED ? 1536 : 512) << 20,
    // Of processor time: an honest file takes one or two, ten with sanitizers; twice as many of wall time.
    STEP_SECONDS = TT_SANITIZED ? 60 : 15,
};

#define FOLDER  "tinytorch-grade-" // what its working folders are called
#define HEADERS "include" // the kit's, by a link in the working folder: no message names another path

static compile_status only_headers(int folder, const char *kit, char *message, size_t size);

// The steps, each a file of the kit with the words of a command, one a line; what of the kit it is shown; and what is
// to be seen afterwards.
static const struct {
    const char *words, *shown, *failed;
    compile_status (*look)(int folder, const char *kit, char *message, size_t size);
} steps[] = {
    {"compile", HEADERS, "does not compile", only_headers},
    {"keep", "symbols", "its symbols cannot be read", NULL},
    {"names", "symbols", "its symbols cannot be read", compile_read_names},
    {"link", "trusted.o", "does not link", NULL},
    {"link-blas", "trusted-blas.o", "does not link with BLAS",
     NULL}, // the last: left out where no case needs it
};

static compile_status say(compilation *c, compile_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(c->message, sizeof c->message, format, args);
    va_end(args);
    return c->status = status;
}

// --- One step in the sandbox ---

static sandbox_path paths[] = {{"/usr", false},
                               {"/lib", false},
                               {"/lib64", false},
                               {"/bin", false},
                               {"/etc/alternatives", false},
                               {"/etc/ld.so.cache", false},
                               {NULL /* a part of the kit */, false},
                               {NULL /* the work folder */, true},
                               {NULL, false}};
enum { KIT_PATH = 6, WORK_PATH = 7 };
enum { PARENT_FD = 3 }; // of a step: a socket

static __attribute__((noreturn)) void become(char **words, const char *work, int parent)
{
    const sandbox_plan plan = {.kind = SANDBOX_COMPILER,
                               .paths = paths,
                               .memory_bytes = STEP_BYTES,
                               .file_bytes = PROGRAM_BYTES,
                               .seconds = STEP_SECONDS,
                               .start = "",
                               .ask = PARENT_FD};
    char folder[PATH_MAX + 8];
    snprintf(folder, sizeof folder, "TMPDIR=%s", work);
    char path[] = "PATH=/usr/bin:/bin", locale[] = "LC_ALL=C";
    char *const environment[] = {path, locale, folder, NULL};
    setpgid(0, 0);
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (chdir(work) != 0) _exit(125);
    int log = open("log", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (dup2(nothing, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0) _exit(125);
    if (parent == PARENT_FD ? fcntl(parent, F_SETFD, FD_CLOEXEC) < 0 : dup3(parent, PARENT_FD, O_CLOEXEC) < 0)
        _exit(125);
    syscall(SYS_close_range, PARENT_FD + 1, ~0u, 0);
    int layer = sandbox_enter(&plan);
    if (layer >= 0) {
        dprintf(2, "the sandbox's layer \"%s\" failed: %s\n", sandbox_layers[layer].name, strerror(errno));
        _exit(125);
    }
    execve(words[0], words, environment);
    _exit(126);
}

// Returns 0 if the step worked, else its process's wait status.
static int run_step(char **words, const char *work)
{
    int pair[2], asked = -1, status = 0;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return 125 << 8;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) become(words, work, pair[1]);
    close(pair[1]);
    if (child > 0) setpgid(child, child), sandbox_await(pair[0], &asked);
    close(pair[0]);
    if (child < 0) return 125 << 8;
    // Both descriptors may be -1, which poll passes over: then the time that it takes ends by its processor time alone.
    const double end = measure_now() + 2 * STEP_SECONDS;
    struct pollfd p[] = {{(int)syscall(SYS_pidfd_open, child, 0), POLLIN, 0}, {asked, POLLIN, 0}};
    while (p[0].fd >= 0 && !p[0].revents) {
        if (measure_now() > end) kill(child, SIGKILL);
        if (poll(p, 2, 1000) > 0 && p[1].revents & POLLIN) sandbox_answer(asked, paths);
        else if (p[1].revents) close(p[1].fd), p[1].fd = -1; // nobody is left to ask
    }
    waitpid(child, &status, 0);
    kill(-child, SIGKILL); // what it may have left
    for (int i = 0; i < 2; i++)
        if (p[i].fd >= 0) close(p[i].fd);
    return status;
}

static compile_status only_headers(int folder, const char *kit, char *message, size_t size)
{
    (void)kit;
    return compile_read_only(folder, paths, message, size);
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
    if (from < 0 || fstat(from, &s) != 0 || !S_ISREG(s.st_mode) || s.st_size > PROGRAM_BYTES) {
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

// The files are removed through the open folder, because its path may by now be somebody else's link.
static void remove_folder(int folder, const char *path)
{
    int copy = dup(folder);
    DIR *d = copy >= 0 ? fdopendir(copy) : NULL;
    for (struct dirent *e; d && (e = readdir(d));) unlinkat(folder, e->d_name, 0);
    if (d) closedir(d);
    rmdir(path);
}

// Remove the folders of graders that were killed while compiling: nobody holds the locks of these. Only
// folders a minute old, so that a new one has time to be locked.
static void sweep(const char *where)
{
    DIR *d = opendir(where);
    for (struct dirent *e; d && (e = readdir(d));) {
        char path[PATH_MAX];
        struct stat s;
        if (strncmp(e->d_name, FOLDER, strlen(FOLDER)) != 0) continue;
        snprintf(path, sizeof path, "%s/%s", where, e->d_name);
        int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (folder >= 0 && fstat(folder, &s) == 0 && s.st_mtime < time(NULL) - 60 &&
            (s.st_uid == geteuid() || s.st_uid == sandbox_user()) && flock(folder, LOCK_EX | LOCK_NB) == 0)
            remove_folder(folder, path);
        if (folder >= 0) close(folder);
    }
    if (d) closedir(d);
}

// --- All of it ---

// Run the steps up to the programs. If a step fails, its messages become c->message.
static compile_status run_steps(compilation *c, const char *kit, const char *work, int folder, bool blas)
{
    static char shown[PATH_MAX];
    for (size_t i = 0; i < sizeof steps / sizeof *steps - !blas; i++) {
        char *words[MOST_WORDS], *text = compile_read_words(kit, steps[i].words, words, MOST_WORDS);
        if (!text)
            return say(c, COMPILE_BROKEN, "%s/%s: no such kit: build it with ninja", kit, steps[i].words);
        snprintf(shown, sizeof shown, "%s/%s", kit, steps[i].shown);
        paths[KIT_PATH].path = shown;
        int status = run_step(words, work);
        free(text);
        if (status == 0) {
            if (steps[i].look) c->status = steps[i].look(folder, kit, c->message, sizeof c->message);
            if (c->status == COMPILE_OK) continue;
            return c->status;
        }
        char log[3000];
        compile_read_log(folder, log, sizeof log);
        if (WIFEXITED(status) && WEXITSTATUS(status) >= 125)
            return say(c, COMPILE_BROKEN, "%s: %s", words[0], log);
        if (WIFSIGNALED(status))
            return say(c, COMPILE_REFUSED, "%s: the compiler was stopped (%s)\n%s", steps[i].failed,
                       strsignal(WTERMSIG(status)), log);
        return say(c, COMPILE_FAILED, "%s\n%s", steps[i].failed, log);
    }
    c->program = take_out(folder, "program");
    if (blas) c->program_blas = take_out(folder, "program-blas");
    if (c->program < 0 || (blas && c->program_blas < 0))
        return say(c, COMPILE_BROKEN, "the linked programs cannot be read");
    return c->status = COMPILE_OK;
}

void compile_submission(compilation *c, const char *file, const char *kit, const char *work, bool blas)
{
    *c = (compilation){.program = -1, .program_blas = -1};
    double start = measure_now();
    char made[PATH_MAX], headers[PATH_MAX], name[NAME_MAX + 1];
    const char *temporary = getenv("TMPDIR");
    const char *where = work ? work : temporary && *temporary ? temporary : "/tmp";
    snprintf(made, sizeof made, "%s/" FOLDER "XXXXXX", where);
    if (work) mkdir(work, 0755);
    sweep(where);
    if (!mkdtemp(made)) {
        say(c, COMPILE_BROKEN, "%s: cannot make a folder to work in: %s", made, strerror(errno));
        return;
    }
    char *words[2], *text = compile_read_words(kit, "name", words, 2);
    snprintf(name, sizeof name, "%s", text ? words[0] : "submission.c");
    free(text);
    int folder = open(made, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    // The system removes the lock if this process is killed: see sweep.
    if (folder >= 0) flock(folder, LOCK_EX | LOCK_NB);
    uid_t user = sandbox_user();
    paths[WORK_PATH].path = made;
    if (copy_in(c, file, folder, name) >= 0) {
        snprintf(headers, sizeof headers, "%s/" HEADERS, kit);
        if (symlinkat(headers, folder, HEADERS) != 0)
            say(c, COMPILE_BROKEN, "%s cannot be filled: %s", made, strerror(errno));
        else if (user != (uid_t)-1 && fchown(folder, user, user) != 0)
            say(c, COMPILE_BROKEN, "%s cannot be given to another user: %s", made, strerror(errno));
        else run_steps(c, kit, made, folder, blas);
    }
    remove_folder(folder, made);
    if (folder >= 0) close(folder);
    c->seconds = measure_now() - start;
}

void compile_finish(compilation *c)
{
    if (c->program >= 0) close(c->program);
    if (c->program_blas >= 0) close(c->program_blas);
    c->program = c->program_blas = -1;
}
