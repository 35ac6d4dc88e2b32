// text_print.h: text from outside on a terminal.
#pragma once

// Print it in lines of at most 79 columns behind `indent` blanks, cut at blanks; control characters as \xNN.
void text_print(const char *text, int indent);
