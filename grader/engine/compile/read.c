// read.c: reads files that a kit or a compiling step wrote. Those of a step are not trusted,
// because the submission can decide what is in them.
#include "read.h"

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

// The start of a command's log, which may be of any length; NULL if it cannot be read.
static char *read_start(int folder)
{
    char *text = malloc(MOST_BYTES);
    int fd = openat(folder, "log", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    ssize_t length = fd >= 0 && text ? pread(fd, text, MOST_BYTES - 1, 0) : -1;
    if (fd >= 0) close(fd);
    if (length < 0) return free(text), NULL;
    text[length] = 0;
    return text;
}

char *read_words(const char *kit, const char *name, char **words, int most)
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

compile_status read_only(int folder, const sandbox_path *paths, char *message, size_t size)
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

compile_status read_names(int folder, const char *kit, char *message, size_t size)
{
    char *wanted[MOST_NAMES], *text = read_words(kit, "symbols", wanted, MOST_NAMES);
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

// What gcc says of itself when it has lost the column behind a mistake in the syntax.
static bool is_about_columns(const char *line, size_t length)
{
    static const char *const words[] = {": note: '-Wmisleading-indentation' is disabled",
                                        ": note: adding '-flarge-source-files'"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (memmem(line, length, words[i], strlen(words[i]))) return true;
    return false;
}

// Remove gcc's warnings with the lines that belong to each: the quoted source and the notes behind it, and, in front, "In
// function ...:" if no error follows.
static void without_warnings(char *log)
{
    char *to = log, *context = NULL;
    bool dropping = false;
    for (char *at = log, *next; *at; at = next) {
        next = at + strcspn(at, "\n");
        next += *next == '\n';
        const size_t length = (size_t)(next - at);
        const bool warns = memmem(at, length, ": warning: ", 11) || is_about_columns(at, length);
        const bool notes = memmem(at, length, ": note: ", 8);
        const bool opens =
            !warns && !notes && *at != ' ' && length > 1 && next[-1] == '\n' && next[-2] == ':';
        if (opens) {
            context = context ? context : to; // overwritten by the next, unless an error comes first
            to = context;
        } else if (warns || (dropping && (notes || *at == ' '))) {
            dropping = true;
            continue;
        } else context = NULL;
        dropping = false;
        memmove(to, at, length);
        to += length;
    }
    *(context ? context : to) = 0;
}

void read_log(int folder, char *log, size_t size)
{
    char *text = read_start(folder);
    if (text) without_library_warnings(text), without_warnings(text);
    snprintf(log, size, "%s", text ? text : "");
    free(text);
}

// --- Lines of the submission ---

// Split "NAME:7:3: rest" or "/a/path/NAME:7": the number, and the rest in *rest; 0 if it is no such line.
static int take_line_number(char *line, const char *name, char **rest)
{
    char *end, *slash = strrchr(line, '/');
    const size_t length = strlen(name);
    if (slash && !memchr(line, ' ', (size_t)(slash - line))) line = slash + 1;
    if (strncmp(line, name, length) != 0 || line[length] != ':') return 0;
    const long number = strtol(line + length + 1, &end, 10);
    while (*end == ':' || (*end >= '0' && *end <= '9')) end++;
    *rest = end;
    return number > 0 && number <= INT_MAX ? (int)number : 0;
}

// Warnings of what is hardly ever a wrong answer: the others come first.
static bool is_minor(const char *warning)
{
    static const char *const minor[] = {"[-Wunused", "[-Wsign-compare]", "[-Wmissing-field", "[-Wcomment]"};
    for (size_t i = 0; i < sizeof minor / sizeof *minor; i++)
        if (strstr(warning, minor[i])) return true;
    return false;
}

void read_warnings(int folder, const char *name, char *warnings, size_t size)
{
    enum { SHOWN = 5, COLUMNS = 160 };
    char *text = read_start(folder);
    size_t used = 0;
    int count = 0;
    *warnings = 0;
    for (int minor = 0; text && minor < 2; minor++)
        for (char *at = text, *end; *at; at = end + 1) {
            char line[512], one[COLUMNS + 64], *rest;
            end = at + strcspn(at, "\n");
            snprintf(line, sizeof line, "%.*s", (int)(end - at), at);
            const int number = take_line_number(line, name, &rest);
            if (number > 0 && !strncmp(rest, " warning: ", 10) && is_minor(rest) == minor) {
                snprintf(one, sizeof one, "%.40s:%d: %.*s\n", name, number, COLUMNS, rest + 10);
                if (!strstr(warnings, one) && ++count <= SHOWN)
                    used += (size_t)snprintf(warnings + used, size - used, "%s", one);
            }
            if (!*end) break;
        }
    if (count > SHOWN) snprintf(warnings + used, size - used, "and %d more\n", count - SHOWN);
    free(text);
}

int read_line_number(int folder, const char *name)
{
    char *text = read_start(folder), *rest = text, *end;
    int number = 0;
    for (char *line; number == 0 && (line = strsep(&rest, "\n"));)
        number = take_line_number(line, name, &end);
    free(text);
    return number;
}
