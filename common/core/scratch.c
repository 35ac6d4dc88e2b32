// scratch.c: one buffer per thread and slot, which only grows.
#include "scratch.h"

#include <pthread.h>
#include <stdlib.h>

struct buffers {
    void *data[TT_SCRATCH_SLOTS];
    size_t bytes[TT_SCRATCH_SLOTS];
};

static _Thread_local struct buffers mine;
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void free_buffers(void *arg)
{
    struct buffers *b = arg;
    for (int i = 0; i < TT_SCRATCH_SLOTS; i++) free(b->data[i]);
}

static void make_key(void) { pthread_key_create(&key, free_buffers); }

void *tt_scratch(enum tt_scratch_slot slot, size_t bytes)
{
    if (bytes <= mine.bytes[slot]) return mine.data[slot];
    if (bytes > (size_t)-1 / 2) return NULL;
    size_t rounded = (bytes + TT_ALIGN - 1) / TT_ALIGN * TT_ALIGN;
    void *grown = aligned_alloc(TT_ALIGN, rounded);
    if (!grown) return NULL;
    free(mine.data[slot]);
    mine.data[slot] = grown;
    mine.bytes[slot] = rounded;
    pthread_once(&once, make_key);
    pthread_setspecific(key, &mine); // free_buffers runs at the end of every thread whose value is not NULL
    return grown;
}
