// route.c: the functions to which the linker sends a program's allocations, and from there on to a table.
#include "given/route.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// The linker makes these of malloc and its siblings where it is told to wrap them. In a program without that
// they are NULL.
__attribute__((weak)) void *__real_malloc(size_t bytes);
__attribute__((weak)) void *__real_calloc(size_t count, size_t bytes);
__attribute__((weak)) void *__real_realloc(void *block, size_t bytes);
__attribute__((weak)) void *__real_aligned_alloc(size_t alignment, size_t bytes);
__attribute__((weak)) void __real_free(void *block);

static void *real_malloc(void *state, const void *place, size_t bytes)
{
    return (void)state, (void)place, __real_malloc(bytes);
}

static void *real_calloc(void *state, const void *place, size_t count, size_t bytes)
{
    return (void)state, (void)place, __real_calloc(count, bytes);
}

static void *real_realloc(void *state, const void *place, void *block, size_t bytes)
{
    return (void)state, (void)place, __real_realloc(block, bytes);
}

static void *real_aligned_alloc(void *state, const void *place, size_t alignment, size_t bytes)
{
    return (void)state, (void)place, __real_aligned_alloc(alignment, bytes);
}

static void real_free(void *state, void *block) { (void)state, __real_free(block); }

const prof_allocator profiling_libc = {NULL,         real_malloc,        real_calloc,
                                       real_realloc, real_aligned_alloc, real_free};

static const prof_allocator *table = &profiling_libc;

tt_status profiling_route(const prof_allocator *through)
{
    if (!__real_malloc) return tt_fail(TT_BAD_VALUE, "this program was linked without --wrap=malloc");
    table = through ? through : &profiling_libc;
    return TT_OK;
}

#define CALLER __builtin_return_address(0)

void *__wrap_malloc(size_t bytes) { return table->malloc(table->state, CALLER, bytes); }
void *__wrap_calloc(size_t count, size_t bytes) { return table->calloc(table->state, CALLER, count, bytes); }
void *__wrap_realloc(void *block, size_t bytes) { return table->realloc(table->state, CALLER, block, bytes); }
void *__wrap_aligned_alloc(size_t alignment, size_t bytes)
{
    return table->aligned_alloc(table->state, CALLER, alignment, bytes);
}
void __wrap_free(void *block) { table->free(table->state, block); }

// --- Places ---

const char *profiling_place(char *text, size_t size, const void *place)
{
    snprintf(text, size, "%p", place);
    Dl_info info;
    if (!dladdr(place, &info) || !info.dli_fbase) return text;
    // A return address lies behind its call, which may be the last instruction of a line.
    char command[700], function[128] = "", line[256] = "", program[512];
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length < 0 || memchr(program, '\'', (size_t)length)) return text;
    program[length] = 0;
    snprintf(command, sizeof command, "addr2line -f -s -e '%s' %#lx 2>/dev/null", program,
             (unsigned long)((const char *)place - (const char *)info.dli_fbase) - 1);
    FILE *said = popen(command, "r");
    if (!said) return text;
    const bool known =
        fgets(function, sizeof function, said) && fgets(line, sizeof line, said) && *function != '?';
    pclose(said);
    function[strcspn(function, "\n")] = 0, line[strcspn(line, " \n")] = 0;
    if (known) snprintf(text, size, "%s at %s", function, line);
    return text;
}
