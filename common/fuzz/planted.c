// planted.c: readers that are wrong on purpose, one in each way that fuzz.c looks for, and an honest one.
//
// They read the same small file: its first byte says how many bytes of a buffer are filled.
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/count.h"

enum { BUFFER = 16 };

static volatile int sum; // what no compiler may leave out
static void *volatile kept;

static tt_status make(const char *path) { return fuzz_write(path, "\3\3\3\3abcdefghijkl", BUFFER); }

static int first_byte(const char *path)
{
    FILE *f = fopen(path, "rb");
    const int byte = f ? getc(f) : EOF;
    if (f) fclose(f);
    return byte;
}

// A count of 16 fills the buffer, and of 17 is refused, if it is honest; off by one, 16 writes the 17th byte.
static tt_status fill(const char *path, int last)
{
    const int count = first_byte(path);
    if (count < 0 || count > BUFFER) return tt_fail(TT_BAD_FILE, "%s: no count of 0 to 16", path);
    unsigned char *buffer = malloc(BUFFER);
    if (!buffer) return TT_NO_MEMORY;
    for (int i = 0; i < count + last; i++) ((volatile unsigned char *)buffer)[i] = 1;
    free(buffer);
    return TT_OK;
}

static tt_status honest(const char *path) { return fill(path, 0); }
static tt_status off_by_one(const char *path) { return fill(path, 1); }

static tt_status overflows(const char *path)
{
    sum = 0x7fffff00 + (first_byte(path) & 255) * 2;
    return TT_OK;
}

static tt_status believes_a_size(const char *path)
{
    kept = malloc((size_t)(first_byte(path) & 255) << 23); // from 129 on: more than a gibibyte
    free(kept);
    return TT_OK;
}

static tt_status aborts(const char *path)
{
    if (first_byte(path) == 'b') abort();
    return TT_OK;
}

static tt_status hangs(const char *path)
{
    while (first_byte(path) == 0) usleep(1000);
    return TT_OK;
}

static tt_status says_nothing(const char *path) { return first_byte(path) == 0 ? TT_BAD_FILE : TT_OK; }

static tt_status keeps_memory(const char *path)
{
    if (first_byte(path) == 0) kept = malloc(100);
    return TT_OK;
}

static tt_status keeps_a_file(const char *path)
{
    if (first_byte(path) == 0) kept = fopen(path, "rb");
    return TT_OK;
}

static tt_status refuses_all(const char *path) { return tt_fail(TT_BAD_FILE, "%s: is no file for me", path); }

int main(int argc, char **argv)
{
    static const fuzz_reader readers[] = {
        {"honest", "count", make, honest, NULL, NULL},
        {"off-by-one", "count", make, off_by_one, NULL, NULL},
        {"overflows", "count", make, overflows, NULL, NULL},
        {"believes-a-size", "count", make, believes_a_size, NULL, NULL},
        {"aborts", "count", make, aborts, NULL, NULL},
        {"hangs", "count", make, hangs, NULL, NULL},
        {"says-nothing", "count", make, says_nothing, NULL, NULL},
        {"keeps-memory", "count", make, keeps_memory, NULL, NULL},
        {"keeps-a-file", "count", make, keeps_a_file, NULL, NULL},
        {"refuses-all", "count", make, refuses_all, NULL, NULL},
    };
    return fuzz_main(argc, argv, readers, COUNT(readers));
}
