// checks.h: the fill and check functions and yardsticks that cases.c lists.
#pragma once

#include "caching.h"
#include "engine/grade.h"

// check_cache.c: the cache
grade_fill fill_sizes, fill_rows_back, fill_views, fill_refusals, fill_advances, fill_resets, fill_seam;
grade_check check_script;

// check_kernels.c: attention for one token and for a block, and one row times a matrix
grade_fill fill_decode, fill_prefill, fill_long_past, fill_long_prompt, fill_attention_door, fill_ragged,
    fill_integers, fill_threads, fill_large, fill_large_threads, fill_matvec_door;
grade_check check_attention, check_attention_door, check_close, check_exact, check_matvec_door;

// check_model.c: the forward pass and the text
grade_fill fill_plain, fill_blocks, fill_decoding, fill_refused, fill_fast_decoding, fill_texts, fill_ends,
    fill_fast_text;
grade_check check_forward, check_text;

// check_speed.c: the yardsticks, and the pace of appends
grade_fill fill_appends;
grade_check check_appends;
grade_yard yard_keys_and_values, yard_matrix, yard_weights, yard_text, yard_attention, yard_copy;
