// text.c: reads a text, numbers the bytes that occur in it, and assigns its pieces to the parts.
#include "text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static const size_t most_bytes = (size_t)256 << 20;
static const char command[] = "bible -f Gen1:1-Rev22:21";

// Read all bytes of f. A text longer than most_bytes is refused, not cut.
static tt_status read_stream(text_corpus *text, FILE *f, const char *name)
{
    size_t room = 0;
    for (;;) {
        if (text->count == room) {
            room = room ? 2 * room : (size_t)1 << 20;
            unsigned char *grown = room <= 2 * most_bytes ? realloc(text->bytes, room) : NULL;
            if (!grown) return tt_fail(TT_NO_MEMORY, "no memory for the text of %.200s", name);
            text->bytes = grown;
        }
        size_t n = fread(text->bytes + text->count, 1, room - text->count, f);
        text->count += n;
        if (text->count > most_bytes)
            return tt_fail(TT_BAD_FILE, "%.200s: longer than 256 MiB; take a part of it", name);
        if (n == 0 && ferror(f))
            return tt_fail(TT_BAD_FILE, "%.200s: cannot be read: %s; is it a file?", name, strerror(errno));
        if (n == 0) return TT_OK;
    }
}

static tt_status read_file(text_corpus *text, const char *path)
{
    const char *slash = strrchr(path, '/');
    FILE *f = fopen(path, "rb");
    if (!f)
        return tt_fail(TT_BAD_FILE,
                       "TEXT=%.200s: cannot be opened: %s; set TEXT to a file of text, or unset it", path,
                       strerror(errno));
    snprintf(text->source, sizeof text->source, "%.90s", slash ? slash + 1 : path);
    tt_status status = read_stream(text, f, path);
    fclose(f);
    return status;
}

static tt_status read_bible(text_corpus *text)
{
    char quiet[64];
    snprintf(quiet, sizeof quiet, "%s 2>/dev/null", command);
    snprintf(text->source, sizeof text->source, "%s", command);
    FILE *f = popen(quiet, "r");
    if (!f)
        return tt_fail(TT_BAD_FILE, "cannot run \"%s\": %s; set TEXT to a file of text", command,
                       strerror(errno));
    tt_status status = read_stream(text, f, command);
    int code = pclose(f);
    if (status != TT_OK) return status;
    if (WIFEXITED(code) && WEXITSTATUS(code) == 127)
        return tt_fail(TT_BAD_FILE,
                       "the program \"bible\" is not there; install the package bible-kjv, or set TEXT "
                       "to a file of text");
    // A short output is an error: the whole text is known to have more than four million bytes.
    if (code != 0 || text->count < 4000000)
        return tt_fail(TT_BAD_FILE,
                       "\"%s\" printed %zu bytes and ended with %d; install the package bible-kjv again, "
                       "or set TEXT to a file of text",
                       command, text->count, WEXITSTATUS(code));
    return TT_OK;
}

static void number_bytes(text_corpus *text)
{
    bool seen[256] = {false};
    for (size_t i = 0; i < text->count; i++) seen[text->bytes[i]] = true;
    text->vocab = 0;
    for (int byte = 0; byte < 256; byte++) {
        text->id_of[byte] = seen[byte] ? (short)text->vocab : -1;
        if (seen[byte]) text->alphabet[text->vocab++] = (unsigned char)byte;
    }
}

tt_status text_load(text_corpus *out)
{
    if (!out) return TT_BAD_VALUE;
    const char *own = getenv("TEXT");
    text_corpus text = {0};
    tt_status status = own && *own ? read_file(&text, own) : read_bible(&text);
    if (status == TT_OK && text.count < TEXT_CHUNKS)
        status =
            tt_fail(TT_BAD_FILE, "%s: a text of %zu bytes cannot be cut into %d pieces; take a longer one",
                    text.source, text.count, TEXT_CHUNKS);
    if (status != TT_OK) {
        text_finish(&text);
        return status;
    }
    number_bytes(&text);
    *out = text;
    return TT_OK;
}

void text_finish(text_corpus *text)
{
    if (!text) return;
    free(text->bytes);
    *text = (text_corpus){0};
}

