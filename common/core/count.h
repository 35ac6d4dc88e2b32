// count.h: the number of elements of an array.
#pragma once

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))
