// collect.c: `grader collect`: sees every entry and puts the files that are some module's into the book.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collect.h"
#include "core/escape.h"

// --- What the readers call ---

const char *collect_base(const char *path) { return strrchr(path, '/') ? strrchr(path, '/') + 1 : path; }

char *collect_shown_path(const collection *c, const char *path)
{
    char *shown = NULL;
    if (asprintf(&shown, "%s%s%s", c->inside ? c->inside : "", c->inside && *path ? "/" : "", path) < 0)
        abort();
    return shown;
}

static void print_refused(collection *c, const char *shown, const char *reason)
{
    char clean[500], place[400];
    printf("%-9s %s\n          %s\n", "refused", escape_clip(place, sizeof place, shown, 300),
           escape_clip(clean, sizeof clean, reason, 300));
    c->refused++;
}

void collect_refuse(collection *c, const char *path, const char *format, ...)
{
    char reason[400], *shown = collect_shown_path(c, path);
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    print_refused(c, shown, reason);
    collect_leave(c, path, reason);
    free(shown);
}

bool collect_count(collection *c, long bytes)
{
    if (bytes >= 0 && bytes <= c->most_bytes - c->bytes) {
        c->bytes += bytes;
        return true;
    }
    if (!c->full)
        collect_refuse(c, "", "more than %ld bytes unpacked: the rest is not read (--most-bytes)",
                       c->most_bytes);
    c->full = true;
    return false;
}

// Why a path from an archive is not even looked at; NULL if it may be.
static const char *bad_path(const char *path)
{
    if (path[0] == '/' || strchr(path, '\\')) return "an absolute path, or one with \\ in it";
    for (const char *at = path; at; at = strchr(at, '/')) {
        at += *at == '/';
        if (!strncmp(at, "..", 2) && (at[2] == '/' || !at[2])) return "a path that climbs with ..";
    }
    return strlen(path) >= FILES_PATH ? "a path that is too long" : NULL;
}

static const char *const refused_kinds[] = {[ENTRY_SYMLINK] = "a symbolic link",
                                            [ENTRY_HARDLINK] =
                                                "a hard link: the same file has another name elsewhere",
                                            [ENTRY_DEVICE] = "a device",
                                            [ENTRY_FIFO] = "a FIFO",
                                            [ENTRY_SOCKET] = "a socket"};

static bool is_ignored(const char *path)
{
    return collect_base(path)[0] == '.' || !strncmp(path, "__MACOSX/", 9) || strstr(path, "/__MACOSX/") ||
           !strncmp(path, ".git/", 5) || strstr(path, "/.git/");
}

collect_want collect_see(collection *c, const char *path, entry_kind kind, long size)
{
    if (++c->entries > c->most_entries) {
        collect_refuse(c, path, "more than %ld entries: the rest is not read (--most-entries)",
                       c->most_entries);
        c->full = true;
        return WANT_NO_MORE;
    }
    const char *why = kind == ENTRY_FOLDER ? NULL : bad_path(path);
    if (!why && kind != ENTRY_FILE && kind != ENTRY_FOLDER) why = refused_kinds[kind];
    if (why) collect_refuse(c, path, "%s", why);
    if (why || kind == ENTRY_FOLDER) return WANT_NOTHING;

    candidate f = {0};
    bool source = collect_read_name(&f, collect_base(path), c->modules),
         archive = collect_archive_stem(collect_base(path)) > 0;
    if (is_ignored(path) || (!source && !archive && !*f.canvas)) {
        if (!is_ignored(path)) collect_leave(c, path, "no module's file is called that");
        if (c->show_ignored) printf("%-9s ", "ignored"), escape_put(stdout, path, ESCAPE_LINE), putchar('\n');
        c->ignored++;
        return WANT_NOTHING;
    }
    if (!source && !archive) why = "no module's file is called that";
    if (archive && c->inside) why = "an archive in an archive in a collection: unpack one of them";
    if (size > (source ? COLLECT_SOURCE_BYTES : COLLECT_ARCHIVE_BYTES))
        why = source ? "larger than 1 MiB" : "larger than 32 MiB";
    if (why) collect_refuse(c, path, "%s", why);
    return why ? WANT_NOTHING : source ? WANT_SOURCE : WANT_ARCHIVE;
}

static void staged_path(char *out, const collection *c, int number)
{
    files_path(out, "%s/work/collect/%d", c->b->folder, number);
}

