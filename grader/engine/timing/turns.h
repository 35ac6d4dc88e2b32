// turns.h: graders of one class that share a machine: any number may compile and check, one alone may time.
#pragma once

#include <stdbool.h>

typedef enum {
    TURN_NONE,
    TURN_WORK,  // beside others that work
    TURN_ALONE, // nobody else has a turn
} turn;

// Share the machine with all who name this file. False, and errno, if it cannot be opened. Without it every turn
// is had at once.
bool turns_share(const char *lock);

// Give back the turn that is held and wait for this one. A process that ends has given it back.
void turns_take(turn t);
