// check_compare.c: pairs of times and 2^k experiments, made so that the truth is known.
#include "checks.h"

#include <math.h>
#include <stdio.h>

#include "oracle.h"

// --- Pairs ---

// A machine whose speed changes from pair to pair by `drift` (0.3: most pairs within 0.7 .. 1.3), noise of each time, and now
// and then a disturbance of one of them. The first of a pair is `gain` times as slow as the second.
static void lay_pairs(grade_run *run, double *before, double *after, int pairs, double gain, double noise,
                      double drift)
{
    for (int i = 0; i < pairs; i++) {
        const double speed = exp(drift * profiling_normal(run));
        before[i] = gain * speed * exp(noise * profiling_normal(run));
        after[i] = speed * exp(noise * profiling_normal(run));
        if (grade_random_below(run, 25) == 0) before[i] *= 1 + noise * 20;
        if (grade_random_below(run, 25) == 0) after[i] *= 1 + noise * 20;
    }
}

typedef struct {
    int pairs;
    double gain, noise, drift;
} pair_row;

static void lay_row(grade_run *run, pair_row row, double confidence, int resamples)
{
    run->layout.number[A] = row.pairs;
    double *before = profiling_doubles(run, (size_t)row.pairs),
           *after = profiling_doubles(run, (size_t)row.pairs);
    lay_pairs(run, before, after, row.pairs, row.gain, row.noise, row.drift);
    *(prof_bootstrap *)grade_input_bytes(run, sizeof(prof_bootstrap)) =
        profiling_bootstrap(run, confidence, resamples);
    grade_output_bytes(run, sizeof(prof_comparison));
}

bool profiling_fill_compare(grade_run *run)
{
    static const pair_row rows[] = {{8, 1, 0, 0},         {8, 2, 0.01, 0},       {9, 0.5, 0.01, 0},
                                    {31, 1.01, 0.05, 0},  {31, 0.99, 0.05, 0.1}, {40, 1.2, 0.1, 0.2},
                                    {101, 1.02, 0.02, 0}, {64, 0.9, 0.3, 0}};
    if (run->step >= COUNT(rows)) return false;
    return lay_row(run, rows[run->step], run->step % 2 ? 0.95 : 0.9, 200), true;
}

// The machine is up to three times slower in some pairs than in others; each pair says the same, to one in a thousand.
bool profiling_fill_drift(grade_run *run)
{
    static const pair_row rows[] = {
        {31, 1.03, 0.001, 0.4}, {31, 0.97, 0.001, 0.4}, {20, 1.1, 0.002, 0.8}, {50, 1.01, 0.0005, 0.3}};
    if (run->step >= COUNT(rows)) return false;
    return lay_row(run, rows[run->step], 0.95, 400), true;
}

