// bench/bar.h: what is being measured and how long it will take: a line that is drawn again on a terminal;
// elsewhere nothing, so that a log keeps plain lines.
#pragma once

#include <stdbool.h>

// seconds: what all of it is expected to take. At once draws nothing.
void bench_bar_begin(const char *title, double seconds);

// The next piece begins: what it is, and how much of the expected seconds is its.
void bench_bar_piece(const char *what, double seconds);

// The piece is done. Pieces that took longer or shorter than expected move the expectation of the others.
void bench_bar_piece_done(void);

// Draw the line again; erase it, before anything else is printed. Both do nothing before begin and after end.
void bench_bar_tick(void);
void bench_bar_erase(void);
void bench_bar_end(void);

// "about 70 s left", from what is expected and what was used so far.
void bench_bar_left(char *text, int size);
