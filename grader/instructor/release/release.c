// release.c: `grader release`: the tree without what would give answers away.
#include <dirent.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "release.h"
#include "instructor/run.h"

// What stays behind; a * also stands for folders.
static const struct {
    const char *pattern, *why;
} kept_back[] = {
    {"modules/*/solution.c", "the reference"},
    {"modules/*/answers*", "answers"},
    {"solutions/*", "answers, and the reference at work"},
    {"grader/tests/*", "hostile programs, and tests that need the reference"},
    {"tools/new_module/*", "the module from which new ones are made, with its reference"},
    {"grader/instructor/*", "what instructors run"},
    {"docs/instructor.md", "the same, described"},
    {"docs/architecture.md", "a way through what is kept back, too"},
    {"CONTRIBUTING.md", "how all of this is changed"},
    {"CHANGELOG.md", "the same"},
    {"gradebook*", "a gradebook"},
    {"*.sqlite", "a gradebook"},
    {"build*/*", "what was built"},
    {".git/*", "the history, which has the reference in it"},
    {".ci/*", "our own tests' set-up"},
    {".github/*", "the same, hosted, and forms for issues"},
};

static bool is_kept_back(const char *path, const module_list *modules)
{
    for (int i = 0; i < COUNT(kept_back); i++)
        if (fnmatch(kept_back[i].pattern, path, 0) == 0) return true;
    for (int i = 0; i < modules->count; i++) { // a student's own copy
        char own[FILES_PATH];
        files_path(own, "modules/%s/%s", modules->row[i].name, modules->row[i].file);
        if (!strcmp(own, path)) return true;
    }
    return false;
}

// --- The list of files ---

static void add(files_list *list, const char *path, const module_list *modules)
{
    if (is_kept_back(path, modules)) return;
    files_list_add(list, path);
}

// The files that git knows, one behind the other with a 0 between. False if this is no checkout.
static bool list_by_git(files_list *list, const char *root, const module_list *modules, const char *log)
{
    char place[FILES_PATH], *names;
    size_t size;
    files_path(place, "%s/.git", root);
    if (access(place, F_OK) != 0) return false;
    char *argv[] = {"git", "-c", "core.quotePath=off", "ls-files", "-z", NULL};
    if (run_through(argv, root, log) != 0 || file_read_in(&names, &size, AT_FDCWD, log, 64 << 20) != TT_OK)
        return false;
    for (const char *at = names; at < names + size; at += strlen(at) + 1) {
        files_path(place, "%s/%s", root, at);
        struct stat s;
        if (lstat(place, &s) == 0 && S_ISREG(s.st_mode)) add(list, at, modules); // removed since: not there
    }
    free(names);
    return true;
}

static void list_by_walk(files_list *list, const char *root, const char *below, const module_list *modules)
{
    char folder[FILES_PATH];
    files_path(folder, "%s%s%s", root, *below ? "/" : "", below);
    DIR *d = opendir(folder);
    for (struct dirent *e; d && (e = readdir(d));) {
        char path[FILES_PATH], place[FILES_PATH];
        struct stat s;
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") || !strcmp(e->d_name, ".git")) continue;
        files_path(path, "%s%s%s", below, *below ? "/" : "", e->d_name);
        files_path(place, "%s/%s", root, path);
        if (lstat(place, &s) != 0) continue;
        if (S_ISREG(s.st_mode)) add(list, path, modules);
        files_path(place, "%s/x", path);
        if (S_ISDIR(s.st_mode) && !is_kept_back(place, modules)) list_by_walk(list, root, path, modules);
    }
    if (d) closedir(d);
}

// --- The tree ---

