// grader.c: the cases of module 18. Compiled twice: see grader/grade.h. The cases themselves are in
// cases_*.h, by what they look at: the cache, the kernels, the model.
#include "grade.h"

#include "caching.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof *(a)))

#ifndef TT_CHILD
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attention_roof.h"
#include "oracle.h"
#endif

#include "cases_cache.h"
#include "cases_kernels.h"
#include "cases_model.h"

// --- Paces and speeds ---
// A yardstick has the instruction mix of what it judges. What decoding costs is reading: the same bytes read
// once, front to back, by a loop that does nothing else. A block of attention is products and exponentials.

#ifndef TT_CHILD

static float kept; // so that the reading is not dropped

static void read_array(grade_run *run, int array, int times)
{
    size_t floats = run->layout.bytes[array] / sizeof(float) / 128 * 128;
    for (int i = 0; i < times; i++) kept += roofs_read(grade_given(run, array), floats);
}

static void yard_keys_and_values(grade_run *run)
{
    for (int i = 0; i < run->layout.number[TIMES]; i++) read_array(run, 1, 1), read_array(run, 2, 1);
}

static void yard_matrix(grade_run *run) { read_array(run, 1, run->layout.number[ROWS]); }
static void yard_weights(grade_run *run) { read_array(run, 0, plan.count); }
static void yard_text(grade_run *run) { read_array(run, 0, run->layout.number[WANT]); }

static void yard_attention(grade_run *run)
{
    const int *n = run->layout.number;
    attention_roof(n[QUERIES], n[KEYS], n[HEADS], n[HEAD]);
}

// The rows of the whole cache, copied once from the same sources to where they belong.
static void yard_copy(grade_run *run)
{
    enum { LAYERS_ = 4, TOKENS = 512, C = 512 };
    static float *to;
    if (!to) to = malloc(2ul * LAYERS_ * TOKENS * C * sizeof *to);
    for (int call = 0; to && call < run->layout.number[CACHE_CALLS]; call++)
        for (int t = 0; t < TOKENS; t++)
            for (int part = 0; part < 2 * LAYERS_; part++)
                memcpy(to + ((size_t)part * TOKENS + (size_t)t) * C,
                       (const float *)grade_given(run, 1 + part % 2) + (t + call) % 64 * C, C * sizeof *to);
}

static bool fill_appends(grade_run *run)
{
    enum { TOKENS = 512, C = 512, CALLS_ = 6 };
    run->layout.number[CACHE_CALLS] = CALLS_;
    grade_input(run, 1);
    for (int i = 0; i < 2; i++) grade_random_fill(run, grade_input(run, 64 * C), 64 * C, -1, 1);
    for (int i = 0; i < 2; i++) grade_output(run, TOKENS * C);
    return true;
}

static void check_appends(grade_run *run)
{
    enum { TOKENS = 512, C = 512 };
    if (run->status != TT_OK)
        grade_wrong(run, "got status \"%s\", expected \"ok\"", tt_status_text(run->status));
    for (int t = 0; t < TOKENS; t++)
        for (int part = 0; part < 2; part++) {
            const float *got = (const float *)grade_result(run, 3 + part) + (size_t)t * C;
            int source = (t + run->layout.number[CACHE_CALLS] - 1) % 64;
            if (memcmp(got, (const float *)grade_given(run, 1 + part) + source * C, C * sizeof *got) != 0)
                grade_wrong(run, "row %d of the last layer is not the one that was appended", t);
        }
}
#endif

#define YARD(unit, yard, least, most) (&(const grade_yardstick){unit, yard, 1, least, most})
#define READING(yard, least, most)    YARD("of the speed of reading alone", yard, least, most)
#define ATTENTION_ROOF(least, most)                                                                          \
    YARD("of a tile fed from L1 and one pass of exponentials", yard_attention, least, most)

// --- The table ---

#define ROW(name, function, points, flags, argument, fill, run, check, yard)                                 \
    {                                                                                                        \
        PARENT(name), PARENT(function), points, flags, argument, PARENT(fill), CHILD(run), PARENT(check),    \
            PARENT(yard)                                                                                     \
    }
#define SCRIPT(name, function, points, fill)                                                                 \
    ROW(name, function, points, 0, 0, fill, run_script, check_script, NULL)
#define ATTENTION(name, function, points, which, fill, check)                                                \
    ROW(name, function, points, 0, which, fill, run_attention, check, NULL)
#define PRODUCT(name, function, points, flags, which, fill, check)                                           \
    ROW(name, function, points, flags, which, fill, run_product, check, NULL)
#define FORWARD(name, points, refusals, fill)                                                                \
    ROW(name, "transformer_forward", points, 0, refusals, fill, run_forward, check_forward, NULL)
#define TEXT(name, points, kind, fill)                                                                       \
    ROW(name, "transformer_generate", points, 0, kind, fill, run_generate, check_text, NULL)

