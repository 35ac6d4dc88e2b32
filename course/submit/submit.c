// submit.c: makes the package of an entry for the Olympics: checks what is handed in, and writes it into a folder beside its manifest.
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "20_benchmarking/given/spaces.h"
#include "core/count.h"
#include "core/file.h"
#include "core/options.h"
#include "report.h"
#include "seam.h"

enum { PATH = 4 * OLY_NAME }; // names are checked before paths are made of them
enum { MADE_FILES = 3 };      // exit code: nothing was packed, there are files to write in

// What the organiser takes.
enum { MOST_CODE = 1 << 20, MOST_REPORT = 256 << 10, MOST_CONF = 4 << 10, MOST_FILES = COURSE_PARTS + 2 };

typedef struct {
    const char *event, *team;
    const oly_space *space;
    oly_file files[MOST_FILES];
    char names[MOST_FILES][OLY_NAME], *bytes[MOST_FILES];
    int count;
} package;

static const char template_path[] = "modules/20_benchmarking/report.md";

static void conf_path(char path[PATH], const package *p)
{
    snprintf(path, PATH, "progress/entry-%.*s.conf", OLY_NAME, p->event);
}

static void report_path(char path[PATH], const package *p)
{
    snprintf(path, PATH, "progress/report-%.*s.md", OLY_NAME, p->event);
}

// --- The files to write in, made where they are not there ---

// The first choice of each field, and beside it all of them.
static tt_status begin_configuration(const char *path, const oly_space *space)
{
    file_new f;
    tt_status status = file_begin(&f, path);
    for (int i = 0; i < space->fields && status == TT_OK; i++) {
        const oly_field *field = &space->field[i];
        const int length = fprintf(f.out, "%s = %s", field->name, field->choice[0]);
        fprintf(f.out, "%*s#", 24 - length, "");
        for (int c = 0; c < field->choices; c++) fprintf(f.out, " %s", field->choice[c]);
        fprintf(f.out, "\n");
    }
    return file_end(&f, status);
}

static tt_status begin_report(const char *path)
{
    char *bytes;
    size_t size;
    tt_status status = file_read(&bytes, &size, template_path, MOST_REPORT);
    if (status != TT_OK) return status;
    status = file_write(path, bytes, size);
    free(bytes);
    return status;
}

static tt_status begin_files(bool *made, const package *p)
{
    char conf[PATH], report[PATH];
    conf_path(conf, p), report_path(report, p);
    const bool no_conf = access(conf, F_OK) != 0, no_report = access(report, F_OK) != 0;
    tt_status status = file_make_folder_of(conf);
    if (status == TT_OK && no_conf) status = begin_configuration(conf, p->space);
    if (status == TT_OK && no_report) status = begin_report(report);
    *made = status == TT_OK && (no_conf || no_report);
    if (*made)
        printf(
            "Write in these, then say the same again:\n  %s: what is switched on\n  %s: what you tried, what "
            "failed, what the evidence is\n",
            conf, report);
    return status;
}

// --- What goes into it ---

static tt_status read_text(char **bytes, size_t *size, const char *path, size_t most)
{
    tt_status status = file_read(bytes, size, path, most);
    if (status != TT_OK || !memchr(*bytes, 0, *size)) return status;
    free(*bytes);
    return tt_fail(TT_BAD_VALUE, "%s is not a text: it has a byte 0", path);
}

static tt_status take(package *p, const char *name, const char *path, size_t most)
{
    const int i = p->count;
    size_t size;
    tt_status status = read_text(&p->bytes[i], &size, path, most);
    if (status != TT_OK) return status;
    snprintf(p->names[i], sizeof p->names[i], "%s", name);
    p->files[i] = (oly_file){p->names[i], p->bytes[i], size};
    p->count++;
    return TT_OK;
}

