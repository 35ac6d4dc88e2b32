// bar.c: a progress bar of at most 79 columns, from the seconds expected and the seconds used.
#include "bar.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "measure/measure.h"

static struct {
    bool on, terminal, drawn;
    char title[40], what[40];
    double expected, done, piece; // seconds expected: in all, for what is done, for what is running
    double used, started;         // seconds used by what is done; when the running piece began
} bar;

// How many times slower than expected the pieces are; the less is done, the closer to 1.
static double slowness(void)
{
    const double doubt = 5; // seconds at the expected speed that are added to what was measured
    return (bar.used + doubt) / (bar.done + doubt);
}

static double running_seconds(void) { return bar.started > 0 ? measure_now() - bar.started : 0; }

// The part of the running piece that is done, in expected seconds: at most 95 % if it takes longer.
static double running_part(void) { return fmin(running_seconds() / slowness(), 0.95 * bar.piece); }

static double seconds_left(void) { return fmax(bar.expected - bar.done - running_part(), 0) * slowness(); }

void bench_bar_left(char *text, int size)
{
    double left = seconds_left();
    if (left >= 90) snprintf(text, (size_t)size, "about %.0f min left", ceil(left / 60));
    else snprintf(text, (size_t)size, "about %.0f s left", fmax(left, 1));
}

void bench_bar_begin(const char *title, double seconds)
{
    memset(&bar, 0, sizeof bar);
    bar.on = true;
    bar.terminal = isatty(STDOUT_FILENO);
    bar.expected = seconds;
    snprintf(bar.title, sizeof bar.title, "%s", title);
}

void bench_bar_piece(const char *what, double seconds)
{
    snprintf(bar.what, sizeof bar.what, "%s", what);
    bar.piece = seconds;
    bar.started = measure_now();
    bench_bar_tick();
}

void bench_bar_piece_done(void)
{
    bar.used += running_seconds();
    bar.done += bar.piece;
    bar.started = bar.piece = 0;
}

void bench_bar_tick(void)
{
    enum { WIDTH = 24, TEXT = 30 };
    if (!bar.on || !bar.terminal || bar.expected <= 0) return;
    char text[96], left[32];
    double part = fmin((bar.done + running_part()) / bar.expected, 0.99);
    int filled = (int)(part * WIDTH);
    snprintf(text, sizeof text, "%s %s", bar.title, bar.what);
    bench_bar_left(left, sizeof left);
    printf("\r\033[K%-*.*s [%.*s%.*s] %2.0f %%, %s", TEXT, TEXT, text, filled, "########################",
           WIDTH - filled, "------------------------", 100 * part, left);
    fflush(stdout);
    bar.drawn = true;
}

void bench_bar_erase(void)
{
    if (bar.drawn) printf("\r\033[K");
    bar.drawn = false;
    fflush(stdout);
}

void bench_bar_end(void)
{
    bench_bar_erase();
    bar.on = false;
}