tt_status text_ids(int *ids, const text_corpus *text, const unsigned char *bytes, size_t count)
{
    if (!text || (count > 0 && (!ids || !bytes))) return TT_BAD_VALUE;
    for (size_t i = 0; i < count; i++)
        if (text->id_of[bytes[i]] < 0)
            return tt_fail(TT_BAD_VALUE, "byte 0x%02x at %zu is not in the alphabet of %s; leave it out",
                           bytes[i], i, text->source);
    for (size_t i = 0; i < count; i++) ids[i] = text->id_of[bytes[i]];
    return TT_OK;
}

void text_alphabet_hex(char *hex, const text_corpus *text)
{
    hex[0] = 0;
    for (int i = 0; i < text->vocab; i++) snprintf(hex + 2 * i, 3, "%02x", text->alphabet[i]);
}

// ---- parts ----

tt_status text_split_make(text_split *split, size_t count, unsigned long long seed)
{
    if (!split) return TT_BAD_VALUE;
    if (count < TEXT_CHUNKS)
        return tt_fail(TT_BAD_SHAPE, "%zu bytes cannot be cut into %d pieces; take a longer text", count,
                       TEXT_CHUNKS);
    *split = (text_split){.count = count};
    for (int i = 0; i < TEXT_CHUNKS; i++)
        split->part[i] = i < TEXT_CHUNKS / 16  ? TEXT_CALIBRATION
                         : i < TEXT_CHUNKS / 8 ? TEXT_TEST
                                               : TEXT_TRAIN;
    tt_rng rng = {seed};
    for (int i = TEXT_CHUNKS - 1; i > 0; i--) { // Fisher and Yates
        int j = (int)rng_below(&rng, (uint64_t)i + 1);
        unsigned char kept = split->part[i];
        split->part[i] = split->part[j];
        split->part[j] = kept;
    }
    return TT_OK;
}

// Not count * chunk / TEXT_CHUNKS: the product may overflow.
size_t text_chunk_start(const text_split *split, int chunk)
{
    size_t whole = split->count / TEXT_CHUNKS, rest = split->count % TEXT_CHUNKS;
    return whole * (size_t)chunk + rest * (size_t)chunk / TEXT_CHUNKS;
}

static size_t chunk_length(const text_split *split, int chunk)
{
    return text_chunk_start(split, chunk + 1) - text_chunk_start(split, chunk);
}

static bool is_part(text_part part) { return (unsigned)part < TEXT_PARTS; }

// Every start is equally likely: count all of them, draw a number, find the start with that number.
tt_status text_pick(size_t *start, const text_split *split, text_part part, size_t length, tt_rng *rng)
{
    if (!start || !split || !rng || !is_part(part)) return TT_BAD_VALUE;
    size_t starts = 0;
    for (int i = 0; i < TEXT_CHUNKS; i++)
        if (split->part[i] == part && chunk_length(split, i) >= length)
            starts += chunk_length(split, i) - length + 1;
    if (starts == 0 || length == 0)
        return tt_fail(TT_BAD_SHAPE, "no piece of this text holds a window of %zu bytes; take a longer text",
                       length);
    size_t drawn = (size_t)rng_below(rng, starts);
    for (int i = 0; i < TEXT_CHUNKS; i++) {
        if (split->part[i] != part || chunk_length(split, i) < length) continue;
        size_t here = chunk_length(split, i) - length + 1;
        if (drawn < here) {
            *start = text_chunk_start(split, i) + drawn;
            return TT_OK;
        }
        drawn -= here;
    }
    return TT_BAD_VALUE; // not reached
}

static size_t windows_in(const text_split *split, int chunk, size_t length)
{
    size_t bytes = chunk_length(split, chunk);
    return bytes >= length ? (bytes - length) / (length - 1) + 1 : 0;
}

size_t text_window_count(const text_split *split, text_part part, size_t length)
{
    size_t count = 0;
    for (int i = 0; split && length >= 2 && i < TEXT_CHUNKS; i++)
        if (split->part[i] == part) count += windows_in(split, i, length);
    return count;
}

tt_status text_window(size_t *start, const text_split *split, text_part part, size_t length, size_t i)
{
    if (!start || !split || !is_part(part) || length < 2) return TT_BAD_VALUE;
    for (int chunk = 0; chunk < TEXT_CHUNKS; chunk++) {
        if (split->part[chunk] != part) continue;
        size_t here = windows_in(split, chunk, length);
        if (i < here) {
            *start = text_chunk_start(split, chunk) + i * (length - 1);
            return TT_OK;
        }
        i -= here;
    }
    return tt_fail(TT_BAD_VALUE, "the part has not that many windows of %zu bytes", length);
}
