// layout.h: lays jobs out in the shared memory, and sees what was written where nothing may be written.
#pragma once

#include "grade.h"

// Lay out the next step; false if there is none. Random numbers and guard bytes are of this call alone.
bool layout_make(grade_run *run, uint64_t seed, uint64_t call);

// Hand over what the step's next call is given; false if the step is over.
bool layout_renew(grade_run *run);

// What no case allows, a write to an input or past an array's end, is grade_wrong.
void layout_check(grade_run *run);

void layout_free(grade_run *run);
