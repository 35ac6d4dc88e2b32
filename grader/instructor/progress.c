// progress.c: see progress.h.
#include "progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "measure/measure.h"

void progress_begin(progress *p, int all)
{
    *p = (progress){.all = all, .start = measure_now(), .terminal = isatty(STDOUT_FILENO)};
}

void progress_end(const progress *p)
{
    if (p->terminal) printf("\r\x1b[K");
    fflush(stdout);
}

void progress_say(progress *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    progress_end(p);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
    progress_draw(p);
    fflush(stdout);
}

static void print_left(double seconds)
{
    long s = (long)seconds;
    if (s >= 3600) printf("%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
    else printf("%ld:%02ld", s / 60, s % 60);
}

void progress_draw(const progress *p)
{
    if (!p->terminal || p->all == 0) return;
    struct winsize w = {.ws_col = 80};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) != 0 || w.ws_col < 40) w.ws_col = 80;
    enum { MOST = 60 };
    int room = w.ws_col - 36, filled;
    if (room > MOST) room = MOST;
    filled = room * p->done / p->all;
    printf("\r\x1b[K[%.*s%*s] %d of %d", filled,
           "############################################################", room - filled, "", p->done,
           p->all);
    if (p->done > 0 && p->done < p->all) {
        printf(", about ");
        print_left((measure_now() - p->start) / p->done * (p->all - p->done));
        printf(" left");
    }
    fflush(stdout);
}
