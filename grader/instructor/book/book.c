// book.c: the gradebook's folder, key, lock and results. See book.h.
#include "book.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

enum { KEY_BYTES = crypto_auth_hmacsha256_KEYBYTES };

// --- Opening ---

// The graded program may run as another user, who must get as far as work/ but sees nothing beside it.
static tt_status make_folders(const char *folder)
{
    static const struct {
        const char *name;
        mode_t mode;
    } folders[] = {{"", 0711},        {"/submissions", 0700}, {"/results", 0700},
                   {"/canvas", 0700}, {"/feedback", 0700},    {"/work", 0711}};
    for (int i = 0; i < COUNT(folders); i++) {
        char path[FILES_PATH];
        files_path(path, "%s%s", folder, folders[i].name);
        bool made = !file_is_folder(path);
        tt_status status = file_make_folder(path);
        if (status != TT_OK) return status;
        if (made) chmod(path, folders[i].mode); // whatever the umask
    }
    return TT_OK;
}

static tt_status take_lock(book *b)
{
    char path[FILES_PATH], holder[32] = "";
    files_path(path, "%s/lock", b->folder);
    b->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (b->lock < 0) return tt_fail(TT_BAD_FILE, "%s: %s", path, strerror(errno));
    if (flock(b->lock, LOCK_EX | LOCK_NB) == 0) {
        int length = snprintf(holder, sizeof holder, "%d\n", (int)getpid());
        if (ftruncate(b->lock, 0) != 0 || pwrite(b->lock, holder, (size_t)length, 0) != length)
            return tt_fail(TT_BAD_FILE, "%s: %s", path, strerror(errno));
        return TT_OK;
    }
    ssize_t n = pread(b->lock, holder, sizeof holder - 1, 0);
    holder[n > 0 ? strcspn(holder, "\n") : 0] = 0;
    return tt_fail(TT_BAD_FILE,
                   "%s is in use by another grader (process %s): wait for it, or stop it with Ctrl-C",
                   b->folder, *holder ? holder : "unknown");
}

tt_status book_open(book *b, const char *folder, book_mode mode)
{
    *b = (book){.lock = -1};
    files_path(b->folder, "%s", folder);
    char submissions[FILES_PATH];
    files_path(submissions, "%s/submissions", folder);
    if (mode != BOOK_BEGIN && !file_is_folder(submissions))
        return tt_fail(TT_BAD_FILE, "%s: no gradebook here; begin one with: grader collect DIR --book %s",
                       folder, folder);
    tt_status status = mode == BOOK_READ ? TT_OK : make_folders(folder);
    // programs that work there start in other folders
    char *whole = status == TT_OK ? realpath(folder, NULL) : NULL;
    if (whole) files_path(b->folder, "%s", whole);
    free(whole);
    if (status == TT_OK && mode != BOOK_READ) status = take_lock(b);
    if (status != TT_OK) book_close(b);
    return status;
}

void book_close(book *b)
{
    if (b->lock >= 0) close(b->lock);
    b->lock = -1;
}

// --- Names and paths ---

bool book_is_name(const char *name)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@-";
    size_t length = strlen(name);
    return length > 0 && length < BOOK_NAME && strspn(name, letters) == length && name[0] != '.' &&
           name[0] != '-';
}

void book_submission_path(char *out, const book *b, const char *module, const char *student, const char *file)
{
    files_path(out, "%s/submissions/%s/%s/%s", b->folder, module, student, file);
}

void book_result_path(char *out, const book *b, const char *module, const char *student)
{
    files_path(out, "%s/results/%s/%s.json", b->folder, module, student);
}

// --- The key ---

static tt_status make_key(const char *path)
{
    unsigned char bytes[KEY_BYTES];
    if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
        return tt_fail(TT_BAD_FILE, "no random bytes: %s", strerror(errno));
    tt_status status = file_write(path, bytes, sizeof bytes);
    sodium_memzero(bytes, sizeof bytes);
    return status;
}

static tt_status read_key(unsigned char key[KEY_BYTES], const char *path)
{
    struct stat s;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return tt_fail(TT_BAD_FILE, "%s: %s", path, strerror(errno));
    bool whole = fstat(fd, &s) == 0 && S_ISREG(s.st_mode) && s.st_size == KEY_BYTES &&
                 read(fd, key, KEY_BYTES) == KEY_BYTES;
    close(fd);
    if (!whole)
        return tt_fail(TT_BAD_FILE, "%s: not a key of %d bytes; put your copy of it back", path, KEY_BYTES);
    if (s.st_mode & 077)
        return tt_fail(TT_BAD_FILE, "%s: others can read the key; close it: chmod 600 %s", path, path);
    return TT_OK;
}

tt_status book_seed(uint64_t *seed, const book *b, const char *module, const char *student,
                    const char *sha256)
{
    char path[FILES_PATH];
    unsigned char key[KEY_BYTES], code[crypto_auth_hmacsha256_BYTES];
    files_path(path, "%s/key", b->folder);
    tt_status status = access(path, F_OK) == 0 ? TT_OK : make_key(path);
    if (status == TT_OK) status = read_key(key, path);
    if (status != TT_OK) return status;
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key, sizeof key);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)module, strlen(module) + 1); // with its NUL
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)student, strlen(student) + 1);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)sha256, strlen(sha256));
    crypto_auth_hmacsha256_final(&state, code);
    sodium_memzero(key, sizeof key);
    *seed = 0;
    for (int i = 0; i < 8; i++) *seed = *seed << 8 | code[i];
    return TT_OK;
}

// --- Results ---

bool book_has(const book *b, const char *module, const char *student)
{
    char path[FILES_PATH];
    book_result_path(path, b, module, student);
    return access(path, F_OK) == 0;
}

