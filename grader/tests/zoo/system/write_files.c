// zoo: replaces=toy_scale score=100
// Files here, in the home folder and where everybody may write. open fails, and failing is no crime.
#include <stdio.h>

tt_status toy_scale(float *out, const float *x, int n, float by)
{
    const char *const places[] = {"@MARK@", "/tmp/@MARK@", "/var/tmp/@MARK@", "/dev/shm/@MARK@", "@HOME@/@MARK@",
                                  "@ZOO@/@MARK@"};
    for (int i = 0; i < 6; i++) {
        FILE *f = fopen(places[i], "w");
        if (f) return TT_BAD_FILE;
    }
    return honest_scale(out, x, n, by);
}
