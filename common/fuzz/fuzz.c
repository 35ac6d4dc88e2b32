// fuzz.c: damaged files in batches, each batch read by a forked process, whose end says whether all was well.
#include "fuzz.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/file.h"
#include "core/options.h"

enum { MOST_READERS = 32, BATCH = 512, ROOM = 64 << 10, MOST_KEPT = 1 << 20, PATH = 256, FIND = 1 };

typedef struct {
    double seconds;
    uint64_t seed;
    long patience;
    const char *input;
    char folder[PATH];
} settings;

// Where the reading process is: shared with its parent, which looks when that has ended.
typedef struct {
    unsigned long long number, read, refused;
} progress;

// Of a sanitized build: an allocation of a gibibyte is a find, since no file here is a hundredth as large.
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "max_allocation_size_mb=1024:allocator_may_return_null=0:detect_leaks=0";
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

// --- Files ---

tt_status fuzz_write(const char *path, const void *bytes, size_t count)
{
    file_new f; // not file_write, which waits for the disk
    const tt_status status = file_begin(&f, path);
    if (status == TT_OK) fwrite(bytes, 1, count, f.out);
    return file_end(&f, status);
}

static tt_status copy_file(const char *to, const char *from)
{
    char *bytes = NULL;
    size_t count = 0;
    tt_status status = file_read(&bytes, &count, from, MOST_KEPT);
    if (status == TT_OK) status = fuzz_write(to, bytes, count);
    free(bytes);
    return status;
}

static void place_of(char path[PATH], const settings *s, const char *file)
{
    snprintf(path, PATH, "%.200s/%.40s", s->folder, file);
}

// --- One file ---

size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak)); // of a sanitized build only

// 0 where nobody counts: the C library's own figures take what it keeps for later for allocated.
static size_t allocated(void)
{
    return __sanitizer_get_current_allocated_bytes ? __sanitizer_get_current_allocated_bytes() : 0;
}

static int lowest_free_descriptor(void)
{
    const int file = dup(STDERR_FILENO);
    close(file);
    return file;
}

__attribute__((format(printf, 1, 2), noreturn)) static void give_up(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    _exit(FIND);
}

// Read the file, again if something stays behind: once may be a buffer that the program reuses, three times
// in a row it is a leak.
static tt_status read_once(const fuzz_reader *r, const char *path)
{
    for (int again = 0;; again++) {
        const size_t bytes = allocated();
        const int file = lowest_free_descriptor();
        tt_fail(TT_OK, "%s", "");
        const tt_status status = r->read(path);
        if (status != TT_OK && !*tt_error())
            give_up("refused (%s) without a sentence", tt_status_text(status));
        const size_t kept = allocated() - bytes;
        const bool keeps_file = lowest_free_descriptor() != file;
        if (allocated() <= bytes && !keeps_file) return status;
        if (again == 2 && keeps_file) give_up("a file is left open after each reading");
        if (again == 2) give_up("%zu bytes are not freed after each reading", kept);
    }
}

// The file of that number: the valid one, damaged.
static tt_status make_damaged(const fuzz_reader *r, const settings *s, const char *path,
                              const fuzz_bytes *valid, unsigned long long number)
{
    static unsigned char room[ROOM];
    fuzz_bytes file = {room, valid->count, ROOM};
    tt_rng first = {s->seed}, rng = {rng_next(&first) ^ number * 0xd1342543de82ef95};
    rng.state = rng_next(&rng);
    memcpy(room, valid->bytes, valid->count);
    fuzz_damage(&file, &rng);
    if (r->mend && rng_below(&rng, 2)) r->mend(room, file.count);
    return r->wrap ? r->wrap(path, room, file.count) : fuzz_write(path, room, file.count);
}

// --- Many ---

// In a process of its own: a batch, or what can be read of it until `end`.
__attribute__((noreturn)) static void read_batch(const fuzz_reader *r, const settings *s, const char *path,
                                                 const fuzz_bytes *valid, progress *p, double end)
{
    for (int i = 0; i < BATCH && (now() < end || p->number < BATCH); i++, p->number++) {
        if (make_damaged(r, s, path, valid, p->number) != TT_OK) give_up("%s", tt_error());
        alarm((unsigned)s->patience);
        const bool read = read_once(r, path) == TT_OK;
        alarm(0);
        *(read ? &p->read : &p->refused) += 1;
    }
    _exit(0);
}

