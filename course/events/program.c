// program.c: the events of module 20: measures a configuration, lists and measures them all, searches for one.
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/options.h"
#include "events/commands.h"
#include "given/spaces.h"
#include "measure/blas_peer.h"
#include "seam.h"

// --- Configurations as words ---

// One field a line; what is not named is added with its first choice.
static void complete(char *full, size_t room, const oly_space *space, const char *text)
{
    size_t used = (size_t)snprintf(full, room, "%s", text);
    for (char *c = full; *c; c++)
        if (*c == ',') *c = '\n';
    for (int f = 0; f < space->fields && used < room; f++) {
        bool named = false;
        const size_t length = strlen(space->field[f].name);
        for (const char *at = full; at && *at && !named; at = strchr(at, '\n'), at += at && *at) {
            at += strspn(at, " \t");
            named = strncmp(at, space->field[f].name, length) == 0 && strchr(" \t=", at[length]);
        }
        if (!named)
            used += (size_t)snprintf(full + used, room - used, "\n%s = %s", space->field[f].name,
                                     space->field[f].choice[0]);
    }
}

tt_status events_config(oly_config *config, const oly_space *space, const char *text)
{
    enum { MOST = 4096 };
    char full[2 * MOST], *bytes = NULL;
    tt_status status = text && !strchr(text, '=') ? file_read(&bytes, NULL, text, MOST) : TT_OK;
    if (status == TT_OK) complete(full, sizeof full, space, bytes ? bytes : text ? text : "");
    free(bytes);
    return status == TT_OK ? oly_config_read(config, full, space) : status;
}

void events_name(char name[160], const oly_space *space, const oly_config *config)
{
    size_t used = 0;
    *name = 0;
    for (int f = 0; f < space->fields; f++)
        if (config->choice[f])
            used += (size_t)snprintf(name + used, 160 - used, "%s%s %s", used ? ", " : "",
                                     space->field[f].name, oly_choice(space, config, f));
    if (used == 0) snprintf(name, 160, "baseline");
}

tt_status events_all(oly_config configs[RECORD_CONFIGS], int *count, const oly_space *space)
{
    return oly_config_list(configs, count, RECORD_CONFIGS, space);
}

tt_status events_list(const events_options *o)
{
    static oly_config all[RECORD_CONFIGS];
    int count;
    char name[160];
    const tt_status status = events_all(all, &count, o->space);
    for (int i = 0; i < count && status == TT_OK; i++)
        events_name(name, o->space, &all[i]), printf("%4d  %.73s\n", i, name);
    return status;
}

// Which function of module 20 is nobody's; the others say so themselves.
static const char *unwritten(void)
{
    for (int i = 0; i < course_function_count(); i++) {
        const char *name = course_function_name(i);
        if (strncmp(name, "oly_", 4) == 0 && course_whose(name) == COURSE_NOBODY) return name;
    }
    return "a function";
}

// --- The command line ---

static const struct {
    const char *name, *help;
    tt_status (*run)(const events_options *o);
} commands[] = {
    {"measure", "a configuration beside the baseline, in turns", events_measure},
    {"list", "every configuration", events_list},
    {"enumerate", "measure them all, into a file", events_enumerate},
    {"search", "look for a good one, by module 20's tuner", events_search},
};

int main(int argc, char **argv)
{
    static const option_choice sides[] = {{"both", "yours, else the reference's (default)"},
                                          {"mine", "yours alone"},
                                          {"solution", "the reference's alone"},
                                          {0}};
    static const option_choice methods[] = {{"process", "a Gaussian process (default)"},
                                            {"random", "at random"},
                                            {"early", "in order, stopped early"},
                                            {"all", "in order"},
                                            {0}};
    static const unsigned bits[] = {COURSE_BOTH, 1 << COURSE_MINE, 1 << COURSE_REFERENCE};
    option_choice whats[sizeof commands / sizeof *commands + 1] = {0}, events[OLY_EVENTS + 1] = {0};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        whats[i] = (option_choice){commands[i].name, commands[i].help};
    for (int i = 0; i < OLY_EVENTS; i++) events[i] = (option_choice){oly_spaces[i].event, NULL};
    int command = 0, side = 0;
    events_options o = {.pairs = 31, .samples = 10, .key = 20, .seed = 1, .profile = "phone"};
    const option_row rows[] = {
        {"COMMAND", NULL, "what to do:", OPTION_CHOICE(&command, whats)},
        {"--event", NULL, "of which event:", OPTION_CHOICE(&o.event, events)},
        {"--config", "CONFIG", "a file, or \"kernel = packed, bits = 8\" (the baseline)",
         OPTION_WORD(&o.config)},
        {"--inputs", "N", "how many are measured", OPTION_WHOLE(&o.inputs, 1, 10000)},
        {"--key", "KEY", "of the inputs that nobody has seen (20)", OPTION_SEED(&o.key)},
        {"--pairs", "N", "of calls, baseline and configuration in turns (31)",
         OPTION_WHOLE(&o.pairs, 6, 1000)},
        {"--json", NULL, "print what was measured as JSON", OPTION_SWITCH(&o.json)},
        {"--out", "FILE", "where a measured space goes", OPTION_WORD(&o.out)},
        {"--samples", "N", "of each configuration (10)", OPTION_WHOLE(&o.samples, 1, RECORD_SAMPLES)},
        {"--method", NULL, "how to search:", OPTION_CHOICE(&o.method, methods)},
        {"--profile", "NAME", "phone, server or edge (phone)", OPTION_WORD(&o.profile)},
        {"--budget", "N", "configurations that may be tried (15 %)",
         OPTION_WHOLE(&o.budget, 1, RECORD_CONFIGS)},
        {"--seed", "SEED", "of a search (1)", OPTION_SEED(&o.seed)},
        {"--recorded", "FILE", "search this record, not the machine", OPTION_WORD(&o.recorded)},
        {"--quick", NULL, "fewer inputs, for a test", OPTION_SWITCH(&o.quick)},
        {"--side", NULL, "whose functions may be taken:", OPTION_CHOICE(&side, sides)},
        {0}};
    const int code = options_take(argv[0], NULL, rows, argc - 1, argv + 1);
    if (code >= 0) return code;
    blas_peer_match_build(argv);
    o.space = &oly_spaces[o.event];
    tt_status status = course_open(bits[side]);
    if (status == TT_OK) status = commands[command].run(&o);
    if (status == TT_TODO) fprintf(stderr, "events: nobody has written %s\n", unwritten());
    else if (status != TT_OK) fprintf(stderr, "events: %s: %s\n", tt_status_text(status), tt_error());
    return status != TT_OK;
}
