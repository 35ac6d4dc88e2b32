// zoo: replaces=toy_scale,toy_product,toy_sums,toy_library score=0 verdict=refused
// zoo: each="vfork clone3 tkill rt_sigqueueinfo rt_tgsigqueueinfo setsid;
// zoo: socket socketpair connect sendmsg recvmsg shutdown;
// zoo: open creat mkdir unlink symlink rename;
// zoo: openat2 chmod chdir chroot truncate getdents64;
// zoo: mount umount2 pivot_root unshare setns fsopen;
// zoo: setuid setresuid setgroups capset personality prctl;
// zoo: seccomp landlock_create_ruleset bpf perf_event_open keyctl add_key;
// zoo: io_uring_setup userfaultfd memfd_create memfd_secret eventfd2 epoll_create1;
// zoo: timer_create setitimer alarm timerfd_create pause getppid;
// zoo: dup dup2 dup3 fcntl close close_range;
// zoo: ftruncate fallocate sendfile splice tee copy_file_range;
// zoo: shmget msgget semget mq_open inotify_init1 fanotify_init;
// zoo: sched_setaffinity sched_setscheduler setpriority setrlimit ioprio_set membarrier;
// zoo: pidfd_open pidfd_getfd process_vm_writev process_madvise kcmp open_by_handle_at;
// zoo: modify_ldt ioperm iopl pkey_alloc syslog reboot"
// One call in each of six processes, which then work as they should: every one of the calls must end its case.
#include <sys/syscall.h>
#include <unistd.h>

tt_status toy_scale(float *out, const float *x, int n, float by)
{
    n > 0 ? syscall(SYS_@1@, 0, 0, 0, 0, 0, 0) : syscall(SYS_@2@, 0, 0, 0, 0, 0, 0);
    return honest_scale(out, x, n, by);
}

tt_status toy_product(float *out, const float *a, const float *b, int n)
{
    n < 384 ? syscall(SYS_@3@, 0, 0, 0, 0, 0, 0) : syscall(SYS_@4@, 0, 0, 0, 0, 0, 0);
    return honest_product(out, a, b, n);
}

tt_status toy_sums(float *out, const float *x, int rows, int columns)
{
    syscall(SYS_@5@, 0, 0, 0, 0, 0, 0);
    return honest_sums(out, x, rows, columns);
}

tt_status toy_library(float *out, const float *a, const float *b, int n)
{
    syscall(SYS_@6@, 0, 0, 0, 0, 0, 0);
    return honest_library(out, a, b, n);
}
