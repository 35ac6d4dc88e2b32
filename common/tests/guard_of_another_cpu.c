// guard_of_another_cpu.c: stands for cpu_built_for.c of a build for AMD's Bulldozer, whose XOP
// instructions no CPU of today has.
#include <stdio.h>

const int tt_built_avx, tt_built_avx2, tt_built_fma, tt_built_bmi2;
const int tt_built_avx512f, tt_built_avx512bw, tt_built_avx512vl, tt_built_avx512vnni;
const int tt_built_xop = 1;

int main(void) { return puts("main was reached") < 0; }
