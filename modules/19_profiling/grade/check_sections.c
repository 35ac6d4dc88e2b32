// check_sections.c: the sections: scripts of calls, and after each call all that is kept, beside a time line.
#include "checks.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "timeline.h"

// --- Making scripts ---

enum {
    MOST_OPS = 400,
    TICK = 512,
    PLENTY = 300
}; // times are whole ticks, 1 / TICK s: sums of them are exact

static struct {
    section_op ops[MOST_OPS];
    int count, most_nodes;
    double time;
    char stack[MOST_OPS][SECTION_LONG_NAME]; // of a random script: what is open
    int depth;
} script;

static void add_op(section_op o)
{
    assert(script.count < MOST_OPS);
    script.ops[script.count++] = o;
    if (o.kind == SECTION_BEGIN && o.nodes > script.most_nodes) script.most_nodes = o.nodes;
}

static void begin(int nodes, int events)
{
    add_op((section_op){.kind = SECTION_BEGIN, .nodes = nodes, .events = events});
    script.time = 1000 + 1.0 / TICK, script.depth = 0;
}

static void start_script(int nodes, int events)
{
    memset(&script, 0, sizeof script);
    begin(nodes, events);
}

static void call(section_kind kind, const char *name, double ticks)
{
    section_op o = {.kind = kind, .times = 1, .time = script.time += ticks / TICK};
    snprintf(o.name, sizeof o.name, "%s", name);
    add_op(o);
}

static void print(section_kind kind) { add_op((section_op){.kind = kind}); }

static void push(grade_run *run, const char *name)
{
    call(SECTION_ENTER, name, grade_random_below(run, 900));
    strcpy(script.stack[script.depth++], name);
}

static void pop(grade_run *run)
{
    call(SECTION_EXIT, script.stack[--script.depth],
         grade_random_below(run, 4) ? grade_random_below(run, 900) : 0);
}

// Random nesting with these names, then everything is left.
static void wander(grade_run *run, const char *const *names, int count, int deepest, int calls)
{
    for (int i = 0; i < calls; i++)
        if (script.depth == 0 || (script.depth < deepest && grade_random_below(run, 2)))
            push(run, names[grade_random_below(run, count)]);
        else pop(run);
    while (script.depth > 0) pop(run);
}

static const char *const names[] = {"forward", "attention", "feed forward",
                                    "a/b (c)", "x",         "0123456789012345678901234567890"};

static bool end_script(grade_run *run);

bool profiling_fill_nested(grade_run *run)
{
    static const int rooms[] = {PLENTY, PLENTY, 12, 0};
    if (run->step >= 4) return false;
    start_script(PLENTY, rooms[run->step]);
    wander(run, names, COUNT(names), 7, 120);
    return end_script(run);
}

// Names at the limit of their length and past it, characters that are not allowed, no name; then one that is fine.
bool profiling_fill_names(grade_run *run)
{
    static const char *const bad[] = {"",    "a\"b", "a\\b", "<a",    "a>",      "a&b",
                                      "a;b", "a\nb", "\t",   "a\x7f", "\xc3\xa9"};
    char name[SECTION_LONG_NAME] = "";
    if (run->step >= 1) return false;
    start_script(PLENTY, PLENTY);
    for (int length = 1; length < SECTION_LONG_NAME; length += length == 1 ? 28 : 1) {
        memset(name, 'a' + length % 7, (size_t)length), name[length] = 0;
        call(SECTION_ENTER, name, 3);
    }
    for (int i = 0; i < COUNT(bad); i++) call(SECTION_ENTER, bad[i], 1);
    add_op((section_op){.kind = SECTION_ENTER}), add_op((section_op){.kind = SECTION_EXIT}); // NULL
    call(SECTION_ENTER, "fine", 1);
    return end_script(run);
}

static void repeat(section_kind kind, const char *name, int times, int ticks)
{
    if (times == 0) return;
    call(kind, name, 5);
    script.ops[script.count - 1].times = times;
    script.ops[script.count - 1].step = (double)ticks / TICK;
    script.time += (double)ticks * times / TICK;
}

