// files.c: see files.h.
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

void files_path(char *out, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int length = vsnprintf(out, FILES_PATH, format, args);
    va_end(args);
    if (length >= 0 && length < FILES_PATH) return;
    fprintf(stderr, "grader: %.60s...: a path longer than %d bytes; use a folder nearer to the root\n", out,
            FILES_PATH);
    exit(2);
}

bool files_is_folder(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

tt_status files_make_folder(const char *path, mode_t mode)
{
    char part[FILES_PATH];
    files_path(part, "%s", path);
    for (char *at = part + 1; *at; at++)
        if (*at == '/') {
            *at = 0;
            mkdir(part, 0755);
            *at = '/';
        }
    if (mkdir(part, mode) == 0) return TT_OK;
    if (errno == EEXIST && files_is_folder(part)) return TT_OK;
    return tt_fail(TT_BAD_FILE, "%s: cannot make this folder: %s", path, strerror(errno));
}

tt_status files_read(char **bytes, size_t *size, const char *path, size_t most)
{
    struct stat s;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &s) != 0 || !S_ISREG(s.st_mode) || (size_t)s.st_size > most) {
        int why = errno;
        if (fd >= 0) close(fd);
        if (fd < 0) return tt_fail(TT_BAD_FILE, "%s: %s", path, strerror(why));
        return tt_fail(TT_BAD_FILE, "%s: %s", path,
                       S_ISREG(s.st_mode) ? "too large" : "not an ordinary file");
    }
    char *all = malloc((size_t)s.st_size + 1);
    size_t have = 0;
    for (ssize_t n = 1; all && n > 0 && have<(size_t)s.st_size; have += n> 0 ? (size_t)n : 0)
        n = read(fd, all + have, (size_t)s.st_size - have);
    close(fd);
    if (!all || have != (size_t)s.st_size) {
        free(all);
        return tt_fail(TT_BAD_FILE, "%s: cannot be read to its end", path);
    }
    all[have] = 0;
    *bytes = all;
    if (size) *size = have;
    return TT_OK;
}

static void sync_folder_of(const char *path)
{
    char folder[FILES_PATH];
    files_path(folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash) *slash = 0;
    int fd = open(slash ? (*folder ? folder : "/") : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) fsync(fd), close(fd);
}

tt_status files_write(const char *path, const void *bytes, size_t size, mode_t mode)
{
    char beside[FILES_PATH];
    files_path(beside, "%s.new-%d", path, (int)getpid());
    unlink(beside);
    int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    size_t done = 0;
    for (ssize_t n = 1; fd >= 0 && n > 0 && done<size; done += n> 0 ? (size_t)n : 0)
        n = write(fd, (const char *)bytes + done, size - done);
    bool ok = fd >= 0 && done == size && fsync(fd) == 0;
    int why = errno;
    if (fd >= 0) ok = close(fd) == 0 && ok;
    if (ok && rename(beside, path) == 0) {
        sync_folder_of(path);
        return TT_OK;
    }
    if (ok) why = errno;
    unlink(beside);
    return tt_fail(TT_BAD_FILE, "%s: cannot be written: %s", path, strerror(why));
}

tt_status files_copy(const char *from, const char *to)
{
    char *bytes = NULL;
    size_t size = 0;
    struct stat s;
    tt_status status = files_read(&bytes, &size, from, (size_t)1 << 30);
    if (status != TT_OK) return status;
    status = files_write(to, bytes, size, lstat(from, &s) == 0 && s.st_mode & S_IXUSR ? 0755 : 0644);
    free(bytes);
    return status;
}

void files_hash_bytes(char *hex, const void *bytes, size_t size)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, bytes, size);
    sodium_bin2hex(hex, FILES_HASH, hash, sizeof hash);
}

tt_status files_hash(char *hex, const char *path)
{
    char *bytes = NULL;
    size_t size = 0;
    tt_status status = files_read(&bytes, &size, path, (size_t)1 << 30);
    if (status != TT_OK) return status;
    files_hash_bytes(hex, bytes, size);
    free(bytes);
    return TT_OK;
}

// --- Folders ---

static void empty(int folder, int depth)
{
    DIR *d = depth < 64 ? fdopendir(folder) : NULL;
    if (!d) {
        close(folder);
        return;
    }
    for (struct dirent *e; (e = readdir(d));) {
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) continue;
        if (unlinkat(dirfd(d), e->d_name, 0) == 0) continue;
        int below = openat(dirfd(d), e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (below >= 0) empty(below, depth + 1);
        unlinkat(dirfd(d), e->d_name, AT_REMOVEDIR);
    }
    closedir(d);
}

void files_empty_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0) empty(fd, 0);
}

void files_remove_folder(const char *path)
{
    files_empty_folder(path);
    rmdir(path);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void *files_room(void *array, int count, size_t size)
{
    if (count % 64) return array;
    void *larger = realloc(array, ((size_t)count + 64) * size);
    if (larger) return larger;
    fprintf(stderr, "grader: no memory\n");
    exit(2);
}

void files_list_add(files_list *list, const char *name)
{
    list->names = files_room(list->names, list->count, sizeof *list->names);
    list->names[list->count++] = strdup(name);
}

void files_list_sort(files_list *list)
{
    if (list->count) qsort(list->names, (size_t)list->count, sizeof *list->names, compare_names);
}

bool files_is_empty(const char *path)
{
    DIR *d = opendir(path);
    int count = 0;
    while (d && readdir(d)) count++;
    if (d) closedir(d);
    return count <= 2; // . and ..
}

files_list files_list_folder(const char *path)
{
    files_list list = {0};
    DIR *d = opendir(path);
    for (struct dirent *e; d && (e = readdir(d));) {
        if (e->d_name[0] == '.') continue;
        files_list_add(&list, e->d_name);
    }
    if (d) closedir(d);
    files_list_sort(&list);
    return list;
}

void files_list_finish(files_list *list)
{
    for (int i = 0; i < list->count; i++) free(list->names[i]);
    free(list->names);
    *list = (files_list){0};
}
