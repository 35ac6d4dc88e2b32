// sandbox.c: enters the layers in their order, and tries out which of them work here.
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

sandbox_layer sandbox_layers[LAYERS] = {
    [LAYER_LIMITS] = {.name = "limits"},     [LAYER_SECCOMP] = {.name = "seccomp"},
    [LAYER_LANDLOCK] = {.name = "landlock"}, [LAYER_NAMESPACES] = {.name = "namespaces"},
    [LAYER_USER] = {.name = "user"},
};

enum { FIRST_USER = 61000, USERS = 100 }; // users without an account; two graders rarely share one

static bool is_root; // when sandbox_probe was called
static bool asks;    // the parent can be asked

uid_t sandbox_user(void)
{
    static uid_t user;
    if (!is_root || !sandbox_layers[LAYER_USER].on) return (uid_t)-1;
    if (user == 0) user = FIRST_USER + (uid_t)(getpid() % USERS);
    return user;
}

// Processes are counted for each user, and within a user namespace anew: an ordinary user without one has others.
static bool are_counted(void) { return sandbox_user() != (uid_t)-1 || sandbox_layers[LAYER_NAMESPACES].on; }

static bool set_limits(const sandbox_plan *plan)
{
    const struct {
        int resource;
        rlim_t value;
    } rows[] = {
        {RLIMIT_AS, plan->memory_bytes ? plan->memory_bytes : RLIM_INFINITY},
        {RLIMIT_FSIZE, plan->file_bytes},
        {RLIMIT_CPU, (rlim_t)plan->seconds},
        {RLIMIT_CORE, 1}, // with 0 a program that collects dumps would still get them: core(5)
        {RLIMIT_STACK, 8 << 20},
        {RLIMIT_NOFILE, plan->kind == SANDBOX_COMPILER ? 64 : 8},
        {RLIMIT_MEMLOCK, 0},
        {RLIMIT_MSGQUEUE, 0},
        {RLIMIT_SIGPENDING, 64},
        {RLIMIT_NPROC, are_counted() ? SANDBOX_THREADS : RLIM_INFINITY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rlimit limit = {rows[i].value, rows[i].value}, old;
        if (limit.rlim_cur == RLIM_INFINITY) continue;
        if (getrlimit((__rlimit_resource_t)rows[i].resource, &old) != 0) return false;
        if (old.rlim_max < limit.rlim_max) limit.rlim_cur = limit.rlim_max = old.rlim_max;
        if (setrlimit((__rlimit_resource_t)rows[i].resource, &limit) != 0) return false;
    }
    return true;
}

static bool change_user(const sandbox_plan *plan)
{
    (void)plan;
    uid_t user = sandbox_user();
    if (user == (uid_t)-1) return true;
    return setgroups(0, NULL) == 0 && setresgid(user, user, user) == 0 && setresuid(user, user, user) == 0;
}

// Whether this process has something to ask: what no other layer decides.
static bool has_questions(const sandbox_plan *plan)
{
    if (!asks || plan->ask < 0 || sandbox_layers[LAYER_NAMESPACES].on) return false;
    return plan->kind == SANDBOX_COMPILER || (plan->kind == SANDBOX_KERNEL_THREADS && !are_counted());
}

static bool filter_calls(const sandbox_plan *plan)
{
    return (!has_questions(plan) || sandbox_ask(plan)) && sandbox_filter_calls(plan);
}

// In this order: namespaces need the rights that the next step gives up, and the filter forbids all the rest.
static const struct {
    int layer;
    bool (*enter)(const sandbox_plan *plan);
} steps[] = {
    {LAYER_NAMESPACES, sandbox_leave_namespaces},
    {LAYER_USER, change_user},
    {LAYER_LANDLOCK, sandbox_restrict_files},
    {LAYER_LIMITS, set_limits},
    {LAYER_SECCOMP, filter_calls},
};

int sandbox_enter(const sandbox_plan *plan)
{
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (steps[i].layer == LAYER_LANDLOCK) { // after the change of user, which resets both
            if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
                return LAYER_SECCOMP;
        }
        if (sandbox_layers[steps[i].layer].on && !steps[i].enter(plan)) return steps[i].layer;
    }
    return -1;
}

// Whether this layer works here: 0, or the errno of its failure. With namespaces the kit is visible
// wherever it lies; without, the other user must be able to reach it by its path.
static int try_layer(int layer, bool (*enter)(const sandbox_plan *plan), const char *kit)
{
    const bool walk = layer == LAYER_USER && !sandbox_layers[LAYER_NAMESPACES].on;
    const sandbox_plan plan = {.kind = SANDBOX_KERNEL,
                               .memory_bytes = (size_t)1 << 30,
                               .file_bytes = 1 << 20,
                               .seconds = 10,
                               .start = "",
                               .ask = -1};
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        _exit(enter(&plan) && (!walk || access(kit, R_OK) == 0) ? 0 : errno ? errno : EPERM);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) return errno;
    return WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
}

// Can the parent be asked, and read what it is asked about? Tried with a file that is there and is not shown.
static bool try_questions(void)
{
    int pair[2], asked = -1, status = -1;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return false;
    const sandbox_plan plan = {.kind = SANDBOX_COMPILER, .ask = pair[1]};
    pid_t child = fork();
    if (child == 0) {
        bool ready = change_user(&plan) && prctl(PR_SET_DUMPABLE, 1) == 0 && // as after a start
                     prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && sandbox_ask(&plan);
        close(pair[0]), close(pair[1]);
        _exit(!(ready && open("/", O_RDONLY | O_CLOEXEC) < 0 && errno == ENOENT));
    }
    close(pair[1]);
    if (child > 0) sandbox_await(pair[0], &asked);
    close(pair[0]);
    if (poll(&(struct pollfd){asked, POLLIN, 0}, asked >= 0, 5000) > 0) sandbox_answer(asked, NULL);
    if (asked >= 0) close(asked);
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

bool sandbox_probe(const char *kit, bool unsafe, bool no_namespaces)
{
    is_root = geteuid() == 0;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        sandbox_layer *l = &sandbox_layers[steps[i].layer];
        const char *left_out = unsafe && steps[i].layer != LAYER_LIMITS ? "left out: --unsafe"
                               : no_namespaces && steps[i].layer == LAYER_NAMESPACES
                                   ? "left out: --no-namespaces"
                               : steps[i].layer == LAYER_USER && !is_root ? "only root can change the user"
                                                                          : NULL;
        l->on = steps[i].layer == LAYER_USER && is_root && !left_out;
        int error = left_out ? 0 : try_layer(steps[i].layer, steps[i].enter, kit);
        l->on = !left_out && error == 0;
        snprintf(l->why, sizeof l->why, "%s", left_out ? left_out : error ? strerror(error) : "");
    }
    asks = !unsafe && try_questions();
    return unsafe || (sandbox_layers[LAYER_LIMITS].on && sandbox_layers[LAYER_SECCOMP].on);
}
