// hint.h: the first of an exercise's three hints, a question, from a module's hints.md.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// Into out; false if the file has none for the function.
bool hint_question(char *out, size_t size, const char *hints, const char *function);
