// run.c: the events of a run, kept for the faces that are written at its end.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event.h"

// The limit of one piece of output, so that a page stays readable when a loop prints for ever.
enum { MOST_OUTPUT_BYTES = 128 << 10 };

static bool append(lesson_blob *to, const char *text, size_t length)
{
    char *at = realloc(to->at, to->length + length + 1);
    if (!at) return false;
    memcpy(at + to->length, text, length);
    at[to->length + length] = 0;
    *to = (lesson_blob){at, to->length + length};
    return true;
}

static bool append_output(lesson_blob *to, const lesson_blob *more)
{
    static const char cut[] = "\n[more was printed than a page keeps]\n";
    if (to->length >= MOST_OUTPUT_BYTES) return true;
    size_t room = MOST_OUTPUT_BYTES - to->length;
    if (more->length < room) return append(to, more->at, more->length);
    return append(to, more->at, room) && append(to, cut, strlen(cut));
}

// The length of a Markdown table's heading: its first two lines.
static size_t heading_length(const lesson_blob *table)
{
    const char *end = table->at ? strchr(table->at, '\n') : NULL;
    end = end ? strchr(end + 1, '\n') : NULL;
    return end ? (size_t)(end + 1 - table->at) : 0;
}

static bool append_table(lesson_event *to, const lesson_event *more, size_t heading)
{
    return append(&to->text, more->text.at, more->text.length) &&
           append(&to->markdown, more->markdown.at + heading, more->markdown.length - heading);
}

static bool copy_blobs(lesson_event *to, const lesson_event *from)
{
    const lesson_blob *const sources[] = {&from->text, &from->markdown, &from->svg, &from->png};
    lesson_blob *const copies[] = {&to->text, &to->markdown, &to->svg, &to->png};
    bool ok = true;
    for (int i = 0; i < 4; i++) {
        *copies[i] = (lesson_blob){0};
        if (sources[i]->at) ok = append(copies[i], sources[i]->at, sources[i]->length) && ok;
    }
    if (from->chart && (to->chart = malloc(sizeof *to->chart))) *to->chart = *from->chart;
    if (from->figure && (to->figure = malloc(sizeof *to->figure))) *to->figure = *from->figure;
    return ok && (!from->chart || to->chart) && (!from->figure || to->figure);
}

// The last event but records, which do not separate two outputs; NULL if there is none.
static lesson_event *last_shown(lesson_run *run)
{
    int i = run->count - 1;
    while (i >= 0 && run->events[i].kind == LESSON_RECORD) i--;
    return i >= 0 ? &run->events[i] : NULL;
}

bool lesson_run_add(lesson_run *run, const lesson_event *event)
{
    lesson_event *last = last_shown(run);
    if (last && last->kind == event->kind && event->kind == LESSON_OUTPUT)
        return append_output(&last->text, &event->text);
    if (last && last->kind == event->kind && event->kind == LESSON_TABLE) {
        size_t heading = heading_length(&last->markdown);
        if (heading && !strncmp(last->markdown.at, event->markdown.at, heading))
            return append_table(last, event, heading);
    }
    if (run->count == run->room) {
        int room = run->room ? 2 * run->room : 64;
        lesson_event *events = realloc(run->events, (size_t)room * sizeof *events);
        if (!events) return false;
        run->events = events;
        run->room = room;
    }
    lesson_event *kept = &run->events[run->count++];
    *kept = *event;
    return copy_blobs(kept, event);
}

void lesson_run_replay(const lesson_run *run, lesson_face face, void *self)
{
    for (int i = 0; i < run->count; i++)
        if (face[run->events[i].kind]) face[run->events[i].kind](self, &run->events[i]);
}

void lesson_run_finish(lesson_run *run)
{
    for (int i = 0; i < run->count; i++) {
        lesson_event *e = &run->events[i];
        free(e->text.at), free(e->markdown.at), free(e->svg.at), free(e->png.at), free(e->chart),
            free(e->figure);
    }
    free(run->events);
    *run = (lesson_run){0};
}
