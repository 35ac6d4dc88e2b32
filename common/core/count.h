// count.h: how many rows an array has.
#pragma once

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))