static void say_find(const fuzz_reader *r, const settings *s, const char *path, const progress *p, int status,
                     const char *program)
{
    char kept[PATH];
    snprintf(kept, sizeof kept, "fuzz-%s-%" PRIu64 "-%llu.input", r->name, s->seed, p->number);
    const bool good = copy_file(kept, path) == TT_OK;
    printf("FOUND %s: on damaged file %llu of seed %" PRIu64 " the reader ", r->name, p->number, s->seed);
    if (!WIFSIGNALED(status)) printf("was stopped (see above)");
    else if (WTERMSIG(status) == SIGALRM) printf("took more than %ld s", s->patience);
    else printf("ended with signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
    if (good)
        printf("\n  the file is kept: %s\n  read it again:    %s %s --input %s\n", kept, program, r->name,
               kept);
    else printf("\n  the file cannot be kept: %s\n", tt_error());
}

// Damaged files until the time is over. False if there was a find.
static bool hunt(const fuzz_reader *r, const settings *s, const char *program)
{
    char path[PATH], *bytes = NULL;
    size_t count = 0;
    place_of(path, s, r->file);
    tt_status status = r->make(path);
    if (status == TT_OK) status = file_read(&bytes, &count, path, ROOM / 2);
    const fuzz_bytes valid = {(unsigned char *)bytes, count, count};
    if (status == TT_OK && r->wrap) status = r->wrap(path, valid.bytes, valid.count);
    if (status == TT_OK) status = r->read(path);
    if (status != TT_OK) printf("FAILED %s: its valid file is refused: %s\n", r->name, tt_error());
    if (status != TT_OK) return free(bytes), false;

    progress *p = mmap(NULL, sizeof *p, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return printf("FAILED %s: no shared memory\n", r->name), free(bytes), false;
    int code = 0;
    const double start = now(), end = start + s->seconds;
    do {
        fflush(stdout);
        const pid_t child = fork();
        if (child == 0) read_batch(r, s, path, &valid, p, end);
        if (child < 0 || waitpid(child, &code, 0) != child) code = -1;
    } while (code == 0 && now() < end);
    if (code == 0)
        printf("%-14s %8llu damaged files of seed %" PRIu64
               " in %.1f s: %llu read, %llu refused with a sentence\n",
               r->name, p->number, s->seed, now() - start, p->read, p->refused);
    else say_find(r, s, path, p, code, program);
    munmap(p, sizeof *p);
    free(bytes);
    unlink(path);
    return code == 0;
}

// A file that was kept, in this process, for a debugger.
static bool read_kept(const fuzz_reader *r, const settings *s)
{
    char path[PATH];
    place_of(path, s, r->file);
    tt_status status = copy_file(path, s->input);
    if (status != TT_OK) return printf("FAILED %s\n", tt_error()), false;
    alarm((unsigned)s->patience);
    status = read_once(r, path);
    printf("%s: %s %s\n", r->name, tt_status_text(status), tt_error());
    unlink(path);
    return true;
}

// --- The program ---

int fuzz_main(int argc, char **argv, const fuzz_reader *readers, int count)
{
    settings s = {.seconds = 2, .seed = 1, .patience = 10};
    option_choice names[MOST_READERS + 2] = {{"all", "each of them in turn"}};
    int chosen = 0, finds = 0;
    for (int i = 0; i < count && i < MOST_READERS; i++)
        names[i + 1] = (option_choice){readers[i].name, readers[i].file};
    const option_row rows[] = {
        {"READER", NULL, "which reader is fed damaged files:", OPTION_CHOICE(&chosen, names)},
        {"--seconds", "S", "for how long (default: 2)", OPTION_REAL(&s.seconds, 0, 1e6)},
        {"--seed", "N", "which files: the same for the same seed (default: 1)", OPTION_SEED(&s.seed)},
        {"--patience", "S", "seconds for one file (default: 10)", OPTION_WHOLE(&s.patience, 1, 1000)},
        {"--input", "FILE", "read this file, which was kept, and no other", OPTION_WORD(&s.input)},
        {0}};
    int code = options_take(argv[0], "0: all was well; 1: a reader was wrong", rows, argc - 1, argv + 1);
    if (code >= 0) return code;
    const char *place = getenv("TMPDIR");
    snprintf(s.folder, sizeof s.folder, "%.180s/fuzz-XXXXXX", place && *place ? place : "/tmp");
    if (!mkdtemp(s.folder)) return fprintf(stderr, "%s: cannot be made: %s\n", s.folder, strerror(errno)), 2;
    for (int i = 0; i < count; i++)
        if (chosen == 0 || chosen == i + 1)
            finds += s.input ? !read_kept(&readers[i], &s) : !hunt(&readers[i], &s, argv[0]);
    rmdir(s.folder);
    return finds > 0;
}
