// sample.c: text by the trained transformer, one character after another.
//
//     sample [--weights FILE] [--length N] [--seed S] [--temperature T] [PROMPT]
//
// The whole prefix is computed again for every character: plain, and slow. Module 18 is about that.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/backend.h"
#include "nn/models.h"
#include "core/rng.h"

typedef struct {
    const char *weights, *prompt;
    int length;
    double temperature; // 0: always the likeliest character
    tt_rng rng;
} options;

static bool parse(options *o, int argc, char **argv)
{
    long length = o->length;
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        char *end = NULL;
        if (argv[i][0] != '-') {
            o->prompt = argv[i];
            continue;
        }
        if (!strcmp(argv[i], "--weights")) o->weights = value, end = "";
        else if (!strcmp(argv[i], "--length")) length = strtol(value, &end, 10);
        else if (!strcmp(argv[i], "--seed")) o->rng.state = strtoull(value, &end, 10);
        else if (!strcmp(argv[i], "--temperature")) o->temperature = strtod(value, &end);
        if (!end || *end || !*value) return false;
        i++;
    }
    if (length < 0 || length > 1000000) return false;
    o->length = (int)length;
    return o->temperature >= 0 && *o->prompt;
}

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
    for (int i = 0; i < o->length && status == TT_OK; i++, known++) {
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
    options o = {"datasets/weights/gpt.safetensors", "Ge1:1 In the beginning ", 400, 0.7, {1}};
    gpt m = {0};
    unsigned char alphabet[256];
    int vocab;
    if (!parse(&o, argc, argv)) {
        fprintf(stderr,
                "usage: sample [--weights FILE] [--length N] [--seed S] [--temperature T] [PROMPT]\n");
        return 2;
    }
    backend_use(&backend_blas);
    tt_status status = gpt_load(&m, o.weights);
    if (status == TT_OK) status = gpt_load_vocabulary(alphabet, &vocab, o.weights);
    if (status == TT_OK) status = write_on(&m, alphabet, &o);
    if (status != TT_OK) fprintf(stderr, "sample: %s\n", tt_error());
    gpt_finish(&m);
    return status != TT_OK;
}
