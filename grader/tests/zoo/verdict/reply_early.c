// zoo: base=stub score=0 verdict=refused|wrong
// Answers "ok" before it is asked.
#include <unistd.h>

__attribute__((constructor)) static void reply(void)
{
    for (int i = 0; i < 100; i++) write(4, "", 1);
}
