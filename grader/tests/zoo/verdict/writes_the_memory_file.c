// zoo: replaces=toy_scale score=80 verdict=crashed|wrong
// write() to the shared file, far past its size. A file may have no bytes at all here, and this one is sealed.
#include <sys/uio.h>
#include <unistd.h>

tt_status toy_scale(float *out, const float *x, int n, float by)
{
    static char block[1 << 20];
    for (int i = 0; i < 200; i++) write(3, block, sizeof block);
    return TT_OK;
}
