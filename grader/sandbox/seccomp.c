// seccomp.c: the system calls that a sandboxed process may make, as two tables; libseccomp makes the filter.
//
// A call that no row names ends the process, and so does one of another architecture (32-bit, x32). Names of
// calls that this architecture lacks are skipped. Rows that refuse are for calls that the C library tries at
// its start and can do without. The lists were made and tested on x86-64. On 64-bit ARM the filter can be made,
// but it is not known what else its C library asks for: such a call ends the process.
#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sandbox.h"

enum { LAST_OWN_FD = 4 }; // 0 to 2, the job's memory and its socket

#define REFUSE SCMP_ACT_ERRNO(EACCES) // and the process goes on
#define ABSENT SCMP_ACT_ERRNO(ENOSYS) // the C library takes the older call

// Calls with the same action, whatever their arguments.
typedef struct {
    uint32_t action;
    const char *calls;
} rule;

// --- A kernel: memory, signals to itself, its two descriptors ---

static const rule kernel_rules[] = {
    {SCMP_ACT_ALLOW, "futex sched_yield mmap munmap mremap mprotect madvise brk exit exit_group rt_sigaction "
                     "rt_sigprocmask rt_sigreturn sigaltstack restart_syscall clock_gettime clock_nanosleep "
                     "nanosleep getrandom getpid gettid arch_prctl set_tid_address set_robust_list rseq"},
    {REFUSE, "readlink readlinkat openat newfstatat fstat lseek ioctl uname sysinfo mbind"},
    {0, NULL}};
static const rule thread_rules[] = {{ABSENT, "clone3"}, {0, NULL}};

// --- A compiler and its parts: files, pipes, processes of their own; no network, no mounts ---

static const rule compiler_rules[] = {
    {SCMP_ACT_ALLOW,
     "read write readv writev pread64 pwrite64 lseek open openat close close_range stat lstat fstat "
     "newfstatat "
     "statx access faccessat faccessat2 readlink readlinkat getcwd getdents64 unlink unlinkat rename "
     "renameat "
     "renameat2 chmod fchmod fchmodat umask ftruncate fallocate fadvise64 fcntl ioctl dup dup2 dup3 pipe "
     "pipe2 "
     "poll vfork fork clone execve wait4 waitid exit exit_group mmap munmap mremap mprotect madvise brk "
     "futex "
     "rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack getpid getppid gettid getuid geteuid getgid "
     "getegid "
     "getrusage times sysinfo uname getrandom prlimit64 getrlimit setrlimit arch_prctl set_tid_address rseq "
     "set_robust_list clock_gettime gettimeofday time sched_yield sched_getaffinity restart_syscall"},
    {REFUSE, "utimensat copy_file_range chown fchown"},
    {ABSENT, "clone3"},
    {0, NULL}};

// --- What the parent is asked about, where namespaces are missing ---

static const rule asked_by_compiler[] = {{SCMP_ACT_NOTIFY, "open openat"}, {0, NULL}};
static const rule asked_by_threads[] = {{SCMP_ACT_NOTIFY, "clone"}, {0, NULL}};

// --- The filter ---

// False for a name that libseccomp does not know; a call that this machine lacks is no error.
static bool add_rules(scmp_filter_ctx f, const rule *r)
{
    for (; r->calls; r++)
        for (const char *at = r->calls; *at; at += strspn(at, " ")) {
            char name[32];
            int length = (int)strcspn(at, " ");
            snprintf(name, sizeof name, "%.*s", length, at);
            int call = seccomp_syscall_resolve_name(name);
            if (call == __NR_SCMP_ERROR || seccomp_rule_add(f, r->action, call, 0) != 0) return false;
            at += length;
        }
    return true;
}

static bool allow(scmp_filter_ctx f, int call, struct scmp_arg_cmp argument)
{
    return seccomp_rule_add(f, SCMP_ACT_ALLOW, call, 1, argument) == 0;
}

static bool allow_both(scmp_filter_ctx f, int call, struct scmp_arg_cmp one, struct scmp_arg_cmp other)
{
    return seccomp_rule_add(f, SCMP_ACT_ALLOW, call, 2, one, other) == 0;
}

