// experiment.c: the times of a 2^k experiment on the transformer, for whoever wants to analyse one (module 19 does). A
// line of names, then a line of 2^k seconds for each round: place i has those parts on whose bits are set in i. Where it cannot
// be, a line that says why.
#include <fcntl.h>
#include <unistd.h>

#include "core/options.h"
#include "measure/blas_peer.h"
#include "measure/measure.h"
#include "transformer.h"

enum { FACTORS = 3, SETS = 1 << FACTORS, MOST_LENGTH = 512, MOST_VOCAB = 256 };

// Bytes and zeros together have no kernel, so there are two experiments and not one of four factors.
static const struct {
    const char *names;
    unsigned parts[FACTORS];
} experiments[] = {
    {"acceleration bytes cache", {COURSE_ACCELERATION, COURSE_INT8, COURSE_CACHE}},
    {"acceleration zeros cache", {COURSE_ACCELERATION, COURSE_PRUNING, COURSE_CACHE}},
};

// What is read of this program. A student's function may print, too: that goes nowhere.
static FILE *keep_output(void)
{
    FILE *out = fdopen(dup(STDOUT_FILENO), "w");
    const int nothing = open("/dev/null", O_WRONLY);
    if (nothing >= 0) dup2(nothing, STDOUT_FILENO), dup2(nothing, STDERR_FILENO), close(nothing);
    return out;
}

static unsigned parts_of(int experiment, int set)
{
    unsigned parts = 0;
    for (int f = 0; f < FACTORS; f++) parts |= set >> f & 1 ? experiments[experiment].parts[f] : 0;
    return parts;
}

// Seconds of one more token behind length - 1 others; with a cache these are in it. A call that is short is made often.
static tt_status time_token(double *seconds, course_gpt *g, unsigned parts, int length)
{
    static int ids[MOST_LENGTH];
    static float logits[MOST_VOCAB];
    const double least = 2e-3;
    for (int i = 0; i < length; i++) ids[i] = (i * 7 + i / 5) % course_gpt_weights(g)->config.vocab;
    tt_status status = course_gpt_use(g, parts);
    if (status == TT_OK)
        status = course_gpt_forward(g, logits, ids, length - 1, length); // warm, and in the cache
    const double start = measure_now();
    int calls = 0;
    while (status == TT_OK && (calls == 0 || measure_now() - start < least)) {
        status = course_gpt_forward(g, logits, ids, length - 1, length);
        calls++;
    }
    if (status == TT_OK) *seconds = (measure_now() - start) / calls;
    return status;
}

static tt_status run(FILE *out, course_gpt *g, int experiment, int rounds, int length)
{
    tt_status status = TT_OK;
    for (int r = 0; r < rounds && status == TT_OK; r++) {
        double seconds[SETS];
        for (int i = 0; i < SETS && status == TT_OK; i++) {
            const int set = r % 2 ? SETS - 1 - i : i; // forth and back
            status = time_token(&seconds[set], g, parts_of(experiment, set), length);
        }
        for (int i = 0; i < SETS && status == TT_OK; i++)
            fprintf(out, "%.9g%c", seconds[i], i + 1 < SETS ? ' ' : '\n');
        fflush(out);
    }
    return status;
}

int main(int argc, char **argv)
{
    static const option_choice choices[] = {
        {"bytes", "modules 15, 16 and 18"}, {"zeros", "modules 15, 17 and 18"}, {0}};
    int experiment = 0;
    long rounds = 15, length = 128;
    const option_row rows[] = {{"EXPERIMENT", NULL, "which parts:", OPTION_CHOICE(&experiment, choices)},
                               {"--rounds", "N", "how many rounds (15)", OPTION_WHOLE(&rounds, 1, 1000)},
                               {"--length", "TOKENS", "of the text, the new one included (128)",
                                OPTION_WHOLE(&length, 2, MOST_LENGTH)},
                               {0}};
    const int code = options_take(argv[0], NULL, rows, argc - 1, argv + 1);
    if (code >= 0) return code;
    blas_peer_match_build(argv);
    FILE *out = keep_output();
    if (!out) return 1;
    tt_status status = course_open(COURSE_BOTH);
    const unsigned all = parts_of(experiment, SETS - 1);
    if (status == TT_OK && course_present(all) != all) {
        fprintf(out, "nobody has written %s\n", course_lacks(all));
        return 1;
    }
    course_gpt *g = status == TT_OK ? course_gpt_create(COURSE_192) : NULL;
    if (status == TT_OK && !g) status = TT_BAD_FILE;
    if (status == TT_OK) fprintf(out, "%s\n", experiments[experiment].names);
    if (status == TT_OK) status = run(out, g, experiment, (int)rounds, (int)length);
    course_gpt_finish(g);
    if (status != TT_OK) fprintf(out, "%s: %s\n", tt_status_text(status), tt_error());
    return status != TT_OK;
}
