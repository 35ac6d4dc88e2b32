// round.c: the page of a round: for each event its categories, its charts, and who is not ranked.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "page/html.h"

enum { MOST_KINDS = 16, POINTS_MOST = 512 };

static const char *team_name(const board *b, const board_entry *e)
{
    const board_team *t = board_find_team(b, e->team);
    return t ? t->name : "?";
}

static void put_team(FILE *f, const board *b, const board_entry *e)
{
    fprintf(f, "<th scope=\"row\"><a href=\"team-%ld.html\">", e->team);
    page_say(f, "@</a></th>", team_name(b, e));
}

static void put_right(FILE *f, const char *text) { page_say(f, "<td class=\"right\">@</td>", text); }

// The place, with = where others have the same.
static void put_place(FILE *f, const board *b, const board_place *p)
{
    int same = 0;
    for (int i = 0; i < b->place_count; i++) {
        const board_place *o = &b->places[i];
        same += o->round == p->round && o->place == p->place && !strcmp(o->event, p->event) &&
                !strcmp(o->category, p->category);
    }
    fprintf(f, same > 1 ? "<td class=\"right\">%ld=</td>" : "<td class=\"right\">%ld</td>", p->place);
}

static int flag_count(const board *b, long entry)
{
    int count = 0;
    for (int i = 0; i < b->note_count; i++) count += b->notes[i].entry == entry && !b->notes[i].judge;
    return count;
}

static void put_flags(FILE *f, const board *b, const board_entry *e)
{
    const int flags = flag_count(b, e->id);
    if (flags) fprintf(f, "<td class=\"missed\">%d</td>", flags);
    else fputs("<td></td>", f);
}

// --- A category ---

// All columns that people of the field expect.
static void put_long_row(FILE *f, const board *b, const board_entry *e)
{
    char text[BOARD_NUMBER], low[BOARD_NUMBER], high[BOARD_NUMBER], whole[3 * BOARD_NUMBER];
    snprintf(whole, sizeof whole, "%s (%s to %s)", board_plain(text, e->ratio, "x"),
             board_plain(low, e->ratio_low, ""), board_plain(high, e->ratio_high, ""));
    put_right(f, isfinite(e->ratio) ? whole : "-");
    put_right(f, board_plain(text, e->batch, ""));
    put_right(f, board_seconds(text, e->p50));
    put_right(f, board_seconds(text, e->p95));
    put_right(f, board_plain(text, e->throughput, "/s"));
    put_right(f, board_count(text, e->instructions));
    put_right(f, board_count(text, e->cycles));
    put_right(f, board_plain(text, e->ghz, ""));
    put_right(f, board_plain(text, e->threads, ""));
    put_right(f, board_plain(text, e->lines, ""));
    put_right(f, board_bytes(text, e->model_bytes));
    put_right(f, board_bytes(text, e->peak_bytes));
    put_right(f, board_quality(text, e->quality, e->kind));
    put_flags(f, b, e);
}

static void put_short_row(FILE *f, const board *b, const board_entry *e)
{
    char text[BOARD_NUMBER];
    put_right(f, board_bytes(text, e->model_bytes));
    put_right(f, board_bytes(text, e->peak_bytes));
    put_right(f, board_quality(text, e->quality, e->kind));
    put_right(f, board_plain(text, e->score, ""));
    put_flags(f, b, e);
}

// What a category's values are, as a heading of a column: "times as small".
static const char *heading(char out[BOARD_MOST_NAME + 1], const board_place *p)
{
    if (!board_is_sentence(p->unit)) return "value";
    snprintf(out, BOARD_MOST_NAME + 1, "%s", p->unit);
    for (char *at = out; (at = strchr(at, '|'));) *at = ' '; // which parts columns
    return out;
}

