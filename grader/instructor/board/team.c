// team.c: the page of a team: its entries, what each switched on, whose code ran, flags, neighbours, what to try next.
#include <math.h>
#include <string.h>

#include "board.h"
#include "page/html.h"

enum { SHOWN = 600 }; // of a flag's text

static void put_right(FILE *f, const char *text) { page_say(f, "<td class=\"right\">@</td>", text); }

static void put_history_row(FILE *f, const board *b, const board_entry *e)
{
    const board_place *p = board_find_place(b, e, "score");
    const board_round *r = board_find_round(b, e->round);
    char text[BOARD_NUMBER], moment[BOARD_NUMBER];
    fprintf(f, "<tr><th scope=\"row\"><a href=\"#entry_%ld\">%ld</a></th>", e->id, e->id);
    page_say(f, "<td>@</td><td>@</td><td>@</td><td>@</td>", r ? r->name : "", board_event(e->event).title,
             board_moment(moment, e->received), e->state);
    put_right(f, p ? board_plain(text, (double)p->place, "") : "-");
    put_right(f, board_plain(text, e->score, ""));
    put_right(f, board_plain(text, e->ratio, "x"));
    put_right(f, board_seconds(text, e->p50));
    put_right(f, board_bytes(text, e->model_bytes));
    put_right(f, board_quality(text, e->quality, e->kind));
    fputs("</tr>\n", f);
}

static void put_config(FILE *f, const board_entry *e)
{
    if (!e->fields) return;
    fputs("<h3>What it switched on</h3>\n<dl>\n", f);
    for (int i = 0; i < e->fields; i++)
        page_say(f, "<div><dt><code>@</code></dt><dd>@</dd></div>\n", e->field[i].name, e->field[i].choice);
    fputs("</dl>\n", f);
}

static void put_whose(FILE *f, const board_entry *e)
{
    int all = 0, own = 0;
    for (const char *line = e->whose; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        char whose[8] = "";
        sscanf(line, "%*s %7s", whose);
        all++, own += !strcmp(whose, "yours");
    }
    if (!all) return;
    fprintf(f,
            "<h3>Whose code ran</h3>\n<details><summary>%d of %d functions are the team&#39;s own</summary>",
            own, all);
    page_say(f, "<pre class=\"quoted wraps\">@</pre></details>\n", e->whose);
}

static void put_notes(FILE *f, const board *b, const board_entry *e)
{
    bool any = false;
    for (int i = 0; i < b->note_count; i++) {
        const board_note *n = &b->notes[i];
        if (n->entry != e->id || n->judge) continue;
        char text[SHOWN + 1];
        snprintf(text, sizeof text, "%s", n->text);
        page_say(f, any ? "" : "<h3>Flags</h3>\n<ul>\n");
        page_say(f, "<li><strong class=\"missed\">@</strong>: @</li>\n", n->kind, text);
        any = true;
    }
    if (any) fputs("</ul>\n", f);
    any = false;
    for (int i = 0; i < b->note_count; i++) {
        const board_note *n = &b->notes[i];
        char points[BOARD_NUMBER], most[BOARD_NUMBER];
        if (n->entry != e->id || !n->judge) continue;
        if (!any) {
            fputs("<h3>Innovation</h3>\n", f);
            page_table_begin(f, "wraps", "criterion|>points|>of|judge|comment");
        }
        page_say(f,
                 "<tr><th scope=\"row\">@</th><td class=\"right\">@</td><td "
                 "class=\"right\">@</td><td>@</td><td>@</td></tr>\n",
                 n->kind, board_plain(points, n->points, ""), board_plain(most, n->most, ""), n->judge,
                 n->text);
        any = true;
    }
    if (any) page_table_end(f);
}

static void put_neighbours(FILE *f, const board *b, const board_entry *e)
{
    bool any = false;
    for (int i = 0; i < b->versus_count; i++) {
        const board_versus *v = &b->versus[i];
        const board_entry *other = v->entry == e->id ? board_find_entry(b, v->other) : NULL;
        const board_team *t = other ? board_find_team(b, other->team) : NULL;
        char ratio[BOARD_NUMBER], low[BOARD_NUMBER], high[BOARD_NUMBER];
        if (!t) continue;
        page_say(f, any ? "" : "<h3>Against its neighbours</h3>\n<ul>\n");
        fprintf(f, "<li><a href=\"team-%ld.html\">", t->id);
        page_say(f, "@</a>: @ as fast (@ to @)@</li>\n", t->name, board_plain(ratio, v->ratio, "x"),
                 board_plain(low, v->low, ""), board_plain(high, v->high, ""),
                 v->low <= 1 && v->high >= 1 ? ": not told apart" : "");
        any = true;
    }
    if (any) fputs("</ul>\n", f);
}

static void put_report(FILE *f, const board_entry *e)
{
    if (!*e->report) return;
    fputs("<h3>Its report</h3>\n<details><summary>What the team wrote</summary>\n", f);
    page_say(f, "<pre class=\"quoted wraps\">@</pre>@</details>\n", e->report,
             strlen(e->report) < BOARD_MOST_TEXT ? "" : "<p>It is longer than a page keeps.</p>");
}

// Whether it was measured, and nothing of its team for the event came later and was, too.
static bool is_newest(const board *b, const board_entry *e)
{
    for (const board_entry *o = e + 1; o < b->entries + b->entry_count; o++)
        if (o->team == e->team && *o->machine && !strcmp(o->event, e->event)) return false;
    return *e->machine;
}

static void put_entry(FILE *f, const board *b, const board_entry *e)
{
    char hash[16], moment[BOARD_NUMBER];
    snprintf(hash, sizeof hash, "%.12s", e->sha256);
    fprintf(f, "<section id=\"entry_%ld\"><h2>Entry %ld: ", e->id, e->id);
    page_say(f, "@</h2>\n<p class=\"small\">Received @ (UTC); package <code>@</code>.",
             board_event(e->event).title, board_moment(moment, e->received), hash);
    if (*e->machine) {
        char calls[BOARD_NUMBER], batch[BOARD_NUMBER];
        page_say(f, " @ calls of @ inputs were timed on @.", board_plain(calls, e->calls, ""),
                 board_plain(batch, e->batch, ""), e->machine);
    }
    fputs("</p>\n", f);
    if (*e->reason) page_say(f, "<p class=\"missed\">@</p>\n", e->reason);
    put_config(f, e);
    put_whose(f, e);
    put_neighbours(f, b, e);
    put_notes(f, b, e);
    put_report(f, e);
    if (is_newest(b, e)) {
        fputs("<h3>What to try next</h3>\n", f);
        board_advise(f, b, e);
    }
    fputs("</section>\n", f);
}

void board_put_team(FILE *f, const board *b, const board_team *t)
{
    page_say(f, "<h1>@</h1>\n<h2>All entries</h2>\n", t->name);
    page_table_begin(f, "board",
                     "entry|round|event|received (UTC)|state|>place|>score|>ratio|>p50|>model|>quality");
    for (int i = 0; i < b->entry_count; i++)
        if (b->entries[i].team == t->id) put_history_row(f, b, &b->entries[i]);
    page_table_end(f);
    for (int i = b->entry_count - 1; i >= 0; i--) // the newest first
        if (b->entries[i].team == t->id) put_entry(f, b, &b->entries[i]);
}
