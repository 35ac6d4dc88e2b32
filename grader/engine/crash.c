// crash.c: see crash.h.
#include "crash.h"

// A file may crash everywhere, and its tables may keep addr2line busy.
enum { LOOK_UPS = 8 };

static struct {
    uint64_t instruction;
    int line;
} known[LOOK_UPS];
static int looked_up;

int crash_line(const grade_setup *setup, int program, const job_crash *at)
{
    // The instruction, then what is on the stack. A return address stands behind its call, which may be the end of a line.
    uint64_t addresses[1 + JOB_CRASH_WORDS];
    for (int i = 0; i < looked_up; i++)
        if (known[i].instruction == at->instruction && known[i].line) return known[i].line;
    if (!at->instruction || program < 0 || looked_up == LOOK_UPS) return 0;
    addresses[0] = at->instruction;
    for (int i = 0; i < JOB_CRASH_WORDS; i++) addresses[1 + i] = at->stack[i] - 1;
    const int line =
        compile_find_line(&setup->programs, program, setup->kit, setup->work, addresses, COUNT(addresses));
    if (line == 0) looked_up = LOOK_UPS - 1;
    known[looked_up].instruction = addresses[0], known[looked_up++].line = line;
    return line;
}
