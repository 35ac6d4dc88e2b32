// check_model.c: the forward pass and the text. A job brings its weights: random, different in each layer.
#include "checks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "oracle.h"

// --- The forward pass ---

// The calls of a step, and what came of them; the next one's tokens are handed over once the one before
// has answered.
enum { MOST_CALLS = 80, MOST_TEXT = 256, MOST_LOGITS = 1 << 13 };
static struct {
    forward_call call[MOST_CALLS];
    tt_status want[MOST_CALLS], got[MOST_CALLS];
    forward_facts facts[MOST_CALLS]; // after each
    int count, ids[MOST_CALLS * 8], id_count;
    float logits[MOST_LOGITS]; // of all calls, in order
    int at, ids_given, logits_taken, most_ids, most_rows;
} plan;

// Matrices that keep the magnitude of activations; tables, gains and biases that change logits if left out.
static void lay_weights(grade_run *run, int layers, int heads, int width, int vocab, int context,
                        int capacity)
{
    const int numbers[] = {layers, heads, width, vocab, context, capacity, 0, 1};
    memcpy(run->layout.number, numbers, sizeof numbers);
    transformer m;
    transformer_block blocks[MODEL_BLOCKS];
    static const float nothing[1];
    long floats = point_model(&m, blocks, nothing, numbers);
    float *w = grade_input(run, (size_t)floats), small = (float)sqrt(3.0 / width);
    grade_random_fill(run, w, (size_t)floats, -0.3f, 0.3f);
    point_model(&m, blocks, w, numbers);
    for (long i = 0, tables = (long)(vocab + context) * width; i < tables; i++) w[i] *= 3;
    for (int l = 0; l <= layers; l++) {
        const transformer_block *b = &blocks[l < layers ? l : 0];
        const struct {
            const float *at;
            long count;
            float scale, shift;
        } parts[] = {{b->norm1_gain, width, 1, 1},
                     {b->norm2_gain, width, 1, 1},
                     {b->qkv, 3L * width * width, small / 0.3f, 0},
                     {b->project, 1L * width * width, small / 0.3f, 0},
                     {b->widen, 4L * width * width, small / 0.3f, 0},
                     {b->narrow, 4L * width * width, small / 0.6f, 0},
                     {m.norm_gain, width, 1, 1},
                     {m.head, 1L * width * vocab, 2 * small / 0.3f, 0}};
        for (int p = l < layers ? 0 : 6; p < (l < layers ? 6 : 8); p++)
            for (float *x = (float *)parts[p].at; x < parts[p].at + parts[p].count; x++)
                *x = *x * parts[p].scale + parts[p].shift;
    }
}

static void add_call(grade_run *run, int keep, int count, int rows, int flags, tt_status want)
{
    plan.call[plan.count] = (forward_call){plan.count == 0, keep, count, rows, flags};
    plan.want[plan.count++] = want;
    for (int i = 0; i < count; i++)
        plan.ids[plan.id_count++] = grade_random_below(run, run->layout.number[VOCAB]);
    if (count > plan.most_ids) plan.most_ids = count;
    if (rows > plan.most_rows) plan.most_rows = rows;
}

static void hand_call(int *ids, forward_call *call)
{
    *call = plan.call[plan.at];
    memcpy(ids, plan.ids + plan.ids_given, (size_t)call->count * sizeof *ids);
    plan.ids_given += call->count;
}

static bool next_call(grade_run *run)
{
    const int logits = plan.call[plan.at].rows * run->layout.number[VOCAB];
    memcpy(plan.logits + plan.logits_taken, grade_result(run, 3), (size_t)logits * sizeof(float));
    plan.logits_taken += logits;
    plan.got[plan.at] = run->status;
    plan.facts[plan.at] = *(const forward_facts *)grade_result(run, 4);
    if (++plan.at == plan.count) return false;
    int *ids = grade_renew(run, 1);
    hand_call(ids, grade_renew(run, 2));
    grade_renew(run, 3), grade_renew(run, 4);
    return true;
}

