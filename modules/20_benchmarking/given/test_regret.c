// test_regret.c: the record of the MLP's space is whole, and on it the tuner does what is claimed of it; the test of ranks against
// a count by hand.
#include "tests/check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "given/profiles.h"
#include "given/spaces.h"
#include "given/regret.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

static oly_record record;

TEST(the_record_is_of_the_whole_space_in_its_order)
{
    static oly_config all[RECORD_CONFIGS];
    int count;
    assert_status(oly_config_list(all, &count, RECORD_CONFIGS, &oly_spaces[OLY_MLP]), TT_OK);
    assert_int_equal(record.configs, count);
    assert_true(count >= 150 && record.samples >= 9);
    assert_memory_equal(record.config, all, (size_t)count * sizeof *all);
    const oly_metrics *base = &record.metrics[0];
    assert_true(base->quality > 0.88 && base->quality < 1);
    for (int i = 0; i < count; i++)
        assert_true(record.metrics[i].peak_bytes >= record.metrics[i].model_bytes);
}

TEST(what_is_written_is_read_again)
{
    static oly_record again;
    const char *path = "test_regret.json";
    assert_status(record_write(&record, path), TT_OK);
    assert_status(record_read(&again, &oly_spaces[OLY_MLP], path), TT_OK);
    assert_memory_equal(record.seconds, again.seconds, sizeof record.seconds);
    assert_memory_equal(record.config, again.config, sizeof record.config);
    assert_status(record_read(&again, &oly_spaces[OLY_CNN], path), TT_BAD_FILE);
    unlink(path);
    assert_status(record_read(&again, &oly_spaces[OLY_MLP], path), TT_BAD_FILE);
}

TEST(ranks_are_summed_and_counted)
{
    const double ones[] = {1, 1, 1, 1, 1}, better[] = {2, 3, 4, 5, 6}, mixed[] = {0, 3, 4, 5, 6},
                 tied[] = {0, 2, 3};
    assert_true(regret_wilcoxon(ones, better, 5) == 1.0 / 32); // all ranks: one choice of signs
    assert_true(regret_wilcoxon(ones, mixed, 5) == 2.0 / 32);  // without rank 1: 14, or all: 15
    assert_true(regret_wilcoxon(ones, tied, 3) == 3.0 / 8);    // ranks 1.5 1.5 3: 4.5 twice, and 6
    assert_true(regret_wilcoxon(ones, ones, 5) == 1);
    assert_true(regret_wilcoxon(better, ones, 5) == 1);
}

// The record does not change, so this is the same on every machine.
TEST(the_tuner_finds_more_than_chance_and_a_grid)
{
    for (int i = 0; i < PROFILES; i++) {
        regrets s;
        double sum = 0;
        assert_status(regret_study(&s, &record, &profiles[i]), TT_OK);
        for (int k = 0; k < REGRET_SEEDS; k++) sum += s.process[k];
        const double least = profiles[i].latency >= 0.5 ? 0.5 : 0.3; // saved
        if (!(s.p < 0.01 && sum / REGRET_SEEDS <= s.grid && s.early_saved >= least && s.early_lost <= 0.02))
            fail_msg("%s: p %.3g, regret %.3g, of the grid %.3g; early saves %.3g and loses %.3g",
                     profiles[i].name, s.p, sum / REGRET_SEEDS, s.grid, s.early_saved, s.early_lost);
    }
}

int main(void)
{
    if (record_read(&record, &oly_spaces[OLY_MLP], record_mlp) != TT_OK) return puts(tt_error()), 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_record_is_of_the_whole_space_in_its_order),
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(ranks_are_summed_and_counted),
        cmocka_unit_test(the_tuner_finds_more_than_chance_and_a_grid),
    };
    return run_tests(tests);
}
