// compile_read.h: what the compiling steps read and wrote: words of commands, dependencies, messages.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "compile.h"
#include "sandbox/sandbox.h"

// The lines of KIT/NAME as words, ended by NULL; the text that they point into, for free(). NULL if it cannot
// be read.
char *compile_read_words(const char *kit, const char *name, char **words, int most);

// Whether every file that compiler and assembler say they read lies below one of the paths. If not, the
// message names it.
compile_status compile_read_only(int folder, const sandbox_path *paths, char *message, size_t size);

// Whether the names that nm printed are those of the kit, all (else FAILED) and no other (else REFUSED).
compile_status compile_read_names(int folder, const char *kit, char *message, size_t size);

// The first lines that the failing step printed.
void compile_read_log(int folder, char *log, size_t size);
