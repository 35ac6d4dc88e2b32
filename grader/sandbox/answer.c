// answer.c: the parent's side of the calls that a sandboxed process asks about: see seccomp_unotify(2).
//
// What is decided about a path is decided about its text in the other process's memory, which could be another when
// the call goes on. So it holds for compilers, which run one thread and are not hostile themselves, and for nobody
// else.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "sandbox.h"

bool sandbox_await(int socket, int *asked)
{
    *asked = -1;
    for (;;) {
        char byte, space[CMSG_SPACE(sizeof *asked)] __attribute__((aligned(_Alignof(struct cmsghdr))));
        struct iovec bytes = {&byte, 1};
        struct msghdr m = {
            .msg_iov = &bytes, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
        ssize_t count = recvmsg(socket, &m, MSG_CMSG_CLOEXEC);
        if (count < 0 && errno == EINTR) continue;
        const struct cmsghdr *c = count == 1 ? CMSG_FIRSTHDR(&m) : NULL;
        if (!c || c->cmsg_type != SCM_RIGHTS) return count == 0;
        memcpy(asked, CMSG_DATA(c), sizeof *asked);
    }
}

bool sandbox_shows(const sandbox_path *paths, const char *path)
{
    for (const sandbox_path *p = paths; p && p->path; p++) {
        size_t length = strlen(p->path);
        if (!strncmp(path, p->path, length) && (path[length] == '/' || path[length] == 0)) return true;
    }
    return false;
}

// The text at that address of the process; false if there is none.
static bool read_text(char text[PATH_MAX], pid_t pid, uint64_t address)
{
    struct iovec to = {text, PATH_MAX}, from = {(void *)(uintptr_t)address, PATH_MAX};
    ssize_t count = process_vm_readv(pid, &to, 1, &from, 1, 0); // less where a page ends that is the last
    return count > 0 && memchr(text, 0, (size_t)count);
}

// Whether the path climbs only out of folders that are shown: "/home/ada/../../usr" would tell whether there is an ada.
static bool climbs_within(const sandbox_path *paths, const char *path)
{
    char folder[PATH_MAX] = "";
    for (const char *at = path; *at; at += strspn(at, "/")) {
        const int length = (int)strcspn(at, "/");
        if (length == 2 && !strncmp(at, "..", 2)) {
            if (!sandbox_shows(paths, folder)) return false;
            *strrchr(folder, '/') = 0;
        } else if (length > 0 && !(length == 1 && *at == '.')) {
            const size_t used = strlen(folder);
            snprintf(folder + used, sizeof folder - used, "/%.*s", length, at);
        }
        at += length;
    }
    return true;
}

// Whether a process may open this path: it leads, by all links, to what is shown, or to nothing yet in a folder that is.
static bool may_open(const sandbox_path *paths, pid_t pid, int folder, const char *path)
{
    char full[2 * PATH_MAX], real[PATH_MAX], here[40];
    snprintf(here, sizeof here, "/proc/%d/cwd", (int)pid);
    if (path[0] != '/') {
        ssize_t length = folder == AT_FDCWD ? readlink(here, real, sizeof real - 1) : -1;
        if (length <= 0) return false;
        snprintf(full, sizeof full, "%.*s/%s", (int)length, real, path);
    } else snprintf(full, sizeof full, "%s", path);
    if (strlen(full) >= PATH_MAX || !climbs_within(paths, full)) return false;
    if (realpath(full, real)) return sandbox_shows(paths, real);
    if (errno != ENOENT || !strrchr(full, '/')) return false;
    strrchr(full, '/')[1] = 0;
    return realpath(full, real) && sandbox_shows(paths, real);
}

static int threads_of(pid_t pid)
{
    char path[40], text[512];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC), threads = INT_MAX;
    ssize_t length = fd >= 0 ? read(fd, text, sizeof text - 1) : 0;
    if (fd >= 0) close(fd);
    text[length > 0 ? length : 0] = 0;
    const char *at = strrchr(text, ')'); // behind the name, from the state on: number 3
    for (int field = 2; at && field < 20; field++) at = strchr(at + 1, ' ');
    if (at) sscanf(at, "%d", &threads);
    return threads;
}

void sandbox_answer(int asked, const sandbox_path *paths)
{
    struct seccomp_notif question = {0};                                // zeros are asked for
    if (ioctl(asked, SECCOMP_IOCTL_NOTIF_RECV, &question) != 0) return; // a signal took it back
    const pid_t pid = (pid_t)question.pid;
    const __u64 *a = question.data.args;
    const int call = question.data.nr;
    char path[PATH_MAX];
    int error;
    if (call == SYS_clone) error = threads_of(pid) < SANDBOX_THREADS ? 0 : -EAGAIN;
    else {
        const bool at = call == SYS_openat;
        error = read_text(path, pid, a[at]) && may_open(paths, pid, at ? (int)a[0] : AT_FDCWD, path)
                    ? 0
                    : -ENOENT;
    }
    struct seccomp_notif_resp answer = {
        .id = question.id, .error = error, .flags = error ? 0 : SECCOMP_USER_NOTIF_FLAG_CONTINUE};
    ioctl(asked, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}
