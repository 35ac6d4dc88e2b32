// zoo: base=stub replaces=toy_scale score=0 verdict=wrong|crashed
// Makes the trusted half writable, and every case answer "ok" from then on. Trusted is only the parent.
#include <string.h>
#include <sys/mman.h>

extern const char grade_cases[];

tt_status toy_scale(float *out, const float *x, int n, float by)
{
    char *page = (char *)((unsigned long)grade_cases & ~4095ul);
    mprotect(page, 8192, PROT_READ | PROT_WRITE | PROT_EXEC);
    memset((char *)grade_cases, 0, 64);
    return TT_OK;
}
