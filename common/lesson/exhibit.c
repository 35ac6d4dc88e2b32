// exhibit.c: shows a measurement that lies beside the true one, and what the test of both found.
#include <math.h>
#include <stdio.h>

#include "core/escape.h"
#include "lesson.h"
#include "lesson/prose/names.h"
#include "state.h"

// A way of measuring: its result, what the test found for it, and whether an honest way gives that.
typedef struct {
    double value, found;
    bool holds;
} way_seen;

static way_seen look_at(const lesson_exhibit *e, lesson_way *way)
{
    way_seen seen = {.value = way(e->amount), .found = NAN};
    if (!isnan(seen.value)) seen.found = e->test(way, e->amount);
    seen.holds = seen.found >= e->least && seen.found <= e->most; // false if found is NaN
    return seen;
}

static bool is_measured(const way_seen *seen) { return !isnan(seen->value) && !isnan(seen->found); }

// The verdict, for this run only.
static const char *judge(const way_seen *lie, const way_seen *truth)
{
    if (!truth->holds)
        return "Undecided: in this run the test finds fault with the true way, too. A busy machine can do "
               "that: "
               "run the cell again.";
    if (lie->holds) return "Did not show here: in this run the test finds no fault with either way.";
    if (fabs(lie->value - truth->value) <= 0.1 * fabs(truth->value))
        return "Did not show here: in this run the two ways agree, within a tenth.";
    return "Told apart: in this run the test finds fault with the first way and none with the second.";
}

typedef struct {
    FILE *plain, *markdown;
} both_faces;

static void put_paragraph(both_faces to, const char *strong, const char *text)
{
    char words[1024];
    snprintf(words, sizeof words, "%s %s", strong, text);
    escape_wrap(to.plain, words, 0, 0);
    fprintf(to.markdown, "**%s** %s\n\n", strong, text);
}

static void put_row(both_faces to, const char *what, const char *first, const char *second)
{
    fprintf(to.plain, "  %-34.34s %20.20s %20.20s\n", what, first, second);
    fprintf(to.markdown, "| %s | %s | %s |\n", what, first, second);
}

static void put_numbers(both_faces to, const char *what, double first, double second, const char *unit)
{
    char left[48], right[48];
    lesson_print_number(left, sizeof left, first, unit);
    lesson_print_number(right, sizeof right, second, unit);
    put_row(to, what, left, right);
}

static void put_exhibit(both_faces to, const lesson_exhibit *e, const way_seen *lie, const way_seen *truth)
{
    char least[48], most[48], honest[120];
    lesson_print_number(least, sizeof least, e->least, e->found_unit);
    lesson_print_number(most, sizeof most, e->most, e->found_unit);
    snprintf(honest, sizeof honest, "of an honest one: %s to %s", least, most);
    fprintf(to.plain, "\n");
    put_paragraph(to, e->title, "");
    put_paragraph(to, "Claimed:", e->claim);
    if (!is_measured(lie) || !is_measured(truth)) {
        put_paragraph(to, "Did not show here:", "one of the two could not be measured.");
        return;
    }
    put_row(to, "", "as claimed", "truly");
    fprintf(to.markdown, "| --- | ---: | ---: |\n");
    put_numbers(to, e->what, lie->value, truth->value, e->unit);
    put_numbers(to, e->finds, lie->found, truth->found, e->found_unit);
    put_row(to, honest, "", "");
    fprintf(to.markdown, "\n");
    put_paragraph(to, judge(lie, truth), e->how);
}

void exhibit(const lesson_exhibit *e)
{
    const way_seen lie = look_at(e, e->lie), truth = look_at(e, e->truth);
    char name[64];
    snprintf(name, sizeof name, "%s_lie", e->name);
    record(name, lie.value, e->unit);
    snprintf(name, sizeof name, "%s_true", e->name);
    record(name, truth.value, e->unit);
    lesson_message message = {.kind = LESSON_TABLE};
    both_faces to = {fmemopen(message.table.plain, sizeof message.table.plain, "w"),
                     fmemopen(message.table.markdown, sizeof message.table.markdown, "w")};
    if (to.plain && to.markdown) put_exhibit(to, e, &lie, &truth);
    if (to.plain) fclose(to.plain);
    if (to.markdown) fclose(to.markdown);
    lesson_tell(&message, sizeof message);
}
