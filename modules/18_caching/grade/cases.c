// cases.c: the cases of module 18.
#include "checks.h"

#include "calls.h"

#define YARD(unit, yard, least, most) (&(const grade_yardstick){unit, yard, 1, least, most, NULL})
#define READING(yard, least, most)    YARD("of the speed of reading alone", yard, least, most)
#define READING_BY_TWO(least, most)                                                                          \
    (&(const grade_yardstick){                                                                               \
        "of the speed of reading alone", cache_yard_matrix, 1, least, most,                                  \
        &(const grade_gain){"decode_matvec", cache_yard_matrix, cache_yard_matrix_by_two}})
#define ATTENTION_ROOF(least, most)                                                                          \
    YARD("of a tile fed from L1 and one pass of exponentials", cache_yard_attention, least, most)

// What to ask oneself when it is right and slow.
#define IN_PLACE "Does append copy the new rows only, to their place, and allocate nothing?"
#define IN_ORDER "Is t the outer loop, so that rows are read in order?"
#define SIDE_BY_SIDE                                                                                         \
    "Has a dot product several sums side by side (vec), and are several rows of v added at a time?"
#define NO_COLUMNS   "Does any loop walk down a column of k or v?"
#define TWO_PRODUCTS "Are scores and outputs two products of matrices, with a tile of sums in registers?"
#define BY_ROWS      "Is w read row by row, once, and several rows at a time?"
#define OWN_PART     "Has each thread a part of its own, and does none wait for another?"
#define ONE_PASS     "Does one token go through decode_matvec, so that each weight is read once?"
#define ONE_TOKEN    "With a cache: does each pass compute the token that was picked last, and no other?"

// --- The table ---

#define SCRIPT(name, function, points, fill)                                                                 \
    {                                                                                                        \
        name, function, points, 0, "script", 0, fill, cache_check_script, NULL, NULL                         \
    }
#define ATTENTION(name, function, points, which, fill, check)                                                \
    {                                                                                                        \
        name, function, points, 0, "attention", which, fill, check, NULL, NULL                               \
    }
#define PRODUCT(name, function, points, flags, which, fill, check)                                           \
    {                                                                                                        \
        name, function, points, flags, "product", which, fill, check, NULL, NULL                             \
    }
#define FORWARD(name, points, fill)                                                                          \
    {                                                                                                        \
        name, "transformer_forward", points, 0, "forward", 0, fill, cache_check_forward, NULL, NULL          \
    }
#define TEXT(name, points, kind, fill)                                                                       \
    {                                                                                                        \
        name, "transformer_generate", points, 0, "generate", kind, fill, cache_check_text, NULL, NULL        \
    }

