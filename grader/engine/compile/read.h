// read.h: what the compiling steps read and wrote: words of commands, dependencies, messages.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "compile.h"
#include "sandbox/sandbox.h"

// The lines of KIT/NAME as words, ended by NULL. Returns the text that they point into, for free(), or
// NULL if it cannot be read.
char *read_words(const char *kit, const char *name, char **words, int most);

// COMPILE_OK if every file that compiler and assembler say they read is below one of the paths. If not,
// message names the file.
compile_status read_only(int folder, const sandbox_path *paths, char *message, size_t size);

// Compare the names that nm printed with the kit's: FAILED if one is missing, REFUSED if there is another.
compile_status read_names(int folder, const char *kit, char *message, size_t size);

// The first lines that the failing step printed, without the compiler's warnings, in which an error could be lost.
void read_log(int folder, char *log, size_t size);

// What the compiler warned of in the file of this name, a line each, the first few; what is hardly ever a mistake last.
void read_warnings(int folder, const char *name, char *warnings, size_t size);

// The first line of the file of this name in what addr2line printed; 0 if there is none.
int read_line_number(int folder, const char *name);
