// workers.c: several processes, each with a share of every batch.
//
// Processes and not threads: the layers use none, and a serial OpenBLAS must not be called from two threads
// at once (its allocator is built without locks, and products come out wrong). The weights lie in shared
// memory. For each step the parent sends its number, every process computes the gradient of its share into a
// slot of its own, and the parent adds the slots in a fixed order and steps: the same bits for the same
// number of workers.
#include "inner.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
    tt_status status;
    double loss, accuracy;
    char error[256];
} answer;

// A message arrives whole or not at all: the sockets keep its bounds.
static bool tell(int link, const void *message, size_t bytes)
{
    return TEMP_FAILURE_RETRY(send(link, message, bytes, MSG_NOSIGNAL)) == (ssize_t)bytes;
}

static bool hear(int link, void *message, size_t bytes)
{
    return TEMP_FAILURE_RETRY(recv(link, message, bytes, 0)) == (ssize_t)bytes;
}

static train_place place_of(const train_loop *l, int worker)
{
    const train_job *j = l->job;
    return (train_place){j->seed, l->step, j->steps, j->batch, worker, j->batch / j->workers};
}

// Slot 0 has the values, slot 1 + i worker i's gradients. A parameter begins on a cache line.
static float *slot_of(const train_loop *l, int slot) { return l->shared + (size_t)slot * l->slot_floats; }
static size_t padded(size_t floats) { return (floats + 15) / 16 * 16; }
static size_t shared_bytes(const train_loop *l)
{
    return (size_t)(1 + l->job->workers) * l->slot_floats * sizeof(float);
}

static void point_gradients(const train_loop *l, int worker)
{
    float *slot = slot_of(l, 1 + worker);
    for (int i = 0; i < l->job->weights->count; i++) {
        l->job->weights->list[i].grad = slot;
        slot += padded(l->own[i].count);
    }
}

static _Noreturn void serve(train_loop *l, int worker, int link)
{
    point_gradients(l, worker);
    while (hear(link, &l->step, sizeof l->step)) {
        answer a = {0};
        a.status = l->job->step(l->job->data, place_of(l, worker), &a.loss, &a.accuracy);
        if (a.status != TT_OK) strncpy(a.error, tt_error(), sizeof a.error - 1);
        if (!tell(link, &a, sizeof a)) break;
    }
    _exit(0);
}

static tt_status start_one(train_loop *l, int worker)
{
    int ends[2];
    pid_t parent = getpid();
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return tt_fail(TT_NO_MEMORY, "no socket for a worker: %s", strerror(errno));
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); // a parent that is killed takes its workers along
        if (getppid() != parent) _exit(1);
        serve(l, worker, ends[1]);
    }
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        return tt_fail(TT_NO_MEMORY, "no process for a worker: %s", strerror(errno));
    }
    l->link[worker] = ends[0], l->pid[worker] = child;
    return TT_OK;
}

tt_status workers_start(train_loop *l)
{
    const train_job *j = l->job;
    if (j->workers == 1) return TT_OK;
    parameter *list = j->weights->list;
    for (int i = 0; i < j->weights->count; i++) l->slot_floats += padded(list[i].count);
    void *shared = mmap(NULL, shared_bytes(l), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    parameter *own = malloc((size_t)j->weights->count * sizeof *own);
    if (shared == MAP_FAILED || !own) {
        free(own);
        if (shared != MAP_FAILED) munmap(shared, shared_bytes(l));
        return tt_fail(TT_NO_MEMORY, "no shared memory for %d workers", j->workers);
    }
    l->shared = shared, l->own = own;
    memcpy(own, list, (size_t)j->weights->count * sizeof *own);
    float *slot = slot_of(l, 0);
    for (int i = 0; i < j->weights->count; slot += padded(list[i].count), i++)
        list[i].value = memcpy(slot, own[i].value, own[i].count * sizeof *slot);
    point_gradients(l, 0);
    tt_status status = TT_OK;
    for (int i = 1; i < j->workers && status == TT_OK; i++) status = start_one(l, i);
    return status;
}

// Shares are equally large, so the batch's gradient is the mean of theirs.
static void add_slots(const train_loop *l)
{
    float *sum = slot_of(l, 1), part = 1 / (float)l->job->workers;
    for (int w = 1; w < l->job->workers; w++) {
        const float *other = slot_of(l, 1 + w);
        for (size_t i = 0; i < l->slot_floats; i++) sum[i] += other[i];
    }
    for (size_t i = 0; i < l->slot_floats; i++) sum[i] *= part;
}

tt_status workers_step(train_loop *l, double *loss, double *accuracy)
{
    int workers = l->job->workers;
    bool alive = true;
    for (int i = 1; i < workers; i++) alive = alive && tell(l->link[i], &l->step, sizeof l->step);
    tt_status status = l->job->step(l->job->data, place_of(l, 0), loss, accuracy);
    for (int i = 1; i < workers; i++) {
        answer a = {0};
        alive = alive && hear(l->link[i], &a, sizeof a);
        if (!alive) return tt_fail(TT_NO_MEMORY, "a worker is gone; was it killed?");
        if (status == TT_OK && a.status != TT_OK) status = tt_fail(a.status, "worker %d: %s", i, a.error);
        *loss += a.loss, *accuracy += a.accuracy;
    }
    if (workers > 1 && status == TT_OK) add_slots(l);
    *loss /= workers, *accuracy /= workers;
    return status;
}

void workers_stop(train_loop *l)
{
    for (int i = 1; i < l->job->workers && l->pid[i]; i++) {
        shutdown(l->link[i], SHUT_RDWR); // later workers hold this end, too
        close(l->link[i]);
        waitpid(l->pid[i], NULL, 0);
    }
    if (!l->shared) return;
    parameter *list = l->job->weights->list;
    for (int i = 0; i < l->job->weights->count; i++) {
        memcpy(l->own[i].value, list[i].value, list[i].count * sizeof(float));
        list[i].value = l->own[i].value, list[i].grad = l->own[i].grad;
    }
    free(l->own);
    munmap(l->shared, shared_bytes(l));
}