static bool lay_plan(grade_run *run)
{
    run->layout.number[CALLS] = plan.count;
    int *ids = grade_input_bytes(run, (size_t)plan.most_ids * sizeof *ids);
    hand_call(ids, grade_input_bytes(run, sizeof(forward_call)));
    grade_output(run, (size_t)plan.most_rows * (size_t)run->layout.number[VOCAB]);
    grade_output_bytes(run, sizeof(forward_facts));
    run->next = next_call;
    return true;
}

static void begin_plan(grade_run *run, int context, int capacity)
{
    memset(&plan, 0, sizeof plan);
    int heads = 1 + grade_random_below(run, 3), head = 5 + grade_random_below(run, 12);
    lay_weights(run, 2 + grade_random_below(run, 2), heads, heads * head, 11 + grade_random_below(run, 20),
                context, capacity);
}

bool cache_fill_plain(grade_run *run)
{
    static const int counts[] = {1, 2, 3, 7, 16, 24, 5, 1};
    if (run->step >= COUNT(counts)) return false;
    begin_plan(run, 24, 0);
    int n = counts[run->step];
    add_call(run, -1, n, run->step % 2 ? n : 1 + grade_random_below(run, n), 0, TT_OK);
    add_call(run, -1, n, n, 0, TT_OK); // the whole text again: without a cache nothing is kept
    return lay_plan(run);
}

// Blocks after blocks, up to the end; the capacity is sometimes less than the context.
bool cache_fill_blocks(grade_run *run)
{
    if (run->step >= 8) return false;
    int context = 30 + grade_random_below(run, 20), known = 0;
    begin_plan(run, context, run->step % 2 ? context : context - 3);
    for (int end = run->layout.number[CAPACITY]; known < end;) {
        int n = 2 + grade_random_below(run, 7);
        if (end - known - n < 2) n = end - known;
        if (n > 8) n = 8;
        add_call(run, -1, n, n, 0, TT_OK);
        known += n;
    }
    return lay_plan(run);
}

// A prompt, then one token at a time up to the context's end: logits at every position. Then the same cache
// is reset, and another text continues from there.
bool cache_fill_decoding(grade_run *run)
{
    enum { END = 40 };
    static const int prompts[] = {1, 2, 7, 17, END};
    if (run->step >= COUNT(prompts)) return false;
    begin_plan(run, END, END + (run->step % 2 ? 9 : 0));
    int p = prompts[run->step];
    add_call(run, -1, p, p, 0, TT_OK);
    for (int t = p; t < END; t++) add_call(run, -1, 1, 1, 0, TT_OK);
    int keep = run->step % 2 ? 0 : grade_random_below(run, END / 2);
    add_call(run, keep, 3, 3, 0, TT_OK);
    for (int t = 0; t < 4; t++) add_call(run, -1, 1, 1, 0, TT_OK);
    return lay_plan(run);
}

// What does not fit is refused and changes nothing: the token after it is right.
bool cache_fill_refused(grade_run *run)
{
    enum { END = 12, HELD = 7 };
    static const struct {
        int count, rows, flags;
        tt_status want;
    } bad[] = {{0, 1, 0, TT_BAD_SHAPE},
               {3, 4, 0, TT_BAD_SHAPE},
               {3, 0, 0, TT_BAD_SHAPE},
               {2, 1, NULL_IDS, TT_BAD_VALUE},
               {1, 1, NULL_LOGITS, TT_BAD_VALUE},
               {1, 1, NULL_MODEL, TT_BAD_VALUE},
               {2, 1, BAD_THREADS, TT_BAD_VALUE},
               {1, 1, OTHER_SIZES, TT_BAD_SHAPE},
               {END - HELD + 1, 1, 0, TT_BAD_SHAPE},
               {1, 1, MOST_TOKENS, TT_BAD_SHAPE}}; // behind those that are held no int
    if (run->step >= 2) return false;
    memset(&plan, 0, sizeof plan);
    // In step 1 the context ends first, in step 0 the capacity.
    lay_weights(run, 2, 2, 16, 13, run->step ? END : END + 3, run->step ? END + 3 : END);
    add_call(run, -1, HELD, 1, 0, TT_OK);
    for (int i = 0; i < COUNT(bad); i++)
        add_call(run, -1, bad[i].count, bad[i].rows, bad[i].flags, bad[i].want);
    for (int i = 0; i < 2; i++) { // no such id, first or last
        add_call(run, -1, 3, 1, 0, TT_BAD_VALUE);
        plan.ids[plan.id_count - 1 - 2 * i] = i ? -1 : 13;
    }
    add_call(run, -1, 1, 1, 0, TT_OK);
    add_call(run, -1, END - HELD - 1, 2, 0, TT_OK);
    add_call(run, -1, 1, 1, 0, TT_BAD_SHAPE);
    return lay_plan(run);
}

