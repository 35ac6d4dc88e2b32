// zoo: idle score=0..35 verdict=stuck says="sleeps instead of working" wall=40
// A second and a half before main, in every process: none of them is long, all together are what a file may not sleep.
#include <time.h>

static __attribute__((constructor)) void doze(void) { nanosleep(&(struct timespec){1, 500000000}, NULL); }