static void begin_table(FILE *f, const board_place *p)
{
    char headings[256], unit[BOARD_MOST_NAME + 1];
    const board_words words = board_category(p->category);
    page_say(f, "<h3>@</h3>\n<p class=\"small\">@</p>\n", words.title, words.about);
    if (strcmp(p->category, "score") != 0)
        snprintf(headings, sizeof headings, ">place|team|>%s|>model|>peak|>quality|>score|flags",
                 heading(unit, p));
    else
        snprintf(headings, sizeof headings,
                 ">place|team|>score|>ratio (95 %%)|%s|>lines|>model|>peak|>quality|flags",
                 ">batch|>p50|>p95|>throughput|>instructions|>cycles|>GHz|>threads");
    page_table_begin(f, "board", headings);
}

static void put_category(FILE *f, const board *b, const board_round *r, const char *event,
                         const char *category)
{
    bool begun = false;
    for (int i = 0; i < b->place_count; i++) {
        const board_place *p = &b->places[i];
        const board_entry *e = board_find_entry(b, p->entry);
        char text[BOARD_NUMBER];
        if (!e || p->round != r->id || strcmp(p->event, event) != 0 || strcmp(p->category, category) != 0)
            continue;
        if (!begun) begin_table(f, p);
        begun = true;
        fputs("<tr>", f);
        put_place(f, b, p);
        put_team(f, b, e);
        put_right(f, board_value(text, p->value, p->unit));
        (strcmp(category, "score") ? put_short_row : put_long_row)(f, b, e);
        fputs("</tr>\n", f);
    }
    if (begun) page_table_end(f);
}

// --- Charts ---

static const char *write_accuracy(char out[BOARD_NUMBER], double y)
{
    return board_quality(out, y, "accuracy");
}
static const char *write_nats(char out[BOARD_NUMBER], double y) { return board_quality(out, y, "nats"); }

static const char *write_times(char out[BOARD_NUMBER], double x) { return board_plain(out, x, "x"); }

static void put_charts(FILE *f, const board *b, const board_round *r, const char *event, int *number)
{
    static board_point by[3][POINTS_MOST]; // quality by bytes, quality by time, time by bytes
    const board_entry *last = NULL;
    int count = 0;
    for (int i = 0; i < b->place_count && count < POINTS_MOST; i++) {
        const board_place *p = &b->places[i];
        const board_entry *e = board_find_entry(b, p->entry);
        if (!e || p->round != r->id || strcmp(p->event, event) != 0 || strcmp(p->category, "score") != 0)
            continue;
        const char *name = team_name(b, e);
        by[0][count] = (board_point){name, e->model_bytes, e->quality};
        by[1][count] = (board_point){name, 1 / e->ratio, e->quality};
        by[2][count++] = (board_point){name, e->model_bytes, 1 / e->ratio};
        last = e;
    }
    if (!last) return;
    const bool accuracy = !strcmp(last->kind, "accuracy");
    const double gate = accuracy ? last->base_quality - last->allowed : last->base_quality + last->allowed;
    const char *quality = accuracy ? "accuracy" : "nats per character (less is better)";
    const board_axes axes[] = {
        {accuracy ? "Accuracy and size" : "Nats and size",
         "bytes of the model",
         quality,
         accuracy,
         false,
         board_bytes,
         accuracy ? write_accuracy : write_nats,
         {"", last->base_model_bytes, last->base_quality},
         gate},
        {accuracy ? "Accuracy and time" : "Nats and time",
         "time, of the baseline's",
         quality,
         accuracy,
         false,
         write_times,
         accuracy ? write_accuracy : write_nats,
         {"", 1, last->base_quality},
         gate},
        {"Time and size",
         "bytes of the model",
         "time, of the baseline's",
         false,
         true,
         board_bytes,
         write_times,
         {"", last->base_model_bytes, 1},
         NAN},
    };
    fputs("<h3>Charts</h3>\n<div class=\"charts\">\n", f);
    for (int i = 0; i < 3; i++) board_pareto(f, &axes[i], by[i], count, ++*number);
    fputs("</div>\n", f);
}

// --- Who is not ranked ---

