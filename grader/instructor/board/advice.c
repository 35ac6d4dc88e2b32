// advice.c: what a team can try next: rules of a table, each of which looks at the results and says why.
#include <math.h>
#include <string.h>

#include "board.h"
#include "core/count.h"
#include "page/html.h"

// Whether the other is ranked above e, or tied with it, in the same event and round.
static bool is_rival(const board *b, const board_entry *e, const board_entry *other)
{
    if (other == e || other->round != e->round || strcmp(other->event, e->event) != 0) return false;
    const board_place *mine = board_find_place(b, e, "score"), *its = board_find_place(b, other, "score");
    return its && (!mine || its->place <= mine->place);
}

// A field in which most of those ranked above or beside chose the same and this one another.
static bool advise_choices(FILE *f, const board *b, const board_entry *e)
{
    bool any = false;
    for (int i = 0; i < e->fields; i++) {
        const char *most = NULL;
        int rivals = 0, votes = 0;
        for (int k = 0; k < b->entry_count; k++) {
            const char *choice =
                is_rival(b, e, &b->entries[k]) ? board_choice(&b->entries[k], e->field[i].name) : NULL;
            if (!choice) continue;
            rivals++;
            if (votes == 0) most = choice; // the majority, if there is one, is what is left in the end
            votes += !strcmp(choice, most) ? 1 : -1;
        }
        int have = 0;
        for (int k = 0; k < b->entry_count && most; k++) {
            const char *choice =
                is_rival(b, e, &b->entries[k]) ? board_choice(&b->entries[k], e->field[i].name) : NULL;
            have += choice && !strcmp(choice, most);
        }
        if (2 * have <= rivals || !strcmp(most, e->field[i].choice)) continue;
        any = true;
        char of[40];
        snprintf(of, sizeof of, "%d of %d", have, rivals);
        page_say(f,
                 "<li>@ entries ranked above or beside this one chose <code>@ = @</code>; this one "
                 "<code>@</code>.</li>\n",
                 of, e->field[i].name, most, e->field[i].choice);
    }
    return any;
}

// Functions that somebody else's code stood in for.
static bool advise_functions(FILE *f, const board *b, const board_entry *e)
{
    (void)b;
    int others = 0;
    for (const char *line = e->whose; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        char name[64], whose[64];
        if (sscanf(line, " %63s %63[^\n]", name, whose) != 2 || !strncmp(whose, "yours", 5)) continue;
        if (others++ == 0) fputs("<li>Not the team&#39;s own code ran in ", f);
        if (others <= 6) page_say(f, others > 1 ? ", <code>@</code>" : "<code>@</code>", name);
    }
    if (others > 6) fprintf(f, " and %d more", others - 6);
    if (others) fputs(": writing these shows what they gain.</li>\n", f);
    return others > 0;
}

static bool advise_spread(FILE *f, const board *b, const board_entry *e)
{
    (void)b;
    char times[BOARD_NUMBER];
    if (!(e->p95 > 1.5 * e->p50)) return false;
    page_say(f,
             "<li>The slowest calls take @ the time of a usual one (p95 by p50): look for what only some "
             "calls do.</li>\n",
             board_plain(times, e->p95 / e->p50, "x"));
    return true;
}

// What is left before the gate shuts, where more than half of it is.
static bool advise_gate(FILE *f, const board *b, const board_entry *e)
{
    (void)b;
    char left[BOARD_NUMBER], all[BOARD_NUMBER];
    const double lost =
        !strcmp(e->kind, "accuracy") ? e->base_quality - e->quality : e->quality - e->base_quality;
    if (!(e->gate > 0 && e->allowed > 0 && lost < e->allowed / 2)) return false;
    page_say(f,
             "<li>Of the @ that the gate allows, @ are not used: fewer bits, more zeros or fewer filters may "
             "pay for them.</li>\n",
             board_quality(all, e->allowed, e->kind),
             board_quality(left, fmin(e->allowed - lost, e->allowed), e->kind));
    return true;
}

static bool advise_shut_gate(FILE *f, const board *b, const board_entry *e)
{
    (void)b;
    char quality[BOARD_NUMBER], base[BOARD_NUMBER], allowed[BOARD_NUMBER];
    if (e->gate > 0 || !isfinite(e->quality) || !isfinite(e->base_quality)) return false;
    page_say(f,
             "<li>The gate is shut: @ against the baseline&#39;s @, of which @ may be lost. Take back the "
             "last thing that cost quality.</li>\n",
             board_quality(quality, e->quality, e->kind), board_quality(base, e->base_quality, e->kind),
             board_quality(allowed, e->allowed, e->kind));
    return true;
}

static bool advise_not_faster(FILE *f, const board *b, const board_entry *e)
{
    (void)b;
    char low[BOARD_NUMBER], high[BOARD_NUMBER];
    if (!(e->ratio_low <= 1)) return false;
    page_say(f,
             "<li>It is not known to be faster than the baseline: the ratio is between @ and @. Look where "
             "its time goes (module 19).</li>\n",
             board_plain(low, e->ratio_low, ""), board_plain(high, e->ratio_high, ""));
    return true;
}

// Work that was saved and that the clock does not show.
static bool advise_work(FILE *f, const board *b, const board_entry *e)
{
    (void)b;
    char work[BOARD_NUMBER], time[BOARD_NUMBER];
    if (!(e->macs > 0 && e->base_macs / e->macs > 1.5 * e->ratio)) return false;
    page_say(f,
             "<li>It executes @ fewer multiply-adds and is @ as fast: the format or the kernel costs what "
             "the zeros save.</li>\n",
             board_plain(work, e->base_macs / e->macs, "x"), board_plain(time, e->ratio, "x"));
    return true;
}

static bool advise_bytes(FILE *f, const board *b, const board_entry *e)
{
    (void)b;
    if (!(e->model_bytes >= 0.9 * e->base_model_bytes)) return false;
    fputs("<li>The model is no smaller than the baseline: bytes, zeros that are not stored or fewer filters "
          "count in three categories.</li>\n",
          f);
    return true;
}

static bool advise_peak(FILE *f, const board *b, const board_entry *e)
{
    (void)b;
    char peak[BOARD_NUMBER], base[BOARD_NUMBER];
    if (!(e->peak_bytes > 1.05 * e->base_peak_bytes)) return false;
    page_say(f,
             "<li>It needs more memory than the baseline, @ against @: buffers can be shared between "
             "layers.</li>\n",
             board_bytes(peak, e->peak_bytes), board_bytes(base, e->base_peak_bytes));
    return true;
}

static bool (*const rules[])(FILE *f, const board *b, const board_entry *e) = {
    advise_shut_gate, advise_choices, advise_functions, advise_not_faster, advise_work,
    advise_spread,    advise_gate,    advise_bytes,     advise_peak,
};

void board_advise(FILE *f, const board *b, const board_entry *e)
{
    bool any = false;
    fputs("<ul>\n", f);
    for (int i = 0; i < COUNT(rules); i++) any |= rules[i](f, b, e);
    if (!any) fputs("<li>Nothing stands out. The innovation report is where a new idea counts.</li>\n", f);
    fputs("</ul>\n", f);
}
