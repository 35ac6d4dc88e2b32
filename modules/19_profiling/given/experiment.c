// experiment.c: runs the transformer in all combinations of its factors, which take turns.
#include "given/experiment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "measure/measure.h"
#include "nn/models.h"
#include "ops/backend.h"
#include "ops/ops.h"

// --- By what common has ---

static void switch_on(gpt *m, int set)
{
    backend_use(set >> PROFILING_PRODUCTS & 1 ? &backend_blas : &backend_naive);
    m->kernels = set >> PROFILING_LAYERS & 1 ? NULL : &gpt_textbook;
}

tt_status profiling_experiment_common(profiling_experiment *e, int rounds, int tokens)
{
    enum { VOCAB = 64, SETS = 1 << 2 };
    const tt_backend *before = backend;
    gpt m = {0};
    int *ids = calloc((size_t)tokens, sizeof *ids);
    float *logits = malloc((size_t)tokens * VOCAB * sizeof *logits);
    *e = (profiling_experiment){.factors = 2, .rounds = rounds, .names = {"products", "layers"}};
    tt_status status = ids && logits ? gpt_create_default(&m, VOCAB, 19) : TT_NO_MEMORY;
    for (int i = 0; i < tokens && status == TT_OK; i++) ids[i] = i * 7 % VOCAB;
    for (int r = -1; r < rounds && status == TT_OK; r++) // round -1 is the warm-up
        for (int i = 0; i < SETS && status == TT_OK; i++) {
            const int set = r % 2 ? SETS - 1 - i : i;
            switch_on(&m, set);
            const double start = measure_now();
            status = gpt_forward(&m, logits, ids, tokens, NULL);
            if (r >= 0) e->seconds[r * SETS + set] = measure_now() - start;
        }
    backend_use(before);
    gpt_finish(&m);
    free(ids), free(logits);
    return status;
}

// --- By modules 15 to 18 ---

// The names of the factors, from a line with blanks between them.
static int take_names(profiling_experiment *e, char *line)
{
    int count = 0;
    for (char *name = strtok(line, " \n"); name && count < PROF_MOST_FACTORS; name = strtok(NULL, " \n"))
        snprintf(e->names[count++], sizeof *e->names, "%.31s", name);
    return count;
}

static tt_status take_seconds(profiling_experiment *e, FILE *from)
{
    const int sets = 1 << e->factors;
    for (; e->rounds < PROFILING_MOST_ROUNDS; e->rounds++)
        for (int i = 0; i < sets; i++)
            if (fscanf(from, "%lf", &e->seconds[e->rounds * sets + i]) != 1)
                return i == 0 && e->rounds > 0 ? TT_OK : tt_fail(TT_BAD_FILE, "the experiment was cut short");
    return TT_OK;
}

tt_status profiling_experiment_course(profiling_experiment *e, bool zeros, int rounds, int length)
{
    char command[100], line[400] = "nothing was said", first[400];
    setenv("EXPERIMENT", TT_BUILD "/course/experiment", 0); // a test has set another, without anybody's files
    snprintf(command, sizeof command, "\"$EXPERIMENT\" %s --rounds %d --length %d 2>&1 </dev/null",
             zeros ? "zeros" : "bytes", rounds, length);
    FILE *from = popen(command, "r");
    if (!from) return tt_fail(TT_BAD_FILE, "no process for the experiment of the course");
    *e = (profiling_experiment){0};
    if (fgets(line, sizeof line, from))
        line[strcspn(line, "\n")] = 0, memcpy(first, line, sizeof first), e->factors = take_names(e, first);
    const tt_status status = take_seconds(e, from);
    const int ended = pclose(from);
    if (WIFSIGNALED(ended) ||
        (WIFEXITED(ended) && WEXITSTATUS(ended) > 128)) // as the shell tells of a signal
        return tt_fail(TT_BAD_FILE,
                       "The experiment of the course crashed in a function of module 15 to 18: make grade");
    // Its complaint is all that it said then.
    if (ended != 0) return tt_fail(TT_BAD_FILE, "The experiment of the course: %.380s", line);
    return status;
}