static tt_status take_report(package *p)
{
    char path[PATH], *template;
    report_path(path, p);
    tt_status status = file_read(&template, NULL, template_path, MOST_REPORT);
    if (status != TT_OK) return status;
    status = take(p, "report.md", path, MOST_REPORT);
    if (status == TT_OK && report_check(p->bytes[p->count - 1], template) != TT_OK)
        status = tt_fail(TT_BAD_VALUE, "%s: %s", path, strdupa(tt_error()));
    free(template);
    return status;
}

// The student's file of a module, if it is there and not the stub.
static tt_status take_code(package *p, const course_module *m)
{
    char stub[PATH], mine[PATH], name[OLY_NAME], *bytes;
    size_t size;
    snprintf(name, sizeof name, "%s.c", m->topic);
    snprintf(stub, sizeof stub, "modules/%d_%s/stub.c", m->number, m->topic);
    snprintf(mine, sizeof mine, "modules/%d_%s/%s", m->number, m->topic, name);
    if (access(mine, F_OK) != 0) return TT_OK;
    tt_status status = file_read(&bytes, &size, stub, MOST_CODE);
    if (status != TT_OK) return status;
    status = take(p, name, mine, MOST_CODE);
    if (status == TT_OK && p->files[p->count - 1].count == size &&
        memcmp(p->bytes[p->count - 1], bytes, size) == 0)
        free(p->bytes[--p->count]);
    free(bytes);
    return status;
}

static tt_status take_configuration(package *p)
{
    char path[PATH];
    oly_config config;
    conf_path(path, p);
    tt_status status = take(p, "entry.conf", path, MOST_CONF);
    if (status != TT_OK) return status;
    status = oly_config_read(&config, p->bytes[p->count - 1], p->space);
    if (status == TT_OK) return TT_OK;
    return tt_fail(status, "%s: %s", path, *tt_error() ? strdupa(tt_error()) : tt_status_text(status));
}

static tt_status take_all(package *p)
{
    tt_status status = take_configuration(p);
    if (status == TT_OK) status = take_report(p);
    for (int i = 0; i < COURSE_PARTS && status == TT_OK; i++) status = take_code(p, &course_modules[i]);
    return status;
}

// --- The manifest ---

static void sha256(char hex[OLY_HASH + 1], const void *bytes, size_t count)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, bytes, count);
    sodium_bin2hex(hex, OLY_HASH + 1, hash, sizeof hash);
}

static const char *const faults[] = {[OLY_UNREADABLE] = "it cannot be read",
                                     [OLY_MISSING] = "it lists a file too many",
                                     [OLY_UNLISTED] = "it lists a file too few",
                                     [OLY_CHANGED] = "it has a wrong hash"};

// Written and then checked, both by whosever functions there are.
static tt_status make_manifest(char *text, size_t room, const package *p)
{
    oly_checked found;
    tt_status status = oly_manifest_write(text, room, p->event, p->team, p->files, p->count, sha256);
    if (status == TT_OK) status = oly_manifest_check(&found, text, p->files, p->count, sha256);
    if (status != TT_OK)
        return tt_fail(status, "manifest: %s (make grade-20)",
                       status == TT_BAD_VALUE ? "a name of event, team or file is refused"
                                              : tt_status_text(status));
    if (found.fault == OLY_WHOLE) return TT_OK;
    return tt_fail(TT_BAD_VALUE, "the manifest was written and then refused: %s, line %d %s (make grade-20)",
                   faults[found.fault], found.line, found.name);
}

// --- The folder ---

static void place(char path[PATH], const package *p, const char *name)
{
    snprintf(path, PATH, "progress/entry-%.*s/%.*s", OLY_NAME, p->event, OLY_NAME, name);
}

static tt_status put(const package *p, const char *name, const void *bytes, size_t size)
{
    char path[PATH];
    place(path, p, name);
    return file_write(path, bytes, size);
}

