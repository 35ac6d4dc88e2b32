// seccomp.c: the system calls that a sandboxed process may make, as two tables and the small program made of
// them.
//
// The program is classic BPF over struct seccomp_data (linux/seccomp.h). What no row names ends the process.
// Rows that refuse are for what the C library tries at its start and can do without.
#include <asm/unistd.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox.h"

#ifdef __x86_64__

typedef enum {
    ALLOW,
    REFUSE,      // EACCES, and the process goes on
    ABSENT,      // ENOSYS: the C library takes the older call
    ALLOW_FIRST, // if the first argument is at most `value`: a descriptor of ours
    ALLOW_SELF,  // if the first argument is this process, or 0
    ALLOW_ABORT, // tgkill: SIGABRT to this process; others could take back the parent's SIGSTOP
    ALLOW_QUERY, // prlimit64 without new limits; with them EPERM
    ALLOW_FLAGS, // if all bits of `value` are in the first argument
    ALLOW_START, // execveat of the one program
} verdict;

// Calls that are treated alike. Lists end with -1.
typedef struct {
    const int *calls;
    verdict what;
    uint32_t value;
} rule;

enum { LAST_OWN_FD = 4 }; // 0 to 2, the job's memory, its socket

// --- A kernel: memory, signals to itself, its two descriptors ---

static const int kernel_calls[] = {
    __NR_futex,
    __NR_sched_yield,
    __NR_mmap,
    __NR_munmap,
    __NR_mremap,
    __NR_mprotect,
    __NR_madvise,
    __NR_brk,
    __NR_exit,
    __NR_exit_group,
    __NR_rt_sigaction,
    __NR_rt_sigprocmask,
    __NR_rt_sigreturn,
    __NR_sigaltstack,
    __NR_restart_syscall,
    __NR_clock_gettime,
    __NR_clock_nanosleep,
    __NR_nanosleep,
    __NR_getrandom,
    __NR_getpid,
    __NR_gettid,
    __NR_arch_prctl,
    __NR_set_tid_address,
    __NR_set_robust_list,
    __NR_rseq,
    -1,
};
static const int kernel_io[] = {__NR_read, __NR_write, __NR_writev, -1};
static const int kernel_self[] = {__NR_sched_getaffinity, -1}, kernel_query[] = {__NR_prlimit64, -1};
static const int abort_call[] = {__NR_tgkill, -1};
static const int kernel_start[] = {__NR_execveat, -1};
static const int kernel_refused[] = {
    __NR_readlink, __NR_openat, __NR_newfstatat, __NR_fstat, __NR_lseek,
    __NR_ioctl,    __NR_uname,  __NR_sysinfo,    __NR_mbind, -1,
};
static const rule kernel_rules[] = {
    {kernel_calls, ALLOW, 0},       {kernel_io, ALLOW_FIRST, LAST_OWN_FD},
    {kernel_self, ALLOW_SELF, 0},   {kernel_query, ALLOW_QUERY, 0},
    {abort_call, ALLOW_ABORT, 0},   {kernel_refused, REFUSE, 0},
    {kernel_start, ALLOW_START, 0}, {NULL, ALLOW, 0},
};

// Threads and nothing else: pthread_create asks for these bits.
enum { THREAD_BITS = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD };
static const int thread_start[] = {__NR_clone, -1}, thread_newer[] = {__NR_clone3, -1};
static const rule thread_rules[] = {
    {thread_start, ALLOW_FLAGS, THREAD_BITS}, {thread_newer, ABSENT, 0}, {NULL, ALLOW, 0}};

// --- A compiler and its parts: files, pipes, processes of their own; no network, no mounts ---

static const int compiler_calls[] = {
    __NR_read,
    __NR_write,
    __NR_readv,
    __NR_writev,
    __NR_pread64,
    __NR_pwrite64,
    __NR_lseek,
    __NR_open,
    __NR_openat,
    __NR_close,
    __NR_close_range,
    __NR_stat,
    __NR_lstat,
    __NR_fstat,
    __NR_newfstatat,
    __NR_statx,
    __NR_access,
    __NR_faccessat,
    __NR_faccessat2,
    __NR_readlink,
    __NR_readlinkat,
    __NR_getcwd,
    __NR_getdents64,
    __NR_unlink,
    __NR_unlinkat,
    __NR_rename,
    __NR_renameat,
    __NR_renameat2,
    __NR_chmod,
    __NR_fchmod,
    __NR_fchmodat,
    __NR_umask,
    __NR_ftruncate,
    __NR_fallocate,
    __NR_fadvise64,
    __NR_fcntl,
    __NR_ioctl,
    __NR_dup,
    __NR_dup2,
    __NR_dup3,
    __NR_pipe,
    __NR_pipe2,
    __NR_poll,
    __NR_vfork,
    __NR_fork,
    __NR_clone,
    __NR_execve,
    __NR_wait4,
    __NR_waitid,
    __NR_exit,
    __NR_exit_group,
    __NR_mmap,
    __NR_munmap,
    __NR_mremap,
    __NR_mprotect,
    __NR_madvise,
    __NR_brk,
    __NR_futex,
    __NR_rt_sigaction,
    __NR_rt_sigprocmask,
    __NR_rt_sigreturn,
    __NR_sigaltstack,
    __NR_getpid,
    __NR_getppid,
    __NR_gettid,
    __NR_getuid,
    __NR_geteuid,
    __NR_getgid,
    __NR_getegid,
    __NR_getrusage,
    __NR_times,
    __NR_sysinfo,
    __NR_uname,
    __NR_getrandom,
    __NR_prlimit64,
    __NR_getrlimit,
    __NR_setrlimit,
    __NR_arch_prctl,
    __NR_set_tid_address,
    __NR_rseq,
    __NR_set_robust_list,
    __NR_clock_gettime,
    __NR_gettimeofday,
    __NR_time,
    __NR_sched_yield,
    __NR_sched_getaffinity,
    __NR_restart_syscall,
    -1,
};
static const int compiler_refused[] = {__NR_utimensat, __NR_copy_file_range, __NR_chown, __NR_fchown, -1};
static const rule compiler_rules[] = {
    {compiler_calls, ALLOW, 0},
    {compiler_refused, REFUSE, 0},
    {abort_call, ALLOW_ABORT, 0},
    {thread_newer, ABSENT, 0},
    {NULL, ALLOW, 0},
};

