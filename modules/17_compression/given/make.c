// make.c: makes the compressed models that ship: prune-17-SIDE NAME|all. recipes.h has the rows.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/options.h"
#include "measure/blas_peer.h"
#include "measure/measure.h"
#include "ops/backend.h"
#include "recipes.h"

static void report(void *caller, const train_progress *p)
{
    static double shown;
    const comp_recipe *r = caller;
    const bool terminal = isatty(1);
    const double now = measure_now(), left = p->per_step * (double)(p->steps - p->step);
    if (p->figures)
        printf("%s%s, step %ld: %lld %s, loss %.4f, accuracy %.2f %%\n", terminal ? "\n" : "", r->name,
               p->step, p->figures->count, p->figures->what, p->figures->loss, 100 * p->figures->accuracy);
    else if (now - shown > (terminal ? 0.5 : 30))
        printf("%s%s: step %ld of %ld, loss %.4f, about %.0f s left%s", terminal ? "\r" : "", r->name,
               p->step, p->steps, p->loss, left, terminal ? "  " : "\n");
    else return;
    shown = now;
    fflush(stdout);
}

static tt_status make(const comp_recipe *r, const char *folder, comp_making how)
{
    char path[512], command[64];
    train_figures figures;
    snprintf(path, sizeof path, "%s/%s.safetensors", folder, r->name);
    snprintf(command, sizeof command, "make train-17 TRAIN=%s", r->name);
    how.out = path, how.command = command, how.report = report, how.caller = (void *)r;
    return comp_make(r, &how, &figures);
}

int main(int argc, char **argv)
{
    blas_peer_match_build(argv);
    const char *name = NULL, *folder = ".";
    long workers = 2, seed = 1, steps = 0;
    comp_making how = {.save_every = 30};
    const option_row rows[] = {
        {"NAME", NULL, "a recipe, or all", OPTION_WORD(&name)},
        {"--out", "FOLDER", "where the files go (default: here)", OPTION_WORD(&folder)},
        {"--workers", "N", "processes that share a batch (default: 2)",
         OPTION_WHOLE(&workers, 1, TRAIN_MOST_WORKERS)},
        {"--seed", "S", "of all that is drawn (default: 1)", OPTION_WHOLE(&seed, 0, 1L << 53)},
        {"--steps", "N", "fewer or more than the recipe's", OPTION_WHOLE(&steps, 1, 100000000)},
        {"--one-shot", NULL, "prune before the first step, not bit by bit", OPTION_SWITCH(&how.one_shot)},
        {"--resume", NULL, "go on where a run was broken off", OPTION_SWITCH(&how.resume)},
        {0}};
    int code =
        options_take(argv[0], "Prunes a trained model and trains on what is left.", rows, argc - 1, argv + 1);
    if (code >= 0) return code;
    how.workers = (int)workers, how.seed = (uint64_t)seed, how.steps = steps;
    backend_use(&backend_blas);
    const bool all = name && strcmp(name, "all") == 0;
    const comp_recipe *one = all ? NULL : comp_recipe_find(name ? name : "");
    tt_status status = all || one ? TT_OK : TT_BAD_VALUE;
    mkdir(folder, 0777);
    for (int i = 0; i < comp_recipe_count && status == TT_OK; i++)
        if (all || one == &comp_recipes[i]) status = make(&comp_recipes[i], folder, how);
    if (status != TT_OK) fprintf(stderr, "prune: %s\n", tt_error()[0] ? tt_error() : tt_status_text(status));
    return status == TT_OK ? 0 : 1;
}
