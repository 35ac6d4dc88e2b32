// checks.h: the fill and check functions that cases.c lists, and what the check_*.c files share.
#pragma once

#include "calls.h"
#include "engine/grade.h"

// check_measure.c: quantiles
grade_fill oly_fill_quantile;
grade_check oly_check_quantile;
