// safetensors.c: checks every entry of a file's header, and replaces a file as a whole or not at all.
#include "safetensors.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/foreign.h"
#include "core/scratch.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "safetensors.c copies numbers as they lie in the file, which is little-endian"
#endif

enum { MOST_HEADER = 1 << 20, MOST_TENSORS = 4096 };

static const struct {
    const char *name;
    size_t bytes;
} types[SAFETENSORS_TYPES] = {{"F32", 4}, {"I8", 1}, {"U8", 1}, {"I32", 4}, {"BF16", 2}};

static bool is_type(safetensors_type type) { return (unsigned)type < SAFETENSORS_TYPES; }

const char *safetensors_type_name(safetensors_type type)
{
    return is_type(type) ? types[type].name : "unknown";
}

size_t safetensors_type_bytes(safetensors_type type) { return is_type(type) ? types[type].bytes : 0; }

// Fail with the sentence "PATH: reason". A path that is too long is cut, so that the advice at the end stays.
__attribute__((format(printf, 2, 3))) static tt_status refuse(const char *path, const char *format, ...)
{
    char reason[256];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    return tt_fail(TT_BAD_FILE, "%.240s: %s", path, reason);
}

// ---- reading ----

typedef struct {
    const char *path;
    int file;         // -1 if it is held
    const char *held; // what is not read yet of one that is
    size_t bytes;     // of the data after the header
    json_t *root;
} reader;

static struct {
    char path[256];
    const void *bytes;
    size_t count;
} held[SAFETENSORS_MOST_HELD];

tt_status safetensors_hold(const char *path, const void *bytes, size_t count)
{
    if (!path || !bytes || strlen(path) >= sizeof held->path) return TT_BAD_VALUE;
    for (int i = 0; i < SAFETENSORS_MOST_HELD; i++)
        if (!held[i].bytes || strcmp(held[i].path, path) == 0) {
            strcpy(held[i].path, path);
            held[i].bytes = bytes, held[i].count = count;
            return TT_OK;
        }
    return tt_fail(TT_NO_MEMORY, "more than %d files are held", SAFETENSORS_MOST_HELD);
}

static tt_status read_bytes(reader *r, void *to, size_t bytes)
{
    if (r->held) return memcpy(to, r->held, bytes), r->held += bytes, TT_OK;
    for (size_t done = 0; done < bytes;) {
        ssize_t n = read(r->file, (char *)to + done, bytes - done);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return refuse(r->path, "cannot be read: %s; check the disk", strerror(errno));
        if (n == 0) return refuse(r->path, "ended while it was read; is another program writing it?");
        done += (size_t)n;
    }
    return TT_OK;
}

