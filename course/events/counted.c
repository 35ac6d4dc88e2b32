// counted.c: the allocator's functions, each with the sizes that the allocator itself tells.
#include "counted.h"

#include <malloc.h>
#include <stdatomic.h>

static _Atomic long now, most;

long counted_now(void) { return now; }
void counted_begin(void) { most = now; }
long counted_most(void) { return most; }

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *p, size_t bytes);
void *__real_aligned_alloc(size_t align, size_t bytes);
void __real_free(void *p);

static void *gave(void *p)
{
    const long more = (long)malloc_usable_size(p), sum = atomic_fetch_add(&now, more) + more;
    for (long before = most; sum > before && !atomic_compare_exchange_weak(&most, &before, sum);) {
    }
    return p;
}

void *__wrap_malloc(size_t bytes) { return gave(__real_malloc(bytes)); }
void *__wrap_calloc(size_t count, size_t bytes) { return gave(__real_calloc(count, bytes)); }
void *__wrap_aligned_alloc(size_t align, size_t bytes) { return gave(__real_aligned_alloc(align, bytes)); }

void *__wrap_realloc(void *p, size_t bytes)
{
    const long before = (long)malloc_usable_size(p);
    void *grown = __real_realloc(p, bytes);
    if (!grown && bytes > 0) return NULL;
    now -= before;
    return gave(grown);
}

void __wrap_free(void *p)
{
    now -= (long)malloc_usable_size(p);
    __real_free(p);
}
