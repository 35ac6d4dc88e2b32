// lesson/show.h: what the lesson's terminal face offers beside its table of functions: see lesson_event.h.
#pragma once

#include <stdbool.h>

// Wait for Enter; false if the reader typed q or input ended.
bool show_pause(void);

// How good the reader's guesses were; nothing if there were none.
void show_guesses(void);
