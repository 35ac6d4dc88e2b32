// check_printed.c: a trace, folded stacks and a flame graph, read as another program would read them.
#include "checks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "core/foreign.h"
#include "timeline.h"

static const timeline *const line = &profiling_time_line;

// --- The trace ---

static const char *string_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

// Whether an event of the trace is this one.
static bool is_event(const json_t *e, const timeline_event *want)
{
    double start, seconds;
    return strcmp(string_of(e, "name"), line->names[want->name]) == 0 &&
           foreign_take_real(&start, json_object_get(e, "ts")) &&
           foreign_take_real(&seconds, json_object_get(e, "dur")) && fabs(start - 1e6 * want->start) < 6e-4 &&
           fabs(seconds - 1e6 * want->seconds) < 6e-4;
}

void profiling_check_trace(grade_run *run, const char *text, size_t bytes)
{
    json_error_t error;
    json_t *root = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, &error);
    char wrong[200] = "";
    if (!root) grade_wrong(run, "the trace is no JSON: %s in line %d", error.text, error.line);
    const json_t *events = json_object_get(root, "traceEvents");
    bool used[TIMELINE_EVENTS] = {false};
    if (strcmp(string_of(root, "displayTimeUnit"), "ns") != 0)
        snprintf(wrong, sizeof wrong, "displayTimeUnit is not \"ns\"");
    else if (!json_is_array(events) || json_array_size(events) != (size_t)line->event_count)
        snprintf(wrong, sizeof wrong, "traceEvents holds %zu events, expected %d", json_array_size(events),
                 line->event_count);
    for (int i = 0; !*wrong && i < line->event_count; i++) {
        const json_t *e = json_array_get(events, (size_t)i);
        long long pid, tid;
        int at = 0;
        while (at < line->event_count && (used[at] || !is_event(e, &line->event[at]))) at++;
        if (strcmp(string_of(e, "ph"), "X") != 0 || strcmp(string_of(e, "cat"), "section") != 0)
            snprintf(wrong, sizeof wrong, "ph or cat of event %d is not as it should be", i);
        else if (!foreign_take_whole(&pid, json_object_get(e, "pid"), 1, 1) ||
                 !foreign_take_whole(&tid, json_object_get(e, "tid"), 1, 1))
            snprintf(wrong, sizeof wrong, "pid or tid of event %d is not the number 1", i);
        else if (at == line->event_count)
            snprintf(wrong, sizeof wrong, "event %d, \"%.31s\", with its ts and dur, did not happen", i,
                     string_of(e, "name"));
        else used[at] = true;
    }
    json_decref(root);
    if (*wrong) grade_wrong(run, "the trace: %s", wrong);
}

// --- Folded stacks ---

static void stack_of(int node, char *text, size_t size)
{
    size_t length = 0;
    if (line->node[node].parent) {
        stack_of(line->node[node].parent, text, size);
        length = strlen(text);
        length += (size_t)snprintf(text + length, size - length, ";");
    }
    snprintf(text + length, size - length, "%s", line->names[line->node[node].name]);
}

void profiling_check_folded(grade_run *run, const char *text, size_t bytes)
{
    const char *at = text, *end = text + bytes;
    bool used[TIMELINE_EVENTS] = {false};
    for (int i = 1; at < end; i++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at)), *blank = stop;
        while (blank && blank > at && *blank != ' ') blank--;
        char stack[512], digits[24] = "", *rest;
        if (!stop || blank == at || stop - blank > 20)
            grade_wrong(run, "line %d: not a stack, a blank and a number", i);
        memcpy(digits, blank + 1, (size_t)(stop - blank - 1));
        const long long number = strtoll(digits, &rest, 10);
        int node = 1;
        for (; node < line->node_count; node++) {
            stack_of(node, stack, sizeof stack);
            if (!used[node] && strlen(stack) == (size_t)(blank - at) &&
                memcmp(stack, at, (size_t)(blank - at)) == 0)
                break;
        }
        if (node == line->node_count)
            grade_wrong(run, "line %d: \"%.*s\" is no stack, or there twice", i, (int)(blank - at), at);
        const long long want = llround(1e9 * line->node[node].self);
        if (*rest || number != want)
            grade_wrong(run, "%s: \"%s\" nanoseconds, expected %lld", stack, digits, want);
        used[node] = true;
        at = stop + 1;
    }
    for (int node = 1; node < line->node_count; node++)
        if (!used[node] && 1e9 * line->node[node].self >= 1)
            grade_wrong(run, "a section %s has no line", line->names[line->node[node].name]);
}

