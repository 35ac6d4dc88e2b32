// status.c: the text of each status, and each thread's last error sentence.
#include "status.h"

#include <stdarg.h>
#include <stdio.h>

static _Thread_local char message[512];

const char *tt_status_text(tt_status status)
{
    static const char *const texts[TT_STATUS_COUNT] = {
        [TT_OK] = "ok",
        [TT_TODO] = "not written yet",
        [TT_BAD_SHAPE] = "bad shape",
        [TT_BAD_VALUE] = "bad value",
        [TT_NO_MEMORY] = "out of memory",
        [TT_BAD_FILE] = "bad file",
    };
    return (unsigned)status < TT_STATUS_COUNT ? texts[status] : "unknown status";
}

tt_status tt_fail(tt_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return status;
}

const char *tt_error(void) { return message; }
