// load.c: see load.h. /proc/loadavg and /proc/stat: proc(5).
#include "load.h"

#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "measure/measure.h"

bool load_is_crowded(void)
{
    int running = 0;
    FILE *f = fopen("/proc/loadavg", "re");
    if (!f) return false;
    if (fscanf(f, "%*f %*f %*f %d/", &running) != 1) running = 0;
    fclose(f);
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return running > (cores > 1 ? cores / 2 : 1);
}

double load_wait(double seconds)
{
    enum { CALM = 5 }; // looks in a row
    static const struct timespec pause = {0, 20 * 1000 * 1000};
    const double start = measure_now();
    for (int calm = 0; calm < CALM && measure_now() - start < seconds;) {
        nanosleep(&pause, NULL);
        calm = load_is_crowded() ? 0 : calm + 1;
    }
    return measure_now() - start;
}

load_taken load_take_stock(void)
{
    load_taken t = {0};
    struct rusage own;
    double ticks = 0;
    FILE *f = fopen("/proc/stat", "re");
    if (f && fscanf(f, "cpu %*f %*f %*f %*f %*f %*f %*f %lf", &ticks) == 1)
        t.stolen = ticks / (double)sysconf(_SC_CLK_TCK);
    if (f) fclose(f);
    if (getrusage(RUSAGE_THREAD, &own) == 0) t.switches = own.ru_nivcsw;
    return t;
}