// A function that calls itself 10,000 times, with room for that and without; and rooms for hardly anything.
bool profiling_fill_rooms(grade_run *run)
{
    enum { DEEP = 10000 };
    static const int rooms[] = {DEEP + 1, 65, 3, 1};
    if (run->step >= COUNT(rooms)) return false;
    const int room = rooms[run->step], kept = room - 1 < DEEP ? room - 1 : DEEP;
    start_script(room, 40);
    repeat(SECTION_ENTER, "f", kept, 1);
    if (kept < DEEP) {
        repeat(SECTION_ENTER, "f", DEEP - kept, 0);
        call(SECTION_EXIT, "another", 1), call(SECTION_ENTER, "another", 1);
        repeat(SECTION_EXIT, "f", DEEP - kept, 0);
    }
    repeat(SECTION_EXIT, "f", kept, 1);
    call(SECTION_EXIT, "f", 1);
    if (kept > 0)
        repeat(SECTION_ENTER, "f", 2, 1), repeat(SECTION_EXIT, "f", 2, 1); // into nodes that are there
    return end_script(run);
}

bool profiling_fill_exits(grade_run *run)
{
    if (run->step >= 3) return false;
    start_script(PLENTY, PLENTY);
    call(SECTION_EXIT, "f", 1); // nothing was entered
    push(run, "f"), push(run, "g"), push(run, "h");
    call(SECTION_EXIT, "g", 1), call(SECTION_EXIT, "f", 1); // out of order
    pop(run);
    call(SECTION_EXIT, "h", 1); // twice
    call(SECTION_EXIT, "", 1), call(SECTION_EXIT, "0123456789012345678901234567890123456789", 1);
    wander(run, names, COUNT(names), 5, 20);
    call(SECTION_EXIT, "f", 1);
    push(run, "f");
    call(SECTION_EXIT, "F", 1);
    pop(run);
    return end_script(run);
}

// A clock that goes back, at an enter of a new name, of an old one, and at an exit; then it goes on.
bool profiling_fill_backwards(grade_run *run)
{
    if (run->step >= 2) return false;
    start_script(PLENTY, PLENTY);
    push(run, "f"), push(run, "g");
    for (int i = 0; i < 3; i++) {
        call(SECTION_ENTER, i < 2 ? "new" : "h", -2), call(SECTION_EXIT, "g", 0);
        script.time += 2.0 / TICK;
        push(run, "h"), pop(run);
        call(SECTION_EXIT, "g", -900);
        script.time += 900.0 / TICK;
    }
    pop(run), pop(run);
    return end_script(run);
}

static bool fill_printed(grade_run *run, section_kind kind)
{
    if (run->step >= 4) return false;
    start_script(PLENTY, run->step == 3 ? 9 : PLENTY);
    print(kind); // nothing was entered
    push(run, "main");
    print(kind); // main is open
    pop(run);
    wander(run, names, run->step == 0 ? 2 : COUNT(names), 6, 60);
    print(kind);
    begin(2, PLENTY);
    push(run, "main"), push(run, "no node");
    call(SECTION_EXIT, "main", 0); // the exit of the one without a node
    call(SECTION_EXIT, "main", 1);
    print(kind);
    begin(PLENTY, PLENTY);
    call(SECTION_ENTER, "no time", 1), call(SECTION_EXIT, "no time", 0);
    print(kind);
    return end_script(run);
}

bool profiling_fill_trace(grade_run *run) { return fill_printed(run, SECTION_TRACE); }
bool profiling_fill_folded(grade_run *run) { return fill_printed(run, SECTION_FOLDED); }
bool profiling_fill_flame(grade_run *run) { return fill_printed(run, SECTION_FLAME); }

// The same for the report, and names with equal times.
bool profiling_fill_report(grade_run *run)
{
    if (run->step < 4) return fill_printed(run, SECTION_REPORT);
    if (run->step > 4) return false;
    static const char *const equal[] = {"late", "early", "b", "a"};
    start_script(PLENTY, PLENTY);
    for (int i = 0; i < 8; i++) call(SECTION_ENTER, equal[i % 4], 0), call(SECTION_EXIT, equal[i % 4], 7);
    print(SECTION_REPORT);
    return end_script(run);
}

// --- Handing over ---

static void check_op(grade_run *run, int i);

