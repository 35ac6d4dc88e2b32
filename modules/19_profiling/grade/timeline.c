// timeline.c: goes along a script of sections and gives each stretch of time to what is open.
#include "timeline.h"

#include <string.h>

timeline profiling_time_line;
static timeline *const line = &profiling_time_line;

void profiling_timeline_begin(int nodes, int events)
{
    memset(line, 0, sizeof *line);
    line->node_room = nodes, line->event_room = events;
}

static bool is_good_name(const char *name)
{
    for (const char *c = name; *c; c++)
        if (*c < 32 || *c > 126 || strchr("\"\\<>&;", *c)) return false;
    return *name;
}

static int number_of_name(const char *name)
{
    int i = 0;
    while (i < line->name_count && strcmp(line->names[i], name) != 0) i++;
    if (i == line->name_count) strcpy(line->names[line->name_count++], name);
    return i;
}

// The time until now belongs to what was open until now.
static void go_on_to(double time)
{
    const double seconds = time - line->last;
    for (int i = 0; i < line->depth; i++) line->node[line->stack[i]].so_far[0] += seconds;
    if (line->depth > 0) {
        timeline_node *innermost = &line->node[line->stack[line->depth - 1]];
        innermost->so_far[1] += seconds;
        line->self[innermost->name] += seconds;
    }
    for (int i = 0; i < line->name_count; i++)
        if (line->open_of[i] > 0) line->total[i] += seconds;
    line->last = time;
}

// The node of that name in the innermost one, or 0.
static int find(const char *name, int *last)
{
    const int above = line->depth ? line->stack[line->depth - 1] : 0;
    int node = line->node[above].child;
    for (*last = 0; node && strcmp(line->names[line->node[node].name], name) != 0;
         node = line->node[node].next)
        *last = node;
    return node;
}

tt_status profiling_timeline_enter(const char *name, double time)
{
    int last, node = find(name, &last);
    if (strlen(name) >= PROF_NAME) return TT_BAD_SHAPE;
    if (!is_good_name(name)) return TT_BAD_VALUE;
    const int taken = line->node_count ? line->node_count : 1;
    if (line->missed || (!node && taken >= line->node_room))
        return line->missed++, line->lost++, TT_NO_MEMORY;
    if (line->node_count && time < line->last) return TT_BAD_VALUE;
    if (line->node_count == 0) line->first = line->last = time, line->node_count = 1;
    go_on_to(time);
    if (!node) {
        const int above = line->depth ? line->stack[line->depth - 1] : 0;
        node = line->node_count++;
        line->node[node] =
            (timeline_node){.name = number_of_name(name), .parent = above, .depth = line->depth};
        *(last ? &line->node[last].next : &line->node[above].child) = node;
    }
    line->open_of[line->node[node].name]++;
    line->stack[line->depth++] = node;
    return TT_OK;
}

tt_status profiling_timeline_exit(const char *name, double time)
{
    if (line->missed) return line->missed--, TT_NO_MEMORY;
    if (line->depth == 0) return TT_BAD_VALUE;
    timeline_node *node = &line->node[line->stack[line->depth - 1]];
    if (strcmp(line->names[node->name], name) != 0 || time < line->last) return TT_BAD_VALUE;
    go_on_to(time);
    node->calls++, line->calls[node->name]++;
    node->total += node->so_far[0], node->self += node->so_far[1];
    const timeline_event e = {node->name, time - node->so_far[0] - line->first, node->so_far[0]};
    if (line->event_count < line->event_room) line->event[line->event_count++] = e;
    else line->untraced++;
    node->so_far[0] = node->so_far[1] = 0;
    line->open_of[node->name]--;
    line->depth--;
    return TT_OK;
}

bool profiling_timeline_is_closed(void)
{
    return line->node_count > 0 && line->depth == 0 && line->missed == 0;
}

double profiling_timeline_whole(void)
{
    double whole = 0;
    for (int node = line->node[0].child; node; node = line->node[node].next) whole += line->node[node].total;
    return whole;
}