void collect_take(collection *c, const char *path, collect_want want, const void *bytes, size_t size)
{
    if (want == WANT_ARCHIVE) {
        collect_archive(c, path, -1, bytes, size);
        return;
    }
    candidate f = {.size = size, .staged = c->count};
    collect_read_name(&f, collect_base(path), c->modules);
    if (memchr(bytes, 0, size)) {
        collect_refuse(c, path, "not a text: there is a 0 byte in it");
        return;
    }
    files_hash_bytes(f.said.sha256, bytes, size);
    char staged[FILES_PATH];
    staged_path(staged, c, f.staged);
    if (file_write(staged, bytes, size) != TT_OK) {
        collect_refuse(c, path, "%s", tt_error());
        return;
    }
    f.path = strdup(c->inside ? c->inside : path);
    f.shown = collect_shown_path(c, path);
    c->found = files_room(c->found, c->count, sizeof *c->found);
    c->found[c->count++] = f;
}

// --- Into the book ---

// A free name beside `path` for what it held, as a second name of it: at no moment is it gone.
static tt_status keep_old(const char *path)
{
    char old[FILES_PATH];
    for (int i = 1; i < 10000; i++) {
        files_path(old, "%s.%d", path, i);
        if (link(path, old) == 0) return TT_OK;
        if (errno != EEXIST) break;
    }
    return tt_fail(TT_BAD_FILE, "%s cannot be kept under another name: %s", path, strerror(errno));
}

// The note goes first: killed in between, what is older than it says is still not taken for newer.
static tt_status put_file(collection *c, candidate *f, const char *path, bool present)
{
    char staged[FILES_PATH];
    staged_path(staged, c, f->staged);
    tt_status status = present ? keep_old(path) : TT_OK;
    if (status == TT_OK) status = handed_put(&f->said, c->b, f->m->name, f->student);
    if (status == TT_OK && rename(staged, path) != 0)
        status = tt_fail(TT_BAD_FILE, "%s: cannot be written: %s", path, strerror(errno));
    return status;
}

static tt_status put(collection *c, candidate *f)
{
    char path[FILES_PATH], there[FILES_HASH] = "";
    handed before;
    book_submission_path(path, c->b, f->m->name, f->student, f->m->file);
    tt_status status = file_make_folder_of(path);
    bool present = status == TT_OK && access(path, F_OK) == 0;
    if (status == TT_OK) status = handed_load(&before, c->b, f->m->name, f->student);
    if (status == TT_OK && present) status = files_hash(there, path);
    if (status != TT_OK) return status;
    bool newer = handed_is_newer(&f->said, &before), same = !strcmp(there, f->said.sha256),
         begun = !strcmp(before.sha256, f->said.sha256); // killed between the note and the file
    f->state = !present ? "taken" : same ? "unchanged" : newer || begun ? "replaced" : "older";
    if (!strcmp(f->state, "older")) return TT_OK;
    bool noted = same && *before.sha256 && !(f->said.canvas && newer);
    if (!f->said.canvas && before.canvas) // by mail: whatever Canvas had until then is older from now on
        f->said.canvas = true, f->said.again = before.again, f->said.file = before.file;
    if (!same) status = put_file(c, f, path, present);
    else if (!noted) status = handed_put(&f->said, c->b, f->m->name, f->student);
    if (status == TT_OK && *f->canvas) status = book_put_lms(c->b, "canvas", f->student, f->canvas);
    if (status == TT_OK && *f->moodle) status = book_put_lms(c->b, "moodle", f->student, f->moodle);
    if (status == TT_OK) handed_forget_left(c->b, f->m->name, f->student);
    return status;
}

static const char *const states[] = {"taken", "replaced", "unchanged", "older", "refused"};

static tt_status put_all(collection *c, int counts[COUNT(states)])
{
    for (int i = 0; i < c->count; i++) {
        candidate *f = &c->found[i];
        char place[200];
        tt_status status = f->state ? TT_OK : put(c, f);
        if (status != TT_OK) return status;
        for (int s = 0; s < COUNT(states); s++) counts[s] += !strcmp(states[s], f->state);
        if (!strcmp(f->state, "refused")) {
            print_refused(c, f->shown, f->reason);
            continue;
        }
        printf("%-9s %-3s %-20s %7.1f KiB  %s%s\n", f->state, f->m->number, f->student,
               (double)f->size / 1024, f->said.late ? "LATE " : "",
               escape_clip(place, sizeof place, f->shown, 120));
    }
    return TT_OK;
}

