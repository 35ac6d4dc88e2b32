// unseen.h: inputs that nobody has seen: test pictures that were moved, and test text that was cut elsewhere, by a key.
//
// Pictures are resized by up to a twelfth, moved by up to two pixels and given a little noise; what they show is their label as
// before. All of it is arithmetic of whole numbers: the same key gives the same bytes on every machine, and the first n
// inputs are the same however many are made. Whoever has the key can make the inputs; whoever has not, cannot guess them.
// Errors   TT_BAD_VALUE if a pointer is NULL, TT_BAD_SHAPE if count is below 0 or there is nothing to choose from; TT_NO_MEMORY.
//          Outputs are then untouched.
#pragma once

#include <stdint.h>

#include "fashion.h"
#include "text.h"

// -> pixels (count, FASHION_PIXELS), labels (count)
tt_status unseen_pictures(unsigned char *pixels, int *labels, int count, const fashion_set *from,
                          uint64_t key);

// Windows at random places of the test part; answers are the ids one place further on.
// -> ids (count, length), answers (count, length)
tt_status unseen_text(int *ids, int *answers, int count, int length, const text_corpus *text,
                      const text_split *split, uint64_t key);