// The two results are the same sums in another order. Logits here are below about 20, and each depends on
// some tens of sums of at most 4 C products; 2^-24 times the root of each length, times 8, times their
// number, times 20, is below this for all sizes here. A wrong token, position or weight adds tenths.
static const double logits_allowed = 2e-3;

void cache_describe_forward(grade_run *run, char *text, size_t size)
{
    const int *n = run->layout.number;
    const forward_call *call = &plan.call[plan.at];
    snprintf(text, size,
             "layers = %d, heads = %d, width = %d, capacity = %d, count = %d, rows = %d (call %d)", n[LAYERS],
             n[MODEL_HEADS], n[WIDTH], n[CAPACITY], call->count, call->rows, plan.at);
}

// The right logits from call i on until the text is cut: what comes later changes nothing before it. `length` tokens of the
// text are there; its others are in ids.
static double *logits_until_cut(grade_run *run, const transformer *m, int i, bool is_cached, int *text,
                                int length, const int *ids)
{
    for (int c = i; c < plan.count && (c == i || (is_cached && plan.call[c].keep < 0)); c++) {
        const int count = plan.call[c].count;
        if (plan.want[c] == TT_OK) memcpy(text + length, ids, (size_t)count * sizeof *ids), length += count;
        ids += count;
    }
    double *right = grade_room(run, (size_t)length * (size_t)m->vocab * sizeof *right);
    cache_oracle_logits(right, m, text, length);
    return right;
}

void cache_check_forward(grade_run *run)
{
    const int *n = run->layout.number, V = n[VOCAB], *ids = plan.ids;
    const float *logits = plan.logits;
    transformer m;
    transformer_block blocks[MODEL_BLOCKS];
    point_model(&m, blocks, grade_given(run, 0), n);
    int text[MOST_TEXT], length = 0;
    double *right = NULL;
    for (int i = 0; i < plan.count; i++) {
        const forward_call *call = &plan.call[i];
        const bool is_cut = call->keep >= 0 || !n[CAPACITY], is_ok = plan.want[i] == TT_OK;
        if (is_cut) length = call->keep > 0 ? call->keep : 0;
        if (is_cut || !right) right = logits_until_cut(run, &m, i, n[CAPACITY], text, length, ids);
        int after = length + (is_ok ? call->count : 0);
        if (plan.got[i] != plan.want[i])
            grade_wrong(run, "call %d, %d tokens behind %d, %d rows: got status \"%s\", expected \"%s\"", i,
                        call->count, length, call->rows, tt_status_text(plan.got[i]),
                        tt_status_text(plan.want[i]));
        if (n[CAPACITY] && plan.facts[i].length != after)
            grade_wrong(run, "call %d, %d tokens behind %d (%s): the cache's length is %d, expected %d", i,
                        call->count, length, tt_status_text(plan.want[i]), plan.facts[i].length, after);
        for (int r = 0; r < call->rows; r++)
            for (int j = 0; j < V; j++, logits++) {
                if (!is_ok) {
                    if (memcmp(logits, "\xff\xff\xff\xff", 4) == 0) continue;
                    grade_wrong(run, "call %d was refused, but logits were written to", i);
                }
                double got = (double)*logits, want = right[(size_t)(after - call->rows + r) * V + j];
                if (fabs(got - want) <= logits_allowed) continue;
                grade_wrong(run,
                            "call %d, %d tokens behind %d%s: logit %d at position %d is %.6g, expected %.6g "
                            "within %g%s",
                            i, call->count, length, n[CAPACITY] ? "" : ", no cache", j,
                            after - call->rows + r, got, want, logits_allowed,
                            isnan(got) ? " (NaN: not written, or from a row that nobody appended)" : "");
            }
        ids += call->count, length = after;
    }
}