// What an earlier package left, and this one lacks, must not stay.
static tt_status empty_folder(const package *p)
{
    char path[PATH], name[OLY_NAME];
    place(path, p, "manifest");
    tt_status status = file_make_folder_of(path);
    for (int i = 0; i < COURSE_PARTS && status == TT_OK; i++) {
        snprintf(name, sizeof name, "%s.c", course_modules[i].topic);
        place(path, p, name);
        if (unlink(path) != 0 && errno != ENOENT)
            status = tt_fail(TT_BAD_FILE, "%s cannot be removed: %s", path, strerror(errno));
    }
    return status;
}

static tt_status write_folder(const package *p)
{
    char manifest[(MOST_FILES + 3) * (OLY_HASH + OLY_NAME + 8)];
    tt_status status = make_manifest(manifest, sizeof manifest, p);
    if (status == TT_OK) status = empty_folder(p);
    for (int i = 0; i < p->count && status == TT_OK; i++)
        status = put(p, p->names[i], p->bytes[i], p->files[i].count);
    return status == TT_OK ? put(p, "manifest", manifest, strlen(manifest)) : status;
}

// --- The program ---

static tt_status check_name(const char *option, const char *name)
{
    const char *wrong =
        strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.") + name;
    if (!*name) return tt_fail(TT_BAD_VALUE, "which %s? make submit EVENT=cnn TEAM=ada", option);
    if (*wrong)
        return tt_fail(TT_BAD_VALUE, "%s=%.40s: only letters without accents, digits, _ - and . may be in it",
                       option, name);
    if (*name == '-' || *name == '.')
        return tt_fail(TT_BAD_VALUE, "%s=%.40s: it begins with - or a dot", option, name);
    return strlen(name) < OLY_NAME
               ? TT_OK
               : tt_fail(TT_BAD_VALUE, "%s=%.40s...: longer than %d characters", option, name, OLY_NAME - 1);
}

// In a hand-out whoever has not written them has no package.
static tt_status check_functions(void)
{
    static const char *const needed[] = {"oly_config_read", "oly_manifest_write", "oly_manifest_check"};
    for (int i = 0; i < COUNT(needed); i++)
        if (course_whose(needed[i]) == COURSE_NOBODY)
            return tt_fail(TT_TODO, "nobody has written %s yet: make grade-20", needed[i]);
    return TT_OK;
}

int main(int argc, char **argv)
{
    package p = {0};
    const option_row rows[] = {{"--event", "EVENT", "mlp, cnn or gpt", OPTION_NEEDED(&p.event)},
                               {"--team", "TEAM", "your team's name", OPTION_NEEDED(&p.team)},
                               {0}};
    const int code = options_take(
        argv[0], "Makes the package of an entry: progress/entry-EVENT/. Run it in the course's folder.", rows,
        argc - 1, argv + 1);
    if (code >= 0) return code;
    tt_status status = course_open(COURSE_BOTH);
    if (status == TT_OK) status = check_name("EVENT", p.event);
    if (status == TT_OK) status = check_name("TEAM", p.team);
    bool made = false;
    if (status == TT_OK) status = check_functions();
    if (status == TT_OK && !(p.space = oly_space_find(p.event)))
        status =
            tt_fail(TT_BAD_VALUE, "EVENT=%s: there is no such event; there are mlp, cnn and gpt", p.event);
    if (status == TT_OK) status = begin_files(&made, &p);
    if (made) return MADE_FILES;
    if (status == TT_OK) status = take_all(&p);
    if (status == TT_OK) status = write_folder(&p);
    if (status == TT_OK)
        for (int i = 0; i < p.count; i++) printf("  %-16s %8zu bytes\n", p.names[i], p.files[i].count);
    if (status == TT_OK && p.count == 2)
        printf("No file of modules 15 to 18 differs from its stub: this entry is a configuration alone.\n");
    for (int i = 0; i < p.count; i++) free(p.bytes[i]);
    if (status != TT_OK) fprintf(stderr, "not packed: %s\n", tt_error());
    return status != TT_OK;
}
