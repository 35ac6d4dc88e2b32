// release_zip.c: the hand-out as one file.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "instructor/zip.h"
#include "release.h"

static tt_status add(zip *z, const char *path, const char *name)
{
    struct stat s;
    char *bytes;
    size_t size;
    tt_status status = file_read_in(&bytes, &size, AT_FDCWD, path, FILE_MOST);
    if (status != TT_OK) return status;
    if (lstat(path, &s) == 0) status = zip_add(z, name, bytes, size, s.st_mode, s.st_mtime);
    else status = tt_fail(TT_BAD_FILE, "%s: it went away while it was packed", path);
    free(bytes);
    return status;
}

tt_status release_zip(const char *path, const char *folder, const files_list *files)
{
    char top[FILES_PATH], from[FILES_PATH], name[FILES_PATH];
    files_path(from, "%s", folder);
    for (size_t n = strlen(from); n > 1 && from[n - 1] == '/'; n--) from[n - 1] = 0;
    files_path(top, "%s", strrchr(from, '/') ? strrchr(from, '/') + 1 : from);
    if (!strcmp(top, ".") || !strcmp(top, "..") || !*top) files_path(top, "tinytorch-c");
    zip z;
    tt_status status = zip_begin(&z, path);
    for (int i = 0; i < files->count && status == TT_OK; i++) {
        files_path(from, "%s/%s", folder, files->names[i]);
        files_path(name, "%s/%s", top, files->names[i]);
        status = add(&z, from, name);
    }
    return zip_end(&z, status);
}
