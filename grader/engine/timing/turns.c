// turns.c: see turns.h. A turn is a lock on the file, which the system gives back whatever ends the process.
#include "turns.h"

#include <fcntl.h>
#include <sys/file.h>

static int lock = -1;

bool turns_share(const char *path)
{
    lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    return lock >= 0;
}

void turns_take(turn t)
{
    static const int how[] = {[TURN_NONE] = LOCK_UN, [TURN_WORK] = LOCK_SH, [TURN_ALONE] = LOCK_EX};
    if (lock >= 0) flock(lock, how[t]);
}