static void compare_comparison(grade_run *run, const char *which, const prof_comparison *got,
                               prof_comparison want)
{
    static const char *const changes[] = {"PROF_CANNOT_TELL", "PROF_FASTER", "PROF_SLOWER"};
    char name[80];
#define COMPARE_NUMBER(field)                                                                                \
    (snprintf(name, sizeof name, "%s" #field, which),                                                        \
     profiling_compare_number(run, name, got->field, want.field))
    COMPARE_NUMBER(ratio);
    COMPARE_NUMBER(interval.low);
    COMPARE_NUMBER(interval.high);
#undef COMPARE_NUMBER
    if (got->change != want.change)
        grade_wrong(run, "%sratio %g, interval %g to %g: got change %s, expected %s", which, want.ratio,
                    want.interval.low, want.interval.high,
                    got->change <= PROF_SLOWER ? changes[got->change] : "out of range", changes[want.change]);
    // What is rounded up may come out one apart.
    const double wrong = fabs(got->pairs_needed - want.pairs_needed);
    if (isinf(want.pairs_needed) ? got->pairs_needed < 1e9 || isnan(got->pairs_needed)
                                 : !(wrong <= 1 + 1e-6 * want.pairs_needed))
        grade_wrong(run, "%sgot pairs_needed = %g, expected %g", which, got->pairs_needed, want.pairs_needed);
}

void profiling_check_compare(grade_run *run)
{
    profiling_require_ok(run);
    compare_comparison(run, "", grade_result(run, 3),
                       profiling_oracle_compare(grade_given(run, 0), grade_given(run, 1),
                                                run->layout.number[A],
                                                *(const prof_bootstrap *)grade_given(run, 2)));
}

// --- 1,000 experiments ---

// First nothing has changed; then there is a gain of 3 %, and a loss.
static const struct {
    double gain;
    prof_change truth;
    const char *text;
} lucks[] = {{1, PROF_CANNOT_TELL, "nothing changed"},
             {1.03, PROF_FASTER, "3 % faster"},
             {1 / 1.03, PROF_SLOWER, "3 % slower"}};
enum { LUCK_PAIRS = 31, EXPERIMENTS = 1000 };

bool profiling_fill_luck(grade_run *run)
{
    if (run->step >= COUNT(lucks)) return false;
    run->layout.number[A] = LUCK_PAIRS, run->layout.number[B] = EXPERIMENTS;
    double *before = profiling_doubles(run, EXPERIMENTS * LUCK_PAIRS),
           *after = profiling_doubles(run, EXPERIMENTS * LUCK_PAIRS);
    lay_pairs(run, before, after, EXPERIMENTS * LUCK_PAIRS, lucks[run->step].gain, 0.015, 0.2);
    *(prof_bootstrap *)grade_input_bytes(run, sizeof(prof_bootstrap)) = profiling_bootstrap(run, 0.95, 200);
    grade_output_bytes(run, EXPERIMENTS * sizeof(int));
    return true;
}

// Of 1,000 intervals of 95 % that miss on either side 25 are expected to say "faster"; 70 would be a wonder.
void profiling_check_luck(grade_run *run)
{
    profiling_require_ok(run);
    const int *changes = grade_result(run, 3);
    int said[3] = {0};
    for (int i = 0; i < EXPERIMENTS; i++)
        if (changes[i] >= 0 && changes[i] <= PROF_SLOWER) said[changes[i]]++;
    const prof_change truth = lucks[run->step].truth;
    if (truth == PROF_CANNOT_TELL ? said[PROF_FASTER] > 70 || said[PROF_SLOWER] > 70 : said[truth] < 950)
        grade_wrong(run, "%s, in %d experiments: it said faster %d times, slower %d times; expected %s",
                    lucks[run->step].text, EXPERIMENTS, said[PROF_FASTER], said[PROF_SLOWER],
                    truth == PROF_CANNOT_TELL ? "at most 70 of each" : "the truth 950 times");
}

// --- Many at once ---

bool profiling_fill_many(grade_run *run)
{
    static const struct {
        int count, resamples;
        double confidence;
    } rows[] = {{1, 80, 0.95}, {4, 400, 0.95}, {8, 800, 0.95}, {16, 1000, 0.9}, {3, 60, 0.8}};
    if (run->step >= COUNT(rows)) return false;
    enum { PAIRS_EACH = 25 };
    const int count = rows[run->step].count;
    run->layout.number[A] = PAIRS_EACH, run->layout.number[B] = count;
    double *baseline = profiling_doubles(run, PAIRS_EACH),
           *variants = profiling_doubles(run, (size_t)(count * PAIRS_EACH));
    for (int v = 0; v < count; v++) {
        lay_pairs(run, baseline, variants + v * PAIRS_EACH, PAIRS_EACH, 1, 0.02, 0);
        for (int i = 0; i < PAIRS_EACH; i++) variants[v * PAIRS_EACH + i] *= 1 + 0.008 * (v % 5 - 2);
    }
    *(prof_bootstrap *)grade_input_bytes(run, sizeof(prof_bootstrap)) =
        profiling_bootstrap(run, rows[run->step].confidence, rows[run->step].resamples);
    grade_output_bytes(run, (size_t)count * sizeof(prof_comparison));
    return true;
}

void profiling_check_many(grade_run *run)
{
    profiling_require_ok(run);
    const int pairs = run->layout.number[A], count = run->layout.number[B];
    prof_bootstrap b = *(const prof_bootstrap *)grade_given(run, 2);
    b.confidence = 1 - (1 - b.confidence) / count;
    for (int v = 0; v < count; v++) {
        char which[32];
        snprintf(which, sizeof which, "variant %d: ", v);
        compare_comparison(run, which, (const prof_comparison *)grade_result(run, 3) + v,
                           profiling_oracle_compare(grade_given(run, 0),
                                                    (const double *)grade_given(run, 1) + v * pairs, pairs,
                                                    b));
    }
}

// --- 2^k experiments ---

// Each factor has a gain of its own; pairs of neighbours bring less or more together than alone.
static bool lay_experiment(grade_run *run)
{
    static const int rows[][2] = {{1, 8}, {2, 9}, {2, 30}, {3, 15}, {4, 12}, {6, 8}}; // factors, rounds
    if (run->step >= COUNT(rows)) return false;
    const int factors = rows[run->step][0], rounds = rows[run->step][1], count = 1 << factors;
    run->layout.number[A] = factors, run->layout.number[B] = rounds;
    double *seconds = profiling_doubles(run, (size_t)(rounds * count)), effect[PROF_MOST_FACTORS],
           both[PROF_MOST_FACTORS];
    for (int f = 0; f < factors; f++)
        effect[f] = -0.7 * profiling_normal(run), both[f] = 0.2 * profiling_normal(run);
    for (int r = 0; r < rounds; r++) {
        const double speed = 0.2 * profiling_normal(run);
        for (int i = 0; i < count; i++) {
            double x = speed + 0.02 * profiling_normal(run);
            for (int f = 0; f < factors; f++)
                x += (i >> f & 1) * effect[f] + (f > 0 && (i >> (f - 1) & 3) == 3 ? both[f] : 0);
            seconds[r * count + i] = 1e-3 * exp(x);
        }
    }
    *(prof_bootstrap *)grade_input_bytes(run, sizeof(prof_bootstrap)) = profiling_bootstrap(run, 0.95, 100);
    return true;
}

bool profiling_fill_effects(grade_run *run)
{
    if (!lay_experiment(run)) return false;
    grade_output_bytes(run, sizeof(prof_effect) << run->layout.number[A]);
    return true;
}

bool profiling_fill_combine(grade_run *run)
{
    if (!lay_experiment(run)) return false;
    grade_output_bytes(run, sizeof(prof_combination));
    return true;
}

enum { MOST_ROUNDS = 64 };

// An effect is a difference and may be near 0: what is allowed does not shrink with it.
static void compare_effect(grade_run *run, const char *name, double got, double want)
{
    if (!(fabs(got - want) <= 1e-9)) grade_wrong(run, "got %s = %.12g, expected %.12g", name, got, want);
}

void profiling_check_effects(grade_run *run)
{
    profiling_require_ok(run);
    const int factors = run->layout.number[A], rounds = run->layout.number[B], count = 1 << factors;
    const double *seconds = grade_given(run, 0);
    const prof_effect *got = grade_result(run, 2);
    static double effects[MOST_ROUNDS][1 << PROF_MOST_FACTORS];
    for (int r = 0; r < rounds; r++) profiling_oracle_effects(effects[r], seconds + r * count, factors);
    for (int s = 0; s < count; s++) {
        double by_round[MOST_ROUNDS];
        for (int r = 0; r < rounds; r++) by_round[r] = effects[r][s];
        const prof_interval want =
            profiling_oracle_interval(by_round, rounds, *(const prof_bootstrap *)grade_given(run, 1));
        char name[48];
        snprintf(name, sizeof name, "effects[%d].effect", s);
        compare_effect(run, name, got[s].effect, profiling_oracle_quantile(by_round, rounds, 0.5));
        snprintf(name, sizeof name, "effects[%d].interval.low", s);
        compare_effect(run, name, got[s].interval.low, want.low);
        snprintf(name, sizeof name, "effects[%d].interval.high", s);
        compare_effect(run, name, got[s].interval.high, want.high);
    }
}

void profiling_check_combine(grade_run *run)
{
    profiling_require_ok(run);
    const int factors = run->layout.number[A], rounds = run->layout.number[B], count = 1 << factors;
    const double *seconds = grade_given(run, 0);
    const prof_combination *got = grade_result(run, 2);
    double gain[MOST_ROUNDS], kept[MOST_ROUNDS], product = 1;
    for (int r = 0; r < rounds; r++) kept[r] = seconds[r * count] / seconds[r * count + count - 1];
    profiling_compare_number(run, "all", got->all, profiling_oracle_quantile(kept, rounds, 0.5));
    for (int f = 0; f < PROF_MOST_FACTORS; f++) {
        char name[16];
        snprintf(name, sizeof name, "single[%d]", f);
        for (int r = 0; r < rounds && f < factors; r++) {
            gain[r] = seconds[r * count] / seconds[r * count + (1 << f)];
            kept[r] /= gain[r];
        }
        const double want = f < factors ? profiling_oracle_quantile(gain, rounds, 0.5) : 0;
        profiling_compare_number(run, name, got->single[f], want);
        if (f < factors) product *= want;
    }
    profiling_compare_number(run, "product", got->product, product);
    profiling_compare_number(run, "kept", got->kept, profiling_oracle_quantile(kept, rounds, 0.5));
    const prof_interval want =
        profiling_oracle_interval(kept, rounds, *(const prof_bootstrap *)grade_given(run, 1));
    profiling_compare_number(run, "interval.low", got->interval.low, want.low);
    profiling_compare_number(run, "interval.high", got->interval.high, want.high);
}
