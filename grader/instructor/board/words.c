// words.c: what events and categories are called, and numbers as people read them.
#include <math.h>
#include <string.h>

#include "board.h"
#include "core/chart.h"
#include "core/count.h"

static const board_words events[] = {
    {"mlp", "MLP Sprint", "The MLP names Fashion-MNIST's clothes, on inputs that nobody has seen."},
    {"cnn", "CNN Marathon", "The CNN does the same, with more work for each image."},
    {"gpt", "Transformer Decathlon",
     "The transformer reads held-out text: nats per character, less is better."},
};

static const board_words categories[] = {
    {"score", "Score", "Times better than the baseline, by what the event weighs: time, memory, bytes."},
    {"speed", "Speed", "By calls next to the baseline's."},
    {"smallest", "Smallest within the gate", "By the bytes of the model."},
    {"efficiency", "Efficiency", "Speed per byte of the model."},
    {"memory", "Least memory",
     "By the bytes in use at the peak; in the Transformer Decathlon this is the most memory-efficient "
     "transformer."},
    {"trainer", "Fastest trainer", "Seconds of training to the stated accuracy."},
    {"innovation", "Innovation", "Judged by people with a rubric: the share of its points."},
};

static int order(const board_words *list, int count, const char *name)
{
    int i = 0;
    while (i < count && strcmp(list[i].name, name) != 0) i++;
    return i;
}

static board_words find(const board_words *list, int count, const char *name)
{
    const int i = order(list, count, name);
    return i < count ? list[i] : (board_words){name, name, ""};
}

int board_event_order(const char *name) { return order(events, COUNT(events), name); }
int board_category_order(const char *name) { return order(categories, COUNT(categories), name); }
board_words board_event(const char *name) { return find(events, COUNT(events), name); }
board_words board_category(const char *name) { return find(categories, COUNT(categories), name); }

// --- Moments and numbers ---

const char *board_moment(char out[BOARD_NUMBER], const char *utc)
{
    snprintf(out, BOARD_NUMBER, "%.16s", utc);
    if (strlen(out) == 16 && out[10] == 'T') out[10] = ' ';
    return out;
}

const char *board_plain(char out[BOARD_NUMBER], double value, const char *unit)
{
    if (!isfinite(value)) snprintf(out, BOARD_NUMBER, "-");
    else snprintf(out, BOARD_NUMBER, "%.*g%s%.20s", chart_digits(value), value, *unit ? " " : "", unit);
    return out;
}

// The value by the largest step that leaves it at least 1; the first if there is none.
static const char *scaled(char out[BOARD_NUMBER], double value, double first, double step,
                          const char *const *units, int count)
{
    int i = 0;
    double by = first;
    while (i + 1 < count && fabs(value) >= 0.9995 * by * step) by *= step, i++;
    return board_plain(out, value / by, units[i]);
}

const char *board_seconds(char out[BOARD_NUMBER], double value)
{
    static const char *const units[] = {"ns", "us", "ms", "s"};
    return scaled(out, value, 1e-9, 1000, units, COUNT(units));
}

const char *board_bytes(char out[BOARD_NUMBER], double value)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB"};
    return scaled(out, value, 1, 1024, units, COUNT(units));
}

const char *board_count(char out[BOARD_NUMBER], double value)
{
    static const char *const units[] = {"", "k", "M", "G", "T"};
    return scaled(out, value, 1, 1000, units, COUNT(units));
}

const char *board_quality(char out[BOARD_NUMBER], double value, const char *kind)
{
    if (!isfinite(value)) return snprintf(out, BOARD_NUMBER, "-"), out;
    if (!strcmp(kind, "accuracy")) snprintf(out, BOARD_NUMBER, "%.2f %%", 100 * value);
    else snprintf(out, BOARD_NUMBER, "%.4f %.20s", value, kind);
    return out;
}

bool board_is_sentence(const char *unit) { return strchr(unit, ' ') != NULL; }

const char *board_value(char out[BOARD_NUMBER], double value, const char *unit)
{
    if (!strcmp(unit, "s")) return board_seconds(out, value);
    if (!strcmp(unit, "B")) return board_bytes(out, value);
    return board_plain(out, value, board_is_sentence(unit) ? "" : unit);
}