// --- The flame graph ---

enum { MOST_FRAMES = 400, MOST_DEPTH = 8 };
typedef struct {
    char title[96];
    double x, y, width, height; // NaN until its rect was read
} frame;

typedef struct {
    frame frames[MOST_FRAMES];
    int count;
    double view[4];
    char open[MOST_DEPTH][16]; // elements
    int depth;
} picture;

// The attribute of a tag as text; false if it has none. The tag goes from < to >.
static bool attribute(char *value, size_t size, const char *tag, const char *end, const char *name)
{
    const size_t length = strlen(name);
    for (const char *at = tag; at + length + 2 < end; at++) {
        if (at[0] != ' ' || memcmp(at + 1, name, length) != 0 || at[1 + length] != '=' ||
            at[2 + length] != '"')
            continue;
        const char *from = at + length + 3, *to = memchr(from, '"', (size_t)(end - from));
        if (!to || (size_t)(to - from) >= size) return false;
        memcpy(value, from, (size_t)(to - from)), value[to - from] = 0;
        return true;
    }
    return false;
}

static double number_of(const char *tag, const char *end, const char *name)
{
    char value[40], *rest;
    if (!attribute(value, sizeof value, tag, end, name)) return NAN;
    const double number = strtod(value, &rest);
    return *rest || !*value ? NAN : number;
}

static void read_tag(grade_run *run, picture *p, const char *tag, const char *end)
{
    char name[16] = "", view[80];
    for (const char *c = tag + 1; c < end && c - tag < 15 && *c != ' ' && *c != '/'; c++)
        name[c - tag - 1] = *c;
    if (end[-1] != '/') {
        if (p->depth == MOST_DEPTH)
            grade_wrong(run, "the picture: more than %d elements in one another", MOST_DEPTH);
        strcpy(p->open[p->depth++], name);
    }
    if (strcmp(name, "svg") == 0) {
        if (!attribute(view, sizeof view, tag, end, "xmlns") ||
            strcmp(view, "http://www.w3.org/2000/svg") != 0)
            grade_wrong(run, "the picture: <svg> has no xmlns of SVG");
        if (!attribute(view, sizeof view, tag, end, "viewBox") ||
            sscanf(view, "%lf%lf%lf%lf", &p->view[0], &p->view[1], &p->view[2], &p->view[3]) != 4)
            grade_wrong(run, "the picture: <svg> has no viewBox of four numbers");
    }
    if (strcmp(name, "g") == 0) {
        if (p->count == MOST_FRAMES) grade_wrong(run, "the picture: more than %d frames", MOST_FRAMES);
        p->frames[p->count++] = (frame){"", NAN, NAN, NAN, NAN};
    }
    frame *f = p->count ? &p->frames[p->count - 1] : NULL;
    const bool in_frame = p->depth >= 2 && strcmp(p->open[1], "g") == 0;
    if (strcmp(name, "rect") == 0 && f && in_frame) {
        f->x = number_of(tag, end, "x"), f->y = number_of(tag, end, "y");
        f->width = number_of(tag, end, "width"), f->height = number_of(tag, end, "height");
    }
    const char *const foreign[] = {" href=", " xlink:", " src=", "url("};
    for (int i = 0; i < COUNT(foreign); i++)
        if (memmem(tag, (size_t)(end - tag), foreign[i], strlen(foreign[i])))
            grade_wrong(run, "the picture: <%s> needs something else:%s", name, foreign[i]);
    if (strcmp(name, "script") == 0) grade_wrong(run, "the picture: a script");
}

