// program.c: the composed course: chooses whose functions run, says so, measures what is missing and draws; or prints the
// table of what was measured.
#include <stdio.h>
#include <string.h>

#include "bench/bench.h"
#include "core/options.h"
#include "seam.h"
#include "table.h"
#include "ways.h"

static int print_table(int argc, char **argv)
{
    const char *path = NULL;
    const option_row rows[] = {{"--results", "FILE", "what was measured", OPTION_NEEDED(&path)}, {0}};
    const int code = options_take("whole table", NULL, rows, argc, argv);
    if (code >= 0) return code;
    results r;
    if (results_load(&r, path) != TT_OK) return fprintf(stderr, "whole: %s\n", tt_error()), 1;
    whole_print(&r);
    results_finish(&r);
    return 0;
}

// What whole_measure asks of a new process.
static int print_peak(int argc, char **argv)
{
    long model = 0, parts = 0;
    const option_row rows[] = {
        {"--model", "N", "which", OPTION_WHOLE(&model, 0, WHOLE_MODELS - 1)},
        {"--parts", "BITS", "what is on", OPTION_WHOLE(&parts, 0, (1 << COURSE_PARTS) - 1)},
        {0}};
    const int code = options_take("whole peak", NULL, rows, argc, argv);
    if (code >= 0) return code;
    return course_open(COURSE_BOTH) == TT_OK ? whole_print_peak((int)model, (unsigned)parts) : 1;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "table") == 0) return print_table(argc - 2, argv + 2);
    if (argc > 1 && strcmp(argv[1], "peak") == 0) return print_peak(argc - 2, argv + 2);
    if (course_open(COURSE_BOTH) != TT_OK) return 1;
    course_who(stdout);
    return bench_main(argc, argv, &module_bench, "both");
}