const grade_case grade_cases[] = {
    SCRIPT("sizes, and what is refused", "kv_cache_init", 5, fill_sizes),

    SCRIPT("rows come back, from every layer", "kv_cache_append", 6, fill_rows_back),
    SCRIPT("refuses overflow and wrong layers", "kv_cache_append", 5, fill_refusals),
    ROW("in place, for the price of a copy", "kv_cache_append", 0, CASE_PACE, 0, fill_appends, run_appends,
        check_appends, YARD("of the speed of copying the rows", yard_copy, 0.25, 0.25)),
    SCRIPT("the first t rows, and no more", "kv_cache_view", 4, fill_views),

    SCRIPT("counts what all layers hold", "kv_cache_advance", 4, fill_advances),
    SCRIPT("forgets every layer's rows", "kv_cache_reset", 4, fill_resets),

    ROW("as gpt_forward calls it", "kv_cache_past", 6, 0, 1, fill_seam, run_script, check_script, NULL),

    ATTENTION("equals full attention, any length", "attention_decode", 7, DECODE, fill_decode,
              check_attention),
    ATTENTION("sizes and NULL", "attention_decode", 2, DECODE, fill_attention_door, check_attention_door),
    ROW("reads keys and values in order", "attention_decode", 0, CASE_PACE, DECODE, fill_long_past,
        run_attention, check_attention, READING(yard_keys_and_values, 0.06, 0.06)),
    ROW("speed", "attention_decode", 3, 0, DECODE, fill_long_past, run_attention, check_attention,
        READING(yard_keys_and_values, 0.15, 0.3)),

    ATTENTION("causal, behind any past", "attention_prefill", 7, PREFILL, fill_prefill, check_attention),
    ATTENTION("sizes and NULL", "attention_prefill", 2, PREFILL, fill_attention_door, check_attention_door),
    ROW("no column walk", "attention_prefill", 0, CASE_PACE, PREFILL, fill_long_prompt, run_attention,
        check_attention, ATTENTION_ROOF(0.025, 0.025)),
    ROW("speed", "attention_prefill", 3, 0, PREFILL, fill_long_prompt, run_attention, check_attention,
        ATTENTION_ROOF(0.08, 0.25)),

    PRODUCT("ragged shapes", "decode_matvec", 4, 0, MATVEC, fill_ragged, check_close),
    PRODUCT("whole numbers, exactly", "decode_matvec", 3, 0, MATVEC, fill_integers, check_exact),
    PRODUCT("empty, negative and NULL", "decode_matvec", 2, 0, MATVEC, fill_matvec_door, check_matvec_door),
    ROW("reads rows, not columns", "decode_matvec", 0, CASE_PACE, MATVEC, fill_large, run_product,
        check_close, READING(yard_matrix, 0.25, 0.25)),
    ROW("speed", "decode_matvec", 4, 0, MATVEC, fill_large, run_product, check_close,
        READING(yard_matrix, 0.3, 0.5)),
    PRODUCT("1, 2, 3 and 4 threads", "decode_matvec_threaded", 4, CASE_THREADS, MATVEC_THREADED, fill_threads,
            check_exact),
    PRODUCT("empty, negative and NULL", "decode_matvec_threaded", 1, CASE_THREADS, MATVEC_THREADED,
            fill_matvec_door, check_matvec_door),
    ROW("no slower than one thread should be", "decode_matvec_threaded", 0, CASE_PACE | CASE_THREADS,
        MATVEC_THREADED, fill_large_threads, run_product, check_close, READING(yard_matrix, 0.2, 0.2)),

    FORWARD("without a cache, the whole text", 3, 0, fill_plain),
    FORWARD("prefill, block behind block", 3, 0, fill_blocks),
    FORWARD("decodes every position to the end", 5, 0, fill_decoding),
    FORWARD("refuses what does not fit, keeps the cache", 2, 1, fill_refused),
    ROW("a token costs its weights, once", "transformer_forward", 0, CASE_PACE, 0, fill_fast_decoding,
        run_forward, check_forward, READING(yard_weights, 0.12, 0.12)),
    ROW("speed", "transformer_forward", 3, 0, 0, fill_fast_decoding, run_forward, check_forward,
        READING(yard_weights, 0.25, 0.5)),

    TEXT("greedy, with and without the cache", 3, GREEDY, fill_texts),
    TEXT("seeded, with and without the cache", 3, SAMPLED, fill_texts),
    TEXT("stops where the context ends", 2, GREEDY, fill_ends),
    ROW("computes every token once", "transformer_generate", 0, CASE_PACE, GREEDY, fill_fast_text,
        run_generate, check_text, READING(yard_text, 0.06, 0.06)),
};

const int grade_case_count = COUNT(grade_cases);
