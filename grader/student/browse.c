// browse.c: shows a page: its address for every terminal, and a browser where there is a screen.
#include "browse.h"

#include <ctype.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// The address of a file: what a URL gives a meaning of its own is written as %XX.
static void print_address(const char *path)
{
    printf("file://");
    for (; *path; path++)
        if (isalnum((unsigned char)*path) || strchr("/._-~", *path)) putchar(*path);
        else printf("%%%02X", (unsigned char)*path);
    printf("\n");
}

void browse(const char *page)
{
    char path[PATH_MAX];
    if (!page || !realpath(page, path)) {
        printf("The page is not made yet: it follows the first grading.\n");
        return;
    }
    print_address(path);
    char *const words[] = {"xdg-open", path, NULL};
    if (!getenv("DISPLAY") && !getenv("WAYLAND_DISPLAY")) return;
    if (fork() == 0) { // init takes what the browser leaves
        if (fork() == 0) {
            int nothing = open("/dev/null", O_RDWR);
            dup2(nothing, STDOUT_FILENO), dup2(nothing, STDERR_FILENO);
            execvp(words[0], words);
        }
        _exit(0);
    }
    wait(NULL);
}
