// transformer.h: the transformer in any sensible combination of parts: the same calls, other functions behind them.
//
//     15  products by the module's; without it by the textbook's loops
//     16  weights as bytes, a scale for each output; activations as bytes, a scale and a zero point for each token,
//         chosen when it comes. Blocks and head; the tables are read a row at a time and stay floats
//     17  the pruned weights that ship, in blocks of 4; head and tables are not pruned
//     18  keys and values are kept, attention and one token's products are the module's
//
// A part of which a function is nobody's (seam.h) is left out: course_gpt_parts says what runs.
// Errors   TT_BAD_VALUE, TT_BAD_SHAPE, TT_NO_MEMORY, or the status of a function that failed, with a sentence.
// Threads  a model belongs to one thread at a time; several models may run at once.
// Sources  Dettmers et al.: "LLM.int8()" (2022), section 3.1, for a scale per row and per column.
#pragma once

#include "combine.h"
#include "data/text.h"
#include "nn/gpt.h"

typedef struct course_gpt course_gpt;

// The trained one, of width 192, or one of 4 blocks with random weights, of which only speed means something.
typedef enum { COURSE_192, COURSE_256, COURSE_1024, COURSE_SIZES } course_size;

// Nothing is switched on. NULL and a sentence if it cannot be loaded.
course_gpt *course_gpt_create(course_size size);
void course_gpt_finish(course_gpt *g); // NULL is fine

// From now on with these parts and no others. If it fails, what was on stays on.
tt_status course_gpt_use(course_gpt *g, unsigned parts);
unsigned course_gpt_parts(const course_gpt *g); // what runs

// How bytes are made, 127 or 255 steps of activations, and whether the head is among them. The default is the head's
// too, and as many steps as this build's fastest path takes.
tt_status course_gpt_bytes_of(course_gpt *g, int top, bool head);

// Who watches the layers; NULL: nobody. The caller's.
void course_gpt_observe(course_gpt *g, const nn_observer *observer);

// The weights that are in use, and the bytes of all that one token reads of them.
const gpt *course_gpt_weights(const course_gpt *g);
size_t course_gpt_read_bytes(const course_gpt *g);

// Logits of the tokens from .. count - 1 of a text. With a cache, what it holds of this text is not computed again.
// ids (count) -> logits (count - from, vocab)
tt_status course_gpt_forward(course_gpt *g, float *logits, const int *ids, int from, int count);

// Append the likeliest token, `want` times. ids (prompt + want), the first `prompt` >= 1 given; all fit the context.
tt_status course_gpt_write(course_gpt *g, int *ids, int prompt, int want);

// Nats per character on every stride-th window of held-out text; with a cache the second half of each window is
// decoded token by token.
tt_status course_gpt_nats(double *nats, course_gpt *g, const text_corpus *text, const text_split *split,
                          int stride);

// What course_gpt_forward promises, by none of the modules' functions: the same weights, rounded as bytes or with
// their zeros, in plain loops. For tests and for whoever checks before timing.
tt_status course_gpt_right(const course_gpt *g, float *logits, const int *ids, int from, int count);
