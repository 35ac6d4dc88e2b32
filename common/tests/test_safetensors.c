// test_safetensors.c: invalid files, files written and read back, and Python as the other reader and writer.
#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/file.h"
#include "data/safetensors.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

static char folder[256]; // made by main, removed by main with the files below
static const char *const names[] = {"a", "b", "script.py"};

static const char *path_of(const char *name)
{
    static char paths[4][512]; // one call may use several
    static int turn;
    char *path = paths[turn++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

// A file of a length field, a header and `data` bytes 0, 1, 2, ...; length -1 means the header's true one.
static void write_file(const char *name, const char *header, size_t header_bytes, long long length, int data)
{
    FILE *f = fopen(path_of(name), "wb");
    assert_non_null(f);
    uint64_t field = length < 0 ? header_bytes : (uint64_t)length;
    assert_int_equal(fwrite(&field, 8, 1, f), 1);
    assert_int_equal(fwrite(header, 1, header_bytes, f), header_bytes);
    for (int i = 0; i < data; i++) fputc(i & 255, f);
    assert_int_equal(fclose(f), 0);
}

static int next_file(void)
{
    int file = open("/dev/null", O_RDONLY);
    close(file);
    return file;
}

// The read must be refused with a sentence that has the path and `why` in it, and change nothing.
static void check_refused(const char *path, const char *why)
{
    safetensors out, before;
    memset(&out, 0xab, sizeof out);
    memcpy(&before, &out, sizeof out);
    int file = next_file();
    assert_status(safetensors_read(&out, path), TT_BAD_FILE);
    if (!strstr(tt_error(), why)) fail_msg("\"%s\" does not say \"%s\"", tt_error(), why);
    if (!strstr(tt_error(), path)) fail_msg("\"%s\" does not name the file", tt_error());
    if (!strchr(tt_error(), ';')) fail_msg("\"%s\" does not say what to do", tt_error());
    assert_memory_equal(&out, &before, sizeof out);
    assert_int_equal(next_file(), file);
}

// A header entry: E(name, type, shape, begin, end)
#define E(name, type, shape, begin, end)                                                                     \
    "\"" name "\":{\"dtype\":\"" type "\",\"shape\":" shape ",\"data_offsets\":[" #begin "," #end "]}"

TEST(hostile_files)
{
    static const struct {
        const char *why, *header;
        long long length; // announced; -1: the true one
        int data;
    } files[] = {
        // lengths
        {"is truncated: 3 bytes of header", "{}", 3, 0},
        {"announces 1048577 bytes", "{}", 1048577, 0},
        {"announces 9223372036854775807 bytes", "{}", 9223372036854775807, 0},
        // no JSON, or no valid header
        {"not JSON", "", -1, 0},
        {"not JSON", " {}", -1, 0},
        {"not JSON", "[]", -1, 0},
        {"not JSON", "{", -1, 0},
        {"not JSON", "{}x", -1, 0},
        {"not JSON", "{\"a\":}", -1, 0},
        {"not JSON: duplicate", "{" E("a", "U8", "[1]", 0, 1) "," E("a", "U8", "[1]", 1, 2) "}", -1, 2},
        {"not JSON", "{\"a\xff\":1}", -1, 0},
        {"not JSON", "{\"a\\u0000\":1}", -1, 0},
        {"not JSON: duplicate",
         "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[0,1]}}", -1, 1},
        // entries
        {"a: expected exactly", "{\"a\":1}", -1, 0},
        {"a: expected exactly", "{\"a\":{\"dtype\":\"U8\",\"shape\":[1]}}", -1, 1},
        {"a: expected exactly", "{\"a\":{\"dtype\":8,\"shape\":[1],\"data_offsets\":[0,1]}}", -1, 1},
        {"a: expected exactly", "{\"a\":{\"dtype\":\"U8\",\"shape\":1,\"data_offsets\":[0,1]}}", -1, 1},
        {"a: expected exactly", "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":1}}", -1, 1},
        {"a: expected exactly", "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"x\":0}}", -1,
         1},
        {"type F16 is not read", "{" E("a", "F16", "[1]", 0, 2) "}", -1, 2},
        {"type f32 is not read", "{" E("a", "f32", "[1]", 0, 4) "}", -1, 4},
        // shapes
        {"its shape is not", "{" E("a", "U8", "[-1]", 0, 1) "}", -1, 1},
        {"its shape is not", "{" E("a", "U8", "[1.0]", 0, 1) "}", -1, 1},
        {"its shape is not", "{" E("a", "U8", "[\"1\"]", 0, 1) "}", -1, 1},
        {"its shape is not", "{" E("a", "U8", "[1,1,1,1,1,1,1,1,1]", 0, 1) "}", -1, 1},
        {"do not fill its 1 bytes", "{" E("a", "U8", "[2]", 0, 1) "}", -1, 1},
        {"do not fill its 1 bytes", "{" E("a", "U8", "[0]", 0, 1) "}", -1, 1},
        {"do not fill its 2 bytes", "{" E("a", "F32", "[2]", 0, 2) "}", -1, 2},
        {"do not fill its 4 bytes", "{" E("a", "F32", "[]", 0, 4) "," E("b", "F32", "[2]", 4, 8) "}", -1, 8},
        // products that overflow: unchecked, 2^64 is 0 and 2^64 + 4 is 4
        {"do not fill its 0 bytes", "{" E("a", "F32", "[4611686018427387904]", 0, 0) "}", -1, 0},
        {"do not fill its 0 bytes", "{" E("a", "U8", "[4294967296,4294967296]", 0, 0) "}", -1, 0},
        {"do not fill its 4 bytes", "{" E("a", "F32", "[4611686018427387905]", 0, 4) "}", -1, 4},
        // offsets
        {"data_offsets are not", "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0]}}", -1, 1},
        {"data_offsets are not", "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1,2]}}", -1, 1},
        {"data_offsets are not", "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1.5]}}", -1, 1},
        {"offsets 1 to 0 are not", "{" E("a", "U8", "[1]", 1, 0) "}", -1, 2},
        {"offsets -1 to 0 are not", "{" E("a", "U8", "[1]", -1, 0) "}", -1, 1},
        {"offsets 0 to 2 are not", "{" E("a", "U8", "[2]", 0, 2) "}", -1, 1}, // truncated data
        {"offsets 0 to 9223372036854775807 are not",
         "{" E("a", "U8", "[9223372036854775807]", 0, 9223372036854775807) "}", -1, 1},
        {"b: begins at byte 1 of the data, which is another",
         "{" E("a", "U8", "[2]", 0, 2) "," E("b", "U8", "[2]", 1, 3) "}", -1, 3},
        {"b: begins at byte 0 of the data, which is another",
         "{" E("a", "U8", "[2]", 0, 2) "," E("b", "U8", "[2]", 0, 2) "}", -1, 2},
        {"b: begins at byte 2 of the data, which is behind a hole",
         "{" E("a", "U8", "[1]", 0, 1) "," E("b", "U8", "[1]", 2, 3) "}", -1, 3},
        {"a: begins at byte 1 of the data, which is behind a hole", "{" E("a", "U8", "[1]", 1, 2) "}", -1, 2},
        {"1 bytes behind its last", "{" E("a", "U8", "[1]", 0, 1) "}", -1, 2},
        {"1 bytes behind its last", "{}", -1, 1},
        // metadata
        {"__metadata__ is not an object", "{\"__metadata__\":[]}", -1, 0},
        {"__metadata__: x is not a string", "{\"__metadata__\":{\"x\":1}}", -1, 0},
    };
    for (int i = 0; i < COUNT(files); i++) {
        write_file("a", files[i].header, strlen(files[i].header), files[i].length, files[i].data);
        check_refused(path_of("a"), files[i].why);
    }
    char nested[2 * 5000 + 1]; // so deep that a recursive parser could overflow its stack
    memset(nested, '[', 5000), memset(nested + 5000, ']', 5000);
    memcpy(nested, "{\"a\":", 5);
    write_file("a", nested, 10000, -1, 0);
    check_refused(path_of("a"), "not JSON");
}

TEST(cut_anywhere)
{
    const char header[] = "{" E("a", "F32", "[2]", 0, 8) "," E("b", "I8", "[3]", 8, 11) "}";
    write_file("a", header, strlen(header), -1, 11);
    long whole = 8 + (long)strlen(header) + 11;
    safetensors file;
    assert_status(safetensors_read(&file, path_of("a")), TT_OK);
    safetensors_finish(&file);
    for (long bytes = whole - 1; bytes >= 0; bytes--) {
        assert_int_equal(truncate(path_of("a"), bytes), 0);
        check_refused(path_of("a"), ";");
    }
}

TEST(no_file)
{
    safetensors file;
    check_refused(path_of("none"), "cannot be opened: No such file");
    check_refused(folder, "is not a regular file");
    check_refused("/dev/null", "is not a regular file");
    assert_status(safetensors_read(NULL, folder), TT_BAD_VALUE);
    assert_status(safetensors_read(&file, NULL), TT_BAD_VALUE);
}

static const float floats[] = {1, -2.5f, 3e38f, 0, -0.0f, 1e-45f};
static const signed char bytes[] = {-128, -1, 0, 127};
static const int numbers[] = {-2147483647 - 1, 7};
static const unsigned short halves[] = {0x3f80, 0xc000, 0x7f7f}; // 1, -2, the largest in BF16
static const unsigned char nothing[1];

static const safetensors_tensor samples[] = {
    {.name = "floats", .type = SAFETENSORS_F32, .dims = 2, .shape = {2, 3}, .data = floats, .bytes = 24},
    {.name = "bytes", .type = SAFETENSORS_I8, .dims = 1, .shape = {4}, .data = bytes, .bytes = 4},
    {.name = "empty", .type = SAFETENSORS_F32, .dims = 2, .shape = {0, 5}, .data = nothing, .bytes = 0},
    {.name = "numbers \"\\ \xc3\xa4",
     .type = SAFETENSORS_I32,
     .dims = 1,
     .shape = {2},
     .data = numbers,
     .bytes = 8},
    {.name = "halves", .type = SAFETENSORS_BF16, .dims = 3, .shape = {1, 3, 1}, .data = halves, .bytes = 6},
    {.name = "one", .type = SAFETENSORS_U8, .dims = 0, .data = "\xff", .bytes = 1},
};
static const safetensors_pair notes[] = {
    {"seed", "42"}, {"said", "a \"quoted\" line\nand \xc3\xa4"}, {"none", ""}};

TEST(round_trip)
{
    safetensors file;
    assert_status(safetensors_write(path_of("a"), samples, COUNT(samples), notes, COUNT(notes)), TT_OK);
    assert_status(safetensors_read(&file, path_of("a")), TT_OK);
    assert_int_equal(file.count, COUNT(samples));
    assert_int_equal((uintptr_t)file.data % 64, 0);
    for (int i = 0; i < COUNT(samples); i++) {
        const safetensors_tensor *t = safetensors_find(&file, samples[i].name);
        assert_non_null(t);
        assert_true(t->type == samples[i].type && t->dims == samples[i].dims && t->bytes == samples[i].bytes);
        assert_memory_equal(t->shape, samples[i].shape, sizeof t->shape);
        assert_memory_equal(t->data, samples[i].data, t->bytes);
    }
    for (int i = 0; i < COUNT(notes); i++)
        assert_string_equal(safetensors_meta(&file, notes[i].key), notes[i].value);
    assert_null(safetensors_find(&file, "other"));
    assert_null(safetensors_meta(&file, "other"));
    safetensors_finish(&file);
    safetensors_finish(&file);
    safetensors_finish(NULL);

    assert_status(safetensors_write(path_of("a"), NULL, 0, NULL, 0), TT_OK); // replaces the old file
    assert_status(safetensors_read(&file, path_of("a")), TT_OK);
    assert_int_equal(file.count, 0);
    safetensors_finish(&file);
}

TEST(what_is_not_written)
{
    struct stat info;
    safetensors_tensor bad[] = {samples[0], samples[0], samples[0], samples[0], samples[0], samples[0]};
    bad[0].bytes = 20, bad[1].shape[0] = -2, bad[2].dims = 9, bad[3].type = SAFETENSORS_TYPES,
    bad[4].name = "__metadata__";
    bad[5].name = "\xff";
    unlink(path_of("b"));
    for (int i = 0; i < COUNT(bad); i++)
        assert_true(safetensors_write(path_of("b"), &bad[i], 1, NULL, 0) != TT_OK);
    const safetensors_tensor twice[] = {samples[0], samples[0]};
    assert_status(safetensors_write(path_of("b"), twice, 2, NULL, 0), TT_BAD_VALUE);
    char *large = calloc(1, (1 << 20) + 1);
    memset(large, 'x', 1 << 20);
    const safetensors_pair long_note[] = {{"long", large}};
    assert_status(safetensors_write(path_of("b"), samples, 1, long_note, 1), TT_BAD_VALUE);
    free(large);
    assert_int_equal(stat(path_of("b"), &info), -1); // and no temporary file: main's rmdir would fail
    assert_status(safetensors_write(path_of("none/b"), samples, 1, NULL, 0), TT_BAD_FILE);
    assert_non_null(strstr(tt_error(), "cannot be written: No such file"));
    assert_status(safetensors_write(folder, samples, 1, NULL, 0), TT_BAD_FILE);
}

// A write that fails half way, here because of a limit on the size of files, leaves the old file as it was.
TEST(a_write_that_fails_keeps_the_old_file)
{
    float *many = calloc(100000, sizeof *many);
    const safetensors_tensor large = {
        .name = "x", .type = SAFETENSORS_F32, .dims = 1, .shape = {100000}, .data = many, .bytes = 400000};
    assert_status(safetensors_write(path_of("a"), samples, COUNT(samples), notes, COUNT(notes)), TT_OK);
    pid_t child = fork();
    if (child == 0) {
        // The limit's signal would end the child; if it is ignored, the write fails with an errno instead.
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){100000, 100000});
        _exit(safetensors_write(path_of("a"), &large, 1, NULL, 0) == TT_BAD_FILE ? 0 : 1);
    }
    int code;
    assert_int_equal(waitpid(child, &code, 0), child);
    assert_int_equal(code, 0);
    free(many);
    safetensors file;
    assert_status(safetensors_read(&file, path_of("a")), TT_OK);
    assert_int_equal(file.count, COUNT(samples));
    safetensors_finish(&file);
}

