// idx.c: checks every number of an IDX header before it is used, and inflates no more than it announces.
#include "idx.h"

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
#include <zlib.h>

typedef struct {
    const char *path;
    int file; // -1 when it is not open
    z_stream zip;
    bool ended;              // the gzip stream is complete and its checksum was right
    unsigned char in[16384]; // what was read and waits to be inflated
} reader;

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

// Give zlib the next bytes of the file; avail_in is 0 at the end of the file.
static tt_status refill(reader *r)
{
    ssize_t n = read(r->file, r->in, sizeof r->in);
    if (n < 0)
        return refuse(r->path, "cannot be read: %s; check the disk and the permissions", strerror(errno));
    r->zip.next_in = r->in;
    r->zip.avail_in = (uInt)n;
    return TT_OK;
}

static tt_status open_gzip(reader *r)
{
    struct stat info;
    r->file = open(r->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); // a named pipe would otherwise block forever
    if (r->file < 0) return refuse(r->path, "cannot be opened: %s; check the path", strerror(errno));
    if (fstat(r->file, &info) != 0 || !S_ISREG(info.st_mode))
        return refuse(r->path, "is %s; give the path of a .gz file",
                      S_ISDIR(info.st_mode) ? "a directory" : "not a regular file");
    tt_status status = refill(r);
    if (status != TT_OK) return status;
    if (r->zip.avail_in < 2 || r->in[0] != 0x1f || r->in[1] != 0x8b)
        return refuse(r->path, "is not a gzip file; compress it with gzip, or fetch it again");
    if (inflateInit2(&r->zip, 15 + 16) != Z_OK) // the largest window, and gzip only
        return tt_fail(TT_NO_MEMORY, "no memory to inflate %.240s", r->path);
    return TT_OK;
}

// Inflate until there are `bytes` bytes or the stream ends; *got is how many there are.
static tt_status inflate_bytes(reader *r, unsigned char *to, size_t bytes, size_t *got)
{
    *got = 0;
    while (*got < bytes && !r->ended) {
        if (r->zip.avail_in == 0) {
            tt_status status = refill(r);
            if (status != TT_OK) return status;
            if (r->zip.avail_in == 0)
                return refuse(r->path, "is truncated: it ends inside its gzip stream; fetch it again");
        }
        size_t most = bytes - *got < UINT_MAX ? bytes - *got : UINT_MAX; // zlib counts in unsigned int
        r->zip.next_out = to + *got;
        r->zip.avail_out = (uInt)most;
        int code = inflate(&r->zip, Z_NO_FLUSH);
        *got += most - r->zip.avail_out;
        if (code == Z_MEM_ERROR) return tt_fail(TT_NO_MEMORY, "no memory to inflate %.240s", r->path);
        if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) // Z_BUF_ERROR: it needs more input
            return refuse(r->path, "is damaged: %s; fetch it again",
                          r->zip.msg ? r->zip.msg : "bad gzip data");
        r->ended = code == Z_STREAM_END;
    }
    return TT_OK;
}

// Read and check the header: the sizes into array->shape, their product into *bytes.
static tt_status read_header(reader *r, idx_array *array, int dims, size_t most_bytes, size_t *bytes)
{
    unsigned char header[4 + 4 * IDX_MAX_DIMS];
    size_t wanted = 4 + 4 * (size_t)dims, got;
    tt_status status = inflate_bytes(r, header, wanted, &got);
    if (status != TT_OK) return status;
    if (got < 4) return refuse(r->path, "is truncated: %zu bytes are no IDX header; fetch it again", got);
    if (header[0] != 0 || header[1] != 0)
        return refuse(r->path, "is not an IDX file: it begins with %02x %02x, not 00 00; take another",
                      header[0], header[1]);
    if (header[2] != 0x08)
        return refuse(r->path, "has elements of type 0x%02x; convert them to 0x08, the unsigned byte",
                      header[2]);
    if (header[3] != dims)
        return refuse(r->path, "has %d dimensions where %d are expected; are images and labels swapped?",
                      header[3], dims);
    if (got < wanted)
        return refuse(r->path, "is truncated: its header has %zu of %zu bytes; fetch it again", got, wanted);

    array->dims = dims;
    *bytes = 1;
    for (int i = 0; i < dims; i++) {
        const unsigned char *b = header + 4 + 4 * i;
        uint32_t size = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
        if (size > INT_MAX || __builtin_mul_overflow(*bytes, (size_t)size, bytes))
            return refuse(r->path, "announces more elements than memory can hold; fetch it again");
        array->shape[i] = (int)size;
    }
    if (*bytes > most_bytes)
        return refuse(r->path, "announces %zu bytes, at most %zu are expected; is it the right file?", *bytes,
                      most_bytes);
    return TT_OK;
}

// Read exactly `bytes` bytes, and check that the stream ends there and the file with it.
static tt_status read_data(reader *r, unsigned char *data, size_t bytes)
{
    unsigned char spare;
    size_t got, more;
    tt_status status = inflate_bytes(r, data, bytes, &got);
    if (status != TT_OK) return status;
    if (got < bytes)
        return refuse(r->path, "is truncated: it holds %zu of the %zu bytes announced; fetch it again", got,
                      bytes);
    status = inflate_bytes(r, &spare, 1, &more); // this also makes zlib check the checksum
    if (status != TT_OK) return status;
    if (more > 0)
        return refuse(r->path, "is longer than the %zu bytes its header announces; fetch it again", bytes);
    if (r->zip.avail_in == 0 && (status = refill(r)) != TT_OK) return status;
    if (r->zip.avail_in > 0)
        return refuse(r->path, "goes on after its gzip stream; compress it again in one piece");
    return TT_OK;
}

static tt_status read_array(reader *r, idx_array *array, int dims, size_t most_bytes)
{
    size_t bytes = 0;
    tt_status status = open_gzip(r);
    if (status == TT_OK) status = read_header(r, array, dims, most_bytes, &bytes);
    if (status != TT_OK) return status;
    array->data = malloc(bytes > 0 ? bytes : 1);
    if (!array->data) return tt_fail(TT_NO_MEMORY, "no memory for the %zu bytes of %.240s", bytes, r->path);
    return read_data(r, array->data, bytes);
}

tt_status idx_read(idx_array *out, const char *path, int dims, size_t most_bytes)
{
    if (!out || !path || dims < 1 || dims > IDX_MAX_DIMS) return TT_BAD_VALUE;
    reader r = {.path = path, .file = -1};
    idx_array array = {0};
    tt_status status = read_array(&r, &array, dims, most_bytes);
    inflateEnd(&r.zip); // harmless if inflateInit2 was not called
    if (r.file >= 0) close(r.file);
    if (status == TT_OK) *out = array;
    else idx_finish(&array);
    return status;
}

void idx_finish(idx_array *array)
{
    if (!array) return;
    free(array->data);
    *array = (idx_array){0};
}
