// main.c: says whose code runs, and what every combination makes of the transformer: nats per character of text that it
// has not seen, the bytes that a token reads, tokens per second, and the text that it writes.
#include <string.h>

#include "core/options.h"
#include "measure/measure.h"
#include "transformer.h"

enum { PROMPT = 15, MADE = 30, LENGTH = 64, MOST_VOCAB = 256 };
static const char begins[PROMPT + 1] = "And it came to ";

typedef struct {
    course_gpt *g;
    text_corpus text;
    text_split split;
    int stride, prompt[PROMPT];
} subject;

static tt_status open_subject(subject *s, bool quick)
{
    tt_status status = text_load(&s->text);
    if (status == TT_OK) status = text_split_make(&s->split, s->text.count, 1);
    if (status == TT_OK) status = text_ids(s->prompt, &s->text, (const unsigned char *)begins, PROMPT);
    s->stride = quick ? 200 : 60;
    s->g = status == TT_OK ? course_gpt_create(COURSE_192) : NULL;
    return s->g ? TT_OK : status == TT_OK ? TT_BAD_FILE : status;
}

static void print_text(const subject *s, const int *ids, int count)
{
    for (int t = 0; t < count; t++) {
        const int c = s->text.alphabet[ids[t]];
        putchar(c < ' ' ? ' ' : c);
    }
    printf("\n");
}

// The best of a few tokens behind LENGTH - 1 others, which a cache holds already.
static tt_status time_token(double *best, course_gpt *g)
{
    const double enough = 0.1;
    float logits[MOST_VOCAB];
    int ids[LENGTH];
    for (int t = 0; t < LENGTH; t++) ids[t] = t % course_gpt_weights(g)->config.vocab;
    tt_status status = course_gpt_forward(g, logits, ids, LENGTH - 1, LENGTH);
    const double begin = measure_now();
    for (int i = 0; status == TT_OK && (i == 0 || measure_now() - begin < enough); i++) {
        const double start = measure_now();
        status = course_gpt_forward(g, logits, ids, LENGTH - 1, LENGTH);
        const double seconds = measure_now() - start;
        if (i == 0 || seconds < *best) *best = seconds;
    }
    return status;
}

static tt_status row(const subject *s, unsigned parts)
{
    char name[COURSE_NAME];
    int ids[PROMPT + MADE];
    double nats = 0, seconds = 0;
    if (course_gpt_use(s->g, parts) != TT_OK)
        return printf("%-12s %.67s\n", course_name(name, parts), "refused: no kernel"), TT_OK;
    if (course_gpt_parts(s->g) != parts)
        return printf("%-12s left out: nobody's %s\n", course_name(name, parts), course_lacks(parts)), TT_OK;
    memcpy(ids, s->prompt, sizeof s->prompt);
    printf("%-12s ", course_name(name, parts)), fflush(stdout);
    tt_status status = course_gpt_nats(&nats, s->g, &s->text, &s->split, s->stride);
    if (status == TT_OK) status = time_token(&seconds, s->g);
    if (status == TT_OK) status = course_gpt_write(s->g, ids, PROMPT, MADE);
    if (status != TT_OK) return status;
    printf("%6.3f %6.2f %8.0f  ", nats, (double)course_gpt_read_bytes(s->g) / (1 << 20), 1 / seconds);
    print_text(s, ids + PROMPT, MADE);
    return TT_OK;
}

static tt_status table(const subject *s)
{
    printf("The transformer, by what is switched on: nats per character of every %dth\n"
           "window of held-out text, MiB of weights that a token reads, tokens per second\n"
           "behind %d others (the best of a few; in turns: make bench-course), greedy text\n"
           "behind \"%s\".\n\n%-12s %6s %6s %8s  %s\n",
           s->stride, LENGTH - 1, begins, "modules", "nats", "MiB", "token/s", "text");
    tt_status status = TT_OK;
    for (unsigned parts = 0; parts < 1u << COURSE_PARTS && status == TT_OK; parts++) status = row(s, parts);
    return status;
}

int main(int argc, char **argv)
{
    enum { WHO, TABLE };
    static const option_choice commands[] = {{"who", "say whose code runs, function by function"},
                                             {"table", "every combination of the transformer"},
                                             {0}};
    static const option_choice choices[] = {{"both", "yours, else the reference's (default)"},
                                            {"mine", "yours alone"},
                                            {"solution", "the reference's alone"},
                                            {"common", "neither"},
                                            {0}};
    static const unsigned sides[] = {COURSE_BOTH, 1 << COURSE_MINE, 1 << COURSE_REFERENCE,
                                     COURSE_COMMON_ONLY};
    int command = WHO, side = 0;
    bool quick = false;
    const option_row rows[] = {
        {"COMMAND", NULL, "what to do:", OPTION_CHOICE(&command, commands)},
        {"--side", "SIDE", "whose functions may be taken:", OPTION_CHOICE(&side, choices)},
        {"--quick", NULL, "less text", OPTION_SWITCH(&quick)},
        {0}};
    const int code = options_take(argv[0], NULL, rows, argc - 1, argv + 1);
    if (code >= 0) return code;
    subject s = {0};
    tt_status status = course_open(sides[side]);
    if (status == TT_OK && command == WHO) course_who(stdout);
    if (status == TT_OK && command == TABLE) {
        status = open_subject(&s, quick);
        if (status == TT_OK) status = table(&s);
        course_gpt_finish(s.g), text_finish(&s.text);
    }
    if (status != TT_OK) fprintf(stderr, "course: %s: %s\n", tt_status_text(status), tt_error());
    return status != TT_OK;
}
