// regret.h: searches compared on a record of a whole space, where what they missed is known.
//
// Regret   by how much what a search found is worse than the best there is, as a part of a score: exp(cost - least cost) - 1, by
//          the medians of the record; 1 if it found nothing that keeps the limits, and at most 1.
// Choice   searches are set by oly_search_usual. How many it tries at random first was chosen on seeds 0 .. 39 of the record
//          that ships; what is claimed is of the next twenty, on the same record.
// Sources  Wilcoxon, "Individual Comparisons by Ranking Methods", 1945.
#pragma once

#include "given/record.h"

enum { REGRET_SEEDS = 20, REGRET_FIRST_SEED = 40 };

typedef struct {
    double process[REGRET_SEEDS], random[REGRET_SEEDS]; // regret, by the same seeds
    double
        grid; // of every seventh configuration or so, as many as the budget allows: the mean over where it begins
    double p;           // of process having no lower regret than random: regret_wilcoxon
    double early_saved; // of the seconds of trying everything, the part that early stopping saves
    double early_lost;  // its regret
} regrets;

// TT_TODO, or the status of a search. -> *s
tt_status regret_study(regrets *s, const oly_record *record, const oly_profile *profile);

// The chance that the sum of the ranks of those pairs in which a is less than b is as large as it is, or larger, if each
// difference had either sign as likely: exact, n <= 30, equal differences share their ranks, pairs without one do not
// count. 1 if none has one. a, b (n)
double regret_wilcoxon(const double *a, const double *b, int n);
