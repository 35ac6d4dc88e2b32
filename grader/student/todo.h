// todo.h: which functions of a student's file are not written yet: those that still return TT_TODO.
#pragma once

#include "core/status.h"

enum { TODO_MOST = 64 };

typedef struct {
    int count; // at most TODO_MOST
    char function[TODO_MOST][48];
} todo_list;

// Read them from a C file, in its order, by the shape that every stub has: a function's name before a parenthesis
// on a line that is not indented, and the statement `return TT_TODO;` below it. TT_BAD_FILE if it cannot be read.
tt_status todo_read(todo_list *list, const char *path);
