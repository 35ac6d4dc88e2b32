// file.c: reads a file in one piece; writes a new one beside the old, under a lock, and renames it.
#include "file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

// --- Reading ---

static tt_status read_open(char **bytes, size_t *size, const char *path, size_t most, int file)
{
    struct stat s;
    if (file < 0 || fstat(file, &s) != 0)
        return tt_fail(TT_BAD_FILE, "%.300s: cannot be read: %s", path, strerror(errno));
    if (!S_ISREG(s.st_mode)) return tt_fail(TT_BAD_FILE, "%.300s: not an ordinary file; give one", path);
    const size_t all = (size_t)s.st_size;
    if (all > most)
        return tt_fail(TT_BAD_FILE, "%.300s: too large: %zu bytes, at most %zu are read", path, all, most);
    char *text = malloc(all + 1);
    if (!text) return tt_fail(TT_NO_MEMORY, "%.300s: no memory for its %zu bytes", path, all);
    size_t have = 0;
    for (ssize_t n = 1; n > 0 && have<all; have += n> 0 ? (size_t)n : 0)
        n = read(file, text + have, all - have);
    if (have < all) {
        free(text);
        return tt_fail(TT_BAD_FILE, "%.300s: cannot be read to its end; is it being written?", path);
    }
    text[all] = 0;
    *bytes = text;
    if (size) *size = all;
    return TT_OK;
}

static tt_status read_with(char **bytes, size_t *size, int folder, const char *path, size_t most, int flags)
{
    // O_NONBLOCK: opening a FIFO must not wait for a writer.
    int file = openat(folder, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | flags);
    tt_status status = read_open(bytes, size, path, most, file);
    if (file >= 0) close(file);
    return status;
}

tt_status file_read(char **bytes, size_t *size, const char *path, size_t most)
{
    return read_with(bytes, size, AT_FDCWD, path, most, 0);
}

tt_status file_read_in(char **bytes, size_t *size, int folder, const char *path, size_t most)
{
    return read_with(bytes, size, folder, path, most, O_NOFOLLOW);
}

// --- Writing ---

static tt_status refuse(const char *path, int why)
{
    return tt_fail(TT_BAD_FILE, "%.300s: cannot be written: %s; check the folder and the disk", path,
                   strerror(why));
}

// Create the .new file and lock it. If it is there already, either its writer is alive and its lock is
// waited for, or its writer was killed and it is removed. Another writer may remove a new file before it
// is locked: then try again.
static int make_locked(const char *path)
{
    for (;;) {
        struct stat mine, named;
        int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        const bool made = file >= 0;
        if (!made && errno != EEXIST) return -1;
        if (!made) file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (file < 0 && errno == ENOENT) continue; // it was renamed just now
        if (file < 0) return -1;
        flock(file, LOCK_EX); // some file systems have no locks: then go on without
        const bool same = fstat(file, &mine) == 0 && lstat(path, &named) == 0 && mine.st_ino == named.st_ino;
        if (made && same) return file;
        const bool stuck = !made && same && unlink(path) != 0;
        close(file);
        if (stuck) return -1;
    }
}

tt_status file_begin(file_new *f, const char *path)
{
    f->path = path;
    f->out = NULL;
    int length = snprintf(f->beside, sizeof f->beside, "%s.new", path);
    if (length < 0 || length >= (int)sizeof f->beside) return refuse(path, ENAMETOOLONG);
    int file = make_locked(f->beside);
    if (file >= 0 && !(f->out = fdopen(file, "w"))) close(file);
    return f->out ? TT_OK : refuse(path, errno);
}

static void sync_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash + 1 - path) : 1, slash ? path : ".");
    int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file >= 0) fsync(file), close(file);
}

static tt_status end(file_new *f, tt_status status, bool on_disk)
{
    if (!f->out) return status;
    int why = errno, lock = dup(fileno(f->out)); // holds the lock until the file has its name
    bool written = !ferror(f->out);
    if (written && (fflush(f->out) != 0 || (on_disk && fsync(lock) != 0))) written = false, why = errno;
    if (fclose(f->out) != 0 && written) written = false, why = errno;
    f->out = NULL;
    if (written && status == TT_OK && rename(f->beside, f->path) != 0) written = false, why = errno;
    if (!written) status = refuse(f->path, why);
    if (status != TT_OK) unlink(f->beside);
    close(lock);
    if (status == TT_OK && on_disk) sync_folder_of(f->path);
    return status;
}

tt_status file_end(file_new *f, tt_status status) { return end(f, status, false); }
tt_status file_end_on_disk(file_new *f, tt_status status) { return end(f, status, true); }

tt_status file_write(const char *path, const void *bytes, size_t size)
{
    file_new f;
    tt_status status = file_begin(&f, path);
    if (status == TT_OK) fwrite(bytes, 1, size, f.out); // file_end_on_disk reports an error
    return file_end_on_disk(&f, status);
}

// --- Folders ---

bool file_is_folder(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

tt_status file_make_folder_of(const char *path)
{
    char part[PATH_MAX];
    if (snprintf(part, sizeof part, "%s", path) >= (int)sizeof part) return refuse(path, ENAMETOOLONG);
    for (char *slash = strchr(part + (*part == '/'), '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        int why = mkdir(part, 0777) == 0 ? 0 : errno;
        if (why && !file_is_folder(part))
            return tt_fail(TT_BAD_FILE, "%.300s: this folder cannot be made: %s; check the path", part,
                           strerror(why));
        *slash = '/';
    }
    return TT_OK;
}

tt_status file_make_folder(const char *path)
{
    char inside[PATH_MAX];
    if (snprintf(inside, sizeof inside, "%s/", path) >= (int)sizeof inside) return refuse(path, ENAMETOOLONG);
    return file_make_folder_of(inside);
}
