// train_workers.c: several processes, each with a share of every batch.
//
// Processes and not threads: the layers use none, and a serial OpenBLAS must not be called from two threads
// at once (its allocator is built without locks, and products come out wrong). The weights lie in shared
// memory. For each step the parent sends its number, every process computes the gradient of its share into a
// slot of its own, and the parent adds the slots in a fixed order and steps: the same bits for the same
// number of workers.
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "train.h"

typedef struct {
    tt_status status;
    double loss, correct;
    char error[256];
} answer;

static bool send_all(int to, const void *data, size_t bytes)
{
    for (size_t done = 0; done < bytes;) {
        ssize_t n = write(to, (const char *)data + done, bytes - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        done += (size_t)n;
    }
    return true;
}

static bool receive_all(int from, void *data, size_t bytes)
{
    for (size_t done = 0; done < bytes;) {
        ssize_t n = read(from, (char *)data + done, bytes - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        done += (size_t)n;
    }
    return true;
}

// Slot 0 has the values, slot 1 + i worker i's gradients.
static float *slot_of(const run *r, int slot) { return r->shared + (size_t)slot * r->slot_floats; }

// Let the table's values, and its gradients, point into a slot.
static void point_into(parameters *p, float *slot, bool values)
{
    for (int i = 0; i < p->count; i++) {
        parameter *one = &p->list[i];
        if (values) {
            memcpy(slot, one->value, one->count * sizeof *slot);
            one->value = slot;
        } else {
            one->grad = slot;
        }
        slot += (one->count + 15) / 16 * 16; // on cache lines of their own
    }
}

static void work_for_parent(run *r, int from, int to)
{
    while (receive_all(from, &r->step, sizeof r->step)) {
        answer a = {0};
        a.status = r->task->step(r, &a.loss, &a.correct);
        if (a.status != TT_OK) strncpy(a.error, tt_error(), sizeof a.error - 1);
        if (!send_all(to, &a, sizeof a)) break;
    }
    _exit(0);
}

static tt_status start_one(run *r, int i)
{
    int down[2], up[2];
    pid_t parent = getpid();
    if (pipe2(down, 0) != 0 || pipe2(up, 0) != 0)
        return tt_fail(TT_NO_MEMORY, "no pipe for a worker: %s", strerror(errno));
    pid_t child = fork();
    if (child < 0) return tt_fail(TT_NO_MEMORY, "no process for a worker: %s", strerror(errno));
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); // a parent that is killed takes its workers along
        if (getppid() != parent) _exit(1);
        close(down[1]), close(up[0]);
        for (int j = 1; j < i; j++) close(r->down[j]), close(r->up[j]);
        r->worker = i;
        point_into(r->weights, slot_of(r, 1 + i), false);
        work_for_parent(r, down[0], up[1]);
    }
    close(down[0]), close(up[1]);
    r->down[i] = down[1], r->up[i] = up[0], r->pid[i] = child;
    return TT_OK;
}

tt_status workers_start(run *r)
{
    if (r->workers == 1) return TT_OK;
    for (int i = 0; i < r->weights->count; i++) r->slot_floats += (r->weights->list[i].count + 15) / 16 * 16;
    size_t bytes = (size_t)(1 + r->workers) * r->slot_floats * sizeof(float);
    void *shared = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) return tt_fail(TT_NO_MEMORY, "no shared memory for %d workers", r->workers);
    r->shared = shared;
    signal(SIGPIPE, SIG_IGN); // a worker that died is found by its pipe
    point_into(r->weights, slot_of(r, 0), true);
    point_into(r->weights, slot_of(r, 1), false);
    for (int i = 1; i < r->workers; i++) {
        tt_status status = start_one(r, i);
        if (status != TT_OK) return status;
    }
    return TT_OK;
}

// Shares are equally large, so the batch's gradient is the mean of theirs.
static void add_slots(run *r)
{
    float *sum = slot_of(r, 1), part = 1 / (float)r->workers;
    for (int w = 1; w < r->workers; w++) {
        const float *other = slot_of(r, 1 + w);
        for (size_t i = 0; i < r->slot_floats; i++) sum[i] += other[i];
    }
    for (size_t i = 0; i < r->slot_floats; i++) sum[i] *= part;
}

tt_status workers_step(run *r, double *loss, double *correct)
{
    bool alive = true;
    for (int i = 1; i < r->workers; i++) alive = alive && send_all(r->down[i], &r->step, sizeof r->step);
    tt_status status = r->task->step(r, loss, correct);
    for (int i = 1; i < r->workers; i++) {
        answer a = {0};
        alive = alive && receive_all(r->up[i], &a, sizeof a);
        if (!alive) return tt_fail(TT_NO_MEMORY, "worker %d is gone; was it killed?", i);
        if (status == TT_OK && a.status != TT_OK) status = tt_fail(a.status, "worker %d: %s", i, a.error);
        *loss += a.loss, *correct += a.correct;
    }
    if (r->workers > 1 && status == TT_OK) add_slots(r);
    *loss /= r->workers, *correct /= r->workers;
    return status;
}

void workers_stop(run *r)
{
    for (int i = 1; i < r->workers && r->pid[i]; i++) {
        close(r->down[i]), close(r->up[i]);
        waitpid(r->pid[i], NULL, 0);
    }
    if (r->shared) munmap(r->shared, (size_t)(1 + r->workers) * r->slot_floats * sizeof(float));
}
