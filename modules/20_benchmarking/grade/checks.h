// checks.h: the fill and check functions that cases.c lists, and what the check_*.c files share. checks_tuner.h: part 4.
#pragma once

#include "calls.h"
#include "engine/grade.h"

// --- lay.c: arrays, and comparisons with an answer ---

double *oly_doubles(grade_run *run, size_t count);
double oly_uniform(grade_run *run, double low, double high);
bool oly_once_in(grade_run *run, int count); // true once in so many

// An input or an output of a type.
#define LAY(type, ...) (*(type *)grade_input_bytes(run, sizeof(type)) = (type){__VA_ARGS__})
#define ROOM(type)     grade_output_bytes(run, sizeof(type))

// Wrong unless the call said so. `when` says what the call was about, "" if there is nothing to say.
void oly_require_status(grade_run *run, tt_status want, const char *when);

// Wrong unless got is within 1e-9 of want's size.
void oly_compare_number(grade_run *run, const char *name, double got, double want);

// Wrong if array i was written to, by a call that should refuse.
void oly_require_untouched(grade_run *run, int i, const char *what);

// Wrong unless the text in array i, of which `room` bytes were laid out, is this one; says in which line it is not.
void oly_compare_text(grade_run *run, int i, size_t room, const char *want);

// Arrays and numbers of a call that must work, for those that change one thing of it.
void oly_lay_valid(grade_run *run, int call);

// check_doors.c: what is refused, with all outputs untouched
grade_fill oly_fill_door;
grade_check oly_check_door;

// check_samples.c: quantile, accuracy, nats
grade_fill oly_fill_quantile, oly_fill_accuracy, oly_fill_nats, oly_fill_large_logits;
grade_check oly_check_quantile, oly_check_accuracy, oly_check_nats;

// check_measure.c: the harness
grade_fill oly_fill_times, oly_fill_quality, oly_fill_train, oly_fill_failures;
grade_check oly_check_measure;

// check_score.c: pairs, events, counts
grade_fill oly_fill_ratio, oly_fill_interval, oly_fill_event, oly_fill_gate, oly_fill_total, oly_fill_counts;
grade_check oly_check_ratio, oly_check_interval, oly_check_event, oly_check_total, oly_check_counts;

// lay_space.c: a space that nobody has seen: its fields, how many choices each has at most, its rules
flat_space *oly_lay_space(grade_run *run, int fields, int most_choices, int rules);
oly_config oly_random_config(grade_run *run, const flat_space *space);

// check_entry.c: rules, lists, texts that are written
grade_fill oly_fill_rules, oly_fill_list, oly_fill_write;
grade_check oly_check_rules, oly_check_list, oly_check_write;

// check_read.c: configurations from texts
grade_fill oly_fill_read, oly_fill_faults, oly_fill_hostile;
grade_check oly_check_read;

// check_manifest.c: manifests, and packages beside them
grade_fill oly_fill_manifest, oly_fill_whole, oly_fill_unreadable;
grade_check oly_check_manifest, oly_check_checked;

// check_break.c: the student's pairs against wrong ratios
grade_fill oly_fill_break;
grade_check oly_check_break;