// Right, and a block of tokens is a block of rows: four products in each layer, of 12 C C weights in all. Token by token
// each weight would be read for each.
void cache_check_blocks(grade_run *run)
{
    cache_check_forward(run);
    const int *n = run->layout.number;
    for (int i = 0; i < plan.count; i++) {
        const int count = plan.call[i].count;
        const double want = 12.0 * n[LAYERS] * n[WIDTH] * n[WIDTH] * count, got = plan.facts[i].row_work;
        if (count == 1 || got >= want) continue; // false for NaN
        grade_wrong(run,
                    "call %d, %d tokens: %.0f multiply-adds in products of several rows by backend->matmul, "
                    "expected %.0f: a block of tokens is one product for each matrix of weights",
                    i, count, got, want);
    }
}

// Twenty-four tokens, one at a time, with weights that do not fit an L2 cache.
bool cache_fill_fast_decoding(grade_run *run)
{
    memset(&plan, 0, sizeof plan);
    lay_weights(run, 2, 6, 384, 13, 24, 24);
    for (int t = 0; t < 24; t++) add_call(run, -1, 1, 1, 0, TT_OK);
    return lay_plan(run);
}

// --- The text ---

// After a first text with the same cache, which must not change the second: the same with a prompt of its
// own.
static bool next_text(grade_run *run)
{
    int *first = grade_renew(run, 3), *ids = grade_renew(run, 1);
    if (!*first) return false;
    for (int i = 0; i < run->layout.number[PROMPT]; i++) ids[i] = (ids[i] + 1) % run->layout.number[VOCAB];
    *first = 0;
    grade_renew(run, 4), grade_renew(run, 5);
    return true;
}

static void lay_answer(grade_run *run, int tokens, int seed, bool twice)
{
    *(int *)grade_input_bytes(run, sizeof(int)) = seed;
    *(int *)grade_input_bytes(run, sizeof(int)) = 1;
    grade_output_bytes(run, (size_t)tokens * sizeof(int));
    grade_output_bytes(run, 3 * sizeof(int));
    if (twice) run->next = next_text;
}

static bool lay_text(grade_run *run, int context, int prompt, int want, bool cache, int room)
{
    int heads = 1 + grade_random_below(run, 3), head = 6 + grade_random_below(run, 9);
    lay_weights(run, 2, heads, heads * head, 17, context, cache ? context + room : 0);
    run->layout.number[PROMPT] = prompt, run->layout.number[WANT] = want;
    int *ids = grade_input_bytes(run, (size_t)prompt * sizeof *ids);
    for (int i = 0; i < prompt; i++) ids[i] = grade_random_below(run, 17);
    lay_answer(run, prompt + want, grade_random_below(run, 1 << 30), cache);
    return true;
}

bool cache_fill_texts(grade_run *run)
{
    static const int prompts[] = {1, 2, 5, 17};
    if (run->step >= 2 * COUNT(prompts)) return false;
    int p = prompts[run->step / 2], context = 48;
    return lay_text(run, context, p, context - p - grade_random_below(run, 5), run->step % 2 == 0, 0);
}

