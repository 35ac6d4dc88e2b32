// cases.c: the cases of module 17.
#include "engine/grade.h"

const grade_case grade_cases[] = {{"", "prune_mask", 100, 0, "", 0, NULL, NULL, NULL}};
const int grade_case_count = COUNT(grade_cases);
