// text_print.h: text from outside on a terminal.
#pragma once

// Print it in lines of at most 79 columns behind `indent` blanks, cut at blanks; what is not printable ASCII
// as \xNN: among the rest are characters that turn a terminal, or the order of a line, round.
void text_print(const char *text, int indent);