// ---- Python: twenty lines of json and struct ----

static const char reader[] =
    "import json, struct, sys\n"
    "def read(path):\n"
    "    with open(path, 'rb') as f:\n"
    "        length, = struct.unpack('<Q', f.read(8))\n"
    "        header = json.loads(f.read(length))\n"
    "        data = f.read()\n"
    "    notes = header.pop('__metadata__', {})\n"
    "    letters = {'F32': 'f', 'I8': 'b', 'U8': 'B', 'I32': 'i', 'BF16': 'H'}\n"
    "    arrays = {}\n"
    "    for name, entry in header.items():\n"
    "        begin, end = entry['data_offsets']\n"
    "        count = 1\n"
    "        for size in entry['shape']: count *= size\n"
    "        form = '<%d%s' % (count, letters[entry['dtype']])\n"
    "        assert struct.calcsize(form) == end - begin\n"
    "        arrays[name] = entry['dtype'], entry['shape'], struct.unpack(form, data[begin:end])\n"
    "    assert (8 + length) % 8 == 0 and end == len(data)\n"
    "    return arrays, notes\n"
    "arrays, notes = read(sys.argv[1])\n"
    "assert notes == {'seed': '42', 'said': 'a \"quoted\" line\\nand \\u00e4', 'none': ''}, notes\n"
    "assert list(arrays) == ['floats', 'bytes', 'empty', 'numbers \"\\\\ \\u00e4', 'halves', 'one'], "
    "list(arrays)\n"
    "dtype, shape, values = arrays['floats']\n"
    "assert (dtype, shape) == ('F32', [2, 3]) and values[:2] == (1, -2.5) and 2.9e38 < values[2] < 3.1e38\n"
    "assert str(values[4]) == '-0.0' and 0 < values[5] < 2e-45\n"
    "assert arrays['bytes'] == ('I8', [4], (-128, -1, 0, 127))\n"
    "assert arrays['empty'] == ('F32', [0, 5], ())\n"
    "assert arrays['numbers \"\\\\ \\u00e4'] == ('I32', [2], (-2147483648, 7))\n"
    "assert arrays['halves'] == ('BF16', [1, 3, 1], (0x3f80, 0xc000, 0x7f7f))\n"
    "assert arrays['one'] == ('U8', [], (255,))\n";

