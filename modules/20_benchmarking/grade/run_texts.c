// run_texts.c: the child process: configurations and manifests, whose pointers it makes from a job's flat arrays.
#include "calls.h"
#include "runs.h"

// --- 3. Entry ---

static oly_field fields[OLY_FIELDS];
static oly_rule rules[SPACE_RULES + 1]; // the last one stands for a pointer that nobody has set
static oly_space space;

static const oly_space *unfold(const flat_space *flat)
{
    if (!flat) return NULL;
    for (int i = 0; i < flat->fields; i++) {
        fields[i] = (oly_field){.name = flat->field[i].name, .choices = flat->field[i].choices};
        for (int j = 0; j < fields[i].choices; j++) fields[i].choice[j] = flat->field[i].choice[j];
    }
    for (int i = 0; i < flat->rules; i++)
        rules[i] = (oly_rule){flat->rule[i].field, flat->rule[i].other, flat->rule[i].choices,
                              flat->rule[i].others, flat->rule[i].why};
    space = (oly_space){flat->event, flat->fields, flat->rules, fields, rules};
    return &space;
}

static tt_status run_check(int *broken, const oly_space *in, const oly_config *config)
{
    const oly_rule *rule = &rules[BROKEN_UNSET];
    const tt_status status = oly_config_check(broken ? &rule : NULL, in, config);
    if (broken) *broken = rule ? (int)(rule - rules) : BROKEN_NONE;
    return status;
}

tt_status oly_run_entry(void *memory, int call)
{
    const int *number = ((job_layout *)memory)->number, room = number[A];
    const oly_space *in = unfold(ARRAY(0));
    if (call == CHECK) return run_check(ARRAY(2), in, ARRAY(1));
    if (call == LIST) return oly_config_list(ARRAY(1), ARRAY(2), room, in);
    if (call == WRITE) return oly_config_write(ARRAY(2), (size_t)room, in, ARRAY(1));
    tt_fail(TT_OK, "%s", "");
    const tt_status status = oly_config_read(ARRAY(2), ARRAY(1), in);
    strncpy(job_array(memory, 3), tt_error(), ERROR_BYTES);
    return status;
}

// --- 5. Submission ---

static uint64_t key;
static void hash(char hex[OLY_HASH + 1], const void *bytes, size_t count)
{
    keyed_hash(hex, key, bytes, count);
}

tt_status oly_run_manifest(void *memory, int call)
{
    const int *number = ((job_layout *)memory)->number, nulls = number[NULLS], count = number[A];
    const flat_package *p = job_array(memory, 0);
    oly_file files[PACKAGE_FILES];
    for (int i = 0; i < count && i < PACKAGE_FILES; i++)
        files[i] = (oly_file){p->file[i].name, (char *)job_array(memory, 1) + p->file[i].first,
                              (size_t)p->file[i].count};
    if (nulls & NO_NAME) files[0].name = NULL;
    if (nulls & NO_BYTES) files[0].bytes = NULL;
    key = p->key;
    oly_hash *const by = nulls & NO_HASH ? NULL : hash;
    const oly_file *all = nulls & 1 ? NULL : files;
    if (call == MANIFEST_CHECK) return oly_manifest_check(ARRAY(3), ARRAY(2), all, count, by);
    return oly_manifest_write(ARRAY(2), (size_t)number[B], nulls & NO_EVENT ? NULL : p->event,
                              nulls & NO_TEAM ? NULL : p->team, all, count, by);
}
