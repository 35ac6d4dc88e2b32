// bench_program.c: main of every bench program; the build says for which side.
#include "bench.h"

int main(int argc, char **argv) { return bench_main(argc, argv, &module_bench, TT_SIDE); }
