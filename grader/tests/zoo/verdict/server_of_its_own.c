// zoo: replaces=toy_scale,toy_product,toy_sums,toy_library score=0 verdict=wrong|crashed
// Takes over before main: maps the memory, reads the questions, answers "ok" to each. The outputs stay empty.
#include <sys/mman.h>
#include <unistd.h>

__attribute__((constructor)) static void serve(void)
{
    void *memory = mmap(NULL, 128 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, 3, 0);
    char byte;
    while (read(4, &byte, 1) == 1) {
        byte = memory == MAP_FAILED;
        write(4, &byte, 1);
    }
}
tt_status toy_scale(float *out, const float *x, int n, float by) { return TT_OK; }
tt_status toy_product(float *out, const float *a, const float *b, int n) { return TT_OK; }
tt_status toy_sums(float *out, const float *x, int rows, int columns) { return TT_OK; }
tt_status toy_library(float *out, const float *a, const float *b, int n) { return TT_OK; }
