// guesses.c: reads and writes what a run leaves for later ones, as JSON objects: guesses by name, and the numbers that
// cells recorded with unit and time.
#include "guesses.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "core/file.h"
#include "core/foreign.h"
#include "state.h"

static json_t *kept;

static void guess_path(char *path, size_t size)
{
    snprintf(path, size, "%s/results/%s.guesses.json", lesson->folder, module_bench.name);
}

void lesson_guesses_load(void)
{
    char path[400];
    guess_path(path, sizeof path);
    kept = json_load_file(path, 0, NULL);
    if (json_is_object(kept)) return;
    json_decref(kept);
    kept = json_object();
}

void lesson_guess_recall(lesson_record *record)
{
    if (isnan(record->guess)) foreign_take_real(&record->guess, json_object_get(kept, record->name));
}

// Write an object; on failure say what could not be kept.
static void save(const char *path, const json_t *object, const char *what)
{
    file_new f = {0};
    tt_status status = file_make_folder_of(path);
    if (status == TT_OK) status = file_begin(&f, path);
    if (status == TT_OK && json_dumpf(object, f.out, JSON_INDENT(1) | JSON_REAL_PRECISION(9)) != 0)
        status = tt_fail(TT_NO_MEMORY, "no memory for %s", path);
    if (file_end(&f, status) != TT_OK)
        fprintf(stderr, "lesson: %s could not be kept: %s\n", what, tt_error());
}

void lesson_guesses_save(void)
{
    char path[400];
    guess_path(path, sizeof path);
    for (int i = 0; i < lesson->count; i++)
        if (isfinite(lesson->records[i].guess))
            json_object_set_new(kept, lesson->records[i].name, json_real(lesson->records[i].guess));
    if (json_object_size(kept) > 0) save(path, kept, "your guesses");
}

// --- Numbers ---

// Those of small sizes are others.
static void number_path(char *path, size_t size)
{
    snprintf(path, size, "%s/lesson/%s.%s%s.json", lesson->folder, module_bench.name, code_side,
             lesson->quick ? ".quick" : "");
}

static json_t *load_numbers(char *path, size_t size)
{
    number_path(path, size);
    json_t *numbers = json_load_file(path, 0, NULL);
    if (json_is_object(numbers)) return numbers;
    json_decref(numbers);
    return json_object();
}

void lesson_numbers_recall(void)
{
    char path[400];
    const char *name;
    json_t *numbers = load_numbers(path, sizeof path), *number;
    json_object_foreach(numbers, name, number)
    {
        lesson_record r = {.guess = NAN, .value = NAN};
        const char *unit = json_string_value(json_object_get(number, "unit")),
                   *when = json_string_value(json_object_get(number, "when"));
        foreign_take_real(&r.value, json_object_get(number, "value"));
        if (isnan(r.value) || !unit || !when || !*when || lesson->count == LESSON_MOST_RECORDS) continue;
        snprintf(r.name, sizeof r.name, "%s", name);
        snprintf(r.unit, sizeof r.unit, "%s", unit);
        snprintf(r.when, sizeof r.when, "%s", when);
        lesson->records[lesson->count++] = r;
    }
    json_decref(numbers);
}

void lesson_numbers_save(void)
{
    char path[400], when[20];
    time_t now = time(NULL);
    strftime(when, sizeof when, "%Y-%m-%d %H:%M", localtime(&now));
    json_t *numbers = load_numbers(path, sizeof path);
    for (int i = 0; i < lesson->count; i++) {
        const lesson_record *r = &lesson->records[i];
        if (!r->recorded || !isfinite(r->value)) continue;
        json_object_set_new(numbers, r->name,
                            json_pack("{s:f, s:s, s:s}", "value", r->value, "unit", r->unit, "when", when));
    }
    if (json_object_size(numbers) > 0) save(path, numbers, "the numbers");
    json_decref(numbers);
}
