// compile_read.c: reads files that a kit or a compiling step wrote. Those of a step are not trusted,
// because the submission can decide what is in them.
#include "compile_read.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"

enum { MOST_BYTES = 1 << 20, MOST_NAMES = 128 };

// A whole file, ended by a zero byte; NULL if it cannot or must not be read.
static char *read_file(int folder, const char *name)
{
    char *text;
    return file_read_in(&text, NULL, folder, name, MOST_BYTES) == TT_OK ? text : NULL;
}

char *compile_read_words(const char *kit, const char *name, char **words, int most)
{
    int folder = open(kit, O_RDONLY | O_DIRECTORY | O_CLOEXEC), count = 0;
    char *text = folder >= 0 ? read_file(folder, name) : NULL;
    if (folder >= 0) close(folder);
    if (!text) return NULL;
    for (char *at = text; *at && count < most - 1;) {
        words[count++] = at;
        at += strcspn(at, "\n");
        if (*at) *at++ = 0;
    }
    words[count] = NULL;
    if (count > 0) return text;
    free(text);
    return NULL;
}

// A file that is gone again was the compiler's own, in the work folder: a name without "..", relative or
// below.
static bool allowed(int folder, const char *path, const sandbox_path *paths)
{
    char full[PATH_MAX], here[64], real[PATH_MAX], work[PATH_MAX] = "";
    snprintf(here, sizeof here, "/proc/self/fd/%d", folder);
    if (!realpath(here, work)) return false;
    const sandbox_path own[] = {{work, true}, {NULL, false}};
    if (path[0] == '/') snprintf(full, sizeof full, "%s", path);
    else if ((size_t)snprintf(full, sizeof full, "%s/%s", here, path) >= sizeof full) return false;
    if (realpath(full, real)) return sandbox_shows(own, real) || sandbox_shows(paths, real);
    return !strstr(path, "..") && (path[0] != '/' || sandbox_shows(own, path));
}

// Make's format: "target: word word \<newline> word", where a blank in a name is written "\ ".
static bool dependencies_allowed(char *text, int folder, const sandbox_path *paths, char *message,
                                 size_t size)
{
    char *at = strstr(text, ": ");
    if (!at) return true;
    char word[PATH_MAX];
    for (at += 2; *at;) {
        size_t length = 0;
        while (*at == ' ' || *at == '\n' || (at[0] == '\\' && at[1] == '\n')) at += *at == '\\' ? 2 : 1;
        while (*at && *at != ' ' && *at != '\n' && length < sizeof word - 1) {
            if (*at == '\\' && at[1] != '\n' && at[1]) at++;
            else if (*at == '\\') break;
            word[length++] = *at++;
        }
        word[length] = 0;
        if (length == 0) break;
        if (allowed(folder, word, paths)) continue;
        snprintf(message, size, "reads %s, which is no header of the system or of this module", word);
        return false;
    }
    return true;
}

compile_status compile_read_only(int folder, const sandbox_path *paths, char *message, size_t size)
{
    static const sandbox_path none[] = {{NULL, false}}; // an assembler may read only what the compiler wrote
    const struct {
        const char *name;
        const sandbox_path *paths;
    } files[] = {{"dependencies", paths}, {"dependencies.as", none}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *text = read_file(folder, files[i].name);
        bool ok = text && dependencies_allowed(text, folder, files[i].paths, message, size);
        if (!text) snprintf(message, size, "the list of the files that it reads is missing or too long");
        free(text);
        if (!ok) return COMPILE_REFUSED;
    }
    return COMPILE_OK;
}

compile_status compile_read_names(int folder, const char *kit, char *message, size_t size)
{
    char *wanted[MOST_NAMES], *text = compile_read_words(kit, "symbols", wanted, MOST_NAMES);
    char *names = read_file(folder, "log"), *rest = names;
    bool seen[MOST_NAMES] = {false};
    compile_status status = COMPILE_OK;
    for (char *line; text && (line = strsep(&rest, "\n"));) {
        line[strcspn(line, " ")] = 0;
        int i = 0;
        while (wanted[i] && strcmp(wanted[i], line) != 0) i++;
        if (wanted[i]) seen[i] = true;
        else if (*line)
            snprintf(message, size, "gives a name that cannot be taken back: %s", line),
                status = COMPILE_REFUSED;
    }
    for (int i = 0; text && status == COMPILE_OK && wanted[i]; i++)
        if (!seen[i])
            snprintf(message, size, "%s is missing: keep every function of the stub", wanted[i]),
                status = COMPILE_FAILED;
    if (!text || !names) snprintf(message, size, "its names cannot be read"), status = COMPILE_REFUSED;
    free(text);
    free(names);
    return status;
}

// Remove what the linker says about libgomp.a in every link, which is not about the submission: all lines
// from one that names it to the end of that sentence.
static void without_library_warnings(char *log)
{
    static const char from[] = "libgomp.a(", to[] = "used for linking\n";
    for (char *at; (at = strstr(log, from));) {
        char *end = strstr(at, to);
        while (at > log && at[-1] != '\n') at--;
        if (!end) return;
        end += strlen(to);
        memmove(at, end, strlen(end) + 1);
    }
}

void compile_read_log(int folder, char *log, size_t size)
{
    int fd = openat(folder, "log", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    ssize_t length = fd >= 0 ? pread(fd, log, size - 1, 0) : -1;
    log[length < 0 ? 0 : length] = 0;
    if (fd >= 0) close(fd);
    without_library_warnings(log);
}
