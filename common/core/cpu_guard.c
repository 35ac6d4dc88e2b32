// cpu_guard.c: ends the program with a clear message, before it dies of SIGILL, where this CPU lacks an
// instruction set that the program was built for.
//
// This file is compiled for the oldest CPU of the architecture and runs before main and before every other
// constructor. What the rest of the program was compiled for is in cpu_built_for.c, which is data only.
#include <stdio.h>
#include <unistd.h>

#ifdef __x86_64__
#define EACH_FEATURE(X) X(avx) X(avx2) X(fma) X(bmi2) X(avx512f) X(avx512bw) X(avx512vl) X(avx512vnni) X(xop)
#define DECLARE(n)      extern const int tt_built_##n;
EACH_FEATURE(DECLARE)

__attribute__((constructor(101))) static void guard(void)
{
    __builtin_cpu_init();
    const char *missing = NULL;
#define LOOK(n)                                                                                              \
    if (tt_built_##n && !__builtin_cpu_supports(#n)) missing = #n;
    EACH_FEATURE(LOOK)
    if (!missing) return;
    dprintf(2,
            "This program was built for a CPU with %s, and this one has none. Build it here: make clean, "
            "then make.\n",
            missing);
    _exit(1);
}
#endif
