// line.c: which line of a submission an address in its program belongs to.
//
// addr2line reads tables that the submission can forge, so it runs in the compiler's sandbox and its answer is no more
// than a number for a message.
#include <stdio.h>
#include <stdlib.h>

#include "compile.h"
#include "read.h"
#include "step.h"

enum { MOST_ADDRESSES = 64, FIXED_WORDS = 8, LINE_SECONDS = 2 };

int compile_find_line(const compilation *c, int program, const char *kit, const char *work,
                      const uint64_t *addresses, int count)
{
    char *words[FIXED_WORDS + MOST_ADDRESSES + 1], text[MOST_ADDRESSES][24], shown[PATH_MAX];
    char *command = read_words(kit, "lines", words, FIXED_WORDS);
    step_folder f = {.folder = -1};
    int fixed = 0, line = 0;
    while (command && words[fixed]) fixed++;
    for (int i = 0; i < count && i < MOST_ADDRESSES; i++) {
        snprintf(text[i], sizeof text[i], "0x%llx", (unsigned long long)addresses[i]);
        words[fixed + i] = text[i], words[fixed + i + 1] = NULL;
    }
    snprintf(shown, sizeof shown, "%s/symbols", kit);
    if (command && count > 0 && step_open(&f, work) && step_put(&f, "program", program) &&
        step_hand_over(&f) && step_run(&f, words, shown, LINE_SECONDS) == 0)
        line = read_line_number(f.folder, c->name);
    step_close(&f);
    free(command);
    return line;
}
