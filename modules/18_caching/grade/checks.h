// checks.h: the fill and check functions and yardsticks that cases.c lists.
#pragma once

#include "caching.h"
#include "engine/grade.h"

// check_cache.c: the cache
grade_fill cache_fill_sizes, cache_fill_rows_back, cache_fill_views, cache_fill_refusals, cache_fill_advances,
    cache_fill_resets, cache_fill_seam;
grade_check cache_check_script;
void cache_describe_op(grade_run *run, char *text, size_t size);

// check_kernels.c: attention for one token and for a block, and one row times a matrix
grade_fill cache_fill_decode, cache_fill_prefill, cache_fill_long_past, cache_fill_tokens,
    cache_fill_long_prompt, cache_fill_attention_door, cache_fill_ragged, cache_fill_integers,
    cache_fill_threads, cache_fill_large, cache_fill_large_threads, cache_fill_matvec_door;
grade_check cache_check_attention, cache_check_attention_door, cache_check_close, cache_check_exact,
    cache_check_matvec_door;

// check_model.c: the forward pass and the text
grade_fill cache_fill_plain, cache_fill_blocks, cache_fill_decoding, cache_fill_refused,
    cache_fill_fast_decoding, cache_fill_texts, cache_fill_ends, cache_fill_fast_text;
void cache_describe_forward(grade_run *run, char *text, size_t size);
grade_check cache_check_forward, cache_check_blocks, cache_check_text;

// check_speed.c: the yardsticks, and the pace of appends
grade_fill cache_fill_appends;
grade_check cache_check_appends;
grade_yard cache_yard_keys_and_values, cache_yard_matrix, cache_yard_matrix_by_two, cache_yard_weights,
    cache_yard_text, cache_yard_attention, cache_yard_copy;
