// lesson.h: a lesson is a C file in percent format, compiled to a program that walks its own text.
//
//     // %% [markdown]          a prose cell: the comment lines that follow, as Markdown
//     // %% Title               a code cell: one function, CELL(name) { ... }
//
// The engine shows prose, then a cell's code, then runs the cell in a process of its own and shows what
// it prints: a cell that crashes, loops or meets an exercise that is not written yet does not stop the
// others. Prose may say {name} for a number that a cell recorded and {predicted:name} for the reader's
// guess. A terminal fills in what is known by then. A page or a notebook is written at the end, and not
// at all if no cell recorded the name. {answers} says where the answers to the questions are.
//
// What depends on how a number came out is said once for each outcome, and the run chooses:
//
//     // [if gemv > 1.05]
//     // The function for one row is {gemv} as fast as the other.
//     // [else]
//     // Both are equally fast: the library has looked at the shape.
//     // [not measured]
//     // After you wrote `matmul_blas`, this says which of the two functions is the faster one.
//     // [end]
//
// prose/choice.h has the rules. `--outcomes` tries numbers on both sides of each comparison; `--given FILE` prints
// the prose with numbers from a file.
//
// The same cells have several faces: the terminal, a page (--html FILE), a notebook (--ipynb
// FILE). See event.h.
#pragma once

#include <stdbool.h>

#include "bench/bench.h"
#include "measure/plot.h"
#include "page/figure.h"

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
    long line; // of CELL in the file: by it the engine finds the cell's text
} lesson_cell;

// Opens the function of a code cell.
#define CELL(name)                                                                                           \
    static void cell_##name(void);                                                                           \
    __attribute__((used, section("lesson_cells"), aligned(8))) static const lesson_cell entry_##name = {     \
        #name, cell_##name, __LINE__};                                                                       \
    static void cell_##name(void)

// After the declaration of a function in another file that cells call, NAME(...) LESSON_TOOL(NAME): cells use
// its short name, and the linker a name that no reader's file has.
#define LESSON_TOOL(name) __asm__("lesson_tool_" #name)

// The lesson's main. It finds the cells in the section above.
int lesson_main(int argc, char **argv, const char *text);

// --- What a cell may call ---

// --quick was given: choose small sizes.
bool lesson_quick(void);

// Remember a number for the prose, the summary and the other faces of the lesson. Prints nothing.
void record(const char *name, double value, const char *unit);

// A number that this or an earlier cell recorded; NaN if there is none.
double lesson_value(const char *name);

// Ask the reader for a guess before the number is measured. Without a terminal it does not wait, and the
// guess is that of the reader's last run in a terminal, if there was one. The question is always shown.
void predict(const char *name, const char *question, const char *unit);

// Measure one case of the module's bench.c with these variants ("naive packed"; NULL: all), print the table,
// and return this cell's results so far.
const results *compare(const char *suite, const char *kase, const char *variants);

// How many times as fast as base the variant is in this cell's measurements; NaN if one was not timed.
double speedup(const char *suite, const char *kase, const char *variant, const char *base);

// Work per second in this cell's measurements; NaN if it was not timed.
double rate(const char *suite, const char *kase, const char *variant);

// Draw the module's chart of that name from this cell's measurements: text in a terminal, pictures in
// FOLDER/lesson. The reference's points stand beside the reader's if the reference has been measured.
void show_chart(const char *name);

// The same for a chart that a cell has filled itself (measure/plot.h); its name is that of the pictures' files.
void show_plot(const plot_chart *chart);

// The same with a picture that is there already, an SVG whose text this is: the chart gives name, title, and as its bars what
// stands for the picture in a terminal and in words. The file is FOLDER/lesson/NAME.svg.
void show_picture(const plot_chart *chart, const char *svg);

// Show a drawing, made from the code's constants and the run's numbers: SVG on a page and in a notebook, text in a
// terminal. Its parts are in page/figure.h: grids, number lines, histograms, chains of boxes, arrows.
//
//     static figure f;
//     figure_begin(&f, "Eight products at once", "A register holds %d floats.", lanes);
//     figure_grid(&f, "", 2, lanes);
//     for (int i = 0; i < lanes; i++) figure_box(&f, 0, i, FIGURE_BLUE, "a%d", i), figure_box(&f, 1, i, FIGURE_GREEN, "b%d", i);
//     figure_arrow(&f, "one multiply-add");
//     show_figure(&f);
void show_figure(const figure *f);

// A way of measuring: does `amount` of work and returns the result.
typedef double lesson_way(int amount);

// An exhibit: a measurement that lies, the true one, and a test that tells them apart without being
// told which is which.
typedef struct {
    const char *name;          // its numbers are {NAME_lie} and {NAME_true}
    const char *title, *claim; // a few words; the sentence that the lie seems to prove
    const char *what, *unit;   // what both ways measure: "speed", "GFLOP/s"
    lesson_way *lie, *truth;
    int amount;                                  // of work, given to both ways
    double (*test)(lesson_way *way, int amount); // run on each way; NaN: undecidable
    const char *finds, *found_unit;              // what the test finds: "twice the work takes", "x"
    double least, most;                          // bounds of what it finds for an honest way
    const char *how;                             // one sentence: why the test tells them apart
} lesson_exhibit;

// Measure and test both ways, show them side by side, record both numbers, and say what the test found in
// this run: told apart, no difference here, or undecided because the true way fails the test, too.
void exhibit(const lesson_exhibit *row);

// Print why a call failed, such as an exercise that is not written yet; true if status is TT_OK.
bool worked(const char *function, tt_status status);

// The same for what gives more than a status: first what tt_error() (core/status.h) says of it.
bool fine(const char *function, tt_status status) LESSON_TOOL(fine);

// Room for that many; NULL without memory, which it says.
float *floats(size_t count) LESSON_TOOL(floats);

// A progress bar: `done` of `total`, with the time left. Call it as often as you like.
void show_progress(const char *what, long done, long total);