static const char writer[] =
    "import json, struct, sys\n"
    "header = {'__metadata__': {'from': 'Python'},\n"
    "          'later': {'dtype': 'I32', 'shape': [2], 'data_offsets': [12, 20]},\n"
    "          'first': {'dtype': 'F32', 'shape': [3, 1], 'data_offsets': [0, 12]}}\n"
    "text = json.dumps(header).encode() + b'   '\n"
    "with open(sys.argv[1], 'wb') as f:\n"
    "    f.write(struct.pack('<Q', len(text)) + text + struct.pack('<3f2i', 1.5, -2, 4, 11, -12))\n";

static int run_python(const char *script, const char *argument)
{
    assert_status(file_write(path_of("script.py"), script, strlen(script)), TT_OK);
    pid_t child = fork();
    if (child == 0) {
        execlp("python3", "python3", path_of("script.py"), argument, (char *)NULL);
        _exit(127);
    }
    int code;
    assert_int_equal(waitpid(child, &code, 0), child);
    if (WIFEXITED(code) && WEXITSTATUS(code) == 127) {
        print_message("no python3: not tested\n");
        skip();
    }
    return code;
}

TEST(python_reads_what_we_write)
{
    assert_status(safetensors_write(path_of("a"), samples, COUNT(samples), notes, COUNT(notes)), TT_OK);
    assert_int_equal(run_python(reader, path_of("a")), 0);
}

