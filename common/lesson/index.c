// index.c: the list of pages, made from the title and the description in each page.
#include "index.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "event.h"
#include "core/escape.h"
#include "page/page.h"

static int is_page(const struct dirent *d)
{
    size_t length = strlen(d->d_name);
    return length > 8 && isdigit((unsigned char)d->d_name[0]) && isdigit((unsigned char)d->d_name[1]) &&
           d->d_name[2] == '_' && !strcmp(d->d_name + length - 5, ".html");
}

// The text between two marks, escaped already; "" if a mark is missing or the text holds an element.
static void copy_between(FILE *out, const char *page, const char *begins, const char *ends)
{
    const char *from = strstr(page, begins);
    if (!from) return;
    from += strlen(begins);
    const char *to = strstr(from, ends);
    size_t length = to ? (size_t)(to - from) : 0;
    if (length < 1000 && !memchr(from, '<', length) && !memchr(from, '"', length))
        fwrite(from, 1, length, out);
}

static void put_entry(FILE *out, const char *folder, const char *name)
{
    char path[700];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    char *page;
    if (file_read(&page, NULL, path, FILE_MOST) != TT_OK) return;
    fprintf(out, "<li><h2><a href=\"");
    escape_put(out, name, ESCAPE_HTML);
    fprintf(out, "\">");
    copy_between(out, page, "<title>", "</title>");
    fprintf(out, "</a></h2><p>");
    copy_between(out, page, "<meta name=\"description\" content=\"", "\">");
    fprintf(out, "</p></li>\n");
    free(page);
}

tt_status lesson_write_index(const char *root)
{
    char folder[400], path[420], *body = NULL;
    size_t length;
    snprintf(folder, sizeof folder, "%s/html", root);
    snprintf(path, sizeof path, "%s/index.html", folder);
    struct dirent **names = NULL;
    int count = scandir(folder, &names, is_page, alphasort);
    FILE *out = open_memstream(&body, &length);
    if (!out) return tt_fail(TT_NO_MEMORY, "no memory for the list of pages");
    fprintf(out, "<h1>The optimisation workbook</h1>\n<p>Every number on these pages was measured on this "
                 "machine by the "
                 "cell above it.</p>\n<ul class=\"index\">\n");
    for (int i = 0; i < count; i++) put_entry(out, folder, names[i]->d_name), free(names[i]);
    fprintf(out, "</ul>\n%s", count > 0 ? "" : "<p>No page has been written yet.</p>\n");
    free(names);
    fclose(out);
    page_frame frame = {
        .title = "TinyTorch-C: the optimisation workbook", .goal = "", .foot = "TinyTorch-C", .body = body};
    tt_status status = page_write(path, &frame);
    free(body);
    return status;
}
