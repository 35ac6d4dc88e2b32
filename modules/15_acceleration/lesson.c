#include "lesson.h"
LESSON_TEXT;
// %% [markdown]
// # x
// %% A
CELL(a){ printf("hi\n"); }
int main(int argc, char **argv) { return lesson_main(argc, argv, lesson_text); }