static void close_tag(grade_run *run, picture *p, const char *tag, const char *end)
{
    const size_t length = p->depth ? strlen(p->open[p->depth - 1]) : 0;
    if (length == 0 || (size_t)(end - tag) != length + 2 ||
        memcmp(tag + 2, p->open[p->depth - 1], length) != 0)
        grade_wrong(run, "the picture: %.*s> closes what is not open", (int)(end - tag < 20 ? end - tag : 20),
                    tag);
    p->depth--;
}

// Read a picture of the parts that are asked for: tags in one another, titles as text.
static void read_picture(grade_run *run, picture *p, const char *text, size_t bytes)
{
    const char *at = text, *stop = text + bytes;
    while (at < stop) {
        const char *tag = memchr(at, '<', (size_t)(stop - at));
        const char *until = tag ? tag : stop;
        if (p->depth == 0 && p->view[2] > 0)
            for (const char *c = at; c < until; c++)
                if (!strchr(" \n\t\r", *c)) grade_wrong(run, "the picture: text outside of <svg>");
        if (p->depth > 0 && strcmp(p->open[p->depth - 1], "title") == 0 && p->count > 0)
            snprintf(p->frames[p->count - 1].title, sizeof p->frames->title, "%.*s", (int)(until - at), at);
        if (!tag) break;
        const char *end = memchr(tag, '>', (size_t)(stop - tag));
        if (!end || end - tag < 2) grade_wrong(run, "the picture: a tag that does not end");
        if (tag[1] == '/') close_tag(run, p, tag, end);
        else if (tag[1] != '?' && tag[1] != '!') read_tag(run, p, tag, end);
        at = end + 1;
    }
    if (p->depth > 0 || !(p->view[2] > 0)) grade_wrong(run, "the picture: no whole <svg>");
}

typedef struct {
    grade_run *run;
    picture *p;
    bool used[MOST_FRAMES];
    double ground; // y of the lowest frames
} search;

static bool is_near(double a, double b) { return fabs(a - b) <= 0.01; } // false for NaN

static void find_frame(search *s, int node, double x, double width)
{
    const timeline_node *n = &line->node[node];
    const char *name = line->names[n->name];
    const double y = s->ground - (double)n->depth * PROF_FLAME_ROW;
    const size_t length = strlen(name);
    for (int i = 0; i < s->p->count; i++) {
        const frame *f = &s->p->frames[i];
        if (s->used[i] || strncmp(f->title, name, length) != 0 || f->title[length] != ':' ||
            !is_near(f->x, x) || !is_near(f->y, y) || !is_near(f->width, width) ||
            !is_near(f->height, PROF_FLAME_ROW))
            continue;
        s->used[i] = true;
        return;
    }
    grade_wrong(s->run, "the picture: no frame \"%s: ..\" at x %.3f, y %.3f, width %.3f, height %d", name, x,
                y, width, PROF_FLAME_ROW);
}

// The frames in a node, side by side. How many there are, with those in them.
static int find_frames(search *s, int node, double x)
{
    int found = 0;
    for (int c = line->node[node].child; c; c = line->node[c].next) {
        const double width = PROF_FLAME_WIDTH * line->node[c].total / profiling_timeline_whole();
        if (!(line->node[c].total > 0)) continue;
        find_frame(s, c, x, width);
        found += 1 + find_frames(s, c, x);
        x += width;
    }
    return found;
}

void profiling_check_flame(grade_run *run, const char *text, size_t bytes)
{
    static picture p;
    p = (picture){0};
    read_picture(run, &p, text, bytes);
    search s = {.run = run, .p = &p, .ground = -INFINITY};
    for (int i = 0; i < p.count; i++) {
        const frame *f = &p.frames[i];
        if (f->y > s.ground) s.ground = f->y;
        const bool inside = f->x >= p.view[0] - 0.01 && f->y >= p.view[1] - 0.01 &&
                            f->x + f->width <= p.view[0] + p.view[2] + 0.01 &&
                            f->y + f->height <= p.view[1] + p.view[3] + 0.01;
        if (!inside) grade_wrong(run, "the picture: the frame \"%s\" is not inside the viewBox", f->title);
    }
    const int found = find_frames(&s, 0, 0);
    if (found != p.count) grade_wrong(run, "the picture: %d frames, expected %d", p.count, found);
}