// Calls that a kernel may make with some arguments only: read and write its own descriptors; ask for its
// processors and for limits, not set them; start the one program, by a path whose address only this process
// knows and which is gone after the start.
static bool add_kernel_arguments(scmp_filter_ctx f, const sandbox_plan *plan)
{
    const struct scmp_arg_cmp own = SCMP_A0(SCMP_CMP_LE, LAST_OWN_FD);
    return allow(f, SCMP_SYS(read), own) && allow(f, SCMP_SYS(write), own) &&
           allow(f, SCMP_SYS(writev), own) &&
           allow(f, SCMP_SYS(sched_getaffinity), SCMP_A0(SCMP_CMP_EQ, 0)) &&
           allow(f, SCMP_SYS(sched_getaffinity), SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid())) &&
           allow(f, SCMP_SYS(prlimit64), SCMP_A2(SCMP_CMP_EQ, 0)) &&
           seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(prlimit64), 1, SCMP_A2(SCMP_CMP_NE, 0)) == 0 &&
           allow_both(f, SCMP_SYS(execveat), SCMP_A0(SCMP_CMP_EQ, SANDBOX_PROGRAM_FD),
                      SCMP_A1(SCMP_CMP_EQ, (uintptr_t)plan->start));
}

// Threads and nothing else: pthread_create asks for these bits.
static bool add_threads(scmp_filter_ctx f)
{
    const scmp_datum_t bits = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
    return allow(f, SCMP_SYS(clone), SCMP_A0(SCMP_CMP_MASKED_EQ, bits, bits)) && add_rules(f, thread_rules);
}

static bool add_all(scmp_filter_ctx f, const sandbox_plan *plan)
{
    // For abort() only, SIGABRT to this process: another signal could undo the parent's SIGSTOP.
    if (!allow_both(f, SCMP_SYS(tgkill), SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()),
                    SCMP_A2(SCMP_CMP_EQ, SIGABRT)))
        return false;
    if (plan->kind == SANDBOX_COMPILER) return add_rules(f, compiler_rules);
    return add_rules(f, kernel_rules) && add_kernel_arguments(f, plan) &&
           (plan->kind != SANDBOX_KERNEL_THREADS || add_threads(f));
}

// A filter that does this with calls that it does not name; NULL and errno if there is none.
static scmp_filter_ctx begin(uint32_t otherwise)
{
    scmp_filter_ctx f = seccomp_init(otherwise);
    if (f && seccomp_attr_set(f, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0 &&
        seccomp_attr_set(f, SCMP_FLTATR_API_SYSRAWRC, 1) == 0)
        return f;
    seccomp_release(f);
    return errno = ENOMEM, NULL;
}

static bool load(scmp_filter_ctx f, bool made)
{
    int failed = made ? -seccomp_load(f) : EINVAL;
    return errno = failed, failed == 0;
}

bool sandbox_filter_calls(const sandbox_plan *plan)
{
    scmp_filter_ctx f = begin(SCMP_ACT_KILL_PROCESS);
    bool ok = f && load(f, add_all(f, plan));
    seccomp_release(f);
    return ok;
}

// Send the descriptor that the questions are read from, and keep none.
static bool hand_over(int socket, int asked)
{
    char byte = 0, space[CMSG_SPACE(sizeof asked)] __attribute__((aligned(_Alignof(struct cmsghdr)))) = {0};
    struct iovec bytes = {&byte, 1};
    struct msghdr m = {
        .msg_iov = &bytes, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    *c = (struct cmsghdr){CMSG_LEN(sizeof asked), SOL_SOCKET, SCM_RIGHTS};
    memcpy(CMSG_DATA(c), &asked, sizeof asked);
    bool sent = sendmsg(socket, &m, MSG_NOSIGNAL) == 1;
    return close(asked), sent;
}

bool sandbox_ask(const sandbox_plan *plan)
{
    const rule *rules = plan->kind == SANDBOX_COMPILER ? asked_by_compiler : asked_by_threads;
    scmp_filter_ctx f = begin(SCMP_ACT_ALLOW);
    bool ok = f && load(f, add_rules(f, rules)) && hand_over(plan->ask, seccomp_notify_fd(f));
    seccomp_release(f);
    return ok;
}
