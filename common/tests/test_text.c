// test_text.c: made-up texts and the real one; parts that never share a byte.
#include "check.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "data/text.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

static char folder[256];

static const char *path_of(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_text(const char *bytes, size_t count)
{
    assert_status(file_write(path_of("t.txt"), bytes, count), TT_OK);
    assert_int_equal(setenv("TEXT", path_of("t.txt"), 1), 0);
}

static void check_refused(const char *why)
{
    text_corpus out, before;
    memset(&out, 0xab, sizeof out);
    memcpy(&before, &out, sizeof out);
    assert_status(text_load(&out), TT_BAD_FILE);
    if (!strstr(tt_error(), why)) fail_msg("\"%s\" does not say \"%s\"", tt_error(), why);
    if (!strchr(tt_error(), ';')) fail_msg("\"%s\" does not say what to do", tt_error());
    assert_memory_equal(&out, &before, sizeof out);
}

TEST(own_file)
{
    char bytes[1000], hex[513];
    int ids[4];
    text_corpus text;
    for (int i = 0; i < 1000; i++) bytes[i] = "zab\n\xff"[i % 5];
    write_text(bytes, 1000);
    assert_status(text_load(&text), TT_OK);
    assert_true(text.count == 1000 && text.vocab == 5);
    assert_memory_equal(text.bytes, bytes, 1000);
    assert_memory_equal(text.alphabet, "\nabz\xff", 5);
    assert_string_equal(text.source, "t.txt"); // no folder
    for (int byte = 0; byte < 256; byte++)
        assert_true(text.id_of[byte] == -1 || text.alphabet[text.id_of[byte]] == byte);
    text_alphabet_hex(hex, &text);
    assert_string_equal(hex, "0a61627aff");
    assert_status(text_ids(ids, &text, (const unsigned char *)"abz\n", 4), TT_OK);
    assert_memory_equal(ids, ((int[]){1, 2, 3, 0}), sizeof ids);
    assert_status(text_ids(ids, &text, (const unsigned char *)"za?", 3), TT_BAD_VALUE);
    assert_non_null(strstr(tt_error(), "byte 0x3f at 2"));
    assert_int_equal(ids[0], 1); // untouched
    assert_status(text_ids(NULL, &text, NULL, 0), TT_OK);
    assert_status(text_ids(NULL, &text, (const unsigned char *)"a", 1), TT_BAD_VALUE);
    text_finish(&text);
    text_finish(&text);
    text_finish(NULL);
    assert_status(text_load(NULL), TT_BAD_VALUE);
}

TEST(hostile_files)
{
    char bytes[128] = {0};
    text_corpus text;
    write_text(bytes, 0);
    check_refused("0 bytes cannot be cut");
    write_text(bytes, 127);
    check_refused("127 bytes cannot be cut");
    write_text(bytes, 128);
    assert_status(text_load(&text), TT_OK);
    assert_int_equal(text.vocab, 1);
    text_finish(&text);
    assert_int_equal(setenv("TEXT", path_of("none"), 1), 0);
    check_refused("cannot be opened: No such file");
    assert_int_equal(setenv("TEXT", folder, 1), 0);
    check_refused("cannot be read: Is a directory");
}

// Without the program, with one that prints too little, and with one that fails.
TEST(no_bible)
{
    char kept[4096];
    snprintf(kept, sizeof kept, "%s", getenv("PATH"));
    assert_int_equal(unsetenv("TEXT"), 0);
    assert_int_equal(setenv("PATH", folder, 1), 0);
    check_refused("install the package bible-kjv");
    const char *const scripts[] = {"#!/bin/sh\necho In the beginning\n", "#!/bin/sh\nexit 3\n"};
    for (int i = 0; i < COUNT(scripts); i++) {
        assert_status(file_write(path_of("bible"), scripts[i], strlen(scripts[i])), TT_OK);
        assert_int_equal(chmod(path_of("bible"), 0755), 0);
        check_refused(i == 0 ? "printed 17 bytes and ended with 0" : "printed 0 bytes and ended with 3");
    }
    unlink(path_of("bible"));
    assert_int_equal(setenv("PATH", kept, 1), 0);
}

// ---- parts ----

static void check_split(size_t count, unsigned long long seed)
{
    text_split split;
    unsigned char *owner = malloc(count);
    int pieces[TEXT_PARTS] = {0};
    assert_status(text_split_make(&split, count, seed), TT_OK);
    memset(owner, 0xff, count);
    for (int i = 0; i < TEXT_CHUNKS; i++) {
        size_t from = text_chunk_start(&split, i), to = text_chunk_start(&split, i + 1);
        assert_true(from < to && to - from <= count / TEXT_CHUNKS + 1);
        pieces[split.part[i]]++;
        for (size_t at = from; at < to; at++) {
            assert_int_equal(owner[at], 0xff); // in no piece before
            owner[at] = split.part[i];
        }
    }
    for (size_t at = 0; at < count; at++) assert_true(owner[at] < TEXT_PARTS); // and every byte is in one
    assert_true(pieces[TEXT_TRAIN] == 112 && pieces[TEXT_CALIBRATION] == 8 && pieces[TEXT_TEST] == 8);

    // No window, at random or by number, touches a byte of another part.
    const size_t lengths[] = {2, 3, 10, count / TEXT_CHUNKS};
    tt_rng rng = {seed};
    for (int part = 0; part < TEXT_PARTS; part++)
        for (int l = 0; l < COUNT(lengths); l++) {
            size_t length = lengths[l], start, before = 0;
            if (length < 2 || length > count / TEXT_CHUNKS) continue;
            for (int i = 0; i < 200; i++) {
                assert_status(text_pick(&start, &split, (text_part)part, length, &rng), TT_OK);
                for (size_t at = start; at < start + length; at++) assert_int_equal(owner[at], part);
            }
            size_t windows = text_window_count(&split, (text_part)part, length);
            for (size_t i = 0; i < windows; i++) {
                assert_status(text_window(&start, &split, (text_part)part, length, i), TT_OK);
                for (size_t at = start; at < start + length; at++) assert_int_equal(owner[at], part);
                if (i > 0) assert_true(start >= before + length - 1); // no byte is predicted twice
                before = start;
            }
            start = 99;
            assert_status(text_window(&start, &split, (text_part)part, length, windows), TT_BAD_VALUE);
            assert_int_equal(start, 99);
        }
    free(owner);
}

TEST(parts_never_overlap)
{
    check_split(128, 1);
    check_split(1000, 1);
    check_split(12345, 2);
    check_split(44044, 3);
}

TEST(parts_by_seed)
{
    text_split a, b;
    size_t start = 99;
    tt_rng rng = {1};
    assert_status(text_split_make(&a, 100000, 1), TT_OK);
    assert_status(text_split_make(&b, 100000, 1), TT_OK);
    assert_memory_equal(a.part, b.part, sizeof a.part);
    assert_status(text_split_make(&b, 100000, 2), TT_OK);
    assert_memory_not_equal(a.part, b.part, sizeof a.part);
    assert_status(text_split_make(&b, 127, 2), TT_BAD_SHAPE);
    assert_int_equal(b.count, 100000);
    assert_status(text_pick(&start, &a, TEXT_TEST, 783, &rng), TT_BAD_SHAPE); // a piece has 781 or 782 bytes
    assert_status(text_pick(&start, &a, TEXT_TEST, 0, &rng), TT_BAD_SHAPE);
    assert_status(text_pick(&start, &a, TEXT_PARTS, 5, &rng), TT_BAD_VALUE);
    assert_int_equal(text_window_count(&a, TEXT_TEST, 783), 0);
    assert_int_equal(text_window_count(&a, TEXT_TEST, 1), 0);
    assert_int_equal(start, 99);
}

TEST(the_bible)
{
    text_corpus text;
    assert_int_equal(setenv("TEXT", "", 1), 0); // empty: what the program prints
    if (text_load(&text) != TT_OK) {
        print_message("%s: not tested\n", tt_error());
        skip();
    }
    assert_true(text.count > 4300000 && text.count < 4500000);
    assert_true(text.vocab > 60 && text.vocab < 100);
    assert_memory_equal(text.bytes, "Ge1:1 In the beginning God created the heaven and the earth.\n", 61);
    text_split split;
    assert_status(text_split_make(&split, text.count, 1), TT_OK);
    assert_true(text_window_count(&split, TEXT_TEST, 513) >= 500);
    text_finish(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_file),      cmocka_unit_test(hostile_files),
        cmocka_unit_test(no_bible),      cmocka_unit_test(parts_never_overlap),
        cmocka_unit_test(parts_by_seed), cmocka_unit_test(the_bible),
    };
    const char *temporary = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/test_text.XXXXXX", temporary && *temporary ? temporary : "/tmp");
    if (!mkdtemp(folder)) return perror(folder), 1;
    int failed = run_tests(tests);
    unlink(path_of("t.txt"));
    if (rmdir(folder) != 0) return perror(folder), 1;
    return failed;
}