TEST(we_read_what_python_writes)
{
    safetensors file;
    assert_int_equal(run_python(writer, path_of("b")), 0);
    assert_status(safetensors_read(&file, path_of("b")), TT_OK);
    assert_string_equal(safetensors_meta(&file, "from"), "Python");
    const safetensors_tensor *first = safetensors_find(&file, "first"),
                             *later = safetensors_find(&file, "later");
    assert_true(first && later && first->dims == 2 && first->shape[0] == 3 && later->type == SAFETENSORS_I32);
    assert_ptr_equal(first, &file.tensors[0]); // in the order of the data, not of the header
    assert_memory_equal(first->data, ((float[]){1.5f, -2, 4}), 12);
    assert_memory_equal(later->data, ((int[]){11, -12}), 8);
    safetensors_finish(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_files),
        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(no_file),
        cmocka_unit_test(round_trip),
        cmocka_unit_test(what_is_not_written),
        cmocka_unit_test(a_write_that_fails_keeps_the_old_file),
        cmocka_unit_test(python_reads_what_we_write),
        cmocka_unit_test(we_read_what_python_writes),
    };
    const char *temporary = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/test_safetensors.XXXXXX",
             temporary && *temporary ? temporary : "/tmp");
    if (!mkdtemp(folder)) return perror(folder), 1;
    int failed = run_tests(tests);
    for (int i = 0; i < COUNT(names); i++) unlink(path_of(names[i]));
    if (rmdir(folder) != 0) return perror(folder), 1;
    return failed;
}
