// program.c: main of the course's benchmark: chooses whose functions run, says so, and measures.
#include "bench/bench.h"
#include "combine.h"

int main(int argc, char **argv)
{
    if (course_open(COURSE_BOTH) != TT_OK) return 1;
    course_who(stdout);
    return bench_main(argc, argv, &module_bench, "both");
}
