// tools_pictures.c: the lesson's drawings, made from the code's constants and the machine's caches, and the roofline.
#include "tools.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "core/vec.h"
#include "measure/machine.h"

static figure drawing;

void draw_lanes(void)
{
    static const struct {
        const char *row, *label;
        figure_shade shade;
    } rows[] = {{"row of b", "b", FIGURE_BLUE},
                {"times", "x", FIGURE_ORANGE},
                {"plus", "o", FIGURE_GREEN},
                {"row of out", "o", FIGURE_GREEN}};
    figure_begin(&drawing, "One instruction, a register of floats",
                 "A register of this build has %d lanes. One multiply-add "
                 "takes %d neighbours of a row of b, the same x in "
                 "every lane, and %d neighbours of a row of out: two loads "
                 "and a store for all of them.",
                 VEC_FLOATS, VEC_FLOATS, VEC_FLOATS);
    figure_grid(&drawing, "", COUNT(rows), VEC_FLOATS);
    for (int r = 0; r < COUNT(rows); r++) {
        figure_box(&drawing, r, -1, FIGURE_PLAIN, "%s", rows[r].row);
        for (int lane = 0; lane < VEC_FLOATS; lane++)
            if (*rows[r].label == 'x')
                figure_box(&drawing, r, lane, rows[r].shade, "x");
            else
                figure_box(&drawing, r, lane, rows[r].shade, "%s%d",
                           rows[r].label, lane);
    }
    show_figure(&drawing);
}

void draw_sets(int n, int rows)
{
    enum { LINE = 64, ACROSS = 16, MOST_SETS = ACROSS * FIGURE_MOST_SIDE };
    machine_info machine;
    machine_describe(&machine);
    long bytes = machine.cache_bytes[0],
         ways = sysconf(_SC_LEVEL1_DCACHE_ASSOC);
    bool known = bytes > 0 && ways > 0 && bytes / ways / LINE <= MOST_SETS;
    if (!known) bytes = 32768, ways = 8;
    const long sets = bytes / ways / LINE;
    static int lines[MOST_SETS];
    memset(lines, 0, sizeof lines);
    for (int row = 0; row < rows; row++)
        lines[(size_t)row * (size_t)n * sizeof(float) / LINE %
              (size_t)sets]++;
    int used = 0, full = 0;
    for (int set = 0; set < sets; set++)
        used += lines[set] > 0, full += lines[set] > ways;
    char title[96];
    snprintf(title, sizeof title,
             "Where a column of %d rows of %d floats lies", rows, n);
    figure_begin(&drawing, title,
                 "Each box is a set of %s first cache: %ld sets of %ld ways. "
                 "In it, how many lines of the column belong "
                 "there: they use %d sets, and %d of these get more lines "
                 "than they have ways.",
                 known ? "this machine's" : "a common", sets, ways, used,
                 full);
    figure_grid(&drawing, "", (int)(sets + ACROSS - 1) / ACROSS,
                sets < ACROSS ? (int)sets : ACROSS);
    for (int set = 0; set < sets; set++) {
        figure_shade shade = lines[set] > ways ? FIGURE_ORANGE
                             : lines[set]      ? FIGURE_BLUE
                                               : FIGURE_PLAIN;
        if (lines[set])
            figure_box(&drawing, set / ACROSS, set % ACROSS, shade, "%d",
                       lines[set]);
        else
            figure_box(&drawing, set / ACROSS, set % ACROSS, shade, "%s", "");
    }
    figure_key(&drawing, FIGURE_BLUE, "room for all");
    figure_key(&drawing, FIGURE_ORANGE,
               "more lines than ways: they evict each other");
    show_figure(&drawing);
}

