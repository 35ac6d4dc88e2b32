// calls.h: what the two sides of a case agree on.
#pragma once

// What a job's numbers mean. `by` travels as quarters.
enum { N, COLUMNS, QUARTERS, DOOR };
enum { NULL_OUT = 1, NULL_X = 2 };
enum { PRODUCT, LIBRARY };
