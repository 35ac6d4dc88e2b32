// collect_folder.c: walks a folder by open folders, not by names, so that nothing can be exchanged under way.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collect.h"

static entry_kind kind_of(const struct stat *s)
{
    if (S_ISDIR(s->st_mode)) return ENTRY_FOLDER;
    if (S_ISLNK(s->st_mode)) return ENTRY_SYMLINK;
    if (S_ISFIFO(s->st_mode)) return ENTRY_FIFO;
    if (S_ISSOCK(s->st_mode)) return ENTRY_SOCKET;
    if (!S_ISREG(s->st_mode)) return ENTRY_DEVICE;
    return s->st_nlink > 1 ? ENTRY_HARDLINK : ENTRY_FILE;
}

// The file must be, once it is open, what it was when it was looked at.
static void read_file(collection *c, int folder, const char *name, const char *path, collect_want want)
{
    size_t most = want == WANT_SOURCE ? COLLECT_SOURCE_BYTES : COLLECT_ARCHIVE_BYTES, have = 0;
    struct stat s;
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &s) != 0 || kind_of(&s) != ENTRY_FILE) {
        collect_refuse(c, path, fd < 0 ? "cannot be opened: %s" : "it changed while it was read",
                       strerror(errno));
        if (fd >= 0) close(fd);
        return;
    }
    char *bytes = malloc(most + 1);
    ssize_t n = 0;
    while (bytes && have <= most && (n = read(fd, bytes + have, most + 1 - have)) > 0) have += (size_t)n;
    close(fd);
    if (!bytes || n < 0) collect_refuse(c, path, "cannot be read: %s", strerror(errno));
    else if (have > most) collect_refuse(c, path, "it grew while it was read");
    else if (collect_count(c, (long)have)) collect_take(c, path, want, bytes, have);
    free(bytes);
}

static int compare(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

// The names in an open folder, sorted, so that two collections of the same folder say the same.
static char **names_in(DIR *d, size_t *count)
{
    char **names = NULL;
    *count = 0;
    for (struct dirent *e; (e = readdir(d));) {
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) continue;
        if (*count % 64 == 0) names = realloc(names, (*count + 64) * sizeof *names);
        names[(*count)++] = strdup(e->d_name);
    }
    if (*count) qsort(names, *count, sizeof *names, compare);
    return names;
}

static void walk(collection *c, int folder, const char *path, int depth);

static void look_at(collection *c, int folder, const char *name, const char *path, int depth)
{
    struct stat s;
    if (fstatat(folder, name, &s, AT_SYMLINK_NOFOLLOW) != 0) {
        collect_refuse(c, path, "cannot be looked at: %s", strerror(errno));
        return;
    }
    collect_want want = collect_see(c, path, kind_of(&s), (long)s.st_size);
    if (want == WANT_SOURCE || want == WANT_ARCHIVE) read_file(c, folder, name, path, want);
    if (!S_ISDIR(s.st_mode) || c->full || name[0] == '.') return;
    int below = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (below < 0) collect_refuse(c, path, "cannot be opened: %s", strerror(errno));
    else if (depth >= COLLECT_DEPTH)
        collect_refuse(c, path, "folders nested deeper than %d", COLLECT_DEPTH), close(below);
    else walk(c, below, path, depth + 1);
}

// Takes over `folder`.
static void walk(collection *c, int folder, const char *path, int depth)
{
    DIR *d = fdopendir(folder);
    if (!d) {
        close(folder);
        return;
    }
    size_t count;
    char **names = names_in(d, &count);
    for (size_t i = 0; i < count; i++) {
        char *below = NULL;
        bool fits = strlen(path) + strlen(names[i]) + 2 < FILES_PATH;
        if (!fits || asprintf(&below, "%s%s%s", path, *path ? "/" : "", names[i]) < 0) below = NULL;
        if (!c->full && below) look_at(c, dirfd(d), names[i], below, depth);
        else if (!below) collect_refuse(c, path, "a path that is too long lies here");
        free(below);
        free(names[i]);
    }
    free(names);
    closedir(d);
}

void collect_folder(collection *c, int folder) { walk(c, folder, "", 0); }
