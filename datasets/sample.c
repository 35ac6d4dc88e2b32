// sample.c: text by the trained transformer, one character after another.
//
// The whole prefix is computed again for every character: plain, and slow. Module 18 is about that.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure/blas_peer.h"
#include "ops/backend.h"
#include "core/options.h"
#include "nn/models.h"
#include "core/rng.h"

typedef struct {
    const char *weights, *prompt;
    long length;
    double temperature; // 0: always the likeliest character
    tt_rng rng;
} options;

// The next id from logits (vocab): softmax(logits / temperature), then a draw.
static int draw(const float *logits, int vocab, options *o)
{
    int best;
    models_predict(&best, logits, 1, vocab);
    if (o->temperature == 0) return best;
    double sum = 0, p[256];
    for (int i = 0; i < vocab; i++) sum += p[i] = exp((logits[i] - logits[best]) / o->temperature);
    double left = rng_uniform(&o->rng) * sum;
    for (int i = 0; i < vocab; i++)
        if ((left -= p[i]) < 0) return i;
    return best;
}

static tt_status encode(int *ids, const char *prompt, const unsigned char *alphabet, int vocab)
{
    for (size_t i = 0; prompt[i]; i++) {
        const unsigned char *at = memchr(alphabet, (unsigned char)prompt[i], (size_t)vocab);
        if (!at)
            return tt_fail(TT_BAD_VALUE, "the model has never seen the character '%c'; use others",
                           prompt[i]);
        ids[i] = (int)(at - alphabet);
    }
    return TT_OK;
}

// Print the prompt and what follows. Past the context's end the oldest characters are forgotten.
static tt_status write_on(gpt *m, const unsigned char *alphabet, options *o)
{
    size_t known = strlen(o->prompt);
    int vocab = m->config.vocab, context = m->config.context;
    int *ids = malloc((known + (size_t)o->length) * sizeof *ids);
    float *logits = malloc((size_t)context * (size_t)vocab * sizeof *logits);
    tt_status status = ids && logits ? encode(ids, o->prompt, alphabet, vocab) : TT_NO_MEMORY;
    if (status == TT_OK) fputs(o->prompt, stdout);
    for (long i = 0; i < o->length && status == TT_OK; i++, known++) {
        int seen = known < (size_t)context ? (int)known : context;
        status = gpt_forward(m, logits, ids + known - seen, seen, NULL);
        if (status != TT_OK) break;
        ids[known] = draw(logits + (size_t)(seen - 1) * vocab, vocab, o);
        putchar(alphabet[ids[known]]);
        fflush(stdout);
    }
    putchar('\n');
    free(ids), free(logits);
    return status;
}

int main(int argc, char **argv)
{
    blas_peer_match_build(argv);
    options o = {"datasets/weights/gpt.safetensors", "Ge1:1 In the beginning ", 400, 0.7, {1}};
    gpt m = {0};
    unsigned char alphabet[256];
    int vocab;
    const option_row rows[] = {
        {"PROMPT", NULL, "what the text begins with (default: a verse's number and its first words)",
         OPTION_WORD(&o.prompt)},
        {"--weights", "FILE", "the trained transformer (default: datasets/weights/gpt.safetensors)",
         OPTION_WORD(&o.weights)},
        {"--length", "N", "how many characters follow (default: 400)", OPTION_WHOLE(&o.length, 0, 1000000)},
        {"--seed", "S", "another seed writes another text (default: 1)", OPTION_SEED(&o.rng.state)},
        {"--temperature", "T", "0: always the likeliest character; 1: as the model would draw (default: 0.7)",
         OPTION_REAL(&o.temperature, 0, INFINITY)},
        {0}};
    int code = options_take(argv[0], "Text by the trained transformer, one character after another.", rows,
                            argc - 1, argv + 1);
    if (code >= 0) return code;
    if (!*o.prompt) {
        tt_fail(TT_BAD_VALUE, "PROMPT is empty: give one character or more");
        return options_refuse(argv[0], rows);
    }
    backend_use(&backend_blas);
    tt_status status = gpt_load(&m, o.weights);
    if (status == TT_OK) status = gpt_load_vocabulary(alphabet, &vocab, o.weights);
    if (status == TT_OK) status = write_on(&m, alphabet, &o);
    if (status != TT_OK) fprintf(stderr, "sample: %s\n", tt_error());
    gpt_finish(&m);
    return status != TT_OK;
}
