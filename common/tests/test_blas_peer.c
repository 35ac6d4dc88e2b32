// test_blas_peer.c: OpenBLAS uses kernels of the build's instruction set, and its peer uses Haswell's.
#include "check.h"

#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "measure/blas_peer.h"

static const char ask[] = "--which-kernels";

// Start this program with OPENBLAS_CORETYPE set to core ("": not set). Its answer is that variable as it sees
// it, and the kernels that the library chose.
static void start(char *answer, size_t size, const char *core)
{
    char command[600], program[400] = "";
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    assert_true(length > 0);
    snprintf(command, sizeof command, "env -u OPENBLAS_CORETYPE %s%s '%s' %s",
             *core ? "OPENBLAS_CORETYPE=" : "", core, program, ask);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    assert_non_null(fgets(answer, (int)size, f));
    assert_int_equal(pclose(f), 0);
}

// Neither the environment nor the CPU's model changes the choice.
static void kernels_are_of_the_build(void **state)
{
    (void)state;
    static const char *const left[] = {"", "Sandybridge"};
    for (int i = 0; i < 2; i++) {
        char answer[100], expected[100];
        start(answer, sizeof answer, left[i]);
        snprintf(expected, sizeof expected, "%s %s", BLAS_KERNELS, BLAS_KERNELS);
        if (!*BLAS_KERNELS) strcpy(expected, "own ");
        assert_int_equal(strncmp(answer, expected, strlen(expected)), 0);
    }
}

static void the_peer_multiplies_where_the_build_could(void **state)
{
    (void)state;
    double seconds = blas_peer_seconds(32, 32, 32, 3);
#if defined __x86_64__ && defined __AVX2__
    assert_true(seconds > 0);
#else
    assert_true(seconds < 0);
#endif
}

int main(int argc, char **argv)
{
    blas_peer_serve(argc, argv);
    if (argc == 2 && !strcmp(argv[1], ask)) {
        blas_peer_match_build(argv);
        const char *core = getenv("OPENBLAS_CORETYPE");
        return printf("%s %s\n", core ? core : "own", openblas_get_corename()) < 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kernels_are_of_the_build),
        cmocka_unit_test(the_peer_multiplies_where_the_build_could),
    };
    return run_tests(tests);
}