tt_status book_load(result *r, const book *b, const char *module, const char *student)
{
    char path[FILES_PATH];
    book_result_path(path, b, module, student);
    tt_status status = result_load(r, path);
    if (status != TT_OK || (!strcmp(r->module, module) && !strcmp(r->student, student))) return status;
    status = tt_fail(TT_BAD_FILE, "%s: this is the result of %.64s in %.64s; move it there or away", path,
                     r->student, r->module);
    result_finish(r);
    return status;
}

static void trouble_path(char *out, const book *b, const char *module, const char *student)
{
    files_path(out, "%s/results/%s/%s.trouble", b->folder, module, student);
}

void book_forget_trouble(const book *b, const char *module, const char *student)
{
    char path[FILES_PATH];
    trouble_path(path, b, module, student);
    unlink(path);
}

void book_history_path(char *out, const book *b, const char *module, const char *student, int number)
{
    files_path(out, "%s/history/%s/%s/%d.json", b->folder, module, student, number);
}

// Give the result that is there a second name, in the history: at no moment is it gone. Killed in between, it
// already has that name the next time.
static tt_status keep_result(const char *path, const book *b, const char *module, const char *student)
{
    char kept[FILES_PATH];
    struct stat now, then;
    if (stat(path, &now) != 0) return TT_OK;
    tt_status status = TT_OK;
    for (int number = 1; status == TT_OK; number++) {
        book_history_path(kept, b, module, student, number);
        if (number == 1) status = file_make_folder_of(kept);
        if (status != TT_OK || link(path, kept) == 0) return status;
        if (errno != EEXIST) status = tt_fail(TT_BAD_FILE, "%s: %s", kept, strerror(errno));
        else if (stat(kept, &then) == 0 && then.st_ino == now.st_ino) return TT_OK;
    }
    return status;
}

tt_status book_read_json(json_t **root, const char *path)
{
    enum { MOST = 1 << 20 };
    char *bytes;
    size_t size;
    json_error_t error;
    tt_status status = file_read_in(&bytes, &size, AT_FDCWD, path, MOST);
    if (status != TT_OK) return status;
    *root = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, &error);
    free(bytes);
    return *root ? TT_OK : tt_fail(TT_BAD_FILE, "%s: %s (line %d)", path, error.text, error.line);
}

tt_status book_write_json(const char *path, json_t *root)
{
    char *text = root ? json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(9)) : NULL;
    tt_status status = text ? file_make_folder_of(path) : tt_fail(TT_NO_MEMORY, "no memory for %s", path);
    if (status == TT_OK) status = file_write(path, text, strlen(text));
    free(text);
    json_decref(root);
    return status;
}

tt_status book_put(const book *b, const char *module, const char *student, const json_t *root)
{
    char path[FILES_PATH];
    book_result_path(path, b, module, student);
    tt_status status = keep_result(path, b, module, student);
    if (status == TT_OK) book_forget_trouble(b, module, student);
    return status == TT_OK ? book_write_json(path, json_incref((json_t *)root)) : status;
}

tt_status book_put_trouble(const book *b, const char *module, const char *student, const char *reason)
{
    char path[FILES_PATH];
    trouble_path(path, b, module, student);
    tt_status status = file_make_folder_of(path);
    return status == TT_OK ? file_write(path, reason, strlen(reason)) : status;
}

bool book_read_note(char *out, size_t size, const char *path)
{
    char *text;
    out[0] = 0;
    if (file_read(&text, NULL, path, 1 << 16) != TT_OK) return false;
    snprintf(out, size, "%s", text);
    free(text);
    return true;
}

bool book_trouble(const book *b, const char *module, const char *student, char *reason, size_t size)
{
    char path[FILES_PATH];
    trouble_path(path, b, module, student);
    return book_read_note(reason, size, path);
}

static void lms_path(char *out, const book *b, const char *lms, const char *student)
{
    files_path(out, "%s/%s/%s", b->folder, lms, student);
}

tt_status book_put_lms(const book *b, const char *lms, const char *student, const char *name)
{
    char path[FILES_PATH];
    lms_path(path, b, lms, student);
    tt_status status = file_make_folder_of(path);
    return status == TT_OK ? file_write(path, name, strlen(name)) : status;
}

void book_lms(const book *b, const char *lms, const char *student, char name[BOOK_LMS_NAME])
{
    char path[FILES_PATH];
    lms_path(path, b, lms, student);
    book_read_note(name, BOOK_LMS_NAME, path);
}

// --- Students ---

void book_add_student(files_list *all, const char *name)
{
    if (!book_is_name(name)) return;
    for (int i = 0; i < all->count; i++)
        if (!strcmp(all->names[i], name)) return;
    files_list_add(all, name);
}

// Add what stands in the folders of modules below `what` and has this ending, without it.
static void add_names(files_list *all, const book *b, const char *what, const char *ending)
{
    char folder[FILES_PATH], below[FILES_PATH];
    files_path(folder, "%s/%s", b->folder, what);
    files_list modules = files_list_folder(folder);
    for (int m = 0; m < modules.count; m++) {
        files_path(below, "%s/%s", folder, modules.names[m]);
        files_list names = files_list_folder(below);
        for (int i = 0; i < names.count; i++) {
            char *name = names.names[i];
            size_t length = strlen(name), end = strlen(ending);
            if (length <= end || strcmp(name + length - end, ending) != 0) continue;
            name[length - end] = 0;
            book_add_student(all, name);
        }
        files_list_finish(&names);
    }
    files_list_finish(&modules);
}

files_list book_students(const book *b)
{
    files_list all = {0};
    add_names(&all, b, "submissions", "");
    add_names(&all, b, "results", ".json");
    add_names(&all, b, "results", ".mark");
    files_list_sort(&all);
    return all;
}