// Prompts that fill the context, or nearly; more wanted than fits; a prompt that is too long.
bool cache_fill_ends(grade_run *run)
{
    static const struct {
        int prompt, want;
    } rows[] = {{20, 10}, {19, 10}, {15, 5}, {15, 6}, {1, 500}, {20, 0}, {21, 1}, {3, 0}, {0, 3}, {3, -1}};
    if (run->step >= 2 * COUNT(rows)) return false;
    const int prompt = rows[run->step / 2].prompt, want = rows[run->step / 2].want;
    lay_text(run, 20, prompt, want < 0 ? 0 : want, run->step % 2 == 0, run->step % 4 ? 0 : 7);
    run->layout.number[WANT] = want;
    return true;
}

void cache_check_text(grade_run *run)
{
    const int *n = run->layout.number, *ids = grade_result(run, 4), *answer = grade_result(run, 5),
              V = n[VOCAB];
    const int *prompt = grade_given(run, 1), *seed = grade_given(run, 2), p = n[PROMPT];
    int room = n[CONTEXT] - p, made = n[WANT] < room ? n[WANT] : room;
    const char *how = n[CAPACITY] ? "with the cache" : "without a cache";
    tt_status want = p < 1 || p > n[CONTEXT] || n[WANT] < 0 ? TT_BAD_SHAPE : TT_OK;
    if (run->status != want)
        grade_wrong(run, "%s, prompt %d, %d wanted, context %d: got status \"%s\", expected \"%s\"", how, p,
                    n[WANT], n[CONTEXT], tt_status_text(run->status), tt_status_text(want));
    if (want != TT_OK) return;
    if (answer[0] != made || answer[1] != made)
        grade_wrong(
            run, "%s, prompt %d, %d wanted, context %d: made %d with %d calls of pick, expected %d of both",
            how, p, n[WANT], n[CONTEXT], answer[0], answer[1], made);
    if (n[CAPACITY] && made > 0 && answer[2] != p + made - 1)
        grade_wrong(run, "prompt %d, %d made: the cache holds %d tokens, expected %d: all but the last", p,
                    made, answer[2], p + made - 1);
    if (memcmp(ids, prompt, (size_t)p * sizeof *ids) != 0)
        grade_wrong(run, "%s: the prompt was changed", how);
    for (int t = p; t < p + made; t++)
        if (ids[t] < 0 || ids[t] >= V) grade_wrong(run, "%s: ids[%d] is %d, no id of %d", how, t, ids[t], V);
    transformer m;
    transformer_block blocks[MODEL_BLOCKS];
    point_model(&m, blocks, grade_given(run, 0), n);
    double *right = grade_room(run, (size_t)(p + made) * (size_t)V * sizeof *right);
    if (made > 0) cache_oracle_logits(right, &m, ids, p + made);
    // Would pick have chosen this id, within what is allowed?
    for (int t = p; t < p + made; t++) {
        const double *row = right + (size_t)(t - 1) * V;
        double max = -INFINITY, sum = 0, below = 0, mine = exp(row[ids[t]]);
        for (int j = 0; j < V; j++)
            max = fmax(max, row[j]), sum += exp(row[j]), below += j < ids[t] ? exp(row[j]) : 0;
        double at = draw(*seed, t - p) * sum, slack = 3 * logits_allowed * sum;
        bool good = run->row->argument == GREEDY ? row[ids[t]] >= max - 2 * logits_allowed
                                                 : at >= below - slack && at <= below + mine + slack;
        if (good) continue;
        grade_wrong(
            run, "%s, prompt %d: ids[%d] is %d, which is not what pick chooses from the right logits there",
            how, p, t, ids[t]);
    }
}

bool cache_fill_fast_text(grade_run *run)
{
    const int context = 128, prompt = 8, vocab = 64;
    lay_weights(run, 2, 4, 128, vocab, context, context);
    run->layout.number[PROMPT] = prompt, run->layout.number[WANT] = context - prompt;
    int *ids = grade_input_bytes(run, (size_t)prompt * sizeof *ids);
    for (int i = 0; i < prompt; i++) ids[i] = grade_random_below(run, vocab);
    lay_answer(run, context, 0, false);
    return true;
}
