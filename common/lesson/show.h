// show.h: what the terminal's face offers besides its table of functions (event.h).
#pragma once

#include <stdbool.h>

// Wait for Enter; false if the reader typed q or input ended.
bool show_pause(void);

// Print how good the reader's guesses were; nothing if there were none.
void show_guesses(void);