static const char *why_not(const board_entry *e)
{
    if (!strcmp(e->state, "queued")) return "waits in the queue";
    if (!strcmp(e->state, "running")) return "is being measured";
    return *e->reason ? e->reason : "has no score";
}

static void put_unranked(FILE *f, const board *b, const board_round *r, const char *event)
{
    enum { SHOWN = 200 };
    bool any = false;
    for (int i = 0; i < b->entry_count; i++) {
        const board_entry *e = &b->entries[i];
        if (e->round != r->id || strcmp(e->event, event) != 0 || isfinite(e->score)) continue;
        char why[SHOWN + 1], moment[BOARD_NUMBER];
        snprintf(why, sizeof why, "%s", why_not(e));
        if (!any) {
            fputs("<h3>Without a score</h3>\n", f);
            page_table_begin(f, "wraps", "team|received (UTC)|state|why");
        }
        any = true;
        fputs("<tr>", f);
        put_team(f, b, e);
        page_say(f, "<td>@</td><td>@</td><td>@</td></tr>\n", board_moment(moment, e->received), e->state,
                 why);
    }
    if (any) page_table_end(f);
}

// --- The page ---

// Names that the round has, each once, in the order of their table.
static int collect(const char *names[MOST_KINDS], int count, const char *name, int (*order)(const char *name))
{
    for (int i = 0; i < count; i++)
        if (!strcmp(names[i], name)) return count;
    if (count == MOST_KINDS) return count;
    int at = count;
    for (; at > 0 && order(names[at - 1]) > order(name); at--) names[at] = names[at - 1];
    names[at] = name;
    return count + 1;
}

static void put_event(FILE *f, const board *b, const board_round *r, const char *event, int *number)
{
    const char *categories[MOST_KINDS];
    int count = 0;
    const board_words words = board_event(event);
    page_say(f, "<h2>@</h2>\n<p>@</p>\n", words.title, words.about);
    for (int i = 0; i < b->place_count; i++)
        if (b->places[i].round == r->id && !strcmp(b->places[i].event, event))
            count = collect(categories, count, b->places[i].category, board_category_order);
    if (!count) fputs("<p>No entry is ranked yet.</p>\n", f);
    for (int i = 0; i < count; i++) {
        put_category(f, b, r, event, categories[i]);
        if (!strcmp(categories[i], "score")) put_charts(f, b, r, event, number);
    }
    put_unranked(f, b, r, event);
}

void board_put_round(FILE *f, const board *b, const board_round *r)
{
    const char *events[MOST_KINDS];
    char moment[BOARD_NUMBER];
    int count = 0, number = 0;
    for (int i = 0; i < b->entry_count; i++)
        if (b->entries[i].round == r->id)
            count = collect(events, count, b->entries[i].event, board_event_order);
    page_say(f, "<h1>Leaderboard: @</h1>\n<p>Begun @", r->name, board_moment(moment, r->begun));
    if (*r->deadline) page_say(f, ", until @", board_moment(moment, r->deadline));
    fputs(" (UTC). Ranked is each team&#39;s newest entry that passes the gate. Every entry runs on one "
          "machine, in turns with the baseline and with its neighbours in the "
          "ranking, on inputs that "
          "nobody has seen. Equal places are ties: the measurement does not tell them apart. A flag is "
          "something for people to look at; the "
          "team&#39;s page says what. A - is what this machine has no counter for. Entries are "
          "compared by ratios; the seconds of two of them may be from different minutes.</p>\n<ul "
          "class=\"links\">\n",
          f);
    for (int i = 0; i < count; i++) {
        fprintf(f, "<li><a href=\"#event_%d\">", i);
        page_say(f, "@</a></li>\n", board_event(events[i]).title);
    }
    fputs("</ul>\n", f);
    if (!count) fputs("<p>Nothing has been handed in yet.</p>\n", f);
    for (int i = 0; i < count; i++) {
        fprintf(f, "<section id=\"event_%d\">\n", i);
        put_event(f, b, r, events[i], &number);
        fputs("</section>\n", f);
    }
}
