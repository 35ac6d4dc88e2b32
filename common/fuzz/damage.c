// damage.c: a table of ways to spoil a file, from one bit to the numbers that readers forget.
#include "fuzz.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "core/count.h"

static size_t below(tt_rng *rng, size_t bound) { return (size_t)rng_below(rng, bound); }

// A place in the file, every other time one of the first 64 bytes, where headers are.
static size_t place(const fuzz_bytes *f, tt_rng *rng)
{
    return below(rng, f->count > 64 && rng_below(rng, 2) ? 64 : f->count);
}

// Put `count` bytes in the place of `gone` ones at `at`. What has no room is left out.
static void replace(fuzz_bytes *f, size_t at, size_t gone, const void *bytes, size_t count)
{
    if (f->count - gone + count > f->room) return;
    memmove(f->bytes + at + count, f->bytes + at + gone, f->count - at - gone);
    memcpy(f->bytes + at, bytes, count);
    f->count = f->count - gone + count;
}

// --- Bytes and ranges ---

static void flip_bit(fuzz_bytes *f, tt_rng *rng)
{
    f->bytes[place(f, rng)] ^= (unsigned char)(1 << rng_below(rng, 8));
}

static void set_byte(fuzz_bytes *f, tt_rng *rng) { f->bytes[place(f, rng)] = (unsigned char)rng_next(rng); }

static void truncate_file(fuzz_bytes *f, tt_rng *rng) { f->count = below(rng, f->count); }

static void remove_range(fuzz_bytes *f, tt_rng *rng)
{
    const size_t at = place(f, rng), most = f->count - at < 64 ? f->count - at : 64;
    replace(f, at, 1 + below(rng, most), "", 0);
}

// A range, 1 to 64 bytes, over and over in front of itself: once or twice, or up to 4 KiB of it.
static void repeat_range(fuzz_bytes *f, tt_rng *rng)
{
    unsigned char many[4096];
    const size_t at = place(f, rng), most = f->count - at < 64 ? f->count - at : 64;
    const size_t length = 1 + below(rng, rng_below(rng, 2) ? most : 1);
    const size_t bytes = length * (1 + below(rng, rng_below(rng, 2) ? 2 : sizeof many / length));
    for (size_t i = 0; i < bytes; i++) many[i] = f->bytes[at + i % length];
    replace(f, at, 0, many, bytes);
}

// Letters of two bytes, of which a reader with too little room keeps a half.
static void insert_letters(fuzz_bytes *f, tt_rng *rng)
{
    char many[512];
    const size_t bytes = 2 + 2 * below(rng, sizeof many / 2);
    for (size_t i = 0; i < bytes; i += 2) memcpy(many + i, "\xc3\xa9", 2);
    replace(f, place(f, rng), 0, many, bytes);
}

static void copy_range(fuzz_bytes *f, tt_rng *rng)
{
    const size_t from = place(f, rng), to = place(f, rng), last = from > to ? from : to;
    const size_t most = f->count - last < 64 ? f->count - last : 64;
    memmove(f->bytes + to, f->bytes + from, 1 + below(rng, most));
}

// --- Numbers ---

// A binary number of 1 to 8 bytes, either end first, becomes one at an edge or a little more than it was.
static void set_length(fuzz_bytes *f, tt_rng *rng)
{
    static const uint64_t edges[] = {0,          1,         INT8_MAX,   UINT8_MAX,  INT16_MAX,
                                     UINT16_MAX, 1u << 24,  INT32_MAX,  1u << 31,   UINT32_MAX,
                                     1ull << 32, INT64_MAX, 1ull << 63, UINT64_MAX, UINT64_MAX - 7};
    const size_t width = (size_t)1 << rng_below(rng, 4), at = place(f, rng);
    const bool big_end_first = rng_below(rng, 2);
    const uint64_t value = edges[below(rng, COUNT(edges))] + (rng_below(rng, 2) ? rng_below(rng, 5) - 2 : 0);
    if (f->count - at < width) return;
    for (size_t i = 0; i < width; i++)
        f->bytes[at + (big_end_first ? width - 1 - i : i)] = (unsigned char)(value >> 8 * i);
}

// Where the first byte from a random place on lies for which is_one is true; f->count if there is none.
static size_t find(const fuzz_bytes *f, tt_rng *rng, int (*is_one)(int))
{
    size_t at = below(rng, f->count);
    while (at < f->count && !is_one(f->bytes[at])) at++;
    return at;
}

static void set_number(fuzz_bytes *f, tt_rng *rng)
{
    static const char *const edges[] = {"0",           "-1",
                                        "1",           "2",
                                        "17",          "64",
                                        "65",          "4096",
                                        "65536",       "2147483647",
                                        "2147483648",  "4294967295",
                                        "4294967296",  "1e308",
                                        "-1e308",      "1e-320",
                                        "0.5",         "1e10",
                                        "-2147483649", "9223372036854775807",
                                        "1e19",        "99999999999999999999"};
    const char *text = edges[below(rng, COUNT(edges))];
    const size_t at = find(f, rng, isdigit);
    size_t gone = 0;
    while (at + gone < f->count && isdigit(f->bytes[at + gone])) gone++;
    replace(f, at, gone, text, strlen(text));
}

// --- JSON ---

static int ends_key(int c) { return c == ':' || c == ',' || c == '['; }

// A value of a JSON text becomes another kind of value.
static void set_word(fuzz_bytes *f, tt_rng *rng)
{
    static const char *const words[] = {"null", "true",   "{}",     "[]",      "\"\"",       "\"x\"",
                                        "[[",   "[0, 0]", "\"%s\"", "\"\\n\"", "{\"a\": 1}", "\"\xc3\xa9\""};
    const char *word = words[below(rng, COUNT(words))];
    size_t at = find(f, rng, ends_key), gone = 0;
    if (at < f->count) at++;
    while (at + gone < f->count && gone < 256 && !strchr(",]}", f->bytes[at + gone])) gone++;
    replace(f, at, gone, word, strlen(word));
}

void fuzz_damage(fuzz_bytes *file, tt_rng *rng)
{
    static void (*const ways[])(fuzz_bytes *, tt_rng *) = {
        flip_bit,       set_byte,   truncate_file, remove_range, repeat_range,
        insert_letters, copy_range, set_length,    set_number,   set_word};
    for (size_t times = 1 + below(rng, rng_below(rng, 2) ? 6 : 1); times > 0 && file->count > 0; times--)
        ways[below(rng, COUNT(ways))](file, rng);
}
