// checks.h: what the table of cases is made of.
#pragma once

#include "caching.h"
#include "engine/grade.h"

// check_cache.c: the cache's cases; the parent replays a script with plain bookkeeping.
grade_fill fill_sizes, fill_rows_back, fill_views, fill_refusals, fill_advances, fill_resets, fill_seam;
grade_check check_script;

// check_kernels.c: attention for one token and for a block, and one row times a matrix.
grade_fill fill_decode, fill_prefill, fill_long_past, fill_long_prompt, fill_attention_door, fill_ragged,
    fill_integers, fill_threads, fill_large, fill_large_threads, fill_matvec_door;
grade_check check_attention, check_attention_door, check_close, check_exact, check_matvec_door;

// check_model.c: the forward pass and the text. Weights come with the job: random, other ones in every layer.
grade_fill fill_plain, fill_blocks, fill_decoding, fill_refused, fill_fast_decoding, fill_texts, fill_ends,
    fill_fast_text;
grade_check check_forward, check_text;

// check_speed.c: what is timed against. A yardstick has the instruction mix of what it judges. What decoding costs is reading: the same
// bytes read once, front to back, by a loop that does nothing else. A block of attention is products and exponentials.
grade_fill fill_appends;
grade_check check_appends;
grade_yard yard_keys_and_values, yard_matrix, yard_weights, yard_text, yard_attention, yard_copy;
