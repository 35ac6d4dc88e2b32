// modules.c: see modules.h.
#include "modules.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

// "15_acceleration": digits, one underscore, a topic.
static bool is_module(const char *name)
{
    size_t digits = strspn(name, "0123456789");
    return digits > 0 && digits < 4 && name[digits] == '_' && isalpha((unsigned char)name[digits + 1]) &&
           strlen(name) < 64;
}

tt_status modules_find(module_list *list, const command_place *where)
{
    char folder[FILES_PATH];
    files_path(folder, "%s/modules", where->root);
    files_list names = files_list_folder(folder);
    list->count = 0;
    for (int i = 0; i < names.count && list->count < MODULES_MOST; i++) {
        if (!is_module(names.names[i])) continue;
        module *m = &list->row[list->count++];
        const char *name = names.names[i], *topic = strchr(name, '_') + 1;
        snprintf(m->name, sizeof m->name, "%s", name);
        snprintf(m->number, sizeof m->number, "%.*s", (int)strcspn(name, "_"), name);
        snprintf(m->topic, sizeof m->topic, "%s", topic);
        snprintf(m->file, sizeof m->file, "%s.c", topic);
        files_path(m->folder, "%s/%s", folder, m->name);
        files_path(m->program, "%s/modules/grade-%s", where->build, m->number);
        files_path(m->kit, "%s/modules/kit-%s", where->build, m->number);
    }
    files_list_finish(&names);
    if (list->count) return TT_OK;
    return tt_fail(TT_BAD_FILE, "%s: no modules here; say where the source tree is: --root DIR", folder);
}

const module *modules_get(const module_list *list, const char *which)
{
    for (int i = 0; i < list->count; i++) {
        const module *m = &list->row[i];
        if (!strcmp(which, m->number) || !strcmp(which, m->topic) || !strcmp(which, m->name)) return m;
    }
    return NULL;
}

tt_status modules_require(const module **m, const module_list *list, const char *which)
{
    *m = modules_get(list, which);
    if (*m) return TT_OK;
    char known[256] = "";
    for (int i = 0; i < list->count; i++)
        snprintf(known + strlen(known), sizeof known - strlen(known), " %s", list->row[i].number);
    return tt_fail(TT_BAD_VALUE, "no module \"%.40s\"; there are:%s", which, known);
}

static void add_file(crypto_hash_sha256_state *state, const char *path)
{
    char hex[FILES_HASH] = "";
    if (files_hash(hex, path) == TT_OK) crypto_hash_sha256_update(state, (unsigned char *)hex, strlen(hex));
}

// The kit's files by name and content: headers, the trusted halves, the words of each command.
static void add_folder(crypto_hash_sha256_state *state, const char *path, int depth)
{
    files_list names = files_list_folder(path);
    for (int i = 0; i < names.count; i++) {
        char below[FILES_PATH];
        files_path(below, "%s/%s", path, names.names[i]);
        crypto_hash_sha256_update(state, (unsigned char *)names.names[i], strlen(names.names[i]) + 1);
        if (!file_is_folder(below)) add_file(state, below);
        else if (depth < 8) add_folder(state, below, depth + 1);
    }
    files_list_finish(&names);
}

tt_status modules_engine(char hex[FILES_HASH], const module *m, bool untimed)
{
    if (access(m->program, X_OK) != 0)
        return tt_fail(TT_BAD_FILE, "%s is not there; build it (ninja -C build), or say where: --build DIR",
                       m->program);
    crypto_hash_sha256_state state;
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_init(&state);
    add_file(&state, m->program);
    add_folder(&state, m->kit, 0);
    crypto_hash_sha256_update(&state, (const unsigned char *)(untimed ? "untimed" : "timed"), 5);
    crypto_hash_sha256_final(&state, hash);
    sodium_bin2hex(hex, FILES_HASH, hash, sizeof hash);
    return TT_OK;
}
