// namespaces.c: a root folder that holds the plan's paths only, no network, no memory shared with others.
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox.h"

enum { MOST_PATHS = 16 };
static const char new_root[] = "/sys"; // exists on every Linux, and nothing in it is needed

static bool write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    if (fd >= 0) close(fd);
    return ok;
}

// In a user namespace an ordinary user has the right to make the others: user_namespaces(7).
static bool become_owner(void)
{
    uid_t uid = geteuid();
    gid_t gid = getegid();
    char map[64];
    if (unshare(CLONE_NEWUSER) != 0) return false;
    snprintf(map, sizeof map, "%u %u 1", (unsigned)uid, (unsigned)uid);
    if (!write_file("/proc/self/uid_map", map)) return false;
    if (!write_file("/proc/self/setgroups", "deny") && errno != ENOENT) return false;
    snprintf(map, sizeof map, "%u %u 1", (unsigned)gid, (unsigned)gid);
    return write_file("/proc/self/gid_map", map);
}

// mkdir -p below the current folder, except for the last name, which the caller makes.
static void make_parents(const char *path)
{
    char part[512];
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(part, sizeof part, ".%.*s", (int)(slash - path), path);
        mkdir(part, 0755);
    }
}

// Put a path into the new root: a link as the same link, a folder or a file as itself, read-only unless
// it is writable in the plan. `tree` is a detached copy of it, made while the old root was visible.
static bool place(const sandbox_path *p, int tree)
{
    char at[512], link[512];
    struct stat s;
    snprintf(at, sizeof at, ".%s", p->path);
    make_parents(p->path);
    ssize_t length = readlink(p->path, link, sizeof link - 1);
    if (length > 0) {
        link[length] = 0;
        return symlink(link, at) == 0 || errno == EEXIST;
    }
    if (tree < 0 || fstat(tree, &s) != 0) return false;
    if (S_ISDIR(s.st_mode)) {
        if (mkdir(at, 0755) != 0 && errno != EEXIST) return false;
    } else {
        int fd = open(at, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
        if (fd < 0) return false;
        close(fd);
    }
    struct mount_attr attr = {.attr_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
                                          (p->writable ? 0 : MOUNT_ATTR_RDONLY)};
    return mount_setattr(tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr, sizeof attr) == 0 &&
           move_mount(tree, "", AT_FDCWD, at, MOVE_MOUNT_F_EMPTY_PATH) == 0;
}

bool sandbox_leave_namespaces(const sandbox_plan *plan)
{
    char folder[512];
    if (!getcwd(folder, sizeof folder)) return false;
    if (geteuid() != 0 && !become_owner()) return false;
    if (unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) != 0) return false;
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return false;
    int tree[MOST_PATHS], count = 0;
    for (const sandbox_path *p = plan->paths; p && p->path && count < MOST_PATHS; p++)
        tree[count++] = open_tree(AT_FDCWD, p->path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
    if (mount("none", new_root, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=64k") != 0 ||
        chdir(new_root) != 0)
        return false;
    for (int i = 0; i < count; i++) {
        struct stat s;
        bool there = lstat(plan->paths[i].path, &s) == 0;
        if (there && !place(&plan->paths[i], tree[i])) return false;
        if (tree[i] >= 0) close(tree[i]);
    }
    if (mount(NULL, ".", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL) != 0)
        return false;
    if (syscall(SYS_pivot_root, ".", ".") != 0 || umount2(".", MNT_DETACH) != 0) return false;
    if (chdir(plan->paths ? folder : "/") != 0) return chdir("/") == 0;
    return true;
}
