// guesses.c: reads and writes the reader's guesses as a JSON object of names and numbers.
#include "guesses.h"

#include <math.h>

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

void lesson_guesses_save(void)
{
    char path[400];
    guess_path(path, sizeof path);
    for (int i = 0; i < lesson->count; i++)
        if (isfinite(lesson->records[i].guess))
            json_object_set_new(kept, lesson->records[i].name, json_real(lesson->records[i].guess));
    if (json_object_size(kept) == 0) return;
    file_new f = {0};
    tt_status status = file_make_folder_of(path);
    if (status == TT_OK) status = file_begin(&f, path);
    if (status == TT_OK && json_dumpf(kept, f.out, JSON_INDENT(1) | JSON_REAL_PRECISION(9)) != 0)
        status = tt_fail(TT_NO_MEMORY, "no memory for %s", path);
    if (file_end(&f, status) != TT_OK)
        fprintf(stderr, "lesson: your guesses could not be kept: %s\n", tt_error());
}