static bool end_script(grade_run *run)
{
    profiling_begin_script(run, (profiling_script){script.ops, sizeof *script.ops, script.count,
                                                   1 << 1 | 1 << 4 | 1 << 5, check_op});
    grade_output_bytes(run, sizeof(section_seen));
    for (int i = 1; i < script.count; i++)
        assert(script.ops[i].kind != SECTION_BEGIN || script.ops[i].nodes <= script.ops[0].nodes);
    grade_output_bytes(run, (size_t)script.ops[0].nodes * sizeof(prof_node));
    grade_output_bytes(run, (size_t)PLENTY * sizeof(prof_event));
    grade_output_bytes(run, (size_t)script.most_nodes * sizeof(prof_line));
    grade_output_bytes(run, SECTION_TEXT);
    return true;
}

// --- Checking ---

static const timeline *const line = &profiling_time_line;

typedef struct {
    tt_status status; // of the last one
    int done, refused;
} expected;

static expected apply(const section_op *o)
{
    expected e = {TT_OK, 0, 0};
    if (o->kind == SECTION_BEGIN) profiling_timeline_begin(o->nodes, o->events);
    if (o->kind == SECTION_ENTER || o->kind == SECTION_EXIT) {
        e.status = o->times ? TT_OK : TT_BAD_VALUE;
        for (int i = 0; i < o->times; i++) {
            const double time = o->time + e.done * o->step;
            e.status = (o->kind == SECTION_ENTER ? profiling_timeline_enter
                                                 : profiling_timeline_exit)(o->name, time);
            e.done += e.status == TT_OK, e.refused += e.status == TT_NO_MEMORY;
        }
    }
    const bool no_width = o->kind == SECTION_FLAME && !(profiling_timeline_whole() > 0);
    if (o->kind >= SECTION_REPORT && (!profiling_timeline_is_closed() || no_width)) e.status = TT_BAD_VALUE;
    return e;
}

static void check_numbers(grade_run *run, const section_seen *got, const char *when)
{
    const profiling_count rows[] = {{"node_count", got->node_count, line->node_count},
                                    {"event_count", got->event_count, line->event_count},
                                    {"missed", got->missed, line->missed},
                                    {"lost", got->lost, line->lost},
                                    {"untraced", got->untraced, line->untraced}};
    profiling_compare_counts(run, when, rows, COUNT(rows));
    if (line->node_count && (got->first != line->first || got->last != line->last))
        grade_wrong(run, "after %s: first and last are %.9g and %.9g, expected %.9g and %.9g", when,
                    got->first, got->last, line->first, line->last);
}

static bool same_name(const char *got, int name) { return strncmp(got, line->names[name], PROF_NAME) == 0; }

// The student's node, and all in it, against the time line's. Returns how many nodes were seen.
static int check_nodes(grade_run *run, const prof_node *nodes, int got, int want, const char *when)
{
    const prof_node *g = &nodes[got];
    const timeline_node *w = &line->node[want];
    const char *name = want ? line->names[w->name] : "node 0";
    double inner = 0;
    for (int c = w->child; c; c = line->node[c].next) inner += line->node[c].total;
    if (want && (!same_name(g->name, w->name) || g->calls != w->calls || g->total != w->total))
        grade_wrong(run,
                    "after %s: node %d is \"%.31s\" with %d calls, total %.9g, expected \"%s\", %d, %.9g",
                    when, got, g->name, g->calls, g->total, name, w->calls, w->total);
    if (g->inner != inner)
        grade_wrong(run, "after %s: inner of %s is %.9g, expected %.9g", when, name, g->inner, inner);
    int seen = 1, g_child = g->child, w_child = w->child;
    for (; w_child; w_child = line->node[w_child].next, g_child = nodes[g_child].next) {
        if (g_child < 1 || g_child >= line->node_count || nodes[g_child].parent != got)
            grade_wrong(run, "after %s: %s is not in %s", when, line->names[line->node[w_child].name], name);
        seen += check_nodes(run, nodes, g_child, w_child, when);
    }
    if (g_child != 0) grade_wrong(run, "after %s: another node behind the last in %s", when, name);
    return seen;
}

static void check_open(grade_run *run, const prof_node *nodes, int open, const char *when)
{
    for (int i = line->depth - 1; i >= 0; i--, open = nodes[open].parent)
        if (open < 1 || open >= line->node_count ||
            !same_name(nodes[open].name, line->node[line->stack[i]].name))
            grade_wrong(run, "after %s: node %d is open at depth %d, expected %s", when, open, i,
                        line->names[line->node[line->stack[i]].name]);
    if (open != 0) grade_wrong(run, "after %s: node %d is open outside of all others", when, open);
}