// Open the file, or find the one that is held. -> *size
static tt_status find_file(reader *r, size_t *size)
{
    struct stat info;
    for (int i = 0; i < SAFETENSORS_MOST_HELD; i++)
        if (held[i].bytes && strcmp(held[i].path, r->path) == 0)
            return r->held = held[i].bytes, *size = held[i].count, TT_OK;
    r->file = open(r->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (r->file < 0) return refuse(r->path, "cannot be opened: %s; check the path", strerror(errno));
    if (fstat(r->file, &info) != 0 || !S_ISREG(info.st_mode))
        return refuse(r->path, "is not a regular file; give the path of a .safetensors file");
    *size = (size_t)info.st_size;
    return TT_OK;
}

// Find the file, check the lengths against its size and parse the header.
static tt_status open_file(reader *r)
{
    uint64_t length;
    size_t size = 0;
    tt_status status = find_file(r, &size);
    if (status != TT_OK) return status;
    if (size < sizeof length) return refuse(r->path, "is truncated: %zu bytes; fetch it again", size);
    status = read_bytes(r, &length, sizeof length);
    if (status != TT_OK) return status;
    if (length > MOST_HEADER)
        return refuse(r->path,
                      "announces %llu bytes of header, at most %d are read; is it a safetensors file?",
                      (unsigned long long)length, MOST_HEADER);
    if (length > size - sizeof length)
        return refuse(r->path, "is truncated: %llu bytes of header announced, %zu are there; fetch it again",
                      (unsigned long long)length, size - sizeof length);
    r->bytes = size - sizeof length - (size_t)length;

    char *text = malloc((size_t)length + 1);
    if (!text) return tt_fail(TT_NO_MEMORY, "no memory for the header of %.240s", r->path);
    status = read_bytes(r, text, (size_t)length);
    json_error_t error = {0};
    if (status == TT_OK) {
        r->root = length > 0 && text[0] == '{'
                      ? json_loadb(text, (size_t)length, JSON_REJECT_DUPLICATES, &error)
                      : NULL;
        if (!r->root)
            status = refuse(r->path, "has a header that is not JSON: %.100s; fetch it again",
                            error.text[0] ? error.text : "it does not begin with {");
    }
    free(text);
    return status;
}

static bool read_shape(safetensors_tensor *t, const json_t *shape)
{
    t->dims = (int)json_array_size(shape);
    for (int i = 0; i < t->dims; i++) {
        if (!foreign_take_whole(&t->shape[i], json_array_get(shape, (size_t)i), 0, LLONG_MAX)) return false;
    }
    return true;
}

// The bytes that a shape needs; false if a size is negative or the number overflows.
static bool count_bytes(const safetensors_tensor *t, size_t *bytes)
{
    *bytes = safetensors_type_bytes(t->type);
    for (int i = 0; i < t->dims; i++)
        if (t->shape[i] < 0 || __builtin_mul_overflow(*bytes, (size_t)t->shape[i], bytes)) return false;
    return true;
}

static tt_status read_offsets(const reader *r, safetensors_tensor *t, const json_t *offsets, size_t *begin)
{
    long long b, e;
    if (json_array_size(offsets) != 2 ||
        !foreign_take_whole(&b, json_array_get(offsets, 0), LLONG_MIN, LLONG_MAX) ||
        !foreign_take_whole(&e, json_array_get(offsets, 1), LLONG_MIN, LLONG_MAX))
        return refuse(r->path, "%.60s: data_offsets are not two whole numbers; fetch it again", t->name);
    if (b < 0 || e < b || (uint64_t)e > r->bytes)
        return refuse(r->path, "%.60s: offsets %lld to %lld are not in the %zu bytes of data; fetch it again",
                      t->name, b, e, r->bytes);
    size_t bytes;
    if (!count_bytes(t, &bytes) || bytes != (size_t)(e - b))
        return refuse(r->path, "%.60s: its shape and type do not fill its %lld bytes; fetch it again",
                      t->name, e - b);
    *begin = (size_t)b;
    t->bytes = bytes;
    return TT_OK;
}

// Read one array's entry. Its data is stored as an offset, which check_cover turns into an address.
static tt_status read_tensor(const reader *r, safetensors_tensor *t, const char *name, const json_t *entry)
{
    *t = (safetensors_tensor){.name = name};
    const json_t *type = json_object_get(entry, "dtype"), *shape = json_object_get(entry, "shape");
    const json_t *offsets = json_object_get(entry, "data_offsets");
    if (!json_is_object(entry) || json_object_size(entry) != 3 || !json_is_string(type) ||
        !json_is_array(shape) || !json_is_array(offsets))
        return refuse(r->path, "%.60s: expected exactly dtype, shape and data_offsets; fetch it again", name);
    int i = 0;
    while (i < SAFETENSORS_TYPES && strcmp(types[i].name, json_string_value(type)) != 0) i++;
    if (i == SAFETENSORS_TYPES)
        return refuse(r->path, "%.60s: type %.20s is not read here; convert it to F32", name,
                      json_string_value(type));
    t->type = (safetensors_type)i;
    if (json_array_size(shape) > SAFETENSORS_MAX_DIMS || !read_shape(t, shape))
        return refuse(r->path, "%.60s: its shape is not up to %d whole numbers; fetch it again", name,
                      SAFETENSORS_MAX_DIMS);
    size_t begin = 0;
    tt_status status = read_offsets(r, t, offsets, &begin);
    t->data = (const void *)(uintptr_t)begin;
    return status;
}

static tt_status read_pairs(const reader *r, safetensors *st, json_t *metadata)
{
    const char *key;
    json_t *value;
    if (!json_is_object(metadata)) return refuse(r->path, "__metadata__ is not an object; fetch it again");
    st->pairs = calloc(json_object_size(metadata) + 1, sizeof *st->pairs);
    if (!st->pairs) return tt_fail(TT_NO_MEMORY, "no memory for the metadata of %.240s", r->path);
    json_object_foreach(metadata, key, value)
    {
        if (!json_is_string(value))
            return refuse(r->path, "__metadata__: %.60s is not a string; fetch it again", key);
        st->pairs[st->pair_count++] = (safetensors_pair){key, json_string_value(value)};
    }
    return TT_OK;
}

static int by_offset(const void *a, const void *b)
{
    const safetensors_tensor *x = a, *y = b;
    uintptr_t p = (uintptr_t)x->data, q = (uintptr_t)y->data;
    if (p != q) return p < q ? -1 : 1;
    return x->bytes < y->bytes ? -1 : x->bytes > y->bytes; // an empty array before the one that starts there
}

// Check that, sorted by offset, each array begins where the one before it ends, and the last ends the file.
static tt_status check_cover(const reader *r, safetensors *st)
{
    size_t end = 0;
    if (st->count > 0) qsort(st->tensors, (size_t)st->count, sizeof *st->tensors, by_offset);
    for (int i = 0; i < st->count; i++) {
        size_t begin = (size_t)(uintptr_t)st->tensors[i].data;
        if (begin != end)
            return refuse(r->path, "%.60s: begins at byte %zu of the data, which is %s; fetch it again",
                          st->tensors[i].name, begin, begin < end ? "another array's" : "behind a hole");
        end = begin + st->tensors[i].bytes;
        st->tensors[i].data = (const char *)st->data + begin;
    }
    if (end != r->bytes)
        return refuse(r->path, "has %zu bytes behind its last array; fetch it again", r->bytes - end);
    return TT_OK;
}

static tt_status read_all(reader *r, safetensors *st)
{
    tt_status status = open_file(r);
    if (status != TT_OK) return status;
    if (json_object_size(r->root) > MOST_TENSORS)
        return refuse(r->path, "has more than %d arrays; is it the right file?", MOST_TENSORS);
    st->tensors = calloc(json_object_size(r->root) + 1, sizeof *st->tensors);
    st->data = aligned_alloc(TT_ALIGN, (r->bytes + TT_ALIGN) / TT_ALIGN * TT_ALIGN);
    if (!st->tensors || !st->data) return tt_fail(TT_NO_MEMORY, "no memory for %.240s", r->path);
    const char *name;
    json_t *entry;
    json_object_foreach(r->root, name, entry)
    {
        if (strcmp(name, "__metadata__") == 0) status = read_pairs(r, st, entry);
        else status = read_tensor(r, &st->tensors[st->count++], name, entry);
        if (status != TT_OK) return status;
    }
    status = check_cover(r, st);
    return status == TT_OK ? read_bytes(r, st->data, r->bytes) : status;
}

tt_status safetensors_read(safetensors *out, const char *path)
{
    if (!out || !path) return TT_BAD_VALUE;
    reader r = {.path = path, .file = -1};
    safetensors st = {0};
    tt_status status = read_all(&r, &st);
    if (r.file >= 0) close(r.file);
    st.header = r.root;
    if (status == TT_OK) *out = st;
    else safetensors_finish(&st);
    return status;
}

void safetensors_finish(safetensors *file)
{
    if (!file) return;
    free(file->tensors);
    free(file->pairs);
    free(file->data);
    json_decref(file->header);
    *file = (safetensors){0};
}

const safetensors_tensor *safetensors_find(const safetensors *file, const char *name)
{
    for (int i = 0; file && name && i < file->count; i++)
        if (strcmp(file->tensors[i].name, name) == 0) return &file->tensors[i];
    return NULL;
}

const char *safetensors_meta(const safetensors *file, const char *key)
{
    for (int i = 0; file && key && i < file->pair_count; i++)
        if (strcmp(file->pairs[i].key, key) == 0) return file->pairs[i].value;
    return NULL;
}

// ---- writing ----

static json_t *describe(const safetensors_tensor *t, size_t begin)
{
    json_t *shape = json_array();
    for (int i = 0; i < t->dims; i++) json_array_append_new(shape, json_integer(t->shape[i]));
    return json_pack("{s:s, s:o, s:[I, I]}", "dtype", types[t->type].name, "shape", shape, "data_offsets",
                     (json_int_t)begin, (json_int_t)(begin + t->bytes));
}

// The header's text, padded with spaces so that the data begins on a cache line. NULL if it cannot be made.
static char *make_header(const safetensors_tensor *tensors, int count, const safetensors_pair *pairs,
                         int pair_count, size_t *length)
{
    json_t *root = json_object(), *metadata = json_object();
    int bad = 0;
    size_t begin = 0;
    for (int i = 0; i < pair_count; i++)
        bad |= json_object_set_new(metadata, pairs[i].key, json_string(pairs[i].value));
    if (pair_count > 0) bad |= json_object_set(root, "__metadata__", metadata);
    for (int i = 0; i < count; begin += tensors[i++].bytes)
        bad |= json_object_set_new(root, tensors[i].name, describe(&tensors[i], begin));
    char *text = bad ? NULL : json_dumps(root, JSON_COMPACT);
    json_decref(metadata);
    json_decref(root);
    if (!text) return NULL;
    size_t used = strlen(text);
    *length = (used + 8 + TT_ALIGN - 1) / TT_ALIGN * TT_ALIGN - 8;
    char *padded = realloc(text, *length + 1);
    if (!padded) return free(text), NULL;
    memset(padded + used, ' ', *length - used);
    return padded;
}

static tt_status check_tensors(const safetensors_tensor *tensors, int count)
{
    for (int i = 0; i < count; i++) {
        const safetensors_tensor *t = &tensors[i];
        size_t bytes;
        if (!t->name || strcmp(t->name, "__metadata__") == 0 || !is_type(t->type) || t->dims < 0 ||
            t->dims > SAFETENSORS_MAX_DIMS || (t->bytes > 0 && !t->data))
            return tt_fail(TT_BAD_VALUE, "array %d of %d: no name, type, shape or data to write", i, count);
        if (!count_bytes(t, &bytes) || bytes != t->bytes)
            return tt_fail(TT_BAD_SHAPE, "%.60s: %zu bytes do not fit its shape and type", t->name, t->bytes);
        for (int j = 0; j < i; j++)
            if (strcmp(tensors[j].name, t->name) == 0)
                return tt_fail(TT_BAD_VALUE, "two arrays are called %.60s; rename one", t->name);
    }
    return TT_OK;
}

static void write_all(FILE *f, const char *header, size_t length, const safetensors_tensor *tensors,
                      int count)
{
    uint64_t prefix = length;
    fwrite(&prefix, sizeof prefix, 1, f);
    fwrite(header, 1, length, f);
    for (int i = 0; i < count && !ferror(f); i++)
        if (tensors[i].bytes > 0) fwrite(tensors[i].data, tensors[i].bytes, 1, f);
}

tt_status safetensors_write(const char *path, const safetensors_tensor *tensors, int count,
                            const safetensors_pair *pairs, int pair_count)
{
    if (!path || count < 0 || count > MOST_TENSORS || pair_count < 0 || (count > 0 && !tensors) ||
        (pair_count > 0 && !pairs))
        return TT_BAD_VALUE;
    tt_status status = check_tensors(tensors, count);
    if (status != TT_OK) return status;
    size_t length = 0;
    char *header = make_header(tensors, count, pairs, pair_count, &length);
    if (!header) return tt_fail(TT_BAD_VALUE, "%.240s: a name or a value is not UTF-8; change it", path);
    if (length > MOST_HEADER) {
        free(header);
        return tt_fail(TT_BAD_VALUE, "%.240s: more than 1 MiB of header; shorten the metadata", path);
    }
    file_new f;
    status = file_begin(&f, path);
    if (status == TT_OK) write_all(f.out, header, length, tensors, count);
    free(header);
    return file_end_on_disk(&f, status);
}
