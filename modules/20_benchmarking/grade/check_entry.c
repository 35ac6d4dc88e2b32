// check_entry.c: configurations of made-up spaces: which rule they break, all that break none, and how they are written.
#include "checks.h"

#include <stdio.h>

#include "oracle.h"

enum { SPACE, CONFIG, ANSWER }; // arrays

// --- Rules ---

bool oly_fill_rules(grade_run *run)
{
    if (run->step >= 60) return false;
    const flat_space *s = oly_lay_space(run, 1 + run->step % OLY_FIELDS, OLY_CHOICES, 1 + run->step / 3);
    const oly_config c = oly_random_config(run, s);
    *(oly_config *)grade_input_bytes(run, sizeof c) = c;
    ROOM(int);
    return true;
}

void oly_check_rules(grade_run *run)
{
    oly_require_status(run, TT_OK, "");
    const int got = *(const int *)grade_result(run, ANSWER),
              want = oly_oracle_broken(grade_given(run, SPACE), grade_given(run, CONFIG));
    if (got == want) return;
    char said[2][40];
    for (int i = 0; i < 2; i++) {
        const int rule = i ? want : got;
        if (rule == BROKEN_NONE) snprintf(said[i], sizeof said[i], "NULL");
        else if (rule < 0 || rule >= BROKEN_UNSET) snprintf(said[i], sizeof said[i], "no rule of the space");
        else snprintf(said[i], sizeof said[i], "rule %d", rule);
    }
    grade_wrong(run, "got *broken = %s, expected %s", said[0], said[1]);
}

// --- All of them ---

enum { LONG = 4000, LIST_KINDS = 5 };
static oly_config listed[LONG];

// All configurations by their numbers: the odometer's digits, the last field first.
static int list(const flat_space *s)
{
    int all = 1, count = 0;
    for (int i = 0; i < s->fields; i++) all *= s->field[i].choices;
    for (int number = 0; number < all; number++) {
        oly_config c = {{0}};
        for (int i = s->fields - 1, left = number; i >= 0; left /= s->field[i--].choices)
            c.choice[i] = (unsigned char)(left % s->field[i].choices);
        if (oly_oracle_broken(s, &c) == BROKEN_NONE) listed[count++] = c;
    }
    return count;
}

// Room for all of them, for more, for one less; no configs; and, in the last step, a space in which nothing goes.
bool oly_fill_list(grade_run *run)
{
    enum { ROUNDS = 5, STEPS = LIST_KINDS * ROUNDS };
    if (run->step > STEPS) return false;
    flat_space *s = oly_lay_space(run, 1 + run->step % 4, 7, run->step == STEPS ? 1 : 2 + run->step / 3);
    if (run->step == STEPS) {
        s->rules = 1, s->rule[0].field = 0, s->rule[0].other = 0;
        s->rule[0].choices = s->rule[0].others = (1u << OLY_CHOICES) - 1;
    }
    const int count = list(s), kind = run->step % LIST_KINDS;
    const int room = kind == 2 ? count - 1 : kind == 1 ? count + 5 : kind == 3 ? -1 : count;
    run->layout.number[A] = room;
    if (kind >= 3) run->layout.number[NULLS] = 1 << CONFIG;
    grade_output_bytes(run, (size_t)(room > 0 ? room : 1) * sizeof(oly_config));
    ROOM(int);
    return true;
}

void oly_check_list(grade_run *run)
{
    const flat_space *s = grade_given(run, SPACE);
    const int want = list(s), room = run->layout.number[A], got = *(const int *)grade_result(run, ANSWER);
    const bool counted = run->layout.number[NULLS] != 0;
    char when[60];
    snprintf(when, sizeof when, "%d fields, %d configurations, room %d", s->fields, want, room);
    if (!counted && room < want) {
        oly_require_status(run, TT_BAD_SHAPE, when);
        oly_require_untouched(run, CONFIG, when), oly_require_untouched(run, ANSWER, when);
        return;
    }
    oly_require_status(run, TT_OK, when);
    if (got != want) grade_wrong(run, "%s: got *count = %d", when, got);
    const oly_config *configs = grade_result(run, CONFIG);
    for (int i = 0; i < want && !counted; i++)
        for (int f = 0; f < OLY_FIELDS; f++)
            if (configs[i].choice[f] != listed[i].choice[f])
                grade_wrong(run, "%s: got choice %d of field %d in configs[%d], expected %d", when,
                            configs[i].choice[f], f, i, listed[i].choice[f]);
}

// --- As text ---

enum { TEXT = 1024 };

// Room that is just enough, more, one too short, none. The configuration may break rules.
bool oly_fill_write(grade_run *run)
{
    if (run->step >= 12) return false;
    const flat_space *s = oly_lay_space(run, 1 + run->step, OLY_CHOICES, 3);
    const oly_config c = oly_random_config(run, s);
    *(oly_config *)grade_input_bytes(run, sizeof c) = c;
    char text[TEXT];
    const int length = oly_oracle_config(text, sizeof text, s, &c), kind = run->step % 4;
    const int room = kind == 0 ? length + 1 : kind == 1 ? TEXT : kind == 2 ? length : 0;
    run->layout.number[A] = room;
    grade_output_bytes(run, (size_t)(room > 0 ? room : 1));
    return true;
}

void oly_check_write(grade_run *run)
{
    char text[TEXT], when[60];
    const int length =
                  oly_oracle_config(text, sizeof text, grade_given(run, SPACE), grade_given(run, CONFIG)),
              room = run->layout.number[A];
    snprintf(when, sizeof when, "%d characters, room %d", length, room);
    oly_require_status(run, length < room ? TT_OK : TT_BAD_SHAPE, when);
    if (length < room) oly_compare_text(run, ANSWER, (size_t)room, text);
    else oly_require_untouched(run, ANSWER, when);
}
