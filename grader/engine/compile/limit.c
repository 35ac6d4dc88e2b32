// limit.c: see limit.h. What stops a part of the compiler is known by the driver's words alone: it ends with an ordinary 1.
#include "limit.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "step.h"

typedef enum { NONE, MEMORY, FILE_SIZE, TIME, CLOCK } limit;

static limit which(int status, const char *log)
{
    static const struct {
        const char *words;
        limit of;
    } said[] = {
        {"memory exhausted", MEMORY},
        {"out of memory allocating", MEMORY},
        {"File size limit exceeded signal terminated program", FILE_SIZE},
        {"CPU time limit exceeded signal terminated program", TIME},
        {"Killed signal terminated program", TIME},
    };
    if (WIFSIGNALED(status)) return WTERMSIG(status) == SIGKILL ? CLOCK : NONE;
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (strstr(log, said[i].words)) return said[i].of;
    return NONE;
}

bool limit_tell(char *text, size_t size, int status, const char *log, int seconds)
{
    static const char grows[] =
        "Look for an array with very many initial values, which can be filled when the program "
        "runs, and for macros or assembler that repeat themselves";
    switch (which(status, log)) {
    case NONE:
        return false;
    case MEMORY:
        snprintf(text, size, "the compiler asked for more memory than the %zu MiB that it may have. %s.",
                 step_bytes >> 20, grows);
        break;
    case FILE_SIZE:
        snprintf(text, size,
                 "the compiler would have written a file of more than the %d MiB that it may. %s.",
                 STEP_FILE_BYTES >> 20, grows);
        break;
    case TIME:
        snprintf(text, size,
                 "the compiler was ended: it may take %d s of processor time. %s. If it took less than that, "
                 "the machine "
                 "ran out of memory: grade again.",
                 seconds, grows);
        break;
    case CLOCK:
        snprintf(text, size, "the compiler was ended after %d s. %s. On a busy machine, grade again.",
                 2 * seconds, grows);
        break;
    }
    return true;
}
