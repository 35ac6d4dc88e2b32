// test_file.c: a file is read whole or refused, and appears whole or not at all: the old one survives
// whatever goes wrong.
#include "check.h"

#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/file.h"

static char folder[] = "/tmp/tt_file_XXXXXX";

static const char *path_of(const char *name)
{
    static char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void holds(const char *name, const char *text)
{
    char *bytes;
    size_t size;
    assert_status(file_read(&bytes, &size, path_of(name), 100), TT_OK);
    assert_int_equal(size, strlen(text));
    assert_string_equal(bytes, text); // the 0 behind it is there
    free(bytes);
}

static int names_in_folder(void)
{
    int count = 0;
    DIR *d = opendir(folder);
    while (d && readdir(d)) count++;
    if (d) closedir(d);
    return count - 2; // . and ..
}

static void said(const char *part)
{
    if (!strstr(tt_error(), part)) fail_msg("\"%s\" is not in: %s", part, tt_error());
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    assert_status(file_write(path_of("a"), "one", 3), TT_OK);
    holds("a", "one");
    assert_status(file_write(path_of("a"), "", 0), TT_OK);
    holds("a", "");
    file_new f;
    assert_status(file_begin(&f, path_of("a")), TT_OK);
    fprintf(f.out, "%d parts", 2);
    holds("a", ""); // until the end
    assert_status(file_end(&f, TT_OK), TT_OK);
    holds("a", "2 parts");
    assert_int_equal(names_in_folder(), 1);
}

static void what_is_not_read(void **state)
{
    (void)state;
    char *bytes = folder;
    size_t size = 77;
    assert_status(file_write(path_of("a"), "four", 4), TT_OK);
    assert_status(file_read(&bytes, &size, path_of("a"), 3), TT_BAD_FILE);
    said("/a: too large: 4 bytes, at most 3 are read");
    assert_status(file_read(&bytes, &size, path_of("none"), 3), TT_BAD_FILE);
    said("/none: cannot be read: No such file");
    assert_status(file_read(&bytes, &size, folder, 3), TT_BAD_FILE);
    said("not an ordinary file");
    assert_int_equal(mkfifo(path_of("fifo"), 0600), 0);
    assert_status(file_read(&bytes, &size, path_of("fifo"), 3),
                  TT_BAD_FILE); // and does not wait for a writer
    assert_true(bytes == folder && size == 77);
    assert_int_equal(unlink(path_of("fifo")), 0);
    assert_int_equal(symlink("a", path_of("link")), 0);
    assert_status(file_read_in(&bytes, &size, AT_FDCWD, path_of("link"), 4), TT_BAD_FILE);
    said("/link: cannot be read");
    int inside = open(folder, O_RDONLY | O_DIRECTORY);
    assert_status(file_read_in(&bytes, &size, inside, "link", 4), TT_BAD_FILE);
    assert_status(file_read_in(&bytes, NULL, inside, "a", 4), TT_OK);
    assert_string_equal(bytes, "four");
    free(bytes), close(inside);
    holds("link", "four");
    assert_int_equal(unlink(path_of("link")), 0);
}

static void what_is_given_up_leaves_nothing(void **state)
{
    (void)state;
    file_new f;
    assert_status(file_write(path_of("a"), "old", 3), TT_OK);
    assert_status(file_begin(&f, path_of("a")), TT_OK);
    fputs("half", f.out);
    assert_status(file_end(&f, tt_fail(TT_BAD_VALUE, "my own reason")), TT_BAD_VALUE);
    said("my own reason");
    holds("a", "old");
    assert_int_equal(names_in_folder(), 1);
}

static void a_path_that_is_a_folder(void **state)
{
    (void)state;
    assert_int_equal(mkdir(path_of("full"), 0700), 0);
    assert_int_equal(mkdir(path_of("full/inside"), 0700), 0);
    assert_status(file_write(path_of("full"), "x", 1), TT_BAD_FILE);
    said("/full: cannot be written: Is a directory");
    assert_true(file_is_folder(path_of("full/inside")) && !file_is_folder(path_of("full.new")));
    assert_int_equal(names_in_folder(), 2); // a and full
    assert_status(file_write(path_of("a/b"), "x", 1), TT_BAD_FILE);
    said("/a/b: cannot be written: Not a directory");
    assert_status(file_write(path_of("none/b"), "x", 1), TT_BAD_FILE);
    said("/none/b: cannot be written: No such file");
    assert_int_equal(rmdir(path_of("full/inside")) | rmdir(path_of("full")), 0);
    char long_path[PATH_MAX + 8];
    memset(long_path, 'x', sizeof long_path);
    long_path[PATH_MAX - 2] = 0; // as long as a path may be, but not with what stands beside
    assert_status(file_write(long_path, "x", 1), TT_BAD_FILE);
    said("File name too long");
}

// In a process of its own, which a limit or another user's rights does not leave: what `write` answers
// must be `expected`.
static void in_a_child(bool (*prepare)(void), const char *name, size_t bytes, const char *expected)
{
    pid_t child = fork();
    if (child == 0) {
        char *many = calloc(bytes, 1);
        bool right = many && prepare() && file_write(path_of(name), many, bytes) == TT_BAD_FILE;
        if (!right || !strstr(tt_error(), expected)) fprintf(stderr, "%s\n", tt_error());
        _exit(right && strstr(tt_error(), expected) ? 0 : 1);
    }
    int code;
    assert_int_equal(waitpid(child, &code, 0), child);
    assert_int_equal(code, 0);
    holds("a", "old");
    assert_int_equal(names_in_folder(), 1);
}

// The limit's signal would end the child; ignored, the write fails with an errno, as on a full disk.
static bool limit_sizes(void)
{
    return signal(SIGXFSZ, SIG_IGN) != SIG_ERR && setrlimit(RLIMIT_FSIZE, &(struct rlimit){1000, 1000}) == 0;
}

// Nobody's rights: root may write everywhere.
static bool lose_rights(void) { return chmod(folder, 0555) == 0 && (geteuid() != 0 || seteuid(65534) == 0); }

static void the_old_file_survives(void **state)
{
    (void)state;
    assert_status(file_write(path_of("a"), "old", 3), TT_OK);
    in_a_child(limit_sizes, "a", 500000, "/a: cannot be written: File too large");
    in_a_child(limit_sizes, "a", 1001,
               "/a: cannot be written: File too large"); // only found when the buffer is emptied
    in_a_child(lose_rights, "a", 1, "/a: cannot be written: Permission denied");
    in_a_child(lose_rights, "b", 1, "/b: cannot be written: Permission denied");
    assert_int_equal(chmod(folder, 0700), 0);
}

// A program that was killed leaves its neighbour; a planted link is not written through.
static void what_lies_beside(void **state)
{
    (void)state;
    FILE *f = fopen(path_of("a.new"), "w");
    assert_non_null(f);
    fputs("a killed program's, longer than the next", f);
    fclose(f);
    assert_status(file_write(path_of("a"), "next", 4), TT_OK);
    holds("a", "next");
    assert_int_equal(names_in_folder(), 1);
    assert_int_equal(symlink("a", path_of("b.new")), 0);
    assert_status(file_write(path_of("b"), "x", 1), TT_BAD_FILE);
    said("/b: cannot be written: Too many levels of symbolic links");
    holds("a", "next");
    assert_int_equal(unlink(path_of("b.new")), 0);
}

// Two processes write the same file at once, over and over: each time it is one of the two, whole.
static void two_writers_take_turns(void **state)
{
    (void)state;
    enum { TURNS = 200, BYTES = 60 };
    char mine[BYTES], theirs[BYTES + 20];
    memset(mine, 'm', sizeof mine), memset(theirs, 't', sizeof theirs);
    pid_t child = fork();
    for (int i = 0; i < TURNS; i++) {
        file_new f;
        tt_status status = file_begin(&f, path_of("a"));
        for (int part = 0; part < 4 && status == TT_OK; part++) {
            fwrite(child ? mine : theirs, child ? sizeof mine / 4 : sizeof theirs / 4, 1, f.out);
            fflush(f.out);
        }
        status = file_end(&f, status);
        if (child == 0 && status != TT_OK) _exit(1);
        if (child == 0) continue;
        char *bytes;
        size_t size;
        assert_status(status, TT_OK);
        assert_status(file_read(&bytes, &size, path_of("a"), 1000), TT_OK);
        assert_int_equal(size, *bytes == 'm' ? sizeof mine : sizeof theirs);
        assert_memory_equal(bytes, *bytes == 'm' ? mine : theirs, size);
        free(bytes);
    }
    if (child == 0) _exit(0);
    int code;
    assert_int_equal(waitpid(child, &code, 0), child);
    assert_int_equal(code, 0);
    assert_int_equal(names_in_folder(), 1);
}

static void folders_are_made(void **state)
{
    (void)state;
    assert_status(file_make_folder(path_of("x/y//z/")), TT_OK);
    assert_status(file_make_folder(path_of("x/y/z")), TT_OK); // again
    assert_true(file_is_folder(path_of("x/y/z")));
    assert_status(file_make_folder_of(path_of("x/w/file")), TT_OK);
    assert_true(file_is_folder(path_of("x/w")) && !file_is_folder(path_of("x/w/file")));
    assert_status(file_make_folder_of("file"), TT_OK);
    assert_status(file_make_folder("/"), TT_OK);
    assert_status(file_make_folder(path_of("a/b")), TT_BAD_FILE);
    said("/a: this folder cannot be made: File exists");
    static const char *const made[] = {"x/y/z", "x/y", "x/w", "x"};
    for (int i = 0; i < COUNT(made); i++) assert_int_equal(rmdir(path_of(made[i])), 0);
}

int main(void)
{
    if (!mkdtemp(folder)) return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),         cmocka_unit_test(what_is_not_read),
        cmocka_unit_test(what_is_given_up_leaves_nothing), cmocka_unit_test(a_path_that_is_a_folder),
        cmocka_unit_test(the_old_file_survives),           cmocka_unit_test(what_lies_beside),
        cmocka_unit_test(two_writers_take_turns),          cmocka_unit_test(folders_are_made),
    };
    int failed = run_tests(tests);
    unlink(path_of("a"));
    return failed | (rmdir(folder) != 0); // nothing else was left
}
