// oracle.c: see oracle.h.
#include "oracle.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

// The sample with `place` others before it; of equals the one that comes first is before.
static double at_place(const double *x, int n, int place)
{
    for (int i = 0; i < n; i++) {
        int before = 0;
        for (int j = 0; j < n; j++) before += x[j] < x[i] || (x[j] == x[i] && j < i);
        if (before == place) return x[i];
    }
    return NAN;
}

double oly_oracle_quantile(const double *x, int n, double quantile)
{
    const double place = (n - 1) * quantile, whole = floor(place), rest = place - whole;
    const double below = at_place(x, n, (int)whole);
    return rest > 0 ? (1 - rest) * below + rest * at_place(x, n, (int)whole + 1) : below;
}

double oly_oracle_accuracy(const float *logits, const int *labels, int count, int classes)
{
    int right = 0;
    for (int i = 0; i < count; i++) {
        const float *row = logits + (long)i * classes, said = row[labels[i]];
        bool is_right =
            true; // whoever comes before must be smaller, whoever comes after no larger; false for NaN
        for (int j = 0; j < classes; j++)
            is_right = is_right && (j < labels[i] ? row[j] < said : row[j] <= said);
        right += is_right;
    }
    return (double)right / count;
}

double oly_oracle_nats(const float *logits, const int *targets, int count, int classes)
{
    long double total = 0;
    for (int i = 0; i < count; i++) {
        const float *row = logits + (long)i * classes;
        float most = row[0];
        long double sum = 0;
        for (int j = 1; j < classes; j++) most = fmaxf(most, row[j]);
        for (int j = 0; j < classes; j++) sum += expl((long double)row[j] - (long double)most);
        total += logl(sum) + (long double)most - (long double)row[targets[i]];
    }
    return (double)(total / count);
}

int oly_oracle_broken(const flat_space *space, const oly_config *config)
{
    for (int i = 0; i < space->rules; i++) {
        const unsigned one = 1u << config->choice[space->rule[i].field],
                       other = 1u << config->choice[space->rule[i].other];
        if ((space->rule[i].choices & one) != 0 && (space->rule[i].others & other) != 0) return i;
    }
    return BROKEN_NONE;
}

int oly_oracle_config(char *text, size_t room, const flat_space *space, const oly_config *config)
{
    int used = 0;
    for (int i = 0; i < space->fields; i++)
        used += snprintf(text + used, room - (size_t)used, "%s = %s\n", space->field[i].name,
                         space->field[i].choice[config->choice[i]]);
    return used;
}

int oly_oracle_manifest(char *text, size_t room, const flat_package *p, const char *contents, int count)
{
    int used = snprintf(text, room, "olympics 1\nevent %s\nteam %s\n", p->event, p->team);
    const char *last = ""; // the name that was written last: the next one is the smallest above it
    for (int i = 0; i < count; i++) {
        int next = -1;
        for (int j = 0; j < count; j++)
            if (strcmp(p->file[j].name, last) > 0 &&
                (next < 0 || strcmp(p->file[j].name, p->file[next].name) < 0))
                next = j;
        char hex[OLY_HASH + 1];
        keyed_hash(hex, p->key, contents + p->file[next].first, (size_t)p->file[next].count);
        last = p->file[next].name;
        used += snprintf(text + used, room - (size_t)used, "%s  %s\n", hex, last);
    }
    return used;
}
