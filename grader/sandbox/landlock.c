// landlock.c: which files may be opened. The C library has no wrappers for these calls: see landlock(7).
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox.h"

enum {
    READ_RIGHTS = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
    FIRST_RIGHTS = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1, // those of the first version: all bits up to this
    WRITE_RIGHTS = READ_RIGHTS | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                   LANDLOCK_ACCESS_FS_MAKE_REG,
};

static bool allow(int rules, const sandbox_path *p)
{
    int fd = open(p->path, O_PATH | O_CLOEXEC);
    if (fd < 0) return errno == ENOENT;
    struct landlock_path_beneath_attr beneath = {.allowed_access = p->writable ? WRITE_RIGHTS : READ_RIGHTS,
                                                 .parent_fd = fd};
    long failed = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
    if (failed && errno == EINVAL) { // a file, not a folder
        beneath.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE;
        failed = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
    }
    close(fd);
    return failed == 0;
}

bool sandbox_restrict_files(const sandbox_plan *plan)
{
    struct landlock_ruleset_attr all = {.handled_access_fs = FIRST_RIGHTS};
    int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
    if (rules < 0) return false;
    bool ok = true;
    for (const sandbox_path *p = plan->paths; ok && p && p->path; p++) ok = allow(rules, p);
    ok = ok && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    close(rules);
    return ok;
}
