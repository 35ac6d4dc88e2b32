// page.c: writes a page as one HTML file that contains everything it needs.
#include "page.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/escape.h"
#include "core/file.h"
#include "page_files.h" // page_css, figure_css, page_js, reload_js: made from the files of these names

enum { CONTENTS_LEVEL = 2 }; // headings of this level are listed

static void put_text(FILE *out, const char *text) { escape_put(out, text, ESCAPE_HTML); }

// Only scripts with this page's nonce run: one that came in with the text has none.
static void put_policy(FILE *out, const char *nonce)
{
    fprintf(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
                 "style-src 'unsafe-inline'; ");
    if (nonce) fprintf(out, "script-src 'nonce-%s'; ", nonce);
    fprintf(out,
            "base-uri 'none'; form-action 'none'\">\n<meta name=\"referrer\" content=\"no-referrer\">\n");
}

static void put_head(FILE *out, const page_frame *f, const char *nonce)
{
    fprintf(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    put_policy(out, nonce);
    fprintf(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                 "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    put_text(out, f->title);
    fprintf(out, "</title>\n<meta name=\"description\" content=\"");
    put_text(out, f->goal);
    fprintf(out, "\">\n%s<style>\n%s%s</style>\n</head>\n",
            nonce ? "<link rel=\"icon\" href=\"data:,\">\n" : "", page_css, figure_css);
}

static void put_contents(FILE *out, const markdown_page *page)
{
    fprintf(out, "<nav aria-label=\"Contents\"><details id=\"page_contents\" "
                 "open><summary>Contents</summary>\n<ul>\n");
    for (int i = 0; i < page->count; i++) {
        if (page->headings[i].level != CONTENTS_LEVEL) continue;
        fprintf(out, "<li><a href=\"#%s\">", page->headings[i].id);
        put_text(out, page->headings[i].text);
        fprintf(out, "</a></li>\n");
    }
    fprintf(out, "</ul></details></nav>\n");
}

static void put_reload(FILE *out, const page_frame *f, const char *nonce)
{
    if (!f->stamp) return;
    fprintf(out, "<script nonce=\"%s\" data-stamp=\"", nonce);
    put_text(out, f->stamp);
    fprintf(out, "\" data-written=\"%ld\">\n%s</script>\n", f->written, reload_js);
}

static const char *make_nonce(char nonce[33])
{
    unsigned char bytes[16];
    if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes) memset(bytes, 0, sizeof bytes);
    for (int i = 0; i < 16; i++) snprintf(nonce + 2 * i, 3, "%02x", bytes[i]);
    return nonce;
}

void page_put(FILE *out, const page_frame *f)
{
    char bytes[33];
    const char *nonce = f->inert ? NULL : make_nonce(bytes);
    put_head(out, f, nonce);
    fprintf(out, "<body%s>\n%s<header class=\"bar\"><span>TinyTorch-C</span>%s</header>\n",
            f->page ? "" : " class=\"plain\"",
            nonce ? "<a class=\"skip\" href=\"#page_main\">Skip to the text</a>\n" : "",
            nonce ? "<button type=\"button\" id=\"page_theme\" hidden>Theme: automatic</button>" : "");
    if (f->page) put_contents(out, f->page);
    fprintf(out, "<main id=\"page_main\" tabindex=\"-1\">\n%s</main>\n<footer>", f->body);
    put_text(out, f->foot);
    fprintf(out, "</footer>\n");
    if (nonce) fprintf(out, "<script nonce=\"%s\">\n%s</script>\n", nonce, page_js);
    if (nonce) put_reload(out, f, nonce);
    fprintf(out, "</body>\n</html>\n");
}

// The stamp is a script beside the page that calls the page's function written with the time of writing.
static tt_status write_stamp(const char *path, const page_frame *f)
{
    char name[512];
    const char *slash = strrchr(path, '/');
    snprintf(name, sizeof name, "%.*s%s", slash ? (int)(slash + 1 - path) : 0, path, f->stamp);
    file_new stamp;
    tt_status status = file_begin(&stamp, name);
    if (status == TT_OK) fprintf(stamp.out, "written(%ld);\n", f->written);
    return file_end(&stamp, status);
}

tt_status page_write(const char *path, const page_frame *frame)
{
    file_new f = {0};
    tt_status status = file_make_folder_of(path);
    if (status == TT_OK) status = file_begin(&f, path);
    if (status == TT_OK) page_put(f.out, frame);
    status = file_end(&f, status);
    return status == TT_OK && frame->stamp ? write_stamp(path, frame) : status;
}
