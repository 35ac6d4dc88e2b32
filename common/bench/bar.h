// bar.h: shows what is being measured and how long it will take: on a terminal a line that is drawn again
// and again, elsewhere nothing, so that a log keeps plain lines.
#pragma once

#include <stdbool.h>

// seconds: what everything is expected to take. Draws nothing yet.
void bench_bar_begin(const char *title, double seconds);

// The next piece begins: its name, and how many of the expected seconds it takes.
void bench_bar_piece(const char *what, double seconds);

// The piece is done. If it took longer or shorter than expected, the estimate for the others changes.
void bench_bar_piece_done(void);

// Draw the line again; erase it before other output. Both do nothing before begin and after end.
void bench_bar_tick(void);
void bench_bar_erase(void);
void bench_bar_end(void);

// "about 70 s left", from the seconds expected and used so far.
void bench_bar_left(char *text, int size);