// Remove from a page what is of use in the whole tree alone: a line that holds MARK, and where it is alone on its line
// all lines up to END.
static void cut(char *text)
{
    static const char mark[] = "<!-- in no hand-out -->", end[] = "<!-- end -->";
    char *to = text, *stop;
    bool inside = false;
    for (char *line = text; *line; line = stop) {
        stop = line + strcspn(line, "\n");
        stop += *stop == '\n';
        const size_t length = (size_t)(stop - line);
        const char *marked = memmem(line, length, mark, strlen(mark));
        const bool ends = inside && memmem(line, length, end, strlen(end));
        if (marked == line && length <= strlen(mark) + 1) inside = true;
        if (!marked && !inside) memmove(to, line, length), to += length;
        if (ends) inside = false;
    }
    *to = 0;
}

static tt_status copy_page(const char *from, const char *to)
{
    char *text;
    tt_status status = file_read_in(&text, NULL, AT_FDCWD, from, FILE_MOST);
    if (status != TT_OK) return status;
    cut(text);
    status = file_write(to, text, strlen(text));
    free(text);
    return status;
}

tt_status release_copy(const char *to, const char *from, const files_list *files)
{
    for (int i = 0; i < files->count; i++) {
        char source[FILES_PATH], target[FILES_PATH], folder[FILES_PATH];
        files_path(source, "%s/%s", from, files->names[i]);
        files_path(target, "%s/%s", to, files->names[i]);
        files_path(folder, "%.*s", (int)(strrchr(target, '/') - target), target);
        tt_status status = file_make_folder(folder);
        const bool page = fnmatch("*.md", files->names[i], 0) == 0;
        if (status == TT_OK) status = page ? copy_page(source, target) : files_copy(source, target);
        if (status != TT_OK) return status;
    }
    return TT_OK;
}

static tt_status make_tree(const char *folder, const command_place *where, const files_list *files)
{
    if (!files_is_empty(folder))
        return tt_fail(TT_BAD_FILE, "%s is not empty: a hand-out goes into a new folder", folder);
    tt_status status = file_make_folder(folder);
    return status == TT_OK ? release_copy(folder, where->root, files) : status;
}

static tt_status list_files(files_list *files, const command_place *where)
{
    static module_list modules;
    char log[] = "/tmp/grader-release-XXXXXX";
    tt_status status = modules_find(&modules, where);
    int fd = status == TT_OK ? mkstemp(log) : -1;
    if (status != TT_OK) return status;
    if (fd < 0) return tt_fail(TT_BAD_FILE, "%s: cannot be made", log);
    close(fd);
    bool by_git = list_by_git(files, where->root, &modules, log);
    unlink(log);
    if (!by_git) list_by_walk(files, where->root, "", &modules);
    files_list_sort(files);
    printf("%d files of %s, %s.\n", files->count, where->root,
           by_git ? "as git lists them" : "as they lie there");
    return TT_OK;
}

int command_release(const command_place *where, int argc, char **argv)
{
    const char *folder = NULL, *zip = NULL;
    bool no_proof = false;
    const option_row rows[] = {
        {"DIR", NULL, "a new folder for it", OPTION_WORD(&folder)},
        {"--zip", "FILE", "also write the hand-out as this zip file", OPTION_WORD(&zip)},
        {"--no-proof", NULL, "do not build it and grade stub and reference with it",
         OPTION_SWITCH(&no_proof)},
        {0}};
    int code = command_take(rows, argc, argv);
    if (code >= 0) return code;
    umask(022); // for others to read
    files_list files = {0};
    tt_status status = folder ? list_files(&files, where)
                              : tt_fail(TT_BAD_VALUE, "release into which folder? grader release DIR");
    if (status == TT_OK) status = make_tree(folder, where, &files);
    if (status == TT_OK) printf("%s: made, without references, answers and the grader's tests.\n", folder);
    if (status == TT_OK && no_proof)
        printf("Not proven: --no-proof. It may not build, and its stubs may earn points.\n");
    else if (status == TT_OK) status = release_prove(folder, &files, where);
    if (status == TT_OK && zip) status = release_zip(zip, folder, &files);
    if (status == TT_OK && zip) printf("%s: the same as a zip.\n", zip);
    files_list_finish(&files);
    return status == TT_OK ? EXIT_ALL_WELL : command_failed();
}
