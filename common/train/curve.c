// curve.c: the log of a training run, OUT.jsonl: one JSON object a line, none of steps that were lost.
#include "inner.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/foreign.h"

static FILE *open_log(char path[PATH_MAX], const train_loop *l, const char *mode)
{
    snprintf(path, PATH_MAX, "%s.jsonl", l->job->out);
    return fopen(path, mode);
}

// Where the lines up to last_step end. A line that is cut or comes later belongs to a run that was killed.
static long good_end(FILE *f, long last_step)
{
    char line[512];
    long end = 0;
    while (fgets(line, sizeof line, f)) {
        json_t *object = strchr(line, '\n') ? json_loads(line, 0, NULL) : NULL;
        long long step;
        bool good = foreign_take_whole(&step, json_object_get(object, "step"), 0, last_step);
        json_decref(object);
        if (!good) break;
        end = ftell(f);
    }
    return end;
}

tt_status curve_open(const train_loop *l)
{
    char path[PATH_MAX];
    if (!l->job->out) return TT_OK;
    FILE *f = open_log(path, l, "a+b");
    if (!f)
        return tt_fail(TT_BAD_FILE, "%.240s: cannot be opened: %s; check the folder", path, strerror(errno));
    rewind(f);
    long end = l->step > 0 ? good_end(f, l->step) : 0;
    int failed = ftruncate(fileno(f), end);
    fclose(f);
    return failed ? tt_fail(TT_BAD_FILE, "%.240s: cannot be cut: %s; remove it", path, strerror(errno))
                  : TT_OK;
}

void curve_add(const train_loop *l, const char *format, ...)
{
    char path[PATH_MAX];
    FILE *f = l->job->out ? open_log(path, l, "ab") : NULL;
    if (!f) return; // the curve is a comfort; training goes on without it
    va_list args;
    va_start(args, format);
    vfprintf(f, format, args);
    va_end(args);
    fputc('\n', f);
    fclose(f);
}
