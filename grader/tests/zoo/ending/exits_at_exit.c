// zoo: base=stub score=0 verdict="to do"
// A last word at the program's end. There is no such end: the parent ends it.
#include <stdlib.h>
#include <unistd.h>

static void leave(void) { _exit(0); }
__attribute__((constructor)) static void remember(void) { atexit(leave); }
__attribute__((destructor)) static void last(void) { _exit(0); }