const grade_case grade_cases[] = {
    SCRIPT("sizes, and what is refused", "kv_cache_init", 5, cache_fill_sizes),

    SCRIPT("rows come back, from every layer", "kv_cache_append", 6, cache_fill_rows_back),
    SCRIPT("refuses overflow and wrong layers", "kv_cache_append", 5, cache_fill_refusals),
    {"in place, for the price of a copy", "kv_cache_append", 0, CASE_PACE, "appends", 0, cache_fill_appends,
     cache_check_appends, YARD("of the speed of copying the rows", cache_yard_copy, 0.25, 0.25), IN_PLACE},
    SCRIPT("the first t rows, and no more", "kv_cache_view", 4, cache_fill_views),

    SCRIPT("counts what all layers hold", "kv_cache_advance", 4, cache_fill_advances),
    SCRIPT("forgets every layer's rows", "kv_cache_reset", 4, cache_fill_resets),

    {"as gpt_forward calls it", "kv_cache_past", 6, 0, "script", 1, cache_fill_seam, cache_check_script, NULL,
     NULL},

    ATTENTION("equals full attention, any length", "attention_decode", 7, DECODE, cache_fill_decode,
              cache_check_attention),
    ATTENTION("sizes and NULL", "attention_decode", 2, DECODE, cache_fill_attention_door,
              cache_check_attention_door),
    {"reads keys and values in order", "attention_decode", 0, CASE_PACE, "attention", DECODE,
     cache_fill_long_past, cache_check_attention, READING(cache_yard_keys_and_values, 0.06, 0.06), IN_ORDER},
    {"speed", "attention_decode", 3, 0, "tokens", 0, cache_fill_tokens, cache_check_attention,
     READING(cache_yard_keys_and_values, 0.24, 0.29), SIDE_BY_SIDE},

    ATTENTION("causal, behind any past", "attention_prefill", 7, PREFILL, cache_fill_prefill,
              cache_check_attention),
    ATTENTION("sizes and NULL", "attention_prefill", 2, PREFILL, cache_fill_attention_door,
              cache_check_attention_door),
    {"no column walk", "attention_prefill", 0, CASE_PACE, "attention", PREFILL, cache_fill_long_prompt,
     cache_check_attention, ATTENTION_ROOF(0.025, 0.025), NO_COLUMNS},
    {"speed", "attention_prefill", 3, 0, "attention", PREFILL, cache_fill_long_prompt, cache_check_attention,
     ATTENTION_ROOF(0.08, 0.25), TWO_PRODUCTS},

    PRODUCT("ragged shapes", "decode_matvec", 4, 0, MATVEC, cache_fill_ragged, cache_check_close),
    PRODUCT("whole numbers, exactly", "decode_matvec", 3, 0, MATVEC, cache_fill_integers, cache_check_exact),
    PRODUCT("empty, negative and NULL", "decode_matvec", 2, 0, MATVEC, cache_fill_matvec_door,
            cache_check_matvec_door),
    {"reads rows, not columns", "decode_matvec", 0, CASE_PACE, "product", MATVEC, cache_fill_large,
     cache_check_close, READING(cache_yard_matrix, 0.25, 0.25), BY_ROWS},
    {"speed", "decode_matvec", 4, 0, "product", MATVEC, cache_fill_large, cache_check_close,
     READING(cache_yard_matrix, 0.25, 0.38), BY_ROWS},
    PRODUCT("1, 2, 3 and 4 threads", "decode_matvec_threaded", 4, CASE_THREADS, MATVEC_THREADED,
            cache_fill_threads, cache_check_exact),
    PRODUCT("empty, negative and NULL", "decode_matvec_threaded", 1, CASE_THREADS, MATVEC_THREADED,
            cache_fill_matvec_door, cache_check_matvec_door),
    {"two threads gain what they can", "decode_matvec_threaded", 0, CASE_PACE | CASE_THREADS, "product",
     MATVEC_THREADED, cache_fill_large_threads, cache_check_close, READING_BY_TWO(0.2, 0.2), OWN_PART},

    FORWARD("without a cache, the whole text", 3, cache_fill_plain),
    {"prefill, block behind block", "transformer_forward", 3, 0, "forward", 0, cache_fill_blocks,
     cache_check_blocks, NULL, NULL},
    FORWARD("decodes every position to the end", 5, cache_fill_decoding),
    FORWARD("refuses what does not fit, keeps the cache", 2, cache_fill_refused),
    {"a token costs its weights, once", "transformer_forward", 0, CASE_PACE, "forward", 0,
     cache_fill_fast_decoding, cache_check_forward, READING(cache_yard_weights, 0.12, 0.12), ONE_PASS},
    {"speed", "transformer_forward", 3, 0, "forward", 0, cache_fill_fast_decoding, cache_check_forward,
     READING(cache_yard_weights, 0.25, 0.5), ONE_PASS},

    TEXT("greedy, with and without the cache", 3, GREEDY, cache_fill_texts),
    TEXT("seeded, with and without the cache", 3, SAMPLED, cache_fill_texts),
    TEXT("stops where the context ends", 2, GREEDY, cache_fill_ends),
    {"computes every token once", "transformer_generate", 0, CASE_PACE, "generate", GREEDY,
     cache_fill_fast_text, cache_check_text, READING(cache_yard_text, 0.06, 0.06), ONE_TOKEN},
};

const grade_name grade_names[] = {
    {"script", GRADE_ANY, NULL, "- k v", cache_describe_op},
    {"appends", GRADE_ANY, NULL, "- k v", NULL},
    {"attention", GRADE_ANY, "s.queries s.keys s.heads s.head s.q_row s.kv_row out|q|k|v", "q k v out", NULL},
    {"tokens", GRADE_ANY, "s.queries s.keys s.heads s.head s.q_row s.kv_row", "q k v out", NULL},
    {"product", MATVEC_THREADED, "n k threads - out|x|w", "x w bias out", NULL},
    {"product", GRADE_ANY, "n k - - out|x|w", "x w bias out", NULL},
    {"forward", GRADE_ANY, NULL, "weights ids - logits", cache_describe_forward},
    {"generate", GRADE_ANY, "layers heads width vocab context capacity prompt want",
     "weights prompt - - ids made", NULL},
    {0},
};

const int grade_case_count = COUNT(grade_cases);
