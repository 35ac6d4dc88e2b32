// zoo: score=0 verdict=crashed says="exit code 0"
// exit(0) before main: a test program would have said "passed".
#include <unistd.h>

__attribute__((constructor)) static void leave(void) { _exit(0); }
