// lay_space.c: random spaces. Names and choices are often the beginnings of others, so that they must be compared to their ends.
#include "checks.h"

#include <stdio.h>

// A word unlike those before it: half of the time one of them with more letters.
static void make_word(grade_run *run, char *word, const char (*before)[SPACE_WORD], size_t apart, int count)
{
    size_t length = 0;
    if (count > 0 && oly_once_in(run, 2))
        length = (size_t)snprintf(word, SPACE_WORD, "%.12s",
                                  (const char *)before + apart * (size_t)grade_random_below(run, count));
    const size_t end = length + 1 + (size_t)grade_random_below(run, 4);
    while (length < end) word[length++] = "abcdefgh0123456789-._"[grade_random_below(run, 21)];
    snprintf(word + length, SPACE_WORD - length, "%c%d", 'i' + count, count); // the end is of this word alone
}

flat_space *oly_lay_space(grade_run *run, int fields, int most_choices, int rules)
{
    flat_space *s = grade_input_bytes(run, sizeof *s);
    *s = (flat_space){.fields = fields, .rules = fields > 1 ? rules : 0, .event = "made up"};
    for (int i = 0; i < fields; i++) {
        make_word(run, s->field[i].name, &s->field[0].name, sizeof s->field[0], i);
        s->field[i].choices = 1 + grade_random_below(run, most_choices);
        for (int j = 0; j < s->field[i].choices; j++)
            make_word(run, s->field[i].choice[j], &s->field[i].choice[0], SPACE_WORD, j);
    }
    for (int i = 0; i < s->rules; i++) {
        s->rule[i].field = grade_random_below(run, fields);
        s->rule[i].other = (s->rule[i].field + 1 + grade_random_below(run, fields - 1)) % fields;
        s->rule[i].choices = 1u << grade_random_below(run, s->field[s->rule[i].field].choices);
        s->rule[i].others = 1u << grade_random_below(run, s->field[s->rule[i].other].choices);
        if (oly_once_in(run, 3)) s->rule[i].others |= (unsigned)grade_random_below(run, 1 << OLY_CHOICES);
        snprintf(s->rule[i].why, SPACE_WHY, "reason %d: %s beside %s", 100 + grade_random_below(run, 900),
                 s->field[s->rule[i].field].name, s->field[s->rule[i].other].name);
    }
    return s;
}

oly_config oly_random_config(grade_run *run, const flat_space *space)
{
    oly_config c = {{0}};
    for (int i = 0; i < space->fields; i++)
        c.choice[i] = (unsigned char)grade_random_below(run, space->field[i].choices);
    return c;
}
