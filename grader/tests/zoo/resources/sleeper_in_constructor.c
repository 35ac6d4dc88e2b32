// zoo: idle score=0 verdict=stuck wall=60
// Sleeps before main, in every case there is. The grader's patience must not be multiplied by the number of cases.
#include <unistd.h>

__attribute__((constructor)) static void wait_for_ever(void)
{
    for (;;) sleep(1000);
}