static void check_events(grade_run *run, const prof_node *nodes, const prof_event *events, const char *when)
{
    for (int i = 0; i < line->event_count; i++) {
        const prof_event *g = &events[i];
        const timeline_event *w = &line->event[i];
        const bool is_node = g->node > 0 && g->node < line->node_count;
        if (!is_node || !same_name(nodes[g->node].name, w->name) || g->start != w->start ||
            g->seconds != w->seconds)
            grade_wrong(run, "after %s: event %d is %.31s from %.9g for %.9g s, expected %s, %.9g, %.9g",
                        when, i, is_node ? nodes[g->node].name : "no node", g->start, g->seconds,
                        line->names[w->name], w->start, w->seconds);
    }
}

static void check_report(grade_run *run, const prof_line *got, int count, const char *when)
{
    if (count != line->name_count)
        grade_wrong(run, "%s: %d lines, expected %d", when, count, line->name_count);
    const double whole = profiling_timeline_whole();
    bool used[TIMELINE_NAMES] = {false};
    for (int i = 0; i < count; i++) {
        int want = -1; // the largest self that is left, of equals the first
        for (int j = 0; j < line->name_count; j++)
            if (!used[j] && (want < 0 || line->self[j] > line->self[want])) want = j;
        used[want] = true;
        const double share = whole > 0 ? line->self[want] / whole : 0;
        if (!same_name(got[i].name, want) || got[i].calls != line->calls[want] ||
            got[i].total != line->total[want] || got[i].self != line->self[want] ||
            !(got[i].share >= share - 1e-12 && got[i].share <= share + 1e-12))
            grade_wrong(run,
                        "%s: line %d is %.31s, %lld calls, total %.9g, self %.9g, share %.9g, expected %s, "
                        "%lld, %.9g, %.9g, %.9g",
                        when, i, got[i].name, got[i].calls, got[i].total, got[i].self, got[i].share,
                        line->names[want], line->calls[want], line->total[want], line->self[want], share);
    }
}

static void check_op(grade_run *run, int i)
{
    static const char *const kinds[] = {"begin",      "prof_enter",  "prof_exit", "prof_report",
                                        "prof_trace", "prof_folded", "prof_flame"};
    const section_op *o = &script.ops[i];
    const section_seen *got = grade_result(run, 1);
    const prof_node *nodes = grade_result(run, 2);
    char when[160];
    snprintf(when, sizeof when, "call %d, %s(%s%s)%s", i, kinds[o->kind], o->times ? o->name : "",
             o->times > 1 ? " many times" : "",
             o->kind == SECTION_ENTER || o->kind == SECTION_EXIT ? "" : " of what is there");
    const expected want = apply(o);
    if (run->status != want.status)
        grade_wrong(run, "%s: got status \"%s\", expected \"%s\"", when, tt_status_text(run->status),
                    tt_status_text(want.status));
    if (o->times && (got->answers[TT_OK] != want.done || got->answers[TT_NO_MEMORY] != want.refused))
        grade_wrong(run, "%s: %d calls done and %d without a node, expected %d and %d", when,
                    got->answers[TT_OK], got->answers[TT_NO_MEMORY], want.done, want.refused);
    if (got->state != got->own_state) grade_wrong(run, "%s: the clock was not given its state", when);
    if (got->reads < want.done || got->reads > (o->times ? o->times : 1))
        grade_wrong(run, "%s: %d readings of the clock for %d calls", when, got->reads, o->times);
    check_numbers(run, got, when);
    if (line->node_count) {
        check_nodes(run, nodes, 0, 0, when);
        check_open(run, nodes, got->open, when);
        check_events(run, nodes, grade_result(run, 3), when);
    }
    if (o->kind < SECTION_REPORT) return;
    if (want.status != TT_OK && (!grade_untouched(run, 4) || got->lines != -1 || got->printed != 0))
        grade_wrong(run, "%s: refused, but something was written", when);
    if (want.status != TT_OK) return;
    if (o->kind == SECTION_REPORT) return check_report(run, grade_result(run, 4), got->lines, when);
    if (got->printed > SECTION_TEXT) grade_wrong(run, "%s: %lld bytes were printed", when, got->printed);
    static void (*const printed[])(grade_run *, const char *, size_t) = {
        profiling_check_trace, profiling_check_folded, profiling_check_flame};
    printed[o->kind - SECTION_TRACE](run, grade_result(run, 5), (size_t)got->printed);
}
