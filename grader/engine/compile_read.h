// compile_read.h: what the compiling steps read and wrote: words of commands, dependencies, messages.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "compile.h"
#include "sandbox/sandbox.h"

// The lines of KIT/NAME as words, ended by NULL. Returns the text that they point into, for free(), or
// NULL if it cannot be read.
char *compile_read_words(const char *kit, const char *name, char **words, int most);

// COMPILE_OK if every file that compiler and assembler say they read is below one of the paths. If not,
// message names the file.
compile_status compile_read_only(int folder, const sandbox_path *paths, char *message, size_t size);

// Compare the names that nm printed with the kit's: FAILED if one is missing, REFUSED if there is another.
compile_status compile_read_names(int folder, const char *kit, char *message, size_t size);

// The first lines that the failing step printed.
void compile_read_log(int folder, char *log, size_t size);
