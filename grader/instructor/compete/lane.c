// lane.c: see lane.h.
#include "lane.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    OPEN_PATIENCE = 30,
    RUN_PATIENCE = 10
}; // seconds; bytes are calibrated when a model is opened, textbook loops take two

static size_t align(size_t at) { return (at + JOB_GUARD_BYTES + 63) / 64 * 64; }

// By our own layout: what the process has made of the shared one is not looked at.
static void *array(const lane *l, int i) { return (char *)l->process.memory + l->layout.offset[i]; }

// False if it does not fit.
static bool lay_out(lane *l, const lane_plan *plan)
{
    job_layout layout = {.arrays = ASK_FILES + plan->file_count};
    const size_t sizes[ASK_FILES] = {[ASK_INPUTS] = plan->input_bytes,  [ASK_ANSWERS] = plan->answer_bytes,
                                     [ASK_CONFIG] = plan->config_bytes, [ASK_CHOSEN] = plan->chosen_bytes,
                                     [ASK_FACTS] = sizeof(ask_facts),   [ASK_PICTURES] = plan->picture_bytes};
    const void *bytes[ASK_FILES] = {
        [ASK_CONFIG] = plan->config, [ASK_CHOSEN] = plan->chosen, [ASK_PICTURES] = plan->pictures};
    size_t at = align(sizeof layout);
    for (int i = 0; i < layout.arrays; i++) {
        const bool file = i >= ASK_FILES;
        const size_t size = file ? plan->files[i - ASK_FILES].size : sizes[i];
        const void *from = file ? plan->files[i - ASK_FILES].bytes : bytes[i];
        if (at + size > JOB_ROOM_BYTES) return false;
        layout.offset[i] = at, layout.bytes[i] = size;
        if (from) memcpy((char *)l->process.memory + at, from, size);
        at = align(at + size);
    }
    *(job_layout *)l->process.memory = l->layout = layout;
    return true;
}

static void say_outcome(const lane *l, call_outcome outcome, const call_report *r, char *why, size_t size)
{
    char fate[200];
    switch (outcome) {
    case CALL_STUCK:
        snprintf(why, size, "did not come back within %d s", l->process.patience);
        break;
    case CALL_ASLEEP:
        snprintf(why, size, "sleeps instead of working: %.1f s by the clock, %.2f s of processor time",
                 r->wall, r->cpu);
        break;
    case CALL_EARLY:
    case CALL_TWICE:
        snprintf(why, size, "the process answered %s",
                 outcome == CALL_EARLY ? "before it was asked" : "twice");
        break;
    case CALL_BUSY:
        snprintf(why, size, "went on working after its answer");
        break;
    default:
        process_fate(&l->process, fate, sizeof fate);
        snprintf(why, size, "%s", fate);
    }
}

// Ask, with numbers that the layout in the memory then has. True if it was answered with TT_OK.
static bool ask(lane *l, int what, int count, call_report *report, char *why, size_t size)
{
    job_layout *layout = l->process.memory;
    layout->number[ASK_WHAT] = what, layout->number[ASK_EVENT] = l->event, layout->number[ASK_COUNT] = count;
    l->process.patience = what == ASK_OPEN ? OPEN_PATIENCE : RUN_PATIENCE;
    const call_outcome outcome = process_call(&l->process, report);
    if (outcome != CALL_ANSWERED) return say_outcome(l, outcome, report, why, size), false;
    if (report->status != TT_OK)
        snprintf(why, size, "its functions refuse to %s: %s",
                 what == ASK_OPEN ? "make the model of its configuration" : "answer",
                 report->status < TT_STATUS_COUNT ? tt_status_text((tt_status)report->status) : "no status");
    return report->status == TT_OK;
}

// Until it waits for its first question.
static bool begin(lane *l, const lane_plan *plan, char *why, size_t size)
{
    call_report report;
    *l = (lane){.plan = plan, .started = true};
    if (!process_prepare(&l->process) ||
        !process_start(&l->process, plan->program, "olympics", 0, plan->threads))
        return snprintf(why, size, "the process cannot be started in its sandbox"), lane_end(l), false;
    if (!process_settle(&l->process, &report))
        return say_outcome(l, CALL_ASLEEP, &report, why, size), lane_end(l), false;
    l->startup = report.cpu;
    if (lay_out(l, plan)) return true;
    snprintf(why, size, "its inputs do not fit into %d MiB", JOB_BYTES >> 20);
    return lane_end(l), false;
}

bool lane_start(lane *l, const lane_plan *plan, int event, char *why, size_t size)
{
    call_report report;
    if (!begin(l, plan, why, size)) return false;
    l->event = event;
    if (!ask(l, ASK_OPEN, 0, &report, why, size)) return lane_end(l), false;
    l->startup += report.cpu;
    l->facts = *(ask_facts *)array(l, ASK_FACTS);
    return true;
}

bool lane_probe(bool *works, int count, const lane_plan *plan, char *why, size_t size)
{
    lane l = {0};
    call_report report;
    char how[300];
    for (int i = 0; i < count; i++) {
        if (!l.started && !begin(&l, plan, why, size)) return false;
        works[i] = ask(&l, ASK_PROBE, i, &report, how, sizeof how);
        if (!works[i] && report.status == TT_OK) lane_end(&l); // it gave no answer
    }
    lane_end(&l);
    return true;
}

bool lane_list(const lane_plan *plan, char *text, size_t text_size, char *why, size_t size)
{
    lane l;
    call_report report;
    if (!begin(&l, plan, why, size)) return false;
    const bool good = ask(&l, ASK_LIST, 0, &report, why, size);
    if (good) snprintf(text, text_size, "%.*s", (int)plan->answer_bytes, (char *)array(&l, ASK_ANSWERS));
    lane_end(&l);
    return good;
}

// The most memory that it had, without what is shared with us, as the system counts it (proc_pid_status(5), in KiB).
static size_t peak_bytes(pid_t pid)
{
    char path[40], line[128];
    size_t peak = 0, shared = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "re");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "VmHWM: %zu kB", &peak) != 1) sscanf(line, "RssShmem: %zu kB", &shared);
    if (f) fclose(f);
    return peak > shared ? (peak - shared) << 10 : 0;
}

bool lane_call(lane *l, lane_cost *cost, void *answers, size_t answer_bytes, const void *inputs,
               size_t input_bytes, int count, char *why, size_t size)
{
    call_report report;
    memcpy(array(l, ASK_INPUTS), inputs, input_bytes);
    memset(array(l, ASK_ANSWERS), 0xff, l->plan->answer_bytes); // NaN
    l->process.keep = array(l, ASK_ANSWERS), l->process.kept = answers, l->process.keep_bytes = answer_bytes;
    const bool answered = ask(l, ASK_RUN, count, &report, why, size);
    l->process.keep_bytes = 0;
    if (!answered) return false;
    if (memcmp(array(l, ASK_INPUTS), inputs, input_bytes) != 0)
        return snprintf(why, size, "changed its inputs"), false;
    *cost = (lane_cost){report.wall, report.cpu};
    l->peak_bytes = peak_bytes(l->process.pid);
    return true;
}

void lane_end(lane *l)
{
    if (l->started) process_end(&l->process);
    l->started = false;
}
