// step.c: see step.h.
#include "step.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "measure/measure.h"

// The references take 192 MiB at most, more with sanitizers.
const size_t step_bytes = (TT_SANITIZED ? 1536 : 512) << 20;

#define FOLDER "tinytorch-grade-" // what the folders are called

// --- The folder ---

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

bool step_open(step_folder *f, const char *work)
{
    const char *temporary = getenv("TMPDIR");
    const char *where = work ? work : temporary && *temporary ? temporary : "/tmp";
    snprintf(f->path, sizeof f->path, "%s/" FOLDER "XXXXXX", where);
    f->folder = -1;
    if (work) mkdir(work, 0755);
    sweep(where);
    if (!mkdtemp(f->path)) return false;
    f->folder = open(f->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (f->folder < 0) return rmdir(f->path), false;
    flock(f->folder, LOCK_EX | LOCK_NB); // the system removes the lock if this process is killed: see sweep
    return true;
}

bool step_put(const step_folder *f, const char *name, int bytes)
{
    struct stat s;
    off_t at = 0;
    int to = openat(f->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    bool ok = to >= 0 && fstat(bytes, &s) == 0;
    while (ok && at < s.st_size) ok = sendfile(to, bytes, &at, (size_t)(s.st_size - at)) > 0;
    if (to >= 0) close(to);
    return ok;
}

bool step_hand_over(const step_folder *f)
{
    const uid_t user = sandbox_user();
    return user == (uid_t)-1 || fchown(f->folder, user, user) == 0;
}

void step_close(step_folder *f)
{
    if (f->folder < 0) return;
    remove_folder(f->folder, f->path);
    close(f->folder);
    f->folder = -1;
}

// --- One command in the sandbox ---

sandbox_path step_paths[] = {{"/usr", false},
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

static __attribute__((noreturn)) void become(char **words, const char *work, int parent, int seconds)
{
    const sandbox_plan plan = {.kind = SANDBOX_COMPILER,
                               .paths = step_paths,
                               .memory_bytes = step_bytes,
                               .file_bytes = STEP_FILE_BYTES,
                               .seconds = seconds,
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

int step_run(const step_folder *f, char **words, const char *shown, int seconds)
{
    step_paths[KIT_PATH].path = shown, step_paths[WORK_PATH].path = f->path;
    int pair[2], asked = -1, status = 0;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return 125 << 8;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) become(words, f->path, pair[1], seconds);
    close(pair[1]);
    if (child > 0) setpgid(child, child), sandbox_await(pair[0], &asked);
    close(pair[0]);
    if (child < 0) return 125 << 8;
    // Both descriptors may be -1, which poll passes over: then the time that it takes ends by its processor time alone.
    const double end = measure_now() + 2 * seconds;
    struct pollfd p[] = {{(int)syscall(SYS_pidfd_open, child, 0), POLLIN, 0}, {asked, POLLIN, 0}};
    while (p[0].fd >= 0 && !p[0].revents) {
        if (measure_now() > end) kill(child, SIGKILL);
        if (poll(p, 2, 1000) > 0 && p[1].revents & POLLIN) sandbox_answer(asked, step_paths);
        else if (p[1].revents) close(p[1].fd), p[1].fd = -1; // nobody is left to ask
    }
    waitpid(child, &status, 0);
    kill(-child, SIGKILL); // what it may have left
    for (int i = 0; i < 2; i++)
        if (p[i].fd >= 0) close(p[i].fd);
    return status;
}