#define FIELD(name)         ((uint32_t)offsetof(struct seccomp_data, name))
#define LOAD(at)            (struct sock_filter) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at)
#define RETURN(k)           (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, k)
#define UNLESS(value, skip) (struct sock_filter) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip)

enum { MOST = 1024 };

typedef struct {
    struct sock_filter code[MOST];
    unsigned short length;
} filter;

static void add(filter *f, struct sock_filter instruction)
{
    if (f->length < MOST) f->code[f->length++] = instruction;
}

// "If the loaded call is this one, look at its arguments and return": each row skips itself if it is not
// meant.
static void add_call(filter *f, int call, const rule *r, const sandbox_plan *plan)
{
    const uint32_t first = FIELD(args[0]), second = FIELD(args[1]), kill = SECCOMP_RET_KILL_PROCESS;
    unsigned short jump = f->length;
    add(f, UNLESS((uint32_t)call, 0)); // where to, stands below
    switch (r->what) {
    case ALLOW:
        add(f, RETURN(SECCOMP_RET_ALLOW));
        break;
    case REFUSE:
        add(f, RETURN(SECCOMP_RET_ERRNO | EACCES));
        break;
    case ABSENT:
        add(f, RETURN(SECCOMP_RET_ERRNO | ENOSYS));
        break;
    case ALLOW_FIRST:
        add(f, LOAD(first));
        add(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, r->value, 1, 0));
        add(f, RETURN(SECCOMP_RET_ALLOW));
        add(f, RETURN(kill));
        break;
    case ALLOW_SELF:
        add(f, LOAD(first));
        add(f, UNLESS(0, 1));
        add(f, RETURN(SECCOMP_RET_ALLOW));
        add(f, UNLESS((uint32_t)getpid(), 1));
        add(f, RETURN(SECCOMP_RET_ALLOW));
        add(f, RETURN(kill));
        break;
    case ALLOW_ABORT:
        add(f, LOAD(first));
        add(f, UNLESS((uint32_t)getpid(), 3));
        add(f, LOAD(FIELD(args[2])));
        add(f, UNLESS(SIGABRT, 1));
        add(f, RETURN(SECCOMP_RET_ALLOW));
        add(f, RETURN(kill));
        break;
    case ALLOW_QUERY:
        add(f, LOAD(FIELD(args[2])));
        add(f, UNLESS(0, 3));
        add(f, LOAD(FIELD(args[2]) + 4));
        add(f, UNLESS(0, 1));
        add(f, RETURN(SECCOMP_RET_ALLOW));
        add(f, RETURN(SECCOMP_RET_ERRNO | EPERM));
        break;
    case ALLOW_FLAGS:
        add(f, LOAD(first));
        add(f, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, r->value));
        add(f, UNLESS(r->value, 1));
        add(f, RETURN(SECCOMP_RET_ALLOW));
        add(f, RETURN(kill));
        break;
    case ALLOW_START: // the path's address is one that only this process knows, and it is gone after the
                      // start
        add(f, LOAD(first));
        add(f, UNLESS(SANDBOX_PROGRAM_FD, 5));
        add(f, LOAD(second));
        add(f, UNLESS((uint32_t)(uintptr_t)plan->start, 3));
        add(f, LOAD(second + 4));
        add(f, UNLESS((uint32_t)((uintptr_t)plan->start >> 32), 1));
        add(f, RETURN(SECCOMP_RET_ALLOW));
        add(f, RETURN(kill));
        break;
    }
    f->code[jump].jf = (uint8_t)(f->length - jump - 1);
}

static void add_rules(filter *f, const rule *r, const sandbox_plan *plan)
{
    for (; r->calls; r++)
        for (const int *call = r->calls; *call >= 0; call++) add_call(f, *call, r, plan);
}

bool sandbox_filter_calls(const sandbox_plan *plan)
{
    static filter f;
    f.length = 0;
    add(&f, LOAD(FIELD(arch)));
    add(&f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0));
    add(&f, RETURN(SECCOMP_RET_KILL_PROCESS)); // 32-bit calls have other numbers; those of x32 are in no row
    add(&f, LOAD(FIELD(nr)));
    if (plan->kind == SANDBOX_COMPILER) {
        add_rules(&f, compiler_rules, plan);
    } else {
        add_rules(&f, kernel_rules, plan);
        if (plan->kind == SANDBOX_KERNEL_THREADS) add_rules(&f, thread_rules, plan);
    }
    add(&f, RETURN(SECCOMP_RET_KILL_PROCESS));
    if (f.length == MOST) return errno = E2BIG, false;
    struct sock_fprog program = {f.length, f.code};
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}

#else

bool sandbox_filter_calls(const sandbox_plan *plan)
{
    (void)plan;
    errno = ENOSYS; // the numbers above are those of x86-64
    return false;
}

#endif
