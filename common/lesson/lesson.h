// lesson.h: a lesson is a C file in percent format, compiled to a program that walks its own text.
//
//     // %% [markdown]          a prose cell: the comment lines that follow, as Markdown
//     // %% Title               a code cell: one function, CELL(name) { ... }
//
// The engine shows prose, then a cell's code, then runs it in a process of its own and shows what it prints:
// a cell that crashes, loops or meets an exercise that is not written yet costs itself only. Prose may say
// {name} for a number that a cell recorded and {predicted:name} for the reader's guess. A terminal fills in
// what is known by then; a page or a notebook is written at the end, and is not written if no cell recorded
// the name.
//
// The same cells have several faces: the terminal, a page (--html FILE), a notebook (--ipynb FILE). See
// lesson_event.h.
#pragma once

#include <stdbool.h>

#include "bench/bench.h"
#include "measure/plot.h"

// --- What lesson.c uses at file scope, once each ---

// Embeds the file's own text.
#define LESSON_TEXT                                                                                          \
    const char *const lesson_path = __FILE__;                                                                \
    __asm__(".pushsection .rodata\n.global lesson_text\nlesson_text:\n.incbin \"" __FILE__                   \
            "\"\n.byte 0\n.popsection\n");                                                                   \
    extern const char lesson_text[]

extern const char *const lesson_path;

typedef struct {
    const char *name;
    void (*run)(void);
    long line; // of the CELL in the file: how the text and the function find each other
} lesson_cell;

// Opens the function of a code cell.
#define CELL(name)                                                                                           \
    static void cell_##name(void);                                                                           \
    __attribute__((used, section("lesson_cells"), aligned(8))) static const lesson_cell entry_##name = {     \
        #name, cell_##name, __LINE__};                                                                       \
    static void cell_##name(void)

// Behind the declaration of a function that the cells have in another file, NAME(...) LESSON_TOOL(NAME): cells call it by
// a short name, the linker knows it by one that no reader's file has.
#define LESSON_TOOL(name) __asm__("lesson_tool_" #name)

// The program. Cells are found in the section above.
int lesson_main(int argc, char **argv, const char *text);

// --- What a cell may call ---

// --quick was given: choose small sizes.
bool lesson_quick(void);

// Remember a number for the prose, the summary and the other faces of the lesson. Prints nothing.
void record(const char *name, double value, const char *unit);

// A number that this or an earlier cell recorded; NaN if there is none.
double lesson_value(const char *name);

// Ask the reader for a guess before it is measured. Without a terminal nothing waits, and the guess is the
// one of the reader's last run in a terminal, if there was one. The question is shown in any case.
void predict(const char *name, const char *question, const char *unit);

// Measure one case of the module's bench.c with these variants ("naive packed"; NULL: all), print the table,
// and return this cell's results so far.
const results *compare(const char *suite, const char *kase, const char *variants);

// Times as fast as base in what this cell has measured; NaN if one of them was not timed.
double speedup(const char *suite, const char *kase, const char *variant, const char *base);

// Work per second in what this cell has measured; NaN if it was not timed.
double rate(const char *suite, const char *kase, const char *variant);

// Draw the module's chart of that name from what this cell has measured: text in a terminal, pictures in
// FOLDER/lesson. The reference's points stand beside the reader's where it has been measured.
void show_chart(const char *name);

// A way of measuring: does `amount` of the work and returns the number that it comes to.
typedef double lesson_way(int amount);

// An exhibit: a measurement that lies, the true one, and a test that tells them apart without knowing which
// is which.
typedef struct {
    const char *name;          // its numbers are {NAME_lie} and {NAME_true}
    const char *title, *claim; // a few words; the sentence that the lie is meant to prove
    const char *what, *unit;   // what both ways say: "speed", "GFLOP/s"
    lesson_way *lie, *truth;
    int amount;                                  // of work
    double (*test)(lesson_way *way, int amount); // asked of both ways; NaN: cannot be said
    const char *finds, *found_unit;              // what the test finds: "twice the work takes", "x"
    double least, most;                          // what it finds of an honest way lies between
    const char *how;                             // a sentence: why the test tells them apart
} lesson_exhibit;

// Measure and test both ways, show them side by side, record both numbers, and say what the test found in
// this run: the two told apart, no difference shown here, or undecided, where the true way does not pass
// either.
void exhibit(const lesson_exhibit *row);

// Say that an exercise is not written yet, or what else a call refused; true if status is TT_OK.
bool worked(const char *function, tt_status status);

// A bar that fills up: done of total, with the time left. Call it as often as you like.
void show_progress(const char *what, long done, long total);
