// test_contender.c: every configuration of every event that breaks no rule runs, and answers nearly as the baseline does.
#include "tests/check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/fashion.h"
#include "events/contender.h"
#include "nn/models.h"
#include "seam.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

enum { PICTURES = 64, MOST_LOGITS = PICTURES * 256 };
static fashion_set train, pictures;

static bool is_allowed(const oly_space *s, const oly_config *c)
{
    for (int r = 0; r < s->rules; r++)
        if (s->rule[r].choices >> c->choice[s->rule[r].field] & 1 &&
            s->rule[r].others >> c->choice[s->rule[r].other] & 1)
            return false;
    return true;
}

// The next one, as an odometer turns; false behind the last.
static bool turn(const oly_space *s, oly_config *c)
{
    for (int f = s->fields - 1; f >= 0; f--) {
        if (++c->choice[f] < s->field[f].choices) return true;
        c->choice[f] = 0;
    }
    return false;
}

// In percent, of PICTURES rows of 10.
static double agreement(const float *a, const float *b)
{
    int x[PICTURES], y[PICTURES], same = 0;
    models_predict(x, a, PICTURES, 10), models_predict(y, b, PICTURES, 10);
    for (int i = 0; i < PICTURES; i++) same += x[i] == y[i];
    return 100.0 * same / PICTURES;
}

// What removes weights without training again may change much of what is predicted; nothing else may.
static double least_agreement(int event, const oly_config *c)
{
    if (event == OLY_CNN) return c->choice[CNN_FILTERS] ? 80 : 90;
    const int gone = oly_choice_number(&oly_spaces[event], c, MLP_SPARSITY);
    if (c->choice[MLP_SCOPE] == 2) return 90;                  // trained again
    if (c->choice[MLP_FORMAT] > 1) return gone <= 50 ? 50 : 0; // whole blocks
    return gone == 0 ? 90 : gone <= 70 ? 70 : 0;
}

static int run_all_of(int event, bool with_parts)
{
    static float want[MOST_LOGITS], got[MOST_LOGITS];
    const oly_space *space = &oly_spaces[event];
    oly_config config = {{0}};
    int ran = 0;
    do {
        if (!is_allowed(space, &config)) continue;
        contender *c = contender_create(event, &config, train.images, CONTENDER_CALIBRATION);
        if (!c && !with_parts) continue; // a hand-out: what is nobody's is refused
        if (!c) fail_msg("%s: %s", space->event, tt_error());
        assert_status(contender_run(c, ran ? got : want, pictures.images, PICTURES), TT_OK);
        const double same = agreement(ran ? got : want, want);
        if (!(same >= least_agreement(event, &config)))
            fail_msg("%s, configuration %d: %.0f %% as the baseline", space->event, ran, same);
        const oly_counts counts = contender_counts(c, 64);
        assert_true(contender_bytes(c) > 0 && counts.macs > 0 && counts.bytes > 0 && counts.misses > 0);
        contender_finish(c);
        ran++;
    } while (turn(space, &config));
    return ran;
}

static bool with_reference;

TEST(every_configuration_of_pictures_runs)
{
    const int mlp = run_all_of(OLY_MLP, with_reference), cnn = run_all_of(OLY_CNN, with_reference);
    if (with_reference && (mlp < 150 || cnn < 50)) fail_msg("%d and %d configurations", mlp, cnn);
    assert_true(mlp > 0 && cnn > 0);
}

// Text: the logits of the baseline, within what bytes and zeros change.
TEST(every_configuration_of_text_runs)
{
    static float want[MOST_LOGITS], got[MOST_LOGITS];
    const oly_space *space = &oly_spaces[OLY_GPT];
    int ids[CONTENDER_TEXT], ran = 0;
    for (int i = 0; i < CONTENDER_TEXT; i++) ids[i] = (i * 7 + i / 5) % 60;
    oly_config config = {{0}};
    do {
        if (!is_allowed(space, &config)) continue;
        contender *c = contender_create(OLY_GPT, &config, NULL, 0);
        if (!c && !with_reference) continue;
        if (!c) fail_msg("gpt: %s", tt_error());
        const contender_shape shape = contender_shape_of(c);
        const int logits = shape.rows * shape.classes;
        assert_true(logits <= MOST_LOGITS);
        assert_status(contender_run(c, ran ? got : want, ids, 1), TT_OK);
        double off = 0, size = 0;
        for (int i = 0; ran && i < logits; i++)
            off += pow((double)got[i] - (double)want[i], 2), size += pow((double)want[i], 2);
        const double allowed = config.choice[GPT_SPARSITY] ? 0.5 : config.choice[GPT_BITS] ? 0.1 : 1e-4;
        if (!(off <= allowed * allowed * size) && ran)
            fail_msg("gpt, configuration %d: logits are off by %.3g of their size", ran, sqrt(off / size));
        contender_finish(c);
        ran++;
    } while (turn(space, &config));
    assert_true(ran > 0 && (!with_reference || ran >= 20));
}

TEST(a_rule_that_is_broken_is_named)
{
    oly_config config = {{0}};
    config.choice[MLP_BITS] = 1, config.choice[MLP_SPARSITY] = 2, config.choice[MLP_FORMAT] = 1;
    assert_null(contender_create(OLY_MLP, &config, train.images, 10));
    assert_non_null(strstr(tt_error(), "skips zeros"));
    config.choice[MLP_BITS] = 9;
    assert_null(contender_create(OLY_MLP, &config, train.images, 10));
    assert_non_null(strstr(tt_error(), "bits"));
}

TEST(a_step_of_training_changes_the_answers)
{
    float before[640], after[640];
    int labels[PICTURES];
    oly_config config = {{0}};
    for (int i = 0; i < PICTURES; i++) labels[i] = pictures.labels[i];
    contender *c = contender_create(OLY_MLP, &config, NULL, 0);
    assert_non_null(c);
    assert_status(contender_run(c, before, pictures.images, PICTURES), TT_OK);
    assert_status(contender_train(c, pictures.images, labels, PICTURES), TT_OK);
    assert_status(contender_run(c, after, pictures.images, PICTURES), TT_OK);
    assert_true(memcmp(before, after, sizeof before) != 0);
    contender_finish(c);
}

int main(int argc, char **argv)
{
    with_reference = argc > 1 && !strcmp(argv[1], "with-reference");
    if (fashion_load(&train, PART_TRAIN) != TT_OK || fashion_load(&pictures, PART_VALIDATION) != TT_OK)
        return fprintf(stderr, "%s\n", tt_error()), 1;
    if (course_open(COURSE_BOTH) != TT_OK) return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_configuration_of_pictures_runs),
        cmocka_unit_test(every_configuration_of_text_runs),
        cmocka_unit_test(a_rule_that_is_broken_is_named),
        cmocka_unit_test(a_step_of_training_changes_the_answers),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fashion_finish(&train), fashion_finish(&pictures);
    return !!failed;
}
