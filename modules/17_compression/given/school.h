// school.h: does a teacher help? Students trained twice, from the same first weights on the same pictures in
// the same order: by the labels alone, and by the labels and a teacher's answers.
//
// The teacher is the CNN that ships. Its answers to all training pictures are computed once, so pictures are
// not flipped or shifted here, unlike in the recipe that ships.
// Errors   as in distill.h. Products go through `backend`.
#pragma once

#include "distill.h"

typedef struct comp_school comp_school;

// The pictures, and the teacher's answers to them. NULL and a sentence if there are none.
comp_school *comp_school_open(void);
void comp_school_close(comp_school *s); // NULL is fine

// Chosen on validation pictures, three seeds each: warmer or softer, and this student was worse than without
// a teacher.
static const float SCHOOL_TEMPERATURE = 1.5f, SCHOOL_SOFT = 0.5f;

// Train a student, 784-32-10, for some epochs; *accuracy becomes % of the test pictures.
tt_status comp_student(double *accuracy, const comp_school *s, uint64_t seed, bool taught, int epochs);

// What a teacher is worth to students of seeds 1 .. seeds (2 .. 8), in points of accuracy: the mean, and the
// 95 % interval of the mean (Student's t of the paired differences).
typedef struct {
    double mean, low, high;
} comp_gain;

tt_status comp_teach(comp_gain *gain, const comp_school *s, int seeds, int epochs);
