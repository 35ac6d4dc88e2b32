// table.h: the results as a table in 80 columns.
#pragma once

#include "measure/results.h"

void whole_print(const results *r);