void draw_tile(int rows, int vectors)
{
    char title[96];
    snprintf(title, sizeof title,
             "A tile of %d rows x %d registers, one step of p", rows,
             vectors);
    figure_begin(&drawing, title,
                 "One step loads %d registers of b and %d numbers of a, and "
                 "does %d multiply-adds, one for each sum. The "
                 "sums stay in registers while p runs; out is written once, "
                 "at the end.",
                 vectors, rows, rows * vectors);
    figure_grid(&drawing, "", rows + 1, vectors + 1);
    figure_box(&drawing, 0, 0, FIGURE_PLAIN, "%s", "");
    for (int v = 0; v < vectors; v++)
        figure_box(&drawing, 0, v + 1, FIGURE_BLUE, "b[p][j+%d..%d]",
                   v * VEC_FLOATS, v * VEC_FLOATS + VEC_FLOATS - 1);
    for (int i = 0; i < rows; i++) {
        figure_box(&drawing, i + 1, 0, FIGURE_ORANGE, "a[i+%d][p]", i);
        for (int v = 0; v < vectors; v++)
            figure_box(&drawing, i + 1, v + 1, FIGURE_GREEN, "sum[%d][%d]", i,
                       v);
    }
    show_figure(&drawing);
}

void draw_panels(int k, int n, int width)
{
    static const figure_shade shades[] = {FIGURE_BLUE, FIGURE_GREEN,
                                          FIGURE_ORANGE, FIGURE_PURPLE};
    figure_begin(&drawing, "Copied in the order in which the tile reads",
                 "The number in a box is its place in b's memory. The tile "
                 "reads down a strip of %d columns: before the "
                 "copy each step is a jump of %d places, after it the whole "
                 "panel lies in a row.",
                 width, n);
    figure_grid(&drawing, "b as it lies: a row of boxes is a row of b", k, n);
    for (int x = 0; x < k * n; x++)
        figure_box(&drawing, x / n, x % n,
                   shades[x % n / width % COUNT(shades)], "%d", x);
    figure_arrow(&drawing, "copy, once");
    figure_grid(&drawing,
                "panels: a row of boxes is a panel, read from left to right",
                n / width, k * width);
    for (int x = 0; x < k * n; x++) {
        int panel = x % n / width;
        figure_box(&drawing, panel, x / n * width + x % n % width,
                   shades[panel % COUNT(shades)], "%d", x);
    }
    show_figure(&drawing);
}

// --- The roofline ---

enum { LEAST = -4 }; // the chart begins at 2 to that power of flop/byte

static void add_roof(plot_chart *chart, const char *name,
                     double bytes_per_second, double peak)
{
    plot_series *s = plot_add_series(chart, name, PLOT_DASHED_LINE, 0);
    plot_add_point(s, ldexp(1, LEAST), bytes_per_second * ldexp(1, LEAST));
    plot_add_point(s, peak / bytes_per_second, peak);
}

plot_chart *begin_roofline(double l1, double memory, double peak)
{
    static plot_chart chart;
    chart = (plot_chart){.log_x = true, .log_y = true};
    snprintf(chart.name, sizeof chart.name, "%s-roofline", module_bench.name);
    snprintf(chart.title, sizeof chart.title, "The roofline of one core");
    snprintf(chart.xlabel, sizeof chart.xlabel,
             "operations for each byte loaded or stored");
    snprintf(chart.ylabel, sizeof chart.ylabel, "GFLOP/s");
    machine_info machine;
    machine_describe(&machine);
    char line[128];
    machine_line(&machine, line, sizeof line);
    snprintf(chart.caption, sizeof chart.caption, "Medians. %s", line);
    add_roof(&chart, "innermost cache", l1, peak);
    add_roof(&chart, "memory", memory, peak);
    plot_series *level = plot_add_series(&chart, "peak", PLOT_DASHED_LINE, 0);
    plot_add_point(level, ldexp(1, LEAST), peak);
    plot_add_point(level, fmax(16, peak / memory), peak);
    return &chart;
}

void add_point(plot_chart *chart, const char *name, double intensity,
               double speed)
{
    static int points; // each has its own colour and mark
    if (isfinite(speed))
        plot_add_point(
            plot_add_series(chart, name, PLOT_MARKS_ONLY, points++),
            intensity, speed);
}