// --- The command ---

static tt_status read_from(collection *c, const char *path)
{
    struct stat s;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &s) != 0) return tt_fail(TT_BAD_FILE, "%s: %s", path, strerror(errno));
    char *bytes;
    size_t size;
    if (S_ISDIR(s.st_mode)) {
        collect_folder(c, fd); // takes fd over
        return TT_OK;
    }
    const char *base = collect_base(path);
    candidate named = {0};
    if (!S_ISREG(s.st_mode) || !collect_read_name(&named, base, c->modules)) {
        if (S_ISREG(s.st_mode)) collect_archive(c, base, fd, NULL, 0);
        close(fd);
        return S_ISREG(s.st_mode) ? TT_OK : tt_fail(TT_BAD_FILE, "%s: neither a folder nor a file", path);
    }
    close(fd);
    tt_status status = file_read_in(&bytes, &size, AT_FDCWD, path, COLLECT_SOURCE_BYTES); // one source
    if (status != TT_OK) return status;
    if (collect_see(c, base, ENTRY_FILE, (long)size) == WANT_SOURCE)
        collect_take(c, base, WANT_SOURCE, bytes, size);
    free(bytes);
    return TT_OK;
}

static void forget(candidate *all, int count)
{
    for (int i = 0; i < count; i++) free(all[i].path), free(all[i].shown), free(all[i].reason);
    free(all);
}

static int collect(collection *c, const char *from)
{
    char work[FILES_PATH], staged[FILES_PATH];
    int counts[COUNT(states)] = {0};
    files_path(work, "%s/work", c->b->folder);
    files_path(staged, "%s/collect", work);
    files_empty_folder(work);
    tt_status status = file_make_folder(staged);
    if (status == TT_OK) status = read_from(c, from);
    if (status == TT_OK) collect_decide(c);
    if (status == TT_OK) status = put_all(c, counts);
    files_empty_folder(work);
    if (status == TT_OK) collect_list_left(c);
    forget(c->found, c->count), forget(c->left, c->left_count);
    if (status != TT_OK) return command_failed();
    printf("%d taken, %d replaced, %d unchanged, %d older, %d refused; %ld other files ignored.\n", counts[0],
           counts[1], counts[2], counts[3], c->refused, c->ignored);
    return c->refused || c->nothing_graded ? EXIT_SOMETHING_LEFT : EXIT_ALL_WELL;
}

int command_collect(const command_place *where, int argc, char **argv)
{
    static module_list modules;
    book b;
    const char *from = NULL, *table = NULL;
    collection c = {.b = &b, .modules = &modules, .most_entries = 100000, .most_bytes = 1l << 30};
    const option_row rows[] = {
        {"DIR|ZIP", NULL, "a folder, an archive or one file", OPTION_NEEDED(&from)},
        {"--student", "ID", "all of it is this student's", OPTION_WORD(&c.student)},
        {"--roster", "FILE", "who is in the class: CSV with the columns login, name, id; kept for later",
         OPTION_WORD(&table)},
        {"--ignored", NULL, "name the files that are ignored", OPTION_SWITCH(&c.show_ignored)},
        {"--most-entries", "N", "read no more entries than this (default: 100000)",
         OPTION_WHOLE(&c.most_entries, 0, LONG_MAX)},
        {"--most-bytes", "N", "unpack no more bytes than this (default: 1 GiB)",
         OPTION_WHOLE(&c.most_bytes, 0, LONG_MAX)},
        {0}};
    int code = command_take(rows, argc, argv);
    if (code >= 0) return code;
    if (c.student && !book_is_name(c.student)) {
        tt_fail(TT_BAD_VALUE, "--student: " BOOK_NAME_RULE);
        return command_failed();
    }
    if (modules_find(&modules, where) != TT_OK || book_open(&b, where->book, BOOK_BEGIN) != TT_OK)
        return command_failed();
    bool ready = (!table || roster_keep(&b, table) == TT_OK) && roster_load(&c.class, &b) == TT_OK;
    code = ready ? collect(&c, from) : command_failed();
    roster_finish(&c.class);
    book_close(&b);
    return code;
}
