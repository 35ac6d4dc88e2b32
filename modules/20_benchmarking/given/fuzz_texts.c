// fuzz_texts.c: configurations and manifests read from damaged files. What the reader takes is written and read once more.
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "benchmarking.h"

#include "core/count.h"
#include "core/file.h"

enum { MOST_BYTES = 1 << 24, ROOM = 4096 };

static tt_status read_text(char **text, const char *path)
{
    size_t size;
    return file_read(text, &size, path, MOST_BYTES);
}

// --- Configurations ---

static const oly_field fields[] = {{"bits", 2, {"32", "8"}, {0, 1}},
                                   {"format", 3, {"dense", "csr", "blocks"}, {0, 0.5, 1}},
                                   {"kept", 2, {"1", "0.5"}, {1, 0}}};
static const oly_rule rules[] = {{0, 1, 2, 6, "bytes have no sparse kernel"}};
static const oly_space space = {"cnn", COUNT(fields), COUNT(rules), fields, rules};

static tt_status make_config(const char *path)
{
    char text[ROOM] = "# an entry\n\n";
    const size_t used = strlen(text);
    const tt_status status =
        oly_config_write(text + used, sizeof text - used, &space, &(oly_config){{1, 0, 1}});
    return status == TT_OK ? fuzz_write(path, text, strlen(text)) : status;
}

static tt_status read_config(const char *path)
{
    char *text, again[ROOM];
    oly_config c, same;
    tt_status status = read_text(&text, path);
    if (status != TT_OK) return status;
    status = oly_config_read(&c, text, &space);
    free(text);
    if (status != TT_OK) return status;
    if (oly_config_write(again, sizeof again, &space, &c) != TT_OK ||
        oly_config_read(&same, again, &space) != TT_OK || memcmp(&c, &same, sizeof c) != 0)
        abort();
    return TT_OK;
}

// --- Manifests ---

static const oly_file files[] = {
    {"benchmarking.c", "int x;", 6}, {"config.txt", "", 0}, {"report.md", "# What failed", 13}};

// FNV-1a, four times: no hash for use, but one with enough digits.
static void hash(char hex[OLY_HASH + 1], const void *bytes, size_t count)
{
    for (int part = 0; part < 4; part++) {
        unsigned long long h = 0xcbf29ce484222325 + (unsigned)part;
        for (size_t i = 0; i < count; i++) h = (h ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3;
        snprintf(hex + 16 * part, 17, "%016llx", h);
    }
}

static tt_status make_manifest(const char *path)
{
    char text[ROOM];
    const tt_status status = oly_manifest_write(text, sizeof text, "cnn", "blue", files, COUNT(files), hash);
    return status == TT_OK ? fuzz_write(path, text, strlen(text)) : status;
}

static tt_status read_manifest(const char *path)
{
    char *text;
    oly_checked checked;
    tt_status status = read_text(&text, path);
    if (status != TT_OK) return status;
    status = oly_manifest_check(&checked, text, files, COUNT(files), hash);
    free(text);
    if (status != TT_OK || checked.fault == OLY_WHOLE) return status;
    return tt_fail(TT_BAD_FILE, "fault %d in line %d, \"%s\"", (int)checked.fault, checked.line,
                   checked.name);
}

int main(int argc, char **argv)
{
    static const fuzz_reader readers[] = {
        {"config", "config.txt", make_config, read_config, NULL, NULL},
        {"manifest", "manifest.txt", make_manifest, read_manifest, NULL, NULL},
    };
    return fuzz_main(argc, argv, readers, COUNT(readers));
}
