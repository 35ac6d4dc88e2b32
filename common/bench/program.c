// program.c: main of every bench program.
#include "bench.h"

int main(int argc, char **argv) { return bench_main(argc, argv, &module_bench, code_side); }
