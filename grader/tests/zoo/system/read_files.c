// zoo: replaces=toy_scale score=100
// The solution, a secret, the password file, itself. Nothing opens; if something did, its answer would be wrong.
#include <stdio.h>

tt_status toy_scale(float *out, const float *x, int n, float by)
{
    const char *const places[] = {"@SOLUTION@", "@SECRET@", "/etc/passwd", "/proc/self/maps", "/proc/self/mem",
                                  "/proc/self/exe", "/proc/1/environ", "/usr/include/stdio.h", "/dev/zero"};
    for (int i = 0; i < 9; i++)
        if (fopen(places[i], "r")) return TT_BAD_FILE;
    return honest_scale(out, x, n, by);
}
